import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import {
  type AmazonSecrets,
  type AmazonSettings,
  amazonSecretsSchema,
  amazonSettingsSchema,
  writtenAmazonSettings,
} from '../amazon/index.ts';
import type {
  Connection,
  JsonObject,
  MappingApprovalRule,
  ModelPeriod,
  PostingRules,
  Secrets,
  SimulationSettings,
} from '../app/index.ts';
import { HOUR_MS, Problem, type ProblemField, parseLocalDate, unlessProblem } from '../core/index.ts';
import { readAccountTable } from '../mapping/index.ts';
import {
  addressFaults,
  longestRequestMs,
  readWsdl,
  type SapSecrets,
  type SapSettings,
  sapSettingsSchema,
  writtenSapSettings,
} from '../sap/index.ts';
import { approvalFaults, approvalRulesOf, approvalShape } from './approval-settings.ts';
import { type BooksSettings, booksSchema, modelOfFile } from './books-settings.ts';
import {
  type ReadEnvironment,
  type ReadResult,
  readYaml,
  refuseReferences,
  resolveReferences,
  withValue,
} from './connection-references.ts';
import { type CustomerSettings, customerSettingsSchema } from './customer-settings.ts';
import { type FeedSettings, feedSettingsSchema } from './feed-settings.ts';
import { readText } from './files.ts';
import { type ScheduleSettings, scheduleSettingsSchema } from './schedule-settings.ts';
import { takeSecrets } from './setting-secrets.ts';
import { wordsOfFault } from './setting-words.ts';

const QUIET_PERIOD_SECONDS = 300;
const MASTER_DATA_HOURS = 24;
const LEAVE_WITHIN_MS = 60_000;
const LEASE_MARGIN_MS = 60_000;

const postingSchema = z
  .strictObject({
    ...approvalShape,
    /** Longer than SAP's request time-out; see docs/operations.md. */
    quietPeriodSeconds: z.int().min(1).max(86_400).default(QUIET_PERIOD_SECONDS),
    bookFrom: z.string().nullable().default(null),
    /** Whether entries are checked against SAP's master data before they are approved and sent. */
    simulate: z.enum(['when-possible', 'required', 'off']).default('when-possible'),
    /** How old that master data may be. */
    masterDataHours: z.int().min(1).max(720).default(MASTER_DATA_HOURS),
    sapFillsCostObjects: z.boolean().default(false),
    /** Whether whoever changes the account table approves it with that, or somebody else has to. */
    mappingApproval: z.enum(['self', 'other']).default('self'),
  })
  .prefault({});

const mappingSchema = z.strictObject({ name: z.string(), text: z.string() }).nullable();

/** What is stored of a connection besides its secrets. */
const settingsSchema = z.strictObject({
  amazon: amazonSettingsSchema,
  sap: sapSettingsSchema,
  posting: postingSchema,
  feeds: feedSettingsSchema,
  customers: customerSettingsSchema,
  schedule: scheduleSettingsSchema,
  mapping: mappingSchema,
});

const storedTableSchema = z.looseObject({ mapping: mappingSchema });

/** The whole file once its secrets are taken out. */
const fileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
    error: 'must be 1 to 40 small letters, digits and hyphens, for example amazon-us',
  }),
  sellerAccount: z.string().regex(/^[A-Z0-9]{6,20}$/, { error: 'must be the merchant id, for example A2EXAMPLE1234' }),
  amazon: amazonSettingsSchema,
  sap: sapSettingsSchema.omit({ journalEntryService: true }).extend({
    secretHeaders: sapSettingsSchema.shape.extraHeaders,
    /** Text of the WSDL; what it says is stored instead of it. */
    journalEntryWsdl: z.string().optional(),
  }),
  posting: postingSchema,
  feeds: feedSettingsSchema,
  customers: customerSettingsSchema,
  schedule: scheduleSettingsSchema,
  books: booksSchema,
  mapping: z.string().optional(),
});

