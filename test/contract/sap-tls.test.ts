import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SapSecrets } from '../../src/sap/index.ts';
import { ledgerFor, plainMessage } from './sap-stand-in.ts';
import { hasOpenssl, makeCertificates, startTlsSap, type TlsSap } from './tls-kit.ts';

describe.skipIf(!hasOpenssl)('TLS', () => {
  const certificates = makeCertificates();
  const file = certificates.text;
  let sap: TlsSap;
  let caPem = '';
  const posts = () => sap.received.filter(({ method }) => method === 'POST');

  beforeAll(async () => {
    certificates.make('server');
    certificates.make('client', { subject: '/CN=AMZ_POST' });
    certificates.make('stranger', { subject: '/CN=STRANGER' });
    certificates.pack('client', 'p12-pass');
    caPem = file('server.crt');
    const mutual = { ca: file('client.crt'), requestCert: true, rejectUnauthorized: true };
    sap = await startTlsSap({ key: file('server.key'), cert: caPem, ...mutual });
  });

  const post = (settings: object, secrets: SapSecrets, url = sap.url) =>
    ledgerFor(url, { settings, secrets }).ledger.post(plainMessage());

  it('logs on by a client certificate given as PEM', async () => {
    const outcome = await post(
      { authentication: { type: 'certificate', certPem: file('client.crt') }, caPem },
      { keyPem: file('client.key') },
    );
    expect(outcome.outcome).toBe('posted');
    expect(posts().at(-1)).toMatchObject({ certificate: 'AMZ_POST' });
    expect(posts().at(-1)!.headers.authorization).toBeUndefined();
  });

  it('logs on by a client certificate given as PKCS #12', async () => {
    const outcome = await post(
      { authentication: { type: 'certificate' }, caPem },
      { p12Base64: certificates.base64('client.p12'), passphrase: 'p12-pass' },
    );
    expect(outcome.outcome).toBe('posted');
  });

  it('refuses a server whose authority it does not know: nothing is sent', async () => {
    const before = posts().length;
    const outcome = await post(
      { authentication: { type: 'certificate', certPem: file('client.crt') } },
      { keyPem: file('client.key') },
    );
    expect(outcome).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_CERTIFICATE_REFUSED', kind: 'rejected' },
    });
    expect(posts()).toHaveLength(before);
  });

  it('says so when SAP asks for a client certificate and there is none, or another one: nothing is booked', async () => {
    const before = posts().length;
    const none = await post({ caPem }, { password: 'password-canary' });
    const another = await post(
      { authentication: { type: 'certificate', certPem: file('stranger.crt') }, caPem },
      { keyPem: file('stranger.key') },
    );
    for (const outcome of [none, another]) {
      expect(outcome.outcome).toBe('unavailable');
      expect(outcome).toMatchObject({
        problem: { code: expect.stringMatching(/^SAP_(CERTIFICATE_REFUSED|UNREACHABLE)$/) },
      });
    }
    expect(posts()).toHaveLength(before);
  });

  it('refuses a passphrase that does not fit before anything is sent', () => {
    const secrets = { p12Base64: certificates.base64('client.p12'), passphrase: 'wrong' };
    expect(() => ledgerFor(sap.url, { settings: { authentication: { type: 'certificate' } }, secrets })).toThrow(
      expect.objectContaining({ code: 'SAP_CERTIFICATE_UNREADABLE', kind: 'invalid' }),
    );
  });

  it('refuses a key that belongs to another certificate', () => {
    const settings = { authentication: { type: 'certificate' as const, certPem: file('client.crt') } };
    expect(() => ledgerFor(sap.url, { settings, secrets: { keyPem: file('stranger.key') } })).toThrow(
      expect.objectContaining({ code: 'SAP_CERTIFICATE_UNREADABLE' }),
    );
  });

  describe('of a token server that takes a certificate instead of a secret', () => {
    let tokenServer: TlsSap;
    let plainSap: TlsSap;
    const oauth = (certPem?: string) => ({
      authentication: {
        type: 'oauth2' as const,
        tokenUrl: `${tokenServer.url}/token`,
        clientId: 'sb-client',
        sendCredentials: 'certificate' as const,
        ...(certPem && { certPem }),
      },
      caPem,
    });

    beforeAll(async () => {
      const server = { key: file('server.key'), cert: caPem };
      const ask = { requestCert: true, ca: file('client.crt') };
      tokenServer = await startTlsSap({ ...server, ...ask, rejectUnauthorized: true });
      // Asks for a certificate as SAP does, and takes whoever has none.
      plainSap = await startTlsSap({ ...server, ...ask, rejectUnauthorized: false });
    });

    it.each(['PEM', 'PKCS #12'])(
      'shows it the certificate (%s) and the client id, and SAP only the token',
      async (form) => {
        const secrets =
          form === 'PEM'
            ? { keyPem: file('client.key') }
            : { p12Base64: certificates.base64('client.p12'), passphrase: 'p12-pass' };
        const outcome = await post(oauth(form === 'PEM' ? file('client.crt') : undefined), secrets, plainSap.url);
        expect(outcome.outcome).toBe('posted');
        const asked = tokenServer.received.at(-1)!;
        expect(asked.certificate).toBe('AMZ_POST');
        expect(asked.headers.authorization).toBeUndefined();
        expect(Object.fromEntries(new URLSearchParams(asked.body))).toEqual({
          grant_type: 'client_credentials',
          client_id: 'sb-client',
        });
        const posted = plainSap.received.at(-1)!;
        expect(posted.headers.authorization).toBe('Bearer token-1-abcdef');
        expect(posted.certificate).toBeNull();
      },
    );

    it('needs the key, and no client secret', () => {
      expect(() => ledgerFor(plainSap.url, { settings: oauth(file('client.crt')), secrets: {} })).toThrow(
        expect.objectContaining({ code: 'SAP_SECRET_MISSING', where: { path: 'keyPem' } }),
      );
    });

    it('that refuses the client says what to check', async () => {
      const refusing = await startTlsSap(
        { key: file('server.key'), cert: caPem },
        { token: () => ({ status: 401, body: '{"error":"invalid_client"}' }) },
      );
      const settings = oauth(file('client.crt'));
      const authentication = { ...settings.authentication, tokenUrl: `${refusing.url}/token` };
      const outcome = await post({ ...settings, authentication }, { keyPem: file('client.key') }, plainSap.url);
      expect(outcome).toMatchObject({
        problem: { code: 'SAP_TOKEN_REFUSED', next: expect.stringContaining('knows this certificate') },
      });
    });
  });

  describe('older than 1.2', () => {
    /** A server that speaks TLS 1.1 only; today's OpenSSL does so only at security level 0. */
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

    it('is not spoken: nothing is sent, and the problem says what to switch on', async () => {
      const ancient = await startTlsSap({ key: file('server.key'), cert: caPem, ...old });
      const outcome = await post({ caPem }, { password: 'password-canary' }, ancient.url);
      expect(outcome).toMatchObject({
        outcome: 'unavailable',
        problem: { code: 'SAP_TLS_REFUSED', kind: 'rejected', next: expect.stringContaining('TLS 1.2') },
      });
      expect(ancient.received).toEqual([]);
      // control: the server works for whoever still speaks TLS 1.1.
      const socket = connect({ host: '127.0.0.1', port: ancient.port, rejectUnauthorized: false, ...old });
      onTestFinished(() => void socket.destroy());
      await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      expect(socket.getProtocol()).toBe('TLSv1.1');
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)('control: %s is spoken', async (version) => {
      const server = await startTlsSap({
        key: file('server.key'),
        cert: caPem,
        minVersion: version,
        maxVersion: version,
      });
      expect((await post({ caPem }, { password: 'password-canary' }, server.url)).outcome).toBe('posted');
    });

    it('nor no TLS at all behind an https address', async () => {
      const http = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
      onTestFinished(() => void http.close());
      await new Promise<void>((resolve) => http.once('listening', () => resolve()));
      const { port } = http.address() as AddressInfo;
      expect(await post({ caPem }, { password: 'password-canary' }, `https://127.0.0.1:${port}`)).toMatchObject({
        outcome: 'unavailable',
        problem: { code: 'SAP_TLS_REFUSED' },
      });
    });
  });

  it('reaches an on-premise system by its own authority, its port, its client and its SOAMANAGER address', async () => {
    const onPremise = await startTlsSap({ key: file('server.key'), cert: caPem });
    const path = '/sap/bc/srt/xip/sap/journalentrycreaterequestconfi/100/amz_service/amz_binding';
    const settings = { client: '100', caPem, baseUrl: `${onPremise.url}/`, journalEntryUrl: `${onPremise.url}${path}` };
    expect((await post(settings, { password: 'password-canary' }, onPremise.url)).outcome).toBe('posted');
    const [fetched, posted] = onPremise.received;
    expect(`${fetched!.method} ${fetched!.url}`).toBe('HEAD /sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/');
    expect(`${posted!.method} ${posted!.url}`).toBe(`POST ${path}`);
    expect([fetched, posted].map((request) => request!.headers['sap-client'])).toEqual(['100', '100']);
  });
});
