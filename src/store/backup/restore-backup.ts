import type { Pool, PoolClient } from 'pg';
import { Problem, type ProgressShare } from '../../core/index.ts';
import { brokenConstraint } from '../database-problem.ts';
import { applyMigrations, type Migration, readMigrations } from '../migrate.ts';
import { runOnClient, type Session, sessionOn } from '../sql.ts';
import { columnList, type ForeignKey, listForeignKeys, listTables, PRINT_SETTINGS, quoted } from './catalogue.ts';
import { copyIn } from './copy.ts';
import type { BackupAbout, BackupFacts, BackupTable } from './format.ts';
import { type BackupSource, readBackup } from './read-backup.ts';
import { damaged, notABackup } from './tar.ts';

export interface RestoreOptions {
  /** Connected to an empty database. */
  readonly pool: Pool;
  /** For people. */
  readonly place: string;
  readonly source: BackupSource;
  readonly onTable?: (name: string, share: ProgressShare) => void;
}

/**
 * Fills an empty database with a backup, in one database transaction: all of it, or the database stays empty. The schema is
 * the one that the backup was made with; opening the database brings it up to this program. What only the processes of that
 * time held is let go. Raises `RESTORE_NOT_EMPTY` and `BACKUP_NEWER` (conflict) besides the problems of reading a backup.
 */
export async function restoreBackup(options: RestoreOptions): Promise<BackupFacts> {
  const migrations = await readMigrations();
  return runOnClient(options.pool, 'begin', (client) => load(options, client, migrations));
}

async function load(
  { source, place, onTable }: RestoreOptions,
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<BackupFacts> {
  const session = sessionOn(client);
  let foreignKeys: readonly ForeignKey[] = [];
  let done = 0;
  let of = 0;
  await client.query(PRINT_SETTINGS);
  await assertEmpty(session, place);
  const facts = await readBackup(source, {
    async begin(about) {
      assertKnown(source.path, about, migrations);
      await applyMigrations(session, migrations.slice(0, about.migrations.length));
      assertSameTables(source.path, about.tables, await listTables(session));
      foreignKeys = await listForeignKeys(session);
      of = about.tables.length;
      await client.query(emptied(about.tables, foreignKeys));
    },
    async table({ name, columns }, rows) {
      onTable?.(name, { done, of });
      done += 1;
      try {
        await copyIn(client, `copy ${quoted(name)} (${columnList(columns)}) from stdin`, rows);
      } catch (error) {
        if (!isRefusedData(error)) throw error;
        throw damaged(
          source.path,
          `rows of the table ${name} are not what a database takes (${(error as Error).message})`,
        );
      }
    },
  });
  await restoreRules(source.path, client, facts.about, foreignKeys);
  await letGo(client, facts.about.tables);
  return facts;
}

async function assertEmpty(session: Session, place: string): Promise<void> {
  const tables = await listTables(session);
  if (tables.length === 0) return;
  const names = tables.map(({ name }) => name);
  throw new Problem({
    code: 'RESTORE_NOT_EMPTY',
    kind: 'conflict',
    says: `The database ${place} is not empty: it has ${names.length} tables (${names.slice(0, 3).join(', ')}, …).`,
    next: 'Restore into a new home (seller-ledger --home NEW-FOLDER backup restore FILE) or an empty database (createdb, then DATABASE_URL).',
  });
}

function assertKnown(path: string, about: BackupAbout, migrations: readonly Migration[]): void {
  const newest = about.migrations.at(-1);
  if (newest === undefined || about.migrations.some(({ number }, index) => number !== index + 1)) {
    throw notABackup(path, 'it does not say of which schema it is');
  }
  const isForeign = about.migrations.find(({ sha256 }, index) => migrations[index]?.sha256 !== sha256);
  if (!isForeign) return;
  throw new Problem({
    code: 'BACKUP_NEWER',
    kind: 'conflict',
    says: `The backup ${path} was made by version ${about.programVersion} with schema ${newest.number}, whose migration ${isForeign.number} (${isForeign.name}) this program does not know.`,
    next: 'Install the version of seller-ledger that made the backup, or a newer one, unmodified.',
    where: { file: path },
  });
}

function assertSameTables(path: string, told: readonly BackupTable[], made: readonly BackupTable[]): void {
  const form = (tables: readonly BackupTable[]) =>
    JSON.stringify(tables.map(({ name, columns }) => [name, columns]).sort());
  if (form(told) !== form(made)) throw notABackup(path, 'its tables are not those of the schema that it names');
}

/**
 * Rows come table by table, so references are checked when all are there, and the rules for those who change records do not
 * apply. What the migrations themselves wrote makes room for what was in the backup.
 */
function emptied(tables: readonly BackupTable[], foreignKeys: readonly ForeignKey[]): string {
  return [
    ...foreignKeys.map(({ table, name }) => `alter table ${quoted(table)} drop constraint ${quoted(name)}`),
    ...tables.map(({ name }) => `alter table ${quoted(name)} disable trigger user`),
    `truncate ${tables.map(({ name }) => quoted(name)).join(', ')}`,
  ].join(';\n');
}

async function restoreRules(
  path: string,
  client: PoolClient,
  about: BackupAbout,
  foreignKeys: readonly ForeignKey[],
): Promise<void> {
  for (const { name, lastValue, isCalled } of about.sequences) {
    await client.query('select setval($1::regclass, $2, $3)', [quoted(name), lastValue, isCalled]);
  }
  for (const { name } of about.tables) await client.query(`alter table ${quoted(name)} enable trigger user`);
  for (const { table, name, definition } of foreignKeys) {
    try {
      await client.query(`alter table ${quoted(table)} add constraint ${quoted(name)} ${definition}`);
    } catch (error) {
      if (brokenConstraint(error) === undefined) throw error;
      throw damaged(path, `a record of the table ${table} refers to one that is not in it (${name})`);
    }
  }
}

/**
 * What was held or under way by processes of another time and place, in the tables that the schema of the backup has. Fences
 * stay, so that no number comes twice. Work that was waiting is asked for anew by its schedule.
 */
export const LET_GO: readonly { readonly table: string; readonly statement: string }[] = [
  { table: 'lease', statement: 'update lease set holder = null' },
  {
    table: 'job_attempt',
    statement: "update job_attempt set outcome = 'interrupted', ended_at = now() where ended_at is null",
  },
  {
    table: 'job',
    statement: "update job set state = 'cancelled', ended_at = now() where state in ('waiting', 'running')",
  },
  // Otherwise their next turns would wait for the end of turns that ended in another place.
  {
    table: 'schedule',
    statement: 'update schedule set served_slot_at = last_slot_at where last_slot_at is not null',
  },
  { table: 'worker', statement: "update worker set ended_how = 'lost', ended_at = now() where ended_at is null" },
];

async function letGo(client: PoolClient, tables: readonly BackupTable[]): Promise<void> {
  const names = new Set(tables.map(({ name }) => name));
  for (const { table, statement } of LET_GO) if (names.has(table)) await client.query(statement);
}

/** SQLSTATE classes 22 and 23: data that cannot be, and rules that it breaks. */
function isRefusedData(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^2[23]/.test(code);
}
