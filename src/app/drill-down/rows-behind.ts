import { isDeepStrictEqual } from 'node:util';
import { formatMoney, type Money, money, Problem } from '../../core/index.ts';
import type { JournalLine } from '../../ledger/index.ts';
import type { SettlementSource } from '../../mapping/index.ts';
import type { EntryRecord, SettlementRecord } from '../ports.ts';
import { sourceOf } from './collect-rows.ts';
import type { TraceContext } from './trace-context.ts';

/** Rows behind a line that are searched for a text; what is behind more of them is found with `trace`. */
const ROWS_SEARCHED_MAX = 200_000;

/** Whether Amazon's rows are behind the lines of this entry, and not behind those of a proposal that took its place. */
export function hasRowsOfItsOwn({ state, isCurrent }: Pick<EntryRecord, 'state' | 'isCurrent'>): boolean {
  return isCurrent && state !== 'withdrawn';
}

export interface LinePlace {
  /** Posting key, SAP document or id. */
  readonly entryRef: string;
  /** Counts from 1. */
  readonly lineNumber: number;
}

/** A line of an entry with the numbers of the rows that it sums, ascending. */
export interface FoundLine {
  readonly record: EntryRecord;
  readonly line: JournalLine;
  readonly settlement: SettlementRecord;
  readonly rowNumbers: readonly number[];
}

/**
 * Which rows a line sums. Raises `ENTRY_LINE_UNKNOWN` (invalid), `ENTRY_WITHOUT_ROWS` (conflict) for the entry of an accrual, and
 * `ENTRY_WITHDRAWN` (conflict) for one whose rows are behind others by now.
 */
export async function findLine(
  { books }: Pick<TraceContext, 'books'>,
  { entryRef, lineNumber }: LinePlace,
): Promise<FoundLine> {
  const record = await books.getEntry(entryRef);
  if (record.origin.kind === 'accrual') throw withoutRows(record);
  if (!hasRowsOfItsOwn(record)) throw withdrawn(record);
  const line = assertLine(record, lineNumber);
  const settlement = await books.getSettlement(record.origin.key);
  const rowNumbers = await books.rowsOfBuckets(settlement.key, line.buckets);
  // Between the two looks a new proposal may have given the numbers of the buckets another meaning.
  const after = await books.getEntry(record.id);
  if (!hasRowsOfItsOwn(after) || !isDeepStrictEqual(after.entry, record.entry)) throw withdrawn(record);
  return { record, line, settlement, rowNumbers };
}

export interface RowsWanted extends LinePlace {
  readonly skip: number;
  readonly limit: number;
  /** Only rows with this text in one of their cells, in any case. */
  readonly text?: string | undefined;
}

/**
 * The rows of Amazon's file that one line of an entry sums, as they stand in the stored bytes, some at a time; with the
 * sum of all of them, in Amazon's sign, added up anew from the bytes. Raises as `findLine`, and `ROWS_TOO_MANY` (invalid) when
 * a text is looked for among more rows than are searched.
 */
export async function rowsBehind(
  context: Pick<TraceContext, 'books' | 'readSettlement' | 'readRows'>,
  { skip, limit, text, ...place }: RowsWanted,
) {
  const { line, settlement, rowNumbers } = await findLine(context, place);
  const source = await sourceOf(context.books, settlement);
  const sum = await sumRows(context, source, { rowNumbers, line });
  const { header, rows, foundCount } = await pickRows(context, source, { rowNumbers, skip, limit, text });
  return {
    evidenceSha256: settlement.sha256,
    rowCount: rowNumbers.length,
    sum: formatMoney(sum),
    // A line that only balances the entry has no rows to tie to.
    tiesToLine: line.buckets.length === 0 ? null : sum.minor === -line.amount.minor,
    header,
    rows,
    /** How many rows there are to go through. */
    foundCount,
  };
}

async function pickRows(
  { readRows }: Pick<TraceContext, 'readRows'>,
  source: SettlementSource,
  { rowNumbers, skip, limit, text }: Omit<RowsWanted, keyof LinePlace> & { readonly rowNumbers: readonly number[] },
) {
  if (text === undefined || text === '') {
    return { ...(await readRows(source, rowNumbers.slice(skip, skip + limit))), foundCount: rowNumbers.length };
  }
  if (rowNumbers.length > ROWS_SEARCHED_MAX) throw tooManyRows(rowNumbers.length);
  const { header, rows } = await readRows(source, rowNumbers);
  const wanted = text.toLowerCase();
  const found = rows.filter(({ cells }) => cells.some((cell) => cell.toLowerCase().includes(wanted)));
  return { header, rows: found.slice(skip, skip + limit), foundCount: found.length };
}

async function sumRows(
  { readSettlement }: Pick<TraceContext, 'readSettlement'>,
  source: SettlementSource,
  { rowNumbers, line }: Pick<FoundLine, 'rowNumbers' | 'line'>,
): Promise<Money> {
  const wanted = new Set(rowNumbers);
  let minor = 0n;
  if (wanted.size === 0) return money(line.amount.currency, minor);
  await readSettlement(source, {
    header: () => {},
    line: ({ row, amountMinor }) => {
      if (wanted.has(row)) minor += amountMinor;
    },
  });
  return money(line.amount.currency, minor);
}

/** Raises `ENTRY_LINE_UNKNOWN` (invalid). */
export function assertLine(record: EntryRecord, lineNumber: number): JournalLine {
  const line = record.entry.lines[lineNumber - 1];
  if (!line) throw lineUnknown(record, lineNumber);
  return line;
}

function withdrawn(record: EntryRecord): Problem {
  return new Problem({
    code: 'ENTRY_WITHDRAWN',
    kind: 'conflict',
    says: `Entry ${record.entry.postingKey} was replaced by a new proposal of settlement ${record.origin.name}: Amazon's rows are behind the lines of the new entries.`,
    next: `Look at those: seller-ledger settlements show ${record.origin.name}`,
  });
}

function withoutRows({ entry, origin }: EntryRecord): Problem {
  return new Problem({
    code: 'ENTRY_WITHOUT_ROWS',
    kind: 'conflict',
    says: `Entry ${entry.postingKey} books accrual ${origin.name}, which no row of a settlement file stands behind.`,
    next: `Look at the events it was computed from: seller-ledger trace line ${entry.postingKey} LINE`,
  });
}

function lineUnknown(record: EntryRecord, lineNumber: number): Problem {
  return new Problem({
    code: 'ENTRY_LINE_UNKNOWN',
    kind: 'invalid',
    says: `Entry ${record.entry.postingKey} has ${record.entry.lines.length} lines; there is no line ${lineNumber}.`,
    next: 'Ask for a line that exists.',
  });
}

function tooManyRows(count: number): Problem {
  return new Problem({
    code: 'ROWS_TOO_MANY',
    kind: 'invalid',
    says: `${count} rows are behind the line; a text is looked for among at most ${ROWS_SEARCHED_MAX}.`,
    next: 'Look for an order or a SKU in all settlements instead: seller-ledger trace order ORDER',
  });
}
