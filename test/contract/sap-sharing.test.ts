/** What connections to one SAP system share, and what a posting costs in requests. */
import { describe, expect, it } from 'vitest';
import { createSapSystems, type SapSecrets } from '../../src/sap/index.ts';
import { entityOf } from '../../src/sap/odata.ts';
import {
  accessFor,
  friendly,
  ledgerFor,
  OAUTH,
  plainMessage,
  type Reply,
  SapStandIn,
  type Script,
} from './sap-stand-in.ts';

const keys = (count: number) => Array.from({ length: count }, (_, index) => `AMZKEY${String(index).padStart(10, '0')}`);
const oauth = (url: string) => ({ settings: OAUTH.settings(url), secrets: OAUTH.secrets });

describe('a posting costs one request', () => {
  it('and a session two more: 100 posts are 1 token, 1 session token and 100 posts', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url, oauth(sap.url));
    for (const key of keys(100)) await ledger.post(plainMessage(key));
    expect([sap.of('token').length, sap.of('csrf').length, sap.of('post').length]).toEqual([1, 1, 100]);
    expect(sap.received).toHaveLength(102);
  });

  it('when the session ends on the way, one more session token and the refused post again', async () => {
    let posts = 0;
    const sap = await SapStandIn.start({
      post: (request) => {
        posts += 1;
        return posts === 50 ? { status: 403, headers: { 'x-csrf-token': 'Required' } } : friendly.post(request);
      },
    });
    const { ledger } = ledgerFor(sap.url, oauth(sap.url));
    for (const key of keys(100)) expect((await ledger.post(plainMessage(key))).outcome).toBe('posted');
    expect([sap.of('token').length, sap.of('csrf').length, sap.of('post').length]).toEqual([1, 2, 101]);
  });
});

it('connections are kept open from post to post, also after the fetch of a session token', async () => {
  const sap = await SapStandIn.start();
  const { ledger } = ledgerFor(sap.url, oauth(sap.url));
  for (const key of keys(20)) await ledger.post(plainMessage(key));
  expect(sap.of('post')).toHaveLength(20);
  expect(sap.connectionCount).toBeLessThan(10);
});

describe('two connections of one process', () => {
  type Change = Parameters<typeof ledgerFor>[1];
  async function both(one: Change, other: Change, script: Partial<Script> = {}) {
    const systems = createSapSystems();
    const sap = await SapStandIn.start(script);
    const base = oauth(sap.url);
    const open = (change: Change) =>
      ledgerFor(sap.url, { ...base, ...change, settings: { ...base.settings, ...change?.settings }, systems });
    const clients = [open(one), open(other)] as const;
    await Promise.all(clients.map(({ ledger }, index) => ledger.post(plainMessage(`AMZ${index}`))));
    return { sap, clients, open };
  }

  it('to the same system as the same user share token and session, also where they post differently', async () => {
    const { sap } = await both({}, { settings: { createdByUser: 'OTHER' } });
    expect([sap.of('token').length, sap.of('csrf').length, sap.of('post').length]).toEqual([1, 1, 2]);
    expect(
      sap
        .of('post')
        .map(({ body }) => /<CreatedByUser>(.*?)</.exec(body)?.[1])
        .sort(),
    ).toEqual(['AMZ_POST', 'OTHER']);
  });

  const apart: [string, Change][] = [
    ['another language', { settings: { language: 'DE' } }],
    ['another client', { settings: { client: '200' } }],
    ['other headers', { settings: { extraHeaders: { 'x-gateway': 'b' } } }],
    ['other secret headers', { secrets: { ...OAUTH.secrets, headers: { apikey: 'another-key-canary' } } }],
    ['another secret', { secrets: { clientSecret: 'another-secret-canary' } }],
  ];
  it.each(apart)('with %s share nothing', async (_name, change) => {
    const { sap } = await both({}, change);
    expect([sap.of('token').length, sap.of('csrf').length, sap.of('post').length]).toEqual([2, 2, 2]);
  });

  it('go on when one of them closes, and the last one closes the connections', async () => {
    const { sap, clients, open } = await both({}, {});
    await clients[0].client.close();
    await clients[0].client.close();
    expect((await clients[1].ledger.post(plainMessage('AMZC'))).outcome).toBe('posted');
    expect(sap.of('csrf')).toHaveLength(1);
    await clients[1].client.close();
    // control: whoever comes after the last one begins anew.
    expect((await open({}).ledger.post(plainMessage('AMZD'))).outcome).toBe('posted');
    expect(sap.of('csrf')).toHaveLength(2);
  });

  it('an access that cannot be opened leaves nothing behind', () => {
    const systems = createSapSystems();
    const open = (secrets: SapSecrets) => ledgerFor('https://sap.example', { secrets, systems });
    expect(() => open({})).toThrow(expect.objectContaining({ code: 'SAP_SECRET_MISSING' }));
    const unreadable = { p12Base64: 'bm8gcDEy' };
    const certificate = {
      settings: { authentication: { type: 'certificate' as const } },
      secrets: unreadable,
      systems,
    };
    expect(() => ledgerFor('https://sap.example', certificate)).toThrow(
      expect.objectContaining({ code: 'SAP_CERTIFICATE_UNREADABLE' }),
    );
    expect(open({ password: 'password-canary' }).client).toBeDefined();
  });
});

