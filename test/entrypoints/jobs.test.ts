import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { currentActivity, Problem } from '../../src/core/index.ts';
import { calmLog } from '../../src/entrypoints/calm-log.ts';
import { systemClock, systemRandomness } from '../../src/entrypoints/system.ts';
import {
  graphileEngine,
  type JobKind,
  type Jobs,
  type JobsOptions,
  keepRunning,
  startJobs,
} from '../../src/jobs/index.ts';
import { createJobHistory, type Database, openDatabase } from '../../src/store/index.ts';
import { cutOff } from '../store/cut-off.ts';
import { openTestDatabase, testOptions, urlOf } from '../store/database.ts';

const SWEEP_EVERY_MS = 50;
const WAIT = { timeout: 15_000, interval: 10 };

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

let database: Database;
let pool: Pool;
const running: Jobs[] = [];
const logged: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  pool = database.pool;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
  await pool.query('truncate graphile_worker._private_jobs, graphile_worker._private_job_queues cascade');
  await pool.query('truncate job, job_attempt, worker');
  logged.length = 0;
});
afterAll(() => database.close());

async function start(kinds: readonly JobKind[], options: Partial<JobsOptions> = {}): Promise<Jobs> {
  const log = { write: (level: string, event: string) => logged.push(`${level} ${event}`) };
  const base = {
    pool,
    kinds,
    schedules: [],
    concurrency: 3,
    clock: systemClock,
    randomness: systemRandomness,
    log,
    history: createJobHistory({ database, engine: graphileEngine }),
    process: { host: 'here', pid: process.pid, version: '0.0.0' },
    sweepEveryMs: SWEEP_EVERY_MS,
  };
  const jobs = await startJobs({ ...base, ...options });
  running.push(jobs);
  return jobs;
}

interface StoredJob {
  readonly key: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly payload: unknown;
  readonly locked_by: string | null;
}

async function stored(): Promise<StoredJob[]> {
  const { rows } = await pool.query<StoredJob>(
    'select key, attempts, last_error, payload, locked_by from graphile_worker._private_jobs order by id',
  );
  return rows;
}

/** Lets the sweeper of a runner look at least that often, by counting its own statements. */
async function sweeps(count: number): Promise<void> {
  const seen = vi.spyOn(pool, 'query');
  const looks = () => seen.mock.calls.filter(([text]) => typeof text === 'string' && text.includes('pg_locks')).length;
  await vi.waitFor(() => expect(looks()).toBeGreaterThanOrEqual(count), WAIT);
  seen.mockRestore();
}

const request = (name: string, payload: unknown, more: { key?: string; queue?: string } = {}) => ({
  name,
  payload,
  key: more.key ?? `${name}:${JSON.stringify(payload)}`,
  queue: more.queue ?? `${name}:${JSON.stringify(payload)}`,
});

describe('a job', () => {
  it('runs once with its payload and is gone then', async () => {
    const ran: unknown[] = [];
    const jobs = await start([{ name: 'once', run: async (payload) => void ran.push(payload) }]);
    await jobs.enqueue(request('once', { connection: 'demo' }));
    await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
    expect(ran).toEqual([{ connection: 'demo' }]);
  });

  it('with the key of one that still waits replaces it', async () => {
    const hold = gate();
    const ran: unknown[] = [];
    const run = async (payload: unknown) => {
      ran.push(payload);
      if (payload === 'first') await hold.opened;
    };
    const jobs = await start([{ name: 'replace', run }]);
    await jobs.enqueue(request('replace', 'first', { key: 'a', queue: 'q' }));
    await vi.waitFor(() => expect(ran).toEqual(['first']), WAIT);
    await jobs.enqueue(request('replace', 'second', { key: 'b', queue: 'q' }));
    await jobs.enqueue(request('replace', 'third', { key: 'b', queue: 'q' }));
    hold.open();
    await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
    expect(ran).toEqual(['first', 'third']);
  });

  it('with the key of one that runs waits for it, so that what came in meanwhile is not missed', async () => {
    const hold = gate();
    const ran: unknown[] = [];
    const run = async (payload: unknown) => {
      ran.push(payload);
      await hold.opened;
    };
    const jobs = await start([{ name: 'again', run }]);
    await jobs.enqueue(request('again', 1, { key: 'k', queue: 'q' }));
    await vi.waitFor(() => expect(ran).toEqual([1]), WAIT);
    await jobs.enqueue(request('again', 2, { key: 'k', queue: 'q' }));
    hold.open();
    await vi.waitFor(() => expect(ran).toEqual([1, 2]), WAIT);
  });

  it('that fails keeps its problem, waits, and succeeds when it can', async () => {
    let failures = 0;
    const jobs = await start([
      {
        name: 'fail',
        run: async () => {
          failures += 1;
          if (failures === 1) throw new Error('SAP is asleep');
        },
      },
    ]);
    await jobs.enqueue(request('fail', {}));
    const states = async () =>
      (await pool.query("select state, due_at > now() as waits from job where name = 'fail'")).rows;
    await vi.waitFor(async () => expect(await states()).toEqual([{ state: 'waiting', waits: true }]), WAIT);
    await pool.query('update graphile_worker._private_jobs set run_at = now()');
    await vi.waitFor(async () => expect(await states()).toMatchObject([{ state: 'done' }]), WAIT);
    const { rows } = await pool.query("select outcome, problem ->> 'says' as says from job_attempt order by number");
    expect(rows.slice(-2)).toEqual([
      { outcome: 'failed', says: 'An assumption of the program did not hold: SAP is asleep' },
      { outcome: 'done', says: null },
    ]);
    expect(failures).toBe(2);
  });
});

