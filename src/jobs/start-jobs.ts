import { EventEmitter } from 'node:events';
import {
  Logger,
  makeWorkerUtils,
  parseCronItems,
  type Runner,
  run,
  type WorkerEvents,
  type WorkerUtils,
} from 'graphile-worker';
import type { Pool, PoolClient } from 'pg';
import type { Clock, Log } from '../core/index.ts';

/** One kind of work. It may run more than once for one request, so it must be safe to repeat. */
export interface JobKind {
  readonly name: string;
  run(payload: unknown, signal: AbortSignal): Promise<void>;
}

export interface JobRequest {
  readonly name: string;
  readonly payload: unknown;
  /** A request with the key of one that still waits replaces it. */
  readonly key: string;
  /** Jobs of one queue run one after another, whatever machine runs them. */
  readonly queue: string;
}

export interface JobSchedule {
  readonly name: string;
  /** Five-field cron expression in UTC. */
  readonly cron: string;
}

export interface JobsOptions {
  /** Must allow `concurrency` + 4 clients at once. Stays open: it belongs to the caller. */
  readonly pool: Pool;
  readonly kinds: readonly JobKind[];
  readonly schedules: readonly JobSchedule[];
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Jobs {
  enqueue(request: JobRequest): Promise<void>;
  /** Waits for running jobs to notice the abort and end; unfinished ones run again later. */
  stop(): Promise<void>;
}

const ATTEMPTS_MAX = 25;
const SWEEP_EVERY_MS = 30_000;
/** First half of the two-part advisory lock that says "this worker is alive". Any number not used elsewhere. */
const LIVENESS_LOCK_SPACE = 0x5e11e2;

/**
 * Runs jobs at least once on the queue that lives in PostgreSQL, any number of processes side by side. A process that
 * dies keeps its jobs locked for hours in the engine, so each worker holds an advisory lock as its sign of life, and
 * jobs of a worker without one are given back within `SWEEP_EVERY_MS`.
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { pool } = options;
  const stopping = new AbortController();
  const alive = await pool.connect();
  const events = new EventEmitter() as WorkerEvents;
  const signs: Promise<unknown>[] = [];
  events.on('worker:create', ({ worker }) => {
    signs.push(alive.query('SELECT pg_advisory_lock($1, hashtext($2))', [LIVENESS_LOCK_SPACE, worker.workerId]));
  });
  const runner = await run({
    pgPool: pool,
    concurrency: options.concurrency,
    noHandleSignals: true,
    events,
    logger: engineLogger(options.log),
    taskList: Object.fromEntries(
      options.kinds.map((kind) => [kind.name, (payload: unknown) => kind.run(payload, stopping.signal)]),
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
  await Promise.all(signs);
  const utils = await makeWorkerUtils({ pgPool: pool, logger: engineLogger(options.log) });
  const sweeper = sweep(pool, utils, options, stopping.signal);
  return {
    enqueue: async (request) => {
      await utils.addJob(request.name, request.payload, {
        jobKey: request.key,
        queueName: request.queue,
        maxAttempts: ATTEMPTS_MAX,
      });
    },
    stop: () => stop(runner, utils, alive, sweeper, stopping),
  };
}

async function stop(
  runner: Runner,
  utils: WorkerUtils,
  alive: PoolClient,
  sweeper: Promise<void>,
  stopping: AbortController,
): Promise<void> {
  stopping.abort(new Error('the service is stopping'));
  await runner.stop();
  await sweeper;
  await utils.release();
  alive.release(true);
}

/** Gives back the jobs of workers that no longer live. */
async function sweep(pool: Pool, utils: WorkerUtils, options: JobsOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const dead = await findDeadWorkers(pool);
      if (dead.length > 0) {
        options.log.write('warn', 'jobs.dead-workers', { count: dead.length });
        await utils.forceUnlockWorkers(dead);
      }
    } catch (error) {
      options.log.write('warn', 'jobs.sweep-failed', { error: String(error) });
    }
    await options.clock.sleep(SWEEP_EVERY_MS, signal).catch(() => {});
  }
}

async function findDeadWorkers(pool: Pool): Promise<string[]> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked_by: string }>(
      `SELECT DISTINCT locked_by FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL`,
    );
    const dead: string[] = [];
    for (const { locked_by } of rows) {
      const key = [LIVENESS_LOCK_SPACE, locked_by];
      const free = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS free', key);
      if (!free.rows[0]?.free) continue;
      dead.push(locked_by);
      await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', key);
    }
    return dead;
  } finally {
    client.release();
  }
}

function engineLogger(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') {
      log.write(level === 'error' ? 'error' : 'warn', 'jobs.engine', { message });
    }
  });
}
