/** Certificates made for one run (no private key belongs into a repository), and a SAP that answers over TLS. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll } from 'vitest';
import { friendly, type Received, type Script } from './sap-stand-in.ts';

export const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export interface Certificates {
  /** Makes `name.crt` and `name.key`, signed by itself. */
  make(name: string, options?: { subject?: string; names?: string }): void;
  /** Makes `name.p12` of them. */
  pack(name: string, passphrase: string): void;
  text(file: string): string;
  base64(file: string): string;
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'sap-tls-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    make(name, { subject = '/CN=127.0.0.1', names = 'IP:127.0.0.1' } = {}) {
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
      const certificate = ['-days', '2', '-subj', subject, '-addext', `subjectAltName=${names}`, '-out', `${name}.crt`];
      openssl('req', '-x509', ...key, ...certificate);
    },
    pack(name, passphrase) {
      const input = ['-in', `${name}.crt`, '-inkey', `${name}.key`];
      openssl('pkcs12', '-export', ...input, '-out', `${name}.p12`, '-passout', `pass:${passphrase}`);
    },
    text: (file) => readFileSync(join(folder, file), 'utf8'),
    base64: (file) => readFileSync(join(folder, file)).toString('base64'),
  };
}

export interface TlsSap {
  readonly url: string;
  readonly port: number;
  /** Each request, with the name in the client's certificate. */
  readonly received: (Received & { readonly certificate: string | null })[];
}

/** A SAP over TLS, which answers as the script says; closed when the file's tests end. */
export async function startTlsSap(options: ServerOptions, script: Partial<Script> = {}): Promise<TlsSap> {
  const whole = { ...friendly, ...script };
  const received: (Received & { certificate: string | null })[] = [];
  const server = createServer(options, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    const subject: unknown = (request.socket as TLSSocket).getPeerCertificate()?.subject?.CN;
    received.push({ ...one, certificate: typeof subject === 'string' ? subject : null });
    const purpose = one.url.startsWith('/token') ? 'token' : request.method === 'HEAD' ? 'csrf' : 'post';
    const reply = await whole[purpose](one);
    response.writeHead(reply.status ?? 200, reply.headers as Record<string, string>);
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, port, received };
}
