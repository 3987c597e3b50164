import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { ProcessTable } from '../processes.ts';
import { findLockHolder, type LockFile, tryLock } from './lock-file.ts';

let directory: string;
let nowMs: number;
let dead: Set<number>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
  nowMs = Date.now();
  dead = new Set();
});

function options(pid: number, host = 'here') {
  const processes: ProcessTable = {
    self: { host, pid, startedAt: '1' },
    stateOf: async (process) => (process.host !== host ? 'elsewhere' : dead.has(process.pid) ? 'dead' : 'alive'),
  };
  return { directory, name: 'gate', processes, clock: { nowMs: () => nowMs, sleep: async () => {} } };
}

async function lock(pid: number, host?: string): Promise<LockFile> {
  const result = await tryLock(options(pid, host));
  if ('heldBy' in result) throw new Error(`held by ${result.heldBy.pid}`);
  return result;
}

it('a lock that is held is refused with its holder, and free after its release', async () => {
  const held = await lock(1);
  await expect(lock(2)).rejects.toThrow('held by 1');
  expect(await findLockHolder(options(2))).toMatchObject({ pid: 1 });
  await held.release();
  expect(await findLockHolder(options(2))).toBeUndefined();
  await lock(2);
});

it('a process does not take its own lock twice', async () => {
  await lock(1);
  await expect(lock(1)).rejects.toThrow('held by 1');
});

it('of many that want a free lock at once, one gets it', async () => {
  const results = await Promise.all(Array.from({ length: 40 }, (_, pid) => tryLock(options(pid + 1))));
  expect(results.filter((result) => 'release' in result)).toHaveLength(1);
});

it('of many that find a dead holder at once, one takes over', async () => {
  for (let round = 0; round < 20; round += 1) {
    const holder = 1_000 + round;
    const previous = await tryLock(options(holder));
    if ('heldBy' in previous) dead.add(previous.heldBy.pid);
    dead.add(holder);
    const results = await Promise.all(Array.from({ length: 10 }, (_, n) => tryLock(options(10_000 + round * 100 + n))));
    expect(results.filter((result) => 'release' in result)).toHaveLength(1);
  }
});

it('a holder in another container counts while it refreshes its lock, and a minute longer', async () => {
  const held = await lock(1, 'there');
  await held.refresh();
  nowMs += 59_000;
  await expect(lock(2)).rejects.toThrow('held by 1');
  await held.refresh();
  nowMs += 59_000;
  await expect(lock(2)).rejects.toThrow('held by 1');
  nowMs += 2_000;
  await lock(2);
});

it('a lock that a power cut left empty is free', async () => {
  writeFileSync(join(directory, 'gate.7'), '');
  await lock(1);
  expect(readdirSync(directory)).toEqual(['gate.8']);
});

it('locks of different names do not meet, and nothing piles up in the folder', async () => {
  for (let round = 0; round < 10; round += 1) await (await lock(1)).release();
  await tryLock({ ...options(1), name: 'supervisor' });
  expect(readdirSync(directory)).toEqual(['gate.10', 'supervisor.1']);
});
