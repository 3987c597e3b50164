import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFirstUser, addUser } from '../../src/app/index.ts';
import { sha256Of } from '../../src/core/index.ts';
import { readPublicUrl } from '../../src/entrypoints/http/sign-in/site.ts';
import { sql } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { ANNA } from '../store/samples.ts';
import { freePort, OWN_PASSWORD, startWithSignIn, Visitor, visitorWith } from './sign-in-kit.ts';

let test: TestBooks;
let page: Awaited<ReturnType<typeof startWithSignIn>>;
let carla: Visitor;

beforeAll(async () => {
  test = await openTestBooks();
  page = await startWithSignIn(test);
});
afterAll(async () => {
  await page.close();
  await test.close();
});

describe('the first sign-in', () => {
  it('takes the one-time password, and then another one before anything else', async () => {
    const first = await addFirstUser(page.workspace);
    carla = new Visitor(page.url);
    const answer = await carla.signIn('Admin', first!.password);
    expect(answer.body.user).toMatchObject({ name: 'admin', mustChangePassword: true, permissions: [] });
    for (const path of ['/users', '/tokens', '/settlements']) {
      expect((await carla.get(path)).body, path).toMatchObject({ code: 'PASSWORD_CHANGE_NEEDED', status: 403 });
    }
    const weak = await carla.post('/session/password', { password: first!.password, newPassword: 'short' });
    expect(weak).toMatchObject({ status: 400, body: { code: 'PASSWORD_WEAK' } });
    const before = [...carla.cookies.values()];
    const changed = await carla.post('/session/password', { password: first!.password, newPassword: OWN_PASSWORD });
    expect(changed.body.user).toMatchObject({ mustChangePassword: false });
    carla.csrfToken = changed.body.csrfToken;
    expect([...carla.cookies.values()]).not.toEqual(before);
    expect((await carla.get('/users')).body.items).toMatchObject([{ name: 'admin', isSelf: true }]);
    const again = await new Visitor(page.url).signIn('admin', first!.password);
    expect(again).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REFUSED' } });
  });
});

describe('without sign-in', () => {
  it('SIGN_IN_NEEDED: nothing of the books is shown', async () => {
    const nobody = new Visitor(page.url);
    for (const path of ['/overview', '/settlements', '/users', '/audit/verify']) {
      expect(await nobody.get(path), path).toMatchObject({ status: 401, body: { code: 'SIGN_IN_NEEDED' } });
    }
    expect((await nobody.get('/session')).body).toEqual({
      user: null,
      csrfToken: null,
      ways: { passwords: true, singleSignOn: null },
      line: 'a test',
    });
  });
});

