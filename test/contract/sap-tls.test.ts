import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SapSecrets } from '../../src/sap/index.ts';
import { friendly, ledgerFor, plainMessage } from './sap-stand-in.ts';

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

// Certificates are made for this run: no private key belongs into a repository.
describe.skipIf(!hasOpenssl)('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sap-tls-'));
  const file = (name: string) => readFileSync(join(folder, name), 'utf8');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const posts: string[] = [];
  let server: Server;
  let url = '';

  beforeAll(async () => {
    const make = (name: string, subject: string) =>
      openssl(
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...[
          '-subj',
          subject,
          '-addext',
          'subjectAltName=IP:127.0.0.1',
          '-keyout',
          `${name}.key`,
          '-out',
          `${name}.crt`,
        ],
      );
    make('server', '/CN=127.0.0.1');
    make('client', '/CN=AMZ_POST');
    openssl(
      'pkcs12',
      '-export',
      '-in',
      'client.crt',
      '-inkey',
      'client.key',
      '-out',
      'client.p12',
      '-passout',
      'pass:p12-pass',
    );
    server = createServer(
      {
        key: file('server.key'),
        cert: file('server.crt'),
        ca: file('client.crt'),
        requestCert: true,
        rejectUnauthorized: true,
      },
      async (request, response) => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        if (request.method === 'POST')
          posts.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
        const received = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
        const reply = await (request.method === 'POST' ? friendly.post(received) : friendly.csrf(received));
        response.writeHead(200, reply.headers as Record<string, string>);
        response.end(reply.body);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(folder, { recursive: true });
  });

  const post = (settings: object, secrets: SapSecrets) =>
    ledgerFor(url, { settings, secrets }).ledger.post(plainMessage());

  it('logs on by a client certificate given as PEM', async () => {
    const outcome = await post(
      { authentication: { type: 'certificate', certPem: file('client.crt') }, caPem: file('server.crt') },
      { keyPem: file('client.key') },
    );
    expect(outcome.outcome).toBe('posted');
    expect(posts.at(-1)).toBe('AMZ_POST');
  });

  it('logs on by a client certificate given as PKCS #12', async () => {
    const outcome = await post(
      { authentication: { type: 'certificate' }, caPem: file('server.crt') },
      { p12Base64: readFileSync(join(folder, 'client.p12')).toString('base64'), passphrase: 'p12-pass' },
    );
    expect(outcome.outcome).toBe('posted');
  });

  it('refuses a server whose authority it does not know: nothing is sent', async () => {
    const before = posts.length;
    const outcome = await post(
      { authentication: { type: 'certificate', certPem: file('client.crt') } },
      { keyPem: file('client.key') },
    );
    expect(outcome).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_CERTIFICATE_REFUSED', kind: 'rejected' },
    });
    expect(posts.length).toBe(before);
  });

  it('says so when SAP asks for a client certificate and there is none: nothing is booked', async () => {
    const before = posts.length;
    const outcome = await post({ caPem: file('server.crt') }, { password: 'password-canary' });
    expect(outcome.outcome).not.toBe('posted');
    expect(outcome.outcome).not.toBe('unknown');
    expect(posts.length).toBe(before);
  });

  const examine = async (settings: object, secrets: SapSecrets) => {
    const checks = await ledgerFor(url, { settings, secrets }).client.doctor({ companyCodes: [], trial: null });
    return checks.find(({ ok }) => !ok);
  };

  it('of an unknown authority is told by the doctor with the setting that mends it', async () => {
    const failed = await examine(
      { authentication: { type: 'certificate', certPem: file('client.crt') } },
      { keyPem: file('client.key') },
    );
    expect(failed).toMatchObject({
      name: 'session',
      code: 'SAP_CERTIFICATE_REFUSED',
      says: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      next: expect.stringContaining('give it as caPem'),
    });
  });

  it('without a client certificate is told by the doctor with the way to log on', async () => {
    const failed = await examine({ caPem: file('server.crt') }, { password: 'password-canary' });
    // Whether the alert or the end of the connection arrives first is a matter of chance; both lead to the same.
    expect(failed).toMatchObject({
      name: 'session',
      next: expect.stringMatching(/client certificate.*type certificate/),
    });
  });

  it('refuses a passphrase that does not fit before anything is sent', () => {
    const p12Base64 = readFileSync(join(folder, 'client.p12')).toString('base64');
    expect(() =>
      ledgerFor(url, {
        settings: { authentication: { type: 'certificate' } },
        secrets: { p12Base64, passphrase: 'wrong' },
      }),
    ).toThrow(expect.objectContaining({ code: 'SAP_CERTIFICATE_UNREADABLE', kind: 'invalid' }));
  });
});
