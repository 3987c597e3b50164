import type { AlertFacts, BookedAlertFacts, EntryFact, FactList, FeedFact, SettlementFact } from '../app/index.ts';
import { formatInstant } from '../core/index.ts';
import { type Session, type Sql, sql } from './sql.ts';

/** Alerts of one rule with an entry or settlement of their own; the rest is one alert with a number. */
const LISTED_MAX = 50;
/** Fewer tries are the ordinary way of a job through a minute without network. */
const FAILED_ATTEMPTS_MIN = 3;
/** More than these would be one alert for each connection all the same. */
const UNDECIDED_MAX = 1_000;

type Counted = { readonly total: number };

/** Call it in a snapshot, so that all of it is of one moment. */
export async function readAlertFacts(session: Session): Promise<BookedAlertFacts> {
  const [time] = await session.query<{ now: string }>(sql`select clock_timestamp() as now`);
  return {
    nowMs: Date.parse(time?.now ?? ''),
    quarantined: await settlements(session, sql`s.state = 'quarantined'`),
    reissued: await settlements(
      session,
      sql`exists (select from settlement_file f where f.settlement_key = s.key and f.state = 'waiting')`,
    ),
    rejected: await entries(session, 'rejected'),
    unknown: await entries(session, 'unknown'),
    stopped: await session.query(sql`
      select c.id as "connectionId", c.name as connection, s.problem->>'code' as code, s.stopped_at as since
      from connection_stop s join connection c on c.id = s.connection_id order by c.name`),
    paused: await session.query(sql`
      select c.id as "connectionId", c.name as connection, p.since, p.until
      from sap_pause p join connection c on c.id = p.connection_id order by c.name`),
    newestSettlements: await newestSettlements(session),
    // A schedule knows of quiet hours and pauses; the age of a run does not.
    feeds: (await exists(session, 'schedule')) ? [] : await feeds(session),
    schedules: (await exists(session, 'schedule')) ? await schedules(session) : [],
    backup: await backup(session),
    jobs: (await exists(session, 'job')) ? await recordedJobs(session) : await jobs(session),
    buyersOverdue: await session.query(sql`
      select c.id as "connectionId", c.name as connection, count(*)::integer as count, min(b.delete_after) as "dueSince"
      from order_buyer b join connection c on c.id = b.connection_id
      where b.delete_after < clock_timestamp() group by c.id, c.name order by c.name`),
    undecided: await undecided(session),
    waitingTables: await waitingTables(session),
    changedRules: await changedRules(session),
    databaseFolder: await databaseFolder(session),
  };
}

/** What is proposed counts from its proposal: a look at it changes the entry, and nobody has decided anything by that. */
function undecided(session: Session): Promise<BookedAlertFacts['undecided']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, waiting.entry_id as "entryId", waiting.since
    from (
      select coalesce(s.connection_id, a.connection_id) as connection_id, e.id as entry_id, p.recorded_at as since
      from entry e join proposal p on p.id = e.proposal_id
        left join settlement s on s.key = e.settlement_key
        left join accrual a on a.key = e.accrual_key
      where e.state = 'proposed'
      union all
      select w.connection_id, w.entry_id, min(w.at)
      from approval w join entry o on o.id = w.entry_id and o.state = 'posted'
      where w.reversal_reason is not null
        and not exists (select from entry r where r.reverses_id = o.id and r.state <> 'withdrawn')
      group by w.connection_id, w.entry_id
    ) waiting join connection c on c.id = waiting.connection_id
    order by waiting.since, waiting.entry_id limit ${UNDECIDED_MAX}`);
}

/** A version that a later one overtook waits no more. */
function waitingTables(session: Session): Promise<BookedAlertFacts['waitingTables']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, v.number, v.author_name as author, v.recorded_at as since
    from mapping_version v join connection c on c.id = v.connection_id
    where v.approved_at is null
      and v.number = (select max(o.number) from mapping_version o where o.connection_id = v.connection_id)
    order by c.name`);
}

