/** The doctor at the command line: settings that cannot be used are a finding, and a pause of SAP is named. */
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import { SapStandIn } from '../contract/sap-stand-in.ts';
import { openTestBooks, type TestBooks, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { SYSTEM_ACTOR } from '../store/samples.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-doctor-`);
let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

async function addConnection(name: string, sapUrl: string, secretsWithout?: string) {
  const content = {
    name,
    sellerAccount: `A2${name.toUpperCase()}`,
    amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 't' },
    sap: {
      baseUrl: sapUrl,
      journalEntryUrl: `${sapUrl}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'u', password: 'password-canary' },
    },
  };
  const file = connectionFromFile(content, { path: 'test', folder: '.', readEnvironment: () => undefined });
  const secrets = Object.fromEntries(Object.entries(file.secrets).filter(([secret]) => secret !== secretsWithout));
  return test.books.addConnection({ ...file, secrets }, SYSTEM_ACTOR);
}

async function doctor(...args: string[]): Promise<{ out: string; exitCode: number }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  const key = Buffer.alloc(32, 7).toString('base64');
  const argv = ['node', 'seller-ledger', '--home', folder, '--database-url', urlOf(test.database)];
  const exitCode = await runCli([...argv, 'connections', 'doctor', ...args], { SELLER_LEDGER_KEY: key });
  vi.restoreAllMocks();
  return { out, exitCode };
}

it('a secret of SAP that is not stored is a finding with its way out', async () => {
  await addConnection('nosecret', 'https://sap.invalid', 'sap.password');
  const { out, exitCode } = await doctor('nosecret', '--only', 'sap', '--json');
  expect(exitCode).toBe(4);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    checks: [{ side: 'SAP', name: 'settings', ok: false, code: 'SAP_SECRET_MISSING', next: expect.any(String) }],
  });
});

it('what SAP refuses ends with exit code 4, and a pause is named beside it', async () => {
  const sap = await SapStandIn.start({ csrf: () => ({ status: 401 }) });
  const { id } = await addConnection('paused', sap.url);
  const problem = { code: 'SAP_HTML_PAGE', kind: 'unavailable', says: 'A page.', next: 'Nothing to do.' } as const;
  const until = '2199-11-21T20:05:00.000Z';
  await test.books.pauseSap(id, { problem, until, looks: 1 }, SYSTEM_ACTOR);
  const { out, exitCode } = await doctor('paused', '--only', 'sap');
  expect(exitCode).toBe(4);
  expect(out).toMatch(/✗ SAP {4}session .*HTTP 401/);
  expect(out).toContain('    next: Check user and password');
  expect(out).toContain(`SAP is paused until ${until}: A page.`);
  // A person asked, so SAP is asked in spite of its pause, which goes on.
  expect(await test.books.sapPauseOf(id)).toMatchObject({ until, looks: 1 });
});

it('control: where everything works it ends with 0, also without the services that posting does not need', async () => {
  const row =
    '{"CompanyCode":"1010","CompanyCodeName":"A","Currency":"EUR","ChartOfAccounts":"YCOA","FiscalYearVariant":"K4"}';
  const sap = await SapStandIn.start({
    read: ({ url }) =>
      url.includes('API_BUSINESS_PARTNER')
        ? { status: 403 }
        : {
            headers: { 'content-type': 'application/json' },
            body: `{"d":{"results":[${url.includes('ITEMCUBE') ? '' : row}]}}`,
          },
  });
  await addConnection('healthy', sap.url);
  const { out, exitCode } = await doctor('healthy', '--only', 'sap');
  expect(out).toMatch(/– SAP {4}business partners .*needed only for customers in SAP/);
  expect(exitCode).toBe(0);
});

it('a trial of posting and a promise to change nothing exclude each other', async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect((await doctor('healthy', '--try-posting', '--read-only')).exitCode).toBe(2);
});
