/**
 * Every rule of the alerts, from what stands in the database or from a sync that really fails to the alert: a rule that can never fire
 * fails here. Time passes by moving what is on record back.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUIET } from '../../src/app/alerts/alert.fixture.ts';
import { ALERT_RULES, type AlertRule, type FoundAlert, SYSTEM, THOROUGH_RULES } from '../../src/app/index.ts';
import { Problem } from '../../src/core/index.ts';
import { alertLimitsOf, alertsSchema } from '../../src/entrypoints/alerts/alert-settings.ts';
import { lookThoroughly, quickFindings, tryChannels } from '../../src/entrypoints/alerts/alert-work.ts';
import { openWorkspace, type Workspace } from '../../src/entrypoints/composition.ts';
import { allWorks } from '../../src/entrypoints/service.ts';
import { planAll } from '../../src/entrypoints/work/scheduler.ts';
import { jobKindOf } from '../../src/entrypoints/work/turn.ts';
import { createAlertStore, type Sql, sql } from '../../src/store/index.ts';
import { type SmtpStandIn, startSmtp } from '../contract/smtp-stand-in.ts';
import { urlOf } from '../store/database.ts';
import { type CommandLine, connection, openCommandLine } from './command-kit.ts';
import { DIALECTS, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

const NEVER = new AbortController().signal;
const TWO = { approval: 'review', mappingApproval: 'other', fourEyesAbove: { EUR: '100.00' } };
const LOOSER = { ...TWO, fourEyesAbove: { EUR: '90000.00' } };
const WHY = ['--why', 'a test'] as const;

let line: CommandLine;
let mail: SmtpStandIn;
let workspace: Workspace;
let closedPort: number;
/** What was written down while a work ran. */
const logged: { event: string; code?: unknown; connection?: unknown; says?: unknown; next?: unknown }[] = [];

beforeAll(async () => {
  line = await openCommandLine();
  mail = await startSmtp({ refuses: ['boss-typo@company.example'] });
  closedPort = await portOfNobody();
  const options = { environment: { SELLER_LEDGER_LOG: 'silent' }, home: line.folder };
  const opened = await openWorkspace({ ...options, databaseUrl: urlOf(line.database) });
  workspace = {
    ...opened,
    // Nobody waits for the pauses between the tries.
    clock: { ...opened.clock, nowMs: () => opened.clock.nowMs(), sleep: async () => {} },
    log: { ...opened.log, write: (_level, event, facts) => void logged.push({ event, ...facts }) },
  };
  const added = await line.run('connections', 'add', '--file', fileOf('second', TWO));
  expect(added, added.err).toMatchObject({ exitCode: 0 });
  await planAll({ workspace, installationWorks: [] });
  await passTime(sql`schedule`, sql`next_due_at = clock_timestamp() + interval '1 hour'`);
});
afterAll(async () => {
  await workspace.close();
  await mail.close();
  await line.close();
});

