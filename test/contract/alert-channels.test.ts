/** How alerts leave: by mail to servers of every kind of mood, and by webhook. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { alertRecord } from '../../src/app/alerts/alert.fixture.ts';
import type { AlertChannel, AlertMessage } from '../../src/app/index.ts';
import { uuidFromName } from '../../src/core/index.ts';
import { alertsSchema } from '../../src/entrypoints/alerts/alert-settings.ts';
import { createEmailChannel } from '../../src/entrypoints/alerts/email-channel.ts';
import { alertWords, findUnknownPlaceholders } from '../../src/entrypoints/alerts/templates.ts';
import { createWebhookChannel } from '../../src/entrypoints/alerts/webhook-channel.ts';
import { type SmtpScript, startSmtp } from './smtp-stand-in.ts';
import { hasOpenssl, makeCertificates } from './tls-kit.ts';

const PASSWORD = 'canary-password-4711';
const NEVER = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const message: AlertMessage = {
  id: uuidFromName('a test'),
  alerts: [
    { kind: 'raised', times: 0, alert: alertRecord({ severity: 'critical' }) },
    { kind: 'resolved', times: 1, alert: alertRecord({ resolvedAt: '2026-11-26T12:00:00.000Z' }) },
  ],
};

async function mailing(script: SmtpScript, email: object = {}, trusted?: string) {
  const server = await startSmtp(script);
  closing.push(() => server.close());
  const settings = alertsSchema.parse({
    email: {
      host: 'localhost',
      port: server.port,
      security: 'none',
      from: 'ledger@company.example',
      to: ['books@company.example', 'it@company.example'],
      ...email,
    },
  }).email!;
  const options = { settings, password: PASSWORD, installation: 'test', timeoutMs: 400 };
  return { server, channel: createEmailChannel({ ...options, ...(trusted !== undefined && { trusted }) }) };
}

/** Also proves that a problem shows neither the password nor the credentials as they are sent. */
async function refusalOf(channel: AlertChannel): Promise<string> {
  const thrown: unknown = await channel.send(message, NEVER).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'ALERT_NOT_DELIVERED', kind: 'unavailable' });
  const said = JSON.stringify(thrown);
  expect(said).not.toContain(PASSWORD);
  expect(said).not.toContain(Buffer.from(`\0anna\0${PASSWORD}`).toString('base64'));
  return (thrown as { says: string }).says;
}

describe('mail', () => {
  it('goes to everybody, as text that names what is wrong and the command that helps, under a lasting id', async () => {
    const { server, channel } = await mailing({});
    await channel.send(message, NEVER);
    await channel.send(message, NEVER);
    const [mail, again] = server.mails;
    expect(mail?.to.join()).toMatch(/books@company\.example.*it@company\.example/);
    expect(mail?.text).toContain('Subject: [test] 1 critical, 1 resolved');
    expect(mail?.text).toContain('CRITICAL: SAP refuses entry AMZ1 of acme.');
    expect(mail?.text).toContain('next: seller-ledger entries show AMZ1');
    const idOf = (text = '') => /^Message-ID: .*$/m.exec(text)?.[0];
    expect(idOf(mail?.text)).toBe(`Message-ID: <${message.id}@company.example>`);
    expect(idOf(again?.text)).toBe(idOf(mail?.text));
  });

  it('is sent with a user and password', async () => {
    const { server, channel } = await mailing({ password: PASSWORD }, { user: 'anna' });
    await channel.send(message, NEVER);
    expect(server.mails).toHaveLength(1);
  });

  it.each<[string, SmtpScript, object, RegExp]>([
    ['a wrong password', { password: 'another' }, { user: 'anna' }, /answered 535/],
    ['a server that does not encrypt', {}, { security: 'starttls' }, /does not offer a secure connection/],
    [
      'a refused STARTTLS',
      { offers: ['STARTTLS'], answers: { STARTTLS: '454 not now' } },
      { security: 'starttls' },
      /secure connection/,
    ],
    ['a server that is full', { answers: { '.': '452 no space' } }, {}, /answered 452/],
    ['a server that does not want the sender', { answers: { MAIL: '550 no' } }, {}, /answered 550 at MAIL/],
    ['a server that says nothing', { isSilent: true }, {}, /did not answer in time/],
  ])('ALERT_NOT_DELIVERED: %s', async (_what, script, email, says) => {
    const { server, channel } = await mailing(script, email);
    expect(await refusalOf(channel)).toMatch(says);
    expect(server.mails).toEqual([]);
  });

  it('says no password to a server that does not encrypt', async () => {
    const { server, channel } = await mailing({ password: PASSWORD }, { security: 'starttls', user: 'anna' });
    await refusalOf(channel);
    expect(server.lines.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
  });

  it('ALERT_NOT_DELIVERED: a server that is not there', async () => {
    const { channel } = await mailing({}, { port: await freePort() });
    expect(await refusalOf(channel)).toContain('no connection to localhost (ECONNREFUSED)');
  });

  describe.skipIf(!hasOpenssl)('over STARTTLS', () => {
    it('is encrypted before anything is said, and only to a server whose certificate is trusted', async () => {
      const certificates = makeCertificates();
      certificates.make('mail', { subject: '/CN=localhost', names: 'DNS:localhost' });
      const certificate = { key: certificates.text('mail.key'), cert: certificates.text('mail.crt') };
      const script = { certificate, password: PASSWORD };
      const email = { security: 'starttls', user: 'anna' };
      const trusting = await mailing(script, email, certificate.cert);
      await trusting.channel.send(message, NEVER);
      expect(trusting.server.mails).toMatchObject([{ isEncrypted: true }]);
      const doubting = await mailing(script, email);
      await refusalOf(doubting.channel);
      expect(doubting.server.mails).toEqual([]);
    });
  });
});

const SIGNING = 'canary-signing-secret-4712';

async function hooking(answer: { status: number; headers?: Record<string, string> } | 'silent') {
  const received: { headers: IncomingHttpHeaders; body: string; path: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body, path: request.url });
      if (answer !== 'silent') response.writeHead(answer.status, answer.headers ?? {}).end('seen');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const channel = createWebhookChannel({
    url: `http://127.0.0.1:${port}/hooks/canary-path`,
    signingSecret: SIGNING,
    installation: 'test',
    nowMs: () => 1_790_000_000_500,
    timeoutMs: 300,
  });
  return { received, channel };
}

