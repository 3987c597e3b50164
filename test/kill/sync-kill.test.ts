import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../sim/world/index.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { collect, firstJson, runCli, startCli } from './cli.ts';
import { sendAgain } from './send-again.ts';

/** Enough to hit every phase of a sync over the runs of a day; `KILLS=200` for a long soak. */
const KILLS = Number(process.env.KILLS ?? 6);
const SEED = process.env.KILL_SEED ?? 'first light';
const KILL_AFTER_MS_MIN = 150;
const KILL_AFTER_MS_MAX = 2_600;

interface Simulators {
  readonly amazon: string;
  readonly sap: string;
  readonly connectionFile: string;
}

interface Ledger {
  readonly documents: readonly { readonly documentReferenceId: string }[];
}

describe('a sync that is killed at any moment', () => {
  // In a folder where the embedded server's own user may enter when the tests run as root.
  const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-kill-`);
  const environment = { SELLER_LEDGER_HOME: join(folder, 'home') };
  let simulators: Simulators;
  let simulatorProcess: ChildProcess;

  beforeAll(async () => {
    simulatorProcess = startCli(
      ['--json', 'simulators', '--folder', join(folder, 'vendors'), '--clock-speed', '60'],
      environment,
    );
    simulators = await firstJson<Simulators>(simulatorProcess);
    const added = await runCli(['connections', 'add', '--file', simulators.connectionFile], environment);
    expect(added).toMatchObject({ exitCode: 0 });
  });

  afterAll(() => {
    simulatorProcess.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function ledger(): Promise<Ledger> {
    return (await fetch(`${simulators.sap}/_sim/ledger`)).json() as Promise<Ledger>;
  }

  it(`books every settlement once in SAP (${KILLS} kills, seed ${SEED})`, async () => {
    const random = createRandom(`kill/${SEED}`);
    let killed = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const child = startCli(['sync', 'pretend', '--json'], environment);
      const ended = collect(child);
      const timer = setTimeout(() => child.kill('SIGKILL'), random.between(KILL_AFTER_MS_MIN, KILL_AFTER_MS_MAX));
      const result = await ended;
      clearTimeout(timer);
      if (result.signal === 'SIGKILL') killed += 1;
      const references = (await ledger()).documents.map((document) => document.documentReferenceId);
      expect(new Set(references).size, `round ${round}: ${result.err}`).toBe(references.length);
    }
    const last = await runCli(['sync', 'pretend', '--json'], environment);
    expect(last.exitCode, last.err).toBe(0);

    const { documents } = await ledger();
    const entries = JSON.parse((await runCli(['entries', 'list', '--json'], environment)).out) as {
      postingKey: string;
      state: string;
    }[];
    expect(killed).toBeGreaterThan(0);
    expect(entries.length).toBeGreaterThan(3);
    expect(entries.filter((entry) => entry.state !== 'posted')).toEqual([]);
    expect(documents.map((document) => document.documentReferenceId).sort()).toEqual(
      entries.map((entry) => entry.postingKey).sort(),
    );
    expect(await runCli(['audit', 'verify'], environment)).toMatchObject({ exitCode: 0 });
  }, 300_000);

  it('control: the pretend SAP books the same message twice when it is sent twice', async () => {
    // Without this the test above could pass because the simulator refuses duplicates.
    const before = (await ledger()).documents;
    const [reference] = before.map((document) => document.documentReferenceId);
    expect(await sendAgain(simulators.connectionFile, environment, reference!)).toMatchObject({ outcome: 'posted' });
    const after = (await ledger()).documents.filter((document) => document.documentReferenceId === reference);
    expect(after).toHaveLength(2);
  });
});
