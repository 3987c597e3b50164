import { sha256Of } from '../../core/index.ts';
import { type Session, sql } from '../sql.ts';
import type { BackupMigration, BackupSequence, BackupTable } from './format.ts';

/** How rows are printed, whatever the server's own settings are. */
export const PRINT_SETTINGS = `
  set local client_encoding = 'UTF8';
  set local datestyle = 'ISO, MDY';
  set local intervalstyle = 'postgres';
  set local timezone = 'UTC';
  set local extra_float_digits = 3;
  set local bytea_output = 'hex';
  set local statement_timeout = 0;
  set local idle_in_transaction_session_timeout = 0`;

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function columnList(columns: readonly string[]): string {
  return columns.map(quoted).join(', ');
}

/** Every table of the schema in use with the columns that are stored, which leaves the queue's own schema out. */
export async function listTables(session: Session): Promise<readonly BackupTable[]> {
  const rows = await session.query<{ name: string; columns: string }>(sql`
    select c.relname::text as name, json_agg(a.attname order by a.attnum)::text as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname`);
  return rows.map(({ name, columns }) => ({ name, columns: JSON.parse(columns) as string[] }));
}

export async function listSequences(session: Session): Promise<readonly BackupSequence[]> {
  const names = await session.query<{ name: string }>(sql`
    select relname::text as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'S' order by 1`);
  const sequences: BackupSequence[] = [];
  for (const { name } of names) {
    const [state] = await session.query<{ last_value: bigint; is_called: boolean }>({
      strings: [`select last_value, is_called from ${quoted(name)}`],
      values: [],
    });
    if (state) sequences.push({ name, lastValue: String(state.last_value), isCalled: state.is_called });
  }
  return sequences;
}

export function listMigrations(session: Session): Promise<readonly BackupMigration[]> {
  return session.query<BackupMigration>(sql`select number, name, sha256 from schema_migration order by number`);
}

/** Ids of the keys that anything is sealed with, wherever a table tells them. */
export async function listKeyIds(session: Session): Promise<readonly string[]> {
  const places = await session.query<{ table: string; column: string }>(sql`
    select table_name::text as table, column_name::text as column from information_schema.columns
    where table_schema = current_schema() and column_name in ('key_id', 'vault_key_id') order by 1`);
  const ids = new Set<string>();
  for (const { table, column } of places) {
    const text = `select distinct ${quoted(column)}::text as id from ${quoted(table)} where ${quoted(column)} is not null`;
    for (const { id } of await session.query<{ id: string }>({ strings: [text], values: [] })) ids.add(id);
  }
  return [...ids].sort();
}

export interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

export function listForeignKeys(session: Session): Promise<readonly ForeignKey[]> {
  return session.query<ForeignKey>(sql`
    select c.relname::text as table, k.conname::text as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace order by 1, 2`);
}

/** Backups of the same books have the same; a restored database keeps it. */
export async function booksIdOf(session: Session): Promise<string> {
  const [row] = await session.query<{ began: string }>(
    sql`select extract(epoch from applied_at)::text as began from schema_migration where number = 1`,
  );
  return sha256Of(`seller-ledger/books/${row?.began ?? ''}`).slice(0, 16);
}
