import { type LocalDate, Problem, sha256Of } from '../../core/index.ts';
import {
  type AccountTable,
  dateChanges,
  diffTables,
  editTable,
  type RowChange,
  readAccountTable,
  readTableContent,
  type TableCells,
  type TableContent,
  withRows,
} from '../../mapping/index.ts';
import type { Actor, Connection } from '../ports.ts';
import { getMapping, newestOf } from './mapping-in-use.ts';
import type { MappingStore, MappingVersion, MappingVersionText } from './mapping-store.ts';

/** Who approves a version: whoever recorded it, with that, or somebody else. */
export type MappingApprovalRule = 'self' | 'other';

/** A change of an account table before it is recorded: what it would come to. */
export interface PreparedMapping {
  /** The version in use. */
  readonly inUse: MappingVersionText;
  /** The newest version there was, also when it waits for approval. */
  readonly newestNumber: number;
  readonly name: string;
  readonly text: string;
  readonly table: AccountTable;
  readonly validFrom: LocalDate | null;
  /** Against the version in use. */
  readonly changes: readonly RowChange[];
}

export interface MappingContext {
  readonly books: MappingStore;
  readonly connection: Connection;
  readonly inUse: MappingVersionText;
}

/**
 * A table as the next version. With `validFrom` the version in use holds for earlier posting dates: what is different stands
 * in rows that begin on that day. Raises `MAPPING_INVALID` (invalid), `MAPPING_CHANGE_NOT_DATED` (invalid) and
 * `MAPPING_UNCHANGED` (conflict).
 */
export async function prepareTable(
  { books, connection, inUse }: MappingContext,
  given: { readonly name: string; readonly text: string; readonly validFrom: LocalDate | null },
): Promise<PreparedMapping> {
  readAccountTable(given);
  const newestNumber = await numberOfNewest(books, connection);
  const before = readTableContent(inUse.text);
  const wanted = readTableContent(given.text);
  const text =
    given.validFrom === null ? given.text : editTable(inUse.text, dateChanges(before, wanted, given.validFrom));
  return prepared({ inUse, newestNumber, name: given.name, text, validFrom: given.validFrom }, connection);
}

/** A row and the section it belongs to. */
export interface TableRow {
  readonly section: string;
  readonly cells: TableCells;
}

/** Rows that a person says by themselves: what is taught or assigned. They take the place of those of the same name. */
export interface RowsGiven {
  readonly name: string;
  readonly rows: (content: TableContent) => readonly TableRow[];
}

/** The newest version with these rows, raises as `prepareTable` does. */
export async function prepareRows(mapping: MappingContext, given: RowsGiven): Promise<PreparedMapping> {
  const { newestNumber, text } = await textWithRows(mapping, given);
  readAccountTable({ name: given.name, text, isOfOptions: true });
  const { inUse, connection } = mapping;
  return prepared({ inUse, newestNumber, name: given.name, text, validFrom: null }, connection);
}

/** The text that `prepareRows` makes, also where it is no account table that could be recorded. */
export async function textWithRows(
  { books, connection, inUse }: MappingContext,
  given: RowsGiven,
): Promise<{ readonly newestNumber: number; readonly text: string }> {
  const newestNumber = await numberOfNewest(books, connection);
  const newest = newestNumber === inUse.number ? inUse : await getMapping(books, connection, newestNumber);
  const content = readTableContent(newest.text);
  return { newestNumber, text: editTable(newest.text, withRows(content, given.rows(content))) };
}

async function numberOfNewest(books: MappingStore, { id }: Connection): Promise<number> {
  return newestOf(await books.listMappings(id))?.number ?? 0;
}

function prepared(
  made: Omit<PreparedMapping, 'table' | 'changes'>,
  { name: connection }: Pick<Connection, 'name'>,
): PreparedMapping {
  const { inUse, newestNumber, name, text } = made;
  const table = readAccountTable({ name, text });
  // To record the version in use once more takes back one that waits for approval.
  if (sha256Of(text) === inUse.sha256 && newestNumber === inUse.number) {
    throw new Problem({
      code: 'MAPPING_UNCHANGED',
      kind: 'conflict',
      says: `${name} is what version ${inUse.number} of the account table of ${connection} says already.`,
      next: `Nothing to do. Look at the version in use: seller-ledger mapping show ${connection}`,
    });
  }
  return { ...made, table, changes: diffTables(readTableContent(inUse.text), readTableContent(text)) };
}

/** Records the change as the next version. Raises `MAPPING_MOVED` (conflict) when it was prepared against another one. */
export function recordPrepared(
  { books, connection }: Pick<MappingContext, 'books' | 'connection'>,
  { newestNumber, name, text, validFrom, changes }: PreparedMapping,
  by: { readonly author: Actor; readonly reason: string; readonly rule: MappingApprovalRule },
): Promise<MappingVersion> {
  return books.recordMapping({
    connectionId: connection.id,
    after: newestNumber,
    name,
    text,
    validFrom,
    author: by.author,
    reason: by.reason,
    isApproved: by.rule === 'self',
    changes: countChanges(changes),
  });
}

