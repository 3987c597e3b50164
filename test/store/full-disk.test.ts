/**
 * The embedded database on a disk that is really full. Without the right to mount a small one nothing of it is shown (skipped).
 * What needs a server of its own runs with `LOAD=full` alone.
 */
import { readdirSync, rmSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertMove, type ConnectionContext, syncConnection } from '../../src/app/index.ts';
import { isProblem, toProblem } from '../../src/core/index.ts';
import { systemClock, systemRandomness } from '../../src/entrypoints/system.ts';
import { graphileEngine, type Jobs, keepRunning, startJobs } from '../../src/jobs/index.ts';
import { findLockHolder, tryLock } from '../../src/store/embedded/lock-file.ts';
import {
  createBooks,
  createJobHistory,
  type Database,
  type OpenDatabaseOptions,
  openDatabase,
  timeOf,
} from '../../src/store/index.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestVault, type TestBooks } from './database.ts';
import { newHome, postmastersOf, serverOptions, startChild, supervisorsOf, taskOf, waitFor } from './processes.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

/** The server takes 45 MB, needs 128 MB free to start, and its log is written in files of 16 MB. */
const KILOBYTES = 220 * 1_024;

const isFull = process.env.LOAD === 'full';
const home = newHome();
const disk = smallDisk(home, isFull ? KILOBYTES : 256);
const cluster = join(home, 'postgres');
const logged: string[] = [];
let options: OpenDatabaseOptions;
let database: Database;
let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;

beforeAll(async () => {
  if (!disk || !isFull) return;
  const log = {
    write: (_: string, event: string, facts?: object) => void logged.push(`${event} ${JSON.stringify(facts)}`),
  };
  options = { ...(await serverOptions(home)), log };
  database = await openDatabase(options);
  vendors = await startVendors({ seed: 'rules' });
  const { vault } = await openTestVault(database);
  const { clock } = vendors;
  const { processes } = options;
  const books = createBooks({ database, vault, assertMove, processes, readTime: timeOf(clock) });
  test = { books, database, vault, clock, processes, close: () => database.close() };
  context = await vendors.context(test);
});
afterAll(async () => {
  if (disk) {
    disk.empty();
    await database?.close();
    await vendors?.close();
    await waitFor('the server to end', async () => postmastersOf(home).length + supervisorsOf(home).length === 0);
    disk.remove();
  }
  rmSync(home, { recursive: true, force: true });
});

/** The codes of what stood in the way of a sync. */
async function sync(): Promise<readonly string[]> {
  try {
    const { problems } = await syncConnection(context, { waitForUnknown: false });
    return problems.map(({ code }) => code);
  } catch (error) {
    expect(isProblem(error) && error.next).toMatch(/Free|Run the command again/);
    return [toProblem(error).code];
  }
}

const open = () => startChild(taskOf(options, 'leave'));
const drafts = () => readdirSync(cluster).filter((name) => name.startsWith('draft-'));

async function expectAllBookedOnce(): Promise<void> {
  const entries = await test.books.listEntries();
  expect(entries.length).toBeGreaterThan(0);
  expect(entries.map(({ state }) => state)).toEqual(entries.map(() => 'posted'));
  expect(vendors.ledger()).toHaveLength(entries.length);
  expect((await test.books.verify()).ok).toBe(true);
}

async function startWorker(): Promise<Jobs> {
  const { log, clock } = { log: options.log, clock: systemClock };
  const start = () =>
    startJobs({
      pool: database.pool,
      kinds: [{ name: 'sync', run: async () => void (await syncConnection(context, { waitForUnknown: false })) }],
      schedules: [],
      concurrency: 1,
      clock,
      randomness: systemRandomness,
      log,
      history: createJobHistory({ database, engine: graphileEngine }),
      process: { host: hostname(), pid: process.pid, version: '0.0.0' },
      sweepEveryMs: 200,
    });
  return keepRunning(start, { clock, log, mayReturn: async () => true });
}

