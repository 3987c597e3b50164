import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../src/core/index.ts';
import type { CompanyCode, PostingKey } from '../../src/ledger/index.ts';
import { sayJournalEntryService } from '../../src/sap/journal-entry-service.ts';
import {
  accessFor,
  exampleMessage,
  friendly,
  ledgerFor,
  OAUTH,
  plainMessage,
  type Reply,
  SapStandIn,
  type Script,
} from './sap-stand-in.ts';

const REQUIRED: Reply = { status: 403, headers: { 'x-csrf-token': 'Required' }, body: 'CSRF token validation failed' };

const LOOK_UP = {
  postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
  companyCode: '1010' as CompanyCode,
  postingDate: '2026-11-14' as LocalDate,
};

function keys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `AMZKEY${String(index).padStart(10, '0')}`);
}

describe('the session token (CSRF)', () => {
  it('is fetched once by HEAD on the service root with its slash, however many posts wait', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url);
    const outcomes = await Promise.all(keys(20).map((key) => ledger.post(plainMessage(key))));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(20).fill('posted'));
    expect(sap.of('post')).toHaveLength(20);
    expect(sap.of('csrf').map(({ method, url }) => `${method} ${url}`)).toEqual([
      'HEAD /sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/',
    ]);
  });

  it('goes with every post, and every cookie goes with it whatever its name', async () => {
    const sap = await SapStandIn.start({
      csrf: () => ({
        headers: {
          'x-csrf-token': 'csrf-token-1==',
          'set-cookie': [
            'SAP_SESSIONID_Q7X_100=abc%3d; path=/; HttpOnly',
            'anything=1=2; secure',
            'BIGipServer~x=9; path=/',
          ],
        },
      }),
    });
    const { ledger } = ledgerFor(sap.url);
    await ledger.post(plainMessage());
    expect(sap.of('post')[0]!.headers['x-csrf-token']).toBe('csrf-token-1==');
    expect(sap.of('post')[0]!.headers.cookie).toBe('SAP_SESSIONID_Q7X_100=abc%3d; anything=1=2; BIGipServer~x=9');
  });

  it('keeps cookies that later answers change or delete', async () => {
    let posts = 0;
    const sap = await SapStandIn.start({
      post: (request) => {
        posts += 1;
        const reply = friendly.post(request) as Reply;
        const cookies = ['sap-usercontext=changed; path=/', 'SAP_SESSIONID_XYZ_100=; Max-Age=0'];
        return { ...reply, headers: { ...reply.headers, ...(posts === 1 && { 'set-cookie': cookies }) } };
      },
    });
    const { ledger } = ledgerFor(sap.url);
    await ledger.post(plainMessage('AMZA'));
    await ledger.post(plainMessage('AMZB'));
    expect(sap.of('post')[1]!.headers.cookie).toBe('sap-usercontext=changed');
  });

  it('is fetched by GET where HEAD gives none', async () => {
    const sap = await SapStandIn.start({
      csrf: (request) => (request.method === 'HEAD' ? { status: 405 } : friendly.csrf(request)),
    });
    const { ledger } = ledgerFor(sap.url);
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.of('csrf').map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('is not needed where SAP answers the fetch well but gives none', async () => {
    const sap = await SapStandIn.start({
      csrf: () => ({ headers: { 'content-type': 'application/json' }, body: '{}' }),
    });
    const { ledger } = ledgerFor(sap.url);
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.of('post')[0]!.headers['x-csrf-token']).toBeUndefined();
  });

  it('is fetched again after 20 minutes, and control: not a moment before', async () => {
    const sap = await SapStandIn.start();
    const { ledger, clock } = ledgerFor(sap.url);
    await ledger.post(plainMessage('AMZA'));
    clock.ms += 20 * 60_000 - 1;
    await ledger.post(plainMessage('AMZB'));
    expect(sap.of('csrf')).toHaveLength(1);
    clock.ms += 1;
    await ledger.post(plainMessage('AMZC'));
    expect(sap.of('csrf')).toHaveLength(2);
  });

  it('refused with x-csrf-token: Required is fetched again once, without the old cookies, and the post is repeated once', async () => {
    let posts = 0;
    let fetches = 0;
    const sap = await SapStandIn.start({
      csrf: () => {
        fetches += 1;
        return { headers: { 'x-csrf-token': `token-${fetches}`, 'set-cookie': [`session=${fetches}`] } };
      },
      post: (request) => {
        posts += 1;
        return posts === 1 ? { ...REQUIRED, headers: { 'X-CSRF-Token': 'REQUIRED' } } : friendly.post(request);
      },
    });
    const { ledger } = ledgerFor(sap.url);
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.received.map(({ method, headers }) => [method, headers['x-csrf-token'], headers.cookie])).toEqual([
      ['HEAD', 'Fetch', undefined],
      ['POST', 'token-1', 'session=1'],
      ['HEAD', 'Fetch', undefined],
      ['POST', 'token-2', 'session=2'],
    ]);
  });

  it('refused for many posts at once is fetched again only once', async () => {
    let fetches = 0;
    const sap = await SapStandIn.start({
      csrf: () => {
        fetches += 1;
        return { headers: { 'x-csrf-token': `token-${fetches}` } };
      },
      post: (request) => (request.headers['x-csrf-token'] === 'token-1' ? REQUIRED : friendly.post(request)),
    });
    const { ledger } = ledgerFor(sap.url);
    const outcomes = await Promise.all(keys(20).map((key) => ledger.post(plainMessage(key))));
    expect(outcomes.every(({ outcome }) => outcome === 'posted')).toBe(true);
    expect(fetches).toBe(2);
  });

  it('refused twice ends in a problem that says nothing was booked', async () => {
    const sap = await SapStandIn.start({ post: () => REQUIRED });
    const { ledger } = ledgerFor(sap.url);
    const outcome = await ledger.post(plainMessage());
    expect(outcome).toMatchObject({ outcome: 'unavailable', problem: { code: 'SAP_SESSION_REFUSED' } });
    expect(sap.of('post')).toHaveLength(2);
    expect(sap.of('csrf')).toHaveLength(2);
  });

  it('403 without that header is a missing authorisation and is never repeated', async () => {
    const sap = await SapStandIn.start({ post: () => ({ status: 403, body: 'Forbidden' }) });
    const { ledger } = ledgerFor(sap.url);
    const outcome = await ledger.post(plainMessage());
    expect(outcome).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_NOT_AUTHORISED', kind: 'rejected' },
    });
    expect(sap.of('post')).toHaveLength(1);
    expect(sap.of('csrf')).toHaveLength(1);
  });

  it('401 drops the session, so that the next post begins with a new one', async () => {
    let posts = 0;
    const sap = await SapStandIn.start({
      post: (request) => {
        posts += 1;
        return posts === 1 ? { status: 401 } : friendly.post(request);
      },
    });
    const { ledger } = ledgerFor(sap.url);
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_LOGIN_REFUSED', kind: 'rejected' },
    });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.of('csrf')).toHaveLength(2);
  });

  it('and cookies never go to another host, which is posted to without them', async () => {
    const home = await SapStandIn.start({
      read: async (request) => ({ ...(await friendly.read(request)), headers: { 'set-cookie': 'session=home' } }),
    });
    const other = await SapStandIn.start();
    const { ledger } = ledgerFor(home.url, { settings: { journalEntryUrl: `${other.url}/post` } });
    await ledger.findByPostingKey(LOOK_UP);
    await ledger.findByPostingKey(LOOK_UP);
    // control: the host that set it gets it back.
    expect(home.of('read')[1]!.headers.cookie).toBe('session=home');
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(other.of('post')[0]!.headers.cookie).toBeUndefined();
    expect(other.of('post')[0]!.headers['x-csrf-token']).toBeUndefined();
  });
});

