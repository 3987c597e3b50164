import { setMaxListeners } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { HttpClient } from '../../src/amazon/http.ts';
import { type LwaGrant, LwaTokens, ROTATION_SCOPE } from '../../src/amazon/lwa-tokens.ts';
import { createTokenCache, type TokenCache } from '../../src/amazon/token-cache.ts';
import { silentLog } from '../../src/core/index.ts';
import {
  collect,
  connect,
  createWorld,
  evenChance,
  problemOf,
  REPORTS,
  type Reply,
  report,
  SECRETS,
  SELLER,
  type Server,
  serve,
  settingsFor,
  TOKEN_EXPIRED,
  tokenReply,
  VirtualClock,
} from './amazon-stand-in.ts';

interface TokensOptions {
  readonly cache?: TokenCache;
  readonly grant?: LwaGrant;
  readonly clock?: VirtualClock;
  readonly secrets?: typeof SECRETS;
}

async function serveTokens(replies: readonly Reply[] | ((ordinal: number) => Reply)) {
  let count = 0;
  return serve(() => {
    count += 1;
    return typeof replies === 'function' ? replies(count) : (replies[count - 1] ?? replies[replies.length - 1]!);
  });
}

/** One connection's tokens. Closing ends what it has under way. */
function tokensAt(server: Server, options: TokensOptions = {}) {
  const clock = options.clock ?? new VirtualClock();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const tokens = new LwaTokens({
    settings: settingsFor(server.url),
    secrets: options.secrets ?? SECRETS,
    grant: options.grant ?? { type: 'refresh' },
    cache: options.cache ?? createTokenCache(),
    sellerAccount: SELLER,
    userAgent: 'seller-ledger/0.0.0 (Language=TypeScript/7; Platform=test)',
    timeoutMs: 5_000,
    http: new HttpClient({ clock, signal: closing.signal, connectTimeoutMs: 5_000 }),
    clock,
    randomness: evenChance,
    log: silentLog,
    onExchange: () => {},
    onWait: () => {},
    signal: closing.signal,
  });
  return { tokens, clock, close: () => closing.abort(new Error('closed')) };
}

async function createTokens(replies: readonly Reply[] | ((ordinal: number) => Reply), options: TokensOptions = {}) {
  const server = await serveTokens(replies);
  return { ...tokensAt(server, options), server };
}

const refusal = (status: number, error: string): Reply => ({
  status,
  body: { error, error_description: 'In the words of Amazon', error_index: '0', request_id: 'x' },
});

