import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMemoryQuotas } from '../../src/amazon/memory-quotas.ts';
import { readJson } from '../../src/amazon/read-json.ts';
import type { QuotaStore } from '../../src/app/index.ts';
import {
  collect,
  connect,
  createClient,
  createWorld,
  problemOf,
  REPORTS,
  type Reply,
  report,
  SECRETS,
  SELLER,
  START_MS,
  serve,
  TOKEN_EXPIRED,
  tokenReply,
} from './amazon-stand-in.ts';

const SINCE = '2026-11-01T00:00:00Z';
const READ = {
  operation: 'listTransactions',
  path: '/finances/2024-06-19/transactions',
  read: (body: Uint8Array) => readJson(body, z.object({})),
} as const;

describe('a request to the Selling Partner API', () => {
  it('carries the token, the time, the user agent and nothing of AWS signatures', async () => {
    const world = await createWorld(() => ({ body: { reports: [] } }));
    await collect(world.amazon.reports.list(SINCE));
    const [request] = world.asked();
    expect(request?.method).toBe('GET');
    expect(request?.headers).toMatchObject({
      'x-amz-access-token': 'Atza|canary-access-1',
      'x-amz-date': '20261123T000000Z',
      'user-agent': 'seller-ledger/0.0.0 (Language=TypeScript/7; Platform=test)',
      accept: 'application/json',
    });
    expect(request?.headers.authorization).toBeUndefined();
  });

  it('keeps the path of an endpoint behind a gateway', async () => {
    const server = await serve((request) =>
      request.path.startsWith('/auth') ? tokenReply(1) : { body: { reports: [] } },
    );
    const world = connect(server, {
      settings: {
        region: 'EU',
        clientId: 'c',
        lwaUrl: `${server.url}/auth/o2/token`,
        endpoint: `${server.url}/gateway/amazon`,
      },
    });
    await collect(world.amazon.reports.list(SINCE));
    expect(world.asked()[0]?.path).toBe(`/gateway/amazon${REPORTS}`);
  });

  it.each([400, 404, 413, 415])('answered %i is not repeated, and Amazon is quoted', async (status) => {
    const errors = [{ code: 'InvalidInput', message: 'Invalid\nInput', details: 'createdSince' }];
    const world = await createWorld(() => ({ status, headers: { 'x-amzn-RequestId': 'req-1' }, body: { errors } }));
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({
      code: 'AMAZON_REQUEST_REFUSED',
      kind: 'rejected',
      says: `Amazon refused getReports (${status}, request req-1).`,
      data: 'InvalidInput: Invalid Input: createdSince',
    });
    expect(world.asked()).toHaveLength(1);
  });

  it.each([400, 401, 403])('answered %i with a page instead of errors is refused all the same', async (status) => {
    const world = await createWorld(() => ({ status, body: '<html>Forbidden</html>' }));
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem.kind).toBe('rejected');
    expect(problem.data).toBeUndefined();
    expect(world.asked()).toHaveLength(1);
  });

  it.each([500, 502, 503, 504])('answered %i is repeated until it works', async (status) => {
    let failures = 3;
    const world = await createWorld(() => {
      failures -= 1;
      return failures >= 0 ? { status, body: '<html>' } : { body: { reports: [report('1')] } };
    });
    expect(await collect(world.amazon.reports.list(SINCE))).toHaveLength(1);
    expect(world.asked()).toHaveLength(4);
    expect(world.waits.map((wait) => wait.reason)).toEqual(['retry', 'retry', 'retry']);
  });

  it('is given up after six tries, with the last reason', async () => {
    const world = await createWorld(() => ({ status: 503 }));
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({ code: 'AMAZON_UNAVAILABLE', kind: 'unavailable' });
    expect(problem.says).toContain('6 tries; the last time: status 503');
    expect(world.asked()).toHaveLength(6);
  });

  it('whose connection is cut is repeated, within the usage plan and not in a hot loop', async () => {
    const world = await createWorld((_, response) => {
      response.destroy();
      return 'handled';
    });
    const before = world.clock.nowMs();
    expect(await problemOf(collect(world.amazon.reports.list(SINCE)))).toMatchObject({ code: 'AMAZON_UNAVAILABLE' });
    expect(world.asked()).toHaveLength(6);
    expect(world.clock.nowMs() - before).toBe(500 + 1_000 + 2_000 + 4_000 + 8_000);
  });

  it('whose answer breaks off in the middle is repeated', async () => {
    let count = 0;
    const world = await createWorld((_, response) => {
      count += 1;
      if (count > 1) return { body: { reports: [] } };
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"reports":[', () => response.destroy());
      return 'handled';
    });
    expect(await collect(world.amazon.reports.list(SINCE))).toEqual([]);
    expect(world.asked()).toHaveLength(2);
  });

  it('that is never answered ends after its time-out', async () => {
    const world = await createWorld(() => 'handled', { timeoutMs: 100 });
    const checks = await world.amazon.ping();
    expect(checks[1]?.says).toMatch(/^AMAZON_UNAVAILABLE: .* did not answer within 100 ms/);
  });

  it('that drips in for ever ends after twice its time-out', async () => {
    const world = await createWorld(async (_, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      for (let piece = 0; piece < 10 && !response.destroyed; piece += 1) {
        world.clock.advance(9_000);
        await new Promise((resolve) => response.write(' ', resolve));
      }
      return 'handled' as const;
    });
    const checks = await world.amazon.ping();
    expect(checks[1]?.says).toMatch(/took longer than 60000 ms; \d+ bytes had arrived/);
  });

  it.each([
    ['a web page', '<!doctype html><title>Welcome</title>', /looks like a web page/],
    ['cut short', '{"reports":[{"reportId":"1"', /cut short or broken/],
    ['empty', '', /empty/],
    ['another shape', { payload: [] }, /member reports/],
    ['not UTF-8', new Uint8Array([0x22, 0xe4, 0x22]), /not UTF-8/],
  ])('answered 200 with a body that is %s says so without quoting it', async (_, body, fault) => {
    const world = await createWorld(() => ({ body }));
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE', kind: 'unavailable' });
    expect(problem.says).toMatch(fault);
    expect(problem.says).not.toMatch(/Welcome|reportId/);
  });

  it('answered with more than 8 MiB is not taken into memory', async () => {
    let sent = 0;
    const world = await createWorld((_, response) => {
      const piece = Buffer.alloc(1024 * 1024, 0x20);
      const push = () => {
        while (!response.destroyed && sent < 1_024) {
          sent += 1;
          if (!response.write(piece)) {
            response.once('drain', push);
            return;
          }
        }
        response.end();
      };
      push();
      return 'handled';
    });
    const checks = await world.amazon.ping();
    expect(checks[1]?.says).toMatch(/larger than 8388608 bytes/);
    expect(sent).toBeLessThan(128);
  });

  it('for orders or events may be answered with up to 32 MiB', async () => {
    const large = JSON.stringify({ padding: ' '.repeat(9 * 1024 * 1024) });
    const { api, asked } = await createClient(() => ({ body: large }));
    expect(await api.get(READ)).toMatchObject({ value: {} });
    // It would be as large the next time, so that it is not asked for again.
    const problem = await problemOf(api.get({ ...READ, operation: 'listSummary' }));
    expect(problem.code).toBe('AMAZON_ANSWER_UNREADABLE');
    expect(problem.says).toContain('larger than 8388608 bytes');
    expect(asked()).toHaveLength(2);
  });

  it('follows no redirect, so that no token goes to another host', async () => {
    const elsewhere = await serve(() => ({ body: { reports: [] } }));
    const world = await createWorld(() => ({ status: 302, headers: { location: elsewhere.url } }));
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE' });
    expect(elsewhere.received).toHaveLength(0);
  });

  it('reads characters that are split between two pieces of the answer', async () => {
    const name = 'Zürich – 東京 €';
    const bytes = Buffer.from(JSON.stringify({ reports: [report('1', { marketplaceIds: [name] })] }), 'utf8');
    const world = await createWorld(async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.socket?.setNoDelay(true);
      for (const byte of bytes) await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
      response.end();
      return 'handled' as const;
    });
    const [listing] = await collect(world.amazon.reports.list(SINCE));
    expect(listing?.marketplaceIds).toEqual([name]);
  });

  it('control: the same bytes decoded piece by piece would be damaged', () => {
    const bytes = Buffer.from('Zürich – 東京 €', 'utf8');
    const damaged = [...bytes].map((byte) => Buffer.of(byte).toString('utf8')).join('');
    expect(damaged).not.toBe('Zürich – 東京 €');
  });
});