const AMAZON_SECRETS = ['clientSecret', 'refreshToken'] as const;
const SAP_SECRETS = ['clientSecret', 'password', 'keyPem', 'p12Base64', 'passphrase', 'bindings'] as const;

/** Secrets that stand beside `sap.proxyUrl`. */
const PROXY_SECRETS = ['proxyPassword', 'proxyAuthorization'] as const;

/** Every secret a connection can have, but for those of `sap.secretHeaders`. */
export const SECRET_NAMES: readonly string[] = [
  ...AMAZON_SECRETS.map((name) => `amazon.${name}`),
  ...[...SAP_SECRETS, ...PROXY_SECRETS].map((name) => `sap.${name}`),
];

/** Prefix of the secrets that are header values for a gateway in front of SAP. */
const SECRET_HEADER = 'sap-header';

export interface ConnectionFile {
  readonly name: string;
  readonly sellerAccount: string;
  readonly settings: JsonObject;
  /** The account table that the file names, which is in the settings, too; `null`: none. */
  readonly mapping: { readonly name: string; readonly text: string } | null;
  readonly secrets: Secrets;
  /** What the file says of the accounting model; it is recorded beside the settings. */
  readonly books: BooksSettings;
  /** The model the connection begins with; `undefined`: settlements are the books. */
  readonly model: ModelPeriod | undefined;
}

/**
 * Reads a connection file (YAML or JSON). Any value may be `{ env: NAME }`, `{ file: PATH }` or `{ fileBase64: PATH }`,
 * paths relative to the file, so that secrets need not stand in it. Raises `CONNECTION_FILE_INVALID` (invalid) with
 * every fault at once, never with a value, and `MAPPING_INVALID` (invalid) for the account table it names.
 */
export function readConnectionFile(path: string, readEnvironment: ReadEnvironment): ConnectionFile {
  const { value, faults } = readYaml(readText(path));
  if (faults.length > 0) throw invalid(path, faults);
  return connectionFromFile(value, { path, folder: dirname(path), readEnvironment });
}

/** The same for content that is in memory already. `path` names it in problems. */
export function connectionFromFile(
  content: unknown,
  { path, folder, readEnvironment }: { path: string; folder: string; readEnvironment: ReadEnvironment },
): ConnectionFile {
  return connectionOf(resolveReferences(content, folder, readEnvironment), path, (name) => ({
    name,
    text: readText(resolve(folder, name)),
  }));
}

/** What arrived over the network: it may name no file and no variable of this machine. */
export interface SentConnection {
  /** A group of settings, or the text of a connection file. */
  readonly content: unknown;
  /** Values for places of it, for example `sap.authentication.password`. */
  readonly given: Readonly<Record<string, string>>;
  /** The account table that `mapping` means. */
  readonly accountTable: { readonly name: string; readonly text: string } | null;
}

/** The same for what somebody sent. Raises as `readConnectionFile`; a fault says at which place it is. */
export function connectionFromSent({ content, given, accountTable }: SentConnection): ConnectionFile {
  const path = typeof content === 'string' ? 'the file' : 'the form';
  const { value, faults } = typeof content === 'string' ? readYaml(content) : { value: content, faults: [] };
  if (faults.length > 0) throw invalid(path, faults);
  const whole = accountTable === null ? value : withValue(value, 'mapping', accountTable.name);
  const filled = Object.entries(given).reduce<unknown>((at, [place, text]) => withValue(at, place, text), whole);
  return connectionOf(refuseReferences(filled), path, (name) => {
    if (accountTable) return accountTable;
    throw invalid(path, [`mapping: names the file ${name}; choose it beside this one`]);
  });
}