describe('a session', () => {
  it('lives in a cookie that no script and no other site gets', async () => {
    const visitor = new Visitor(page.url);
    const { headers } = await visitor.signIn('admin', OWN_PASSWORD);
    const port = new URL(page.url).port;
    expect(headers.get('set-cookie')).toMatch(
      new RegExp(`^seller-ledger-session-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
  });

  it('CSRF_REFUSED: a write without the token of the session is refused, also with that of another', async () => {
    const visitor = new Visitor(page.url);
    await visitor.signIn('admin', OWN_PASSWORD);
    const good = visitor.csrfToken;
    for (const wrong of [null, '', carla.csrfToken, `${good}x`]) {
      visitor.csrfToken = wrong;
      expect(await visitor.post('/sign-out'), String(wrong)).toMatchObject({
        status: 403,
        body: { code: 'CSRF_REFUSED' },
      });
    }
    visitor.csrfToken = good;
    expect((await visitor.post('/sign-out')).status).toBe(204);
  });

  it('ORIGIN_REFUSED: a write from the page of another site is refused, also a sign-in', async () => {
    for (const headers of [
      { origin: 'https://other.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://localhost:1' },
    ]) {
      const answer = await carla.post('/sign-in', { name: 'admin', password: OWN_PASSWORD }, headers as never);
      expect(answer, JSON.stringify(headers)).toMatchObject({ status: 403, body: { code: 'ORIGIN_REFUSED' } });
    }
    const own = { origin: page.url, 'sec-fetch-site': 'same-origin' };
    const answer = await new Visitor(page.url).post('/sign-in', { name: 'admin', password: OWN_PASSWORD }, own);
    expect(answer.status).toBe(200);
  });

  it('ends at sign-out, and when its browser signs in anew', async () => {
    const visitor = new Visitor(page.url);
    await visitor.signIn('admin', OWN_PASSWORD);
    const stolen = new Visitor(page.url);
    for (const [name, value] of visitor.cookies) stolen.cookies.set(name, value);
    expect((await stolen.get('/users')).status).toBe(200);
    await visitor.signIn('admin', OWN_PASSWORD);
    expect((await stolen.get('/users')).status).toBe(401);
    for (const [name, value] of visitor.cookies) stolen.cookies.set(name, value);
    await visitor.post('/sign-out');
    expect(visitor.cookies.size).toBe(0);
    expect((await stolen.get('/users')).status).toBe(401);
  });

  it('is listed for its user, who ends it from another one', async () => {
    const [one, two] = [new Visitor(page.url), new Visitor(page.url)];
    await one.signIn('admin', OWN_PASSWORD);
    await two.signIn('admin', OWN_PASSWORD);
    const { items } = (await one.get('/sessions')).body;
    const other = items.find(({ isThis }: { isThis: boolean }) => !isThis);
    expect(items.filter(({ isThis }: { isThis: boolean }) => isThis)).toHaveLength(1);
    expect((await two.get('/users')).status).toBe(200);
    expect((await one.post(`/sessions/${other.id}/end`)).status).toBe(204);
    expect((await two.get('/users')).status).toBe(401);
    expect(await one.post(`/sessions/${other.id}/end`)).toMatchObject({ body: { code: 'SESSION_UNKNOWN' } });
  });
});

describe('a session that nobody uses', () => {
  it('ends by itself though its page listens all the time, and then the page hears no more', async () => {
    const own = await startWithSignIn(test, { beatEveryMs: 20 });
    try {
      const visitor = new Visitor(own.url);
      await visitor.signIn('admin', OWN_PASSWORD);
      const { items } = (await visitor.get('/sessions')).body;
      const { id } = items.find(({ isThis }: { isThis: boolean }) => isThis);
      const leaveFor = (minutes: number) =>
        test.database.query(
          sql`update user_session set last_seen_at = now() - ${minutes} * interval '1 minute' where id = ${id}`,
        );
      const minutesIdle = async () => {
        const [row] = await test.database.query<{ minutes: number }>(
          sql`select round(extract(epoch from now() - last_seen_at) / 60)::int as minutes from user_session where id = ${id}`,
        );
        return row?.minutes;
      };
      await leaveFor(29);
      const page = await listenAs(visitor, own.url);
      await page.beats(3);
      expect(await minutesIdle()).toBe(29);
      expect((await visitor.get('/users', { 'x-idle': '1' })).status).toBe(200);
      expect(await minutesIdle()).toBe(29);
      // control: whatever a person asks for is a use.
      expect((await visitor.get('/users')).status).toBe(200);
      expect(await minutesIdle()).toBe(0);
      await page.beats(1);
      await leaveFor(31);
      await page.ended;
      expect((await visitor.get('/session')).body.user).toBeNull();
      expect((await visitor.get('/events')).status).toBe(401);
    } finally {
      await own.close();
    }
  });
});

/** The stream of events as the page of a visitor has it open. */
async function listenAs(visitor: Visitor, url: string) {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${url}/api/v1/events`, { headers: { cookie } });
  expect(answer.status).toBe(200);
  let text = '';
  const beats = () => text.split('event: beat').length - 1;
  const ended = (async () => {
    for await (const part of answer.body!) text += Buffer.from(part).toString();
  })();
  return {
    ended,
    /** Waits for so many more. */
    beats: async (count: number) => {
      const until = beats() + count;
      await expect.poll(beats, { timeout: 10_000 }).toBeGreaterThanOrEqual(until);
    },
  };
}

describe('wrong passwords', () => {
  it('USER_LOCKED: the fifth locks, with 423, and an administrator unlocks', async () => {
    const { password } = await addUser(
      page.workspace,
      { name: 'lena', roles: ['viewer'] },
      { actor: ANNA, why: 'test' },
    );
    const visitor = new Visitor(page.url);
    for (let tried = 0; tried < 4; tried += 1) expect((await visitor.signIn('lena', 'wrong')).status).toBe(401);
    expect(await visitor.signIn('lena', 'wrong')).toMatchObject({ status: 423, body: { code: 'USER_LOCKED' } });
    expect((await visitor.signIn('lena', password)).status).toBe(423);
    expect((await carla.post('/users/lena/unlock', { why: 'she called' })).status).toBe(200);
    expect((await visitor.signIn('lena', password)).status).toBe(200);
  });

  it('TOO_MANY_SIGN_INS: one address has so many tries in a minute, whatever the name', async () => {
    const own = await startWithSignIn(test, { signInsPerMinute: 3, trustedProxy: '127.0.0.1' });
    try {
      const visitor = new Visitor(own.url);
      const from = (address: string) => ({ 'x-forwarded-for': address });
      const attempt = (name: string, address: string) =>
        visitor.post('/sign-in', { name, password: 'x' }, from(address));
      for (const name of ['a', 'b', 'c']) expect((await attempt(name, '10.0.0.1')).status).toBe(401);
      expect(await attempt('d', '10.0.0.1')).toMatchObject({ status: 429, body: { code: 'TOO_MANY_SIGN_INS' } });
      expect((await attempt('d', '10.0.0.2')).status).toBe(401);
      expect((await visitor.get('/about', from('10.0.0.1'))).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  it('control: without a trusted proxy nobody gets more tries by naming other addresses', async () => {
    const own = await startWithSignIn(test, { signInsPerMinute: 2 });
    try {
      const visitor = new Visitor(own.url);
      const statuses = [];
      for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
        statuses.push(
          (await visitor.post('/sign-in', { name: 'a', password: 'x' }, { 'x-forwarded-for': address })).status,
        );
      expect(statuses).toEqual([401, 401, 429]);
    } finally {
      await own.close();
    }
  });
});

describe('administrators', () => {
  it('add users, change their roles, disable and enable them, each with its refusals', async () => {
    const added = await carla.post('/users', { name: 'otto', displayName: 'Otto', roles: ['auditor'], why: 'new' });
    expect(added).toMatchObject({ status: 201, body: { user: { name: 'otto', roles: ['auditor'] } } });
    expect(added.body.password).toMatch(/^[a-z0-9]{4}(-[a-z0-9]{4}){4}$/);
    const otto = new Visitor(page.url);
    expect((await otto.signIn('otto', added.body.password)).status).toBe(200);
    const roles = await carla.post('/users/otto/roles', { roles: ['viewer'], why: 'moved' });
    expect(roles.body).toMatchObject({ roles: ['viewer'] });
    expect((await otto.get('/session')).body.user).toBeNull();
    expect((await carla.post('/users/otto/disable', { why: 'left' })).body.disabledAt).not.toBeNull();
    expect((await carla.post('/users/otto/enable', { why: 'back' })).body.disabledAt).toBeNull();
    expect((await carla.post('/users/otto/reset-password', { why: 'forgot' })).body.password).toBeTruthy();
    for (const [path, body, code, status] of [
      ['/users', { name: 'OTTO', roles: ['viewer'] }, 'USER_NAME_TAKEN', 409],
      ['/users', { name: 'a b', roles: ['viewer'] }, 'USER_NAME_INVALID', 400],
      ['/users', { name: 'x', roles: ['king'] }, 'USER_ROLES_INVALID', 400],
      ['/users/nobody/disable', {}, 'USER_UNKNOWN', 404],
      ['/users/admin/disable', {}, 'USER_IS_SELF', 403],
      ['/users/admin/roles', { roles: ['auditor'], why: 'x' }, 'USER_IS_SELF', 403],
    ] as const) {
      expect(await carla.post(path, body), code).toMatchObject({ status, body: { code } });
    }
  });
});

describe('a repeated Idempotency-Key', () => {
  const keyed = (key: string) => ({ 'idempotency-key': key });
  const stored = async (secret: string) =>
    test.database.query(sql`select 1 as found from idempotent_request r where r::text like ${`%${secret}%`}`);

  it('adds a user once: the second answer is the first without its password', async () => {
    const body = { name: 'twice', roles: ['viewer'], why: 'new' };
    const first = await carla.post('/users', body, keyed('add-twice'));
    const again = await carla.post('/users', body, keyed('add-twice'));
    expect(again).toMatchObject({ status: 201, body: { user: first.body.user, password: null } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await new Visitor(page.url).signIn('twice', first.body.password)).status).toBe(200);
    expect(await stored(first.body.password)).toEqual([]);
    expect(await carla.post('/users', body), 'control: without a key it is asked for anew').toMatchObject({
      body: { code: 'USER_NAME_TAKEN' },
    });
  });

  it('IDEMPOTENT_ANSWER_NOT_KEPT: gives no second token and no second password', async () => {
    const reset = () => carla.post('/users/twice/reset-password', { why: 'forgot' }, keyed('reset-twice'));
    const { password } = (await reset()).body;
    expect(await reset()).toMatchObject({ status: 409, body: { code: 'IDEMPOTENT_ANSWER_NOT_KEPT' } });
    expect((await new Visitor(page.url).signIn('twice', password)).status, 'the first password holds').toBe(200);
    const token = () => carla.post('/tokens', { label: 'twice', scopes: ['books.read'] }, keyed('token-twice'));
    const { secret } = (await token()).body;
    expect(await token()).toMatchObject({ status: 409, body: { code: 'IDEMPOTENT_ANSWER_NOT_KEPT' } });
    const labels = (await carla.get('/tokens')).body.items.map(({ label }: { label: string }) => label);
    expect(labels.filter((label: string) => label === 'twice')).toHaveLength(1);
    expect([...(await stored(secret)), ...(await stored(password))]).toEqual([]);
    expect(await stored('reset-twice'), 'nor the key, without which the digests say nothing').toEqual([]);
    expect(await stored(sha256Of('reset-twice')), 'control: what is stored is found').toHaveLength(1);
  });

  it('of other changes of users, and of one’s own password, does them once', async () => {
    const events = async () => (await test.books.partOfEvents({ limit: 1_000, action: 'user.disable' })).items.length;
    const before = await events();
    const disable = () => carla.post('/users/twice/disable', { why: 'left' }, keyed('off-twice'));
    const first = await disable();
    expect((await disable()).body).toEqual(first.body);
    expect(await events()).toBe(before + 1);
    const pia = await visitorWith(page, 'pia', 'viewer');
    const change = () =>
      pia.post('/session/password', { password: OWN_PASSWORD, newPassword: `${OWN_PASSWORD}s` }, keyed('own'));
    const changed = await change();
    pia.csrfToken = changed.body.csrfToken;
    expect(await change()).toMatchObject({ status: 409, body: { code: 'IDEMPOTENT_ANSWER_NOT_KEPT' } });
    expect(await stored(changed.body.csrfToken)).toEqual([]);
  });
});

describe('API tokens', () => {
  it('are shown once, read and write without a session, and end when revoked', async () => {
    const ben = await visitorWith(page, 'ben', 'administrator');
    const made = await ben.post('/tokens', { label: 'script', scopes: ['users.manage', 'books.read'], days: 5 });
    expect(made.status).toBe(201);
    const bearer = { authorization: `Bearer ${made.body.secret}` };
    const script = new Visitor(page.url);
    expect((await script.get('/users', bearer)).status).toBe(200);
    expect((await script.post('/users/otto/unlock', { why: 'by a script' }, bearer)).status).toBe(200);
    expect(await script.get('/tokens', bearer)).toMatchObject({ status: 403, body: { code: 'SESSION_NEEDED' } });
    const scope = await script.post('/jobs/replay', { why: 'x' }, bearer);
    expect(scope.body.code, 'control: what the person may not').toBe('PERMISSION_MISSING');
    const beyond = await script.post('/schedules/pause', {}, bearer);
    expect(beyond).toMatchObject({ status: 403, body: { code: 'TOKEN_SCOPE_MISSING', data: 'operation.manage' } });
    expect(beyond.body.next).toContain('/account');
    expect(await script.post('/users/ben/disable', { why: 'x' }, bearer)).toMatchObject({
      body: { code: 'USER_IS_SELF' },
    });
    expect(await script.post('/session/password', { password: 'x', newPassword: OWN_PASSWORD }, bearer)).toMatchObject({
      body: { code: 'SESSION_NEEDED' },
    });
    const { items } = (await ben.get('/tokens')).body;
    expect(items).toMatchObject([{ label: 'script', user: 'ben', lastUsedAt: expect.any(String) }]);
    expect(JSON.stringify(items)).not.toContain(made.body.secret.slice(4));
    expect((await ben.post(`/tokens/${items[0].id}/revoke`, {})).body.revokedAt).not.toBeNull();
    expect(await script.get('/users', bearer)).toMatchObject({ status: 401, body: { code: 'TOKEN_REFUSED' } });
    expect((await ben.post('/tokens', { label: 'x', scopes: ['entries.approve'] })).body.code).toBe('TOKEN_INVALID');
    expect((await carla.post(`/tokens/${items[0].id}/revoke`, {})).body.code).toBe('TOKEN_UNKNOWN');
  });

  it('control: what is no token is refused, and does not fall back to the session', async () => {
    for (const authorization of ['Bearer slt_nothing', 'Bearer x', 'Basic eDp5']) {
      expect((await carla.get('/users', { authorization })).body, authorization).toMatchObject({
        code: 'TOKEN_REFUSED',
      });
    }
  });
});

describe('behind a proxy with a public address', () => {
  const PUBLIC = 'https://ledger.company.example';

  /** As the proxy passes it on. */
  function through(port: number, path: string, headers: Record<string, string>, method = 'GET', body?: string) {
    return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      sent.on('error', reject).end(body);
    });
  }

  it('cookies are for https and this host only, other hosts are refused, and browsers are told to stay with https', async () => {
    const own = await startWithSignIn(test, { publicUrl: readPublicUrl(PUBLIC), port: await freePort() });
    try {
      const port = own.port;
      const body = JSON.stringify({ name: 'admin', password: OWN_PASSWORD });
      const json = { host: 'ledger.company.example', 'content-type': 'application/json' };
      const signIn = (headers: Record<string, string>) => through(port, '/api/v1/sign-in', headers, 'POST', body);
      const answer = await signIn({ ...json, origin: PUBLIC });
      expect(answer.status, answer.text).toBe(200);
      expect(String(answer.headers['set-cookie'])).toMatch(
        /^__Host-seller-ledger-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
      expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
      const health = await through(port, '/health', { host: '10.1.2.3:4000' });
      expect(health).toMatchObject({ status: 200 });
      for (const host of ['other.example', 'ledger.company.example:81', 'ledger.company.example.other.example']) {
        const refused = await signIn({ ...json, host });
        expect(refused.status, host).toBe(421);
        expect(refused.text).toContain('HOST_REFUSED');
      }
      expect((await signIn({ ...json, origin: 'https://other.example' })).text).toContain('ORIGIN_REFUSED');
    } finally {
      await own.close();
    }
  });

  it('PUBLIC_URL_INVALID, PUBLIC_URL_NEEDED: an address that is not safe to sign in at is refused', async () => {
    for (const text of ['http://ledger.company.example', 'ledger', 'https://x.example/path', 'https://u:p@x.example']) {
      expect(() => readPublicUrl(text), text).toThrow(expect.objectContaining({ code: 'PUBLIC_URL_INVALID' }));
    }
    expect(readPublicUrl('http://localhost:4000').origin).toBe('http://localhost:4000');
    await expect(startWithSignIn(test, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'PUBLIC_URL_NEEDED' });
  });
});
