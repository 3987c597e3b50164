import { describe, expect, it } from 'vitest';
import type { SimResponse } from '../../sim/http-shell.ts';
import { journalEntryPath, odataPrefix, tokenPath } from '../../sim/sap/index.ts';
import { call, createWorld, entryXml, soapHeaders, startMs } from './sim-sap-kit.ts';

const serviceRoot = `${odataPrefix}API_COMPANYCODE_SRV/`;
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const clientHeader = { authorization: `Basic ${Buffer.from('client:client-secret').toString('base64')}` };
const anonymous = true;

function jsonOf(response: SimResponse): Record<string, unknown> {
  return JSON.parse(String(response.body)) as Record<string, unknown>;
}

/** `name=value` of every cookie that the answer sets. */
function cookiesOf(response: SimResponse): string[] {
  const header = response.headers['set-cookie'] ?? [];
  return [header].flat().map((cookie) => cookie.split(';')[0] ?? '');
}

function fetchToken(world: ReturnType<typeof createWorld>, url = serviceRoot, method = 'HEAD') {
  const response = call(world, method, url, { headers: { 'x-csrf-token': 'Fetch' } });
  return { status: response.status, token: String(response.headers['x-csrf-token']), cookies: cookiesOf(response) };
}

describe('the token endpoint', () => {
  it('gives a token that works until it expires, for a client named in the header or in the body', () => {
    const world = createWorld({ tokenLifetimeMs: 60_000 });
    const inHeader = call(world, 'POST', tokenPath, {
      headers: { ...form, ...clientHeader },
      body: 'grant_type=client_credentials',
    });
    const inBody = call(world, 'POST', tokenPath, {
      headers: form,
      body: 'grant_type=client_credentials&client_id=client&client_secret=client-secret',
      anonymous,
    });
    expect(jsonOf(inHeader)).toMatchObject({ token_type: 'bearer', expires_in: 60 });
    const [first, second] = [jsonOf(inHeader).access_token, jsonOf(inBody).access_token];
    expect(first).not.toBe(second);
    const statusAt = (token: unknown, nowMs: number) =>
      call(world, 'GET', serviceRoot, { headers: { authorization: `Bearer ${token}` }, nowMs }).status;
    expect([statusAt(first, startMs + 59_999), statusAt(second, startMs + 59_999)]).toEqual([200, 200]);
    expect([statusAt(first, startMs + 60_000), statusAt('invented', startMs)]).toEqual([401, 401]);
  });

  it.each([
    [401, 'invalid_client', clientHeader.authorization.slice(0, -4), 'grant_type=client_credentials'],
    [400, 'unsupported_grant_type', clientHeader.authorization, 'grant_type=password'],
    [400, 'invalid_request', clientHeader.authorization, 'scope=x'],
  ])('answers %i %s', (status, error, authorization, body) => {
    const response = call(createWorld(), 'POST', tokenPath, { headers: { ...form, authorization }, body });
    expect(response.status).toBe(status);
    expect(jsonOf(response)).toMatchObject({ error, error_description: expect.any(String) });
  });
});