function connectionOf(
  resolved: ReadResult,
  path: string,
  readTable: (name: string) => { name: string; text: string },
): ConnectionFile {
  const amazon = takeSecrets(resolved.value, ['amazon'], AMAZON_SECRETS);
  const authentication = takeSecrets(amazon.rest, ['sap', 'authentication'], SAP_SECRETS);
  const proxy = takeSecrets(authentication.rest, ['sap'], PROXY_SECRETS);
  const faults = [
    ...resolved.faults,
    ...amazon.faults,
    ...secretFaults(amazon.secrets),
    ...authentication.faults,
    ...proxy.faults,
  ];
  const checked = fileSchema.superRefine(checkAcross).safeParse(proxy.rest, { error: wordsOfFault });
  if (!checked.success) faults.push(...faultsOf(checked.error));
  if (!checked.success || faults.length > 0) throw invalid(path, faults);
  const { name, sellerAccount, sap, mapping, books, ...settings } = checked.data;
  const { secretHeaders, journalEntryWsdl, ...sapSettings } = sap;
  const service = journalEntryWsdl !== undefined && { journalEntryService: readWsdl(journalEntryWsdl) };
  const table = mapping === undefined ? null : checkedTable(readTable(mapping));
  return {
    name,
    sellerAccount,
    books,
    model: modelOfFile(books),
    settings: { ...settings, sap: { ...sapSettings, ...service }, mapping: table },
    mapping: table,
    secrets: {
      ...prefixed('amazon', amazon.secrets),
      ...prefixed('sap', { ...authentication.secrets, ...proxy.secrets }),
      ...prefixed(SECRET_HEADER, secretHeaders),
    },
  };
}

/** Of Amazon's secrets, which have a form; an update names only some of them, and what could not be read is told already. */
function secretFaults(secrets: Secrets): readonly string[] {
  const given = Object.fromEntries(Object.entries(secrets).filter(([, text]) => text !== ''));
  const checked = amazonSecretsSchema.partial().safeParse(given, { error: wordsOfFault });
  return (checked.error?.issues ?? []).map(({ path, message }) => `amazon.${path.join('.')}: ${message}`);
}

/** The account table is stored as text with the connection; one with a fault must not wait there for the first sync. */
function checkedTable(mapping: { name: string; text: string }): { name: string; text: string } {
  readAccountTable(mapping);
  return mapping;
}

export interface ConnectionSettings {
  readonly amazon: AmazonSettings;
  readonly sap: SapSettings;
  readonly posting: PostingRules;
  readonly simulation: {
    readonly mode: SimulationSettings['mode'] | 'off';
    readonly maxAgeMs: number;
    readonly sapFillsCostObjects: boolean;
  };
  readonly feeds: FeedSettings;
  readonly customers: CustomerSettings;
  readonly schedule: ScheduleSettings;
  /** The account table that the connection began with; `null`: the template. Later ones are versions in the books. */
  readonly mapping: { readonly name: string; readonly text: string } | null;
  readonly mappingApproval: MappingApprovalRule;
}

/**
 * The account table within the stored settings, also where the rest of them is not what this program takes: replacing them is how
 * that is mended.
 */
export function storedTableOf({ settings }: Connection): ConnectionSettings['mapping'] {
  return storedTableSchema.safeParse(settings).data?.mapping ?? null;
}

/** Parts of the settings that are replaced member by member; `null` takes a member away. */
export interface SettingsChange {
  /** As in a connection file, with the secrets that are to be replaced. */
  readonly amazon?: JsonObject | undefined;
  readonly sap?: JsonObject | undefined;
  readonly posting?: JsonObject | undefined;
  readonly schedule?: JsonObject | undefined;
}

/** The stored settings with a change, checked as those of a file. Raises `CONNECTION_FILE_INVALID` (invalid). */
export function changedSettings(
  connection: Connection,
  change: SettingsChange,
): { readonly settings: JsonObject; readonly secrets: Secrets } {
  const { name, sellerAccount, settings: stored } = connection;
  const merged = {
    ...stored,
    posting: withMembers(stored.posting, change.posting),
    schedule: withMembers(stored.schedule, change.schedule),
  };
  if (!change.amazon && !change.sap) {
    return { settings: check(settingsSchema.superRefine(checkAcross), merged, 'the change'), secrets: {} };
  }
  const { mapping, ...others } = merged as JsonObject;
  const written = writtenSettings(stored);
  const { journalEntryService, ...sap } = written.sap;
  const content = {
    ...others,
    name,
    sellerAccount,
    amazon: withMembers(written.amazon, change.amazon),
    sap: withLogOn(sap, change.sap),
  };
  const { settings, secrets } = connectionOf(refuseReferences(content), 'the change', () => {
    throw invalid('the change', ['mapping: is changed by seller-ledger mapping import']);
  });
  // What a WSDL said is stored instead of it, so it stands in no file and stays until the WSDL is another one, or taken away.
  const isTaken = change.sap?.journalEntryWsdl === null;
  const service = journalEntryService !== undefined && !isTaken && { journalEntryService };
  return { settings: { ...settings, sap: { ...service, ...(settings.sap as JsonObject) }, mapping }, secrets };
}

