import type { ProblemFacts } from '../core/index.ts';
import type { AttemptEnding, BegunAttempt, JobEngine, JobHistory, JobTicket, RequestedJob } from '../jobs/index.ts';
import type { Database } from './database.ts';
import { storableJson } from './feed-batches.ts';
import { problemToJson, toJson } from './json.ts';
import { type Session, sql } from './sql.ts';

/** A job that ends so many workers in a row is left to a person: it may be what ends them. */
const INTERRUPTIONS_MAX = 10;
/** The engine may still be about to be told of what was changed less long ago. */
const MISSING_AFTER_MS = 30_000;
const MISSING_AT_ONCE_MAX = 500;
/** The clock was set back: no job was asked for so far in the future. */
const BACK_MS_MIN = 60_000;
const QUEUES_LOCK = 'job queues';

/** What stands in an attempt whose worker is gone. */
const INTERRUPTED: ProblemFacts = {
  code: 'JOB_INTERRUPTED',
  kind: 'unavailable',
  says: 'The worker that ran this job ended in the middle of it, or was not heard of for too long.',
  next: 'Nothing, when the next attempt gets through. After ten such ends in a row the job is left to a person: look into the log of the worker, then seller-ledger jobs replay ID --why TEXT',
};

export interface JobHistoryOptions {
  readonly database: Database;
  readonly engine: JobEngine;
}

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly connection_id: string | null;
  readonly payload: unknown;
  readonly key: string;
  readonly queue: string;
  readonly priority: number;
  readonly due_at: string;
  readonly state: string;
  readonly placement: number;
  readonly counted_from: number;
}

/** The history of jobs on a database, as workers write it. Times are those of the database. */
export function createJobHistory({ database, engine }: JobHistoryOptions): JobHistory {
  return {
    request: (job, { isPlaced = false } = {}) =>
      database.transaction((session) => requestJob(session, job, isPlaced ? undefined : engine)),

    begin: (ticket, by) =>
      database.transaction(async (session) => {
        const { id, host, pid } = by.worker;
        const job = await lockJob(session, ticket.job);
        // Without a lock on the engine's row: whoever changes both takes the job first.
        const held = await session.query(engine.holds(by.rowId, id));
        if (held.length === 0) throw new Error(`job ${ticket.job} was given to another worker before it began`);
        if (!job || !isMeant(job, ticket)) return undefined;
        await closeOpenAttempt(session, job.id);
        const past = await pastOf(session, job);
        if (past.interruptions >= INTERRUPTIONS_MAX) {
          await finish(session, job.id, 'gave-up');
          return undefined;
        }
        const number = past.attempts + 1;
        await session.query(sql`
          insert into job_attempt (job_id, number, worker_id, host, pid, correlation_id, started_at)
          values (${job.id}, ${number}, ${id}, ${host}, ${pid}, ${by.correlationId}, clock_timestamp())`);
        await session.query(sql`update job set state = 'running' where id = ${job.id}`);
        return { jobId: job.id, number, payload: job.payload, failuresBefore: past.failures };
      }),

    end: (attempt, ending) => database.transaction((session) => endAttempt(session, { attempt, ending, engine })),

    async announce({ id, host, pid, version, concurrency }) {
      await database.query(sql`
        insert into worker (id, host, pid, version, concurrency, started_at, last_seen_at)
        values (${id}, ${host}, ${pid}, ${version}, ${concurrency}, clock_timestamp(), clock_timestamp())
        on conflict (id) do update set last_seen_at = excluded.last_seen_at, ended_at = null, ended_how = null`);
    },

    async keepAlive(workerId) {
      const rows = await database.query(sql`
        update worker set last_seen_at = clock_timestamp() where id = ${workerId} and ended_at is null returning id`);
      return rows.length === 1;
    },

    async leave(workerId) {
      await database.query(sql`
        update worker set ended_at = clock_timestamp(), ended_how = 'stopped'
        where id = ${workerId} and ended_at is null`);
    },

    async openWorkers() {
      const rows = await database.query<{ id: string; host: string; pid: number; silent_ms: bigint | null }>(sql`
        select id, host, pid, abs(extract(epoch from clock_timestamp() - last_seen_at) * 1000)::bigint as silent_ms
        from worker where ended_at is null
        union
        select a.worker_id, a.host, a.pid, null from job_attempt a
        where a.ended_at is null and not exists (select from worker w where w.id = a.worker_id and w.ended_at is null)`);
      return rows.map((row) => ({
        id: row.id,
        host: row.host,
        pid: row.pid,
        silentMs: row.silent_ms === null ? Number.POSITIVE_INFINITY : Number(row.silent_ms),
      }));
    },

    interrupt: (workerIds) => database.transaction((session) => interruptWorkers(session, workerIds)),

    placeMissing: () =>
      database.transaction(
        async (session) => (await placeEarlier(session, engine)) + (await placeMissing(session, engine)),
      ),

    dropEmptyQueues: () =>
      database.transaction(async (session) => {
        await session.query(sql`select pg_advisory_xact_lock(hashtextextended(${QUEUES_LOCK}, 0))`);
        await session.query(engine.dropEmptyQueues());
      }),
  };
}

