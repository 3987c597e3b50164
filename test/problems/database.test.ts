/** Problems of the embedded database that need a real file system, real locks or real servers. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/core/index.ts';
import { initialiseData } from '../../src/store/embedded/data-directory.ts';
import { passGate } from '../../src/store/embedded/gate.ts';
import { openDatabase } from '../../src/store/index.ts';
import { testOptions } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-database-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('DATABASE_BUSY', () => {
  it('who waits too long for another process to start the server is told which one', async () => {
    const { processes } = await testOptions();
    let nowMs = Date.now();
    const clock: Clock = {
      nowMs: () => nowMs,
      sleep: async () => {
        nowMs += 10_000;
      },
    };
    const gate = { cluster: folder, processes, clock };
    await passGate(gate, async () => {
      await expect(passGate(gate, async () => 'never')).rejects.toMatchObject({
        code: 'DATABASE_BUSY',
        says: expect.stringContaining(`Process ${process.pid} on `),
      });
    });
    // control: as soon as the other is through, the gate opens.
    expect(await passGate(gate, async () => 'through')).toBe('through');
  });
});

describe('DATABASE_INIT_FAILED', () => {
  it('leaves no half-made data behind, and tells what PostgreSQL said', async () => {
    const cluster = mkdtempSync(join(folder, 'cluster-'));
    const initdb = join(folder, 'initdb');
    writeFileSync(initdb, '#!/bin/sh\necho "no space for $1"\nexit 3\n', { mode: 0o755 });
    const binaries = { postgres: '/bin/false', initdb, major: '18' };
    await expect(initialiseData(cluster, binaries, undefined)).rejects.toMatchObject({
      code: 'DATABASE_INIT_FAILED',
      says: expect.stringContaining('exit code 3'),
      data: expect.stringContaining('no space for '),
    });
    expect(readdirSync(cluster)).toEqual(['password']);
  });
});

describe('DATABASE_ADDRESS_TAKEN', () => {
  it('a server that works on other data is never taken for ours, even with the same password', async () => {
    // Below a folder that every user may enter, because as root the server runs as another user.
    const parent = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-two-`);
    chmodSync(parent, 0o755);
    const [ours, other] = [join(parent, 'ours'), join(parent, 'other')];
    const pidFile = (home: string) => join(home, 'postgres', 'data', 'postmaster.pid');
    const open = async (home: string) => openDatabase({ ...(await testOptions()), home, idleStopMs: 1_000 });
    const untilStopped = (home: string) =>
      vi.waitFor(() => expect(existsSync(pidFile(home))).toBe(false), { timeout: 60_000 });
    try {
      await (await open(ours)).close();
      await untilStopped(ours);
      // The one that stopped the server may still be tidying up while the folder is copied.
      await vi.waitFor(() => {
        rmSync(other, { recursive: true, force: true });
        execFileSync('cp', ['-a', ours, other], { stdio: 'pipe' });
      });

      const opened = [await open(ours), await open(other)];
      const honest = readFileSync(pidFile(ours), 'utf8');
      // Port and socket are the fourth and fifth line.
      const [, , , port = '', socket = ''] = readFileSync(pidFile(other), 'utf8').split('\n');
      writeFileSync(pidFile(ours), honest.split('\n').with(3, port).with(4, socket).join('\n'));
      try {
        await expect(open(ours)).rejects.toMatchObject({ code: 'DATABASE_ADDRESS_TAKEN' });
      } finally {
        writeFileSync(pidFile(ours), honest);
      }
      // control: with the honest file the same call succeeds.
      opened.push(await open(ours));
      await Promise.all(opened.map((database) => database.close()));
      await Promise.all([untilStopped(ours), untilStopped(other)]);
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  });
});