describe('the access token', () => {
  it('is asked for with the documented form, every value encoded', async () => {
    const { tokens, server } = await createTokens(tokenReply);
    expect(await tokens.get()).toBe('Atza|canary-access-1');
    const [request] = server.received;
    expect(request?.method).toBe('POST');
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: SECRETS.refreshToken,
      client_id: 'amzn1.application-oa2-client.example',
      client_secret: SECRETS.clientSecret,
    });
    expect(request?.body).not.toContain('|');
  });

  it('is asked for once however many need it at the same time', async () => {
    const { tokens, server } = await createTokens(tokenReply);
    const all = await Promise.all(Array.from({ length: 10_000 }, () => tokens.get()));
    expect(new Set(all)).toEqual(new Set(['Atza|canary-access-1']));
    expect(server.received).toHaveLength(1);
  });

  it('is kept until 120 s before it expires and renewed then', async () => {
    const { tokens, server, clock } = await createTokens(tokenReply);
    await tokens.get();
    clock.advance((3600 - 120) * 1_000 - 1);
    expect(await tokens.get()).toBe('Atza|canary-access-1');
    expect(server.received).toHaveLength(1);
    clock.advance(1);
    expect(await Promise.all([tokens.get(), tokens.get()])).toEqual(['Atza|canary-access-2', 'Atza|canary-access-2']);
    expect(server.received).toHaveLength(2);
  });

  it('of a short life is renewed after four fifths of it', async () => {
    const { tokens, clock } = await createTokens((ordinal) => tokenReply(ordinal, 100));
    await tokens.get();
    clock.advance(79_999);
    expect(await tokens.get()).toBe('Atza|canary-access-1');
    clock.advance(1);
    expect(await tokens.get()).toBe('Atza|canary-access-2');
  });

  it('that was replaced in the meantime is not thrown away with the one that was refused', async () => {
    const { tokens, server } = await createTokens(tokenReply);
    const first = await tokens.get();
    tokens.discard(first);
    const second = await tokens.get();
    tokens.discard(first);
    expect(await tokens.get()).toBe(second);
    expect(server.received).toHaveLength(2);
  });

  it('a caller that gives up does not take the token away from the others', async () => {
    const { tokens, server } = await createTokens(tokenReply);
    const impatient = new AbortController();
    const [given, kept] = [tokens.get(impatient.signal), tokens.get()];
    impatient.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
    expect(await kept).toBe('Atza|canary-access-1');
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['invalid_grant', 400, 'AMAZON_LOGIN_REVOKED', /Seller Central/],
    ['invalid_client', 401, 'AMAZON_CLIENT_REFUSED', /rotate the secret/],
    ['unauthorized_client', 400, 'AMAZON_LOGIN_REFUSED', /Seller Central/],
    ['invalid_scope', 400, 'AMAZON_LOGIN_REFUSED', /Seller Central/],
    ['invalid_request', 400, 'AMAZON_LOGIN_REFUSED', /Seller Central/],
    ['access_denied', 403, 'AMAZON_LOGIN_REFUSED', /Seller Central/],
    ['a_code_of_tomorrow', 400, 'AMAZON_LOGIN_REFUSED', /Seller Central/],
  ])('refused with %s is not asked for again and a person is told what to do', async (error, status, code, next) => {
    const { tokens, server } = await createTokens([refusal(status, error)]);
    const problem = await problemOf(tokens.get());
    expect(problem).toMatchObject({ code, kind: 'rejected' });
    expect(problem.next).toMatch(next);
    expect(problem.data).toBe(`${status} ${error}: In the words of Amazon`);
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [refusal(500, 'server_error')],
    [refusal(400, 'server_error')],
    [refusal(400, 'temporarily_unavailable')],
    [{ status: 503, body: '<html>Service Unavailable</html>' }],
    [{ status: 429, body: '' }],
  ])('is asked for again when the answer says later: %j', async (later) => {
    const { tokens, server } = await createTokens([later, later, tokenReply(3)]);
    expect(await tokens.get()).toBe('Atza|canary-access-3');
    expect(server.received).toHaveLength(3);
  });

  it('is given up after four tries, each later than the one before, within a minute', async () => {
    const { tokens, server, clock } = await createTokens([{ status: 503 }]);
    const before = clock.nowMs();
    expect(await problemOf(tokens.get())).toMatchObject({
      code: 'AMAZON_LOGIN_UNAVAILABLE',
      kind: 'unavailable',
      next: expect.stringMatching(/reaches http:\/\/(127\.0\.0\.1|localhost):\d+\.$/),
    });
    expect(server.received).toHaveLength(4);
    expect(clock.nowMs() - before).toBe(500 + 1_000 + 2_000);
  });

  it('after a failure is asked for anew by the next caller', async () => {
    const { tokens } = await createTokens([refusal(400, 'invalid_grant'), tokenReply(2)]);
    await problemOf(tokens.get());
    expect(await tokens.get()).toBe('Atza|canary-access-2');
  });

  it.each([
    ['a web page', '<html>Sign in to the hotel network</html>', /web page/],
    ['cut short', '{"access_token":"Atza|canary-acc', /cut short/],
    ['empty', '', /empty/],
    ['without a lifetime', { access_token: 'Atza|canary' }, /expires_in/],
    ['with a line break', { access_token: 'Atza|canary\r\nx: y', expires_in: 3600 }, /access_token/],
    ['not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), /UTF-8/],
  ])('in an answer that is %s is not used, and the answer is not quoted', async (_, body, fault) => {
    const { tokens } = await createTokens([{ body }]);
    const problem = await problemOf(tokens.get());
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE', kind: 'unavailable' });
    expect(problem.says).toMatch(fault);
    expect(JSON.stringify(problem)).not.toContain('canary');
  });
});

