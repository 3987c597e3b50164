import { describe, expect, it } from 'vitest';
import { ACME, ago, QUIET } from './alert.fixture.ts';
import { ALERT_RULES, QUICK_RULES } from './alert.ts';
import type { AlertFacts } from './alert-facts.ts';
import { findAlerts } from './rules.ts';

const MEGABYTE = 1024 * 1024;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const settlement = { ...ACME, key: 'k1', settlementId: '11000000001', code: 'LINE_KIND_UNKNOWN' };
const entry = (ms: number) => ({ ...ACME, id: 'e1', postingKey: 'AMZ1', code: 'SAP_REJECTED', since: ago(ms) });
const turn = (facts: Partial<AlertFacts['schedules'][number]>): AlertFacts['schedules'][number] => ({
  ...ACME,
  work: 'orders',
  cadenceSeconds: 900,
  nextDueAt: ago(0),
  underWaySince: null,
  waiting: null,
  ...facts,
});
const one = <Fact>(fact: Fact) => ({ oldest: [fact], count: 1 });

/** What needs a person, what does so no longer or not yet, and the command that helps. */
const CASES: Readonly<
  Record<(typeof QUICK_RULES)[number], readonly [Partial<AlertFacts>, Partial<AlertFacts>, string]>
> = {
  'settlement-quarantined': [{ quarantined: one(settlement) }, {}, 'settlements show 11000000001'],
  'settlement-reissued': [{ reissued: one(settlement) }, {}, 'settlements compare 11000000001'],
  'settlement-overdue': [
    { newestSettlements: [{ ...ACME, endedAt: ago(16 * DAY + HOUR) }] },
    { newestSettlements: [{ ...ACME, endedAt: ago(15 * DAY) }] },
    'reconcile continuity acme',
  ],
  'entry-rejected': [{ rejected: one(entry(0)) }, {}, 'entries show AMZ1'],
  'approval-waiting': [
    { approvals: [{ ...ACME, count: 2, since: ago(25 * HOUR) }] },
    { approvals: [{ ...ACME, count: 2, since: ago(23 * HOUR) }] },
    'approvals list acme',
  ],
  'mapping-waiting': [
    { waitingTables: [{ ...ACME, number: 3, author: 'mia', since: ago(25 * HOUR) }] },
    { waitingTables: [{ ...ACME, number: 3, author: 'mia', since: ago(23 * HOUR) }] },
    'mapping approve acme',
  ],
  'rules-waiting': [
    { looserRules: [{ ...ACME, since: ago(25 * HOUR) }] },
    { looserRules: [{ ...ACME, since: ago(23 * HOUR) }] },
    'approvals accept-rules acme',
  ],
  'disk-low': [
    { disks: [{ holds: 'database', folder: '/books', freeBytes: 1_999 * MEGABYTE }] },
    { disks: [{ holds: 'database', folder: '/books', freeBytes: 2_000 * MEGABYTE }] },
    "df -h '/books'",
  ],
  'entry-unknown': [{ unknown: one(entry(31 * MINUTE)) }, { unknown: one(entry(29 * MINUTE)) }, 'sync acme'],
  'connection-stopped': [
    { stopped: [{ ...ACME, code: 'AMAZON_CLIENT_REFUSED', since: ago(1) }] },
    {},
    'connections ping acme',
  ],
  'sap-paused': [
    { paused: [{ ...ACME, since: ago(3 * HOUR), until: ago(-HOUR) }] },
    { paused: [{ ...ACME, since: ago(HOUR), until: ago(-HOUR) }] },
    'connections ping acme',
  ],
  'feed-behind': [
    { feeds: [{ ...ACME, feed: 'orders', startedAt: ago(13 * HOUR), isUpToDate: true }] },
    { feeds: [{ ...ACME, feed: 'orders', startedAt: ago(11 * HOUR), isUpToDate: false }] },
    'feeds sync acme --feed orders',
  ],
  'schedule-behind': [
    { schedules: [turn({ nextDueAt: ago(2 * HOUR) })] },
    { schedules: [turn({ nextDueAt: ago(HOUR) }), turn({ underWaySince: ago(2 * HOUR) })] },
    'schedule show acme; then: seller-ledger jobs list --name orders --connection acme',
  ],
  'accrual-waiting': [
    { schedules: [turn({ work: 'accrual', waiting: { code: 'ACCRUAL_STOPPED', since: ago(0) } })] },
    {
      schedules: [
        turn({ work: 'accrual', waiting: { code: 'FINANCES_NOT_COMPLETE', since: ago(23 * HOUR) } }),
        turn({ work: 'accrual' }),
        turn({ work: 'vat', waiting: { code: 'CONNECTION_STOPPED', since: ago(9 * DAY) } }),
      ],
    },
    'schedule show acme',
  ],
  'backup-overdue': [
    { backup: { lastAt: ago(27 * HOUR), wantedSince: ago(9 * DAY) } },
    { backup: { lastAt: null, wantedSince: ago(25 * HOUR) } },
    'docs/operations.md',
  ],
  'jobs-failed': [
    { jobs: { ...QUIET.jobs, failed: [{ ...ACME, name: 'orders', count: 1 }] } },
    {},
    'jobs replay --all-failed --name orders',
  ],
  'jobs-failing': [
    { jobs: { ...QUIET.jobs, failing: [{ name: 'sync', count: 2, attempts: 25 }] } },
    {},
    'docs/operations.md',
  ],
  'jobs-behind': [
    { jobs: { ...QUIET.jobs, waiting: 7, oldestDueAt: ago(31 * MINUTE) } },
    { jobs: { ...QUIET.jobs, waiting: 7, oldestDueAt: ago(29 * MINUTE) } },
    'seller-ledger start',
  ],
  'buyers-overdue': [
    { buyersOverdue: [{ ...ACME, count: 3, dueSince: ago(2 * DAY) }] },
    { buyersOverdue: [{ ...ACME, count: 3, dueSince: ago(HOUR) }] },
    'feeds sync acme',
  ],
};