describe('looking for one thing', () => {
  it.each([
    ['in Amazon’s words', { errors: [{ code: 'NotFound', message: 'no such order' }] }],
    ['with nothing', ''],
  ])('finds nothing when Amazon answers 404 %s', async (_, body) => {
    const { api, asked } = await createClient(() => ({ status: 404, body }));
    expect(await api.find({ ...READ, operation: 'getOrder' })).toBeUndefined();
    expect(asked()).toHaveLength(1);
  });

  it('does not take the page of a proxy for Amazon’s word that there is nothing', async () => {
    const { api } = await createClient(() => ({ status: 404, body: '<html>Not found</html>' }));
    expect(await problemOf(api.find(READ))).toMatchObject({ code: 'AMAZON_REQUEST_REFUSED' });
  });

  it('control: otherwise it is like any other request', async () => {
    const { api } = await createClient(() => ({ body: {} }));
    expect(await api.find(READ)).toMatchObject({ value: {} });
    const denied = await createClient(() => ({ status: 403, body: { errors: [{ code: 'Unauthorized' }] } }));
    expect(await problemOf(denied.api.find(READ))).toMatchObject({ code: 'AMAZON_ACCESS_DENIED' });
  });
});

describe('a request with a restricted data token', () => {
  const restrictedToken = 'Atz.sprdt|canary-restricted';

  it('carries it instead of the access token, and needs no login', async () => {
    const { api, asked, tokenRequests } = await createClient(() => ({ body: {} }));
    await api.get({ ...READ, restrictedToken });
    expect(asked()[0]?.headers['x-amz-access-token']).toBe(restrictedToken);
    expect(tokenRequests()).toHaveLength(0);
  });

  it('is not repeated when the token has expired, and the token is not quoted', async () => {
    const errors = [{ ...TOKEN_EXPIRED.errors[0], message: `no ${restrictedToken}` }];
    const { api, asked, tokenRequests, facts, logged } = await createClient(() => ({ status: 403, body: { errors } }));
    const problem = await problemOf(api.get({ ...READ, restrictedToken }));
    expect(problem).toMatchObject({ code: 'AMAZON_TOKEN_REFUSED', kind: 'rejected' });
    expect(problem.says).toContain('restricted data token has expired');
    expect(JSON.stringify([problem, facts, logged])).not.toContain('canary');
    expect(asked()).toHaveLength(1);
    expect(tokenRequests()).toHaveLength(0);
  });
});

