/** Customers at the command line and in the connection file, against a pretend SAP on a real socket. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningPretendSap, startPretendSap } from '../../sim/sap/index.ts';
import type { JsonObject } from '../../src/app/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { openWorkspace } from '../../src/entrypoints/composition.ts';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import { customerRulesOf, customerSettingsSchema } from '../../src/entrypoints/customer-settings.ts';
import { customerWork } from '../../src/entrypoints/work/customer-work.ts';
import { planAll } from '../../src/entrypoints/work/scheduler.ts';
import type { Database } from '../../src/store/index.ts';
import { masterData } from '../contract/sim-sap-kit.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-customers-`);
let database: Database;
let sap: RunningPretendSap;
beforeAll(async () => {
  database = await openTestDatabase();
  sap = await startPretendSap({ ...masterData, csrfOnSoap: false });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await sap.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const CUSTOMERS = {
  per: 'marketplace',
  grouping: 'BP02',
  companyCodes: [{ companyCode: '1010', reconciliationAccount: '12100000', paymentTerms: '0004' }],
  marketplaces: { 'Amazon.de': { name: 'Amazon EU S.à r.l.', city: 'Luxembourg', country: 'LU' } },
};

function content(customers: JsonObject, change: JsonObject = {}) {
  return {
    name: 'shop-eu',
    sellerAccount: 'A2CUSTOMERS',
    amazon: { region: 'EU', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 't', marketplaces: ['DE'] },
    sap: {
      baseUrl: sap.url,
      journalEntryUrl: `${sap.url}/post`,
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'AMZ_POST', password: 'secret' },
    },
    customers,
    ...change,
  };
}

async function run(...args: string[]): Promise<{ exitCode: number; printed: unknown }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const options = ['--home', folder, '--database-url', urlOf(database)];
  const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_USER: 'anna' });
  vi.restoreAllMocks();
  return { exitCode, printed: args.includes('--json') ? JSON.parse(out) : out };
}

describe('the command line', () => {
  it('creates, lists and shows the customers, and prints their numbers as the account table names them', async () => {
    const path = join(folder, 'connection.json');
    writeFileSync(path, JSON.stringify(content(CUSTOMERS)));
    expect(await run('connections', 'add', '--file', path, '--json')).toMatchObject({ exitCode: 0 });
    expect(await run('customers', 'list', '--json')).toEqual({ exitCode: 0, printed: [] });
    expect(await run('customers', 'sync', 'shop-eu', '--json')).toEqual({
      exitCode: 0,
      printed: {
        connection: 'shop-eu',
        ...{ created: 1, adopted: 0, changed: 0, unchanged: 0, refused: 0, open: 0, problems: [] },
      },
    });
    const { printed } = await run('customers', 'list', 'shop-eu', '--json');
    expect(printed).toMatchObject([
      { name: 'Amazon.de', state: 'kept', partnerNumber: '1000000', customerNumber: '1000000', problem: null },
    ]);
    expect(JSON.stringify(printed)).not.toContain('written');
    expect((await run('customers', 'list')).printed).toContain('Amazon.de: customer: 1000000');
    expect(await run('customers', 'show', 'Amazon.de', '--json')).toMatchObject({
      exitCode: 0,
      printed: {
        name: 'Amazon.de',
        history: expect.arrayContaining([expect.objectContaining({ action: 'customer.kept' })]),
      },
    });
    expect((await run('customers', 'show', '1000000')).printed).toContain('business partner 1000000');
    expect(await run('customers', 'show', 'nobody', '--json')).toMatchObject({
      exitCode: 2,
      printed: { problem: { code: 'CUSTOMER_UNKNOWN' } },
    });
  });

  it('ends with the code of the problem, and takes a person’s decision with its reason', async () => {
    const decide = (number: string, ...more: string[]) =>
      run('customers', 'adopt', 'Amazon.de', '--number', number, '--reason', 'the old one', ...more);
    expect(await decide('999', '--json')).toMatchObject({
      exitCode: 2,
      printed: { problem: { code: 'CUSTOMER_NUMBER_UNKNOWN' } },
    });
    const other = [...sap.world.partners.rows.get('A_BusinessPartner')!.values()]
      .map(({ values }) => values)
      .find(({ BusinessPartner: number }) => number !== '1000000')!;
    const { BusinessPartner: number, BusinessPartnerName: nameInSap } = other;
    expect(await decide(String(number), '--json')).toMatchObject({
      exitCode: 0,
      printed: { partnerNumber: number, customerNumber: null, state: 'kept', nameInSap },
    });
    expect((await decide(String(number))).printed).toContain(`is business partner ${number} (${nameInSap}).`);
    const sync = await run('customers', 'sync', 'shop-eu', '--json');
    expect(sync).toMatchObject({ exitCode: 7, printed: { problems: [{ code: 'CUSTOMER_NUMBER_DIFFERS' }] } });
    const { printed } = await run('customers', 'show', 'Amazon.de');
    expect(printed).toContain('anna  customer.adopt: the old one');
    await run('customers', 'adopt', 'Amazon.de', '--number', '1000000', '--reason', 'back again');
    expect(await run('customers', 'sync', 'shop-eu')).toMatchObject({ exitCode: 0 });
  });
});

describe('the service', () => {
  it('keeps the customers of every connection that wants some', async () => {
    const workspace = await openWorkspace({ environment: {}, home: folder, databaseUrl: urlOf(database) });
    try {
      await planAll({ workspace });
      const wanted = (await workspace.books.listSchedules()).filter(({ work, isOn }) => work === 'customers' && isOn);
      const { id, name } = await workspace.books.getConnection('shop-eu');
      expect(wanted.map(({ connectionId }) => connectionId)).toEqual([id]);
      const turn = { key: null, connection: name, connectionId: id, slotAt: '2026-11-01T00:00:00Z', part: 1 };
      expect(await customerWork(workspace).run(turn, new AbortController().signal)).toEqual({ state: 'done' });
      expect(await workspace.customers.listCustomers({})).toMatchObject([{ state: 'kept', problem: null }]);
    } finally {
      await workspace.close();
    }
  });
});

describe('the connection file', () => {
  const faultsOf = (customers: JsonObject, change: JsonObject = {}): string => {
    try {
      connectionFromFile(content(customers, change), { path: 'f', folder: '.', readEnvironment: () => undefined });
      return '';
    } catch (error) {
      return String((error as { data?: string }).data);
    }
  };

  it('wants no customers unless it says so', () => {
    expect(customerRulesOf(customerSettingsSchema.parse(undefined))).toMatchObject({ per: 'none', roles: ['finance'] });
    expect(faultsOf(CUSTOMERS)).toBe('');
  });

  it.each([
    [{ per: 'marketplace' }, ['customers.grouping: is missing', 'customers.companyCodes: is empty']],
    [{ ...CUSTOMERS, roles: ['sales'] }, ['customers.roles: must hold finance']],
    [{ ...CUSTOMERS, roles: ['finance', 'sales'] }, ['customers.companyCodes: lacks salesAreas']],
    [{ ...CUSTOMERS, language: 'english' }, ['customers.language: must be two capital letters']],
    [{ ...CUSTOMERS, marketplaces: { 'Amazon.xx': {} } }, ['is not the name of a marketplace']],
    [
      { ...CUSTOMERS, companyCodes: [...CUSTOMERS.companyCodes, ...CUSTOMERS.companyCodes] },
      ['names a company code twice'],
    ],
    [
      { ...CUSTOMERS, companyCodes: [{ companyCode: '1010', reconciliationAccount: '12100000000' }] },
      ['reconciliationAccount: must be 1 to 10'],
    ],
    [{ ...CUSTOMERS, per: 'buyer' }, ['customers.per: is buyer, but feeds.buyers is false']],
  ])('CONNECTION_FILE_INVALID: says what is wrong with %j', (customers, faults) => {
    for (const fault of faults) expect(faultsOf(customers)).toContain(fault);
  });

  it('takes buyers where they are read', () => {
    expect(faultsOf({ ...CUSTOMERS, per: 'buyer' }, { feeds: { buyers: true } })).toBe('');
  });
});
