import type { Pool } from 'pg';
import type { Clock, Log } from '../core/index.ts';

/** First half of the two-part advisory lock that says "this worker is alive". Any number not used elsewhere. */
const LOCK_SPACE = 0x5e11e2;
const RECONNECT_AFTER_MS = 1_000;
/** The server notices within half a minute that the machine at the other end is gone, and lets the lock go. */
const KEEPALIVE = { idle: '15', interval: '5', count: '3' } as const;

const SAY_ALIVE = `
  SELECT pg_advisory_lock_shared($1, hashtext($2)),
         set_config('tcp_keepalives_idle', $3, false),
         set_config('tcp_keepalives_interval', $4, false),
         set_config('tcp_keepalives_count', $5, false)`;

const FIND_SILENT = `
  SELECT holder.id
  FROM (SELECT locked_by AS id FROM graphile_worker._private_jobs
        UNION SELECT locked_by FROM graphile_worker._private_job_queues
        UNION SELECT unnest($2::text[])) AS holder
  WHERE holder.id IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = $1
      AND objid::bigint = hashtext(holder.id)::bigint & 4294967295)`;

/**
 * An advisory lock on a connection of its own: PostgreSQL drops it with the connection, however the process ends. When
 * the connection is lost while the process lives, it is taken again until `stopping`.
 */
export class SignOfLife {
  readonly #options: { readonly pool: Pool; readonly clock: Clock; readonly log: Log };
  readonly #stopping: AbortSignal;
  #held: Promise<void> = new Promise(() => {});
  #letGo: (reason: Error) => void = () => {};
  #hasEnded = false;

  constructor(options: { pool: Pool; clock: Clock; log: Log }, stopping: AbortSignal) {
    this.#options = options;
    this.#stopping = stopping;
  }

  /** Pending before the sign is shown and while it is lost: nothing may be begun then. */
  held(): Promise<void> {
    return this.#held;
  }

  show(workerId: string): void {
    this.#held = this.#connect(workerId);
  }

  /** Only when the worker's jobs have ended. */
  end(): void {
    this.#hasEnded = true;
    this.#letGo(new Error('the worker has ended'));
  }

  async #connect(workerId: string): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#stopping.aborted) {
      try {
        return await this.#take(workerId);
      } catch (error) {
        log.write('warn', 'jobs.sign-of-life-lost', { error: String(error) });
      }
      await clock.sleep(RECONNECT_AFTER_MS, this.#stopping).catch(() => {});
    }
  }

  async #take(workerId: string): Promise<void> {
    const client = await this.#options.pool.connect();
    let isReleased = false;
    const letGo = (reason: Error) => {
      if (!isReleased) client.release(reason);
      isReleased = true;
    };
    let onLost = letGo;
    client.on('error', (error) => onLost(error));
    try {
      const { idle, interval, count } = KEEPALIVE;
      await client.query(SAY_ALIVE, [LOCK_SPACE, workerId, idle, interval, count]);
    } catch (error) {
      letGo(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    // A worker that ended while the sign was still being shown would otherwise keep a client of the pool for good.
    if (this.#hasEnded) return letGo(new Error('the worker has ended'));
    this.#letGo = letGo;
    onLost = (error) => {
      if (!isReleased) this.show(workerId);
      letGo(error);
    };
  }
}

/**
 * Of the workers that hold jobs or queues, and of those named, the ones that show no sign of life now. One of them may only
 * be connecting again.
 */
export async function findSilentWorkers(pool: Pool, named: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(FIND_SILENT, [LOCK_SPACE, named]);
  return rows.map(({ id }) => id);
}