describe('the order of a call', () => {
  it('is login, then usage plan, then request: a login between the last two would delay what has been counted', async () => {
    const order: string[] = [];
    const states = createMemoryQuotas({ nowMs: () => 0, sleep: () => Promise.resolve() });
    const quotas: QuotaStore = {
      update: (key, change) => {
        order.push(`usage plan after ${tokenRequests().length} logins and ${asked().length} requests`);
        return states.update(key, change);
      },
    };
    const { api, asked, tokenRequests } = await createClient(() => ({ body: {} }), { quotas });
    await api.get(READ);
    expect(order).toEqual(['usage plan after 1 logins and 0 requests']);
  });

  it('looks at the token again after a wait, so that none is sent that expired meanwhile', async () => {
    const issuedMs = new Map<string, number>();
    const { api, clock, tokenRequests } = await createClient(
      (request) => {
        const token = String(request.headers['x-amz-access-token']);
        if (!issuedMs.has(token)) issuedMs.set(token, clock.nowMs());
        return clock.nowMs() - issuedMs.get(token)! < 100_000 ? { body: {} } : { status: 403, body: TOKEN_EXPIRED };
      },
      { tokenSeconds: 100 },
    );
    for (let call = 0; call < 20; call += 1) await api.get({ ...READ, operation: 'getReports' });
    expect(clock.nowMs()).toBeGreaterThan(START_MS + 400_000);
    expect(tokenRequests().length).toBeGreaterThan(4);
    expect(tokenRequests().length).toBeLessThan(11);
  });

  it('a denial names the role of its own operation', async () => {
    const { api } = await createClient(() => ({ status: 403, body: { errors: [{ code: 'Unauthorized' }] } }));
    const nextOf = async (operation: 'searchOrders' | 'listPayouts') =>
      (await problemOf(api.get({ ...READ, operation }))).next;
    expect(await nextOf('searchOrders')).toMatch(/role Inventory and Order Tracking;/);
    expect(await nextOf('listPayouts')).toMatch(/role Finance and Accounting;/);
  });

  it.each([
    ['after six 503', 503, /the last time: status 503, request req-9/],
    ['after six 429', 429, /last request req-9/],
  ])('a problem %s names Amazon’s id of the last request', async (_, status, says) => {
    const { api } = await createClient(() => ({ status, headers: { 'x-amzn-RequestId': 'req-9' } }));
    expect((await problemOf(api.get(READ))).says).toMatch(says);
  });
});