function changedRules(session: Session): Promise<BookedAlertFacts['changedRules']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, min(r.at) as since
    from approval_rule_change r join connection c on c.id = r.connection_id
    where not exists (select from approval_rule_acceptance a where a.change_sequence = r.sequence)
    group by c.id, c.name order by c.name`);
}

/** A server on another machine keeps its files there. One that does not tell this user has no row. */
async function databaseFolder(session: Session): Promise<string | null> {
  const [found] = await session.query<{ folder: string }>(sql`
    select setting as folder from pg_settings
    where name = 'data_directory' and (inet_server_addr() is null or inet_server_addr() = inet_client_addr())`);
  return found?.folder ?? null;
}

async function settlements(session: Session, which: Sql): Promise<FactList<SettlementFact>> {
  const rows = await session.query<SettlementFact & Counted>(sql`
    select c.id as "connectionId", c.name as connection, s.key, s.settlement_id as "settlementId",
      coalesce(s.problem->>'code', (select q.code from quarantine_item q where q.settlement_key = s.key order by q.ordinal limit 1),
        'unproven') as code,
      (count(*) over ())::integer as total
    from settlement s join connection c on c.id = s.connection_id
    where ${which} order by s.received_at, s.key limit ${LISTED_MAX}`);
  return listOf(rows);
}

async function entries(session: Session, state: 'rejected' | 'unknown'): Promise<FactList<EntryFact>> {
  const rows = await session.query<EntryFact & Counted>(sql`
    select c.id as "connectionId", c.name as connection, e.id, e.posting_key as "postingKey",
      coalesce(e.problem->>'code', e.state) as code, coalesce(e.unknown_since, e.updated_at) as since,
      (count(*) over ())::integer as total
    from entry e
      left join settlement s on s.key = e.settlement_key
      left join accrual a on a.key = e.accrual_key
      join connection c on c.id = coalesce(s.connection_id, a.connection_id)
    where e.state = ${state} order by since, e.id limit ${LISTED_MAX}`);
  return listOf(rows);
}

function listOf<Row extends Counted>(rows: readonly Row[]): FactList<Omit<Row, 'total'>> {
  return { oldest: rows.map(({ total: _, ...fact }) => fact), count: rows[0]?.total ?? 0 };
}

async function newestSettlements(session: Session): Promise<AlertFacts['newestSettlements']> {
  const rows = await session.query<
    Pick<SettlementFact, 'connectionId' | 'connection'> & { readonly end_at: bigint }
  >(sql`
    select c.id as "connectionId", c.name as connection, max(s.end_at) as end_at
    from settlement s join connection c on c.id = s.connection_id group by c.id, c.name order by c.name`);
  return rows.map(({ end_at, ...fact }) => ({ ...fact, endedAt: formatInstant(Number(end_at)) }));
}

function feeds(session: Session): Promise<readonly FeedFact[]> {
  return session.query<FeedFact>(sql`
    select c.id as "connectionId", c.name as connection, f.feed, f.started_at as "startedAt", f.is_up_to_date as "isUpToDate"
    from feed_run f join connection c on c.id = f.connection_id order by c.name, f.feed`);
}

function schedules(session: Session): Promise<AlertFacts['schedules']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, s.work, s.cadence_s as "cadenceSeconds",
      s.next_due_at as "nextDueAt",
      case when s.served_slot_at is null or s.served_slot_at < s.last_slot_at then s.dispatched_at end as "underWaySince",
      case when s.waits_since is not null
        then json_build_object('code', s.problem->>'code', 'since', to_char(s.waits_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
      end as waiting
    from schedule s left join connection c on c.id = s.connection_id
    where s.is_on and (s.paused_at is null or s.paused_until < clock_timestamp()) order by s.key`);
}

/** By the settings whether it is wished for, by the audit log whether it was done. */
async function backup(session: Session): Promise<AlertFacts['backup']> {
  const [wish] = await session.query<{ since: string }>(
    sql`select changed_at as since from installation_settings where settings->'backup' is not null`,
  );
  if (!wish) return null;
  const [last] = await session.query<{ at: string | null }>(sql`
    select max((event::json->>'at')::timestamptz) as at from audit_event
    where subject = 'installation/backup' and action = 'backup.create'`);
  return { lastAt: last?.at ?? null, wantedSince: wish.since };
}

async function exists(session: Session, table: string): Promise<boolean> {
  const [found] = await session.query<{ exists: boolean }>(sql`select to_regclass(${table}) is not null as exists`);
  return found?.exists ?? false;
}

async function recordedJobs(session: Session): Promise<AlertFacts['jobs']> {
  const failed = await session.query<AlertFacts['jobs']['failed'][number]>(sql`
    select j.name, c.id as "connectionId", c.name as connection, count(*)::integer as count
    from job j left join connection c on c.id = j.connection_id
    where j.state in ('failed', 'gave-up') and not exists (
      select from job later where later.connection_id is not distinct from j.connection_id and later.key = j.key
        and later.state = 'done' and later.requested_at > j.requested_at)
    group by j.name, c.id, c.name order by j.name, c.name`);
  const [due] = await session.query<{ waiting: number; oldest: string | null }>(sql`
    select count(*)::integer as waiting, min(due_at) as oldest from job
    where state = 'waiting' and due_at <= clock_timestamp()`);
  return { failing: [], failed, waiting: due?.waiting ?? 0, oldestDueAt: due?.oldest ?? null };
}

/** The engine makes its tables when a service starts for the first time. */
async function jobs(session: Session): Promise<AlertFacts['jobs']> {
  if (!(await exists(session, 'graphile_worker.jobs')))
    return { failing: [], failed: [], waiting: 0, oldestDueAt: null };
  const failing = await session.query<AlertFacts['jobs']['failing'][number]>(sql`
    select task_identifier as name, count(*)::integer as count, max(attempts)::integer as attempts
    from graphile_worker.jobs where last_error is not null and attempts >= ${FAILED_ATTEMPTS_MIN}
    group by task_identifier order by task_identifier`);
  const [due] = await session.query<{ waiting: number; oldest: string | null }>(sql`
    select count(*)::integer as waiting, min(run_at) as oldest from graphile_worker.jobs
    where locked_at is null and run_at <= clock_timestamp() and attempts < max_attempts`);
  return { failing, failed: [], waiting: due?.waiting ?? 0, oldestDueAt: due?.oldest ?? null };
}
