import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type AmazonSecrets, type AmazonSettings, amazonSecretsSchema, amazonSettingsSchema } from '../amazon/index.ts';
import type { Connection, JsonObject, PostingRules, Secrets } from '../app/index.ts';
import { Problem, parseLocalDate } from '../core/index.ts';
import { type SapSecrets, type SapSettings, sapSettingsSchema } from '../sap/index.ts';
import { readText } from './files.ts';

const QUIET_PERIOD_SECONDS = 300;
const LEASE_MARGIN_MS = 60_000;

const postingSchema = z
  .strictObject({
    approval: z.enum(['automatic', 'review']).default('automatic'),
    /** Longer than SAP's request time-out; see docs/operations.md. */
    quietPeriodSeconds: z.int().min(1).max(86_400).default(QUIET_PERIOD_SECONDS),
    bookFrom: z.string().nullable().default(null),
  })
  .prefault({});

const mappingSchema = z.strictObject({ name: z.string(), text: z.string() }).nullable();

/** What is stored of a connection besides its secrets. */
const settingsSchema = z.strictObject({
  amazon: amazonSettingsSchema,
  sap: sapSettingsSchema,
  posting: postingSchema,
  mapping: mappingSchema,
});

const fileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
    error: 'must be 1 to 40 small letters, digits and hyphens, for example amazon-us',
  }),
  sellerAccount: z.string().regex(/^[A-Z0-9]{6,20}$/, { error: 'must be the merchant id, for example A2EXAMPLE1234' }),
  amazon: z.looseObject({}),
  sap: z.looseObject({
    authentication: z.looseObject({}),
    secretHeaders: z.record(z.string(), z.string()).optional(),
  }),
  posting: z.unknown().optional(),
  mapping: z.string().optional(),
});

const AMAZON_SECRETS = ['clientSecret', 'refreshToken'] as const;
const SAP_SECRETS = ['clientSecret', 'password', 'keyPem', 'p12Base64', 'passphrase'] as const;

/** Prefix of the secrets that are header values for a gateway in front of SAP. */
const SECRET_HEADER = 'sap-header';

export interface ConnectionFile {
  readonly name: string;
  readonly sellerAccount: string;
  readonly settings: JsonObject;
  readonly secrets: Secrets;
}

/** Looks up `{ env: NAME }`. */
export type ReadEnvironment = (name: string) => string | undefined;

/**
 * Reads a connection file (YAML or JSON). Any value may be `{ env: NAME }`, `{ file: PATH }` or `{ fileBase64: PATH }`,
 * paths relative to the file, so that secrets need not stand in it. Raises `CONNECTION_FILE_INVALID` (invalid) with
 * every fault at once, never with a value.
 */
export function readConnectionFile(path: string, readEnvironment: ReadEnvironment): ConnectionFile {
  return connectionFromFile(parseYaml(path), { path, folder: dirname(path), readEnvironment });
}

/** The same for content that is in memory already. `path` names it in problems. */
export function connectionFromFile(
  content: unknown,
  { path, folder, readEnvironment }: { path: string; folder: string; readEnvironment: ReadEnvironment },
): ConnectionFile {
  const raw = resolveReferences(content, folder, readEnvironment, path, '');
  const file = check(fileSchema, raw, path);
  const { secretHeaders = {}, ...sap } = file.sap;
  const amazon = split(file.amazon, AMAZON_SECRETS);
  const authentication = split(file.sap.authentication, SAP_SECRETS);
  const mapping =
    file.mapping === undefined ? null : { name: file.mapping, text: readText(resolve(folder, file.mapping)) };
  const settings = check(
    settingsSchema,
    { amazon: amazon.open, sap: { ...sap, authentication: authentication.open }, posting: file.posting, mapping },
    path,
  );
  if (settings.posting.bookFrom !== null) parseLocalDate(settings.posting.bookFrom);
  assertQuietPeriod(settings.posting.quietPeriodSeconds, settings.sap.requestTimeoutMs, path);
  return {
    name: file.name,
    sellerAccount: file.sellerAccount,
    settings,
    secrets: {
      ...prefixed('amazon', amazon.secret),
      ...prefixed('sap', authentication.secret),
      ...prefixed(SECRET_HEADER, secretHeaders),
    },
  };
}

