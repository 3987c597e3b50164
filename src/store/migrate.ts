import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { assert, Problem, type Sha256, sha256Of } from '../core/index.ts';
import type { Database } from './database.ts';
import { type Session, sql } from './sql.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly sha256: Sha256;
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

// Any constant: it only has to be the same in every process that migrates.
const MIGRATION_LOCK = 7_245_001n;

// From `src/store` or a build of it, the installation is at most this many folders up.
const FOLDERS_UP_MAX = 6;

/** The migrations of this program in order. Numbers start at 1 and have no gaps. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const folder = migrationFolder();
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      assert(Number(name.slice(0, 4)) === index + 1, `migration ${name} is not number ${index + 1}`);
      const text = await readFile(new URL(name, folder), 'utf8');
      return { number: index + 1, name, text, sha256: sha256Of(text) };
    }),
  );
}

/**
 * Brings the schema up to this program, each migration in its own database transaction; safe when several processes do
 * it at once. Raises `MIGRATION_CHANGED` (conflict) when an applied migration is not the one this program carries, and
 * `DATABASE_NEWER` (conflict) when the schema is newer than the program.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  // Most starts find nothing to do and then need no lock.
  if ((await countApplied(database, migrations)) === migrations.length) return;
  for (const migration of migrations) {
    await database.transaction((session) => applyOnce(session, migration, migrations));
  }
}

/**
 * Refuses a schema that is not the one of this program: `DATABASE_OLDER`, and what `migrate` refuses. For workers, of which
 * many run: one of a newer version must not change the tables below those of an older one.
 */
export async function assertMigrated(database: Database, migrations: readonly Migration[]): Promise<void> {
  const applied = await countApplied(database, migrations);
  if (applied === migrations.length) return;
  throw new Problem({
    code: 'DATABASE_OLDER',
    kind: 'conflict',
    says: `The database has schema ${applied}, this program needs ${migrations.length}, and a worker does not change it.`,
    next: 'Stop the workers of the older version, bring the database up to date, and start the workers again: seller-ledger database migrate',
  });
}

/** How far the schema of a database is, beside this program. */
export interface SchemaState {
  /** How many migrations the database has. */
  readonly applied: number;
  /** Names of those that this program would apply, in order. */
  readonly pending: readonly string[];
}

/** What is applied and what is not; changes nothing. Raises `DATABASE_NEWER` and `MIGRATION_CHANGED`, as `migrate` does. */
export async function readSchemaState(database: Database): Promise<SchemaState> {
  const migrations = await readMigrations();
  const applied = await countApplied(database, migrations);
  return { applied, pending: migrations.slice(applied).map(({ name }) => name) };
}

/** Brings the schema up to this program, like opening the books, and says what it was before. Safe to repeat, and at once. */
export async function migrateToCurrent(database: Database): Promise<SchemaState> {
  const before = await readSchemaState(database);
  await migrate(database, await readMigrations());
  return before;
}

/** Whether a program with these migrations may go on: nobody has brought the schema to a newer one. */
export async function isSchemaOurs(database: Database): Promise<boolean> {
  const migrations = await readMigrations();
  return (await appliedMigrations(database)).length <= migrations.length;
}

/** How many of the migrations the database has. Another schema may have a table of this name, which is not ours. */
async function countApplied(database: Database, migrations: readonly Migration[]): Promise<number> {
  const found = await database.query(
    sql`select from pg_tables where schemaname = current_schema() and tablename = 'schema_migration'`,
  );
  if (found.length === 0) return 0;
  const applied = await appliedMigrations(database);
  assertKnown(applied, migrations);
  return applied.length;
}

/** Applies these to an empty schema inside a transaction of the caller, who commits all of it or nothing. */
export async function applyMigrations(session: Session, migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) await applyOnce(session, migration, migrations);
}

/** The SQL files stay in the source tree; a build does not copy them. */
function migrationFolder(): URL {
  for (let up = 0; up <= FOLDERS_UP_MAX; up += 1) {
    const folder = new URL(`./${'../'.repeat(up)}src/store/migrations/`, import.meta.url);
    if (existsSync(folder)) return folder;
  }
  throw new Problem({
    code: 'INSTALLATION_INCOMPLETE',
    kind: 'defect',
    says: 'The folder src/store/migrations is missing from the installation.',
    next: 'Install seller-ledger again.',
  });
}

async function applyOnce(session: Session, migration: Migration, all: readonly Migration[]): Promise<void> {
  await session.query(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
  await session.query(sql`
    create table if not exists schema_migration (
      number     integer primary key,
      name       text not null,
      sha256     text not null,
      applied_at timestamptz not null default clock_timestamp()
    )`);
  const applied = await appliedMigrations(session);
  assertKnown(applied, all);
  if (applied.length >= migration.number) return;
  await session.query({ strings: [migration.text], values: [] });
  await session.query(sql`
    insert into schema_migration (number, name, sha256)
    values (${migration.number}, ${migration.name}, ${migration.sha256})`);
}

function appliedMigrations(session: Session): Promise<readonly AppliedMigration[]> {
  return session.query<AppliedMigration>(sql`select number, name, sha256 from schema_migration order by number`);
}

function assertKnown(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1);
  if (newest && newest.number > migrations.length) {
    throw new Problem({
      code: 'DATABASE_NEWER',
      kind: 'conflict',
      says: `The database has schema ${newest.number} (${newest.name}), this program knows ${migrations.length}.`,
      next: 'Install the version of seller-ledger that was used last, or a newer one.',
    });
  }
  for (const [index, row] of applied.entries()) {
    const migration = migrations[index];
    if (migration && row.number === migration.number && row.sha256 === migration.sha256) continue;
    throw new Problem({
      code: 'MIGRATION_CHANGED',
      kind: 'conflict',
      says: `Migration ${row.number} (${row.name}) was applied with digest ${row.sha256.slice(0, 12)}, this program carries ${migration?.sha256.slice(0, 12) ?? 'none'}.`,
      next: 'Install an unmodified release of seller-ledger: an applied migration never changes.',
    });
  }
}