describe('a caller', () => {
  it('without credentials, with a wrong password or an unknown user is answered 401 with a web page', () => {
    for (const authorization of [
      '',
      `Basic ${Buffer.from('AMZ_POST:wrong').toString('base64')}`,
      'Basic !',
      'Digest x',
    ]) {
      const response = call(createWorld(), 'GET', serviceRoot, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toMatch(/^Basic realm=/);
      expect(response.headers['content-type']).toMatch(/^text\/html/);
    }
    expect(call(createWorld(), 'GET', serviceRoot).status).toBe(200);
  });
});

describe('a write', () => {
  const write = (world: ReturnType<typeof createWorld>, headers: Record<string, string>, nowMs = startMs) =>
    call(world, 'POST', journalEntryPath, { headers: { ...soapHeaders, ...headers }, body: entryXml(), nowMs });

  it.each([
    ['HEAD', serviceRoot],
    ['GET', serviceRoot],
    ['GET', serviceRoot.slice(0, -1)],
    ['HEAD', journalEntryPath],
    ['HEAD', `${journalEntryPath}/`],
  ])('is accepted with the token and all cookies of %s %s', (method, url) => {
    const world = createWorld({ csrfOnSoap: true });
    const { status, token, cookies } = fetchToken(world, url, method);
    expect(status).toBe(200);
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual([
      'sap-usercontext',
      'SAP_SESSIONID_XXX_100',
      'BIGipServerpretend-sap',
    ]);
    expect(write(world, { 'x-csrf-token': token, cookie: cookies.join('; ') }).status).toBe(200);
    expect(world.documents).toHaveLength(1);
  });

  it.each<[string, (token: string, cookies: string[]) => Record<string, string>]>([
    ['without token', (_token, cookies) => ({ cookie: cookies.join('; ') })],
    ['with another token', (_token, cookies) => ({ cookie: cookies.join('; '), 'x-csrf-token': 'invented' })],
    ['asking for a token', (_token, cookies) => ({ cookie: cookies.join('; '), 'x-csrf-token': 'Fetch' })],
    ['without cookies', (token) => ({ 'x-csrf-token': token })],
    ['without the user context', (token, cookies) => ({ 'x-csrf-token': token, cookie: cookies.slice(1).join('; ') })],
    [
      'without the node of the load balancer',
      (token, cookies) => ({ 'x-csrf-token': token, cookie: cookies.slice(0, 2).join('; ') }),
    ],
    [
      'as another user',
      (token, cookies) => ({
        'x-csrf-token': token,
        cookie: cookies.join('; '),
        authorization: `Basic ${Buffer.from('OTHER:other').toString('base64')}`,
      }),
    ],
  ])('%s is answered 403 "Required", and nothing is booked', (_what, headersFor) => {
    const world = createWorld({ csrfOnSoap: true });
    const { token, cookies } = fetchToken(world);
    const response = write(world, headersFor(token, cookies));
    expect([response.status, response.headers['x-csrf-token']]).toEqual([403, 'Required']);
    expect(response.body).toBe('CSRF token validation failed');
    expect(world.documents).toEqual([]);
    expect(write(world, { 'x-csrf-token': token, cookie: cookies.join('; ') }).status).toBe(200);
  });

  it('after the session has idled too long needs a new token; each use keeps the session alive', () => {
    const world = createWorld({ csrfOnSoap: true, sessionLifetimeMs: 1000 });
    const { token, cookies } = fetchToken(world);
    const headers = { 'x-csrf-token': token, cookie: cookies.join('; ') };
    expect(write(world, headers, startMs + 999).status).toBe(200);
    expect(write(world, headers, startMs + 1998).status).toBe(200);
    expect(write(world, headers, startMs + 2998).status).toBe(403);
  });

  it('needs no token where the service asks for none', () => {
    expect(write(createWorld({ csrfOnSoap: false }), {}).status).toBe(200);
  });

  it('to a read service is refused with 403 before it is refused with 405', () => {
    const world = createWorld();
    const url = `${serviceRoot}A_CompanyCode`;
    expect(call(world, 'POST', url).status).toBe(403);
    const { token, cookies } = fetchToken(world);
    const headers = { 'x-csrf-token': token, cookie: cookies.join('; '), accept: 'application/json' };
    expect(call(world, 'POST', url, { headers }).status).toBe(405);
  });
});

describe('a session', () => {
  it('is opened by the first answer and kept by its cookies; the token stays the same', () => {
    const world = createWorld();
    const { token, cookies } = fetchToken(world);
    const again = call(world, 'GET', serviceRoot, { headers: { cookie: cookies.join('; '), 'x-csrf-token': 'fetch' } });
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.headers['x-csrf-token']).toBe(token);
    expect(fetchToken(world).token).not.toBe(token);
  });

  it('and its token do not come with a failed answer, nor from the root of the host', () => {
    const world = createWorld();
    const failed = fetchToken(world, `${odataPrefix}API_UNKNOWN_SRV/`);
    expect(failed).toEqual({ status: 403, token: 'undefined', cookies: [] });
    expect(fetchToken(world, '/')).toEqual({ status: 404, token: 'undefined', cookies: [] });
    expect(world.sessions.byId.size).toBe(0);
  });
});
