/** A backup holds the books of one moment, nothing in it can change unnoticed, and it goes back whole or not at all. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../src/store/index.ts';
import { onServer, urlOf } from '../store/database.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';
import { DIALECTS, smallSettlement } from './settlement-files.ts';

let line: CommandLine;
let file: string;
// biome-ignore lint/suspicious/noExplicitAny: what a command prints has no type
let created: any;
const made: string[] = [];

beforeAll(async () => {
  line = await openCommandLine();
  await line.importFile(smallSettlement(DIALECTS.US));
  file = join(line.folder, 'books.backup');
  created = await line.json('backup', 'create', file);
});

afterAll(async () => {
  await onServer(line.database, async (client) => {
    for (const name of made) await client.query(`drop database if exists ${name} with (force)`);
  });
  await line.close();
});

/** The address of a new, empty database. */
async function emptyDatabase(): Promise<string> {
  const name = `test_${process.pid}_backup_${made.length}`;
  await onServer(line.database, (client) => client.query(`create database ${name} template template0`));
  made.push(name);
  return urlOf(line.database).replace(/@\/\w+/, `@/${name}`);
}

describe('a backup', () => {
  it('holds every table of the books, and only its owner may read it', async () => {
    const tables = await line.database.query<{ name: string }>(
      sql`select tablename as name from pg_tables where schemaname = 'public'`,
    );
    expect(created.tables.map(({ name }: { name: string }) => name).sort()).toEqual(
      tables.map(({ name }) => name).sort(),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await line.json('backup', 'verify', file)).toMatchObject({ isWhole: true, rows: created.rows });
  });

  it('is a plain archive, whose rows any PostgreSQL can load without this program', async () => {
    expect(readFileSync(file).toString('latin1', 257, 262)).toBe('ustar');
  });
});

describe('a restored backup', () => {
  it('has every row as it was', async () => {
    const url = await emptyDatabase();
    const restored = await line.run('--database-url', url, 'backup', 'restore', file);
    expect(restored, restored.err).toMatchObject({ exitCode: 0 });
    const again = join(line.folder, 'again.backup');
    const copy = await line.json('--database-url', url, 'backup', 'create', again);
    expect(copy.booksId).toBe(created.booksId);
    expect(await line.json('--database-url', url, 'settlements', 'list')).toEqual(
      await line.json('settlements', 'list'),
    );
    expect(existsSync(again)).toBe(true);
  });
});

describe('a drill', () => {
  it('restores beside the books, checks everything, and leaves nothing behind', async () => {
    expect(await line.json('backup', 'drill', file)).toMatchObject({ faults: [], isOfTheseBooks: true });
  });
});
