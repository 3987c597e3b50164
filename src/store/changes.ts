import type { Change, ChangePlace, ChangeStore } from '../app/index.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';

/** What was written so long ago may become visible only now, because its database transaction was open until now. */
const OVERLAP_MS = 10_000;

interface EventRow {
  readonly position: bigint;
  readonly subject: string;
  readonly state: string | null;
}

interface TimedRow {
  readonly id: string;
  readonly state: string;
}

interface FeedRow extends TimedRow {
  readonly mark: string;
}

/** Changes as the audit log, the history of jobs and the runs of feeds tell of them. Nothing is written for it. */
export function createChangeStore(database: Database): ChangeStore {
  return {
    currentPlace: () => placeNow(database),

    async changesAfter(place, limit) {
      // Before the rest: what comes meanwhile belongs to the next call.
      const now = await placeNow(database);
      const [events, jobs, feeds] = await Promise.all([
        eventsAfter(database, place, limit),
        jobsAfter(database, place, limit),
        feedsAfter(database, place, limit),
      ]);
      const changes = [
        ...events.map(({ position, subject, state }): Change => {
          const [type = '', id = ''] = subject.split('/');
          return { type: type as Change['type'], id, state, mark: String(position) };
        }),
        ...jobs.map(({ id, state }): Change => ({ type: 'job', id, state, mark: state })),
        ...feeds.map(({ id, state, mark }): Change => ({ type: 'feed', id, state, mark })),
      ];
      return { changes, place: now };
    },
  };
}

async function placeNow(database: Database): Promise<ChangePlace> {
  const [row] = await database.query<{ position: bigint; at_ms: bigint }>(sql`
    select coalesce((select position from audit_event order by position desc limit 1), 0) as position,
      (extract(epoch from clock_timestamp()) * 1000)::bigint as at_ms`);
  return { position: Number(row?.position ?? 0n), atMs: Number(row?.at_ms ?? 0n) };
}

/** Events by their places, and those just before that were not visible yet. */
function eventsAfter(database: Database, { position, atMs }: ChangePlace, limit: number): Promise<readonly EventRow[]> {
  const since = new Date(atMs - OVERLAP_MS).toISOString();
  return database.query<EventRow>(sql`
    select position, subject, event::json -> 'after' ->> 'state' as state from (
      select position, subject, event from audit_event
      where position > ${position} - ${limit}::bigint order by position limit ${limit * 2}) latest
    where (position > ${position} or event::json ->> 'at' >= ${since})
      and split_part(subject, '/', 1) in ('settlement', 'entry', 'accrual', 'connection')
    order by position`);
}

function jobsAfter(database: Database, { atMs }: ChangePlace, limit: number): Promise<readonly TimedRow[]> {
  const since = new Date(atMs - OVERLAP_MS).toISOString();
  return database.query<TimedRow>(sql`
    select id, state from (
      (select id, state from job where requested_at >= ${since}::timestamptz order by requested_at desc limit ${limit})
      union (select id, state from job where ended_at >= ${since}::timestamptz order by ended_at limit ${limit})
      union (select id, state from job where state = 'running' limit ${limit})) moved`);
}

function feedsAfter(database: Database, { atMs }: ChangePlace, limit: number): Promise<readonly FeedRow[]> {
  const since = new Date(atMs - OVERLAP_MS).toISOString();
  return database.query<FeedRow>(sql`
    select connection_id::text || '/' || feed as id,
      case when is_up_to_date then 'up-to-date' else 'behind' end as state, finished_at::text as mark
    from feed_run where finished_at >= ${since}::timestamptz order by finished_at limit ${limit}`);
}
