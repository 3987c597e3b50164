import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import type { AlertChannel, AlertMessage } from '../../app/index.ts';
import { redactText } from '../../core/index.ts';
import { notDelivered } from './channel-problem.ts';
import { alertWords } from './templates.ts';

const TIMEOUT_MS = 15_000;

export interface WebhookChannelOptions {
  readonly url: string;
  /** Signs every message; without it nothing is signed. */
  readonly signingSecret: string | undefined;
  readonly installation: string;
  readonly text?: string | undefined;
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
}

/**
 * Posts JSON. The member `text` holds the words, as chat systems expect them; the others are for programs. A signed message has
 * the header `x-seller-ledger-signature: v1=…`, the HMAC-SHA256 of `TIMESTAMP.BODY` in hexadecimal, with the timestamp of the
 * header `x-seller-ledger-timestamp` (seconds).
 */
export function createWebhookChannel(options: WebhookChannelOptions): AlertChannel {
  const { url, timeoutMs = TIMEOUT_MS } = options;
  const { host } = new URL(url);
  return {
    name: 'webhook',
    async send(message, signal) {
      const body = JSON.stringify(documentOf(message, options));
      const dispatcher = new Agent({ connect: { timeout: timeoutMs }, pipelining: 0 });
      try {
        // Redirects are not followed: the signed content is for this address only.
        const answer = await request(url, {
          dispatcher,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'seller-ledger',
            ...headersOf(message, body, options),
          },
          body,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          signal: AbortSignal.any([signal, AbortSignal.timeout(2 * timeoutMs)]),
        });
        await answer.body.dump();
        if (answer.statusCode < 200 || answer.statusCode > 299)
          throw notDelivered('webhook', `${host} answered ${answer.statusCode}`);
        return { problem: null };
      } catch (thrown) {
        throw isOurs(thrown) ? thrown : notDelivered('webhook', `no answer from ${host} (${codeOf(thrown)})`);
      } finally {
        await dispatcher.destroy();
      }
    },
  };
}

function headersOf(
  message: AlertMessage,
  body: string,
  { signingSecret, nowMs }: WebhookChannelOptions,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs() / 1000));
  return {
    'x-seller-ledger-message': message.id,
    'x-seller-ledger-timestamp': timestamp,
    ...(signingSecret !== undefined && {
      'x-seller-ledger-signature': `v1=${createHmac('sha256', signingSecret).update(`${timestamp}.${body}`).digest('hex')}`,
    }),
  };
}

function documentOf(message: AlertMessage, { installation, text }: WebhookChannelOptions) {
  return {
    id: message.id,
    installation,
    text: alertWords(message, installation, { text }).text,
    alerts: message.alerts.map(({ kind, alert }) => ({
      kind,
      key: alert.key,
      rule: alert.rule,
      severity: alert.severity,
      connection: alert.connection,
      says: redactText(alert.says),
      next: redactText(alert.next),
      firstSeen: alert.firstSeen,
      resolvedAt: alert.resolvedAt,
    })),
  };
}

function isOurs(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'Problem';
}

function codeOf(thrown: unknown): string {
  const { code, name } = thrown as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name ?? 'no code');
}
