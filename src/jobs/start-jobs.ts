import { EventEmitter } from 'node:events';
import {
  Logger,
  makeWorkerUtils,
  parseCronItems,
  type Runner,
  run,
  type SharedOptions,
  type WorkerEvents,
  type WorkerUtils,
} from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import type { Clock, Log } from '../core/index.ts';
import { findSilentWorkers, SignOfLife } from './sign-of-life.ts';

/** One kind of work. It may run more than once for one request, so it must be safe to repeat. */
export interface JobKind {
  readonly name: string;
  /** The signal fires when the service stops; what is given up then runs again later. A failure is tried again too. */
  run(payload: unknown, signal: AbortSignal): Promise<void>;
}

export interface JobRequest {
  readonly name: string;
  /** Made of facts, the same for the same request whoever makes it: one that has ended is not run again. */
  readonly id?: string;
  readonly connectionId?: string;
  readonly payload: unknown;
  /** A request with the key of one that still waits replaces it. */
  readonly key: string;
  /** Jobs of one queue run one after another, whatever machine runs them. */
  readonly queue: string;
  /** A lower number comes first; default 0. */
  readonly priority?: number;
  /** Not before this time has passed; default 0. */
  readonly delayMs?: number;
}

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
  readonly log: Log;
  /** How often to look for workers that died; default 15 s. */
  readonly sweepEveryMs?: number;
}

export interface Jobs {
  /** Resolves when the request is stored. */
  enqueue(request: JobRequest): Promise<void>;
  /** Aborts running jobs and waits for them to end; unfinished ones run again later. May be called again. */
  stop(): Promise<void>;
  /** Resolves when no job will run any more: after `stop`, or when the engine gave up by itself. */
  readonly ended: Promise<void>;
}

/** A job that failed this often stays where it is, with its last error; the pauses grow to six hours. */
const ATTEMPTS_MAX = 25;
const SWEEP_EVERY_MS = 15_000;
const SCHEMA = 'graphile_worker';
/**
 * With a delay, even of nothing, the engine tries again to write down how a job ended when the database is away, and
 * waits for that when it stops; without, it does neither. The price: the next job of a queue may begin two seconds later.
 */
const OUTCOMES_ARE_AWAITED = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } } as const;

/**
 * Runs jobs at least once on the queue that lives in PostgreSQL, any number of processes side by side. A process that
 * dies keeps its jobs locked for hours in the engine, so each shows a sign of life, and the jobs of one that is found
 * without it twice in a row are given back.
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { pool, clock, log } = options;
  const stopping = new AbortController();
  const life = new SignOfLife({ pool, clock, log }, stopping.signal);
  const stopListening = listenForLostConnections(pool, log);
  const engine = { pgPool: pool, schema: SCHEMA, logger: engineLogger(log) };
  let utils: WorkerUtils | undefined;
  try {
    utils = await makeWorkerUtils(engine);
    return runJobs(options, {
      utils,
      life,
      stopping,
      stopListening,
      runner: await runEngine(options, engine, life, stopping.signal),
    });
  } catch (error) {
    // A client that stays in use would keep the caller from ever closing its pool.
    stopping.abort(error);
    await utils?.release();
    life.end();
    stopListening();
    throw error;
  }
}

interface RunningEngine {
  readonly runner: Runner;
  readonly utils: WorkerUtils;
  readonly life: SignOfLife;
  readonly stopping: AbortController;
  readonly stopListening: () => void;
}

function runJobs(options: JobsOptions, { runner, utils, life, stopping, stopListening }: RunningEngine): Jobs {
  const sweeper = sweep(utils, options, stopping.signal);
  let stopped: Promise<void> | undefined;
  return {
    enqueue: async (request) => {
      await utils.addJob(request.name, request.payload, {
        jobKey: request.key,
        queueName: request.queue,
        maxAttempts: ATTEMPTS_MAX,
        ...(request.priority !== undefined && { priority: request.priority }),
        ...(request.delayMs !== undefined && { runAt: new Date(options.clock.nowMs() + request.delayMs) }),
      });
    },
    stop: () => {
      stopped ??= stop(runner, stopping)
        .then(() => sweeper)
        .then(() => utils.release())
        .finally(() => life.end())
        .finally(stopListening);
      return stopped;
    },
    ended: runner.promise.catch((error) => options.log.write('error', 'jobs.ended', { error: String(error) })),
  };
}

function runEngine(
  options: JobsOptions,
  engine: SharedOptions,
  life: SignOfLife,
  stopping: AbortSignal,
): Promise<Runner> {
  return run({
    ...engine,
    concurrency: options.concurrency,
    noHandleSignals: true,
    preset: OUTCOMES_ARE_AWAITED,
    events: showLifeOf(life),
    // Asked before each look for a job: none is taken that others would think abandoned.
    forbiddenFlags: () => life.held().then(() => null),
    taskList: Object.fromEntries(
      options.kinds.map((kind) => [kind.name, (payload: unknown) => kind.run(payload, stopping)]),
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

async function stop(runner: Runner, stopping: AbortController): Promise<void> {
  // In this order, so that no job is begun that would be aborted at once. An engine that ended by itself refuses.
  const ended = runner.stop().catch(() => runner.promise.catch(() => {}));
  stopping.abort(new Error('the service is stopping'));
  await ended;
}

/** A connection that breaks while the engine holds it is reported there; without a listener it would end the process. */
function listenForLostConnections(pool: Pool, log: Log): () => void {
  const onLost = (error: Error) => log.write('warn', 'jobs.connection-lost', { says: error.message });
  const onConnect = (client: PoolClient) => void client.on('error', onLost);
  pool.on('error', onLost);
  pool.on('connect', onConnect);
  return () => void pool.off('error', onLost).off('connect', onConnect);
}

/** Jobs are locked in the name of the pool of workers, not of one worker. */
function showLifeOf(life: SignOfLife): WorkerEvents {
  const events = new EventEmitter() as WorkerEvents;
  events.on('pool:create', ({ workerPool }) => life.show(workerPool.id));
  return events;
}

/** Gives back the jobs of workers that no longer live. */
async function sweep(utils: WorkerUtils, options: JobsOptions, signal: AbortSignal): Promise<void> {
  const { pool, clock, log, sweepEveryMs = SWEEP_EVERY_MS } = options;
  let silentBefore: readonly string[] = [];
  while (!signal.aborted) {
    try {
      const silent = await findSilentWorkers(pool);
      const dead = silent.filter((id) => silentBefore.includes(id));
      if (dead.length > 0) {
        log.write('warn', 'jobs.dead-workers', { count: dead.length });
        await utils.forceUnlockWorkers(dead);
      }
      silentBefore = silent;
    } catch (error) {
      log.write('warn', 'jobs.sweep-failed', { error: String(error) });
    }
    await clock.sleep(sweepEveryMs, signal).catch(() => {});
  }
}

function engineLogger(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') {
      log.write(level === 'error' ? 'error' : 'warn', 'jobs.engine', { message });
    }
  });
}