describe('a token fetch that fails', () => {
  const html = { headers: { 'content-type': 'text/html' }, body: '<html><body>Maintenance</body></html>' };
  const cases: [string, Reply, string, string][] = [
    ['a maintenance page', { status: 503, ...html }, 'unavailable', 'SAP_HTML_PAGE'],
    ['a maintenance page with status 200', { status: 200, ...html }, 'unavailable', 'SAP_HTML_PAGE'],
    ['a refused log-on', { status: 401 }, 'rejected', 'SAP_LOGIN_REFUSED'],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }, 'rejected', 'SAP_REDIRECTED'],
    [
      'a service that is not active',
      { status: 403, body: '{"error":{"code":"/IWFND/MED/170","message":{"lang":"en","value":"No service found"}}}' },
      'rejected',
      'SAP_SERVICE_NOT_ACTIVE',
    ],
    ['a lost connection', { delivery: 'destroy' }, 'unavailable', 'SAP_UNREACHABLE'],
  ];
  it.each(cases)('%s: the post is not sent', async (_name, reply, kind, code) => {
    const sap = await SapStandIn.start({ csrf: () => reply });
    const { ledger } = ledgerFor(sap.url);
    const result = await ledger.post(plainMessage());
    expect(result).toMatchObject({ outcome: 'unavailable', problem: { code, kind } });
    expect(result.exchange.httpStatus).toBeNull();
    expect(sap.of('post')).toEqual([]);
  });

  it('is forgotten: the next post fetches again', async () => {
    let fetches = 0;
    const sap = await SapStandIn.start({
      csrf: (request) => {
        fetches += 1;
        return fetches === 1 ? { status: 503, headers: { 'retry-after': '7' } } : friendly.csrf(request);
      },
    });
    const { ledger } = ledgerFor(sap.url);
    expect(await ledger.post(plainMessage())).toMatchObject({ outcome: 'unavailable', retryAfterMs: 7_000 });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
  });
});