describe('requests to one system at a time', () => {
  /** Answers only when told, so that the test sees how many wait. */
  function held() {
    const waiting: (() => void)[] = [];
    let most = 0;
    let now = 0;
    const read: Script['read'] = async (): Promise<Reply> => {
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => waiting.push(resolve));
      now -= 1;
      return { headers: { 'content-type': 'application/json' }, body: '{"d":{"CompanyCode":"1010"}}' };
    };
    return { read, most: () => most, waiting };
  }

  const query = {
    service: 'API_COMPANYCODE_SRV',
    resource: entityOf('A_CompanyCode', { CompanyCode: '1' }),
    select: ['CompanyCode'],
  };

  async function mostAtOnce(limits: readonly [number, number], change: object = {}) {
    const { read, most, waiting } = held();
    const sap = await SapStandIn.start({ read });
    const systems = createSapSystems();
    const settings = (parallelRequestsMax: number) => ({ parallelRequestsMax });
    const one = accessFor(sap.url, { settings: settings(limits[0]), systems });
    const other = accessFor(sap.url, { settings: { ...settings(limits[1]), language: 'DE', ...change }, systems });
    const reads = Array.from({ length: 12 }, (_, index) => (index % 2 ? one : other).access.odata.readRow(query));
    const limit = Math.min(...limits);
    for (let left = reads.length; left > 0; left -= 1) {
      // As many as may come at a time have come before the first of them is answered.
      while (waiting.length < Math.min(limit, left)) await new Promise((resolve) => setImmediate(resolve));
      waiting.shift()?.();
    }
    await Promise.all(reads);
    return { most: most(), count: sap.of('read').length };
  }

  it('are as many as the setting says, over all connections to it', async () => {
    expect(await mostAtOnce([3, 3])).toEqual({ most: 3, count: 12 });
  });

  it('are the fewest that one of them asks for', async () => {
    expect(await mostAtOnce([6, 2])).toEqual({ most: 2, count: 12 });
  });

  it('count over all clients of the system', async () => {
    expect(await mostAtOnce([3, 3], { client: '200' })).toEqual({ most: 3, count: 12 });
  });

  it('are more again when the connection that asked for the fewest has closed, and control: not before', async () => {
    const { read, waiting } = held();
    const sap = await SapStandIn.start({ read });
    const systems = createSapSystems();
    const one = accessFor(sap.url, { settings: { parallelRequestsMax: 3 }, systems });
    const strict = accessFor(sap.url, { settings: { parallelRequestsMax: 1, language: 'DE' }, systems });
    const reads = Array.from({ length: 3 }, () => one.access.odata.readRow(query));
    while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve));
    // A whole exchange with the same server, so that whoever was let in besides has come by now.
    await fetch(`${sap.url}/token`);
    expect(waiting).toHaveLength(1);
    await strict.access.close();
    while (waiting.length < 3) await new Promise((resolve) => setImmediate(resolve));
    for (const answer of waiting) answer();
    await Promise.all(reads);
  });

  it('who waits for a place until its last moment is not sent, and control: nobody waits in vain', async () => {
    const { read, waiting } = held();
    const sap = await SapStandIn.start({ read });
    const { access, clock } = accessFor(sap.url, { settings: { parallelRequestsMax: 1 } });
    await access.session.prepare();
    const reading = access.odata.readRow(query);
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const write = access.odata.create('API_X', 'A_X', { Name: 'x' }, { leaveByMs: clock.ms + 100 });
    clock.ms += 101;
    waiting.shift()?.();
    await reading;
    expect(await write).toMatchObject({ outcome: 'unavailable', problem: { code: 'SAP_SENT_TOO_LATE' } });
    expect(sap.of('post')).toEqual([]);
    expect((await access.odata.create('API_X', 'A_X', { Name: 'x' }, { leaveByMs: clock.ms })).outcome).not.toBe(
      'unavailable',
    );
  });

  it('waiting for a place counts neither against the time-out nor as duration', async () => {
    const { read, waiting } = held();
    const sap = await SapStandIn.start({ read });
    const { access, clock, requests } = accessFor(sap.url, {
      settings: { parallelRequestsMax: 1, readTimeoutMs: 5_000 },
    });
    const first = access.odata.readRow(query);
    const second = access.odata.readRow(query);
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.ms += 4_000;
    waiting.shift()?.();
    await first;
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.ms += 4_000;
    waiting.shift()?.();
    await second;
    expect(requests.map(({ durationMs }) => durationMs)).toEqual([4_000, 4_000]);
  });
});
