import { type Actor, assertFileIsVersion, type Connection, type RecordedModelPeriod } from '../app/index.ts';
import { Problem } from '../core/index.ts';
import { mappingOf, type Workspace } from './composition.ts';
import {
  type ConnectionFile,
  changedSettings,
  SECRET_NAMES,
  type SettingsChange,
  storedTableOf,
} from './connection-file.ts';

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

/**
 * Replaces the settings of a connection, and the secrets that the file names. Raises `CONNECTION_FILE_OTHER`,
 * `MODEL_CHANGED_BY_FILE` and `MAPPING_FILE_CHANGED` (conflict).
 */
export async function replaceSettings(
  { books }: Pick<Workspace, 'books'>,
  name: string,
  { file, path, actor, why }: { file: ConnectionFile; path: string; actor: Actor; why: string },
): Promise<Connection> {
  const connection = await books.getConnection(name);
  assertFileIsOf(connection, file, path);
  assertModelIsOf(connection, file, await books.listModelPeriods(connection.id));
  // Before the settings change: a connection without versions has its first one in them.
  const inUse = await mappingOf(books, connection, { mapping: storedTableOf(connection) });
  if (file.mapping) await assertFileIsVersion({ books, connection, inUse }, file.mapping);
  return books.updateConnection(connection.id, file, actor, why);
}

/** Changes some settings and leaves the others as they are. Raises `CONNECTION_FILE_INVALID` (invalid). */
export async function changeSettings(
  { books }: Pick<Workspace, 'books'>,
  name: string,
  change: SettingsChange,
  { actor, why }: { actor: Actor; why: string },
): Promise<Connection> {
  const connection = await books.getConnection(name);
  return books.updateConnection(
    connection.id,
    { settings: changedSettings(connection, change), secrets: {} },
    actor,
    why,
  );
}

/** Replaces one secret, or adds it. Raises `SECRET_NAME_UNKNOWN` (invalid). */
export async function replaceSecret(
  { books, secrets }: Pick<Workspace, 'books' | 'secrets'>,
  connection: string,
  { name, value, actor, why }: { name: string; value: string; actor: Actor; why: string },
) {
  const { id } = await books.getConnection(connection);
  const stored = await secrets.listSecrets(id);
  const known = [...new Set([...stored.map((each) => each.name), ...SECRET_NAMES])];
  if (!known.includes(name)) throw unknownSecret(name, known);
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
    next: `Give the file of ${name}, or update the other one: seller-ledger connections update ${file.name} --file ${path}`,
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
