/** The settings of a stored connection over the API: changed from what somebody has seen, tried before, and without giving a secret away. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop('settings-change');
}, 60_000);
afterAll(() => shop.close());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${shop.page.url}/api/v1/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) as Answer['body'] };
}

const SETTINGS = 'connections/shop/settings';
const check = (wish: object) => ask('POST', `${SETTINGS}/check`, wish);
const change = (wish: object) => ask('PATCH', SETTINGS, { why: 'a test', ...wish });
const versionNow = async () => String((await ask('GET', SETTINGS)).body.version);
const secrets = async () => {
  const { id } = await shop.test.books.getConnection('shop');
  return shop.test.books.openSecrets(id, { kind: 'user', name: 'tester' }, 'to look');
};
const triedEvents = async () =>
  (await shop.test.books.listEvents()).filter(({ action }) => action === 'secret.try').map(({ after }) => after);

it('are changed member by member: what is not named stays, with the secrets; the difference is told before', async () => {
  const { amazon } = shop.vendors;
  const before = await secrets();
  const wish = {
    amazon: {
      clientId: 'amzn1.application-oa2-client.test',
      marketplaces: ['US', 'CA'],
      lwaUrl: `${amazon.url}/auth/o2/token`,
      refreshToken: 'Atzr|test',
    },
  };
  const found = await check(wish);
  expect(found.body, found.text).toMatchObject({ secrets: ['amazon.refreshToken'], sapMove: null });
  expect(found.body.changes).toEqual(
    expect.arrayContaining([
      { path: 'amazon.marketplaces', before: null, after: 'US, CA' },
      { path: 'amazon.clientId', before: 'amzn1.test', after: 'amzn1.application-oa2-client.test' },
    ]),
  );
  // control: looking stores nothing.
  expect(await secrets()).toEqual(before);
  expect((await ask('GET', SETTINGS)).body).toMatchObject({ amazon: { clientId: 'amzn1.test' } });
  expect((await change(wish)).status).toBe(200);
  expect((await ask('GET', SETTINGS)).body).toMatchObject({
    amazon: { region: 'NA', marketplaces: ['US', 'CA'], endpoint: amazon.url },
  });
  expect(await secrets()).toEqual({ ...before, 'amazon.refreshToken': 'Atzr|test' });
  const taken = await change({ amazon: { marketplaces: null } });
  expect(taken.body.settings).not.toHaveProperty('amazon.marketplaces');
});

it('CONNECTION_FILE_INVALID: tells each fault with its place, and does not know the name and the seller account', async () => {
  const { body } = await check({
    amazon: { region: 'XX' },
    sap: { client: '1a', authentication: { tokenUrl: 'http://x' } },
  });
  expect(body).toMatchObject({
    code: 'CONNECTION_FILE_INVALID',
    fields: expect.arrayContaining([
      expect.objectContaining({ path: 'amazon.region' }),
      expect.objectContaining({ path: 'sap.client' }),
      expect.objectContaining({ path: 'sap.authentication.tokenUrl' }),
    ]),
  });
  expect((await change({ sellerAccount: 'A2OTHER' })).body).toMatchObject({ fields: [{ path: 'sellerAccount' }] });
});

it('CONNECTION_MOVED: of two who began with the same settings the second is told, and nothing of theirs is stored', async () => {
  const basis = await versionNow();
  expect((await change({ basis, sap: { createdByUser: 'FIRST' } })).status).toBe(200);
  const second = await change({ basis, sap: { createdByUser: 'SECOND' } });
  expect(second.status).toBe(409);
  expect(second.body).toMatchObject({ code: 'CONNECTION_MOVED', says: expect.stringMatching(/by tester at .*a test/) });
  expect((await check({ basis, sap: { createdByUser: 'SECOND' } })).body).toMatchObject({ code: 'CONNECTION_MOVED' });
  expect((await ask('GET', SETTINGS)).body).toMatchObject({ sap: { createdByUser: 'FIRST' } });
  // control: from what they are now it goes.
  expect((await change({ basis: await versionNow(), sap: { createdByUser: 'SECOND' } })).status).toBe(200);
  const { id, settings } = await shop.test.books.getConnection('shop');
  const stale = { settings, secrets: {}, basis: { ...settings, sap: {} } };
  const late = shop.test.books.updateConnection(id, stale, { kind: 'user', name: 'tester' }, 'late');
  await expect(late).rejects.toMatchObject({ code: 'CONNECTION_MOVED' });
});

it('SECRET_NEEDED_AGAIN: nobody learns a stored secret by naming another address', async () => {
  const elsewhere = 'https://elsewhere.example';
  for (const wish of [
    { sap: { baseUrl: elsewhere } },
    { sap: { proxyUrl: elsewhere } },
    { sap: { authentication: { tokenUrl: `${elsewhere}/token` } } },
    { sap: { authentication: { type: 'oauth2', clientId: 'x', tokenUrl: `${elsewhere}/token` } } },
    { amazon: { endpoint: elsewhere } },
    { amazon: { lwaUrl: elsewhere } },
  ]) {
    const { body, text } = await check({ ...wish, isTried: true });
    const side = 'sap' in wish ? 'sap' : 'amazon';
    expect(body.code, text).toBe('SECRET_NEEDED_AGAIN');
    expect(text).toContain(elsewhere);
    expect((body.fields as { path: string }[]).every(({ path }) => path.startsWith(side))).toBe(true);
    expect((await change(wish)).body).toMatchObject({ code: 'SECRET_NEEDED_AGAIN' });
  }
  // control: whoever knows the secret enters it, and Amazon's own addresses ask for none.
  const known = { lwaUrl: elsewhere, clientSecret: 'entered', refreshToken: 'again' };
  expect((await check({ amazon: known })).body).toMatchObject({
    secrets: ['amazon.clientSecret', 'amazon.refreshToken'],
  });
  expect((await check({ amazon: { lwaUrl: null } })).status).toBe(200);
});

it('are tried with the secrets that stay, and who did it with which users is on the audit log, without a secret', async () => {
  const tried = await check({ amazon: { clientSecret: 'mistyped' }, isTried: true });
  expect(tried.body, tried.text).toMatchObject({
    code: 'CONNECTION_NOT_WORKING',
    fields: expect.arrayContaining([expect.objectContaining({ path: 'amazon.clientSecret' })]),
  });
  const works = await check({ amazon: { clientSecret: 'test-secret' }, isTried: true });
  expect(works.status, works.text).toBe(200);
  const [first, second] = await triedEvents();
  expect(first).toMatchObject({
    connection: 'shop',
    amazonClientId: 'amzn1.application-oa2-client.test',
    outcome: 'does-not-work',
    codes: expect.arrayContaining(['AMAZON_CLIENT_REFUSED']),
  });
  expect(second).toMatchObject({ outcome: 'works', codes: [] });
  const event = (await shop.test.books.listEvents()).find(({ action }) => action === 'secret.try');
  expect(event).toMatchObject({ actor: { kind: 'user', name: 'tester' }, correlationId: expect.any(String) });
  const said = JSON.stringify(await triedEvents());
  for (const secret of ['mistyped', 'test-secret', 'Atzr|test']) expect(said).not.toContain(secret);
});

it('REGION_FIXED, SAP_SYSTEM_CHANGED: what is read and booked keeps its region, and its SAP system unless somebody says it is the same', async () => {
  const other = { sap: { baseUrl: 'https://127.0.0.1:1', authentication: await enteredAgain() } };
  // control: before anything is read and booked both may change.
  expect((await check({ amazon: { region: 'EU' } })).status).toBe(200);
  expect((await check(other)).body).toMatchObject({ sapMove: null });
  await shop.receive(settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US));
  expect((await check({ amazon: { region: 'EU' } })).body).toMatchObject({
    code: 'REGION_FIXED',
    fields: [{ path: 'amazon.region' }],
  });
  expect((await check(other)).body).toMatchObject({ sapMove: null });
  for (const step of ['approve', 'post']) await ask('POST', `settlements/70000000901/${step}`, { why: 'a test' });
  expect((await check(other)).body).toMatchObject({ sapMove: { after: '127.0.0.1:1' } });
  expect((await change(other)).body).toMatchObject({ code: 'SAP_SYSTEM_CHANGED' });
  expect((await change({ ...other, isSameSapSystem: true })).status).toBe(200);
});

/** The members of the log-on that are secrets, as somebody types them who knows them. */
async function enteredAgain(): Promise<object> {
  const stored = Object.entries(await secrets()).filter(([name]) => name.startsWith('sap.'));
  return Object.fromEntries(stored.map(([name, value]) => [name.replace('sap.', ''), value]));
}
