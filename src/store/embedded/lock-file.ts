import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/index.ts';
import type { ProcessIdentity, ProcessTable } from '../processes.ts';

export interface LockFile {
  /** Tells processes that cannot see this one (another container) that it is still at work. */
  refresh(): Promise<void>;
  release(): Promise<void>;
}

export interface LockFileOptions {
  readonly directory: string;
  readonly name: string;
  readonly processes: ProcessTable;
  readonly clock: Clock;
}

/** A holder whose process cannot be seen from here is believed to live this long after its last refresh. */
const UNSEEN_HOLDER_MS = 60_000;
const GENERATIONS_TRIED_MAX = 100;

/**
 * Takes a lock that lives in a folder, or says who holds it. A lock of a dead process is taken over.
 *
 * Each holder has a file of its own, `name.1`, `name.2`, …; the highest number counts. A file is only ever created by
 * linking it to a name that is free, so of several processes that find the same dead holder exactly one succeeds.
 */
export async function tryLock(options: LockFileOptions): Promise<LockFile | { readonly heldBy: ProcessIdentity }> {
  for (let tries = 0; tries < GENERATIONS_TRIED_MAX; tries += 1) {
    const newest = await newestGeneration(options);
    if (newest > 0) {
      const holder = await liveHolder(options, newest);
      if (holder) return { heldBy: holder };
    }
    const mine = newest + 1;
    if (!(await createExclusive(options, mine))) continue;
    // A slow process may have taken a number that was already passed and cleaned up.
    if ((await newestGeneration(options)) > mine) {
      await rm(pathOf(options, mine), { force: true });
      continue;
    }
    await removeBelow(options, mine);
    return heldLock(options, mine);
  }
  return { heldBy: { host: 'many', pid: 0, startedAt: null } };
}

/** The process that holds the lock and lives; `undefined` when it is free. */
export async function findLockHolder(options: LockFileOptions): Promise<ProcessIdentity | undefined> {
  const newest = await newestGeneration(options);
  return newest === 0 ? undefined : liveHolder(options, newest);
}

function heldLock(options: LockFileOptions, generation: number): LockFile {
  const path = pathOf(options, generation);
  return {
    async refresh() {
      const seconds = options.clock.nowMs() / 1000;
      await utimes(path, seconds, seconds);
    },
    async release() {
      // Nothing is written: a full disk must not keep the lock for as long as we live. A newer holder may have removed the file.
      await truncate(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    },
  };
}

async function createExclusive(options: LockFileOptions, generation: number): Promise<boolean> {
  const draft = join(options.directory, `draft-${randomBytes(8).toString('hex')}`);
  try {
    await writeFile(draft, `${JSON.stringify(options.processes.self)}\n`, { mode: 0o600, flag: 'wx' });
    await link(draft, pathOf(options, generation));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function liveHolder(options: LockFileOptions, generation: number): Promise<ProcessIdentity | undefined> {
  const path = pathOf(options, generation);
  const holder = parseHolder(await readFile(path, 'utf8').catch(() => ''));
  if (!holder) return undefined;
  const state = await options.processes.stateOf(holder);
  if (state !== 'elsewhere') return state === 'alive' ? holder : undefined;
  const refreshedMs = await stat(path).then(
    (facts) => facts.mtimeMs,
    () => 0,
  );
  return options.clock.nowMs() - refreshedMs < UNSEEN_HOLDER_MS ? holder : undefined;
}

/** Anything but a whole holder is a released lock, or one that a power cut left empty: nobody holds it. */
function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity>;
    if (typeof value.host !== 'string' || typeof value.pid !== 'number') return undefined;
    return { host: value.host, pid: value.pid, startedAt: value.startedAt ?? null };
  } catch {
    return undefined;
  }
}

async function newestGeneration(options: LockFileOptions): Promise<number> {
  return Math.max(0, ...(await generations(options)));
}

async function removeBelow(options: LockFileOptions, generation: number): Promise<void> {
  for (const older of await generations(options)) {
    if (older < generation) await rm(pathOf(options, older), { force: true });
  }
}

async function generations({ directory, name }: LockFileOptions): Promise<number[]> {
  const prefix = `${name}.`;
  return (await readdir(directory)).flatMap((file) => {
    const number = file.startsWith(prefix) ? Number(file.slice(prefix.length)) : Number.NaN;
    return Number.isSafeInteger(number) && number > 0 ? [number] : [];
  });
}

function pathOf({ directory, name }: LockFileOptions, generation: number): string {
  return join(directory, `${name}.${generation}`);
}