export function countChanges(changes: readonly RowChange[]): { added: number; removed: number; changed: number } {
  const count = (what: RowChange['change']) => changes.filter(({ change }) => change === what).length;
  return { added: count('added'), removed: count('removed'), changed: count('changed') };
}

/**
 * Approves a version that waits, so that it is booked by from now on. Raises `MAPPING_NOT_WAITING` (conflict) when there is
 * none or it does not wait, and `MAPPING_APPROVAL_OWN` (conflict) when its author would approve it where another has to.
 */
export async function approveMappingVersion(
  { books, connection }: Pick<MappingContext, 'books' | 'connection'>,
  asked: {
    readonly number: number | null;
    readonly actor: Actor;
    readonly reason: string;
    readonly rule: MappingApprovalRule;
  },
): Promise<MappingVersion> {
  const versions = await books.listMappings(connection.id);
  const newest = newestOf(versions);
  const version = asked.number === null ? newest : versions.find(({ number }) => number === asked.number);
  if (!version || version.approval || version.number !== newest?.number) {
    throw notWaiting(connection, version, newest);
  }
  if (asked.rule === 'other' && isSameActor(version.author, asked.actor)) {
    throw new Problem({
      code: 'MAPPING_APPROVAL_OWN',
      kind: 'conflict',
      says: `Version ${version.number} of the account table of ${connection.name} was recorded by ${version.author.name}, and somebody else has to approve it.`,
      next: `Have another user run: seller-ledger mapping approve ${connection.name} --why TEXT`,
    });
  }
  const { actor, reason } = asked;
  return books.approveMapping({ connectionId: connection.id, number: version.number, actor, reason });
}

/**
 * Takes back the version that waits: the one in use is recorded once more, behind it, so that nothing changes in what is
 * booked and the record shows who decided. Anybody may, its author too. Raises `MAPPING_NOT_WAITING` (conflict).
 */
export async function rejectMappingVersion(
  { books, connection, inUse }: MappingContext,
  asked: { readonly actor: Actor; readonly reason: string },
): Promise<{ readonly rejected: MappingVersion; readonly recorded: MappingVersion }> {
  const newest = newestOf(await books.listMappings(connection.id));
  if (!newest || newest.approval) throw notWaiting(connection, newest, newest);
  const recorded = await books.recordMapping({
    connectionId: connection.id,
    after: newest.number,
    name: `version ${inUse.number} again`,
    text: inUse.text,
    validFrom: inUse.validFrom,
    author: asked.actor,
    reason: asked.reason,
    isApproved: true,
    changes: { added: 0, removed: 0, changed: 0 },
  });
  return { rejected: newest, recorded };
}

function isSameActor(a: Actor, b: Actor): boolean {
  return a.kind === b.kind && a.name === b.name;
}

function notWaiting(
  { name }: Pick<Connection, 'name'>,
  version: MappingVersion | undefined,
  newest: MappingVersion | undefined,
): Problem {
  const says = version?.approval
    ? `Version ${version.number} of the account table of ${name} is approved already.`
    : version
      ? `Version ${version.number} of the account table of ${name} was overtaken by version ${newest?.number}.`
      : `The account table of ${name} has no such version.`;
  return new Problem({
    code: 'MAPPING_NOT_WAITING',
    kind: 'conflict',
    says,
    next: `Look which version waits: seller-ledger mapping list ${name}`,
  });
}

/**
 * The account table that a connection file names is where the connection begins; afterwards it is changed on purpose only.
 * Raises `MAPPING_FILE_CHANGED` (conflict) for a file whose table is none of the versions.
 */
export async function assertFileIsVersion(
  { books, connection, inUse }: Pick<MappingContext, 'books' | 'connection' | 'inUse'>,
  file: { readonly name: string; readonly text: string },
): Promise<void> {
  const versions = await books.listMappings(connection.id);
  const sha256 = sha256Of(file.text);
  if (versions.some((version) => version.sha256 === sha256)) return;
  const changes = diffTables(readTableContent(inUse.text), readTableContent(file.text));
  if (changes.length === 0) return;
  const { added, removed, changed } = countChanges(changes);
  throw new Problem({
    code: 'MAPPING_FILE_CHANGED',
    kind: 'conflict',
    says: `The account table ${file.name} is none of the versions of ${connection.name}; against version ${inUse.number} it has ${added} rows added, ${removed} removed and ${changed} changed.`,
    next: `Look at what it would change: seller-ledger mapping impact ${connection.name} ${file.name}. Record it, and update the connection again: seller-ledger mapping import ${connection.name} ${file.name} --why TEXT`,
    where: { file: file.name },
  });
}
