import type { EngineStatement, JobEngine, JobTicket } from './job-history.ts';

/** The schema of the engine's own tables. */
export const ENGINE_SCHEMA = 'graphile_worker';
/** The bound of tries is the history's; this one only keeps the engine from handing out the same row for ever. */
const ENGINE_TRIES_MAX = 25;
/** Longer than it takes the engine to hand out again what could not be written down. */
const SOON_MS = 60_000;

/** What the queue of graphile-worker is told (the flag of a job is its name) in the same database transaction as the history. */
export const graphileEngine: JobEngine = {
  place: ({ id, placement, name, key, queue, priority, dueAt }) => {
    const ticket = JSON.stringify({ job: id, placement } satisfies JobTicket);
    return statement`
      select from graphile_worker.add_job(${name}, ${ticket}::json, ${queue}, ${dueAt}::timestamptz,
        ${ENGINE_TRIES_MAX}, ${key}, ${priority}, array[${name}]::text[])`;
  },
  remove: (key) => statement`select from graphile_worker.remove_job(${key})`,
  // What others lock at this moment is in use, or is dropped the next time.
  dropEmptyQueues: () => statement`
    delete from graphile_worker._private_job_queues where id in (
      select queue.id from graphile_worker._private_job_queues as queue
      where queue.locked_by is null and not exists (
        select from graphile_worker._private_jobs as job where job.job_queue_id = queue.id)
      for update skip locked)`,
  // One that was locked keeps its time when it is given back, which lies ahead where the clock was set back meanwhile.
  soonPlacedIds: () => statement`
    select payload ->> 'job' from graphile_worker._private_jobs
    where attempts < max_attempts and payload ->> 'job' is not null
      and (locked_at is not null or run_at < clock_timestamp() + ${SOON_MS} * interval '1 millisecond')`,
  holds: (rowId, workerId) => statement`
    select id from graphile_worker._private_jobs where id = ${rowId}::bigint and locked_by = ${workerId}`,
};

function statement(strings: TemplateStringsArray, ...values: readonly unknown[]): EngineStatement {
  return { strings, values };
}

/** What the engine hands out for a job of ours; `undefined` for what its own time table or an older program put there. */
export function readTicket(payload: unknown): JobTicket | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { job, placement } = payload as Partial<JobTicket>;
  return typeof job === 'string' && typeof placement === 'number' ? { job, placement } : undefined;
}

/**
 * Opens queues that are locked although none of their jobs is: whoever ended a job of another worker left its lock there. The
 * engine locks and opens both in one statement, so what is seen here is not about to change.
 */
export const OPEN_ORPHANED_QUEUES = `
  UPDATE graphile_worker._private_job_queues AS queue SET locked_by = NULL, locked_at = NULL
  WHERE locked_at NOT BETWEEN now() - interval '1 second' AND now() + interval '1 second' AND NOT EXISTS (
    SELECT FROM graphile_worker._private_jobs AS job WHERE job.job_queue_id = queue.id AND job.locked_at IS NOT NULL)`;