it('a record that nobody can work on fails after a few tries and blocks neither its queue nor the next turn of its work', async () => {
  const ran: unknown[] = [];
  const run = async (payload: unknown) => {
    ran.push(payload);
    if (payload === 'bad') throw new Problem({ code: 'POISON', kind: 'invalid', says: 'Bad.', next: 'Mend it.' });
  };
  const jobs = await start([{ name: 'poison', run }]);
  await jobs.enqueue({ ...request('poison', 'bad', { key: 'bad', queue: 'q' }), id: 'bad 1' });
  await jobs.enqueue(request('poison', 'good', { key: 'good', queue: 'q' }));
  await vi.waitFor(() => expect(ran).toContain('good'), WAIT);
  const bad = async () => (await pool.query("select state from job where id = 'bad 1'")).rows[0].state;
  await vi.waitFor(async () => {
    // Its pauses are minutes.
    await pool.query('update graphile_worker._private_jobs set run_at = now() where locked_at is null');
    expect(await bad()).toBe('failed');
  }, WAIT);
  expect(ran.filter((payload) => payload === 'bad')).toHaveLength(3);
  await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
  await jobs.enqueue({ ...request('poison', 'mended', { key: 'bad', queue: 'q' }), id: 'bad 2' });
  await vi.waitFor(() => expect(ran).toContain('mended'), WAIT);
});

it('an attempt is an activity of its own, and the history has its correlation id', async () => {
  const seen: unknown[] = [];
  const jobs = await start([{ name: 'who', run: async () => void seen.push(currentActivity()) }]);
  await jobs.enqueue(request('who', {}));
  await vi.waitFor(() => expect(seen).toHaveLength(1), WAIT);
  const { rows } = await pool.query('select correlation_id from job_attempt');
  expect(seen).toEqual([{ name: 'job who', correlationId: rows[0].correlation_id }]);
});

it('a worker ends by itself when a newer program has changed the database', async () => {
  const jobs = await start([], { isCurrent: async () => false });
  await jobs.ended;
  expect(logged).toContain('error jobs.database-newer');
});

