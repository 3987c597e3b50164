import {
  type Actor,
  assertFileIsVersion,
  assertSameSystem,
  type Connection,
  type RecordedModelPeriod,
  type SapSystemMove,
} from '../app/index.ts';
import { Problem } from '../core/index.ts';
import {
  assertBindingsMayChange,
  assertMayBecome,
  assertSystemStays,
  type PreparedSettings,
  prepareSettings,
  type SettingsChanger,
  sapMoveOf,
} from './change-settings.ts';
import { mappingOf, type Workspace } from './composition.ts';
import { type ConnectionFile, SECRET_NAMES, type SettingsChange, storedTableOf } from './connection-file.ts';
import { assertConnectionWorks } from './try-connection.ts';

/** Stores a new connection with the first version of its account table. Raises `CONNECTION_EXISTS` (conflict). */
export async function addConnection(
  { books }: Pick<Workspace, 'books'>,
  file: ConnectionFile,
  actor: Actor,
): Promise<Connection> {
  const connection = await books.addConnection(file, actor);
  await mappingOf(books, connection, { mapping: file.mapping }, actor);
  return connection;
}

/** A connection file that takes the place of what is stored. */
export interface SettingsFromFile {
  readonly file: ConnectionFile;
  readonly path: string;
  readonly actor: Actor;
  readonly why: string;
  /** It is the same SAP system under another address. */
  readonly isSameSapSystem?: boolean;
  /** Log on at Amazon and in SAP with them first. */
  readonly isTried?: boolean;
}

/**
 * Replaces the settings of a connection, and the secrets that the file names. Raises `CONNECTION_FILE_OTHER`,
 * `MODEL_CHANGED_BY_FILE`, `MAPPING_FILE_CHANGED`, `REGION_FIXED`, `SAP_SYSTEM_CHANGED` and `CONNECTION_MOVED` (conflict), and `CONNECTION_NOT_WORKING`
 * (invalid) where it was tried.
 */
export async function replaceSettings(
  workspace: Workspace,
  name: string,
  { file, path, actor, why, isSameSapSystem = false, isTried = false }: SettingsFromFile,
): Promise<Connection> {
  const { books } = workspace;
  const connection = await books.getConnection(name);
  assertFileIsOf(connection, file, path);
  await assertMayBecome(workspace, connection, file);
  const sapMove = sapMoveOf(connection, file);
  await assertSystemStays(workspace, connection, sapMove, isSameSapSystem);
  assertModelIsOf(connection, file, await books.listModelPeriods(connection.id));
  // Before the settings change: a connection without versions has its first one in them.
  const inUse = await mappingOf(books, connection, { mapping: storedTableOf(connection) });
  if (file.mapping) await assertFileIsVersion({ books, connection, inUse }, file.mapping);
  if (isTried) await tryOther(workspace, connection, file, actor);
  const { settings, secrets } = file;
  const input = {
    settings,
    secrets,
    basis: connection.settings,
    sapMove: withConsent(connection, sapMove, isSameSapSystem),
  };
  return books.updateConnection(connection.id, input, actor, why);
}

/**
 * Changes some settings, and the secrets among them, and leaves the others as they are. Raises as `prepareSettings`, and
 * `CONNECTION_MOVED` and `SAP_SYSTEM_CHANGED` (both conflict).
 */
export async function changeSettings(
  workspace: Pick<Workspace, 'books' | 'feedBooks' | 'secrets'>,
  name: string,
  change: SettingsChange,
  { actor, why, basis, isSameSapSystem = false }: SettingsChanger,
): Promise<Connection> {
  const prepared = await prepareSettings(workspace, name, { change, basis });
  const { connection, settings, secrets, removed, sapMove } = prepared;
  if (prepared.hasSent) assertSameSystem(connection, sapMove, isSameSapSystem);
  // Also without a basis: what others change between reading and writing is not written over.
  const input = {
    settings,
    secrets,
    removedSecretNames: removed,
    basis: connection.settings,
    sapMove: withConsent(connection, sapMove, isSameSapSystem),
  };
  return workspace.books.updateConnection(connection.id, input, actor, why);
}

/**
 * What a change of the settings would come to; stores nothing. With `isTried` it is logged on at Amazon and in SAP with them, and
 * `CONNECTION_NOT_WORKING` (invalid) raised where that fails; besides as `prepareSettings`.
 */
export async function checkSettings(
  workspace: Workspace,
  name: string,
  change: SettingsChange,
  { actor, basis, isTried }: Pick<SettingsChanger, 'actor' | 'basis'> & { readonly isTried: boolean },
): Promise<PreparedSettings> {
  const prepared = await prepareSettings(workspace, name, { change, basis });
  const { connection, settings, secrets } = prepared;
  if (!isTried) return prepared;
  await tryOther(workspace, connection, { settings, secrets }, actor);
  return prepared;
}