/** What is stored for Amazon and SAP as a person would write it; what this program does not take stands as it is. */
export function writtenSettings({ amazon, sap }: JsonObject): {
  readonly amazon: JsonObject;
  readonly sap: JsonObject;
} {
  const [ofAmazon, ofSap] = [amazonSettingsSchema.safeParse(amazon), sapSettingsSchema.safeParse(sap)];
  return {
    amazon: ofAmazon.success ? { ...writtenAmazonSettings(ofAmazon.data) } : groupOf(amazon),
    sap: ofSap.success ? { ...writtenSapSettings(ofSap.data) } : groupOf(sap),
  } as { amazon: JsonObject; sap: JsonObject };
}

function withMembers(stored: unknown, change: JsonObject = {}): JsonObject {
  const all = Object.entries({ ...groupOf(stored), ...change });
  // A day from which nothing is booked is written as null.
  return Object.fromEntries(all.filter(([name, value]) => value !== null || name === 'bookFrom'));
}

/** Whoever logs on in another way leaves nothing of the one before. */
function withLogOn(stored: JsonObject, { authentication, ...change }: JsonObject = {}): JsonObject {
  const merged = withMembers(stored, change);
  if (!isGroup(authentication)) return authentication === undefined ? merged : { ...merged, authentication };
  const before = groupOf(stored.authentication);
  const isSameWay = authentication.type === undefined || authentication.type === before.type;
  return { ...merged, authentication: withMembers(isSameWay ? before : {}, authentication) };
}

