import { describe, expect, it } from 'vitest';
import {
  createKit,
  DOCUMENTS,
  type ErrorBody,
  type Kit,
  kitWorld,
  login,
  OTHER_REFRESH_TOKEN,
  REFRESH_TOKEN,
  REPORTS,
  type ReportsBody,
  SETTLEMENTS,
} from './sim-amazon-kit.ts';

const LIST = `${REPORTS}?${SETTLEMENTS}`;

function errorsOf(kit: Kit, headers: Record<string, string>): { status: number; code?: string; details?: string } {
  const reply = kit.send('GET', LIST, { headers: { 'user-agent': 'kit/1', ...headers } });
  const [error] = reply.status === 200 ? [] : reply.json<ErrorBody>().errors;
  return { status: reply.status, ...(error && { code: error.code, details: error.details ?? 'none' }) };
}

describe('login', () => {
  it('exchanges a refresh token for an access token of one hour and gives the same refresh token back', () => {
    const reply = login(createKit(), { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN });
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({
      access_token: expect.stringMatching(/^Atza\|.{40,2048}$/),
      refresh_token: REFRESH_TOKEN,
      token_type: 'bearer',
      expires_in: 3600,
    });
  });

  it('gives client credentials a grantless token, which opens no seller', () => {
    const kit = createKit();
    const reply = login(kit, { grant_type: 'client_credentials', scope: 'sellingpartnerapi::notifications' });
    const body = reply.json<Record<string, unknown>>();
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    const token = String(body.access_token);
    expect(errorsOf(kit, { 'x-amz-access-token': token })).toEqual({ status: 403, code: 'Unauthorized', details: '' });
  });

  it.each([
    ['no grant type', {}, 400, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [
      'an unknown client',
      { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN, client_id: 'x' },
      401,
      'invalid_client',
    ],
    [
      'a wrong secret',
      { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN, client_secret: 'x' },
      401,
      'invalid_client',
    ],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant'],
    ['no refresh token', { grant_type: 'refresh_token' }, 400, 'invalid_request'],
    ['an unknown scope', { grant_type: 'client_credentials', scope: 'x' }, 400, 'invalid_scope'],
    [
      'a refresh token and a scope',
      { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN, scope: 'x' },
      400,
      'invalid_request',
    ],
  ])('refuses %s', (_what, form, status, error) => {
    const reply = login(createKit(), form as unknown as Record<string, string>);
    expect(reply.status).toBe(status);
    expect(reply.json()).toEqual({ error, error_description: expect.any(String) });
  });

  it('says of a withdrawn authorisation what Amazon says', () => {
    const kit = createKit();
    const token = kit.token();
    kit.order({ kind: 'revoke-authorisation', sellerId: 'A1ONE' });
    expect(login(kit, { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN }).json()).toEqual({
      error: 'invalid_grant',
      error_description:
        "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.",
    });
    expect(errorsOf(kit, { 'x-amz-access-token': token })).toEqual({ status: 403, code: 'Unauthorized', details: '' });
    expect(kit.token(OTHER_REFRESH_TOKEN)).toMatch(/^Atza/);
    kit.order({ kind: 'restore-authorisation', sellerId: 'A1ONE' });
    expect(errorsOf(kit, { 'x-amz-access-token': token }).status).toBe(200);
  });
});

describe('an API call', () => {
  it('works until the last moment of the token’s hour and not after it', () => {
    const kit = createKit();
    const token = kit.token();
    kit.nowMs += 3_600_000 - 1;
    expect(errorsOf(kit, { 'x-amz-access-token': token }).status).toBe(200);
    kit.nowMs += 1;
    expect(errorsOf(kit, { 'x-amz-access-token': token })).toEqual({
      status: 403,
      code: 'Unauthorized',
      details: 'The access token you provided has expired.',
    });
  });

  it.each([
    ['no token', {}],
    ['a token nobody issued', { 'x-amz-access-token': 'Atza|guessed' }],
  ])('is refused with %s, without saying why', (_what, headers) => {
    const kit = createKit();
    expect(errorsOf(kit, headers as Record<string, string>)).toEqual({
      status: 403,
      code: 'Unauthorized',
      details: '',
    });
  });

  it('is refused without a user agent and with one of more than 500 characters', () => {
    const kit = createKit();
    const token = kit.token();
    expect(kit.send('GET', LIST, { headers: { 'x-amz-access-token': token } }).status).toBe(400);
    expect(kit.get(LIST, { 'user-agent': 'x'.repeat(501) }).status).toBe(400);
    expect(kit.get(LIST, { 'user-agent': 'x'.repeat(500) }).status).toBe(200);
  });

  it('sees the reports of its own seller only', () => {
    const kit = createKit();
    const own = kit.get(LIST).json<ReportsBody>().reports;
    const others = kit.get(LIST, { 'x-amz-access-token': kit.token(OTHER_REFRESH_TOKEN) }).json<ReportsBody>().reports;
    expect(others.length).toBeGreaterThan(0);
    expect(own[0]?.marketplaceIds).toEqual(['ATVPDKIKX0DER', 'A1PA6795UKMFR9', 'A1VC38T7YXB528']);
    expect(others[0]?.marketplaceIds).toEqual(['A2EUQ1WTGCTBG2']);
    expect(kit.get(`${DOCUMENTS}/${others[0]?.reportDocumentId}`).status).toBe(404);
  });

  it('is refused on every path that Amazon does not offer here', () => {
    const kit = createKit();
    for (const path of ['/', '/orders/v0/orders', '/reports/2021-06-30/schedules', '/finances/v0/financialEvents']) {
      expect(kit.get(path).json<ErrorBody>().errors[0]?.code).toBe('Unauthorized');
    }
    expect(kit.send('DELETE', `${REPORTS}/1`).status).toBe(403);
  });

  it('always carries a request id, never the same one twice, and the same ones when replayed', () => {
    const ids = (): (string | undefined)[] => {
      const kit = createKit();
      return [kit.get(LIST), kit.get('/nowhere'), kit.get(LIST, { 'x-amz-access-token': '' })].map(
        (reply) => reply.headers['x-amzn-requestid'],
      );
    };
    expect(new Set(ids()).size).toBe(3);
    expect(ids().every((id) => id !== undefined && id.length === 36)).toBe(true);
    expect(ids()).toEqual(ids());
  });
});

describe('usage plans', () => {
  const status = (kit: Kit, token: string, url = LIST): number =>
    kit.send('GET', url, { headers: { 'user-agent': 'kit/1', 'x-amz-access-token': token } }).status;

  it('grant a burst of 10 report lists, refuse the next, and grant one more after 45.1 seconds', () => {
    const kit = createKit();
    const token = kit.token();
    expect(Array.from({ length: 11 }, () => status(kit, token))).toEqual([...Array(10).fill(200), 429]);
    kit.nowMs += 44_000;
    expect(status(kit, token)).toBe(429);
    kit.nowMs += 1_100;
    expect([status(kit, token), status(kit, token)]).toEqual([200, 429]);
  });

  it('grant 15 documents and then one each 60 seconds', () => {
    const kit = createKit();
    const token = kit.token();
    const { reportDocumentId } = kit.firstReport();
    const document = `${DOCUMENTS}/${reportDocumentId}`;
    expect(Array.from({ length: 16 }, () => status(kit, token, document))).toEqual([...Array(15).fill(200), 429]);
    kit.nowMs += 60_000;
    expect([status(kit, token, document), status(kit, token, document)]).toEqual([200, 429]);
  });

  it('count each seller and each operation by itself', () => {
    const kit = createKit();
    const token = kit.token();
    for (let i = 0; i < 10; i += 1) status(kit, token);
    expect(status(kit, token)).toBe(429);
    expect(status(kit, kit.token())).toBe(429);
    expect(status(kit, kit.token(OTHER_REFRESH_TOKEN))).toBe(200);
    expect(status(kit, token, '/sellers/v1/marketplaceParticipations')).toBe(200);
  });

  it('never fill a bucket above its burst', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US'])] });
    kit.get(LIST);
    kit.nowMs += 3_000_000;
    const token = kit.token();
    expect(Array.from({ length: 11 }, () => status(kit, token)).filter((one) => one === 200)).toHaveLength(10);
  });

  it('say 429 in Amazon’s words and show the rate only where Amazon shows it', () => {
    const kit = createKit();
    const token = kit.token();
    const headers = { 'user-agent': 'kit/1', 'x-amz-access-token': token };
    expect(kit.send('GET', LIST, { headers }).headers['x-amzn-ratelimit-limit']).toBe('0.0222');
    expect(kit.send('GET', REPORTS, { headers }).headers['x-amzn-ratelimit-limit']).toBe('0.0222');
    expect(kit.get(`${DOCUMENTS}/amzn1.spdoc.none`).headers['x-amzn-ratelimit-limit']).toBe('0.0167');
    for (let i = 0; i < 8; i += 1) status(kit, token);
    const refused = kit.send('GET', LIST, { headers });
    expect(refused.json()).toEqual({
      errors: [{ code: 'QuotaExceeded', message: 'You exceeded your quota for the requested resource.', details: '' }],
    });
    expect(refused.headers['x-amzn-ratelimit-limit']).toBeUndefined();
    expect(kit.send('GET', LIST).headers['x-amzn-ratelimit-limit']).toBeDefined();
    expect(kit.get(LIST, { 'x-amz-access-token': '' }).headers['x-amzn-ratelimit-limit']).toBeUndefined();
  });
});