/** Asked once more when it is stored: a sync may have sent the first entry meanwhile. */
function withConsent(connection: Connection, move: SapSystemMove | null, isSame: boolean) {
  return move && { ...move, assertMay: () => assertSameSystem(connection, move, isSame) };
}

/** Settings that are to become those of a connection, with the secrets that stay. */
async function tryOther(
  workspace: Workspace,
  connection: Connection,
  { settings, secrets }: Pick<ConnectionFile, 'settings' | 'secrets'>,
  actor: Actor,
): Promise<void> {
  const { books } = workspace;
  const stored = await books.openSecrets(
    connection.id,
    actor,
    `to try other settings of connection ${connection.name}`,
  );
  const mapping = await mappingOf(books, connection, { mapping: storedTableOf(connection) });
  const file = { ...connection, settings, mapping, secrets: { ...stored, ...secrets } };
  await assertConnectionWorks(workspace, { file, actor, connectionId: connection.id });
}

/** Replaces one secret, or adds it. Raises `SECRET_NAME_UNKNOWN` and `SECRET_NEEDED_AGAIN` (both invalid). */
export async function replaceSecret(
  { books, secrets }: Pick<Workspace, 'books' | 'secrets'>,
  connection: string,
  { name, value, actor, why }: { name: string; value: string; actor: Actor; why: string },
) {
  const before = await books.getConnection(connection);
  const { id } = before;
  const stored = await secrets.listSecrets(id);
  const known = [...new Set([...stored.map((each) => each.name), ...SECRET_NAMES])];
  if (!known.includes(name)) throw unknownSecret(name, known);
  if (name === 'sap.bindings')
    assertBindingsMayChange(
      before,
      stored.map((each) => each.name),
    );
  return secrets.setSecret(id, { name, value }, actor, why);
}

function unknownSecret(name: string, known: readonly string[]): Problem {
  return new Problem({
    code: 'SECRET_NAME_UNKNOWN',
    kind: 'invalid',
    says: `No part of a connection uses a secret named ${name}.`,
    next: `Use one of these: ${known.join(', ')}. A secret header is first named in the connection file.`,
    data: name,
  });
}

/** Lets a stopped connection, and one whose SAP is paused, work again. Says what had stopped it. */
export async function resumeConnection(
  { books, feedBooks }: Pick<Workspace, 'books' | 'feedBooks'>,
  name: string,
  { actor, why }: { actor: Actor; why: string },
) {
  const { id } = await books.getConnection(name);
  const wasStoppedBy = await feedBooks.stoppedBy(id);
  if (wasStoppedBy) await feedBooks.resumeConnection(id, actor, why);
  return { wasStoppedBy, endedPause: await books.endSapPause(id, actor, why) };
}

/** A file of another connection would put its secrets and its seller account's reports under this one's name. */
function assertFileIsOf(connection: Connection, file: ConnectionFile, path: string): void {
  const { name, sellerAccount } = connection;
  if (file.name === name && file.sellerAccount === sellerAccount) return;
  throw new Problem({
    code: 'CONNECTION_FILE_OTHER',
    kind: 'conflict',
    says: `${path} is the file of ${file.name} (seller account ${file.sellerAccount}), not of ${name} (${sellerAccount}).`,
    next: `Give the file of ${name}, or update the other one: seller-ledger connections update ${file.name} --file ${path} --why TEXT`,
    where: { file: path },
  });
}

/** The file of a connection says how it begins; a file that says otherwise later must not change what is booked unasked. */
function assertModelIsOf(connection: Connection, file: ConnectionFile, periods: readonly RecordedModelPeriod[]): void {
  if (file.books === undefined) return;
  const now = periods.at(-1);
  const isSame =
    file.books.model === (now?.model ?? 'settlement') &&
    (now === undefined ||
      now.model === 'settlement' ||
      (now.from === file.books.ordersFrom && now.summarise === file.books.summarise));
  if (isSame) return;
  throw new Problem({
    code: 'MODEL_CHANGED_BY_FILE',
    kind: 'conflict',
    says: `The file puts connection ${connection.name} into the ${file.books.model} model${file.books.ordersFrom ? ` from ${file.books.ordersFrom}` : ''}; it is in the ${now?.model ?? 'settlement'} model${now ? ` from ${now.from}` : ''}.`,
    next: `Change the model by itself, and leave books out of the file: seller-ledger connections model ${connection.name} --to ${file.books.model} --from DAY --why TEXT --dry-run`,
  });
}
