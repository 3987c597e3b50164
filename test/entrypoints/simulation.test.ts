/** Commands that ask SAP's master data: whether a settlement would be booked, whether an account table fits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addFault, type RunningPretendSap, startPretendSap } from '../../sim/sap/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { masterDataFor } from '../../src/entrypoints/demo/master-data.ts';
import { loadAccountTable, templateText } from '../../src/entrypoints/files.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';

const ID = '70000000901';
const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-simulation-`);
let database: Database;
let sap: RunningPretendSap;

async function run(...args: string[]) {
  const text = { out: '', err: '' };
  for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  const argv = ['node', 'seller-ledger', '--home', folder, '--database-url', urlOf(database), ...args];
  const exitCode = await runCli(argv, { SELLER_LEDGER_USER: 'anna' });
  vi.restoreAllMocks();
  return { exitCode, ...text };
}

async function json(...args: string[]) {
  const { exitCode, out } = await run(...args, '--json');
  // biome-ignore lint/suspicious/noExplicitAny: a document for people to read, looked at member by member
  return { exitCode, document: JSON.parse(out) as any };
}

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(async () => {
  database = await openTestDatabase();
  const world = masterDataFor(loadAccountTable());
  sap = await startPretendSap({
    ...world,
    seed: 'simulation',
    // The account of the referral fee is gone, and one cost centre has ended.
    glAccounts: world.glAccounts.filter(({ glAccount }) => glAccount !== FEE_ACCOUNT),
    costCenters: world.costCenters.map((row) => (row.costCenter === 'AMZDE' ? { ...row, validTo: '2025-12-31' } : row)),
    users: [{ user: 'AMZ_POST', password: 'secret' }],
  });
  const file = {
    name: 'us',
    sellerAccount: 'A2SIMULATED',
    amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 't' },
    sap: {
      baseUrl: sap.url,
      journalEntryUrl: `${sap.url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'AMZ_POST', password: 'secret' },
    },
    posting: { approval: 'review' },
  };
  expect((await run('connections', 'add', '--file', written('us.json', JSON.stringify(file)))).exitCode).toBe(0);
  const settlement = written('us.txt', settlementBytes(smallSettlement(DIALECTS.US, {}), DIALECTS.US));
  expect((await run('settlements', 'import', settlement, '--connection', 'us')).exitCode).toBe(0);
});
afterAll(async () => {
  await sap.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const FEE_ACCOUNT = '65003000';

const fitting = () =>
  templateText().replaceAll(FEE_ACCOUNT, '65001400').replaceAll('costCenter: AMZDE', 'costCenter: AMZFR');

describe('a dry run of the account table', () => {
  const assign = () =>
    run('mapping', 'assign', 'us', '--kind', 'referral-fee', '--gl-account', '65001400', '--dry-run');

  it('names the accounts as SAP does once that was read', async () => {
    // control: nothing of SAP was read yet.
    const { out: before } = await assign();
    expect(before).toMatch(/ from 65003000 to 65001400 in company code /);
    expect((await run('master-data', 'refresh', 'us')).exitCode).toBe(0);
    const [, account] = [...sap.world.glAccounts].find(([key]) => key.endsWith('65001400'))!;
    const { out } = await assign();
    expect(account.name).not.toBe('');
    // That of today is not in SAP, so it has no name there.
    expect(out).toContain(` from 65003000 to 65001400 ${account.name} in company code `);
  });
});

describe('settlements simulate', () => {
  it('says what SAP would refuse, line by line, and ends with 4', async () => {
    const { exitCode, document } = await json('settlements', 'simulate', ID);
    expect(exitCode).toBe(4);
    expect(document).toMatchObject({ settlementId: ID, bookable: false });
    const errors = document.findings.filter(({ severity }: { severity: string }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['SIMULATION_GL_ACCOUNT_UNKNOWN']),
    );
    expect(errors[0]).toMatchObject({ value: FEE_ACCOUNT, place: { line: expect.any(Number) } });
    expect(document.masterData.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['company-codes', 'gl-accounts', 'cost-centers', 'profit-centers']),
    );
  });

  it('says it to people with the next step, and what could not be checked', async () => {
    const { out } = await run('settlements', 'simulate', ID);
    expect(out).toContain(`G/L account ${FEE_ACCOUNT} does not exist in chart of accounts YCOA.`);
    expect(out).toMatch(/^Not checked: posting periods, document types, .+\. SAP has no service/m);
    expect(out).not.toContain('SIMULATION_NOT_OFFERED');
    expect(out).toMatch(/in AMZ\w+ line \d+/);
    expect(out).toMatch(
      /1 fault in \d+ places?, 0 warnings, \d+ not checked\. Master data read at \d{4}-\d\d-\d\d \d\d:\d\d UTC\./,
    );
  });

  it('control: once SAP has the account, it would be booked, which a look with fresh data shows', async () => {
    const accounts = sap.world.glAccounts as Map<
      string,
      typeof sap.world.glAccounts extends ReadonlyMap<string, infer A> ? A : never
    >;
    const padded = FEE_ACCOUNT.padStart(10, '0');
    accounts.set(`YCOA/${padded}`, { chartOfAccounts: 'YCOA', glAccount: padded, name: 'Fees', kind: 'profitAndLoss' });
    const { exitCode, document } = await json('settlements', 'simulate', ID, '--refresh');
    accounts.delete(`YCOA/${padded}`);
    expect(document).toMatchObject({ bookable: true });
    expect(exitCode).toBe(0);
    expect((await json('settlements', 'simulate', ID, '--refresh')).exitCode).toBe(4);
  });

  it('gives no yes by what was kept when fresh data was asked for and SAP did not give it: ends with 5', async () => {
    const text = fitting();
    const validate = (...flags: string[]) =>
      json('mapping', 'validate', written('fits.yaml', text), '--connection', 'us', ...flags);
    expect((await validate('--refresh')).exitCode, 'control: SAP is there').toBe(0);
    addFault(sap.world.faults, { on: 'odataRead', kind: 'maintenance', probability: 1 });
    const { exitCode, document } = await validate('--refresh');
    const kept = await validate();
    sap.world.faults.pending.length = 0;
    expect(exitCode).toBe(5);
    expect(document.findings).toContainEqual(expect.objectContaining({ code: 'SIMULATION_MASTER_DATA_OLD' }));
    expect(kept.exitCode, 'control: what is kept is young enough for who did not ask for more').toBe(0);
  });

  it('has nothing to say of a settlement without entries: NOTHING_TO_SIMULATE', async () => {
    const facts = smallSettlement(DIALECTS.US, { settlementId: '70000000902', total: '90.06' });
    const bytes = settlementBytes(facts, DIALECTS.US);
    await run('settlements', 'import', written('other.txt', bytes), '--connection', 'us');
    const { exitCode, document } = await json('settlements', 'simulate', '70000000902');
    expect(document.problem).toMatchObject({ code: 'NOTHING_TO_SIMULATE', kind: 'conflict' });
    expect(exitCode).toBe(7);
  });
});

describe('mapping validate', () => {
  const validate = (text: string) => json('mapping', 'validate', written('mapping.yaml', text), '--connection', 'us');

  it('lists every row that SAP would not take, with its place in the file', async () => {
    const text = templateText();
    const { exitCode, document } = await validate(text);
    expect(exitCode).toBe(4);
    const errors = document.findings.filter(({ severity }: { severity: string }) => severity === 'error');
    const lines = text.split('\n');
    expect(new Set(errors.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['SIMULATION_GL_ACCOUNT_UNKNOWN', 'SIMULATION_COST_CENTER_NOT_VALID']),
    );
    for (const { place, value } of errors)
      expect(lines[place.row - 1]?.slice(place.column - 1)).toMatch(new RegExp(`^${value}`));
    const named = lines.filter((line) => line.includes(`glAccount: ${FEE_ACCOUNT}`)).length;
    expect(errors.filter(({ value }: { value: string }) => value === FEE_ACCOUNT)).toHaveLength(named);
  });

  it('names each fault once to people, with the lines of the file behind it', async () => {
    const { out } = await run('mapping', 'validate', written('mapping.yaml', templateText()), '--connection', 'us');
    const row =
      templateText()
        .split('\n')
        .findIndex((line) => line.includes('kind: referral-fee')) + 1;
    expect(out.match(new RegExp(`G/L account ${FEE_ACCOUNT} does not exist`, 'g'))).toHaveLength(1);
    expect(out).toContain(
      `line ${row} "referral-fee", any marketplace; line ${row + 1} "closing-fee", any marketplace`,
    );
  });

  it('control: a table that names another account and another cost centre fits', async () => {
    const { exitCode, document } = await validate(fitting());
    expect(document.findings.filter(({ severity }: { severity: string }) => severity !== 'not-checked')).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('includes what mapping check finds', async () => {
    const { exitCode, document } = await validate(templateText().replace('fiscalYear: calendar', 'fiscalYear: lunar'));
    expect(document.problem).toMatchObject({ code: 'MAPPING_INVALID' });
    expect(exitCode).toBe(2);
  });
});

describe('master-data', () => {
  it('refresh reads what the account table needs; show says what there is and how old it is', async () => {
    const refreshed = await json('master-data', 'refresh', 'us');
    expect(refreshed.document.parts.filter(({ problem }: { problem: unknown }) => problem)).toEqual([]);
    expect(refreshed.exitCode).toBe(0);
    const { document } = await json('master-data', 'show', 'us');
    expect(document.parts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'gl-accounts', scope: 'YCOA', covers: 'all', problem: null }),
      ]),
    );
    const { out } = await run('master-data', 'show', 'us');
    expect(out).toMatch(/G\/L accounts of chart YCOA +\d+ +all +0 min/);
  });

  it('show lists the rows of one kind', async () => {
    const { document } = await json('master-data', 'show', 'us', '--kind', 'cost-centers');
    expect(document.parts[0].rows).toEqual(
      expect.arrayContaining([expect.objectContaining({ costCenter: 'AMZDE', validTo: '2025-12-31' })]),
    );
    expect((await run('master-data', 'show', 'us', '--kind', 'cost-centers')).out).toContain('AMZDE');
  });

  it('show refuses a kind that does not exist: MASTER_DATA_KIND_UNKNOWN', async () => {
    const { exitCode, document } = await json('master-data', 'show', 'us', '--kind', 'houses');
    expect(document.problem).toMatchObject({ code: 'MASTER_DATA_KIND_UNKNOWN' });
    expect(exitCode).toBe(2);
  });
});