describe('the record of each request', () => {
  it('names operation, seller, status, Amazon’s request id, duration and attempt', async () => {
    let count = 0;
    const world = await createWorld((_, response) => {
      count += 1;
      if (count === 1) {
        response.destroy();
        return 'handled';
      }
      if (count === 2) return { status: 503 };
      return { headers: { 'x-amzn-RequestId': 'req-3' }, body: { reports: [] } };
    });
    await collect(world.amazon.reports.list(SINCE));
    const common = { region: 'EU', marketplaceIds: [], sellerAccount: SELLER, durationMs: 0 };
    expect(world.exchanges).toEqual([
      { ...common, operation: 'lwaToken', status: 200, amazonRequestId: null, attempt: 1 },
      { ...common, operation: 'getReports', status: null, amazonRequestId: null, attempt: 1 },
      { ...common, operation: 'getReports', status: 503, amazonRequestId: null, attempt: 2 },
      { ...common, operation: 'getReports', status: 200, amazonRequestId: 'req-3', attempt: 3 },
    ]);
    expect(world.exchanges).toHaveLength(world.server.received.length);
  });

  it('names the marketplaces that a request names', async () => {
    const { api, facts } = await createClient(() => ({ body: {} }));
    await api.get({ ...READ, query: { marketplaceIds: 'A1PA6795UKMFR9,A13V1IB3VIYZZH' } });
    await api.get({ ...READ, query: { marketplaceId: 'A1PA6795UKMFR9' } });
    await api.get(READ);
    expect(facts.slice(1).map((each) => each.marketplaceIds)).toEqual([
      ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
      ['A1PA6795UKMFR9'],
      undefined,
    ]);
  });

  it('that cannot be written stops the work', async () => {
    const world = await createWorld(() => ({ body: { reports: [report('1')] } }), {
      onExchange: async () => {
        throw new Error('the audit log is full');
      },
    });
    await expect(collect(world.amazon.reports.list(SINCE))).rejects.toThrow('the audit log is full');
    expect(world.asked()).toHaveLength(0);
  });
});

