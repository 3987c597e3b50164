/** The settings of a stored connection over the API: changed from what somebody has seen, tried before, and without giving a secret away. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject, Secrets } from '../../src/app/index.ts';
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
      clientSecret: 's',
      refreshToken: 'Atzr|test',
    },
  };
  const found = await check(wish);
  expect(found.body, found.text).toMatchObject({
    secrets: ['amazon.clientSecret', 'amazon.refreshToken'],
    removedSecrets: [],
    sapMove: null,
  });
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
    { amazon: { endpoint: elsewhere, lwaUrl: elsewhere } },
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

it('SECRET_NEEDED_AGAIN: a host that has only seen tokens gets no secret that they are asked for with', async () => {
  const { settings } = await shop.test.books.getConnection('shop');
  const seen = 'https://seen.example';
  await store({ ...settings, amazon: { ...(settings.amazon as object), endpoint: seen } });
  const { body } = await check({ amazon: { lwaUrl: `${seen}/token` } });
  expect(body).toMatchObject({
    code: 'SECRET_NEEDED_AGAIN',
    fields: [{ path: 'amazon.clientSecret' }, { path: 'amazon.refreshToken' }],
  });
  // control: what goes where it went is not asked for.
  expect((await check({ amazon: { endpoint: `${seen}/beta` } })).status).toBe(200);
  await store(settings);
});

it('SECRET_NEEDED_AGAIN: the name of a destination and its bindings are a host, too', async () => {
  const { settings } = await shop.test.books.getConnection('shop');
  const before = await secrets();
  const { baseUrl: _, ...sap } = settings.sap as Readonly<Record<string, string>>;
  const byDestination = {
    ...settings,
    sap: { ...sap, journalEntryUrl: '/sap/bc/srt/x', authentication: { type: 'destination', name: 'S4' } },
  };
  await store(byDestination, { 'sap-header.X-Gateway-Key': 'gateway-key' });
  const bindings = JSON.stringify({ clientid: 'mine', url: 'https://mine.example' });
  const needed = { code: 'SECRET_NEEDED_AGAIN', fields: [{ path: 'sap.secretHeaders.X-Gateway-Key' }] };
  for (const authentication of [{ bindings }, { name: 'MINE' }]) {
    expect((await check({ sap: { authentication }, isTried: true })).body).toMatchObject(needed);
    expect((await change({ sap: { authentication } })).body).toMatchObject(needed);
  }
  const alone = await ask('PUT', 'connections/shop/secrets/sap.bindings', { value: bindings, why: 'a test' });
  expect(alone.body).toMatchObject(needed);
  // control: whoever knows the header enters it, and another user in the document needs none.
  const known = { secretHeaders: { 'X-Gateway-Key': 'entered' }, authentication: { bindings } };
  expect((await check({ sap: known })).body).toMatchObject({ secrets: ['sap-header.X-Gateway-Key', 'sap.bindings'] });
  expect((await check({ sap: { createdByUser: 'OTHER' } })).status).toBe(200);
  await store(settings, {}, ['sap-header.X-Gateway-Key']);
  expect(await secrets()).toEqual(before);
});

it('are logged on with in another way without the secrets of the one before, which are removed', async () => {
  const { settings } = await shop.test.books.getConnection('shop');
  const before = await secrets();
  const { baseUrl } = settings.sap as Readonly<Record<string, string>>;
  const byUser = { sap: { authentication: { type: 'basic', user: 'AMZ_POST', password: 'typed' } } };
  expect((await check(byUser)).body).toMatchObject({
    secrets: ['sap.password'],
    removedSecrets: ['sap.clientSecret'],
  });
  expect((await change(byUser)).status).toBe(200);
  expect(await secrets()).not.toHaveProperty('sap.clientSecret');
  const [event] = (await shop.test.books.listEvents()).filter(({ action }) => action === 'connection.update').slice(-1);
  expect(event).toMatchObject({ after: { removedSecretNames: ['sap.clientSecret'] } });
  const byToken = {
    type: 'oauth2',
    tokenUrl: 'https://token.example/x',
    clientId: 'sap-test',
    clientSecret: 'sap-secret',
  };
  expect((await change({ sap: { authentication: byToken } })).status).toBe(200);
  const byDestination = { baseUrl: null, journalEntryUrl: '/x', authentication: { type: 'destination', name: 'S4' } };
  expect((await check({ sap: byDestination })).body).toMatchObject({ removedSecrets: ['sap.clientSecret'] });
  // control: in the same way a secret that would go elsewhere is still asked for.
  expect((await check({ sap: { baseUrl: `${baseUrl}.example` } })).body).not.toHaveProperty('changes');
  await store(settings, before, ['sap.password']);
  expect(await secrets()).toEqual(before);
});

it('stand as in a file, so that they can be sent back; a WSDL can be taken away', async () => {
  const { settings } = await shop.test.books.getConnection('shop');
  await store({ ...settings, sap: { ...(settings.sap as object), journalEntryService: SERVICE } });
  const { amazon, sap } = (await ask('GET', SETTINGS)).body;
  const same = await check({ amazon, sap });
  expect(same.body, same.text).toMatchObject({ changes: [] });
  const taken = await check({ sap: { journalEntryWsdl: null } });
  expect(taken.text).toContain('journalEntryService');
  expect((await change({ sap: { journalEntryWsdl: null } })).status).toBe(200);
  expect((await shop.test.books.getConnection('shop')).settings.sap).not.toHaveProperty('journalEntryService');
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

it('are not proven where Amazon let nobody try, which is on the audit log with its code', async () => {
  const { faults } = shop.vendors.amazon.world;
  faults.add({ kind: 'throttle', times: 1_000 });
  const tried = await check({ amazon: { clientSecret: 'test-secret' }, isTried: true });
  faults.clear();
  expect(tried.status, tried.text).toBe(200);
  expect((await triedEvents()).at(-1)).toMatchObject({ outcome: 'not-proven', codes: ['AMAZON_THROTTLED'] });
});

it('REGION_FIXED, SAP_SYSTEM_CHANGED: what is read and booked keeps its region, and its SAP system unless somebody says it is the same', async () => {
  const other = { sap: { baseUrl: 'https://127.0.0.1:1', authentication: await enteredAgain() } };
  const moved = expect.stringMatching(/^127\.0\.0\.1:1 \(entries: /);
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
  expect((await check(other)).body).toMatchObject({ sapMove: { after: moved } });
  expect((await change(other)).body).toMatchObject({ code: 'SAP_SYSTEM_CHANGED' });
  const { sap } = (await shop.test.books.getConnection('shop')).settings as { sap: { journalEntryUrl: string } };
  const posted = { sap: { journalEntryUrl: `${sap.journalEntryUrl}?sap-client=200` } };
  expect((await change(posted)).body).toMatchObject({
    code: 'SAP_SYSTEM_CHANGED',
    says: expect.stringContaining('/200'),
  });
  expect((await change({ ...other, isSameSapSystem: true })).status).toBe(200);
  const [event] = (await shop.test.books.listEvents()).filter(({ action }) => action === 'connection.update').slice(-1);
  expect(event).toMatchObject({ after: { sameSapSystem: { after: moved } } });
});

it('SAP_SYSTEM_CHANGED: also of settings of an older program, and of an entry that was sent since somebody looked', async () => {
  const { id, settings } = await shop.test.books.getConnection('shop');
  const other = {
    sap: { baseUrl: 'https://127.0.0.1:2', journalEntryUrl: '/x', authentication: await enteredAgain() },
  };
  const sap = settings.sap as object;
  await store({ ...settings, sap: { ...sap, ofAnOlderProgram: true } });
  expect((await change({ sap: { ...other.sap, ofAnOlderProgram: null } })).body).toMatchObject({
    code: 'SAP_SYSTEM_CHANGED',
    data: expect.stringMatching(/^127\.0\.0\.1:1 .*127\.0\.0\.1:2$/),
  });
  await store({ ...settings, sap: { ...sap, baseUrl: 7 } });
  expect((await change(other)).body).toMatchObject({ code: 'SAP_SYSTEM_CHANGED', data: '? 127.0.0.1:2' });
  const sapMove = { before: 'a', after: 'b', isSame: false };
  const moved = shop.test.books.updateConnection(id, { settings, secrets: {}, sapMove }, TESTER, 'moved');
  await expect(moved).rejects.toMatchObject({ code: 'SAP_SYSTEM_CHANGED' });
  await store(settings);
});

/** As a WSDL says it. */
const SERVICE = {
  says: 'WSDL',
  root: { name: 'JournalEntryBulkCreateRequest', lengthMax: null, isRequired: true, children: [] },
};
const TESTER = { kind: 'user', name: 'tester' } as const;

/** Past the checks, as an older program may have done it. */
async function store(settings: JsonObject, given: Secrets = {}, removedSecretNames: readonly string[] = []) {
  const { id } = await shop.test.books.getConnection('shop');
  await shop.test.books.updateConnection(id, { settings, secrets: given, removedSecretNames }, TESTER, 'a test');
}

/** The members of the log-on that are secrets, as somebody types them who knows them. */
async function enteredAgain(): Promise<object> {
  const stored = Object.entries(await secrets()).filter(([name]) => name.startsWith('sap.'));
  return Object.fromEntries(stored.map(([name, value]) => [name.replace('sap.', ''), value]));
}