/** Only the last placement of a job that is still to be done. */
function isMeant(job: JobRow, { placement }: JobTicket): boolean {
  return job.placement === placement && (job.state === 'waiting' || job.state === 'running');
}

async function requestJob(
  session: Session,
  job: RequestedJob,
  engine: JobEngine | undefined,
): Promise<'placed' | 'known'> {
  await lockKey(session, job.key);
  const known = await lockJob(session, job.id);
  if (known && known.state !== 'failed' && known.state !== 'gave-up') return 'known';
  await replaceWaiting(session, { key: job.key, by: job.id });
  const dueAt = sql`clock_timestamp() + ${job.delayMs} * interval '1 millisecond'`;
  const payload = storableJson(toJson(job.payload ?? null));
  const [row] = await session.query<JobRow>(sql`
    insert into job as known (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement)
    values (${job.id}, ${job.name}, ${job.connectionId}, ${payload}, ${job.key}, ${job.queue}, ${job.priority},
      clock_timestamp(), ${dueAt}, 'waiting', 1)
    on conflict (id) do update set state = 'waiting', due_at = excluded.due_at, ended_at = null,
      placement = known.placement + 1,
      counted_from = (select coalesce(max(number), 0) from job_attempt where job_id = known.id)
    returning *`);
  if (row && engine) await placeJob(session, engine, row);
  return 'placed';
}

async function endAttempt(
  session: Session,
  { attempt, ending, engine }: { attempt: BegunAttempt; ending: AttemptEnding; engine: JobEngine },
): Promise<boolean> {
  const key = await keyOf(session, attempt.jobId);
  // In the same order as a request does: first the key, then the job.
  if (key !== undefined) await lockKey(session, key);
  const job = await lockJob(session, attempt.jobId);
  const problem = ending.problem ?? null;
  const closed = await session.query(sql`
    update job_attempt set ended_at = clock_timestamp(), outcome = ${ending.outcome}, problem = ${problemText(problem)}
    where job_id = ${attempt.jobId} and number = ${attempt.number} and ended_at is null
    returning number`);
  if (!job || closed.length === 0) return false;
  if (ending.outcome === 'done') await finish(session, job.id, 'done');
  else if (ending.outcome === 'failed' && ending.retryInMs === null) await finish(session, job.id, ending.last);
  else await waitAgain(session, job, { delayMs: ending.outcome === 'failed' ? (ending.retryInMs ?? 0) : 0, engine });
  return true;
}

/** A later request of the same key does the work of the one that would be tried again. */
async function waitAgain(
  session: Session,
  job: JobRow,
  { delayMs, engine }: { delayMs: number; engine: JobEngine },
): Promise<void> {
  if (await yieldToWaiting(session, job)) return;
  const [row] = await session.query<JobRow>(sql`
    update job set state = 'waiting', placement = placement + 1,
      due_at = clock_timestamp() + ${delayMs} * interval '1 millisecond'
    where id = ${job.id} returning *`);
  if (row) await placeJob(session, engine, row);
}

/** `true` when another job of the same key waits already, which makes this one superfluous. */
export async function yieldToWaiting(session: Session, job: Pick<JobRow, 'id' | 'key'>): Promise<boolean> {
  const rows = await session.query(sql`
    update job set state = 'replaced', ended_at = clock_timestamp(), replaced_by = other.id
    from job other
    where job.id = ${job.id} and other.key = ${job.key} and other.state = 'waiting' and other.id <> ${job.id}
    returning job.id`);
  return rows.length > 0;
}

async function finish(session: Session, id: string, state: 'done' | 'failed' | 'gave-up'): Promise<void> {
  await session.query(sql`update job set state = ${state}, ended_at = clock_timestamp() where id = ${id}`);
}

/** The engine handed the job out again, so whoever began it is not at it any more, or must not go on. */
async function closeOpenAttempt(session: Session, jobId: string): Promise<void> {
  await session.query(sql`
    update job_attempt set ended_at = clock_timestamp(), outcome = 'interrupted', problem = ${problemText(INTERRUPTED)}
    where job_id = ${jobId} and ended_at is null`);
}

