/** A proxy between us and SAP: what it sees, and what is certain when it fails. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createGeneralLedger } from '../../src/sap/general-ledger.ts';
import { sapSettingsSchema } from '../../src/sap/index.ts';
import { startProxy } from './proxy-stand-in.ts';
import { accessFor, ledgerFor, OAUTH, plainMessage, SapStandIn } from './sap-stand-in.ts';
import { hasOpenssl, makeCertificates, startTlsSap, type TlsSap } from './tls-kit.ts';

const BASIC = `Basic ${Buffer.from('proxy-user:proxy-password-canary').toString('base64')}`;
const keys = (count: number) => Array.from({ length: count }, (_, index) => `AMZKEY${index}`);
const PASSWORD = { password: 'password-canary' };

describe('through a proxy', () => {
  it('goes everything, also what is asked of the token server, and tunnels are kept open from post to post', async () => {
    const sap = await SapStandIn.start();
    const proxy = await startProxy();
    const settings = { ...OAUTH.settings(sap.url), proxyUrl: proxy.url };
    const { ledger } = ledgerFor(sap.url, { settings, secrets: OAUTH.secrets });
    for (const key of keys(20)) expect((await ledger.post(plainMessage(key))).outcome).toBe('posted');
    const host = new URL(sap.url).host;
    expect(new Set(proxy.asked)).toEqual(new Set([host]));
    expect(proxy.asked.length).toBeLessThan(10);
    expect(proxy.headers[0]!['proxy-authorization']).toBeUndefined();
    expect(sap.of('token')).toHaveLength(1);
    expect(sap.of('post')).toHaveLength(20);
  });

  it('logs on there by user and password, or by a header of its own, which SAP never sees', async () => {
    const sap = await SapStandIn.start();
    const proxy = await startProxy({ authorization: BASIC });
    const settings = { proxyUrl: proxy.url, proxyUser: 'proxy-user' };
    const byPassword = ledgerFor(sap.url, {
      settings,
      secrets: { ...PASSWORD, proxyPassword: 'proxy-password-canary' },
    });
    expect((await byPassword.ledger.post(plainMessage())).outcome).toBe('posted');
    const byHeader = ledgerFor(sap.url, {
      settings: { proxyUrl: proxy.url },
      secrets: { ...PASSWORD, proxyAuthorization: BASIC },
    });
    expect((await byHeader.ledger.post(plainMessage())).outcome).toBe('posted');
    expect(JSON.stringify(sap.received)).not.toContain('proxy-authorization');
  });
});

describe('a proxy that fails', () => {
  const refusals: [number, string, string][] = [
    [407, 'SAP_PROXY_LOGIN_REFUSED', 'rejected'],
    [403, 'SAP_PROXY_REFUSED', 'rejected'],
    [405, 'SAP_PROXY_REFUSED', 'rejected'],
    [502, 'SAP_PROXY_UNAVAILABLE', 'unavailable'],
    [503, 'SAP_PROXY_UNAVAILABLE', 'unavailable'],
    [504, 'SAP_PROXY_UNAVAILABLE', 'unavailable'],
  ];
  it.each(refusals)('refuses the tunnel with %i: nothing was sent', async (refuseWith, code, kind) => {
    const sap = await SapStandIn.start();
    const proxy = await startProxy({ refuseWith });
    const { ledger } = ledgerFor(sap.url, { settings: { proxyUrl: proxy.url } });
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code, kind, says: expect.stringContaining(`HTTP ${refuseWith}`) },
      exchange: { httpStatus: null },
    });
    expect(sap.received).toEqual([]);
  });

  it('refuses the tunnel for the post itself, although the session exists: nothing was sent', async () => {
    const home = await SapStandIn.start();
    const other = await SapStandIn.start();
    const rules: { refuseWith?: number } = {};
    const proxy = await startProxy(rules);
    const settings = { proxyUrl: proxy.url, journalEntryUrl: `${other.url}/post` };
    const { access } = accessFor(home.url, { settings });
    await access.session.prepare();
    rules.refuseWith = 502;
    expect(await createGeneralLedger(access).post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_PROXY_UNAVAILABLE' },
    });
    expect(other.received).toEqual([]);
  });

  it('does not run', async () => {
    const sap = await SapStandIn.start();
    const proxy = await startProxy();
    await proxy.stop();
    const { ledger } = ledgerFor(sap.url, { settings: { proxyUrl: proxy.url } });
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_PROXY_UNAVAILABLE', says: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('is a server that is no proxy', async () => {
    const sap = await SapStandIn.start();
    const noProxy = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url, { settings: { proxyUrl: noProxy.url } });
    const outcome = await ledger.post(plainMessage());
    expect(outcome).toMatchObject({ outcome: 'unavailable', problem: { code: expect.stringMatching(/^SAP_PROXY_/) } });
    expect(sap.received).toEqual([]);
  });

  it('loses the tunnel after the post was sent: it is unknown', async () => {
    const proxy = await startProxy();
    const sap = await SapStandIn.start({
      post: () => {
        proxy.cut();
        return { delivery: 'hang' };
      },
    });
    const { ledger } = ledgerFor(sap.url, { settings: { proxyUrl: proxy.url } });
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unknown',
      problem: { code: 'SAP_ANSWER_LOST' },
    });
    expect(sap.of('post')).toHaveLength(1);
  });

  it('does not keep an entry from being too late', async () => {
    const sap = await SapStandIn.start();
    const proxy = await startProxy();
    const { clock, ledger } = ledgerFor(sap.url, { settings: { proxyUrl: proxy.url } });
    const outcome = await ledger.post(plainMessage(), { leaveByMs: clock.nowMs() - 1 });
    expect(outcome).toMatchObject({ outcome: 'unavailable', problem: { code: 'SAP_SENT_TOO_LATE' } });
    // control: in its last moment it goes through the same proxy.
    expect((await ledger.post(plainMessage(), { leaveByMs: clock.nowMs() })).outcome).toBe('posted');
    expect(sap.of('post')).toHaveLength(1);
  });

  it('repeats our log-on in no problem', async () => {
    const proxy = await startProxy({ authorization: 'another' });
    const { ledger, logged } = ledgerFor('http://127.0.0.1:9', {
      settings: { proxyUrl: proxy.url, proxyUser: 'proxy-user' },
      secrets: { ...PASSWORD, proxyPassword: 'proxy-password-canary' },
    });
    const outcome = await ledger.post(plainMessage());
    expect(outcome).toMatchObject({ problem: { code: 'SAP_PROXY_LOGIN_REFUSED' } });
    expect(JSON.stringify([outcome, logged])).not.toMatch(/proxy-password-canary|cHJveHktdXNlcj/);
  });
});

describe.skipIf(!hasOpenssl)('a tunnel to SAP over TLS', () => {
  const certificates = makeCertificates();
  let sap: TlsSap;
  let caPem = '';

  beforeAll(async () => {
    certificates.make('server');
    caPem = certificates.text('server.crt');
    sap = await startTlsSap({ key: certificates.text('server.key'), cert: caPem });
  });

  it('shows the proxy host and port, and nothing else', async () => {
    const proxy = await startProxy();
    const { ledger } = ledgerFor(sap.url, { settings: { proxyUrl: proxy.url, caPem } });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${sap.port}`]));
    const seen = Buffer.concat(proxy.passed).toString('latin1');
    expect(seen).not.toMatch(/HTTP\/1\.1|JournalEntry|AMZABCDEFGHIJKLM|Basic /);
    // control: SAP saw all of it.
    expect(JSON.stringify(sap.received)).toMatch(/JournalEntry[\s\S]*AMZABCDEFGHIJKLM/);
  });

  it('is refused where the certificate is not trusted, as without a proxy', async () => {
    const before = sap.received.length;
    const proxy = await startProxy();
    const { ledger } = ledgerFor(sap.url, { settings: { proxyUrl: proxy.url } });
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_CERTIFICATE_REFUSED', kind: 'rejected' },
    });
    expect(sap.received).toHaveLength(before);
  });
});

describe('the settings of a proxy', () => {
  const issuesOf = (proxy: object) =>
    sapSettingsSchema.safeParse({
      baseUrl: 'https://sap.example',
      journalEntryUrl: 'https://sap.example/post',
      authentication: { type: 'basic', user: 'x' },
      createdByUser: 'X',
      ...proxy,
    }).error?.issues[0]?.message;

  it.each([
    'http://user:pass@proxy.example:8080',
    'socks5://proxy.example',
    'proxy.example:8080',
    'http://proxy.example/path',
  ])('refuse %s', (proxyUrl) => {
    expect(issuesOf({ proxyUrl })).toContain('must be http(s)://host:port');
  });

  it('control: take an address, also without TLS, because what passes is a tunnel', () => {
    expect(issuesOf({ proxyUrl: 'http://proxy.example:8080' })).toBeUndefined();
    expect(issuesOf({ proxyUrl: 'https://proxy.example' })).toBeUndefined();
  });

  it('with a user but without a password are not usable', () => {
    const settings = { proxyUrl: 'http://proxy.example:8080', proxyUser: 'proxy-user' };
    expect(() => ledgerFor('https://sap.example', { settings })).toThrow(
      expect.objectContaining({ code: 'SAP_SECRET_MISSING', where: { path: 'proxyPassword' } }),
    );
  });
});