describe.skipIf(!disk)('a disk without a byte of space', () => {
  it('DATABASE_DISK_FULL: takes no lock and leaves nothing behind, but a lock that is held is given back', async () => {
    const { folder, fill, empty } = disk as SmallDisk;
    const { processes, clock } = await serverOptions(home);
    const lock = { directory: folder, name: 'held', processes, clock };
    const held = await tryLock(lock);
    if ('heldBy' in held) throw new Error('the lock was not free');
    const before = readdirSync(folder);
    fill();
    await expect(tryLock({ ...lock, name: 'other' })).rejects.toMatchObject({ code: 'ENOSPC' });
    const opening = openDatabase(await serverOptions(join(folder, 'new')));
    await expect(opening).rejects.toMatchObject({ code: 'DATABASE_DISK_FULL', next: expect.stringContaining('df -h') });
    expect(await findLockHolder(lock), 'control: it is held').toEqual(processes.self);
    await held.release();
    expect(await findLockHolder(lock)).toBeUndefined();
    expect(readdirSync(folder).filter((name) => name !== 'filling' && name !== 'new')).toEqual(before);
    empty();
    rmSync(join(folder, 'new'), { recursive: true, force: true });
    // With space it is taken again.
    expect(await tryLock(lock)).not.toHaveProperty('heldBy');
  });
});

describe.skipIf(!disk || !isFull)('the server on a disk without a byte of space', () => {
  it('DATABASE_DISK_FULL: a sync says so, stores nothing of a report, and the next one with space brings everything', async () => {
    const { fill, empty } = disk as SmallDisk;
    fill();
    expect(statfsSync(home).bavail, 'control: it is full').toBe(0);
    expect(await sync()).toEqual(['DATABASE_DISK_FULL']);
    expect(postmastersOf(home), 'the server has not ended').toHaveLength(1);
    expect((await database.pool.query('select from evidence')).rows).toEqual([]);
    expect(vendors.ledger()).toEqual([]);

    const { answer } = await open();
    expect(answer).toMatchObject({ code: 'DATABASE_DISK_FULL', says: expect.stringContaining(cluster) });
    expect(drafts(), 'nothing of the lock is left').toEqual([]);

    empty();
    expect((await open()).answer).toMatchObject({ done: 'leave' });
    expect(await sync()).toEqual([]);
    await expectAllBookedOnce();
  });

  it('so full that the server ends and cannot start: a service finds it again by itself once there is space, and does what waited', {
    timeout: 120_000,
  }, async () => {
    const { fill, empty } = disk as SmallDisk;
    const jobs = await startWorker();
    fill();
    // Only its own log of 16 MB is left to the server to write on, and then nothing.
    const write = () => database.pool.query("select pg_logical_emit_message(true, 'x', repeat('y', 1000000))");
    await waitFor('the server to find no space for its log', () =>
      write().then(
        () => false as const,
        () => true,
      ),
    );
    await waitFor('the server to end', async () => postmastersOf(home).length === 0);
    fill();
    expect(await sync()).toEqual(['DATABASE_UNAVAILABLE']);
    await waitFor('the service to say why', async () =>
      logged.some((line) => line.startsWith('database.return-failed') && line.includes('DATABASE_DISK_FULL')),
    );
    const before = logged.length;
    // It tries again and again: a lock that it could not give back would be in its own way.
    await waitFor(
      'two more tries',
      async () => logged.slice(before).filter((line) => line.startsWith('database.return-failed')).length >= 2,
    );
    expect((await open()).answer).toMatchObject({ code: 'DATABASE_DISK_FULL' });
    expect(drafts()).toEqual([]);

    empty();
    await waitFor('the server to be there again', () => database.pool.query('select 1').catch(() => undefined));
    await jobs.enqueue({ name: 'sync', payload: null, key: 'sync', queue: 'sync' });
    await waitFor('the job to be done', async () => {
      const { rows } = await database.pool.query("select from job where name = 'sync' and state = 'done'");
      return rows.length === 1;
    });
    await expectAllBookedOnce();
    await jobs.stop();
  });
});
