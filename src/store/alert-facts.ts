import type { AlertFacts, EntryFact, FactList, FeedFact, SettlementFact } from '../app/index.ts';
import { formatInstant } from '../core/index.ts';
import { type Session, type Sql, sql } from './sql.ts';

/** Alerts of one rule with an entry or settlement of their own; the rest is one alert with a number. */
const LISTED_MAX = 50;
/** Fewer tries are the ordinary way of a job through a minute without network. */
const FAILED_ATTEMPTS_MIN = 3;

type Counted = { readonly total: number };

/** Call it in a snapshot, so that all of it is of one moment. */
export async function readAlertFacts(session: Session): Promise<AlertFacts> {
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
    feeds: await session.query<FeedFact>(sql`
      select c.id as "connectionId", c.name as connection, f.feed, f.started_at as "startedAt", f.is_up_to_date as "isUpToDate"
      from feed_run f join connection c on c.id = f.connection_id order by c.name, f.feed`),
    jobs: await jobs(session),
    buyersOverdue: await session.query(sql`
      select c.id as "connectionId", c.name as connection, count(*)::integer as count, min(b.delete_after) as "dueSince"
      from order_buyer b join connection c on c.id = b.connection_id
      where b.delete_after < clock_timestamp() group by c.id, c.name order by c.name`),
  };
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

/** The engine makes its tables when a service starts for the first time. */
async function jobs(session: Session): Promise<AlertFacts['jobs']> {
  const [engine] = await session.query<{ exists: boolean }>(
    sql`select to_regclass('graphile_worker.jobs') is not null as exists`,
  );
  if (!engine?.exists) return { failing: [], waiting: 0, oldestDueAt: null };
  const failing = await session.query<AlertFacts['jobs']['failing'][number]>(sql`
    select task_identifier as name, count(*)::integer as count, max(attempts)::integer as attempts
    from graphile_worker.jobs where last_error is not null and attempts >= ${FAILED_ATTEMPTS_MIN}
    group by task_identifier order by task_identifier`);
  const [due] = await session.query<{ waiting: number; oldest: string | null }>(sql`
    select count(*)::integer as waiting, min(run_at) as oldest from graphile_worker.jobs
    where locked_at is null and run_at <= clock_timestamp() and attempts < max_attempts`);
  return { failing, waiting: due?.waiting ?? 0, oldestDueAt: due?.oldest ?? null };
}
