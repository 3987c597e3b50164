import { makeWorkerUtils } from 'graphile-worker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/index.ts';
import { type JobKind, type Jobs, startJobs } from '../../src/jobs/index.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase } from '../store/database.ts';
import { realClock } from '../store/real-clock.ts';

let database: Database;
let running: Jobs[] = [];

async function start(kinds: readonly JobKind[]): Promise<Jobs> {
  const jobs = await startJobs({
    pool: database.pool,
    kinds,
    schedules: [],
    concurrency: 3,
    clock: realClock,
    log: silentLog,
    sweepEveryMs: 200,
  });
  running.push(jobs);
  return jobs;
}

/** Resolves when it was called that many times. */
function counter(): { hit: () => void; reached: (count: number) => Promise<void>; count: () => number } {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    hit: () => {
      count += 1;
      for (const wake of waiting.splice(0)) wake();
    },
    reached: async (wanted) => {
      while (count < wanted) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    count: () => count,
  };
}

/** A request that a worker has taken, as the engine records it. */
async function leaveTakenBy(worker: string): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool: database.pool });
  await utils.migrate();
  await utils.addJob('work', { from: worker }, { queueName: `queue of ${worker}`, jobKey: worker });
  await database.pool.query(
    `update graphile_worker._private_jobs set locked_by = $1, locked_at = now(), attempts = 1 where key = $1`,
    [worker],
  );
  await database.pool.query(
    `update graphile_worker._private_job_queues set locked_by = $1, locked_at = now() where queue_name = $2`,
    [worker, `queue of ${worker}`],
  );
  await utils.release();
}

beforeEach(async () => {
  database = await openTestDatabase();
  running = [];
});
afterEach(async () => {
  for (const jobs of running) await jobs.stop();
  await database.close();
});

describe('jobs', () => {
  it('run what was asked for, with what it was asked with', async () => {
    const seen: unknown[] = [];
    const done = counter();
    const jobs = await start([
      {
        name: 'work',
        run: async (payload) => {
          seen.push(payload);
          done.hit();
        },
      },
    ]);
    await jobs.enqueue({ name: 'work', payload: { connection: 'a' }, key: 'a', queue: 'a' });
    await done.reached(1);
    expect(seen).toEqual([{ connection: 'a' }]);
  });

  it('of one queue run one after another while other queues go on', async () => {
    let inQueue = 0;
    let mostInQueue = 0;
    const others = counter();
    const done = counter();
    const jobs = await start([
      {
        name: 'serial',
        run: async () => {
          inQueue += 1;
          mostInQueue = Math.max(mostInQueue, inQueue);
          // Held until a job of another queue has run beside it.
          await others.reached(1);
          inQueue -= 1;
          done.hit();
        },
      },
      { name: 'other', run: async () => others.hit() },
    ]);
    for (const key of ['1', '2', '3']) await jobs.enqueue({ name: 'serial', payload: {}, key, queue: 'one' });
    await jobs.enqueue({ name: 'other', payload: {}, key: 'other', queue: 'two' });
    await done.reached(3);
    expect(mostInQueue).toBe(1);
  });

  it('that fail are kept with their error, to be tried again', async () => {
    const tried = counter();
    const jobs = await start([
      {
        name: 'work',
        run: async () => {
          tried.hit();
          throw new Error('SAP is away');
        },
      },
    ]);
    await jobs.enqueue({ name: 'work', payload: {}, key: 'failing', queue: 'a' });
    await tried.reached(1);
    const read = `select last_error, attempts, run_at > now() as is_later, locked_by
      from graphile_worker._private_jobs where key = 'failing'`;
    let [row] = (await database.pool.query(read)).rows;
    while (row.locked_by !== null) {
      await realClock.sleep(20);
      [row] = (await database.pool.query(read)).rows;
    }
    expect(row).toMatchObject({ last_error: expect.stringContaining('SAP is away'), attempts: 1, is_later: true });
  });

  it('of a worker that died are given back and run', async () => {
    await leaveTakenBy('worker-dead');
    const done = counter();
    await start([{ name: 'work', run: async () => done.hit() }]);
    await done.reached(1);
    expect(done.count()).toBe(1);
  });

  it('control: of a worker that lives are left alone', async () => {
    await leaveTakenBy('worker-alive');
    await leaveTakenBy('worker-dead');
    const alive = await database.pool.connect();
    await alive.query('select pg_advisory_lock($1, hashtext($2))', [0x5e11e2, 'worker-alive']);
    const seen: unknown[] = [];
    const done = counter();
    await start([
      {
        name: 'work',
        run: async (payload) => {
          seen.push(payload);
          done.hit();
        },
      },
    ]);
    await done.reached(1);
    const { rows } = await database.pool.query(
      `select locked_by from graphile_worker._private_jobs where key = 'worker-alive'`,
    );
    expect(rows).toEqual([{ locked_by: 'worker-alive' }]);
    expect(seen).toEqual([{ from: 'worker-dead' }]);
    alive.release(true);
  });

  it('are told when the service stops, and it waits for them', async () => {
    const begun = counter();
    let wasTold = false;
    const jobs = await start([
      {
        name: 'work',
        run: async (_, signal) => {
          begun.hit();
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          wasTold = true;
        },
      },
    ]);
    await jobs.enqueue({ name: 'work', payload: {}, key: 'long', queue: 'a' });
    await begun.reached(1);
    await jobs.stop();
    running = [];
    expect(wasTold).toBe(true);
  });
});
