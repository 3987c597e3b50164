import { getSystemErrorName } from 'node:util';
import { createTransport } from 'nodemailer';
import type { AlertChannel } from '../../app/index.ts';
import type { Problem } from '../../core/index.ts';
import type { EmailSettings } from './alert-settings.ts';
import { notDelivered, notDeliveredToAll } from './channel-problem.ts';
import { alertWords } from './templates.ts';

/** For the connection, the greeting, and each pause of the conversation. */
const TIMEOUT_MS = 15_000;

export interface EmailChannelOptions {
  readonly settings: EmailSettings;
  readonly password: string | undefined;
  readonly installation: string;
  readonly timeoutMs?: number;
  /** Certificates that are trusted instead of the usual ones. */
  readonly trusted?: string;
}

/** Sends plain text by SMTP. With `starttls` nothing is said to a server that does not encrypt. */
export function createEmailChannel(options: EmailChannelOptions): AlertChannel {
  const { settings, password, installation, timeoutMs = TIMEOUT_MS, trusted } = options;
  const { host, port, security, user, from, to } = settings;
  return {
    name: 'email',
    async send(message, signal) {
      const transport = createTransport({
        host,
        port,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
        tls: { ...(trusted !== undefined && { ca: trusted }) },
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        dnsTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const giveUp = () => transport.close();
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        const { subject, text } = alertWords(message, installation, settings);
        const domain = from.split('@').at(-1) ?? 'localhost';
        const { accepted, rejected } = await transport.sendMail({
          from,
          to: [...to],
          subject,
          text,
          messageId: `<${message.id}@${domain}>`,
          headers: { 'auto-submitted': 'auto-generated', 'x-seller-ledger-message': message.id },
        });
        // Some servers name those that they refuse and take the message for the others.
        return { problem: rejected.length === 0 ? null : notForAll(host, rejected, accepted.length + rejected.length) };
      } catch (thrown) {
        throw notDelivered('e-mail', wordsOf(thrown, host), thrown);
      } finally {
        signal.removeEventListener('abort', giveUp);
        transport.close();
      }
    },
  };
}

function notForAll(host: string, rejected: readonly (string | { readonly address: string })[], of: number): Problem {
  const names = rejected.map((each) => (typeof each === 'string' ? each : each.address)).sort();
  return notDeliveredToAll('e-mail', `${host} refuses ${names.length} of ${of} recipients: ${names.join(', ')}`);
}

/** What the server answered, or that it did not; never the conversation, which holds the password. */
function wordsOf(thrown: unknown, host: string): string {
  const { code, responseCode, command, errno } = thrown as {
    code?: unknown;
    responseCode?: unknown;
    command?: unknown;
    errno?: unknown;
  };
  const step = typeof command === 'string' ? ` at ${command.split(' ')[0]}` : '';
  if (code === 'ETLS' || command === 'STARTTLS') {
    return `${host} does not offer a secure connection, or its certificate is not trusted`;
  }
  if (typeof responseCode === 'number') return `${host} answered ${responseCode}${step}`;
  if (code === 'ETIMEDOUT') return `${host} did not answer in time${step}`;
  const reason = typeof errno === 'number' && errno < 0 ? getSystemErrorName(errno) : code;
  return `no connection to ${host} (${typeof reason === 'string' ? reason : 'no code'})`;
}
