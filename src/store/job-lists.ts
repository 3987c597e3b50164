import type { ProblemFacts } from '../core/index.ts';
import type {
  AttemptOutcome,
  JobAttempt,
  JobCause,
  JobFilter,
  JobPlace,
  JobRecord,
  JobRecords,
  JobState,
  JobSummary,
} from '../jobs/index.ts';
import { allOf, type Session, type Sql, sql } from './sql.ts';

const LIST_MAX = 10_000;
const PART_MAX = 1_000;
const CAUSES_MAX = 200;

/** A row of `job`. */
export interface RecordRow {
  readonly id: string;
  readonly name: string;
  readonly connection_id: string | null;
  readonly payload: unknown;
  readonly key: string;
  readonly queue: string;
  readonly priority: number;
  readonly requested_at: string;
  readonly due_at: string;
  readonly state: JobState;
  readonly placement: number;
  readonly replaced_by: string | null;
  readonly ended_at: string | null;
}

/** A row of `job_attempt` beside one of `job`. */
export interface AttemptRow {
  readonly number: number;
  readonly worker_id: string;
  readonly host: string;
  readonly pid: number;
  readonly correlation_id: string;
  readonly started_at: string;
  readonly attempt_ended_at: string | null;
  readonly outcome: AttemptOutcome | null;
  readonly problem: ProblemFacts | null;
}

type SummaryRow = RecordRow & AttemptRow & { readonly attempt_count: number; readonly place: string };

export async function listJobs(session: Session, filter: JobFilter): Promise<readonly JobSummary[]> {
  return (await readJobs(session, conditionsOf(filter), filter.limit ?? LIST_MAX)).map(summaryOf);
}

export async function partOfJobs(
  session: Session,
  wanted: Parameters<JobRecords['partOfJobs']>[0],
): ReturnType<JobRecords['partOfJobs']> {
  const limit = Math.min(wanted.limit, PART_MAX);
  const rows = await readJobs(session, [...conditionsOf(wanted), wanted.after && isAfter(wanted.after)], limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(summaryOf),
    next: last ? { requestedAt: last.place, id: last.id } : null,
  };
}

export async function listCauses(session: Session): Promise<readonly JobCause[]> {
  return session.query<JobCause & object>(sql`
    select a.problem ->> 'code' as code, j.name, j.state, count(*)::integer as count,
      (array_agg(a.problem ->> 'says' order by a.started_at desc))[1] as says
    from job j
    join lateral (
      select problem, started_at from job_attempt where job_id = j.id order by number desc limit 1) a on a.problem is not null
    where j.state in ('waiting', 'failed', 'gave-up')
    group by 1, j.name, j.state
    order by count(*) desc, 1, j.name, j.state limit ${CAUSES_MAX}`);
}

/** With its place to the microsecond, because records have milliseconds only. */
async function readJobs(
  session: Session,
  conditions: readonly (Sql | undefined)[],
  limit: number,
): Promise<readonly SummaryRow[]> {
  return session.query<SummaryRow>(sql`
    select j.*, a.number, a.worker_id, a.host, a.pid, a.correlation_id, a.started_at, a.ended_at as attempt_ended_at,
      a.outcome, a.problem, coalesce(a.number, 0) as attempt_count,
      to_char(j.requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place
    from (
      select * from job where ${allOf(conditions)}
      order by requested_at desc, id desc limit ${Math.min(limit, LIST_MAX)}) j
    left join lateral (
      select * from job_attempt where job_id = j.id order by number desc limit 1) a on true
    order by j.requested_at desc, j.id desc`);
}

function conditionsOf({ states, connection, name, since, cause, text }: JobFilter): readonly (Sql | undefined)[] {
  return [
    states && sql`state in (select json_array_elements_text(${JSON.stringify(states)}::json))`,
    connection && sql`(connection_id = ${connection.id} or payload ->> 'connection' = ${connection.name})`,
    name === undefined ? undefined : sql`name = ${name}`,
    since === undefined ? undefined : sql`requested_at >= ${since}::timestamptz`,
    cause === undefined
      ? undefined
      : sql`(select problem ->> 'code' from job_attempt where job_id = job.id order by number desc limit 1) = ${cause}`,
    text === undefined ? undefined : sql`(strpos(id, ${text}) > 0 or strpos(key, ${text}) > 0)`,
  ];
}

function isAfter({ requestedAt, id }: JobPlace): Sql {
  return sql`(requested_at, id) < (${requestedAt}::timestamptz, ${id})`;
}

function summaryOf(row: SummaryRow): JobSummary {
  return {
    ...recordOf(row),
    attemptCount: row.attempt_count,
    lastAttempt: row.attempt_count === 0 ? null : attemptOf(row),
  };
}

export function recordOf(row: RecordRow): JobRecord {
  return {
    id: row.id,
    name: row.name,
    connectionId: row.connection_id,
    payload: row.payload,
    key: row.key,
    queue: row.queue,
    priority: row.priority,
    requestedAt: row.requested_at,
    dueAt: row.due_at,
    state: row.state,
    replacedBy: row.replaced_by,
    endedAt: row.ended_at,
  };
}

export function attemptOf(row: AttemptRow): JobAttempt {
  return {
    number: row.number,
    workerId: row.worker_id,
    host: row.host,
    pid: row.pid,
    correlationId: row.correlation_id,
    startedAt: row.started_at,
    endedAt: row.attempt_ended_at,
    outcome: row.outcome,
    problem: row.problem,
  };
}
