import { z } from 'zod';
import { ListQuery, partOf } from './list.ts';

const JobState = z.enum(['waiting', 'running', 'done', 'failed', 'gave-up', 'cancelled', 'replaced']);
const KeptProblem = z.object({ code: z.string(), kind: z.string(), says: z.string(), next: z.string() });

/** A request for work, and what became of it. */
export const Job = z.object({
  id: z.string(),
  /** The kind of work: `settlements`, `orders`. */
  name: z.string(),
  connectionId: z.string().nullable(),
  /** Name of the connection it is about; `null` for work of the installation. */
  connection: z.string().nullable(),
  /** What it is about, for people: the connection, `(installation)`, or what else tells it from others of its name. */
  about: z.string(),
  key: z.string(),
  queue: z.string(),
  priority: z.int(),
  requestedAt: z.string(),
  /** Not before this time; of a job that is tried again, its next try. */
  dueAt: z.string(),
  state: JobState,
  replacedBy: z.string().nullable(),
  endedAt: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

export const JobAttempt = z.object({
  number: z.int(),
  workerId: z.string(),
  host: z.string(),
  pid: z.int(),
  correlationId: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  outcome: z.enum(['done', 'failed', 'stopped', 'interrupted']).nullable(),
  problem: KeptProblem.nullable(),
});
export type JobAttempt = z.infer<typeof JobAttempt>;

export const JobSummary = Job.extend({ attemptCount: z.int(), lastAttempt: JobAttempt.nullable() });
export type JobSummary = z.infer<typeof JobSummary>;

/** The answer to `GET /api/v1/jobs`. */
export const JobPart = partOf(JobSummary);
export type JobPart = z.infer<typeof JobPart>;

export const JobQuery = ListQuery.extend({
  state: JobState.optional(),
  connection: z.string().max(200).optional(),
  name: z.string().max(100).optional(),
  /** Code of the problem that ended the last attempt. */
  cause: z.string().max(100).optional(),
  since: z.iso.datetime().optional(),
  /** Part of the id or the key. */
  text: z.string().min(1).max(200).optional(),
});

/** The answer to `GET /api/v1/jobs/:id`. */
export const JobDetail = Job.extend({ attempts: z.array(JobAttempt) });
export type JobDetail = z.infer<typeof JobDetail>;

/** The answer to `GET /api/v1/jobs/summary`. */
export const JobOverview = z.object({
  counts: z.partialRecord(JobState, z.int()),
  /** Why jobs do not get through, the most frequent first. */
  causes: z.array(z.object({ code: z.string(), name: z.string(), state: JobState, count: z.int(), says: z.string() })),
});
export type JobOverview = z.infer<typeof JobOverview>;

/** The answer to `GET /api/v1/workers`. */
export const Workers = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      pid: z.int(),
      version: z.string(),
      concurrency: z.int(),
      startedAt: z.string(),
      lastSeenAt: z.string(),
      endedAt: z.string().nullable(),
      endedHow: z.enum(['stopped', 'lost']).nullable(),
      running: z.int(),
    }),
  ),
});
export type Workers = z.infer<typeof Workers>;

export const JobId = z.object({ id: z.string().min(1).max(400) });
/** Why a person decides so, for the audit log. */
export const Why = z.strictObject({ why: z.string().trim().min(1).max(500) });

/** Which of the jobs that failed or gave up are tried again; all of them where nothing is named. */
export const ReplayMany = Why.extend({
  cause: z.string().max(100).optional(),
  connection: z.string().max(200).optional(),
  name: z.string().max(100).optional(),
  since: z.iso.datetime().optional(),
});

/** What came of each. */
export const Replayed = z.object({
  /** Tried again at once. */
  replayed: z.int(),
  /** Left to a later one of the same work, or moved or gone meanwhile. */
  left: z.int(),
  items: z.array(z.object({ id: z.string(), state: JobState.optional(), problem: KeptProblem.optional() })),
});
export type Replayed = z.infer<typeof Replayed>;