describe('a queue', () => {
  /** Highest number of jobs of these queues that ran at the same time. */
  async function mostAtOnce(queues: readonly string[], runners: number): Promise<number> {
    let now = 0;
    let most = 0;
    let ended = 0;
    const enough = gate();
    const run = async () => {
      now += 1;
      most = Math.max(most, now);
      if (now >= 2) enough.open();
      // Long enough for others to begin if they may: until they did, or two looks of every worker for work went by.
      await Promise.race([enough.opened, systemClock.sleep(150)]);
      now -= 1;
      ended += 1;
    };
    const kinds = [{ name: 'count', run }];
    const [jobs] = await Promise.all(Array.from({ length: runners }, () => start(kinds)));
    await Promise.all(queues.map((queue, index) => jobs!.enqueue(request('count', index, { queue }))));
    await vi.waitFor(() => expect(ended).toBe(queues.length), WAIT);
    return most;
  }

  it('is serial, also with two runners side by side', async () => {
    expect(await mostAtOnce(['same', 'same', 'same', 'same', 'same'], 2)).toBe(1);
  });

  it('of a kind that may not begin stays where it is, and others of the same runner go on', async () => {
    const ran: unknown[] = [];
    let isFull = true;
    const kinds: JobKind[] = [
      { name: 'held', mayBegin: () => !isFull, run: async () => void ran.push('held') },
      { name: 'free', run: async () => void ran.push('free') },
    ];
    const jobs = await start(kinds);
    await jobs.enqueue(request('held', 1));
    await jobs.enqueue(request('free', 2));
    await vi.waitFor(() => expect(ran).toEqual(['free']), WAIT);
    await vi.waitFor(async () => expect(await stored()).toHaveLength(1), WAIT);
    isFull = false;
    await jobs.enqueue(request('free', 3));
    await vi.waitFor(() => expect(ran).toContain('held'), WAIT);
  });

  it('control: jobs of different queues do run at the same time', async () => {
    expect(await mostAtOnce(['a', 'b', 'c', 'd'], 2)).toBeGreaterThan(1);
  });

  it('that stays locked without a job, because the job was taken away from its worker, is opened again', async () => {
    const ran: unknown[] = [];
    const jobs = await start([{ name: 'orphan', run: async (payload) => void ran.push(payload) }]);
    await pool.query(
      "insert into graphile_worker._private_job_queues (queue_name, locked_by, locked_at) values ('orphaned', 'pool-x', now())",
    );
    await jobs.enqueue(request('orphan', 1, { queue: 'orphaned' }));
    await vi.waitFor(() => expect(ran).toEqual([1]), WAIT);
  });

  it('hands each job to one of two runners, none to both', async () => {
    const ran: unknown[] = [];
    const kinds = [{ name: 'share', run: async (payload: unknown) => void ran.push(payload) }];
    const [jobs] = await Promise.all([start(kinds), start(kinds)]);
    await Promise.all(Array.from({ length: 40 }, (_, index) => jobs!.enqueue(request('share', index))));
    await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
    expect([...ran].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });
});

describe('the jobs of a worker', () => {
  function startProcess(name: string): ChildProcess {
    const task = JSON.stringify({ databaseUrl: urlOf(database), name, does: 'hold' });
    const worker = fileURLToPath(new URL('./jobs-worker.mjs', import.meta.url));
    return spawn(process.execPath, [worker, task], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  it('that was killed are given back, with their queue', async () => {
    const child = startProcess('killed');
    const jobs = await start([]);
    await jobs.enqueue(request('killed', 'work', { queue: 'q' }));
    await once(child.stdout!, 'data');
    expect((await stored())[0]?.locked_by).toMatch(/^pool-/);
    const ran: unknown[] = [];
    await start([{ name: 'killed', run: async (payload) => void ran.push(payload) }]);
    // Control: while it lives, however often one looks, its job is its own.
    await sweeps(4);
    expect((await stored())[0]?.locked_by).toMatch(/^pool-/);
    expect(logged).not.toContain('warn jobs.dead-workers');

    child.kill('SIGKILL');
    await once(child, 'exit');
    await vi.waitFor(() => expect(ran).toEqual(['work']), WAIT);
    await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
    expect(logged).toContain('warn jobs.dead-workers');
  });

  it('that lives are not given back by others, however long they take', async () => {
    const hold = gate();
    let began = 0;
    const run = async () => {
      began += 1;
      await hold.opened;
    };
    const jobs = await start([{ name: 'slow', run }]);
    await start([{ name: 'slow', run }]);
    await jobs.enqueue(request('slow', {}));
    await vi.waitFor(() => expect(began).toBe(1), WAIT);
    await sweeps(6);
    expect(began).toBe(1);
    expect(logged).toEqual([]);
    hold.open();
    await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
  });

  it('go on when the database drops every connection, and the worker shows its sign of life again', async () => {
    const hold = gate();
    const ran: unknown[] = [];
    const run = async (payload: unknown) => {
      ran.push(payload);
      await hold.opened;
    };
    // Looks for dead workers are far apart, as they are in a service compared with the time it takes to connect again.
    const jobs = await start([{ name: 'cut', run }], { sweepEveryMs: 60_000 });
    await jobs.enqueue(request('cut', 1));
    await vi.waitFor(() => expect(ran).toEqual([1]), WAIT);
    const signs = async () => {
      const { rows } = await pool.query<{ pid: number }>(
        "select pid from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and database = (select oid from pg_database where datname = current_database())",
      );
      return rows.map(({ pid }) => pid);
    };
    const [before] = await signs();
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await vi.waitFor(async () => {
      const [now] = await signs();
      expect(now).toBeGreaterThan(0);
      expect(now).not.toBe(before);
    }, WAIT);
    hold.open();
    await jobs.enqueue(request('cut', 2));
    await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
    expect(ran).toEqual([1, 2]);
  });
});

describe('stopping', () => {
  it('aborts the signal of running jobs and waits for them to end', async () => {
    const steps: string[] = [];
    const last = gate();
    const jobs = await start([
      {
        name: 'long',
        run: async (_, signal) => {
          steps.push('began');
          await once(signal, 'abort');
          steps.push(`aborted: ${(signal.reason as Error).message}`);
          await last.opened;
          steps.push('ended');
        },
      },
    ]);
    await jobs.enqueue(request('long', {}));
    await vi.waitFor(() => expect(steps).toEqual(['began']), WAIT);
    const stopped = jobs.stop().then(() => steps.push('stopped'));
    await vi.waitFor(() => expect(steps).toContain('aborted: the worker is stopping'), WAIT);
    expect(steps).not.toContain('stopped');
    last.open();
    await stopped;
    expect(steps).toEqual(['began', 'aborted: the worker is stopping', 'ended', 'stopped']);
  });

  it('leaves a job that gave up to the next runner', async () => {
    const begun = gate();
    let begins = 0;
    const giveUp = async (_: unknown, signal: AbortSignal) => {
      begins += 1;
      begun.open();
      await once(signal, 'abort');
      throw signal.reason;
    };
    const jobs = await start([{ name: 'unfinished', run: giveUp }]);
    await jobs.enqueue(request('unfinished', 'rest'));
    await begun.opened;
    await jobs.stop();
    expect(await stored()).toMatchObject([{ locked_by: null, attempts: 0 }]);
    // The engine may hand it out once more before it stands still; then it is not begun.
    const { rows } = await pool.query("select distinct outcome, problem ->> 'code' as code from job_attempt");
    expect(rows).toEqual([{ outcome: 'stopped', code: 'JOB_STOPPED' }]);
    expect(begins).toBe(1);
    const ran: unknown[] = [];
    await start([{ name: 'unfinished', run: async (payload) => void ran.push(payload) }]);
    await vi.waitFor(() => expect(ran).toEqual(['rest']), WAIT);
  });

  it('may be asked for twice, ends `ended`, and leaves the pool with no client in use', async () => {
    const jobs = await start([{ name: 'idle', run: async () => {} }]);
    await Promise.all([jobs.stop(), jobs.stop()]);
    await jobs.ended;
    await vi.waitFor(() => expect(pool.totalCount - pool.idleCount).toBe(0), WAIT);
  });
});

describe('a schedule', () => {
  it('puts its kind into the queue at its minute, once for all runners', async () => {
    const kinds = [{ name: 'tick', run: async () => {} }];
    const schedules = [{ name: 'tick', cron: '*/15 * * * *' }];
    await Promise.all([start(kinds, { schedules }), start(kinds, { schedules })]);
    await vi.waitFor(async () => {
      const { rows } = await pool.query('select identifier from graphile_worker._private_known_crontabs');
      expect(rows).toEqual([{ identifier: 'tick' }]);
    }, WAIT);
  });
});

describe('a database that goes away and comes back', () => {
  it('loses no job and does none twice, work goes on by itself, and the log says it in a few lines', async () => {
    const way = await cutOff(database);
    const reached = await openDatabase({ ...(await testOptions()), databaseUrl: way.url });
    const lines: string[] = [];
    const log = calmLog({ write: (level, event) => void lines.push(`${level} ${event}`) }, systemClock);
    const hold = gate();
    const ran: unknown[] = [];
    const kind: JobKind = {
      name: 'work',
      run: async (payload) => {
        ran.push(payload);
        if (payload === 'under way') await hold.opened;
      },
    };
    const history = createJobHistory({ database: reached, engine: graphileEngine });
    const options = { pool: reached.pool, history, log };
    const jobs = await keepRunning(() => start([kind], options), { clock: systemClock, log });
    try {
      await jobs.enqueue(request('work', 'under way'));
      await vi.waitFor(() => expect(ran).toEqual(['under way']), WAIT);
      await way.cut();
      hold.open();
      await vi.waitFor(() => expect(lines).toContain('warn job.outcome-not-stored'), WAIT);
      // Whether the engine outlives this or is started again: whoever asks until he is heard is heard.
      const asked = vi.waitFor(() => jobs.enqueue(request('work', 'asked meanwhile')), WAIT);
      await way.mend();
      await asked;
      await vi.waitFor(() => expect(ran).toContain('asked meanwhile'), WAIT);
      await vi.waitFor(async () => expect(await stored()).toEqual([]), WAIT);
      expect(ran.filter((payload) => payload === 'under way')).toHaveLength(1);
      expect(lines.length, lines.join('\n')).toBeLessThan(30);
    } finally {
      await jobs.stop();
      await reached.close();
      await way.cut();
    }
  });
});
