/** Which marketplaces get a customer, asked of a pretend Amazon by a new connection that has read nothing yet. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseLocalDate } from '../../src/core/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { type PretendVendors, startPretendVendors } from '../../src/entrypoints/demo/pretend-vendors.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-stores-`);
let database: Database;
let vendors: PretendVendors;
beforeAll(async () => {
  database = await openTestDatabase();
  vendors = await startPretendVendors({
    table: loadAccountTable(),
    seed: 'stores',
    from: parseLocalDate('2026-10-01'),
    to: parseLocalDate('2026-10-02'),
    accounts: [{ marketplace: 'US' }, { marketplace: 'CA' }],
    folder,
    nowMs: Date.now,
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await vendors.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const options = ['--home', folder, '--database-url', urlOf(database)];
  const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_USER: 'anna' });
  expect(exitCode, args.join(' ')).not.toBe(2);
  vi.restoreAllMocks();
  return out;
}

async function writeConnection(change: { readonly companyCodes?: readonly string[]; readonly named?: string }) {
  const path = join(folder, 'connection.json');
  const { companyCodes = ['1710', '1720'], named } = change;
  const customers = {
    per: 'marketplace',
    grouping: 'BP02',
    companyCodes: companyCodes.map((companyCode) => ({ companyCode, reconciliationAccount: '12100000' })),
    ...(named !== undefined && { marketplaces: { [named]: {} } }),
  };
  writeFileSync(path, JSON.stringify({ ...vendors.connectionFile('shop'), customers }));
  return path;
}

it('a seller gets customers for the marketplaces it sells in, also before anything else asked Amazon for them', async () => {
  // control: the account table books more marketplaces of the region than the seller takes part in.
  const booked = ['Amazon.com', 'Amazon.ca', 'Amazon.com.mx', 'Amazon.com.br'];
  expect(booked.filter((name) => loadAccountTable().marketplace(name) !== undefined)).toHaveLength(4);
  await run('connections', 'add', '--file', await writeConnection({}));
  await run('customers', 'sync', 'shop');
  const listed = JSON.parse(await run('customers', 'list', '--json')) as { name: string }[];
  expect(listed.map(({ name }) => name).sort()).toEqual(['Amazon.ca', 'Amazon.com']);
});

it('what is not done is counted, named, and has a command that can be pasted', async () => {
  const update = async (change: Parameters<typeof writeConnection>[0]) =>
    run('connections', 'update', 'shop', '--file', await writeConnection(change), '--reason', 'a test');
  await update({ companyCodes: ['1710'], named: 'Amazon.com.mx' });
  const said = await run('customers', 'sync', 'shop');
  // SAP of this demo knows no such reconciliation account, and for Amazon.ca the file names no company code.
  expect(said).toContain('! 0 created, 0 found in SAP, 0 changed, 0 as before, 2 refused, 1 still open');
  expect(said).toContain('CUSTOMER_REFUSED: Amazon.com: SAP refuses the customer: ');
  expect(said).toContain('seller-ledger customers sync shop');
  expect(said).toContain('CUSTOMER_COMPANY_CODE_MISSING: The account table books Amazon.ca in ');
  expect(said).toContain('seller-ledger connections update shop --file FILE --why TEXT');
  expect(said).not.toMatch(/\bNAME\b/);
  expect(await run('customers', 'list')).toContain('Amazon.com.mx');
  await update({});
  await run('customers', 'sync', 'shop');
  expect(await run('customers', 'list')).not.toContain('Amazon.com.mx');
  // control: the line is still there for whoever asks.
  expect(await run('customers', 'list', '--state', 'refused')).toContain('Amazon.com.mx');
});
