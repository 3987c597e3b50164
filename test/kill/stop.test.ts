/** The service with its embedded database, as processes: how soon it stops, and what a kill of either leaves behind. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { collect, firstJson, runCli, startCli } from './cli.ts';

const STOP_MS_MAX = 10_000;
const WAIT = { timeout: 120_000, interval: 50 };

interface Simulators {
  readonly sap: string;
  readonly connectionFile: string;
}

// Half a minute of processes: with LOAD=full only.
describe.runIf(process.env.LOAD === 'full')('the service with its embedded database', () => {
  const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-stop-`);
  const environment = { SELLER_LEDGER_HOME: join(folder, 'home'), SELLER_LEDGER_LOG: 'info' };
  let simulators: Simulators;
  let simulatorProcess: ChildProcess;

  beforeAll(async () => {
    simulatorProcess = startCli(
      ['--json', 'simulators', '--folder', join(folder, 'vendors'), '--clock-speed', '60'],
      environment,
    );
    simulators = await firstJson<Simulators>(simulatorProcess);
    expect(await runCli(['connections', 'add', '--file', simulators.connectionFile], environment)).toMatchObject({
      exitCode: 0,
    });
  }, 120_000);

  afterAll(() => {
    simulatorProcess.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const references = async () => {
    const ledger = (await (await fetch(`${simulators.sap}/_sim/ledger`)).json()) as {
      documents: { documentReferenceId: string }[];
    };
    return ledger.documents.map(({ documentReferenceId }) => documentReferenceId);
  };

  it('stops within seconds while it posts, and a killed service or database server books nothing twice', async () => {
    const first = startCli(['start', '--port', '0'], environment);
    const ended = collect(first);
    await expect.poll(async () => (await references()).length, WAIT).toBeGreaterThan(0);
    const askedMs = Date.now();
    first.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 0 });
    expect(Date.now() - askedMs).toBeLessThan(STOP_MS_MAX);

    const second = startCli(['start', '--port', '0'], environment);
    const secondEnded = once(second, 'close');
    await expect.poll(() => postmasterPid(), WAIT).toBeGreaterThan(0);
    process.kill(postmasterPid(), 'SIGKILL');
    await expect.poll(async () => (await entries()).every(({ state }) => state === 'posted'), WAIT).toBe(true);
    expect(second.exitCode, 'the service lives on').toBeNull();
    second.kill('SIGKILL');
    await secondEnded;

    const last = await runCli(['sync', 'pretend', '--json'], environment);
    expect(last.exitCode, last.err).toBe(0);
    const booked = (await entries()).map(({ postingKey }) => postingKey);
    expect((await references()).sort()).toEqual(booked.sort());
  }, 300_000);

  function postmasterPid(): number {
    try {
      const place = JSON.parse(readFileSync(join(folder, 'home', 'database.json'), 'utf8')) as { directory: string };
      const cluster = place.directory.startsWith('/') ? place.directory : join(folder, 'home', place.directory);
      return Number(readFileSync(join(cluster, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    } catch {
      return 0;
    }
  }

  async function entries(): Promise<{ postingKey: string; state: string }[]> {
    const { exitCode, out } = await runCli(['entries', 'list', '--json'], environment);
    const listed = exitCode === 0 ? (JSON.parse(out) as { postingKey: string; state: string }[]) : [];
    return listed.length > 0 ? listed : [{ postingKey: '', state: 'none' }];
  }
});