describe('a cache of tokens that connections share', () => {
  /** Three connections; the first request for a token is answered only when the test says so. */
  async function createThree(cacheOf: () => TokenCache) {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let ordinal = 0;
    const server = await serve(async () => {
      ordinal += 1;
      const reply = tokenReply(ordinal);
      if (ordinal === 1) await held;
      return reply;
    });
    const three = [1, 2, 3].map(() => tokensAt(server, { cache: cacheOf() }));
    const callers = Array.from({ length: 9_999 }, (_, index) => three[index % 3]!.tokens.get());
    const outcomes = Promise.allSettled(callers);
    await vi.waitFor(() => expect(server.received.length).toBeGreaterThan(0));
    return { server, three, outcomes, letGo };
  }

  it('makes 10,000 callers of three connections one request', async () => {
    const cache = createTokenCache();
    const { server, outcomes, letGo } = await createThree(() => cache);
    letGo();
    const texts = (await outcomes).map((each) => (each.status === 'fulfilled' ? each.value : each.reason));
    expect(new Set(texts)).toEqual(new Set(['Atza|canary-access-1']));
    expect(server.received).toHaveLength(1);
  });

  it('control: without it, they make three', async () => {
    const { server, outcomes, letGo } = await createThree(createTokenCache);
    letGo();
    await outcomes;
    expect(server.received).toHaveLength(3);
  });

  it('takes the token from nobody when the connection that fetches is closed: the next one fetches', async () => {
    const cache = createTokenCache();
    const { server, three, outcomes, letGo } = await createThree(() => cache);
    three[0]!.close();
    const settled = await outcomes;
    letGo();
    const of = (connection: number) => settled.filter((_, index) => index % 3 === connection);
    expect(of(0).every((each) => each.status === 'rejected' && each.reason.message === 'closed')).toBe(true);
    for (const each of [...of(1), ...of(2)])
      expect(each).toEqual({ status: 'fulfilled', value: 'Atza|canary-access-2' });
    expect(server.received).toHaveLength(2);
  });

  it('keeps one token for each client and refresh token', async () => {
    const cache = createTokenCache();
    const server = await serveTokens(tokenReply);
    const other = { ...SECRETS, refreshToken: 'Atzr|canary-of-another-seller' };
    const get = (secrets: typeof SECRETS, grant: LwaGrant = { type: 'refresh' }) =>
      tokensAt(server, { cache, secrets, grant }).tokens.get();
    const ofClient: LwaGrant = { type: 'client-credentials', scope: ROTATION_SCOPE };
    const all = [
      await get(SECRETS),
      await get(other),
      await get(SECRETS),
      await get(SECRETS, ofClient),
      await get(other),
    ];
    expect(all.map((text) => text.at(-1))).toEqual(['1', '2', '1', '3', '2']);
  });

  it('shows no token and no secret when it is printed', async () => {
    const cache = createTokenCache();
    await tokensAt(await serveTokens(tokenReply), { cache }).tokens.get();
    expect(inspect(cache, { depth: 10, showHidden: true }) + JSON.stringify(cache)).not.toContain('canary');
  });

  it('is shared by whole connections of a process', async () => {
    const tokenCache = createTokenCache();
    const server = await serve((request) =>
      request.path.startsWith('/auth') ? tokenReply(1) : { body: { reports: [] } },
    );
    const [one, two] = [connect(server, { tokenCache }), connect(server, { tokenCache })];
    await collect(one.amazon.reports.list('2026-11-01T00:00:00Z'));
    await one.amazon.close();
    await collect(two.amazon.reports.list('2026-11-01T00:00:00Z'));
    expect(two.tokenRequests()).toHaveLength(1);
  });
});

