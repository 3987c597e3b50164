import type { ProblemFacts } from '../core/index.ts';

/**
 * `waiting` for its time, a worker or its next try; `running` now; `done`; `failed`: trying again would change nothing;
 * `gave-up`: tried for hours; `cancelled` by a person, also when it had failed; `replaced` by a later request of the same key, which does its work too.
 */
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'gave-up' | 'cancelled' | 'replaced';

/** `stopped`: the worker was asked to end, which is no failure. `interrupted`: the worker died or was not heard of any more. */
export type AttemptOutcome = 'done' | 'failed' | 'stopped' | 'interrupted';

/** One request for work, and what became of it. Times are ISO 8601 UTC by the clock of the database. */
export interface JobRecord {
  readonly id: string;
  readonly name: string;
  readonly connectionId: string | null;
  readonly payload: unknown;
  readonly key: string;
  readonly queue: string;
  readonly priority: number;
  readonly requestedAt: string;
  /** Not before this time; of a job that is tried again, its next try. */
  readonly dueAt: string;
  readonly state: JobState;
  readonly replacedBy: string | null;
  readonly endedAt: string | null;
}

/** One try of a job by one worker. */
export interface JobAttempt {
  readonly number: number;
  readonly workerId: string;
  readonly host: string;
  readonly pid: number;
  /** Stands in every audit event and log line of the attempt. */
  readonly correlationId: string;
  readonly startedAt: string;
  /** `null` while it runs. */
  readonly endedAt: string | null;
  readonly outcome: AttemptOutcome | null;
  readonly problem: ProblemFacts | null;
}

/** A job in a list: with its last attempt, where there is one. */
export interface JobSummary extends JobRecord {
  readonly attemptCount: number;
  readonly lastAttempt: JobAttempt | null;
}

