import type { ProblemFacts } from '../../../core/index.ts';
import type { JobAttempt, JobFilter, JobRecord, JobRecords } from '../../../jobs/index.ts';
import type { Workspace } from '../../composition.ts';
import { jobRecordsOf } from '../../job-runner.ts';
import { assertWorkOfJobs, type ReplayedJob, replayFailed } from '../../replay-jobs.ts';
import {
  Job,
  JobDetail,
  JobId,
  JobOverview,
  JobPart,
  JobQuery,
  Replayed,
  ReplayMany,
  Why,
  Workers,
} from '../contract/jobs.ts';
import { jobCursor } from '../cursor.ts';
import { type Route, route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

const READ = { method: 'GET', access: 'books.read', tag: 'Jobs' } as const;
const OPERATE = { method: 'POST', access: 'books.operate', tag: 'Jobs' } as const;

/** The history of jobs and what a person may do about it: what the commands `jobs …` and `worker list` do. */
export function jobRoutes({ workspace }: HttpOptions): readonly Route[] {
  let made: Promise<JobRecords> | undefined;
  // The queue is prepared when somebody first looks, as at the command line; a failure is not kept.
  const records = (): Promise<JobRecords> => {
    made ??= jobRecordsOf(workspace).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return [...readRoutes(workspace, records), ...writeRoutes(workspace, records)];
}

function readRoutes(workspace: Workspace, records: () => Promise<JobRecords>): readonly Route[] {
  return [
    route(
      { ...READ, path: '/jobs', summary: 'Jobs, the newest first', query: JobQuery, answer: JobPart },
      async ({ query }) => {
        const { cursor, limit, state, text, cause, ...rest } = query;
        const filter = await filterOf(workspace, rest);
        const { items, next } = await (await records()).partOfJobs({
          ...filter,
          ...(state && { states: [state] }),
          ...(text !== undefined && { text }),
          ...(cause !== undefined && { cause }),
          limit,
          after: jobCursor.read(cursor, query),
        });
        const summaries = items.map(({ attemptCount, lastAttempt, ...job }) => ({
          ...jobView(job),
          attemptCount,
          lastAttempt: lastAttempt && attemptView(lastAttempt),
        }));
        return { items: summaries, nextCursor: jobCursor.write(next, query) };
      },
    ),
    route(
      {
        ...READ,
        path: '/jobs/summary',
        summary: 'How many jobs there are, and why some do not get through',
        answer: JobOverview,
      },
      async () => {
        const history = await records();
        const [counts, causes] = await Promise.all([history.countJobs(), history.listCauses()]);
        return { counts, causes: [...causes] };
      },
    ),
    route(
      { ...READ, path: '/jobs/:id', summary: 'One job with all its attempts', params: JobId, answer: JobDetail },
      async ({ params }) => {
        const { job, attempts } = await (await records()).showJob(params.id);
        return { ...jobView(job), attempts: attempts.map(attemptView) };
      },
    ),
    route(
      { ...READ, path: '/workers', summary: 'Processes that run jobs, and the last ones that ended', answer: Workers },
      async () => ({ items: [...(await (await records()).listWorkers())] }),
    ),
  ];
}

function writeRoutes(workspace: Workspace, records: () => Promise<JobRecords>): readonly Route[] {
  return [
    route(
      {
        ...OPERATE,
        path: '/jobs/:id/replay',
        summary: 'Try a job again at once',
        description: 'One that failed, gave up, was cancelled, or waits for its next try.',
        params: JobId,
        body: Why,
        answer: Job,
        example: { body: { why: 'SAP is back' } },
      },
      async ({ params, body, actor }) => jobView(await (await records()).replayJob(params.id, actor, body.why)),
    ),
    route(
      {
        ...OPERATE,
        path: '/jobs/:id/cancel',
        summary: 'Take a waiting job back, or dismiss one that failed',
        params: JobId,
        body: Why,
        answer: Job,
        example: { body: { why: 'not needed any more' } },
      },
      async ({ params, body, actor }) => jobView(await (await records()).cancelJob(params.id, actor, body.why)),
    ),
    route(
      {
        ...OPERATE,
        path: '/jobs/replay',
        summary: 'Try all jobs again that failed or gave up',
        description:
          'Only those of one cause, connection or kind of work, where such is named. SCHEDULE_WORK_UNKNOWN for a work that there is not.',
        body: ReplayMany,
        answer: Replayed,
        example: { body: { cause: 'SAP_UNREACHABLE', why: 'SAP is back' } },
      },
      async ({ body, actor }) => {
        const { why, cause, ...rest } = body;
        if (rest.name !== undefined) await assertWorkOfJobs(await records(), rest.name);
        const filter = { ...(await filterOf(workspace, rest)), ...(cause !== undefined && { cause }) };
        const items = await replayFailed(await records(), filter, { person: actor, why });
        const replayed = items.filter(({ state }) => state === 'waiting').length;
        return { replayed, left: items.length - replayed, items: items.map(replayedView) };
      },
    ),
  ];
}

interface Filters {
  readonly connection?: string | undefined;
  readonly name?: string | undefined;
  readonly since?: string | undefined;
}

async function filterOf({ books }: Workspace, { connection, name, since }: Filters): Promise<JobFilter> {
  return {
    ...(connection !== undefined && {
      connection: { id: (await books.getConnection(connection)).id, name: connection },
    }),
    ...(name !== undefined && { name }),
    ...(since !== undefined && { since }),
  };
}

/** Without the payload, whose parts are of the works themselves; of it the connection is told. */
function jobView({ payload, ...job }: JobRecord) {
  const isNamed = typeof payload === 'object' && payload !== null && 'connection' in payload;
  const connection = isNamed && typeof payload.connection === 'string' ? payload.connection : null;
  return { ...job, connection, about: connection ?? aboutOf(payload) };
}

/** Of a job that is about no connection: the installation, or the short facts of its payload. */
function aboutOf(payload: JobRecord['payload']): string {
  if (typeof payload !== 'object' || payload === null) return '';
  if ('slotAt' in payload) return '(installation)';
  return Object.values(payload)
    .filter((value) => typeof value === 'string')
    .join(' ');
}

function attemptView({ problem, ...attempt }: JobAttempt) {
  return { ...attempt, problem: problem && problemView(problem) };
}

function replayedView({ problem, ...each }: ReplayedJob) {
  return { ...each, ...(problem && { problem: problemView(problem) }) };
}

function problemView({ code, kind, says, next }: ProblemFacts) {
  return { code, kind, says, next };
}
