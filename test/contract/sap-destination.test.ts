/** SAP by a destination of SAP BTP: what is made of what its library says, and what is certain when that fails. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createSapSystems, type FoundDestination } from '../../src/sap/index.ts';
import { startProxy } from './proxy-stand-in.ts';
import { accessFor, friendly, ledgerFor, plainMessage, type Reply, SapStandIn } from './sap-stand-in.ts';
import { hasOpenssl, makeCertificates, startTlsSap } from './tls-kit.ts';

const NAMED = { authentication: { type: 'destination' as const, name: 'S4' } };
const QUERY = { service: 'API_COMPANYCODE_SRV', resource: 'A_CompanyCode', select: ['CompanyCode'] };
const BASIC = { authentication: 'BasicAuthentication', username: 'AMZ_POST', password: 'destination-canary' };
const BASIC_HEADER = `Basic ${Buffer.from('AMZ_POST:destination-canary').toString('base64')}`;

/** A connection that names a destination, which is what `found` says each time it is asked for. */
function connect(found: (times: number) => FoundDestination | null | Error) {
  let times = 0;
  const findDestination = async () => {
    times += 1;
    const answer = found(times);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const opening = { settings: NAMED, secrets: {}, findDestination };
  return { ...ledgerFor('', opening), times: () => times, opening };
}

function tokens(value: string, expiresIn = '3600'): FoundDestination {
  const http_header = { key: 'Authorization', value: `Bearer ${value}` };
  return { authentication: 'OAuth2ClientCredentials', authTokens: [{ value, expiresIn, error: null, http_header }] };
}

function failure(facts: object, cause?: unknown): Error {
  return Object.assign(new Error('library says no', { cause }), facts);
}

describe('a destination on the internet', () => {
  it('gives the address, the log-on and the client; our path is put behind its own', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = connect(() => ({
      ...BASIC,
      url: `${sap.url}/gateway/`,
      sapClient: '100',
      headers: { 'x-own': 'y' },
    }));
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'HEAD /gateway/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/',
      'POST /gateway/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi',
    ]);
    const [post] = sap.of('post');
    expect(post!.headers).toMatchObject({ authorization: BASIC_HEADER, 'sap-client': '100', 'x-own': 'y' });
    expect(post!.headers['x-csrf-token']).toBe('csrf-token-1==');
    expect(post!.headers.host).toBe(new URL(sap.url).host);
  });

  it('is asked once, however many requests wait, and again when its token ends', async () => {
    const sap = await SapStandIn.start();
    const { clock, ledger, times } = connect((time) => ({ ...tokens(`token-${time}-abc`, '120'), url: sap.url }));
    await Promise.all(['AMZA', 'AMZB', 'AMZC'].map((key) => ledger.post(plainMessage(key))));
    clock.ms += 90_000 - 1;
    await ledger.post(plainMessage('AMZD'));
    expect(times()).toBe(1);
    clock.ms += 1;
    await ledger.post(plainMessage('AMZE'));
    expect(times()).toBe(2);
    expect(sap.of('post').at(-1)!.headers.authorization).toBe('Bearer token-2-abc');
  });

  it('is asked again after five minutes, because a password may have changed there', async () => {
    const sap = await SapStandIn.start();
    const { clock, ledger, times } = connect(() => ({ ...BASIC, url: sap.url }));
    await ledger.post(plainMessage('AMZA'));
    clock.ms += 300_000 - 1;
    await ledger.post(plainMessage('AMZB'));
    expect(times()).toBe(1);
    clock.ms += 1;
    await ledger.post(plainMessage('AMZC'));
    expect(times()).toBe(2);
  });

  it('is asked again after SAP refused what it gave', async () => {
    let posts = 0;
    const post = (request: Parameters<typeof friendly.post>[0]) => {
      posts += 1;
      return posts === 1 ? { status: 401 } : friendly.post(request);
    };
    // Whoever is asked refuses the first token once the first post was refused.
    const read = (request: Parameters<typeof friendly.read>[0]) =>
      request.headers.authorization === 'Bearer token-1-abc' ? { status: 401 } : friendly.read(request);
    const sap = await SapStandIn.start({ post, read });
    const { ledger, times } = connect((time) => ({ ...tokens(`token-${time}-abc`), url: sap.url }));
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_TOKEN_EXPIRED', kind: 'unavailable' },
    });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(times()).toBe(2);
  });

  it.each([
    ['an access token that another service takes', tokens('token-1-abc'), 'SAP_OAUTH_NOT_TAKEN', 1],
    ['control: a password, taken by another service or not', BASIC, 'SAP_TOKEN_EXPIRED', 2],
  ])('tells where the journal entry service refuses %s', async (_name, found, code, lookUps) => {
    const sap = await SapStandIn.start({ post: () => ({ status: 401 }) });
    const { ledger, times } = connect(() => ({ ...found, url: sap.url }));
    expect(await ledger.post(plainMessage())).toMatchObject({ outcome: 'unavailable', problem: { code } });
    await ledger.post(plainMessage());
    expect(times()).toBe(lookUps);
  });

  it('follows the next page to the host of the destination, and control: to no other one', async () => {
    const pages: Reply[] = [];
    const sap = await SapStandIn.start({ read: () => pages.shift() ?? { status: 500 } });
    const { opening } = connect(() => ({ ...BASIC, url: `${sap.url}/gateway` }));
    const page = (next?: string): Reply => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ d: { results: [{ CompanyCode: '1010' }], ...(next && { __next: next }) } }),
    });
    const { access } = accessFor('', opening);
    pages.push(page(`${sap.url}/gateway/sap/opu/odata/sap/X/A?$skiptoken=2`), page());
    expect(await access.odata.readRows(QUERY)).toHaveLength(2);
    expect(sap.of('read')[1]!.url).toBe('/gateway/sap/opu/odata/sap/X/A?$skiptoken=2');
    pages.push(page('https://elsewhere.example/sap/opu/odata/sap/X/A?$skiptoken=2'));
    await expect(access.odata.readRows(QUERY)).rejects.toMatchObject({ code: 'SAP_NEXT_PAGE_ELSEWHERE' });
  });

  it('is shared by two connections that name it', async () => {
    const sap = await SapStandIn.start();
    const { opening, times } = connect(() => ({ ...BASIC, url: sap.url }));
    const systems = createSapSystems(opening.findDestination);
    const open = () => ledgerFor('', { settings: NAMED, secrets: {}, systems });
    for (const { ledger } of [open(), open()]) expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect([times(), sap.of('csrf').length]).toEqual([1, 1]);
  });

  it('shows its secrets in no outcome and no log', async () => {
    const sap = await SapStandIn.start({
      read: (request) => ({
        status: 400,
        body: `{"error":{"code":"X/1","message":{"value":"${request.headers.authorization}"}}}`,
      }),
    });
    const { ledger, logged, opening } = connect(() => ({ ...tokens('token-canary-abc'), url: sap.url }));
    const { access } = accessFor('', opening);
    const problem = await access.odata
      .readRows(QUERY)
      .then(String, (error: Error) => access.redactor.problem(error as never));
    const outcome = await ledger.post(plainMessage());
    expect(JSON.stringify([problem, outcome, logged])).not.toContain('token-canary');
  });
});

