/** A database whose clock is set: what waits for a worker, and what one has, is neither lost nor left for as long as the clock was wrong. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { silentLog } from '../../src/core/index.ts';
import { systemClock, systemRandomness } from '../../src/entrypoints/system.ts';
import {
  graphileEngine,
  type JobHistory,
  type JobKind,
  type Jobs,
  prepareQueue,
  requestJob,
  startJobs,
} from '../../src/jobs/index.ts';
import { createJobHistory, type Database } from '../../src/store/index.ts';
import { openTestDatabase } from '../store/database.ts';
import { type SettableClock, settableClock } from '../store/settable-clock.ts';

const WAIT = { timeout: 15_000, interval: 10 };
const HOUR_MS = 3_600_000;

let database: Database;
let history: JobHistory;
let clock: SettableClock;
const running: Jobs[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  clock = await settableClock(database);
  history = createJobHistory({ database, engine: graphileEngine });
  await prepareQueue(database.pool, silentLog);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
  await clock.setAhead(0);
  await database.pool.query('truncate graphile_worker._private_jobs, graphile_worker._private_job_queues cascade');
  await database.pool.query('truncate job, job_attempt, worker');
});
afterAll(() => database.close());

async function start(kind: JobKind, sweepEveryMs = 50): Promise<Jobs> {
  const jobs = await startJobs({
    pool: database.pool,
    kinds: [kind],
    schedules: [],
    concurrency: 2,
    clock: systemClock,
    randomness: systemRandomness,
    log: silentLog,
    history,
    process: { host: 'here', pid: process.pid, version: '0.0.0' },
    sweepEveryMs,
  });
  running.push(jobs);
  return jobs;
}

const ask = (id: string, delayMs = 0) =>
  requestJob({ history, randomness: systemRandomness }, { name: 'work', id, key: id, queue: id, payload: id, delayMs });

/** Until each worker has shown so many more. */
async function signsOfLife(count: number): Promise<void> {
  const seen = new Map<string, Set<string>>();
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query<{ id: string; at: string }>(
      'select id, last_seen_at::text as at from worker where ended_at is null',
    );
    for (const { id, at } of rows) seen.set(id, (seen.get(id) ?? new Set()).add(at));
    for (const signs of seen.values()) expect(signs.size).toBeGreaterThan(count);
  }, WAIT);
}

/** In how many seconds the queue hands each job out. */
async function waits(): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ key: string; seconds: number }>(
    'select key, extract(epoch from run_at - clock_timestamp())::float as seconds from graphile_worker._private_jobs',
  );
  return Object.fromEntries(rows.map(({ key, seconds }) => [key, seconds]));
}

it('a job that waited when the clock was set back by hours is done at once, and one with a delay after its delay', async () => {
  await ask('at once');
  await ask('in ten minutes', 600_000);
  await ask('in a day', 24 * HOUR_MS);
  await clock.setAhead(-3 * HOUR_MS);
  expect((await waits())['at once'], 'control: the queue would hand it out in three hours').toBeGreaterThan(10_700);

  const ran: unknown[] = [];
  await start({ name: 'work', run: async (payload) => void ran.push(payload) });
  await vi.waitFor(() => expect(ran).toEqual(['at once']), WAIT);
  // However often the sweeper looks, a delay is counted once.
  for (let each = 0; each < 3; each += 1) await history.placeMissing();
  const left = await waits();
  expect(left['in ten minutes']).toBeGreaterThan(540);
  expect(left['in ten minutes']).toBeLessThan(601);
  expect(left['in a day'], 'what waits for longer than the clock was set back is left where it is').toBeGreaterThan(
    86_000,
  );
});

it('control: a clock that is set back by seconds moves no job', async () => {
  await ask('soon', 30_000);
  await clock.setAhead(-20_000);
  expect(await history.placeMissing()).toBe(0);
});

it('a clock set ahead or back while a job runs takes it from no worker that lives', async () => {
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const signals: AbortSignal[] = [];
  const kind: JobKind = {
    name: 'work',
    run: async (_, signal) => {
      signals.push(signal);
      await finished;
    },
  };
  await Promise.all([start(kind), start(kind)]);
  await ask('long');
  await vi.waitFor(() => expect(signals).toHaveLength(1), WAIT);
  for (const aheadMs of [5 * HOUR_MS, -5 * HOUR_MS]) {
    await clock.setAhead(aheadMs);
    // Each has looked at the other more often than it takes to think it lost.
    await signsOfLife(5);
  }
  finish();
  await vi.waitFor(async () => expect(await waits()).toEqual({}), WAIT);
  const { rows } = await database.pool.query('select outcome from job_attempt');
  expect(rows).toEqual([{ outcome: 'done' }]);
  expect(signals[0]?.aborted).toBe(false);
});

it('what a worker had begun before it died and the clock was set back is done at once', async () => {
  let begins = 0;
  const kind: JobKind = {
    name: 'work',
    run: async (_, signal) => {
      begins += 1;
      if (begins === 1) await once(signal, 'abort');
    },
  };
  // It never shows another sign of life, as if it were dead.
  await start(kind, 24 * HOUR_MS);
  await ask('left behind');
  await vi.waitFor(() => expect(begins).toBe(1), WAIT);
  await clock.setAhead(-5 * HOUR_MS);
  expect((await waits())['left behind'], 'control: the queue would hand it out in five hours').toBeGreaterThan(17_000);
  await start(kind);
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query("select from job where state = 'waiting'");
    expect(rows).toHaveLength(1);
  }, WAIT);
  // What is due for half a minute and is in no queue is placed again.
  await clock.setAhead(-5 * HOUR_MS + 40_000);
  await vi.waitFor(() => expect(begins).toBe(2), WAIT);
});

it('a worker that stood still when the clock was set back is silent, not young', async () => {
  await history.announce({ id: 'still', host: 'there', pid: 1, version: '0', concurrency: 1 });
  expect((await history.openWorkers())[0]?.silentMs, 'control: it has just been heard of').toBeLessThan(60_000);
  await clock.setAhead(-3 * HOUR_MS);
  expect((await history.openWorkers())[0]?.silentMs).toBeGreaterThan(2 * HOUR_MS);
});
