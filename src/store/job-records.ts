import type { AuditSubject } from '../app/index.ts';
import { Problem } from '../core/index.ts';
import type { JobEngine, JobPerson, JobRecord, JobRecords, JobState, WorkerRecord } from '../jobs/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { keyOf, lockKey, placeJob, yieldToWaiting } from './job-history.ts';
import { type AttemptRow, attemptOf, listCauses, listJobs, partOfJobs, type RecordRow, recordOf } from './job-lists.ts';
import { type Session, sql } from './sql.ts';
import { databaseTime } from './store-time.ts';

const WORKERS_MAX = 10_000;
/** Workers that have ended are shown for a day. */
const ENDED_WORKERS_SHOWN = 20;
const PRUNE_ROWS = 1_000;
/** Of one work of one connection. What is done every minute is remembered for hours, what is done by night for the whole time. */
const DONE_KEPT = 500;
const THIN_OUT_ROWS = 20_000;

interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly concurrency: number;
  readonly started_at: string;
  readonly last_seen_at: string;
  readonly ended_at: string | null;
  readonly ended_how: 'stopped' | 'lost' | null;
  readonly running: number;
}

/** The history of jobs as people read it, and what they may decide. */
export function createJobRecords({ database, engine }: { database: Database; engine: JobEngine }): JobRecords {
  return {
    listJobs: (filter = {}) => listJobs(database, filter),
    partOfJobs: (wanted) => partOfJobs(database, wanted),
    listCauses: () => listCauses(database),

    async showJob(id) {
      const [row] = await database.query<RecordRow>(sql`select * from job where id = ${id}`);
      if (!row) throw unknown(id);
      const attempts = await database.query<AttemptRow>(
        sql`select *, ended_at as attempt_ended_at from job_attempt where job_id = ${id} order by number`,
      );
      return { job: recordOf(row), attempts: attempts.map(attemptOf) };
    },

    replayJob: (id, person, why) =>
      database.transaction(async (session) => {
        const row = await lockForDecision(session, id);
        assertReplayable(row);
        const before = { state: row.state };
        // Another job of the same key waits already and does the same work.
        const isSuperfluous = await yieldToWaiting(session, row);
        if (!isSuperfluous) await placeAnew(session, row, engine);
        return decided(session, { id, action: 'job.replay', person, why, before });
      }),

    cancelJob: (id, person, why) =>
      database.transaction(async (session) => {
        const row = await lockForDecision(session, id);
        if (row.state === 'running') throw running(row);
        const before = { state: row.state };
        if (row.state === 'failed' || row.state === 'gave-up') {
          await session.query(sql`update job set state = 'cancelled' where id = ${id}`);
          return decided(session, { id, action: 'job.dismiss', person, why, before });
        }
        if (row.state !== 'waiting') throw notWaiting(row);
        await session.query(sql`
          update job set state = 'cancelled', ended_at = clock_timestamp(), placement = placement + 1 where id = ${id}`);
        await session.query(engine.remove(row.key));
        return decided(session, { id, action: 'job.cancel', person, why, before });
      }),

    async countJobs() {
      const rows = await database.query<{ state: JobState; count: bigint }>(
        sql`select state, count(*) as count from job group by state`,
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    },

    async listWorkers() {
      const rows = await database.query<WorkerRow>(sql`
        select w.*, (select count(*)::int from job_attempt a where a.worker_id = w.id and a.ended_at is null) as running
        from worker w order by ended_at is not null, ended_at desc, started_at, id limit ${WORKERS_MAX}`);
      const ended = rows.filter((row) => row.ended_at !== null).slice(0, ENDED_WORKERS_SHOWN);
      return [...rows.filter((row) => row.ended_at === null), ...ended].map(workerOf);
    },

    async pruneHistory(before) {
      let removed = 0;
      for (;;) {
        // In small steps, so that no worker waits for it.
        const rows = await database.query(sql`
          delete from job where id in (
            select id from job where ended_at < ${before}::timestamptz order by ended_at limit ${PRUNE_ROWS})
          returning id`);
        removed += rows.length;
        if (rows.length < PRUNE_ROWS) break;
      }
      removed += await thinOut(database);
      await database.query(sql`delete from worker where ended_at < ${before}::timestamptz`);
      return removed;
    },
  };
}

/** A thousand connections end two hundred thousand jobs a day, and nobody asks for those that went well long ago. */
async function thinOut(database: Database): Promise<number> {
  for (let removed = 0; ; ) {
    const rows = await database.query(sql`
      delete from job where state in ('done', 'replaced') and id in (
        select id from (
          select id, row_number() over (partition by key order by ended_at desc) as place
          from job where state in ('done', 'replaced')) as placed
        where place > ${DONE_KEPT} limit ${THIN_OUT_ROWS})
      returning id`);
    removed += rows.length;
    if (rows.length < THIN_OUT_ROWS) return removed;
  }
}

/** Locks a job as a request of its key does: first the key, then the job. */
async function lockForDecision(session: Session, id: string): Promise<RecordRow> {
  const key = await keyOf(session, id);
  if (key === undefined) throw unknown(id);
  await lockKey(session, key);
  const [row] = await session.query<RecordRow>(sql`select * from job where id = ${id} for update`);
  if (!row) throw unknown(id);
  return row;
}

function assertReplayable(row: RecordRow): void {
  if (row.state === 'running') throw running(row);
  if (row.state === 'done') {
    throw new Problem({
      code: 'JOB_DONE',
      kind: 'conflict',
      says: `Job ${row.id} (${row.name}) has ended as done at ${row.ended_at ?? ''}; it is not run again.`,
      next: `Look at it: seller-ledger jobs show ${row.id}. Work that is to be done anew is asked for as such: seller-ledger schedule run NAME --work ${row.name} --why TEXT`,
    });
  }
  if (row.state === 'replaced') {
    throw new Problem({
      code: 'JOB_REPLACED',
      kind: 'conflict',
      says: `Job ${row.id} (${row.name}) was replaced by ${row.replaced_by ?? 'a later one'}, which does its work too.`,
      next: 'Look at that one instead: seller-ledger jobs show ID',
    });
  }
}

async function placeAnew(session: Session, { id }: RecordRow, engine: JobEngine): Promise<void> {
  const [row] = await session.query<RecordRow>(sql`
    update job set state = 'waiting', due_at = clock_timestamp(), ended_at = null, placement = placement + 1,
      counted_from = (select coalesce(max(number), 0) from job_attempt where job_id = ${id})
    where id = ${id} returning *`);
  if (row) await placeJob(session, engine, row);
}

async function decided(
  session: Session,
  {
    id,
    before,
    person,
    ...fact
  }: { id: string; action: string; person: JobPerson; why: string; before: { state: JobState } },
): Promise<JobRecord> {
  const [row] = await session.query<RecordRow>(sql`select * from job where id = ${id}`);
  if (!row) throw unknown(id);
  const subject: AuditSubject = `job/${id}`;
  const after = { state: row.state, name: row.name, key: row.key, connectionId: row.connection_id };
  await appendAuditEvent(session, { ...fact, actor: person, subject, before, after }, await databaseTime(session));
  return recordOf(row);
}

function unknown(id: string): Problem {
  return new Problem({
    code: 'JOB_UNKNOWN',
    kind: 'invalid',
    says: `There is no job ${id}.`,
    next: 'List them: seller-ledger jobs list. What ended long ago is no longer kept.',
    data: id,
  });
}

function running({ id, name }: RecordRow): Problem {
  return new Problem({
    code: 'JOB_RUNNING',
    kind: 'conflict',
    says: `Job ${id} (${name}) runs now.`,
    next: 'Wait for it: seller-ledger jobs show ID. To end it, stop its worker; it gives up at its next safe point and runs again later.',
  });
}

function notWaiting({ id, name, state }: RecordRow): Problem {
  return new Problem({
    code: 'JOB_NOT_WAITING',
    kind: 'conflict',
    says: `Job ${id} (${name}) is ${state} and does not run any more.`,
    next: 'Nothing to do: only a job that waits can be cancelled, and one that failed be dismissed.',
  });
}

function workerOf(row: WorkerRow): WorkerRecord {
  return {
    id: row.id,
    host: row.host,
    pid: row.pid,
    version: row.version,
    concurrency: row.concurrency,
    startedAt: row.started_at,
    lastSeenAt: row.last_seen_at,
    endedAt: row.ended_at,
    endedHow: row.ended_how,
    running: row.running,
  };
}