describe.skipIf(!hasOpenssl)('a destination with certificates', () => {
  const certificates = makeCertificates();
  const base64 = (file: string) => Buffer.from(certificates.text(file)).toString('base64');
  beforeAll(() => {
    certificates.make('server');
    certificates.make('client', { subject: '/CN=AMZ_POST' });
    certificates.pack('client', 'p12-pass');
  });

  const trust = () => ({ trustStoreCertificate: { name: 'ca.pem', content: base64('server.crt') } });
  const store = (name: string, content: string) => ({
    authentication: 'ClientCertificateAuthentication',
    keyStoreName: name,
    certificates: [{ name, content }],
  });

  it.each(['p12', 'pem'])('logs on by its key store (%s) and trusts its trust store only', async (form) => {
    const mutual = { requestCert: true, ca: certificates.text('client.crt'), rejectUnauthorized: true };
    const sap = await startTlsSap({
      key: certificates.text('server.key'),
      cert: certificates.text('server.crt'),
      ...mutual,
    });
    const pem = Buffer.from(certificates.text('client.crt') + certificates.text('client.key')).toString('base64');
    const keys =
      form === 'p12'
        ? { ...store('client.p12', certificates.base64('client.p12')), keyStorePassword: 'p12-pass' }
        : store('client.pem', pem);
    const { ledger } = connect(() => ({ ...keys, ...trust(), url: sap.url }));
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.received.at(-1)).toMatchObject({ certificate: 'AMZ_POST' });
    expect(sap.received.at(-1)!.headers.authorization).toBeUndefined();
    const untrusting = connect(() => ({ ...keys, url: sap.url }));
    expect(await untrusting.ledger.post(plainMessage())).toMatchObject({
      problem: { code: 'SAP_CERTIFICATE_REFUSED' },
    });
  });

  it('says so when its key store did not come along or cannot be opened', async () => {
    const { keyStoreName, ...without } = store('client.p12', certificates.base64('client.p12'));
    for (const keys of [without, { ...without, keyStoreName, keyStorePassword: 'wrong' }]) {
      const { ledger } = connect(() => ({ ...keys, url: 'https://sap.example' }));
      expect(await ledger.post(plainMessage())).toMatchObject({
        outcome: 'unavailable',
        problem: { code: 'SAP_DESTINATION_UNUSABLE', kind: 'rejected' },
      });
    }
  });
});

