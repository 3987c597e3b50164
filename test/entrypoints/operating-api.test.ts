import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { receiveEvidence } from '../../src/app/index.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee } from './settlement-files.ts';
import { startTestPage, type TestPage } from './test-page.ts';

let vendors: Vendors;
let test: TestBooks;
let page: TestPage;

const CONTENT = {
  name: 'amazon-us',
  sellerAccount: 'A2EXAMPLE1234',
  amazon: { region: 'NA', clientId: 'client', clientSecret: 'never-shown', refreshToken: 'never-shown-either' },
  sap: {
    baseUrl: 'https://sap.example',
    journalEntryUrl: 'https://sap.example/sap/bc/srt/service',
    createdByUser: 'AMZ_POST',
    authentication: { type: 'basic', user: 'AMZ_POST', password: 'never shown at all' },
  },
};

interface Answer {
  readonly status: number;
  readonly text: string;
  // What a test expects of it is said with `toMatchObject`.
  readonly body: unknown;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${page.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) };
}

beforeAll(async () => {
  vendors = await startVendors({ seed: 'operating' });
  test = await openTestBooks({ clock: vendors.clock });
  page = await startTestPage(test);
});

afterAll(async () => {
  await page.close();
  await test.close();
  await vendors.close();
});

describe('a connection over HTTP', () => {
  it('CONNECTION_FILE_INVALID: is refused with the place of each fault, and nothing is stored', async () => {
    const content = { ...CONTENT, name: 'Amazon US', amazon: { ...CONTENT.amazon, region: 'XX' } };
    const { status, body } = await ask('POST', '/connections', { content });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'CONNECTION_FILE_INVALID',
      fields: expect.arrayContaining([
        expect.objectContaining({ path: 'name', says: expect.stringContaining('small letters') }),
        expect.objectContaining({ path: 'amazon.region' }),
      ]),
    });
    expect(await test.books.listConnections()).toEqual([]);
  });

  it('reads no file and no variable of this machine, whatever the file names', async () => {
    const sap = { ...CONTENT.sap, authentication: { type: 'basic', user: 'X', password: { file: '/etc/hostname' } } };
    const amazon = { ...CONTENT.amazon, refreshToken: { env: 'PATH' } };
    const { body } = await ask('POST', '/connections', { content: stringify({ ...CONTENT, amazon, sap }) });
    expect(body).toMatchObject({
      fields: [{ path: 'amazon.refreshToken' }, { path: 'sap.authentication.password' }],
    });
    const mapping = await ask('POST', '/connections', { content: { ...CONTENT, mapping: '/etc/hostname' } });
    expect(mapping.body).toMatchObject({ fields: [{ path: 'mapping' }] });
    expect(await test.books.listConnections()).toEqual([]);
  });

  it('control: is only looked at with isDryRun, and stored with what was entered for its references', async () => {
    const amazon = { ...CONTENT.amazon, refreshToken: { env: 'PATH' } };
    const wish = { content: stringify({ ...CONTENT, amazon }), given: { 'amazon.refreshToken': 'entered' } };
    const looked = await ask('POST', '/connections', { ...wish, isDryRun: true });
    expect(looked.body, looked.text).toMatchObject({ name: 'amazon-us', isStored: false });
    expect(await test.books.listConnections()).toEqual([]);
    expect((await ask('POST', '/connections', wish)).body).toMatchObject({ isStored: true });
    const [{ id } = { id: '' as never }] = await test.books.listConnections();
    const secrets = await test.books.openSecrets(id, { kind: 'user', name: 'tester' }, 'to look');
    expect(secrets).toMatchObject({ 'amazon.refreshToken': 'entered', 'sap.password': 'never shown at all' });
  });

  it('CONNECTION_NOT_WORKING: is tried before it is stored, and what does not work is told by setting', async () => {
    const { amazon, sap } = vendors;
    const right = {
      name: 'tried',
      sellerAccount: 'A2TRIEDSELLER',
      amazon: {
        region: 'NA',
        endpoint: amazon.url,
        lwaUrl: `${amazon.url}/auth/o2/token`,
        clientId: 'amzn1.application-oa2-client.test',
        clientSecret: 'test-secret',
        refreshToken: 'Atzr|test',
      },
      sap: {
        baseUrl: sap.url,
        journalEntryUrl: '/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi',
        createdByUser: 'TEST',
        authentication: {
          type: 'oauth2',
          tokenUrl: `${sap.url}/sap/bc/sec/oauth2/token`,
          clientId: 'sap-test',
          clientSecret: 'sap-secret',
        },
      },
    };
    const faultsOf = async (change: { amazon?: object; sap?: object }) => {
      const content = {
        ...right,
        amazon: { ...right.amazon, ...change.amazon },
        sap: { ...right.sap, ...change.sap },
      };
      const { status, body } = await ask('POST', '/connections', { content, isTried: true });
      if (status === 200) return [];
      const { code, fields = [] } = body as { code: string; fields?: { path: string; says: string }[] };
      expect(code).toBe('CONNECTION_NOT_WORKING');
      return fields.map(({ path, says }) => `${path} ${says.split(':')[0]}`).sort();
    };
    const { authentication } = right.sap;
    const logOn = (change: object) => ({ sap: { authentication: { ...authentication, ...change } } });
    expect(await faultsOf({ amazon: { clientSecret: 'other' } })).toEqual([
      'amazon.clientId AMAZON_CLIENT_REFUSED',
      'amazon.clientSecret AMAZON_CLIENT_REFUSED',
    ]);
    expect(await faultsOf({ amazon: { refreshToken: 'Atzr|other' } })).toEqual([
      'amazon.refreshToken AMAZON_LOGIN_REVOKED',
    ]);
    expect(await faultsOf({ amazon: { lwaUrl: `${amazon.url}/nowhere` } })).toEqual([
      expect.stringMatching(/^amazon\.lwaUrl AMAZON_/),
    ]);
    expect(await faultsOf({ amazon: { endpoint: `${amazon.url}/nowhere` } })).toEqual([
      'amazon.endpoint AMAZON_ACCESS_DENIED',
      'amazon.region AMAZON_ACCESS_DENIED',
    ]);
    expect(await faultsOf({ amazon: { endpoint: 'http://127.0.0.1:9' } })).toEqual([
      expect.stringMatching(/^amazon\.endpoint AMAZON_/),
    ]);
    expect(await faultsOf(logOn({ clientSecret: 'other' }))).toEqual([
      'sap.authentication.clientId SAP_TOKEN_REFUSED',
      'sap.authentication.clientSecret SAP_TOKEN_REFUSED',
    ]);
    expect(await faultsOf(logOn({ tokenUrl: 'http://127.0.0.1:9' }))).toEqual([
      expect.stringMatching(/^sap\.authentication\.tokenUrl SAP_/),
    ]);
    expect(await faultsOf({ sap: { baseUrl: 'http://127.0.0.1:9' } })).toContain('sap.baseUrl SAP_UNREACHABLE');
    expect(await faultsOf({ sap: { journalEntryUrl: '/sap/bc/srt/nowhere' } })).toEqual([
      'sap.journalEntryUrl SAP_SERVICE_NOT_FOUND',
    ]);
    expect((await test.books.listConnections()).map(({ name }) => name)).not.toContain('tried');
    // control: what works is stored, and what does not is stored untried.
    expect(await faultsOf({})).toEqual([]);
    expect((await test.books.listConnections()).map(({ name }) => name)).toContain('tried');
  });

  it('is shown whole but for its secrets, which are replaced without being shown', async () => {
    const put = await ask('PUT', '/connections/amazon-us/secrets/sap.password', { value: 'a new one', why: 'a test' });
    expect(put.body).toMatchObject({ name: 'sap.password', wasStored: true });
    const { text, body } = await ask('GET', '/connections/amazon-us');
    expect(body).toMatchObject({ name: 'amazon-us', region: 'NA', accountTable: { inUse: 1 }, problem: null });
    expect(text).not.toMatch(/never.shown|a new one/);
    expect(text).toContain('"sap.password"');
    expect((await ask('GET', '/connections')).body).toMatchObject({
      items: [{ name: 'amazon-us' }, { name: 'tried' }],
    });
  });

  it('has its rules of approval changed member by member, with what is wrong beside its place', async () => {
    const posting = { approval: 'review', fourEyesAbove: { USD: '5000.00' } };
    const changed = await ask('PATCH', '/connections/amazon-us/settings', { posting, why: 'a test' });
    expect(changed.body, changed.text).toMatchObject({
      settings: { posting: { ...posting, quietPeriodSeconds: 300 } },
    });
    const wrong = await ask('PATCH', '/connections/amazon-us/settings', {
      posting: { fourEyesAbove: { USD: 'much' } },
      why: 'a test',
    });
    expect(wrong.body).toMatchObject({ fields: [{ path: 'posting.fourEyesAbove.USD' }] });
  });
});

