/** Backups in memory, and databases of their own that are filled from them. */
import { randomBytes } from 'node:crypto';
import { assertMove } from '../../src/app/index.ts';
import type { Clock } from '../../src/core/index.ts';
import {
  type BackupSource,
  createBackup,
  createBooks,
  type Database,
  openDatabase,
  openDatabaseAsItIs,
  restoreBackup,
  timeOf,
} from '../../src/store/index.ts';
import { onServer, openTestVault, type TestBooks, testOptions } from './database.ts';
import { realClock } from './real-clock.ts';

let opened = 0;

/** The bytes of a backup. `during` is called with each piece that is written, while the backup goes on. */
export async function backUp(database: Database, during: () => Promise<unknown> = async () => {}): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await createBackup({
    database,
    programVersion: '0.0.0-test',
    write: async (bytes) => {
      pieces.push(bytes);
      await during();
    },
  });
  return Buffer.concat(pieces);
}

export function sourceOf(bytes: Buffer): BackupSource {
  return {
    path: 'test.backup',
    async *open() {
      for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
    },
  };
}

export interface EmptyDatabase {
  readonly database: Database;
  readonly name: string;
  drop(): Promise<void>;
}

/** An empty database in the shared test server. Its schema is nothing yet. */
export async function openEmptyDatabase(): Promise<EmptyDatabase> {
  opened += 1;
  const name = `test_${process.pid}_empty_${opened}_${randomBytes(4).toString('hex')}`;
  const database = await openDatabaseAsItIs({ ...(await testOptions()), databaseName: name });
  return {
    database,
    name,
    drop: async () => {
      await onServer(database, (client) => client.query(`drop database if exists ${name} with (force)`));
      await database.close();
    },
  };
}

/** Books on a new database that was filled from a backup and brought up to this program. */
export async function restoreBooks(bytes: Buffer, clock: Clock = realClock): Promise<TestBooks> {
  const empty = await openEmptyDatabase();
  await restoreBackup({ pool: empty.database.pool, place: empty.name, source: sourceOf(bytes) });
  return openRestored(empty, clock);
}

/** The same of a database that was filled already. It is dropped at the end. */
export async function openRestored(empty: EmptyDatabase, clock: Clock = realClock): Promise<TestBooks> {
  const options = await testOptions();
  const database = await openDatabase({ ...options, databaseName: empty.name });
  const { vault } = await openTestVault(database);
  const { processes } = options;
  const books = createBooks({ database, vault, assertMove, processes, readTime: timeOf(clock) });
  const close = async () => {
    await database.close();
    await empty.drop();
  };
  return { books, database, vault, clock, processes, close };
}