describe('a webhook', () => {
  it('gets JSON that is signed with its time, so that nobody else can send it and nobody can send it again later', async () => {
    const { received, channel } = await hooking({ status: 204 });
    await channel.send(message, NEVER);
    const { headers, body } = received[0]!;
    const expected = createHmac('sha256', SIGNING).update(`1790000000.${body}`).digest('hex');
    expect(headers['x-seller-ledger-signature']).toBe(`v1=${expected}`);
    expect(headers['x-seller-ledger-timestamp']).toBe('1790000000');
    expect(JSON.parse(body)).toMatchObject({
      id: message.id,
      installation: 'test',
      text: expect.stringContaining('SAP refuses entry AMZ1'),
      alerts: [{ kind: 'raised', severity: 'critical', connection: 'acme' }, { kind: 'resolved' }],
    });
    expect(body).not.toContain(SIGNING);
  });

  it.each([
    ['an answer of 500', { status: 500 }, /answered 500/],
    ['an address that is gone', { status: 410 }, /answered 410/],
    ['a redirect, which is not followed', { status: 302, headers: { location: '/other' } }, /answered 302/],
    ['no answer', 'silent' as const, /no answer/],
  ])('ALERT_NOT_DELIVERED: %s', async (_what, answer, says) => {
    const { received, channel } = await hooking(answer);
    const thrown: unknown = await channel.send(message, NEVER).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'ALERT_NOT_DELIVERED', says: expect.stringMatching(says) });
    expect(JSON.stringify(thrown)).not.toContain('canary');
    expect(received).toHaveLength(1);
  });

  it('is given up when the service stops', async () => {
    const { channel } = await hooking('silent');
    await expect(channel.send(message, AbortSignal.abort())).rejects.toThrow();
  });
});

describe('the words of an alert', () => {
  it('follow the templates of the settings, and lose what looks like a secret or names a person', () => {
    const dirty = {
      ...message,
      alerts: [{ kind: 'raised' as const, times: 0, alert: alertRecord({ says: 'buyer@shop.example has Atzr|abc' }) }],
    };
    const { subject, text } = alertWords(dirty, 'prod', { subject: '{installation}/{count}', text: '{alerts}' });
    expect(subject).toBe('prod/1');
    expect(text).toContain('WARNING: [address] has [token]');
    expect(findUnknownPlaceholders('{summary} {password}')).toEqual(['{password}']);
  });
});

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
