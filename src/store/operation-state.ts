import type { Database } from './database.ts';
import { FEED_WORKS } from './feed-works.ts';
import { type Session, sql } from './sql.ts';

/** What a monitoring system is told of the books: counts and ages, no content. */
export interface OperationState {
  readonly entries: readonly { readonly state: string; readonly count: number }[];
  /** Of those that are not at their end. */
  readonly openEntries: readonly { readonly connection: string; readonly state: string; readonly count: number }[];
  readonly settlements: readonly { readonly connection: string; readonly state: string; readonly count: number }[];
  readonly feeds: readonly { readonly connection: string; readonly feed: string; readonly ageSeconds: number }[];
  /** Of each feed that is on: since its last run that came up to date, or since it was due where none has. */
  readonly feedsBehind: readonly { readonly connection: string; readonly feed: string; readonly seconds: number }[];
  readonly alerts: readonly { readonly severity: string; readonly count: number }[];
  readonly jobs: {
    readonly waiting: number;
    readonly running: number;
    readonly failing: number;
    readonly failed: number;
    readonly oldestWaitingSeconds: number;
  };
  readonly lateWorks: readonly { readonly work: string; readonly seconds: number }[];
  readonly connections: { readonly all: number; readonly stopped: number; readonly paused: number };
  readonly leases: { readonly held: number; readonly takenTotal: number };
  readonly buyers: { readonly kept: number; readonly overdue: number };
  readonly auditEvents: number;
}

/** Of one moment. Meant to be asked a few times a minute. */
export function readOperationState(database: Database): Promise<OperationState> {
  return database.snapshot(async (session) => ({
    entries: await session.query(sql`select state, count(*)::integer as count from entry group by state`),
    openEntries: await session.query(sql`
      select c.name as connection, e.state, count(*)::integer as count
      from entry e
        left join settlement s on s.key = e.settlement_key
        left join accrual a on a.key = e.accrual_key
        join connection c on c.id = coalesce(s.connection_id, a.connection_id)
      where e.state in ('proposed', 'approved', 'sending', 'unknown', 'rejected') group by c.name, e.state`),
    settlements: await session.query(sql`
      select c.name as connection, s.state, count(*)::integer as count
      from settlement s join connection c on c.id = s.connection_id group by c.name, s.state`),
    feeds: await session.query(sql`
      select c.name as connection, f.feed, extract(epoch from clock_timestamp() - f.started_at)::integer as "ageSeconds"
      from feed_run f join connection c on c.id = f.connection_id`),
    feedsBehind: await feedsBehind(session),
    alerts: await session.query(sql`
      select severity, count(*)::integer as count from alert where resolved_at is null group by severity`),
    jobs: await jobsOf(session),
    lateWorks: await lateWorks(session),
    connections: await one(
      session,
      sql`select count(*)::integer as all, (select count(*)::integer from connection_stop) as stopped,
        (select count(*)::integer from sap_pause where until > clock_timestamp()) as paused from connection`,
    ),
    leases: await one(
      session,
      sql`select (count(*) filter (where holder is not null and expires_at > clock_timestamp()))::integer as held,
        coalesce(sum(fence), 0)::float8::integer as "takenTotal" from lease`,
    ),
    buyers: await one(
      session,
      sql`select count(*)::integer as kept, (count(*) filter (where delete_after < clock_timestamp()))::integer as overdue
        from order_buyer`,
    ),
    auditEvents: (
      await one<{ count: number }>(session, sql`select coalesce(sum(sequence), 0)::integer as count from audit_head`)
    ).count,
  }));
}

/** A feed that is not up to date has not been since its oldest turn was due that did not reach its goal, whatever was begun since. */
function feedsBehind(session: Session): Promise<OperationState['feedsBehind']> {
  return session.query(sql`
    select c.name as connection, s.work as feed, greatest(0, extract(epoch from clock_timestamp() -
      case when f.is_up_to_date then f.finished_at
        else coalesce(least(s.owed_since, f.started_at), s.next_due_at) end))::integer as seconds
    from schedule s join connection c on c.id = s.connection_id
      left join feed_run f on f.connection_id = s.connection_id and f.feed = s.work
    where s.is_on and s.work = any(${FEED_WORKS})
      and not exists (select from seller_erasure e where e.connection_id = s.connection_id)
    order by c.name, s.work`);
}

/** By the history: the engine forgets what ended, and takes an attempt that failed for one that is done. */
function jobsOf(session: Session): Promise<OperationState['jobs']> {
  return one(
    session,
    sql`select (count(*) filter (where state = 'waiting' and due_at <= clock_timestamp()))::integer as waiting,
      (count(*) filter (where state = 'running'))::integer as running,
      (count(*) filter (where state = 'waiting' and exists (
        select from job_attempt a where a.job_id = job.id and a.outcome = 'failed')))::integer as failing,
      (select count(*)::integer from job j where j.state in ('failed', 'gave-up') and not exists (
        select from job later where later.connection_id is not distinct from j.connection_id and later.key = j.key
          and later.state = 'done' and later.requested_at > j.requested_at)) as failed,
      coalesce(extract(epoch from clock_timestamp() - min(due_at)
        filter (where state = 'waiting' and due_at <= clock_timestamp())), 0)::integer as "oldestWaitingSeconds"
    from job where state in ('waiting', 'running')`,
  );
}

/** The connection that is furthest behind, for each work that is on and not paused. */
function lateWorks(session: Session): Promise<OperationState['lateWorks']> {
  return session.query(sql`
    select work, greatest(0, extract(epoch from clock_timestamp() - min(next_due_at)))::integer as seconds
    from schedule where is_on and (paused_at is null or paused_until < clock_timestamp())
      and not exists (select from connection_stop s where s.connection_id = schedule.connection_id)
    group by work order by work`);
}

async function one<Row extends object>(session: Session, statement: ReturnType<typeof sql>): Promise<Row> {
  const [row] = await session.query<Row>(statement);
  return row as Row;
}

/** Whether the schema of the database is the one of this program; newer and older ones are not. */
export async function isSchemaCurrent(database: Database): Promise<boolean> {
  const { readMigrations } = await import('./migrate.ts');
  const known = (await readMigrations()).length;
  const [applied] = await database.query<{ number: number }>(sql`select max(number) as number from schema_migration`);
  return applied?.number === known;
}