describe('a token of the application alone', () => {
  it('is asked for by its scope and without the refresh token, because Amazon never takes both', async () => {
    const grant = { type: 'client-credentials', scope: ROTATION_SCOPE } as const;
    const { tokens, server } = await createTokens(tokenReply, { grant });
    await tokens.get();
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'sellingpartnerapi::client_credential:rotation',
      client_id: 'amzn1.application-oa2-client.example',
      client_secret: SECRETS.clientSecret,
    });
  });
});

describe('a token that Amazon holds for expired', () => {
  it('is renewed once and the request repeated once', async () => {
    const world = await createWorld((request) =>
      request.headers['x-amz-access-token'] === 'Atza|canary-access-1'
        ? { status: 403, body: TOKEN_EXPIRED }
        : { body: { reports: [report('1')] } },
    );
    expect(await collect(world.amazon.reports.list('2026-11-01T00:00:00Z'))).toHaveLength(1);
    expect(world.tokenRequests()).toHaveLength(2);
    expect(world.asked()).toHaveLength(2);
  });

  it('is not renewed for ever', async () => {
    const world = await createWorld(() => ({ status: 403, body: TOKEN_EXPIRED }));
    const problem = await problemOf(collect(world.amazon.reports.list('2026-11-01T00:00:00Z')));
    expect(problem).toMatchObject({ code: 'AMAZON_TOKEN_REFUSED', kind: 'rejected' });
    expect(world.tokenRequests()).toHaveLength(2);
    expect(world.asked()).toHaveLength(2);
  });

  it('is renewed once for all requests that were under way with it', async () => {
    const world = await createWorld((request) =>
      request.headers['x-amz-access-token'] === 'Atza|canary-access-1'
        ? { status: 403, body: TOKEN_EXPIRED }
        : { body: { reports: [] } },
    );
    await Promise.all(Array.from({ length: 5 }, () => collect(world.amazon.reports.list('2026-11-01T00:00:00Z'))));
    expect(world.tokenRequests()).toHaveLength(2);
    expect(world.asked()).toHaveLength(10);
  });

  it.each([
    ['an expired client secret', 'The LWA secret token you provided has expired.', 'AMAZON_CLIENT_SECRET_EXPIRED'],
    ['no details', '', 'AMAZON_ACCESS_DENIED'],
    ['other details', 'Your certificate expired; this is about no token of access.', 'AMAZON_ACCESS_DENIED'],
  ])('control: a 403 with %s renews nothing and repeats nothing', async (_, details, code) => {
    const errors = [{ code: 'Unauthorized', message: 'Access to requested resource is denied.', details }];
    const world = await createWorld(() => ({ status: 403, body: { errors } }));
    const problem = await problemOf(collect(world.amazon.reports.list('2026-11-01T00:00:00Z')));
    expect(problem).toMatchObject({ code, kind: 'rejected' });
    expect(world.tokenRequests()).toHaveLength(1);
    expect(world.asked(REPORTS)).toHaveLength(1);
  });

  it('a denial names the causes in the order to check them: role, region, authorisation', async () => {
    const world = await createWorld(() => ({ status: 403, body: { errors: [{ code: 'Unauthorized' }] } }));
    const { next } = await problemOf(collect(world.amazon.reports.list('2026-11-01T00:00:00Z')));
    expect(next).toMatch(/role Finance and Accounting.*region.*365 days/);
  });
});

describe('a login that is refused', () => {
  it('sends nothing to the Selling Partner API', async () => {
    const server = await serve(() => refusal(400, 'invalid_grant'));
    const world = connect(server);
    const problem = await problemOf(collect(world.amazon.reports.list('2026-11-01T00:00:00Z')));
    expect(problem.code).toBe('AMAZON_LOGIN_REVOKED');
    expect(world.asked()).toHaveLength(0);
  });
});