/** A process that runs jobs. */
export interface WorkerFacts {
  /** The engine's name for the process. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly concurrency: number;
}

/** A worker as the others know it. */
export interface WorkerRecord extends WorkerFacts {
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly endedAt: string | null;
  /** `lost`: not heard of for so long that its jobs were given to others. */
  readonly endedHow: 'stopped' | 'lost' | null;
  /** Jobs it runs now. */
  readonly running: number;
}

/** A worker whose end nobody has written down. */
export interface OpenWorker extends Pick<WorkerFacts, 'id' | 'host' | 'pid'> {
  readonly silentMs: number;
}

/** A request with everything decided. */
export interface RequestedJob {
  readonly id: string;
  readonly name: string;
  readonly connectionId: string | null;
  readonly payload: unknown;
  readonly key: string;
  readonly queue: string;
  readonly priority: number;
  readonly delayMs: number;
}

/** Which job the engine hands out, and for which of its placements. */
export interface JobTicket {
  readonly job: string;
  readonly placement: number;
}

/** What a worker needs for one attempt. */
export interface BegunAttempt {
  readonly jobId: string;
  readonly number: number;
  readonly payload: unknown;
  /** Failed attempts before this one, since the request or the last replay. */
  readonly failuresBefore: number;
}

/** How an attempt ended. `retryInMs` null: not tried again, and `last` says what the job is then. */
export type AttemptEnding =
  /** With a problem: it is done, and people have to know of something. */
  | { readonly outcome: 'done'; readonly problem?: ProblemFacts }
  | { readonly outcome: 'stopped'; readonly problem: ProblemFacts }
  | {
      readonly outcome: 'failed';
      readonly problem: ProblemFacts;
      readonly retryInMs: number | null;
      readonly last: 'failed' | 'gave-up';
    };

/** Who asks, for the audit log. */
export interface JobPerson {
  readonly kind: 'user' | 'system';
  readonly name: string;
}

/** Which jobs of the history are meant. All that is given has to hold. */
export interface JobFilter {
  readonly states?: readonly JobState[];
  readonly connection?: { readonly id: string; readonly name: string };
  readonly name?: string;
  /** Requested at this time or later, ISO 8601 UTC. */
  readonly since?: string;
  /** Whose last attempt ended by this problem. */
  readonly cause?: string;
  /** Part of the id or the key. */
  readonly text?: string;
  /** The newest so many. */
  readonly limit?: number;
}

/** Where a job stands in the order of the newest first: its time to the microsecond, and its id. */
export interface JobPlace {
  readonly requestedAt: string;
  readonly id: string;
}

/** Why jobs do not get through: of those that wait for another try, failed or gave up, by the problem of the last attempt. */
export interface JobCause {
  readonly code: string;
  readonly name: string;
  readonly state: JobState;
  readonly count: number;
  /** What the newest of them says. */
  readonly says: string;
}

/** What a statement of the engine is made of; a value becomes a parameter. */
export interface EngineStatement {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
}

/** The engine's side of a change of the history, done in the same database transaction. */
export interface JobEngine {
  /** Puts a job into the queue at its time, in the place of one that waits there with the same key. */
  place(job: Omit<RequestedJob, 'payload' | 'delayMs'> & { placement: number; dueAt: string }): EngineStatement;
  /** Takes what waits with this key out of the queue. */
  remove(key: string): EngineStatement;
  /** Removes queues without a job. While it runs, nothing is placed. */
  dropEmptyQueues(): EngineStatement;
  /** The ids of all jobs that the queue has handed out or will within a minute, as one column. */
  soonPlacedIds(): EngineStatement;
  /** One row when the engine has locked this row of its queue for the worker, and for no other. */
  holds(rowId: string, workerId: string): EngineStatement;
}

/** The side of the history that workers write. Every call is one database transaction. */
export interface JobHistory {
  /**
   * Records the request and puts it into the queue. `known`: a job of this id waits, runs, or ended as done, replaced or
   * cancelled, and nothing was changed. With `isPlaced` the engine has it already.
   */
  request(job: RequestedJob, options?: { readonly isPlaced?: boolean }): Promise<'placed' | 'known'>;
  /**
   * Begins an attempt; `undefined` when there is nothing to do for this ticket any more. Throws when the engine has given
   * its row (`rowId`) to another worker meanwhile.
   */
  begin(
    ticket: JobTicket,
    by: { readonly worker: WorkerFacts; readonly correlationId: string; readonly rowId: string },
  ): Promise<BegunAttempt | undefined>;
  /** `false` when the attempt was closed meanwhile because its worker was thought lost: what it says counts no more. */
  end(attempt: BegunAttempt, ending: AttemptEnding): Promise<boolean>;
  /** Says that a worker is there, also again after it was thought lost. */
  announce(worker: WorkerFacts): Promise<void>;
  /** Says that it is still there. `false` when it was declared lost, or was never announced. */
  keepAlive(workerId: string): Promise<boolean>;
  /** Says that it has ended as asked. */
  leave(workerId: string): Promise<void>;
  /** Workers that have neither ended nor been declared lost, where they ran, and how long ago each was heard of. */
  openWorkers(): Promise<readonly OpenWorker[]>;
  /** Declares workers lost and closes their attempts; their jobs wait again. */
  interrupt(workerIds: readonly string[]): Promise<number>;
  /**
   * Puts jobs that wait, but that the engine does not have, into its queue again, and such as would wait for hours because the
   * clock was set back. Returns how many.
   */
  placeMissing(): Promise<number>;
  /** Forgets queues of the engine in which nothing waits or runs: it looks through all of them for every job it hands out. */
  dropEmptyQueues(): Promise<void>;
}

/** The side of the history that people read and decide in. */
export interface JobRecords {
  /** The newest first. */
  listJobs(filter?: JobFilter): Promise<readonly JobSummary[]>;
  /** The newest first, part by part; jobs that come meanwhile move none to another part. `next` null: there is nothing more. */
  partOfJobs(
    filter: JobFilter & { readonly limit: number; readonly after?: JobPlace | undefined },
  ): Promise<{ readonly items: readonly JobSummary[]; readonly next: JobPlace | null }>;
  /** The most frequent first. */
  listCauses(): Promise<readonly JobCause[]>;
  /** Raises `JOB_UNKNOWN` (invalid). */
  showJob(id: string): Promise<{ readonly job: JobRecord; readonly attempts: readonly JobAttempt[] }>;
  /**
   * Tries a job again at once: one that failed, gave up or was cancelled, or one that waits for its next try. Where another
   * one of the same key waits already, the job becomes `replaced` by it. Raises `JOB_UNKNOWN` (invalid), `JOB_RUNNING`,
   * `JOB_DONE`, `JOB_REPLACED` (conflict).
   */
  replayJob(id: string, person: JobPerson, why: string): Promise<JobRecord>;
  /**
   * Takes a waiting job back, or dismisses one that failed or gave up, so that it counts as failed no more. Raises `JOB_UNKNOWN`
   * (invalid), `JOB_RUNNING`, `JOB_NOT_WAITING` (conflict).
   */
  cancelJob(id: string, person: JobPerson, why: string): Promise<JobRecord>;
  countJobs(): Promise<Readonly<Partial<Record<JobState, number>>>>;
  /** Those that run, and the last ones that ended. */
  listWorkers(): Promise<readonly WorkerRecord[]>;
  /**
   * Removes jobs that ended before this time, their attempts, and workers that ended before it; and of each work of a
   * connection all but the last 500 that went well. Returns how many jobs.
   */
  pruneHistory(before: string): Promise<number>;
}
