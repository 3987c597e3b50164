/**
 * Worker processes on a real server, killed (SIGKILL) and paused long past the time after which they count as lost (SIGSTOP, then
 * SIGCONT) at random. `KILLS=200` for a long soak, `SEEDS=n` for other runs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createRandom } from '../../sim/world/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { graphileEngine, prepareQueue, requestJob } from '../../src/jobs/index.ts';
import { createJobHistory, createJobRecords, type Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';

const KILLS = Number(process.env.KILLS ?? 2);
const SEEDS = Number(process.env.SEEDS ?? 1);
const WORKERS = 2;
const QUEUES = 4;
const SILENT_MS_MAX = 2_000;
const WAIT = { timeout: 90_000 + KILLS * 5_000, interval: 100 };

let database: Database;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  database = await openTestDatabase();
  await prepareQueue(database.pool, silentLog);
  // The program's own limit is a minute: a process that stands still in the middle of a transaction lets go of its locks.
  const { rows } = await database.pool.query('select current_database() as name');
  await database.pool.query(`alter database ${rows[0].name} set idle_in_transaction_session_timeout = '2s'`);
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.close();
});

/** A worker that works on one thing for long enough to be hit in the middle of it. */
function startWorker(): ChildProcess {
  const task = { databaseUrl: urlOf(database), name: 'soak', does: 'work', workMs: 1_000, concurrency: 2 };
  const options = { ...task, sweepEveryMs: 200, silentMsMax: SILENT_MS_MAX };
  const path = fileURLToPath(new URL('./jobs-worker.mjs', import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  child.stdout?.resume();
  child.once('exit', () => children.delete(child));
  return child;
}

it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
  `every job ends once although workers are killed and paused (${KILLS} times, seed %i)`,
  async (seed) => {
    const random = createRandom(`soak/${seed}`);
    const history = createJobHistory({ database, engine: graphileEngine });
    const records = createJobRecords({ database, engine: graphileEngine });
    const ids: string[] = [];
    const ask = async () => {
      const id = `${seed}/${ids.push('')}`;
      ids[ids.length - 1] = id;
      const request = { id, name: 'soak', payload: id, key: id, queue: `queue ${ids.length % QUEUES}` };
      await requestJob({ history, randomness: systemRandomness }, request);
    };
    const workers = Array.from({ length: WORKERS }, startWorker);
    const known = async ({ pid }: ChildProcess) => (await records.listWorkers()).find((worker) => worker.pid === pid);
    /** Waits for a worker that is in the middle of a job. */
    const busyOne = () =>
      vi.waitFor(async () => {
        const busy = (await records.listWorkers()).filter(({ running, endedAt }) => running > 0 && endedAt === null);
        const index = workers.findIndex(({ pid }) => pid === busy[random.between(0, busy.length - 1)]?.pid);
        expect(index).toBeGreaterThanOrEqual(0);
        return index;
      }, WAIT);
    const first = random.between(0, 1);
    for (let blow = 0; blow < KILLS; blow += 1) {
      for (let count = 0; count < QUEUES; count += 1) await ask();
      const index = await busyOne();
      const victim = workers[index]!;
      const isKill = blow < 2 ? blow === first : random.between(0, 1) === 0;
      if (isKill) {
        victim.kill('SIGKILL');
        await once(victim, 'exit');
        workers[index] = startWorker();
        continue;
      }
      // It goes on when others have its jobs already, and lives among them from then on.
      victim.kill('SIGSTOP');
      await vi.waitFor(async () => expect(await known(victim)).toMatchObject({ endedHow: 'lost' }), WAIT);
      victim.kill('SIGCONT');
    }
    await vi.waitFor(async () => {
      const { waiting = 0, running = 0 } = await records.countJobs();
      expect(waiting + running).toBe(0);
    }, WAIT);
    for (const id of ids) {
      const { job, attempts } = await records.showJob(id);
      expect({ id, state: job.state }).toEqual({ id, state: 'done' });
      expect(attempts.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
      expect(attempts.at(-1)?.outcome).toBe('done');
      // No attempt of a job begins before the one before it is closed.
      for (const [index, { startedAt }] of attempts.entries()) {
        if (index > 0) expect(startedAt >= (attempts[index - 1]?.endedAt ?? '?')).toBe(true);
      }
    }
    const all = (await Promise.all(ids.map((id) => records.showJob(id)))).flatMap(({ attempts }) => attempts);
    // Control: the blows did hit jobs.
    expect(all.filter(({ outcome }) => outcome === 'interrupted').length).toBeGreaterThan(0);
    const ended = Promise.all([...children].map((child) => once(child, 'exit')));
    for (const child of children) child.kill('SIGTERM');
    await ended;
    const { rows } = await database.pool.query(
      'select from graphile_worker._private_jobs where attempts < max_attempts',
    );
    expect(rows).toEqual([]);
  },
  WAIT.timeout * 2,
);
