import { EventEmitter } from 'node:events';
import {
  type JobHelpers,
  makeWorkerUtils,
  parseCronItems,
  type Runner,
  run,
  type SharedOptions,
  type WorkerEvents,
  type WorkerUtils,
} from 'graphile-worker';
import type { Pool } from 'pg';
import type { Clock, Log, Randomness } from '../core/index.ts';
import { ENGINE_SCHEMA, OPEN_ORPHANED_QUEUES } from './engine-jobs.ts';
import { engineLogger } from './engine-logger.ts';
import type { JobHistory, OpenWorker, WorkerFacts } from './job-history.ts';
import { type JobRequest, requestJob } from './job-queue.ts';
import { listenForLostConnections } from './lost-connections.ts';
import { type JobKind, RunningJobs, runJob } from './run-job.ts';
import { assertServerSessions } from './server-sessions.ts';
import { findSilentWorkers, SignOfLife } from './sign-of-life.ts';

export type { JobKind } from './run-job.ts';

export interface JobSchedule {
  readonly name: string;
  /** Five-field cron expression in UTC. */
  readonly cron: string;
}

export interface JobsOptions {
  /**
   * Must allow `concurrency` + 4 clients at once, each with a server session of its own (no transaction pooler between).
   * Stays open: it belongs to the caller.
   */
  readonly pool: Pool;
  readonly kinds: readonly JobKind[];
  readonly schedules: readonly JobSchedule[];
  readonly concurrency: number;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  /** Where every job and every attempt is written down. On the database of `pool`. */
  readonly history: JobHistory;
  /** This process, as others see it. */
  readonly process: Pick<WorkerFacts, 'host' | 'pid' | 'version'>;
  /** Whether that process is known to have ended, as it can be on the same machine. A silent one is then waited for no more. */
  readonly hasEnded?: (worker: Pick<WorkerFacts, 'host' | 'pid'>) => Promise<boolean>;
  /** Asked at every look: `false` when the database is now that of a newer program. Then the engine ends by itself. */
  readonly isCurrent?: () => Promise<boolean>;
  /** How often to look for workers that died; default 15 s. */
  readonly sweepEveryMs?: number;
  /** A worker that was not heard of for so long is lost, also when its connections stand; default 60 s. */
  readonly silentMsMax?: number;
}

export interface Jobs {
  /** Resolves when the request is stored. */
  enqueue(request: JobRequest): Promise<void>;
  /** Aborts running jobs and waits for them to end; unfinished ones run again later. May be called again. */
  stop(): Promise<void>;
  /** Resolves when no job will run any more: after `stop`, or when the engine gave up by itself. */
  readonly ended: Promise<void>;
}

const SWEEP_EVERY_MS = 15_000;
const SILENT_MS_MAX = 60_000;
const GONE_LOOKS = 2;
const DEAF_LOOKS = 3;
/**
 * With a delay, even of nothing, the engine tries again to write down how a job ended when the database is away, and
 * waits for that when it stops; without, it does neither. The price: the next job of a queue may begin two seconds later.
 */
const OUTCOMES_ARE_AWAITED = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } } as const;

/**
 * Runs jobs at least once on the queue that lives in PostgreSQL, any number of processes side by side. A process that
 * dies keeps its jobs locked for hours in the engine, so each shows a sign of life, and the jobs of one that is found
 * without it twice in a row are given back, or at once where its process is seen to have ended; so are those of one that
 * stands still. What came of each is in the history.
 * Raises `DATABASE_POOLED` (invalid).
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { pool, clock, log } = options;
  const stopping = new AbortController();
  const life = new SignOfLife({ pool, clock, log }, stopping.signal);
  const stopListening = listenForLostConnections(pool, log);
  const parts = { life, stopping, stopListening, self: new Self(options), running: new RunningJobs() };
  const engine = { pgPool: pool, schema: ENGINE_SCHEMA, logger: engineLogger(log) };
  let utils: WorkerUtils | undefined;
  try {
    await assertServerSessions(pool);
    utils = await makeWorkerUtils(engine);
    return runJobs(options, { ...parts, utils, runner: await runEngine(options, engine, parts) });
  } catch (error) {
    // A client that stays in use would keep the caller from ever closing its pool.
    stopping.abort(error);
    await utils?.release();
    life.end();
    stopListening();
    throw error;
  }
}

/** This process among the workers. */
class Self {
  readonly #options: JobsOptions;
  #id = '';
  #announced: () => void = () => {};
  /** Pending before the others know of it: nothing may be begun then. */
  readonly isAnnounced: Promise<void> = new Promise((resolve) => {
    this.#announced = resolve;
  });

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  named(id: string): void {
    this.#id = id;
  }