describe('schedules over HTTP', () => {
  it('are paused with a reason and an end, and resumed', async () => {
    const pick = { connection: 'amazon-us', work: 'orders', why: 'a test' };
    expect((await ask('POST', '/schedules/pause', { ...pick, until: '8h' })).body).toMatchObject({ works: ['orders'] });
    const { body } = await ask('GET', '/schedules?connection=amazon-us');
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({
          work: 'orders',
          state: 'paused',
          paused: expect.objectContaining({ why: 'a test' }),
        }),
      ]),
    });
    expect((await ask('POST', '/schedules/resume', pick)).body).toMatchObject({ works: ['orders'] });
    expect((await ask('POST', '/schedules/run', pick)).body).toMatchObject({ works: ['orders'] });
  });
});

describe('what failed', () => {
  it('is counted on the overview, grouped by its cause, and answers a replay for each record', async () => {
    const context = await vendors.context(test);
    const bytes = settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US);
    const chunks = (async function* () {
      yield bytes;
    })();
    const { sha256 } = await test.books.putEvidence(chunks, { origin: 'test', contentType: null, headers: {} });
    const record = await receiveEvidence(context, sha256, 'test');
    const overview = await ask('GET', '/overview');
    expect(overview.body, overview.text).toMatchObject({
      waiting: expect.arrayContaining([expect.objectContaining({ what: 'quarantined', count: 1 })]),
    });
    expect((await ask('GET', '/overview/money')).body).toMatchObject({ items: [{ currency: 'USD', settlements: 1 }] });
    const { body } = await ask('GET', '/exceptions');
    expect(body).toMatchObject({
      items: [
        {
          kind: 'quarantined',
          code: 'LINE_KIND_UNKNOWN',
          about: expect.stringContaining('FeeOfTomorrow'),
          replay: 'propose-again',
          amounts: [{ currency: 'USD', amount: '-1.11' }],
          records: [{ id: record.key, name: '70000000902' }],
        },
      ],
    });
    const replayed = await ask('POST', '/exceptions/replay', { action: 'job', ids: ['no-such-job'], why: 'a test' });
    expect(replayed.body).toMatchObject({
      items: [{ id: 'no-such-job', state: null, problem: { code: 'JOB_UNKNOWN' } }],
    });
  });
});
