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
  trouble: null,
  ...facts,
});
const trouble = (ms: number) => ({
  code: 'AMAZON_UNAVAILABLE',
  kind: 'unavailable' as const,
  since: ago(ms),
  isToldElsewhere: false,
});
const takenBack = (ms: number) => ({
  ...ACME,
  key: 'k1',
  kind: 'settlement' as const,
  name: '11000000001',
  since: ago(ms),
});
const feed = (facts: Partial<AlertFacts['feeds'][number]>): AlertFacts['feeds'][number] => ({
  ...ACME,
  feed: 'orders',
  startedAt: ago(0),
  isUpToDate: true,
  servedAt: null,
  owedSince: null,
  trouble: null,
  cadenceSeconds: null,
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
  'entry-held': [{ held: one(entry(13 * HOUR)) }, {}, 'entries show AMZ1'],
  'settlement-taken-back': [
    { takenBack: one(takenBack(13 * HOUR)) },
    { takenBack: one(takenBack(11 * HOUR)) },
    'settlements leave 11000000001',
  ],
  'report-unreadable': [
    { unreadable: one({ ...ACME, reportDocumentId: 'd1', code: 'SETTLEMENT_FILE_EMPTY' }) },
    {},
    'sync acme',
  ],
  'work-held': [
    { schedules: [turn({ work: 'settlements', trouble: trouble(13 * HOUR) })] },
    {
      schedules: [
        turn({ work: 'settlements', trouble: trouble(11 * HOUR) }),
        turn({ work: 'posting', trouble: { ...trouble(9 * DAY), isToldElsewhere: true } }),
        turn({ work: 'customers', cadenceSeconds: 86_400, trouble: trouble(24 * HOUR) }),
      ],
    },
    'schedule show acme',
  ],
  'work-paused': [
    { pausedWorks: [{ ...ACME, works: ['posting'], since: ago(25 * HOUR) }] },
    { pausedWorks: [{ ...ACME, works: ['posting'], since: ago(23 * HOUR) }] },
    'schedule resume acme',
  ],
  'drill-failed': [{ failedDrill: { at: ago(DAY), file: '/b/x.backup' } }, {}, 'backup drill'],
  'channel-failing': [
    { channels: [{ name: 'email', failures: 5, says: 'No.' }] },
    { channels: [{ name: 'email', failures: 4, says: 'No.' }] },
    'alerts test',
  ],
  'feed-behind': [
    { feeds: [feed({ startedAt: ago(13 * HOUR) })] },
    { feeds: [feed({ startedAt: ago(11 * HOUR), isUpToDate: false })] },
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
    { jobs: { ...QUIET.jobs, failing: [{ name: 'settlements', count: 2, attempts: 5 }] } },
    {},
    'jobs list --name settlements',
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

  it('what a person has to mend is told after an hour, and what comes once a month two days after it is due', () => {
    const rules = (facts: Parameters<typeof turn>[0]) =>
      findAlerts({ ...QUIET, schedules: [turn(facts)] }).map(({ rule }) => rule);
    const denied = (ms: number) => ({ ...trouble(ms), code: 'AMAZON_ACCESS_DENIED', kind: 'rejected' as const });
    expect(rules({ work: 'settlements', trouble: denied(2 * HOUR) })).toEqual(['work-held']);
    expect(rules({ work: 'settlements', trouble: denied(HOUR / 2) })).toEqual([]);
    const monthly = { cadenceSeconds: 31 * 86_400 };
    expect(rules({ ...monthly, nextDueAt: ago(49 * HOUR) })).toEqual(['schedule-behind']);
    expect(rules({ ...monthly, nextDueAt: ago(47 * HOUR) })).toEqual([]);
    expect(rules({ ...monthly, work: 'accrual', nextDueAt: ago(25 * HOUR) })).toEqual(['accrual-waiting']);
    expect(rules({ ...monthly, work: 'accrual', nextDueAt: ago(23 * HOUR) })).toEqual([]);
  });

  it('a feed is behind when its turns fail or bring nothing, and not because no service ran over the weekend', () => {
    const found = (facts: Parameters<typeof feed>[0]) =>
      findAlerts({
        ...QUIET,
        feeds: [feed({ cadenceSeconds: 900, ...facts })],
        schedules: [turn({ nextDueAt: ago(3 * HOUR) })],
      }).map(({ rule }) => rule);
    expect(found({ trouble: trouble(13 * HOUR) })).toEqual(['feed-behind']);
    expect(found({ startedAt: ago(5 * DAY), servedAt: ago(0) })).toEqual(['feed-behind']);
    expect(found({ startedAt: ago(5 * DAY), servedAt: ago(5 * DAY) })).toEqual(['schedule-behind']);
    // A first load that goes well takes its time.
    expect(found({ isUpToDate: false, owedSince: ago(2 * DAY) })).toEqual(['schedule-behind']);
    expect(found({ isUpToDate: false, owedSince: ago(4 * DAY) })).toEqual(['feed-behind']);
  });

  it.each(['settlement-overdue', 'entry-unknown'] as const)(
    'of %s 50 are told one by one, the others together',
    (rule) => {
      const overdue = Array.from({ length: 60 }, (_, index) => ({
        connectionId: `c0ffee00-0000-8000-8000-0000000000${index + 10}` as typeof ACME.connectionId,
        connection: `c${index}`,
        endedAt: ago(20 * DAY),
      }));
      const unknown = {
        oldest: overdue.slice(0, 50).map((each) => ({ ...entry(DAY), id: each.connection })),
        count: 60,
      };
      const found = findAlerts({ ...QUIET, newestSettlements: overdue, unknown }).filter(
        (alert) => alert.rule === rule,
      );
      expect(found).toHaveLength(51);
      const severity = rule === 'entry-unknown' ? 'critical' : 'warning';
      expect(found.at(-1)).toMatchObject({ key: `${rule}:more`, severity, says: expect.stringContaining('10 more') });
    },
  );

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