describe('the state of the books', () => {
  it.each(QUICK_RULES)('raises %s once, with the command that helps, and not before its time', (rule) => {
    const [needed, notNeeded, command] = CASES[rule];
    const found = findAlerts({ ...QUIET, ...needed });
    expect(found).toMatchObject([
      { rule, key: expect.stringContaining(`${rule}:`), next: expect.stringContaining(command) },
    ]);
    expect(findAlerts({ ...QUIET, ...notNeeded })).toEqual([]);
  });

  it('a disk that is nearly full is critical, and each disk is an alert of its own', () => {
    const disks = [
      { holds: 'database', folder: '/books', freeBytes: 499 * MEGABYTE },
      { holds: 'backups', folder: '/backups', freeBytes: 500 * MEGABYTE },
    ] as const;
    const found = findAlerts({ ...QUIET, disks });
    expect(found.map(({ key, severity }) => [key, severity])).toEqual([
      ['disk-low:database', 'critical'],
      ['disk-low:backups', 'warning'],
    ]);
    expect(found[1]?.next).toContain('seller-ledger backup list');
  });

  it('a turn that does not end is behind as well, and one that comes once a day has two days for it', () => {
    const rules = (facts: Parameters<typeof turn>[0]) =>
      findAlerts({ ...QUIET, schedules: [turn(facts)] }).map(({ rule }) => rule);
    expect(rules({ underWaySince: ago(4 * HOUR) })).toEqual(['schedule-behind']);
    expect(rules({ cadenceSeconds: 86_400, nextDueAt: ago(47 * HOUR) })).toEqual([]);
    expect(rules({ cadenceSeconds: 86_400, nextDueAt: ago(49 * HOUR) })).toEqual(['schedule-behind']);
  });

  it('an accrual that waits for what passes by itself is told after a day, and one that was left out says so', () => {
    const says = (code: string, hours: number) =>
      findAlerts({
        ...QUIET,
        schedules: [turn({ work: 'accrual', waiting: { code, since: ago(hours * HOUR) } })],
      }).map((alert) => alert.says);
    expect(says('PERIOD_HAS_OPEN_ENTRIES', 25)).toEqual([expect.stringContaining('later months wait behind it')]);
    expect(says('PERIOD_HAS_OPEN_ENTRIES', 23)).toEqual([]);
    expect(says('ACCRUAL_PASSED_OVER', 0)).toEqual([expect.stringContaining('has no accrual')]);
  });

  it('has a rule for each alert that is known', () => {
    expect(new Set(ALERT_RULES).size).toBe(ALERT_RULES.length);
  });

  it('a stopped connection is one alert, not one for each of its feeds too', () => {
    const [stopped] = CASES['connection-stopped'];
    const [behind] = CASES['feed-behind'];
    expect(findAlerts({ ...QUIET, ...stopped, ...behind }).map(({ rule }) => rule)).toEqual(['connection-stopped']);
  });

  it('a list that is cut says how many more there are', () => {
    const found = findAlerts({ ...QUIET, rejected: { oldest: [entry(0)], count: 120 } });
    expect(found.map(({ key }) => key)).toEqual(['entry-rejected:e1', 'entry-rejected:more']);
    expect(found[1]).toMatchObject({
      says: expect.stringContaining('119 more'),
      next: expect.stringContaining('--state rejected'),
    });
  });
});
