/** A change of what is stored of a connection: what it comes to, what must not change, and where its secrets go with it. */
import { type AmazonSettings, amazonSettingsSchema, isAmazonsOwn } from '../amazon/index.ts';
import {
  type Actor,
  assertSameSystem,
  assertSettingsAre,
  type Connection,
  type JsonObject,
  type SapSystemMove,
  type Secrets,
  STATES_SENT,
  settingsVersionOf,
} from '../app/index.ts';
import { Problem, type ProblemField } from '../core/index.ts';
import {
  newSapPlaces,
  type SapSecrets,
  type SapSettings,
  sapPostedAt,
  sapSettingsSchema,
  unusedLogOnSecrets,
} from '../sap/index.ts';
import type { Workspace } from './composition.ts';
import {
  type ConnectionSettings,
  changedSettings,
  FIELD_FAULT,
  type SettingsChange,
  settingsOf,
  writtenSettings,
} from './connection-file.ts';
import { settingFacts } from './connection-summaries.ts';

/** A setting that becomes another one; `null`: there is none. */
export interface SettingDifference {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface PreparedSettings {
  readonly connection: Connection;
  readonly settings: JsonObject;
  readonly secrets: Secrets;
  readonly changes: readonly SettingDifference[];
  /** Names of stored ones that the new way to log on never uses. */
  readonly removed: readonly string[];
  /** The settings then name another SAP system; `null`: they name the same. */
  readonly sapMove: SapSystemMove | null;
  /** There are documents in the one before, or may be. */
  readonly hasSent: boolean;
}

/** In the settings as they are edited: those for Amazon and SAP as they would stand in a file, and which they are. */
export async function editableSettings({ books }: Pick<Workspace, 'books'>, name: string) {
  const connection = await books.getConnection(name);
  const { amazon, sap } = writtenSettings(connection.settings);
  // What a WSDL said stands in no file.
  const { journalEntryService: _, ...written } = sap;
  return { version: settingsVersionOf(connection), amazon, sap: written };
}

/**
 * The settings with a change. Raises `CONNECTION_FILE_INVALID` and `SECRET_NEEDED_AGAIN` (both invalid), `REGION_FIXED` and, where
 * they are other ones than those of `basis`, `CONNECTION_MOVED` (both conflict).
 */
export async function prepareSettings(
  workspace: Pick<Workspace, 'books' | 'feedBooks' | 'secrets'>,
  name: string,
  { change, basis }: { readonly change: SettingsChange; readonly basis?: string | undefined },
): Promise<PreparedSettings> {
  const connection = await workspace.books.getConnection(name);
  if (basis !== undefined) await assertSettingsAre(workspace.books, connection, basis);
  const { settings, secrets } = changedSettings(connection, change);
  const after = { ...connection, settings };
  await assertMayBecome(workspace, connection, after);
  const to = settingsOf(after);
  const listed = await workspace.secrets.listSecrets(connection.id);
  const stored = listed.map((each) => each.name).filter((each) => !(each in secrets));
  assertSecretsStayWhereTheyWent(connection, to, { stored, entered: Object.keys(secrets) });
  const unused = change.sap?.authentication === undefined ? [] : unusedLogOnSecrets(to.sap);
  const sapMove = sapMoveOf(connection, after);
  return {
    connection,
    settings,
    secrets,
    changes: differences(connection.settings, settings),
    removed: stored.filter((each) => unused.some((secret) => each === `sap.${secret}`)),
    sapMove,
    hasSent: sapMove !== null && (await hasSent(workspace.books, connection)),
  };
}

/** What stays as it is, whoever changes the settings. Raises `REGION_FIXED` (conflict). */
export async function assertMayBecome(
  { books, feedBooks }: Pick<Workspace, 'books' | 'feedBooks'>,
  before: Connection,
  after: Pick<Connection, 'name' | 'settings'>,
): Promise<void> {
  const [from, to] = [regionOf(before), regionOf(after)];
  if (from === undefined || from === to) return;
  const [settlement] = await books.listSettlements({ connectionId: before.id, limit: 1 });
  const hasRead = (await feedBooks.listFeedRuns(before.id)).some(({ completeUntil }) => completeUntil !== null);
  if (!settlement && !hasRead) return;
  const says = `Connection ${before.name} has read from region ${from}, and what comes from ${to} would be taken for its continuation.`;
  throw new Problem({
    code: 'REGION_FIXED',
    kind: 'conflict',
    says,
    next: `Leave it in ${from}, and add a connection for ${to}: a seller has one for each region.`,
    data: before.name,
    fields: [{ path: 'amazon.region', code: FIELD_FAULT, says }],
  });
}

/**
 * The SAP system that settings named before and another that they name then; `null` where it is the same one. Settings of an older
 * program that do not even say which system they mean have another one.
 */
export function sapMoveOf(
  before: Pick<Connection, 'settings'>,
  after: Pick<Connection, 'name' | 'settings'>,
): SapSystemMove | null {
  const known = sapPlaceSchema.safeParse(before.settings.sap);
  const [from, to] = [known.success ? sapPostedAt(known.data) : '?', sapPostedAt(settingsOf(after).sap)];
  return from === to ? null : { before: from, after: to };
}

/** Only where documents are in SAP, or may be, it matters which system it is: before that any will do. */
export async function assertSystemStays(
  { books }: Pick<Workspace, 'books'>,
  connection: Connection,
  move: SapSystemMove | null,
  isSame: boolean,
): Promise<void> {
  if (move && (await hasSent(books, connection))) assertSameSystem(connection, move, isSame);
}

async function hasSent(books: Workspace['books'], { id: connectionId }: Connection): Promise<boolean> {
  return (await books.listEntries({ connectionId, states: STATES_SENT, limit: 1 })).length > 0;
}

/**
 * Whoever may change an address must not get to see a secret by it: one that would be sent to a host where it has not been sent is
 * entered again. Raises `SECRET_NEEDED_AGAIN` (invalid). `stored`: the secrets that stay as they are.
 */
function assertSecretsStayWhereTheyWent(
  before: Pick<Connection, 'name' | 'settings'>,
  to: Pick<ConnectionSettings, 'sap'> & Partial<Pick<ConnectionSettings, 'amazon'>>,
  { stored, entered }: { readonly stored: readonly string[]; readonly entered: readonly string[] },
): void {
  const from = readParts(before);
  const amazon = to.amazon ? newAmazonPlaces(from.amazon, to.amazon) : [];
  const hasOtherBindings = entered.includes('sap.bindings');
  const sap = (name: string) => newSapPlaces(sapSecretOf(name), from.sap, to.sap, { hasOtherBindings });
  const fields = stored.flatMap((name): ProblemField[] => {
    const [place] = name.startsWith('amazon.') ? amazon : sap(name);
    if (place === undefined) return [];
    return [
      { path: placeOfSecret(name), code: FIELD_FAULT, says: `is entered again, because it would go to ${place}` },
    ];
  });
  if (fields.length === 0) return;
  throw new Problem({
    code: 'SECRET_NEEDED_AGAIN',
    kind: 'invalid',
    says: `With this change ${fields.length === 1 ? 'a secret' : `${fields.length} secrets`} of ${before.name} would go to another host than before.`,
    next: 'Enter it again with the change: nobody learns a stored secret by naming another address.',
    data: fields.map(({ path }) => path).join(' '),
    fields,
  });
}

/**
 * With other bindings the name of a destination means another host. Raises `SECRET_NEEDED_AGAIN` (invalid). `stored`: names of the
 * secrets that there are.
 */
export function assertBindingsMayChange(connection: Connection, stored: readonly string[]): void {
  // By settings that cannot be read nothing is sent.
  const { sap } = readParts(connection);
  if (!sap) return;
  const others = stored.filter((name) => name !== 'sap.bindings' && !name.startsWith('amazon.'));
  assertSecretsStayWhereTheyWent(connection, { sap }, { stored: others, entered: ['sap.bindings'] });
}

/** What a stored secret is to SAP. */
function sapSecretOf(name: string): keyof SapSecrets {
  return name.startsWith('sap.') ? (name.slice('sap.'.length) as keyof SapSecrets) : 'headers';
}

/** Enough to know which system is meant, whatever else an older program stored. */
const sapPlaceSchema = sapSettingsSchema
  .pick({ authentication: true, baseUrl: true, client: true, journalEntryUrl: true })
  .strip();

/** Where a secret stands in a connection file. */
function placeOfSecret(name: string): string {
  if (name.startsWith('amazon.') || name.startsWith('sap.proxy')) return name;
  const [prefix, ...rest] = name.split('.');
  return prefix === 'sap' ? `sap.authentication.${rest.join('.')}` : `sap.secretHeaders.${rest.join('.')}`;
}

/** A host that was only worked at has seen tokens, and not the secrets that they are asked for with. Amazon's own have given both. */
function newAmazonPlaces(before: AmazonSettings | undefined, after: AmazonSettings): readonly string[] {
  return (['lwaUrl', 'endpoint'] as const).flatMap((use) => {
    const { origin } = new URL(after[use]);
    const isKnown = isAmazonsOwn(after[use]) || (before !== undefined && new URL(before[use]).origin === origin);
    return isKnown ? [] : [origin];
  });
}

/** Each for itself; `undefined` for what an older program stored and this one does not take. */
function readParts({ settings }: Pick<Connection, 'settings'>): {
  readonly amazon: AmazonSettings | undefined;
  readonly sap: SapSettings | undefined;
} {
  return {
    amazon: amazonSettingsSchema.safeParse(settings.amazon).data,
    sap: sapSettingsSchema.safeParse(settings.sap).data,
  };
}

function regionOf({ settings }: Pick<Connection, 'settings'>): string | undefined {
  const region = (settings.amazon as { readonly region?: unknown } | undefined)?.region;
  return typeof region === 'string' ? region : undefined;
}

/** Setting by setting, as a person writes them. */
function differences(before: JsonObject, after: JsonObject): readonly SettingDifference[] {
  const [from, to] = [factsOf(before), factsOf(after)];
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((path) => {
    const [old = null, now = null] = [from.get(path), to.get(path)];
    return old === now ? [] : [{ path, before: old, after: now }];
  });
}

function factsOf({ mapping: _, ...settings }: JsonObject): ReadonlyMap<string, string> {
  const facts = settingFacts({ ...settings, ...writtenSettings(settings) });
  return new Map(facts.map(({ path, value }) => [path, value]));
}

/** On whose behalf settings change, and what they know of it. */
export interface SettingsChanger {
  readonly actor: Actor;
  readonly why: string;
  /** Of the settings that they have seen; absent: whatever they are. */
  readonly basis?: string | undefined;
  /** It is the same SAP system under another address. */
  readonly isSameSapSystem?: boolean;
}
