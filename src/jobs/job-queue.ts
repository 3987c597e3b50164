import { Logger, runMigrations } from 'graphile-worker';
import type { Pool } from 'pg';
import { type Log, newUuid, type Randomness } from '../core/index.ts';
import { ENGINE_SCHEMA } from './engine-jobs.ts';
import type { JobHistory } from './job-history.ts';
import { listenForLostConnections } from './lost-connections.ts';

export interface JobRequest {
  readonly name: string;
  readonly payload: unknown;
  /** A request with the key of one that still waits replaces it. */
  readonly key: string;
  /** Jobs of one queue run one after another, whatever machine runs them. */
  readonly queue: string;
  /**
   * Made of facts, such as the work and the time it is due: a request of an id that waits, runs, or has ended as done,
   * replaced or cancelled does nothing. Without it every request is a job of its own.
   */
  readonly id?: string;
  /** Whose work it is, so that it can be found. */
  readonly connectionId?: string;
  /** A lower number comes first; default 0. */
  readonly priority?: number;
  /** Not before this time has passed; default 0. */
  readonly delayMs?: number;
}

/** Resolves when the request is stored: `placed` when it is to be run, `known` when its id was asked for before. */
export async function requestJob(
  { history, randomness }: { readonly history: JobHistory; readonly randomness: Randomness },
  { id, connectionId, priority, delayMs, ...request }: JobRequest,
): Promise<'placed' | 'known'> {
  return history.request({
    ...request,
    id: id ?? newUuid(randomness),
    connectionId: connectionId ?? null,
    priority: priority ?? 0,
    delayMs: Math.max(0, delayMs ?? 0),
  });
}

/** Makes the engine's tables where there are none, so that a process that runs no jobs can ask for them. */
export async function prepareQueue(pool: Pool, log: Log): Promise<void> {
  const { rows } = await pool.query<{ table: string | null }>(
    "select to_regclass('graphile_worker._private_jobs')::text as table",
  );
  if (rows[0]?.table) return;
  const stopListening = listenForLostConnections(pool, log);
  try {
    await runMigrations({ pgPool: pool, schema: ENGINE_SCHEMA, logger: new Logger(() => () => {}) });
  } finally {
    stopListening();
  }
}
