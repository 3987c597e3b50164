import type { AlertFacts, BookedAlertFacts, FeedFact } from '../app/index.ts';
import { FEED_WORKS } from './feed-works.ts';
import { type Session, type Sql, sql } from './sql.ts';

/** A job that has been tried for so long is no service that was restarted. */
const FAILING_MINUTES_MIN = 60;
/** More than a month of daily ones, and those by hand. */
const BACKUPS_MAX = 200;

/** A connection whose seller was erased needs nobody any more: nothing of it can go on. */
export function isKept(connectionId: Sql): Sql {
  return sql`not exists (select from seller_erasure e where e.connection_id = ${connectionId})`;
}

const IS_GOING = sql`s.is_on and (s.paused_at is null or s.paused_until < clock_timestamp())`;

/** By the last run of each, and by the schedule, which knows of pauses and of those that never ran. */
export async function readFeeds(session: Session): Promise<readonly FeedFact[]> {
  return session.query<FeedFact>(sql`
    select c.id as "connectionId", c.name as connection, w.feed, f.started_at as "startedAt",
      coalesce(f.is_up_to_date, false) as "isUpToDate", s.served_at as "servedAt", s.owed_since as "owedSince",
      s.cadence_s as "cadenceSeconds", ${troubleOf(sql`false`)} as trouble
    from (select connection_id, feed from feed_run
        union select connection_id, work from schedule
          where work = any(${FEED_WORKS})) w
      join connection c on c.id = w.connection_id and ${isKept(sql`c.id`)}
      left join feed_run f on f.connection_id = w.connection_id and f.feed = w.feed
      left join schedule s on s.connection_id = w.connection_id and s.work = w.feed
    where s.key is null or (${IS_GOING}) order by c.name, w.feed`);
}

export async function readSchedules(session: Session): Promise<AlertFacts['schedules']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, s.work, s.cadence_s as "cadenceSeconds",
      s.next_due_at as "nextDueAt",
      case when s.served_slot_at is null or s.served_slot_at < s.last_slot_at then s.dispatched_at end as "underWaySince",
      case when s.waits_since is not null
        then json_build_object('code', s.problem->>'code', 'since', ${instant(sql`s.waits_since`)})
      end as waiting,
      ${troubleOf(IS_TOLD)} as trouble
    from schedule s left join connection c on c.id = s.connection_id
    where ${IS_GOING} and (s.connection_id is null or ${isKept(sql`s.connection_id`)}) order by s.key`);
}

/** The thing that the problem is about has an alert of its own, or will have one. */
const IS_TOLD = sql`(
  exists (select from settlement q where q.connection_id = s.connection_id and q.state = 'quarantined'
    and q.problem->>'code' = s.problem->>'code')
  or exists (select from report_document d where d.connection_id = s.connection_id and d.problem->>'code' = s.problem->>'code')
  or exists (select from entry e left join settlement q on q.key = e.settlement_key left join accrual a on a.key = e.accrual_key
    where e.state in ('proposed', 'approved', 'rejected', 'unknown') and e.problem->>'kind' <> 'unavailable'
      and e.problem->>'code' = s.problem->>'code' and coalesce(q.connection_id, a.connection_id) = s.connection_id)
  or s.problem->>'code' in ('SETTLEMENT_REISSUED', 'SETTLEMENT_TAKEN_BACK', 'ACCRUAL_TAKEN_BACK', 'ENTRY_REFUSED')
  or (s.problem->>'kind' = 'unavailable' and exists (select from sap_pause p where p.connection_id = s.connection_id)
    and s.problem->>'code' like 'SAP%'))`;

function troubleOf(isTold: Sql): Sql {
  return sql`case when s.troubled_since is not null then json_build_object('code', s.problem->>'code',
    'kind', s.problem->>'kind', 'since', ${instant(sql`s.troubled_since`)}, 'isToldElsewhere', ${isTold}) end`;
}

function instant(moment: Sql): Sql {
  return sql`to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}

/** Of those that are on; what is paused until a moment goes on by itself. */
export async function readPausedWorks(session: Session): Promise<AlertFacts['pausedWorks']> {
  return session.query(sql`
    select c.id as "connectionId", c.name as connection, json_agg(s.work order by s.work) as works, min(s.paused_at) as since
    from schedule s left join connection c on c.id = s.connection_id
    where s.is_on and s.paused_at is not null and s.paused_until is null
      and (s.connection_id is null or ${isKept(sql`s.connection_id`)})
    group by c.id, c.name order by c.name`);
}

/** By the history: the engine forgets what ended, and takes an attempt that failed for one that is done. */
export async function readJobs(session: Session): Promise<AlertFacts['jobs']> {
  const failing = await session.query<AlertFacts['jobs']['failing'][number]>(sql`
    select name, count(*)::integer as count, max(attempts)::integer as attempts from (
      select j.name, count(*) as attempts, min(a.started_at) as since
      from job j join job_attempt a on a.job_id = j.id and a.outcome = 'failed' and a.number > j.counted_from
      where j.state in ('waiting', 'running') and (j.connection_id is null or ${isKept(sql`j.connection_id`)})
      group by j.id, j.name) each
    where since < clock_timestamp() - ${FAILING_MINUTES_MIN} * interval '1 minute' and attempts > 1
    group by name order by name`);
  const failed = await session.query<AlertFacts['jobs']['failed'][number]>(sql`
    select j.name, c.id as "connectionId", c.name as connection, count(*)::integer as count
    from job j left join connection c on c.id = j.connection_id
    where j.state in ('failed', 'gave-up') and (j.connection_id is null or ${isKept(sql`j.connection_id`)})
      and not exists (
        select from job later where later.connection_id is not distinct from j.connection_id and later.key = j.key
          and later.state = 'done' and later.requested_at > j.requested_at)
    group by j.name, c.id, c.name order by j.name, c.name`);
  const [due] = await session.query<{ waiting: number; oldest: string | null }>(sql`
    select count(*)::integer as waiting, min(due_at) as oldest from job
    where state = 'waiting' and due_at <= clock_timestamp()`);
  return { failing, failed, waiting: due?.waiting ?? 0, oldestDueAt: due?.oldest ?? null };
}

type BackupFacts = Pick<BookedAlertFacts, 'backups' | 'backupWantedSince' | 'failedDrill'>;

/** By the settings whether it is wished for, by the audit log whether it was done. */
export async function readBackups(session: Session): Promise<BackupFacts> {
  const [wish] = await session.query<{ since: string }>(
    sql`select changed_at as since from installation_settings where settings->'backup' is not null`,
  );
  const backups = await session.query<{ file: string; at: string }>(sql`
    select event::json #>> '{after,file}' as file, (event::json->>'at')::timestamptz as at from audit_event
    where subject = 'installation/backup' and action = 'backup.create'
    order by sequence desc limit ${BACKUPS_MAX}`);
  const [drill] = await session.query<{ at: string; file: string; faults: number }>(sql`
    select (event::json->>'at')::timestamptz as at, event::json #>> '{after,file}' as file,
      json_array_length(coalesce(event::json #> '{after,faults}', '[]')) as faults
    from audit_event where subject = 'installation/backup' and action = 'backup.drill' order by sequence desc limit 1`);
  const failedDrill = drill && drill.faults > 0 ? { at: drill.at, file: drill.file } : null;
  return { backups, backupWantedSince: wish?.since ?? null, failedDrill };
}
