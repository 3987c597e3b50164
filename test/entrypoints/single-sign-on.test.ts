/** Sign-in at a real OpenID provider on this machine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, silentLog } from '../../src/core/index.ts';
import { CLIENT_SECRET } from '../../src/entrypoints/sign-in-settings.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { ANNA } from '../store/samples.ts';
import { CLIENT_ID, CLIENT_SECRET_TEXT, type IdentityProvider, startIdentityProvider } from './identity-provider.ts';
import { freePort, startWithSignIn, Visitor } from './sign-in-kit.ts';

const CALLBACK = '/api/v1/sign-in/sso/callback';
const time = { nowMs: Date.now() };
const clock: Clock = { nowMs: () => time.nowMs, sleep: async () => {} };

let test: TestBooks;
let provider: IdentityProvider;
let page: Awaited<ReturnType<typeof startWithSignIn>>;

/** New settings hold after the time for which they are kept. */
async function settle(singleSignOn: object | undefined, others: object = {}): Promise<void> {
  await test.books.changeInstallation(
    {
      settings: { signIn: { passwords: true, ...others, ...(singleSignOn && { singleSignOn: { ...singleSignOn } }) } },
      secrets: { [CLIENT_SECRET]: CLIENT_SECRET_TEXT },
      keptSecretNames: [],
    },
    ANNA,
    'a test',
  );
  time.nowMs += 700_000;
}

const usual = () => ({
  issuer: provider.issuer,
  clientId: CLIENT_ID,
  roles: { 'ledger-accounting': ['accountant'], 'ledger-admins': ['administrator'] },
});

beforeAll(async () => {
  test = await openTestBooks();
  const port = await freePort();
  provider = await startIdentityProvider(`http://localhost:${port}${CALLBACK}`);
  page = await startWithSignIn(test, { port, own: { clock, log: silentLog } });
  provider.claims.set('1', { preferred_username: 'ina', name: 'Ina Example', groups: ['ledger-accounting', 'other'] });
});
afterAll(async () => {
  await page.close();
  await provider.close();
  await test.close();
});

/** From the button to where the browser ends. */
async function signIn(login: string, returnTo = '/settlements') {
  const visitor = new Visitor(page.url);
  const begun = await visitor.post('/sign-in/sso', { returnTo });
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  const back = await provider.goThrough(begun.body.url, login);
  const answer = await visitor.get(back);
  return { visitor, answer, back, begun, location: answer.headers.get('location') };
}

describe('single sign-on', () => {
  it('SSO_NOT_SET_UP: there is none before the settings name a provider', async () => {
    const visitor = new Visitor(page.url);
    expect((await visitor.post('/sign-in/sso', {})).body).toMatchObject({ code: 'SSO_NOT_SET_UP' });
    await settle(usual());
    expect((await visitor.get('/session')).body.ways).toEqual({
      passwords: true,
      singleSignOn: { label: 'single sign-on' },
    });
  });

  it('signs in whoever the provider says it is, with the roles of their groups, and leads back to the page', async () => {
    const { visitor, location, begun } = await signIn('1');
    expect(new URL(begun.body.url).searchParams.get('code_challenge_method')).toBe('S256');
    expect(location).toBe('/settlements');
    expect((await visitor.get('/session')).body.user).toMatchObject({
      name: 'ina',
      displayName: 'Ina Example',
      roles: ['accountant'],
      signsInBy: 'single-sign-on',
    });
    expect(visitor.cookies.size).toBe(1);
  });

  it('gives the roles of now at every sign-in, and ends the sessions that had others', async () => {
    const before = await signIn('1');
    provider.claims.set('1', { preferred_username: 'renamed', name: 'Ina Example', groups: ['ledger-admins'] });
    const { visitor } = await signIn('1');
    expect((await visitor.get('/session')).body.user).toMatchObject({ name: 'ina', roles: ['administrator'] });
    expect((await before.visitor.get('/session')).body.user).toBeNull();
  });

  it('SSO_NO_ROLE: lets nobody in whose groups give no role', async () => {
    provider.claims.set('2', { preferred_username: 'nils', name: 'Nils', groups: ['other', 'constructor'] });
    const { visitor, location } = await signIn('2');
    expect(location).toBe('/sign-in?problem=SSO_NO_ROLE');
    expect((await visitor.get('/session')).body.user).toBeNull();
    expect(await page.workspace.access.findUser('nils')).toBeUndefined();
  });

  it('SSO_CLAIMS_INVALID: lets nobody in without a name', async () => {
    provider.claims.set('3', { groups: ['ledger-admins'] });
    expect((await signIn('3')).location).toBe('/sign-in?problem=SSO_CLAIMS_INVALID');
  });

  it.each(['https://other.example/', '//other.example', '/\\other.example', 'javascript:alert(1)'])(
    'leads to no other site after it: %s',
    async (returnTo) => {
      expect((await signIn('1', returnTo)).location).toBe('/');
    },
  );
});

describe('SSO_REFUSED: an answer of the provider is taken once, by the browser that asked for it, as it was sent', () => {
  it('is refused in another browser, with another state, with another code, and a second time', async () => {
    const refused = '/sign-in?problem=SSO_REFUSED';
    const begun = async () => {
      const visitor = new Visitor(page.url);
      const { body } = await visitor.post('/sign-in/sso', {});
      return { visitor, back: await provider.goThrough(body.url, '1') };
    };
    const stolen = await begun();
    expect((await new Visitor(page.url).get(stolen.back)).headers.get('location')).toBe(refused);
    for (const [name, value] of [
      ['state', 'x'],
      ['code', 'x'],
      ['iss', 'https://other.example'],
    ] as const) {
      const { visitor, back } = await begun();
      const changed = new URL(back);
      changed.searchParams.set(name, value);
      expect((await visitor.get(changed.href)).headers.get('location'), name).toBe(refused);
      expect((await visitor.get(back)).headers.get('location'), name).toBe(refused);
    }
  });
});

describe('settings', () => {
  it('PASSWORD_SIGN_IN_OFF: passwords can be switched off', async () => {
    await settle(usual(), { passwords: false });
    const visitor = new Visitor(page.url);
    expect(await visitor.signIn('ina', 'x')).toMatchObject({ status: 403, body: { code: 'PASSWORD_SIGN_IN_OFF' } });
    expect((await visitor.get('/session')).body.ways.passwords).toBe(false);
    await settle(usual());
    expect(await visitor.signIn('ina', 'x')).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REFUSED' } });
  });

  it('SSO_UNREACHABLE: a provider that does not answer is said to the page', async () => {
    await settle({ ...usual(), issuer: `http://localhost:${await freePort()}` });
    expect(await new Visitor(page.url).post('/sign-in/sso', {})).toMatchObject({
      status: 503,
      body: { code: 'SSO_UNREACHABLE' },
    });
  });
});