describe('a destination behind the Cloud Connector', () => {
  const jwt = (exp: number) => `Bearer x.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.y`;

  async function onPremise(
    script: Parameters<typeof SapStandIn.start>[0] = {},
    rules: { authorization?: string } = {},
  ) {
    const sap = await SapStandIn.start(script);
    const proxy = await startProxy({ ...rules, hosts: { 'virtual.example:443': new URL(sap.url).host } });
    const found = (authorization: string): FoundDestination => ({
      ...BASIC,
      proxyType: 'OnPremise',
      url: 'http://virtual.example:443',
      cloudConnectorLocationId: 'Walldorf',
      proxyConfiguration: {
        host: '127.0.0.1',
        port: Number(new URL(proxy.url).port),
        headers: { 'Proxy-Authorization': authorization },
      },
    });
    return { found, proxy, sap };
  }

  it('goes through the connectivity proxy with the whole address, its token and the location', async () => {
    const { found, proxy, sap } = await onPremise();
    const { ledger } = connect(() => found('Bearer connectivity-1'));
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(proxy.asked).toEqual([
      'http://virtual.example:443/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/',
      'http://virtual.example:443/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi',
    ]);
    expect(proxy.headers[1]).toMatchObject({
      'proxy-authorization': 'Bearer connectivity-1',
      'sap-connectivity-scc-location_id': 'Walldorf',
      authorization: BASIC_HEADER,
      host: 'virtual.example:443',
    });
    expect(sap.of('post')).toHaveLength(1);
  });

  it('whose proxy refuses the token certainly sent nothing, and the next try has a new one', async () => {
    const { found, sap } = await onPremise({}, { authorization: 'Bearer connectivity-2' });
    const { ledger, times } = connect((time) => found(`Bearer connectivity-${time}`));
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_CONNECTIVITY_REFUSED', kind: 'unavailable' },
    });
    expect(sap.received).toEqual([]);
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(times()).toBe(2);
  });

  it('whose proxy cannot be reached sent nothing', async () => {
    const { found, proxy } = await onPremise();
    await proxy.stop();
    const { ledger } = connect(() => found('Bearer connectivity-1'));
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_UNREACHABLE' },
    });
  });

  it('whose connector is away leaves an entry unknown, because the proxy speaks for SAP', async () => {
    const { found } = await onPremise({ post: () => ({ status: 503 }) });
    const { ledger } = connect(() => found('Bearer connectivity-1'));
    expect((await ledger.post(plainMessage())).outcome).toBe('unknown');
  });

  it('too late is not sent', async () => {
    const { found, sap } = await onPremise();
    const { clock, ledger } = connect(() => found('Bearer connectivity-1'));
    expect(await ledger.post(plainMessage(), { leaveByMs: clock.ms - 1 })).toMatchObject({
      problem: { code: 'SAP_SENT_TOO_LATE' },
    });
    expect(sap.of('post')).toEqual([]);
  });

  it('is asked again before the token of the proxy ends', async () => {
    const { found } = await onPremise();
    const { clock, ledger, times } = connect(() => found(jwt(Math.floor(clockStart / 1000) + 100)));
    const clockStart = clock.ms;
    await ledger.post(plainMessage('AMZA'));
    clock.ms += 69_000;
    await ledger.post(plainMessage('AMZB'));
    expect(times()).toBe(1);
    clock.ms += 1_000;
    await ledger.post(plainMessage('AMZC'));
    expect(times()).toBe(2);
  });
});

