/**
 * Several workers on one database, killed and paused at random while they sync against the pretend vendors: the long soak, run
 * with `KILLS=200`. With `DATABASE_URL` it runs on that server, which must be empty, otherwise on the embedded one.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../sim/world/index.ts';
import { systemClock } from '../../src/entrypoints/system.ts';
import { firstJson, runCli, startCli } from './cli.ts';

const KILLS = Number(process.env.KILLS ?? 0);
const SEED = process.env.KILL_SEED ?? 'first light';
const WORKERS = 3;
const BLOW_AFTER_MS_MIN = 300;
const BLOW_AFTER_MS_MAX = 4_000;
/** A worker is lost after a minute and two looks of the others. */
const PAUSE_MS = 100_000;
const STOP_MS_MAX = 10_000;

describe.runIf(KILLS > 0)('workers that are killed and paused at any moment', () => {
  // Below /var/tmp, where the embedded server's own user may enter when the tests run as root.
  const folder = mkdtempSync('/var/tmp/seller-ledger-workers-');
  const environment: Record<string, string> = {
    SELLER_LEDGER_HOME: join(folder, 'home'),
    ...(process.env.DATABASE_URL !== undefined && { DATABASE_URL: process.env.DATABASE_URL }),
  };
  let simulators: { readonly sap: string; readonly connectionFile: string };
  const processes = new Set<ChildProcess>();

  const start = (args: readonly string[]): ChildProcess => {
    const child = startCli(args, environment);
    child.stderr?.resume();
    processes.add(child);
    child.once('exit', () => processes.delete(child));
    return child;
  };
  const startWorker = (): ChildProcess => {
    const child = start(['worker', '--concurrency', '4']);
    child.stdout?.resume();
    return child;
  };
  const json = async <Value>(...args: string[]): Promise<Value> => {
    const { out, err, exitCode } = await runCli([...args, '--json'], environment);
    expect(exitCode, err).toBe(0);
    return JSON.parse(out) as Value;
  };
  const references = async (): Promise<string[]> => {
    const response = await fetch(`${simulators.sap}/_sim/ledger`);
    const { documents } = (await response.json()) as { documents: { documentReferenceId: string }[] };
    return documents.map(({ documentReferenceId }) => documentReferenceId);
  };

  beforeAll(async () => {
    const args = ['--json', 'simulators', '--folder', join(folder, 'vendors'), '--clock-speed', '60'];
    simulators = await firstJson(start(args));
    const added = await runCli(['connections', 'add', '--file', simulators.connectionFile], environment);
    expect(added).toMatchObject({ exitCode: 0 });
  }, 120_000);

  afterAll(() => {
    for (const child of processes) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    `books every settlement once in SAP, and every job ends (${KILLS} blows, seed ${SEED})`,
    async () => {
      const random = createRandom(`workers/${SEED}`);
      const workers = Array.from({ length: WORKERS }, startWorker);
      let paused: { child: ChildProcess; since: number } | undefined;
      for (let blow = 0; blow < KILLS; blow += 1) {
        await systemClock.sleep(random.between(BLOW_AFTER_MS_MIN, BLOW_AFTER_MS_MAX));
        if (paused && systemClock.nowMs() - paused.since > PAUSE_MS) {
          paused.child.kill('SIGCONT');
          paused = undefined;
        }
        const index = random.between(0, WORKERS - 1);
        const victim = workers[index]!;
        if (victim === paused?.child) continue;
        if (!paused && random.between(0, 3) === 0) {
          victim.kill('SIGSTOP');
          paused = { child: victim, since: systemClock.nowMs() };
          continue;
        }
        victim.kill('SIGKILL');
        await once(victim, 'exit');
        workers[index] = startWorker();
        const booked = await references();
        expect(new Set(booked).size, `blow ${blow}`).toBe(booked.length);
      }
      paused?.child.kill('SIGCONT');
      // In the middle of their work, so that the time it takes to stop is that of a busy worker.
      const askedAt = systemClock.nowMs();
      const ends = workers.map((worker) => once(worker, 'exit'));
      for (const worker of workers) worker.kill('SIGTERM');
      await Promise.all(ends);
      expect(systemClock.nowMs() - askedAt).toBeLessThan(STOP_MS_MAX);

      await json('sync', 'pretend');
      const entries = await json<{ postingKey: string; state: string }[]>('entries', 'list', '--limit', '10000');
      expect(entries.length).toBeGreaterThan(3);
      expect(entries.filter(({ state }) => state !== 'posted')).toEqual([]);
      expect((await references()).sort()).toEqual(entries.map(({ postingKey }) => postingKey).sort());
      const jobs = await json<{ id: string; state: string }[]>('jobs', 'list', '--limit', '10000');
      expect(jobs.filter(({ state }) => state === 'failed' || state === 'gave-up')).toEqual([]);
      await json('audit', 'verify');
    },
    600_000 + KILLS * 10_000,
  );
});
