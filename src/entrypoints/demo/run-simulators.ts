import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Terminal } from '../cli/terminal.ts';
import { loadAccountTable } from '../files.ts';
import { notWritten } from '../reports/write-report.ts';
import { systemClock } from '../system.ts';
import { demoMonth } from './demo-month.ts';
import { startPretendVendors } from './pretend-vendors.ts';

export interface SimulatorsOptions {
  readonly terminal: Terminal;
  readonly folder: string;
  readonly seed: string;
  /** The pretend Amazon's clock runs this much faster than the real one, from the same start. */
  readonly clockSpeed: number;
  readonly stopped: Promise<void>;
}

/**
 * Runs both pretend vendors until stopped, with a connection file for them: for trying every command by hand. Raises
 * `FILE_NOT_WRITTEN` (invalid).
 */
export async function runSimulators(options: SimulatorsOptions): Promise<number> {
  const { terminal, folder } = options;
  written(folder, () => mkdirSync(folder, { recursive: true }));
  const startedMs = systemClock.nowMs();
  const month = demoMonth(folder, systemClock.nowMs() / 1000);
  const vendors = await startPretendVendors({
    table: loadAccountTable(),
    seed: options.seed,
    from: month.from,
    to: month.to,
    folder: month.folder,
    accounts: [{ marketplace: 'US' }, { marketplace: 'CA' }],
    nowMs: systemClock.nowMs,
    amazonNowMs: () => startedMs + (systemClock.nowMs() - startedMs) * options.clockSpeed,
    amazonClockSpeed: options.clockSpeed,
  });
  try {
    const file = join(folder, 'connection.yaml');
    written(file, () => writeFileSync(file, stringify(vendors.connectionFile('pretend'))));
    terminal.json({ amazon: vendors.amazon.url, sap: vendors.sap.url, connectionFile: file });
    terminal.say(`Pretend Amazon   ${vendors.amazon.url}`);
    terminal.say(`Pretend SAP      ${vendors.sap.url}   its ledger: ${vendors.sap.url}/_sim/ledger`);
    terminal.say(`Connection file  ${file}`);
    terminal.say(`Next             seller-ledger connections add --file ${file}`);
    await options.stopped;
    return 0;
  } finally {
    await vendors.close();
  }
}

function written(path: string, write: () => unknown): void {
  try {
    write();
  } catch (error) {
    throw notWritten(path, error);
  }
}
