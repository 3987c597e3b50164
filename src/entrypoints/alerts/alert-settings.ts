import { z } from 'zod';
import {
  ALERT_SEVERITIES,
  type AlertLimits,
  type JsonObject,
  type Secrets,
  type TellingRules,
} from '../../app/index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/index.ts';
import { takeSecrets } from '../setting-secrets.ts';
import { findUnknownPlaceholders } from './templates.ts';

const MEGABYTE = 1024 * 1024;
const RECIPIENTS_MAX = 20;
const TEMPLATE_LENGTH_MAX = 5_000;
/** Shorter ones can be guessed from one signed message. */
const SIGNING_SECRET_LENGTH_MIN = 16;

const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\r\n]*$/, 'must be one line');
const address = line.regex(/^[^\s@<>]+@[^\s@<>]+$/, 'must be an e-mail address, for example ledger@company.example');
const template = z
  .string()
  .min(1)
  .max(TEMPLATE_LENGTH_MAX)
  .superRefine((text, context) => {
    const unknown = findUnknownPlaceholders(text);
    if (unknown.length > 0) context.addIssue({ code: 'custom', message: `has no placeholder ${unknown.join(', ')}` });
  });

const emailSchema = z.strictObject({
  host: line,
  port: z.int().min(1).max(65_535).default(587),
  /** `starttls` refuses to go on without it; `none` is for a relay on this machine or network. */
  security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
  user: line.optional(),
  from: address,
  to: z.array(address).min(1).max(RECIPIENTS_MAX),
  subject: template.optional(),
  text: template.optional(),
});

const webhookSchema = z.strictObject({ text: template.optional() });

/** Where alerts go and when. Every member but the channels has a default. */
export const alertsSchema = z.strictObject({
  installation: line.default('seller-ledger'),
  messages: z.enum(['each', 'together', 'digest']).default('together'),
  minimum: z.enum(ALERT_SEVERITIES).default('warning'),
  quietMinutes: z.int().min(0).max(1_440).default(5),
  digestHours: z.int().min(1).max(168).default(24),
  remindHours: z.int().min(1).max(720).default(24),
  /** An entry that waits longer than this for people to approve it is told. */
  approvalHours: z.int().min(1).max(8_760).default(24),
  /** An entry of which nobody knows for so long whether SAP booked it is told. */
  unknownMinutes: z.int().min(5).max(1_440).default(30),
  /** An entry that stands still for so long, because of something that does not pass by itself, is told. */
  heldHours: z.int().min(1).max(720).default(12),
  /** An entry that is approved and not sent for so long is told; longer than posting windows and closed days hold it back. */
  notSentDays: z.int().min(1).max(90).default(14),
  /** SAP that is away for longer than its maintenance takes is told. */
  sapAwayHours: z.int().min(1).max(168).default(2),
  /** Less room than this on the disk of the database or of the backups is told. */
  freeDiskMegabytes: z.int().min(200).max(10_000_000).default(2_048),
  email: emailSchema.optional(),
  webhook: webhookSchema.optional(),
});

export type AlertSettings = z.output<typeof alertsSchema>;
export type EmailSettings = z.output<typeof emailSchema>;

export function tellingRulesOf(settings: AlertSettings): TellingRules {
  const { messages, minimum, quietMinutes, digestHours, remindHours } = settings;
  return {
    messages,
    minimum,
    quietMs: quietMinutes * MINUTE_MS,
    digestMs: digestHours * HOUR_MS,
    remindMs: remindHours * HOUR_MS,
  };
}

export function alertLimitsOf(settings: AlertSettings): AlertLimits {
  return {
    approvalMs: settings.approvalHours * HOUR_MS,
    unknownMs: settings.unknownMinutes * MINUTE_MS,
    heldMs: settings.heldHours * HOUR_MS,
    notSentMs: settings.notSentDays * DAY_MS,
    sapAwayMs: settings.sapAwayHours * HOUR_MS,
    freeBytes: settings.freeDiskMegabytes * MEGABYTE,
  };
}

export const ALERT_SECRETS = {
  password: 'alerts.email.password',
  url: 'alerts.webhook.url',
  signing: 'alerts.webhook.secret',
} as const;

export interface TakenAlertSecrets {
  readonly rest: unknown;
  readonly secrets: Secrets;
  readonly faults: readonly string[];
}

/** The address of a webhook is a secret too: whoever knows it can write into the channel behind it. */
export function takeAlertSecrets(value: unknown): TakenAlertSecrets {
  const email = takeSecrets(value, ['alerts', 'email'], ['password']);
  const webhook = takeSecrets(email.rest, ['alerts', 'webhook'], ['url', 'secret']);
  const named = (prefix: string, secrets: Secrets) =>
    Object.entries(secrets).map(([name, text]): [string, string] => [`${prefix}.${name}`, text]);
  const secrets = Object.fromEntries([
    ...named('alerts.email', email.secrets),
    ...named('alerts.webhook', webhook.secrets),
  ]);
  return { rest: webhook.rest, secrets, faults: [...email.faults, ...webhook.faults, ...secretFaults(secrets)] };
}

/** What is stored already, without which a file that leaves secrets out cannot be judged. */
export interface StoredAlerts {
  readonly settings: JsonObject;
  readonly secretNames: readonly string[];
}

/**
 * Which stored secrets go on holding, and what is missing. A password is kept only for the server and user that it was given
 * for, so that nobody gets at it by naming another server.
 */
export function keepAlertSecrets(
  alerts: AlertSettings | undefined,
  given: Secrets,
  stored: StoredAlerts,
): { readonly kept: readonly string[]; readonly faults: readonly string[] } {
  const kept: string[] = [];
  const faults: string[] = [];
  const { password, url, signing } = ALERT_SECRETS;
  const keep = (name: string) => {
    const isStored = stored.secretNames.includes(name);
    if (isStored) kept.push(name);
    return isStored;
  };
  if (alerts?.email?.user === undefined && password in given)
    faults.push(`${password}: belongs to a user, which is missing`);
  if (alerts?.email?.user !== undefined && !(password in given)) {
    if (!isSameServer(alerts.email, stored.settings))
      faults.push(`${password}: is missing; give it with a new server or user`);
    else if (!keep(password)) faults.push(`${password}: is missing`);
  }
  if (alerts?.webhook && !(url in given)) {
    if (!keep(url)) faults.push(`${url}: is missing`);
    else if (!(signing in given)) keep(signing);
  }
  return { kept, faults };
}

function isSameServer(email: EmailSettings, stored: JsonObject): boolean {
  const before = alertsSchema.safeParse(stored.alerts);
  const known = before.success ? before.data.email : undefined;
  return (
    known?.host === email.host &&
    known.port === email.port &&
    known.user === email.user &&
    known.security === email.security
  );
}

function secretFaults(secrets: Secrets): string[] {
  const faults: string[] = [];
  const url = secrets[ALERT_SECRETS.url];
  if (url !== undefined && !isWebhookAddress(url)) {
    faults.push(`${ALERT_SECRETS.url}: must begin with https:// (http:// only on this machine)`);
  }
  const signing = secrets[ALERT_SECRETS.signing];
  if (signing !== undefined && signing.length < SIGNING_SECRET_LENGTH_MIN) {
    faults.push(`${ALERT_SECRETS.signing}: must have at least ${SIGNING_SECRET_LENGTH_MIN} characters`);
  }
  return faults;
}

function isWebhookAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  if (username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