export interface ConnectionSettings {
  readonly amazon: AmazonSettings;
  readonly sap: SapSettings;
  readonly posting: PostingRules;
  readonly mapping: { readonly name: string; readonly text: string } | null;
}

/** The stored settings of a connection, checked again: an older program may have written them. */
export function settingsOf(connection: Connection): ConnectionSettings {
  const settings = check(settingsSchema, connection.settings, `connection ${connection.name}`);
  const { approval, quietPeriodSeconds, bookFrom } = settings.posting;
  const leaseMs = longestRequestMs(settings.sap.requestTimeoutMs) + LEASE_MARGIN_MS;
  return { ...settings, posting: { approval, bookFrom, leaseMs, quietPeriodMs: quietPeriodSeconds * 1000 } };
}

export function amazonSecretsOf(secrets: Secrets): AmazonSecrets {
  return check(amazonSecretsSchema, unprefixed('amazon', secrets), 'secrets of the connection');
}

export function sapSecretsOf(secrets: Secrets): SapSecrets {
  return { ...unprefixed('sap', secrets), headers: unprefixed(SECRET_HEADER, secrets) };
}

function prefixed(prefix: string, secrets: Secrets): Secrets {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function unprefixed(prefix: string, secrets: Secrets): Secrets {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) =>
      name.startsWith(start) ? [[name.slice(start.length), value]] : [],
    ),
  );
}

function split(value: Record<string, unknown>, names: readonly string[]): { open: JsonObject; secret: Secrets } {
  const entries = Object.entries(value);
  const isSecret = ([name, text]: [string, unknown]) => names.includes(name) && typeof text === 'string';
  return {
    open: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: Object.fromEntries(entries.filter(isSecret)) as Secrets,
  };
}

/** The time-out holds for the answer to begin, and again between two pieces of it. */
function longestRequestMs(requestTimeoutMs: number): number {
  return 2 * requestTimeoutMs;
}

/** SAP may still work on a request until its time-out; "not found" before that proves nothing. */
function assertQuietPeriod(quietPeriodSeconds: number, requestTimeoutMs: number, path: string): void {
  const longestMs = longestRequestMs(requestTimeoutMs);
  if (quietPeriodSeconds * 1000 > longestMs) return;
  throw invalid(path, [
    `posting.quietPeriodSeconds is ${quietPeriodSeconds} but must be longer than twice sap.requestTimeoutMs (${longestMs / 1000} s)`,
  ]);
}

function parseYaml(path: string): unknown {
  try {
    return parse(readText(path));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw invalid(path, [error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)]);
  }
}

function resolveReferences(
  value: unknown,
  folder: string,
  readEnvironment: ReadEnvironment,
  file: string,
  at: string,
): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveReferences(item, folder, readEnvironment, file, `${at}[${index}]`));
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && typeof only[1] === 'string') {
    const [how, what] = only;
    if (how === 'env') {
      const text = readEnvironment(what);
      if (text === undefined) throw invalid(file, [`${at}: the environment variable ${what} is not set`]);
      return text;
    }
    if (how === 'file') return readText(resolve(folder, what)).trim();
    if (how === 'fileBase64') return readFileSync(resolve(folder, what)).toString('base64');
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [
      key,
      resolveReferences(item, folder, readEnvironment, file, at === '' ? key : `${at}.${key}`),
    ]),
  );
}

function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(
    where,
    result.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
  );
}

function invalid(where: string, faults: readonly string[]): Problem {
  return new Problem({
    code: 'CONNECTION_FILE_INVALID',
    kind: 'invalid',
    says: `${where} has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`,
    next: 'Correct them; docs/connection-file.md shows every setting with an example.',
    where: { file: where },
    data: faults.join('\n'),
  });
}