describe('secrets', () => {
  /** Everything a person or a log could get to see of a value. */
  function renderings(value: unknown): string {
    const own = value instanceof Error ? [value.message, value.stack, inspect(value.cause)] : [];
    return [JSON.stringify(value), String(value), inspect(value, { depth: 10, showHidden: true }), ...own].join('\n');
  }

  const echo = `${SECRETS.clientSecret} ${SECRETS.refreshToken} Atza|canary-access-1 https://x/?X-Amz-Signature=canary-signature`;
  const signed = '/document?X-Amz-Signature=canary-signature&X-Amz-Security-Token=canary-session';
  const responders: Record<string, Reply[]> = {
    'refused token': [{ status: 400, body: { error: 'invalid_grant', error_description: echo } }],
    'unreadable token': [{ status: 200, body: echo }],
    'refused request': [
      tokenReply(1),
      { status: 400, body: { errors: [{ code: 'X', message: echo, details: echo }] } },
    ],
    'denied request': [tokenReply(1), { status: 403, body: { errors: [{ code: 'X', message: echo }] } }],
    'expired twice': [
      tokenReply(1),
      { status: 403, body: TOKEN_EXPIRED },
      { status: 400, body: { error: 'invalid_client', error_description: echo } },
    ],
    'unreadable answer': [tokenReply(1), { body: echo }],
    'refused storage': [tokenReply(1), { body: { reportDocumentId: 'd', url: signed } }, { status: 404, body: echo }],
    'away storage': [tokenReply(1), { body: { reportDocumentId: 'd', url: signed } }, { status: 503, body: echo }],
  };

  it.each(Object.keys(responders))('never appear in a problem, a log, a record or a wait: %s', async (name) => {
    const replies = responders[name]!;
    let count = 0;
    const server = await serve((): Reply => {
      const reply = replies[Math.min(count, replies.length - 1)]!;
      count += 1;
      const body = reply.body as { url?: string };
      return body?.url === signed ? { body: { ...body, url: `${server.url}${signed}` } } : reply;
    });
    const world = connect(server);
    const call = name.includes('storage')
      ? world.amazon.reports.download('d')
      : collect(world.amazon.reports.list(SINCE));
    const problem = await problemOf(call as Promise<unknown>);
    const seen = [problem, world.logged, world.exchanges, world.waits, world.amazon].map(renderings).join('\n');
    expect(seen).toContain(problem.code);
    expect(seen).not.toContain('canary');
    // What is hidden was there to be seen: the server had been sent the secrets.
    expect(decodeURIComponent(world.tokenRequests()[0]!.body)).toContain(SECRETS.refreshToken);
  });

  it('control: the search finds a secret wherever it hides', () => {
    const planted = new Error('x', { cause: { config: { data: 'canary' } } });
    expect(renderings(planted)).toContain('canary');
    expect(renderings({ deep: { er: { toJSON: () => 'canary' } } })).toContain('canary');
  });

  it('do not show when the whole of Amazon is printed after use', async () => {
    const world = await createWorld(() => ({ body: { reports: [] } }));
    await collect(world.amazon.reports.list(SINCE));
    expect(renderings(world.amazon)).not.toContain('canary');
  });
});

describe('closing', () => {
  it('ends a wait that is under way, and refuses what comes after', async () => {
    let closing: Promise<void> | undefined;
    const world = await createWorld(() => ({ status: 503 }), {
      onWait: () => {
        closing ??= world.amazon.close();
      },
    });
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({ code: 'AMAZON_CLOSED', kind: 'unavailable' });
    await closing;
    const asked = world.asked().length;
    expect(await problemOf(collect(world.amazon.reports.list(SINCE)))).toMatchObject({ code: 'AMAZON_CLOSED' });
    expect(world.asked()).toHaveLength(asked);
  });

  it('ends a request that is under way', async () => {
    const world = await createWorld(() => {
      void world.amazon.close();
      return 'handled';
    });
    expect(await problemOf(collect(world.amazon.reports.list(SINCE)))).toMatchObject({ code: 'AMAZON_CLOSED' });
  });
});