  facts(): WorkerFacts {
    const { process, concurrency } = this.#options;
    return { ...process, id: this.#id, concurrency };
  }

  /** `false` when it had been given up for lost, or was not known yet. From now on it is known. */
  async keepAlive(): Promise<boolean> {
    const { history } = this.#options;
    const isKnown = await history.keepAlive(this.#id);
    if (!isKnown) await history.announce(this.facts());
    this.#announced();
    return isKnown;
  }
}

interface EngineParts {
  readonly life: SignOfLife;
  readonly self: Self;
  readonly running: RunningJobs;
}

interface RunningEngine extends EngineParts {
  readonly runner: Runner;
  readonly utils: WorkerUtils;
  readonly stopping: AbortController;
  readonly stopListening: () => void;
}

function runJobs(options: JobsOptions, parts: RunningEngine): Jobs {
  const { runner, utils, life, self, stopListening } = parts;
  const { history, log } = options;
  const sweeper = sweep(options, parts);
  let stopped: Promise<void> | undefined;
  return {
    enqueue: async (request) => void (await requestJob(options, request)),
    stop: () => {
      stopped ??= stop(parts)
        .then(() => sweeper)
        .then(() => history.leave(self.facts().id))
        .catch((error) => log.write('warn', 'jobs.end-not-stored', { error: String(error) }))
        .then(() => utils.release())
        .finally(() => life.end())
        .finally(stopListening);
      return stopped;
    },
    ended: runner.promise.catch((error) => log.write('error', 'jobs.ended', { error: String(error) })),
  };
}

function runEngine(options: JobsOptions, engine: SharedOptions, { life, self, running }: EngineParts): Promise<Runner> {
  const context = { ...options, worker: () => self.facts() };
  return run({
    ...engine,
    concurrency: options.concurrency,
    noHandleSignals: true,
    preset: OUTCOMES_ARE_AWAITED,
    events: whenNamed((id) => {
      self.named(id);
      life.show(id);
    }),
    // Asked before each look for a job: none is taken that others would think abandoned.
    forbiddenFlags: () => Promise.all([life.held(), self.isAnnounced]).then(() => namesHeldBack(options.kinds)),
    taskList: Object.fromEntries(
      options.kinds.map((kind) => [
        kind.name,
        (payload: unknown, { job }: JobHelpers) => runJob(context, running, { kind, payload, rowId: String(job.id) }),
      ]),
    ),
    parsedCronItems: parseCronItems(
      options.schedules.map((schedule) => ({
        task: schedule.name,
        match: schedule.cron,
        identifier: schedule.name,
        // After a downtime one catch-up is enough: every sync asks for all that is new.
        options: { backfillPeriod: 0, jobKey: schedule.name, jobKeyMode: 'replace' as const },
      })),
    ),
  });
}

/** `null`: none, which the engine looks for more cheaply. */
function namesHeldBack(kinds: readonly JobKind[]): string[] | null {
  const names = kinds.flatMap(({ name, mayBegin }) => (mayBegin?.() === false ? [name] : []));
  return names.length > 0 ? names : null;
}

async function stop({ runner, running, stopping }: RunningEngine): Promise<void> {
  const reason = new Error('the worker is stopping');
  // In this order, so that no job is begun that would be aborted at once. An engine that ended by itself refuses.
  const ended = runner.stop().catch(() => runner.promise.catch(() => {}));
  running.stop(reason);
  stopping.abort(reason);
  await ended;
}

/** Jobs are locked in the name of the pool of workers, not of one worker. */
function whenNamed(name: (id: string) => void): WorkerEvents {
  const events = new EventEmitter() as WorkerEvents;
  events.on('pool:create', ({ workerPool }) => name(workerPool.id));
  return events;
}

/** Says that this worker lives, and gives back the jobs of workers that no longer do. */
async function sweep(options: JobsOptions, parts: RunningEngine): Promise<void> {
  const { utils, self, running, stopping } = parts;
  const { clock, log, history, sweepEveryMs = SWEEP_EVERY_MS } = options;
  let silentLooks: ReadonlyMap<string, number> = new Map();
  let isFirst = true;
  while (!stopping.signal.aborted) {
    try {
      if (!(await self.keepAlive()) && !isFirst) {
        // Others may be at its jobs by now. What it says about them counts no more, so it had better not go on.
        log.write('warn', 'jobs.thought-lost', { worker: self.facts().id });
        running.giveUp(new Error('this worker was not heard of for too long, and its jobs were given to others'));
      }
      isFirst = false;
      if (options.isCurrent && !(await options.isCurrent())) {
        log.write('error', 'jobs.database-newer', { says: 'A newer version of seller-ledger changed the database.' });
        void stop(parts);
        return;
      }
      const { looksMax, ended } = await silentWorkers(options, self.facts().id);
      // Looks that found something else count anew.
      const looked = [...looksMax].map(([id, looks]) => ({ id, looks, sign: `${looks} ${id}` }));
      silentLooks = new Map(looked.map(({ sign }) => [sign, (silentLooks.get(sign) ?? 0) + 1]));
      const dead = looked.filter(({ id, looks, sign }) => ended.has(id) || (silentLooks.get(sign) ?? 0) >= looks);
      await giveBack(
        options,
        utils,
        dead.map(({ id }) => id),
      );
      const placed = await history.placeMissing();
      if (placed > 0) log.write('info', 'jobs.placed-again', { count: placed });
      await options.pool.query(OPEN_ORPHANED_QUEUES);
      await history.dropEmptyQueues();
      // Rows that a later request of the same key has put out of use; the history knows what became of them.
      await utils.cleanup({ tasks: ['DELETE_PERMAFAILED_JOBS'] });
    } catch (error) {
      log.write('warn', 'jobs.sweep-failed', { error: String(error) });
    }
    await clock.sleep(sweepEveryMs, stopping.signal).catch(() => {});
  }
}

/**
 * Those that show no sign of life, with the number of looks in a row after which they are lost, and which of them have certainly
 * ended. One whose lock is gone may only be connecting again. When the clock jumps, each seems deaf until it is heard of again,
 * which may be a little later than the next look.
 */
async function silentWorkers(
  options: JobsOptions,
  self: string,
): Promise<{ readonly looksMax: ReadonlyMap<string, number>; readonly ended: ReadonlySet<string> }> {
  const { pool, history, silentMsMax = SILENT_MS_MAX } = options;
  const open = await history.openWorkers();
  const deaf = open.filter(({ silentMs }) => silentMs > silentMsMax).map(({ id }) => id);
  const gone = await findSilentWorkers(
    pool,
    open.map(({ id }) => id),
  );
  const looksMax = new Map([
    ...deaf.map((id) => [id, DEAF_LOOKS] as const),
    ...gone.map((id) => [id, GONE_LOOKS] as const),
  ]);
  looksMax.delete(self);
  const known = open.filter(({ id }) => looksMax.has(id));
  return { looksMax, ended: await endedOnes(options, known) };
}

async function endedOnes({ hasEnded }: JobsOptions, workers: readonly OpenWorker[]): Promise<ReadonlySet<string>> {
  const ended = new Set<string>();
  for (const worker of workers) if (await hasEnded?.(worker)) ended.add(worker.id);
  return ended;
}

async function giveBack({ history, log }: JobsOptions, utils: WorkerUtils, dead: readonly string[]): Promise<void> {
  if (dead.length === 0) return;
  // In this order: what the engine hands out again must find its earlier attempt closed.
  const jobs = await history.interrupt(dead);
  await utils.forceUnlockWorkers([...dead]);
  log.write('warn', 'jobs.dead-workers', { count: dead.length, jobs });
}