describe('the access token (OAuth 2)', () => {
  it('is asked for once, however many callers wait, and the secret goes to the token server only', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
    // Look-ups, because posts already wait for one another at the session token.
    await Promise.all(keys(100).map(() => ledger.findByPostingKey(LOOK_UP)));
    expect(sap.of('read')).toHaveLength(100);
    expect(sap.of('token')).toHaveLength(1);
    expect(sap.of('token')[0]!.body).toBe('grant_type=client_credentials');
    expect(sap.of('token')[0]!.headers.authorization).toBe(
      `Basic ${Buffer.from('sb-client!b1|x:client-secret-canary').toString('base64')}`,
    );
    expect(new Set(sap.of('read').map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer token-1-abcdef']),
    );
  });

  it('is asked for with the credentials in the body where the settings say so', async () => {
    const sap = await SapStandIn.start();
    const authentication = {
      ...OAUTH.settings(sap.url).authentication,
      sendCredentials: 'body' as const,
      scope: 'API_X',
    };
    const { ledger } = ledgerFor(sap.url, { settings: { authentication }, secrets: OAUTH.secrets });
    await ledger.post(plainMessage());
    expect(sap.of('token')[0]!.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(sap.of('token')[0]!.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'API_X',
      client_id: 'sb-client!b1|x',
      client_secret: 'client-secret-canary',
    });
  });

  it.each([
    [3600, 3480],
    [100, 80],
  ])('of %i s is renewed after %i s: 120 s or a fifth of its life before the end', async (lifeS, renewS) => {
    const sap = await SapStandIn.start({
      token: () => ({ body: JSON.stringify({ access_token: 'token-abc', expires_in: String(lifeS) }) }),
    });
    const { ledger, clock } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
    await ledger.post(plainMessage('AMZA'));
    clock.ms += renewS * 1000 - 1;
    await ledger.post(plainMessage('AMZB'));
    expect(sap.of('token')).toHaveLength(1);
    clock.ms += 1;
    await ledger.post(plainMessage('AMZC'));
    expect(sap.of('token')).toHaveLength(2);
  });

  const refusals: [number, string, string, string][] = [
    [401, '{"error":"invalid_client"}', 'rejected', 'SAP_TOKEN_REFUSED'],
    [400, '{"error":"invalid_scope"}', 'rejected', 'SAP_TOKEN_REFUSED'],
    [404, 'not here', 'rejected', 'SAP_TOKEN_REFUSED'],
    [503, 'busy', 'unavailable', 'SAP_TOKEN_UNAVAILABLE'],
    [200, '<html>log on</html>', 'unavailable', 'SAP_TOKEN_UNAVAILABLE'],
  ];
  it.each(refusals)('answered %i %s: %s, and nothing else is sent', async (status, body, kind, code) => {
    const sap = await SapStandIn.start({ token: () => ({ status, body }) });
    const { ledger } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
    expect(await ledger.post(exampleMessage({ lines: plainMessage().entry.lines }))).toMatchObject({
      outcome: 'unavailable',
      problem: { code, kind },
    });
    expect(sap.received).toHaveLength(1);
  });

  /** From now on SAP refuses the token it took until then, whoever is asked. */
  function revocable() {
    let revoked = '';
    const isRevoked = (authorization: string | undefined) => authorization === revoked;
    const guarded =
      (answer: Script['read']): Script['read'] =>
      (request) =>
        isRevoked(request.headers.authorization) ? { status: 401 } : answer(request);
    let tokens = 0;
    const token = () => {
      tokens += 1;
      return { body: JSON.stringify({ access_token: `token-${tokens}-abc`, expires_in: 3600 }) };
    };
    const script = { token, csrf: guarded(friendly.csrf), post: guarded(friendly.post), read: guarded(friendly.read) };
    return {
      script,
      revoke: (value: string) => {
        revoked = `Bearer ${value}`;
      },
    };
  }

  it.each([
    ['by the service that took it', 'posted'],
    ['by a service that never took one', 'unasked'],
  ])(
    'that had worked and is refused later %s: unavailable, and the next one asks for a new token',
    async (_by, before) => {
      const { script, revoke } = revocable();
      const sap = await SapStandIn.start(script);
      const { client, ledger } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
      if (before === 'posted') await ledger.post(plainMessage());
      else await client.ping();
      const count = sap.of('post').length;
      revoke('token-1-abc');
      expect(await ledger.post(plainMessage('AMZB'))).toMatchObject({
        outcome: 'unavailable',
        problem: { code: 'SAP_TOKEN_EXPIRED' },
      });
      expect((await ledger.post(plainMessage('AMZB'))).outcome).toBe('posted');
      expect([sap.of('token').length, sap.of('post').length - count]).toEqual([2, 2]);
    },
  );

  describe('that the journal entry service takes never, but other services do', () => {
    async function withoutOauth(script: Partial<Script> = {}) {
      const sap = await SapStandIn.start({ post: () => ({ status: 401 }), ...script });
      return { sap, ...ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets }) };
    }

    it('is a matter for a person, and costs the others neither token nor session', async () => {
      const { sap, ledger } = await withoutOauth();
      for (let time = 0; time < 2; time += 1) {
        expect(await ledger.post(plainMessage())).toMatchObject({
          outcome: 'unavailable',
          problem: { code: 'SAP_OAUTH_NOT_TAKEN', kind: 'rejected', next: expect.stringContaining('basic') },
        });
      }
      await ledger.findByPostingKey(LOOK_UP);
      expect([sap.of('token').length, sap.of('csrf').length, sap.of('post').length]).toEqual([1, 1, 2]);
    });

    it('is told by a question that books nothing', async () => {
      const read: Script['read'] = (request) =>
        request.url.includes('/srt/') ? { status: 401 } : friendly.read(request);
      const sap = await SapStandIn.start({ read });
      const { access } = accessFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
      await expect(sayJournalEntryService(access)).rejects.toMatchObject({ code: 'SAP_OAUTH_NOT_TAKEN' });
      expect(sap.of('post')).toEqual([]);
      // control: by user and password it is the log-on that is refused.
      const basic = accessFor(sap.url).access;
      await expect(sayJournalEntryService(basic)).rejects.toMatchObject({ code: 'SAP_LOGIN_REFUSED' });
    });

    it('control: where the item cube cannot say, a new token is tried', async () => {
      const { sap, ledger } = await withoutOauth({ read: () => ({ status: 503 }) });
      expect(await ledger.post(plainMessage())).toMatchObject({ problem: { code: 'SAP_TOKEN_EXPIRED' } });
      await ledger.post(plainMessage());
      expect(sap.of('token')).toHaveLength(2);
    });
  });

  it('control: one that never worked is a refused log-on', async () => {
    const sap = await SapStandIn.start({ csrf: () => ({ status: 401 }) });
    const { ledger } = ledgerFor(sap.url, { settings: OAUTH.settings(sap.url), secrets: OAUTH.secrets });
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_LOGIN_REFUSED', kind: 'rejected' },
    });
  });
});