describe('a destination that cannot be used', () => {
  const url = 'https://sap.example';
  const cases: [string, FoundDestination | null | Error, string, string][] = [
    ['is unknown', null, 'SAP_DESTINATION_UNKNOWN', 'rejected'],
    ['is no HTTP destination', { url, type: 'RFC' }, 'SAP_DESTINATION_UNUSABLE', 'rejected'],
    ['has no address', { authentication: 'NoAuthentication' }, 'SAP_DESTINATION_UNUSABLE', 'rejected'],
    ['has an address without TLS', { ...BASIC, url: 'http://sap.example' }, 'SAP_DESTINATION_UNUSABLE', 'rejected'],
    ['trusts everybody', { ...BASIC, url, isTrustingAllCertificates: true }, 'SAP_DESTINATION_UNUSABLE', 'rejected'],
    ['passes a person on', { url, authentication: 'PrincipalPropagation' }, 'SAP_DESTINATION_UNUSABLE', 'rejected'],
    ['lacks a password', { ...BASIC, url, password: null }, 'SAP_DESTINATION_UNUSABLE', 'rejected'],
    ['lacks a connectivity service', { ...BASIC, url, proxyType: 'OnPremise' }, 'SAP_DESTINATION_UNUSABLE', 'rejected'],
    [
      'brought no token',
      { url, authentication: 'OAuth2ClientCredentials', authTokens: [{ error: 'invalid_client' }] },
      'SAP_DESTINATION_REFUSED',
      'rejected',
    ],
    ['is refused', failure({}, failure({ response: { status: 403 } })), 'SAP_DESTINATION_REFUSED', 'rejected'],
    [
      'is refused in words',
      new Error('Error: call failed with status code 401'),
      'SAP_DESTINATION_REFUSED',
      'rejected',
    ],
    ['is away', failure({}, failure({ response: { status: 503 } })), 'SAP_DESTINATION_UNAVAILABLE', 'unavailable'],
    ['is out of reach', failure({}, failure({ code: 'ECONNREFUSED' })), 'SAP_DESTINATION_UNAVAILABLE', 'unavailable'],
    ['asks for too much', failure({ status: 429 }), 'SAP_DESTINATION_UNAVAILABLE', 'unavailable'],
    ['needs a person', new Error('No user token (JWT) has been provided.'), 'SAP_DESTINATION_UNUSABLE', 'rejected'],
  ];
  it.each(cases)('because it %s: nothing is sent', async (_name, found, code, kind) => {
    const { ledger } = connect(() => found);
    expect(await ledger.post(plainMessage())).toMatchObject({ outcome: 'unavailable', problem: { code, kind } });
  });

  it('is looked up anew by the next request', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = connect((time) => (time === 1 ? failure({ code: 'ETIMEDOUT' }) : { ...BASIC, url: sap.url }));
    expect((await ledger.post(plainMessage())).outcome).toBe('unavailable');
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
  });

  it('because nothing can look it up', async () => {
    const { ledger } = ledgerFor('', { settings: NAMED, secrets: {} });
    expect(await ledger.post(plainMessage())).toMatchObject({ problem: { code: 'SAP_DESTINATION_UNBOUND' } });
  });
});

describe('the addresses of a connection', () => {
  const open = (settings: object) => () => ledgerFor('https://sap.example', { settings });
  const unfit = (path: string) =>
    expect.objectContaining({ code: 'SAP_ADDRESS_UNFIT', kind: 'invalid', where: { path } });

  it('are needed without a destination', () => {
    expect(open({ baseUrl: undefined, journalEntryUrl: 'https://sap.example/x' })).toThrow(unfit('baseUrl'));
  });

  it('must not fight with those of a destination', () => {
    expect(open({ ...NAMED, baseUrl: 'https://sap.example' })).toThrow(unfit('baseUrl'));
    expect(open({ ...NAMED, journalEntryUrl: 'https://sap.example/x' })).toThrow(unfit('journalEntryUrl'));
    expect(open({ ...NAMED, proxyUrl: 'http://proxy.example' })).toThrow(unfit('proxyUrl'));
  });

  it('may be the path alone on the host of baseUrl, and control: never another host by two slashes', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url, { settings: { journalEntryUrl: '/post/here' } });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.of('post')[0]!.url).toBe('/post/here');
    expect(open({ journalEntryUrl: '//elsewhere.example/post' })).toThrow('one slash');
  });
});
