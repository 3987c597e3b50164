import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { type ProgressShare, type Sha256, sha256Of } from '../../core/index.ts';
import type { Database } from '../database.ts';
import { databaseProblem } from '../database-problem.ts';
import { type Session, sessionOn, sql } from '../sql.ts';
import {
  booksIdOf,
  columnList,
  listKeyIds,
  listMigrations,
  listSequences,
  listTables,
  PRINT_SETTINGS,
  quoted,
} from './catalogue.ts';
import { copyOut } from './copy.ts';
import {
  ABOUT_NAME,
  type BackupAbout,
  type BackupFacts,
  type BackupManifest,
  type BackupTable,
  FORMAT,
  MANIFEST_DIGEST_NAME,
  MANIFEST_NAME,
  partName,
  type TableContent,
} from './format.ts';
import { END_OF_ARCHIVE, memberBytes } from './tar.ts';

/** Uncompressed. Two of them are in memory at once, however large the table. */
const PART_BYTES = 8 * 1024 * 1024;
/** Most of a large book is reports, which are compressed already; a higher level costs time and wins little. */
const GZIP_LEVEL = 3;
/** Buyers have to be gone weeks after delivery, and backups are kept longer; nothing in the books refers to them. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  order_buyer: 'buyers are kept for weeks only',
  user_session: 'whoever restores books signs in anew',
  sign_in_attempt: 'lasts minutes',
  sign_in_stranger: 'counts tries of names that nobody has',
  idempotent_request: 'lasts a day; answers to requests that other books got',
};
const NEWLINE = 10;
const compress = promisify(gzip);

export interface CreateBackupOptions {
  readonly database: Database;
  readonly programVersion: string;
  /** Takes the file's bytes in order and resolves when it wants more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly onTable?: (table: TableContent, share: ProgressShare) => void;
}

/**
 * Writes all tables of the books as they are at one moment, while others go on writing. Nothing in it opens a secret: it
 * holds them sealed, and no key. Memory stays small however large the books are.
 */
export async function createBackup(options: CreateBackupOptions): Promise<BackupFacts> {
  const { pool } = options.database;
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseProblem(error);
  });
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query(PRINT_SETTINGS);
    const facts = await writeBackup(options, client);
    await client.query('commit');
    return facts;
  } catch (error) {
    // A copy that was left in the middle cannot be ended in an orderly way; the server undoes it with the connection.
    broken ??= error instanceof Error ? error : new Error(String(error));
    throw databaseProblem(error);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function writeBackup(options: CreateBackupOptions, client: PoolClient): Promise<BackupFacts> {
  const session = sessionOn(client);
  const about = await describe(options, session);
  // Nobody may change a table's form before its turn has come.
  await client.query(`lock table ${about.tables.map(({ name }) => quoted(name)).join(', ')} in access share mode`);
  const atMs = Date.parse(about.createdAt);
  const all = createHash('sha256');
  let bytes = 0;
  const writeRaw = async (raw: Uint8Array) => {
    bytes += raw.length;
    await options.write(raw);
  };
  const writeMember = async (name: string, content: Buffer) => {
    const raw = memberBytes({ name, bytes: content }, atMs);
    all.update(raw);
    await writeRaw(raw);
  };
  await writeMember(ABOUT_NAME, toText(about));
  const tables: TableContent[] = [];
  for (const [index, table] of about.tables.entries()) {
    const source = { ...table, isLeftOut: table.name in about.leftOut };
    const content = await writeTable(client, source, (part, content) =>
      writeMember(partName(index, table.name, part), content),
    );
    tables.push(content);
    options.onTable?.(content, { done: index + 1, of: about.tables.length });
  }
  const manifest: BackupManifest = {
    format: FORMAT,
    sha256OfAllBefore: all.copy().digest('hex') as Sha256,
    tables,
  };
  const text = toText(manifest);
  const manifestSha256 = sha256Of(text);
  await writeMember(MANIFEST_NAME, text);
  // In the form that sha256sum checks.
  await writeMember(MANIFEST_DIGEST_NAME, Buffer.from(`${manifestSha256}  ${MANIFEST_NAME}\n`));
  await writeRaw(END_OF_ARCHIVE);
  return { about, manifest, manifestSha256, rows: tables.reduce((sum, { rows }) => sum + rows, 0), bytes };
}

async function describe({ database, programVersion }: CreateBackupOptions, session: Session): Promise<BackupAbout> {
  const [server] = await session.query<{ now: string; version: string }>(
    sql`select now() as now, current_setting('server_version') as version`,
  );
  const tables = await listTables(session);
  return {
    format: FORMAT,
    programVersion,
    createdAt: server?.now ?? '',
    place: database.place,
    booksId: await booksIdOf(session),
    postgresVersion: server?.version ?? '',
    migrations: await listMigrations(session),
    tables,
    leftOut: Object.fromEntries(
      Object.entries(LEFT_OUT).filter(([name]) => tables.some((table) => table.name === name)),
    ),
    sequences: await listSequences(session),
    keyIds: await listKeyIds(session),
  };
}

async function writeTable(
  client: PoolClient,
  { name, columns, isLeftOut }: BackupTable & { readonly isLeftOut: boolean },
  writePart: (part: number, content: Buffer) => Promise<void>,
): Promise<TableContent> {
  const digest = createHash('sha256');
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  let rows = 0;
  let parts = 0;
  const flush = async () => {
    if (waitingBytes === 0) return;
    const content = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    digest.update(content);
    parts += 1;
    await writePart(parts, await compress(content, { level: GZIP_LEVEL }));
  };
  const which = isLeftOut ? ' where false' : '';
  const statement = `copy (select ${columnList(columns)} from ${quoted(name)}${which}) to stdout`;
  for await (const row of copyOut(client, statement)) {
    waiting.push(row);
    waitingBytes += row.length;
    bytes += row.length;
    rows += newlinesIn(row);
    if (waitingBytes >= PART_BYTES) await flush();
  }
  await flush();
  return { name, rows, bytes, sha256: digest.digest('hex') as Sha256, parts };
}

/** Line ends within a value are printed as `\n`, so each of these ends a row. */
export function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function toText(value: BackupAbout | BackupManifest): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
