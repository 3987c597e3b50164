/** `sap verify` and `sap relink` as a person runs them, on databases of their own and a pretend SAP. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import type { Database } from '../../src/store/index.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-sap-commands-`);
let vendors: Vendors;
let database: Database;

beforeAll(async () => {
  vendors = await startVendors({ seed: 'sap-commands' });
  database = await openTestDatabase();
  writeFileSync(join(folder, 'settlement.txt'), settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await database.close();
  await vendors.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly exitCode: number;
  readonly out: string;
}

async function run(...args: string[]): Promise<Ran> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const options = ['--home', folder, '--database-url', urlOf(database)];
  const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_USER: 'anna' });
  vi.restoreAllMocks();
  return { exitCode, out };
}

async function runJson<Document>(...args: string[]): Promise<{ exitCode: number; printed: Document }> {
  const { exitCode, out } = await run('--json', ...args);
  return { exitCode, printed: JSON.parse(out) as Document };
}

/** A connection to the pretend SAP, with one settlement whose entries are proposed. */
async function begin(): Promise<void> {
  const path = join(folder, 'shop.yaml');
  const settings = {
    name: 'shop',
    sellerAccount: 'A2SAPCOMMANDS',
    amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 't' },
    sap: {
      baseUrl: vendors.sap.url,
      journalEntryUrl: `${vendors.sap.url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: 'TEST',
      authentication: {
        type: 'oauth2',
        tokenUrl: `${vendors.sap.url}/sap/bc/sec/oauth2/token`,
        clientId: 'sap-test',
        clientSecret: 'sap-secret',
      },
    },
    posting: { approval: 'review' },
  };
  writeFileSync(path, JSON.stringify(settings));
  expect(await run('connections', 'add', '--file', path)).toMatchObject({ exitCode: 0 });
  // A database that has received nothing has nothing to compare, which must not read like "nothing is in SAP".
  expect(await run('sap', 'relink', 'shop')).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('No settlement was received yet'),
  });
  expect(await run('settlements', 'import', join(folder, 'settlement.txt'), '--connection', 'shop')).toMatchObject({
    exitCode: 0,
  });
}

type Entries = readonly { readonly postingKey: string; readonly settlementId: string; readonly postingDate: string }[];

async function post(): Promise<Entries> {
  const { printed: entries } = await runJson<Entries>('entries', 'list');
  expect(await run('settlements', 'approve', entries[0]!.settlementId, '--why', 'as checked')).toMatchObject({
    exitCode: 0,
  });
  for (const { postingKey } of entries) {
    expect(await run('entries', 'post', postingKey)).toMatchObject({ exitCode: 0 });
  }
  return entries;
}

describe('sap verify and sap relink', () => {
  it('prove a period, find a lost document, and link everything again in a new database', async () => {
    await begin();
    const { printed: waiting } = await runJson<Entries>('entries', 'list');
    const month = waiting[0]!.postingDate.slice(0, 7);
    const before = await run('sap', 'verify', 'shop', '--month', month);
    expect(before).toMatchObject({ exitCode: 0, out: expect.stringContaining('is proposed') });

    const entries = await post();
    const booked = vendors.ledger().length;
    expect(booked).toBe(entries.length);
    const proof = await runJson('sap', 'verify', 'shop', '--from', `${month}-01`, '--to', `${month}-28`);
    expect(proof).toMatchObject({
      exitCode: 0,
      printed: { connection: 'shop', isProven: true, differences: [], open: [] },
    });
    const text = await run('sap', 'verify', 'shop', '--month', month);
    expect(text.out).toMatch(/1710 +USD +[\d.]+ +[\d.]+ +1 +1/);
    expect(text.out).toContain('proven');
    expect(text.out).toMatch(/nothing of ours stands in this period in company code .*1720/);
    expect(await runJson('sap', 'verify', 'shop', '--month', month, '--company-code', '4711')).toMatchObject({
      exitCode: 2,
      printed: { problem: { code: 'PERIOD_INVALID', says: expect.stringContaining('4711') } },
    });

    // A new database: the same connection and file again, and nothing has to be approved or sent.
    const lost = database;
    database = await openTestDatabase();
    await begin();
    const linked = await runJson('sap', 'relink', 'shop');
    expect(linked).toMatchObject({
      exitCode: 0,
      printed: { adopted: entries.map(({ postingKey }) => ({ postingKey, state: 'posted' })), open: [], problems: [] },
    });
    expect(await run('sap', 'relink', 'shop')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('0 entries linked'),
    });
    expect(vendors.ledger()).toHaveLength(booked);
    await lost.close();

    // A document that is gone from SAP, which SAP itself does not allow.
    vendors.sap.world.documents.pop();
    const missing = await runJson('sap', 'verify', 'shop', '--month', month);
    expect(missing).toMatchObject({
      exitCode: 3,
      printed: { isProven: false, differences: [{ problem: { code: 'VERIFY_DOCUMENT_MISSING' } }] },
    });
    const told = await run('sap', 'verify', 'shop', '--month', month, '--company-code', '1710', '1720');
    expect(told).toMatchObject({ exitCode: 3, out: expect.stringContaining('not proven, 1 difference') });
  });

  it.each([
    ['no period', []],
    ['half a period', ['--from', '2026-10-01']],
    ['a month that is none', ['--month', '2026-13']],
    ['a period backwards', ['--from', '2026-10-02', '--to', '2026-10-01']],
  ])('PERIOD_INVALID: %s is refused before SAP is asked', async (_, flags) => {
    const { exitCode, printed } = await runJson('sap', 'verify', 'shop', ...flags);
    expect(printed).toMatchObject({ problem: { code: 'PERIOD_INVALID', kind: 'invalid' } });
    expect(exitCode).toBe(2);
  });
});
