/** A change of what is stored of a connection: what it comes to, what must not change, and where its secrets go with it. */
import { isAmazonsOwn } from '../amazon/index.ts';
import {
  type Actor,
  assertSettingsAre,
  type Connection,
  type JsonObject,
  type Secrets,
  settingsVersionOf,
} from '../app/index.ts';
import { isProblem, Problem, type ProblemField } from '../core/index.ts';
import { sapHosts, sapSystemOf } from '../sap/index.ts';
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

/** What is known of the SAP system that a change leads away from. */
export interface SapSystemMove {
  readonly before: string;
  readonly after: string;
}

export interface PreparedSettings {
  readonly connection: Connection;
  readonly settings: JsonObject;
  readonly secrets: Secrets;
  readonly changes: readonly SettingDifference[];
  /** Where documents of this connection are in one system, and the settings then name another; otherwise `null`. */
  readonly sapMove: SapSystemMove | null;
}

/** In the settings as they are edited: those for Amazon and SAP as they would stand in a file, and which they are. */
export async function editableSettings({ books }: Pick<Workspace, 'books'>, name: string) {
  const connection = await books.getConnection(name);
  return { version: settingsVersionOf(connection), ...writtenSettings(connection.settings) };
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
  const stored = await workspace.secrets.listSecrets(connection.id);
  assertSecretsStayWhereTheyWent(
    connection,
    after,
    stored.map((each) => each.name).filter((each) => !(each in secrets)),
  );
  const changes = differences(connection.settings, settings);
  return { connection, settings, secrets, changes, sapMove: await sapMoveOf(workspace, connection, after) };
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

/** Only where documents are in SAP, or may be: before that any system will do. */
export async function sapMoveOf(
  { books }: Pick<Workspace, 'books'>,
  before: Connection,
  after: Pick<Connection, 'name' | 'settings'>,
): Promise<SapSystemMove | null> {
  const [from, to] = [readable(before), readable(after)].map((settings) => settings && sapSystemOf(settings.sap));
  if (!from || !to || from === to) return null;
  const [sent] = await books.listEntries({
    connectionId: before.id,
    states: ['sending', 'unknown', 'posted', 'reversed'],
    limit: 1,
  });
  return sent ? { before: from, after: to } : null;
}

/**
 * Raises `SAP_SYSTEM_CHANGED` (conflict), unless whoever changes it says that it is the same system under another address: in
 * another one a document that may be booked would not be found, and be booked again.
 */
export function assertSameSystem(
  { name }: Pick<Connection, 'name'>,
  move: SapSystemMove | null,
  isSame: boolean,
): void {
  if (!move || isSame) return;
  throw new Problem({
    code: 'SAP_SYSTEM_CHANGED',
    kind: 'conflict',
    says: `Documents of connection ${name} are in the SAP system ${move.before}, and the settings now name ${move.after}.`,
    next: `Where it is the same system under another address, say so: seller-ledger connections update ${name} --same-sap-system. Another system is booked from other books: --home FOLDER or --database-url URL`,
    data: `${move.before} ${move.after}`,
  });
}

/**
 * Whoever may change an address must not get to see a secret by it: one that would be sent to a host where it has not been sent is
 * entered again. Raises `SECRET_NEEDED_AGAIN` (invalid). `stored`: the secrets that stay as they are.
 */
function assertSecretsStayWhereTheyWent(
  before: Connection,
  after: Pick<Connection, 'name' | 'settings'>,
  stored: readonly string[],
): void {
  const [from, to] = [readable(before), settingsOf(after)];
  const amazon = newHosts(from && amazonHosts(from), amazonHosts(to));
  const sap = newHosts(from && sapHosts(from.sap), sapHosts(to.sap));
  const fields = stored.flatMap((name): ProblemField[] => {
    const [host] = name.startsWith('amazon.') ? amazon : KEPT_HERE.includes(name) ? [] : sap;
    if (host === undefined) return [];
    return [{ path: placeOfSecret(name), code: FIELD_FAULT, says: `is entered again, because it would go to ${host}` }];
  });
  if (fields.length === 0) return;
  throw new Problem({
    code: 'SECRET_NEEDED_AGAIN',
    kind: 'invalid',
    says: `With this change ${fields.length === 1 ? 'a secret' : `${fields.length} secrets`} of ${after.name} would go to another host than before.`,
    next: 'Enter it again with the change: nobody learns a stored secret by naming another address.',
    data: fields.map(({ path }) => path).join(' '),
    fields,
  });
}

/** Keys that prove who logs on and are never sent; and what SAP BTP is asked with, whose address stands in it. */
const KEPT_HERE: readonly string[] = ['sap.keyPem', 'sap.p12Base64', 'sap.passphrase', 'sap.bindings'];

/** Where a secret stands in a connection file. */
function placeOfSecret(name: string): string {
  if (name.startsWith('amazon.') || name.startsWith('sap.proxy')) return name;
  const [prefix, ...rest] = name.split('.');
  return prefix === 'sap' ? `sap.authentication.${rest.join('.')}` : `sap.secretHeaders.${rest.join('.')}`;
}

function newHosts(before: readonly string[] | undefined, after: readonly string[]): readonly string[] {
  return after.filter((host) => !before?.includes(host));
}

/** Amazon's own take nothing that they have not given. */
function amazonHosts({ amazon: { endpoint, lwaUrl } }: ConnectionSettings): readonly string[] {
  return [endpoint, lwaUrl].filter((address) => !isAmazonsOwn(address)).map((address) => new URL(address).origin);
}

/** `undefined` for settings of an older program that this one does not take. */
function readable(connection: Pick<Connection, 'name' | 'settings'>): ConnectionSettings | undefined {
  try {
    return settingsOf(connection);
  } catch (thrown) {
    if (isProblem(thrown)) return undefined;
    throw thrown;
  }
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