function isGroup(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function groupOf(value: unknown): JsonObject {
  return isGroup(value) ? value : {};
}

/** The stored settings of a connection, checked again: an older program may have written them. */
export function settingsOf(connection: Pick<Connection, 'name' | 'settings'>): ConnectionSettings {
  const settings = check(settingsSchema, connection.settings, `connection ${connection.name}`);
  const { quietPeriodSeconds, bookFrom, mappingApproval } = settings.posting;
  const leaseMs = LEAVE_WITHIN_MS + longestRequestMs(settings.sap.requestTimeoutMs) + LEASE_MARGIN_MS;
  const quietPeriodMs = quietPeriodSeconds * 1000;
  const { simulate: mode, masterDataHours, sapFillsCostObjects } = settings.posting;
  return {
    ...settings,
    posting: {
      ...approvalRulesOf(settings.posting),
      bookFrom,
      leaveWithinMs: LEAVE_WITHIN_MS,
      leaseMs,
      quietPeriodMs,
    },
    simulation: { mode, maxAgeMs: masterDataHours * HOUR_MS, sapFillsCostObjects },
    mappingApproval,
  };
}

/**
 * The same for whoever looks at many connections: `undefined` where this program does not take what is stored. One connection's
 * settings hide nothing of the others.
 */
export function readableSettingsOf(connection: Pick<Connection, 'name' | 'settings'>): ConnectionSettings | undefined {
  return unlessProblem(() => settingsOf(connection));
}

/** Those of a file, or of the stored connection `name`, which has lost them where the vault key was given up. */
export function amazonSecretsOf(secrets: Secrets, name?: string): AmazonSecrets {
  const checked = amazonSecretsSchema.safeParse(unprefixed('amazon', secrets), { error: wordsOfFault });
  if (checked.success) return checked.data;
  const faults = faultsOf(checked.error);
  throw name === undefined ? invalid('secrets of the connection', faults) : secretsLost(name, faults);
}

function secretsLost(name: string, faults: readonly string[]): Problem {
  const count = faults.length;
  const [place] = (faults[0] ?? '').split(':');
  return new Problem({
    code: 'CONNECTION_FILE_INVALID',
    kind: 'invalid',
    says: `${count} ${count === 1 ? 'secret' : 'secrets'} of Amazon that connection ${name} needs ${count === 1 ? 'is' : 'are'} not stored.`,
    next:
      count === 1
        ? `Enter it again: seller-ledger secrets set ${name} amazon.${place} --file FILE --why TEXT`
        : `Enter the secrets again: seller-ledger connections update ${name} --file FILE --why TEXT`,
    data: faults.map((fault) => `amazon.${fault}`).join('\n'),
  });
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

/** The rules between settings. */
function checkAcross(
  {
    amazon,
    books,
    customers,
    feeds,
    posting,
    sap,
  }: Omit<z.output<typeof settingsSchema>, 'mapping' | 'schedule'> & Pick<z.output<typeof fileSchema>, 'books'>,
  context: z.RefinementCtx,
): void {
  const fault = (name: keyof typeof posting, message: string) =>
    context.addIssue({ code: 'custom', path: ['posting', name], message });
  for (const { name, fault: message } of addressFaults(sap)) {
    context.addIssue({ code: 'custom', path: ['sap', name], message });
  }
  const longestMs = 2 * sap.requestTimeoutMs;
  // When we stop waiting, SAP may go on working; whoever expects slow answers has to allow for that too.
  if (posting.quietPeriodSeconds * 1000 <= longestMs) {
    const { quietPeriodSeconds } = posting;
    fault(
      'quietPeriodSeconds',
      `is ${quietPeriodSeconds} but must be longer than twice sap.requestTimeoutMs (${longestMs / 1000} s)`,
    );
  }
  if (feeds.vat.enabled && amazon.region !== 'EU') {
    context.addIssue({
      code: 'custom',
      path: ['feeds', 'vat', 'enabled'],
      message: `is true, but Amazon makes VAT reports in region EU only, not in ${amazon.region}`,
    });
  }
  if (books?.model === 'orders' && !feeds.finances.enabled) {
    context.addIssue({
      code: 'custom',
      path: ['books', 'model'],
      message: 'is orders, but feeds.finances.enabled is false, so nobody would know what was shipped',
    });
  }
  if (customers.per === 'buyer' && !feeds.buyers) {
    context.addIssue({
      code: 'custom',
      path: ['customers', 'per'],
      message: 'is buyer, but feeds.buyers is false, so there are no buyers to make customers of',
    });
  }
  for (const { path, message } of approvalFaults(posting)) {
    context.addIssue({ code: 'custom', path: ['posting', ...path], message });
  }
  if (posting.bookFrom !== null && !isLocalDate(posting.bookFrom)) {
    fault('bookFrom', 'must be a calendar day written as YYYY-MM-DD');
  }
}

function isLocalDate(text: string): boolean {
  try {
    return parseLocalDate(text) === text;
  } catch {
    return false;
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value, { error: wordsOfFault });
  if (result.success) return result.data;
  throw invalid(where, faultsOf(result.error));
}

function faultsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
}

function invalid(where: string, faults: readonly string[]): Problem {
  return new Problem({
    code: 'CONNECTION_FILE_INVALID',
    kind: 'invalid',
    says: `${where} has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`,
    next: 'Correct them; docs/connection-file.md shows every setting with an example.',
    where: { file: where },
    data: faults.join('\n'),
    fields: faults.map(fieldOfFault),
  });
}

/** Of a setting that a rule refuses; see docs/api.md. */
export const FIELD_FAULT = 'FIELD_INVALID';

/** A fault begins with the place it is about. */
function fieldOfFault(fault: string): ProblemField {
  const [path = '', ...rest] = fault.split(': ');
  return { path: path === 'the file' ? '' : path, code: FIELD_FAULT, says: rest.join(': ') };
}