/** A port at which nobody listens any more. */
async function portOfNobody(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

function fileOf(name: string, posting: object, amazon: object = {}): string {
  const path = join(line.folder, `${name}.yaml`);
  const usual = connection(name);
  const nowhere = { endpoint: `http://127.0.0.1:${closedPort}`, lwaUrl: `http://127.0.0.1:${closedPort}/token` };
  const schedule = { accrual: { onDay: 3 } };
  writeFileSync(
    path,
    JSON.stringify({ ...usual, amazon: { ...usual.amazon, ...nowhere, ...amazon }, posting, schedule }),
  );
  return path;
}

async function update(path: string): Promise<void> {
  const updated = await line.run('connections', 'update', 'second', '--file', path, '--reason', 'a test');
  expect(updated, updated.err).toMatchObject({ exitCode: 0 });
}

const settings: { alerts: Record<string, unknown>; backup?: object } = { alerts: {} };

async function keepSettings(change: { alerts?: object; backup?: object }): Promise<void> {
  settings.alerts = { ...settings.alerts, ...change.alerts };
  if (change.backup) settings.backup = change.backup;
  const path = join(line.folder, 'settings.yaml');
  writeFileSync(path, JSON.stringify(settings));
  const updated = await line.run('settings', 'update', '--file', path, ...WHY);
  expect(updated, updated.err).toMatchObject({ exitCode: 0 });
}

/** Past whatever guards the table: time that passes asks nobody. */
async function passTime(table: Sql, change: Sql, where: Sql = sql`true`): Promise<void> {
  await line.database.transaction(async (session) => {
    await session.query(sql`set local session_replication_role = replica`);
    const rows = await session.query(sql`update ${table} set ${change} where ${where} returning 1`);
    expect(rows.length).toBeGreaterThan(0);
  });
}

const hours = (count: number) => sql`${count} * interval '1 hour'`;
const OF_SECOND = sql`connection_id = (select id from connection where name = 'second')`;
const idOf = async (name: string) => (await workspace.books.getConnection(name)).id;

/** One turn of a work, as a worker does it. What it throws is told to the schedule as well. */
async function runTurn(work: string): Promise<void> {
  logged.length = 0;
  const connectionId = await idOf('second');
  const silent = () => {};
  const hooks = { onProgress: silent, onReport: silent, onFeedReport: silent, enqueue: async () => {} };
  const found = allWorks({ workspace, ...hooks }).find(({ name }) => name === work);
  if (!found) throw new Error(`no work ${work}`);
  const slotAt = new Date(await workspace.books.sharedNowMs()).toISOString();
  const turn = { key: `${connectionId}:${work}`, connection: 'second', connectionId, slotAt, part: 1 };
  await jobKindOf(workspace, found).run(turn, NEVER, silent);
}

async function rowOf(work: string) {
  const [row] = await line.database.query<{ problem: { code: string } | null; troubled_since: string | null }>(
    sql`select problem, troubled_since from schedule where ${OF_SECOND} and work = ${work}`,
  );
  return row;
}

/** The only entry of acme, as if a sync had left it so. */
async function entryIs(state: 'rejected' | 'unknown' | 'reversed', more: Sql): Promise<void> {
  const sent = sql`approved_digest = digest, attempt = 1, sending_since = clock_timestamp(), message_created_at = 'x'`;
  await passTime(sql`entry`, sql`state = ${state}, ${sent}, ${more}`);
}

/** As it was when it was proposed. */
async function entryIsProposed(more: Sql = sql`problem = null`): Promise<void> {
  const unsent = sql`approved_digest = null, attempt = 0, sending_since = null, message_created_at = null, unknown_since = null,
    sap_document_number = null, fiscal_year = null, sap_company_code = null`;
  await passTime(sql`entry`, sql`state = 'proposed', ${unsent}, ${more}`);
}

const problem = (code: string, kind = 'rejected') => JSON.stringify({ code, kind, says: 'It is so.', next: 'Look.' });

async function addJob(
  state: string,
  change: { readonly dueHoursAgo?: number; readonly failures?: number },
): Promise<void> {
  const { dueHoursAgo = 0, failures = 0 } = change;
  const isOpen = state === 'waiting';
  await line.database.query(sql`
    insert into job (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement, ended_at)
    values (${`job-${state}`}, 'settlements', ${await idOf('second')}, '{}', ${`k-${state}`}, 'q', 1, clock_timestamp(),
      clock_timestamp() - ${hours(dueHoursAgo)} + interval '1 minute', ${state}, 1, ${isOpen ? null : new Date().toISOString()})`);
  for (let number = 1; number <= failures; number += 1) {
    await line.database.query(sql`
      insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at, ended_at, outcome)
      values (${`job-${state}`}, ${number}, 'w', 'h', 1, gen_random_uuid(), clock_timestamp() - interval '2 hours',
        clock_timestamp(), 'failed')`);
  }
}

const removeJobs = async () => void (await line.database.query(sql`delete from job where id like 'job-%'`));

const endedToday = () => passTime(sql`settlement`, sql`end_at = extract(epoch from clock_timestamp())::bigint`);

/** Brings about what a rule is about, and gives back what takes it away where others would be hidden by it. */
type Happening = () => Promise<unknown>;

const HAPPENINGS: Readonly<Record<Exclude<AlertRule, 'test'>, Happening>> = {
  'settlement-quarantined': async () => {
    await line.importFile(settlementWithUnknownFee(DIALECTS.US));
    await endedToday();
  },
  'settlement-reissued': async () => {
    await line.importFile(smallSettlement(DIALECTS.US));
    const [first, ...rest] = smallSettlement(DIALECTS.US).rows;
    if (!first) throw new Error('no row');
    const rows = [{ ...first, amount: '126.00' }, ...rest];
    await line.importFile(smallSettlement(DIALECTS.US, { total: '91.05', rows }));
    await endedToday();
  },
  'settlement-overdue': async () => {
    await passTime(sql`settlement`, sql`end_at = end_at - 86400 * 17`);
  },
  'entry-rejected': () => entryIs('rejected', sql`problem = ${problem('SAP_REJECTED')}`),
  'entry-unknown': () => entryIs('unknown', sql`unknown_since = clock_timestamp() - interval '31 minutes'`),
  'entry-held': async () => {
    await entryIsProposed(sql`problem = ${problem('SIMULATION_FAILED')}`);
    await passTime(sql`proposal`, sql`recorded_at = recorded_at - ${hours(13)}`);
  },
  'settlement-taken-back': () =>
    entryIs(
      'reversed',
      sql`problem = null, sap_document_number = '1', fiscal_year = '2026', sap_company_code = company_code,
        updated_at = updated_at - ${hours(13)}`,
    ),
  'report-unreadable': async () => {
    await line.database.query(sql`
      insert into report_document (connection_id, report_document_id, sha256, problem, downloaded_at)
      select ${await idOf('acme')}, 'd-1', sha256, ${problem('SETTLEMENT_FILE_EMPTY', 'invalid')}, clock_timestamp()
      from evidence limit 1`);
  },
  'connection-stopped': async () => {
    const refused = new Problem({ code: 'AMAZON_LOGIN_REVOKED', kind: 'rejected', says: 'No.', next: 'Renew it.' });
    const id = await idOf('second');
    await workspace.feedBooks.stopConnection(id, refused.toJSON(), SYSTEM, new Date().toISOString());
    return () => workspace.feedBooks.resumeConnection(id, SYSTEM, 'a test');
  },
  'sap-paused': async () => {
    await line.database.query(sql`
      insert into sap_pause (connection_id, problem, since, until, looks) values (${await idOf('second')},
        ${problem('SAP_UNAVAILABLE', 'unavailable')}, clock_timestamp() - ${hours(3)}, clock_timestamp() + ${hours(1)}, 3)`);
    return () => line.database.query(sql`delete from sap_pause`);
  },
  'feed-behind': async () => {
    await runTurn('orders');
    expect((await rowOf('orders'))?.problem?.code).toMatch(/^AMAZON_/);
    await passTime(
      sql`schedule`,
      sql`troubled_since = troubled_since - ${hours(13)}`,
      sql`${OF_SECOND} and work = 'orders'`,
    );
  },
  'schedule-behind': () =>
    passTime(
      sql`schedule`,
      sql`next_due_at = clock_timestamp() - ${hours(49)}`,
      sql`${OF_SECOND} and work = 'payouts'`,
    ),
  'accrual-waiting': async () => {
    await runTurn('accrual');
    expect((await rowOf('accrual'))?.problem).not.toBeNull();
    await passTime(
      sql`schedule`,
      sql`waits_since = waits_since - ${hours(25)}`,
      sql`${OF_SECOND} and work = 'accrual'`,
    );
  },
  'work-held': async () => {
    await runTurn('settlements');
    expect(await rowOf('settlements')).toMatchObject({ problem: { code: 'AMAZON_LOGIN_UNAVAILABLE' } });
    expect(logged.filter(({ event }) => event === 'sync.problem')).toMatchObject([
      { connection: 'second', code: 'AMAZON_LOGIN_UNAVAILABLE', says: expect.any(String), next: expect.any(String) },
    ]);
    // Once more, and it is still the same trouble.
    const since = (await rowOf('settlements'))?.troubled_since;
    await runTurn('settlements');
    expect((await rowOf('settlements'))?.troubled_since).toEqual(since);
    await passTime(sql`schedule`, sql`troubled_since = troubled_since - ${hours(13)}`, sql`work = 'settlements'`);
  },
  'work-paused': async () => {
    const paused = await line.run('schedule', 'pause', 'second', '--work', 'posting', ...WHY);
    expect(paused, paused.err).toMatchObject({ exitCode: 0 });
    await passTime(sql`schedule`, sql`paused_at = paused_at - ${hours(25)}`, sql`paused_at is not null`);
  },
  'jobs-failing': async () => {
    await addJob('waiting', { failures: 3 });
    return removeJobs;
  },
  'jobs-failed': async () => {
    await addJob('failed', {});
    return removeJobs;
  },
  'jobs-behind': async () => {
    await addJob('waiting', { dueHoursAgo: 1 });
    return removeJobs;
  },
  'buyers-overdue': async () => {
    await line.database.transaction(async (session) => {
      await session.query(sql`set local session_replication_role = replica`);
      await session.query(sql`
        insert into order_buyer (connection_id, order_id, data_key_id, nonce, ciphertext, tag, delete_after)
        values (${await idOf('second')}, 'o-1', gen_random_uuid(), repeat('a', 12)::bytea, 'a', repeat('a', 16)::bytea,
          clock_timestamp() - ${hours(49)})`);
    });
  },
  'backup-overdue': async () => {
    const folder = join(line.folder, 'daily');
    mkdirSync(folder);
    await keepSettings({ backup: { folder } });
    // What a person took along says nothing of the daily ones.
    const taken = await line.run('backup', 'create', join(line.folder, 'taken-along.backup'));
    expect(taken, taken.err).toMatchObject({ exitCode: 0 });
    await passTime(sql`installation_settings`, sql`changed_at = changed_at - ${hours(27)}`);
    expect((await line.run('backup', 'list')).exitCode).toBe(3);
  },
  'drill-failed': async () => {
    const facts = { file: '/backups/x.backup', faults: ['entry 1 is not what it was'] };
    await workspace.books.record({
      ...{ actor: SYSTEM, action: 'backup.drill', subject: 'installation/backup', why: 'a test', after: facts },
    });
    expect((await line.run('backup', 'list')).exitCode).toBe(3);
  },
  'approval-waiting': async () => {
    await entryIsProposed();
    await passTime(sql`proposal`, sql`recorded_at = recorded_at - ${hours(25)}`);
  },
  'mapping-waiting': async () => {
    const table = join(line.folder, 'changed.yaml');
    await line.run('mapping', 'export', 'second', '--output', table);
    writeFileSync(table, readFileSync(table, 'utf8').replace(/\b6500\d{4}\b/, '65019999'));
    const imported = await line.run('mapping', 'import', 'second', table, '--reason', 'new chart');
    expect(imported, imported.err).toMatchObject({ exitCode: 0 });
    await passTime(sql`mapping_version`, sql`recorded_at = recorded_at - ${hours(25)}`);
  },
  'rules-waiting': async () => {
    await update(fileOf('second', LOOSER));
    await passTime(sql`approval_rule_change`, sql`at = at - ${hours(25)}`);
  },
  'disk-low': () => keepSettings({ alerts: { freeDiskMegabytes: 10_000_000 } }),
  'channel-failing': async () => {
    const sender = { from: 'ledger@company.example', to: ['books@company.example', 'boss-typo@company.example'] };
    await keepSettings({ alerts: { email: { host: '127.0.0.1', port: mail.port, security: 'none', ...sender } } });
    const [tried] = await tryChannels(workspace, NEVER);
    expect(tried?.problem?.says).toContain('refuses 1 of 2 recipients: boss-typo@company.example');
    // The other one has it all the same.
    expect(mail.mails.at(-1)?.text).toContain('This is a test');
  },
  'settlement-missing': async () => {
    await passTime(sql`settlement`, sql`end_at = start_at + 86400 * 14`);
    const later = { start: '2026-11-05', end: '2026-11-15', deposit: '2026-11-17' };
    await line.importFile(smallSettlement(DIALECTS.US, { settlementId: '70000000950', ...later }));
  },
  'credential-expiring': () => update(fileOf('second', LOOSER, { secretIssuedOn: '2026-01-01' })),
  'audit-broken': () =>
    passTime(
      sql`audit_event`,
      sql`event = replace(event::text, 'connection.add', 'connection.odd')`,
      sql`event::text like '%connection.add%'`,
    ),
};

/** As the service looks: the thorough rules by its daily work, which leaves the others alone. */
async function look(rule: AlertRule): Promise<readonly Pick<FoundAlert, 'rule' | 'says' | 'next'>[]> {
  if (!(THOROUGH_RULES as readonly AlertRule[]).includes(rule)) return (await quickFindings(workspace)).found;
  // The look of the minute is under way at the same second, as on every day.
  const lease = await workspace.books.acquire('alerts', 60_000);
  if ('heldBy' in lease) throw new Error('the lease is held');
  await lookThoroughly(workspace);
  await lease.release();
  return createAlertStore(workspace.database).listAlerts();
}

describe('every rule', () => {
  it.each(ALERT_RULES)('%s is raised by what really happens, and not before', async (rule) => {
    // control: nothing else raises it.
    expect((await look(rule)).filter((alert) => alert.rule === rule)).toEqual([]);
    const takeAway = await HAPPENINGS[rule]();
    const found = (await look(rule)).filter((alert) => alert.rule === rule);
    expect(found.length).toBeGreaterThan(0);
    for (const { says, next } of found) expect(`${says} ${next}`).not.toMatch(/undefined|null|NaN/);
    if (typeof takeAway !== 'function') return;
    await takeAway();
    expect((await look(rule)).filter((alert) => alert.rule === rule)).toEqual([]);
  });
});

describe('what has to be told', () => {
  it('is told however many are open that somebody has acknowledged', async () => {
    await line.database.query(sql`
      insert into alert (key, rule, severity, says, next, first_seen, last_seen, acknowledged_by, acknowledged_why, acknowledged_at)
      select 'settlement-missing:' || n, 'settlement-missing', 'critical', 'Gone.', 'Look.', now() - interval '9 days', now(),
        'anna', 'known', now() from generate_series(1, 1000) n`);
    await line.database.query(sql`
      insert into alert (key, rule, severity, says, next, first_seen, last_seen)
      values ('disk-low:new', 'disk-low', 'critical', 'Full.', 'Make room.', now(), now())`);
    const store = createAlertStore(workspace.database);
    const keysFor = async (channels: readonly string[]) =>
      (await store.readAlertNews({ channels, minimum: 'warning', remindMs: 86_400_000 })).alerts.map(({ key }) => key);
    expect(await keysFor(['email'])).toContain('disk-low:new');
    expect((await keysFor(['email'])).filter((key) => /^settlement-missing:\d+$/.test(key))).toEqual([]);
    await store.recordAlertsSent('email', [{ key: 'disk-low:new', episode: 1, isResolved: false }], null);
    expect(await keysFor(['email'])).not.toContain('disk-low:new');
    // control: another channel was not told of it.
    expect(await keysFor(['webhook'])).toContain('disk-low:new');
    await line.database.query(sql`update alert set resolved_at = now() where key = 'disk-low:new'`);
    expect(await keysFor(['email'])).toContain('disk-low:new');
    expect(await keysFor(['webhook'])).not.toContain('disk-low:new');
  });
});

it('what was taken back counts once it is old enough to be told; control: not while it is fresh', async () => {
  const countAfter = async (count: number) => {
    const inSap = sql`problem = null, sap_document_number = '1', fiscal_year = '2026', sap_company_code = company_code`;
    await entryIs('reversed', sql`${inSap}, updated_at = clock_timestamp() - ${hours(count)}`);
    return (await createAlertStore(workspace.database).readAlertFacts(QUIET.limits)).takenBack.count;
  };
  expect(await countAfter(13)).toBeGreaterThan(0);
  expect(await countAfter(11)).toBe(0);
});

describe('a limit of the settings', () => {
  const isTold = async (rule: AlertRule) => (await look(rule)).some((alert) => alert.rule === rule);

  it.each<[rule: AlertRule, limit: string, longer: number, usual: number, happens: Happening]>([
    [
      'entry-unknown',
      'unknownMinutes',
      60,
      30,
      async () => {
        await entryIsProposed();
        await entryIs('unknown', sql`unknown_since = clock_timestamp() - interval '31 minutes'`);
      },
    ],
    [
      'entry-held',
      'heldHours',
      24,
      12,
      async () => {
        await entryIsProposed(sql`problem = ${problem('SIMULATION_FAILED')}`);
        await passTime(sql`proposal`, sql`recorded_at = clock_timestamp() - ${hours(13)}`);
      },
    ],
    [
      'entry-held',
      'notSentDays',
      30,
      14,
      async () => {
        await entryIsProposed();
        const change = sql`state = 'approved', approved_digest = digest, updated_at = clock_timestamp() - ${hours(15 * 24)}`;
        await passTime(sql`entry`, change);
      },
    ],
    ['sap-paused', 'sapAwayHours', 8, 2, HAPPENINGS['sap-paused']],
  ])(
    'of %s, %s, is waited for before it is told; control: the usual one is shorter',
    async (rule, limit, longer, usual, happens) => {
      const takeAway = await happens();
      await keepSettings({ alerts: { [limit]: longer } });
      expect(await isTold(rule)).toBe(false);
      await keepSettings({ alerts: { [limit]: usual } });
      expect(await isTold(rule)).toBe(true);
      if (typeof takeAway === 'function') await takeAway();
    },
  );

  it.each([
    ['unknownMinutes', 1],
    ['heldHours', 0],
    ['notSentDays', 1_000],
    ['sapAwayHours', 0.5],
  ])('of %s that nobody means (%s) is refused, and named', async (limit, value) => {
    const path = join(line.folder, 'odd.yaml');
    writeFileSync(path, JSON.stringify({ ...settings, alerts: { ...settings.alerts, [limit]: value } }));
    const { exitCode, err } = await line.run('settings', 'update', '--file', path, ...WHY);
    expect(exitCode).toBe(2);
    expect(err).toContain(`alerts.${limit}`);
  });

  it('is what it was where nobody sets it', () => {
    const { freeBytes: _, ...limits } = alertLimitsOf(alertsSchema.parse({}));
    const { freeBytes: __, ...usual } = QUIET.limits;
    expect(limits).toEqual(usual);
  });
});

describe('an erased seller', () => {
  it('needs nobody any more', async () => {
    await addJob('failed', {});
    const ofConnections = async () =>
      (await quickFindings(workspace)).found
        .filter(({ connectionId }) => connectionId !== null)
        .map(({ rule }) => rule);
    expect(new Set(await ofConnections()).size).toBeGreaterThan(10);
    await line.database.transaction(async (session) => {
      await session.query(sql`set local session_replication_role = replica`);
      await session.query(sql`
        insert into seller_erasure (connection_id, why, begun_by_kind, begun_by_name, begun_at)
        select id, 'asked for it', 'user', 'anna', clock_timestamp() from connection`);
    });
    expect(await ofConnections()).toEqual([]);
  });
});