async function interruptWorkers(session: Session, workerIds: readonly string[]): Promise<number> {
  // One at a time, because two that declare the same workers lost would lock them in any order.
  await session.query(sql`select pg_advisory_xact_lock(hashtextextended('lost workers', 0))`);
  const ids = JSON.stringify(workerIds);
  const isTheirs = sql`in (select json_array_elements_text(${ids}::json))`;
  await session.query(sql`
    update worker set ended_at = clock_timestamp(), ended_how = 'lost' where ended_at is null and id ${isTheirs}`);
  const attempts = await session.query<{ job_id: string }>(sql`
    select job_id from job_attempt where ended_at is null and worker_id ${isTheirs} order by job_id`);
  let interrupted = 0;
  for (const { job_id: jobId } of attempts) {
    const key = await keyOf(session, jobId);
    if (key !== undefined) await lockKey(session, key);
    const job = await lockJob(session, jobId);
    const closed = await session.query(sql`
      update job_attempt set ended_at = clock_timestamp(), outcome = 'interrupted',
        problem = ${problemText(INTERRUPTED)}
      where job_id = ${jobId} and ended_at is null and worker_id ${isTheirs} returning number`);
    if (!job || closed.length === 0 || job.state !== 'running') continue;
    interrupted += 1;
    if (await yieldToWaiting(session, job)) continue;
    await session.query(sql`update job set state = 'waiting', due_at = clock_timestamp() where id = ${jobId}`);
  }
  return interrupted;
}

async function pastOf(
  session: Session,
  job: JobRow,
): Promise<{ attempts: number; failures: number; interruptions: number }> {
  const rows = await session.query<{ number: number; outcome: string }>(
    sql`select number, outcome from job_attempt where job_id = ${job.id} order by number desc`,
  );
  const counted = rows.filter(({ number }) => number > job.counted_from);
  const whole = counted.findIndex(({ outcome }) => outcome !== 'interrupted');
  return {
    attempts: rows[0]?.number ?? 0,
    failures: counted.filter(({ outcome }) => outcome === 'failed').length,
    interruptions: whole < 0 ? counted.length : whole,
  };
}

/**
 * After a restore the engine's queue is empty, and a worker thought lost may take a row of it away when it comes back. What was given
 * back after the clock was set back stands in the queue at its old time.
 */
async function placeMissing(session: Session, engine: JobEngine): Promise<number> {
  const rows = await session.query<JobRow>(sql`
    update job set placement = placement + 1 where id in (
      select id from job
      where state = 'waiting' and due_at < clock_timestamp() - ${MISSING_AFTER_MS} * interval '1 millisecond'
        and id not in (${engine.soonPlacedIds()})
      order by due_at limit ${MISSING_AT_ONCE_MAX} for update skip locked)
    returning *`);
  for (const row of rows) await placeJob(session, engine, row);
  return rows.length;
}

/**
 * After the clock was set back, what was to be done at once would wait until the clock is where it was. It waits for as long as
 * it was to wait, counted from now.
 */
async function placeEarlier(session: Session, engine: JobEngine): Promise<number> {
  const rows = await session.query<JobRow>(sql`
    with told as (
      select j.id, j.due_at, greatest(j.requested_at, max(a.ended_at)) as told_at
      from job j left join job_attempt a on a.job_id = j.id
      where j.state = 'waiting' and j.due_at > clock_timestamp()
      group by j.id)
    update job set placement = placement + 1, due_at = clock_timestamp() + (told.due_at - told.told_at)
    from told where job.id in (
      select id from job where id in (
        select id from told where told_at > clock_timestamp() + ${BACK_MS_MIN} * interval '1 millisecond'
          and due_at >= told_at and due_at - told_at < told_at - clock_timestamp())
      order by id limit ${MISSING_AT_ONCE_MAX} for update skip locked) and told.id = job.id
    returning job.*`);
  for (const row of rows) await placeJob(session, engine, row);
  return rows.length;
}

/** Changes of the jobs of one key wait for each other, so that the engine's queue and the history agree on which one waits. */
export async function lockKey(session: Session, key: string): Promise<void> {
  await session.query(sql`select pg_advisory_xact_lock(hashtextextended(${`job/${key}`}, 0))`);
}

export async function keyOf(session: Session, id: string): Promise<string | undefined> {
  const [row] = await session.query<{ key: string }>(sql`select key from job where id = ${id}`);
  return row?.key;
}

async function lockJob(session: Session, id: string): Promise<JobRow | undefined> {
  const [row] = await session.query<JobRow>(sql`select * from job where id = ${id} for update`);
  return row;
}

async function replaceWaiting(session: Session, { key, by }: { key: string; by: string }): Promise<void> {
  await session.query(sql`
    update job set state = 'replaced', ended_at = clock_timestamp(), replaced_by = ${by}
    where key = ${key} and state = 'waiting' and id <> ${by}`);
}

/** Puts a job into the engine's queue. */
export async function placeJob(
  session: Session,
  engine: JobEngine,
  row: Omit<JobRow, 'payload' | 'state' | 'counted_from'>,
): Promise<void> {
  const { id, name, connection_id: connectionId, key, queue, priority, placement, due_at: dueAt } = row;
  // Were the queue dropped between the two steps in which the engine takes a job, the job would be in none.
  await session.query(sql`select pg_advisory_xact_lock_shared(hashtextextended(${QUEUES_LOCK}, 0))`);
  await session.query(engine.place({ id, name, connectionId, key, queue, priority, placement, dueAt }));
}

function problemText(problem: ProblemFacts | null): string | null {
  const text = problemToJson(problem);
  return text === null ? null : storableJson(text);
}
