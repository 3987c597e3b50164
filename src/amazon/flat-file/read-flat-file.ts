import type { ReportBytes, UnreadableRecord } from '../../app/index.ts';
import { parseCurrencyCode } from '../../core/index.ts';
import { AmountEvidence, type AmountFormat } from '../settlement-file/amount.ts';
import { type Charset, CharsetEvidence, decoderOf, isValidIn } from '../settlement-file/charset.ts';
import { openReport } from './content.ts';
import { declaredCharset, type FlatFileShape, type Header, readHeader, withoutMark } from './header.ts';
import { charsetWrong, type Place } from './problems.ts';
import { cellBounds, type Dialect, type RawRecord, RecordSplitter, unquote } from './records.ts';

/** One row whose cells are where the header says. */
export interface FlatRow {
  /** Counts physical lines from 1, the header being row 1. */
  readonly number: number;
  readonly cells: readonly string[];
}

export type FlatRecord = { readonly row: FlatRow } | { readonly unreadable: UnreadableRecord };

/** A report that is being read. */
export interface FlatFile {
  readonly name: string;
  readonly header: Header;
  /** How it writes amounts in a currency with so many decimals. */
  readonly formatOf: (decimals: number) => AmountFormat;
}

interface Survey {
  readonly charset: Charset;
  readonly amounts: AmountEvidence;
}

/**
 * Reads a report piece by piece: `onRow` gets each row, and its results come in the rows' order, some at a time. The
 * file is opened twice, because how it writes amounts (and without a declared charset, its characters) is learnt first.
 * Raises what `readHeader` and `RecordSplitter` raise.
 */
export async function* readFlatFile<Result>(
  source: ReportBytes,
  shape: FlatFileShape,
  onRow: (record: FlatRecord, file: FlatFile) => Result,
): AsyncGenerator<Result, void, undefined> {
  const place = { file: source.name };
  const { charset, amounts } = await surveyFlatFile(source, shape, place);
  const decode = decoderOf(charset);
  let file: FlatFile | undefined;
  for await (const records of recordsOf(source, shape.dialect, place)) {
    for (const record of records) {
      if (file === undefined) {
        file = { name: source.name, formatOf: formatsOf(amounts), header: readHeader(record, shape, place) };
        continue;
      }
      const result = toRow(record, { file, charset, decode, dialect: shape.dialect });
      if (result) yield onRow(result, file);
    }
  }
  if (file === undefined) readHeader(undefined, shape, place);
}

/** Concluded once: nothing is learnt any more while rows are read. */
function formatsOf(amounts: AmountEvidence): (decimals: number) => AmountFormat {
  const formats = [0, 1, 2, 3].map((decimals) => amounts.conclude(decimals));
  return (decimals) => formats[decimals] ?? amounts.conclude(decimals);
}

/** The records of one piece of the file at a time. */
async function* recordsOf(
  source: ReportBytes,
  dialect: Dialect,
  place: Place,
): AsyncGenerator<Iterable<RawRecord>, void, undefined> {
  const splitter = new RecordSplitter(dialect, place);
  const { chunks } = await openReport(source);
  for await (const chunk of chunks) yield splitter.push(chunk);
  yield splitter.end();
}

/** Ends as soon as the rest of the file would not change what is known. */
async function surveyFlatFile(source: ReportBytes, shape: FlatFileShape, place: Place): Promise<Survey> {
  const declared = declaredCharset(source.contentType, place);
  const evidence = new CharsetEvidence();
  const amounts = new AmountEvidence();
  let header: Header | undefined;
  let amountColumns: readonly number[] = [];
  for await (const records of recordsOf(source, shape.dialect, place)) {
    for (const record of records) {
      if (header === undefined) {
        header = readHeader(record, shape, place);
        const { columns } = header;
        amountColumns = shape.amounts.map((name) => columns.get(name) ?? -1).filter((column) => column >= 0);
      } else {
        if (declared === undefined) evidence.see(record.bytes);
        const bounds = amounts.isConclusive(0) ? [] : cellBounds(record.bytes, shape.dialect);
        for (const column of bounds.length === 0 ? [] : amountColumns)
          amounts.see(unquote(record.bytes.toString('latin1', bounds[2 * column] ?? 0, bounds[2 * column + 1] ?? 0)));
      }
    }
    if (declared !== undefined && amounts.isConclusive(0)) break;
  }
  // Amazon's European files are windows-1252 where they are not UTF-8; its Japanese ones declare their charset.
  const charset = declared ?? evidence.conclude(parseCurrencyCode('EUR'));
  if (charset === 'euc-jp') throw charsetWrong(place, charset);
  return { charset, amounts };
}

function toRow(
  record: RawRecord,
  reading: {
    readonly file: FlatFile;
    readonly charset: Charset;
    readonly decode: (bytes: Buffer, from: number, to: number) => string;
    readonly dialect: Dialect;
  },
): FlatRecord | undefined {
  const { file, charset, decode, dialect } = reading;
  const bytes = record.number === 1 ? withoutMark(record.bytes) : record.bytes;
  const cells = cellsOf(bytes, dialect, decode);
  if (cells.every((cell) => cell.trim() === '')) return undefined;
  const row = { number: record.number, cells };
  const { neededCount, names } = file.header;
  const fault = record.isOpenEnded
    ? 'the file ends within a quoted cell'
    : bytes.includes(0)
      ? 'it holds a zero byte'
      : !isValidIn(charset, bytes)
        ? `its bytes are not ${charset}`
        : cells.length < neededCount
          ? `it has ${cells.length} cells; the columns that are needed take ${neededCount}`
          : cells.slice(names.length).some((cell) => cell.trim() !== '')
            ? `it has ${cells.length} cells for ${names.length} columns`
            : undefined;
  return fault === undefined ? { row } : { unreadable: unreadableRow(file, row, [fault], null) };
}

function cellsOf(
  bytes: Buffer,
  dialect: Dialect,
  decode: (bytes: Buffer, from: number, to: number) => string,
): readonly string[] {
  if (dialect === 'tsv') return decode(bytes, 0, bytes.length).split('\t');
  const bounds = cellBounds(bytes, dialect);
  const cells: string[] = [];
  for (let i = 0; i < bounds.length; i += 2)
    cells.push(unquote(decode(bytes, bounds[i] as number, bounds[i + 1] as number)));
  return cells;
}

/**
 * A row to keep aside: the cells that say nothing about a person, by column. With too many cells only what stands left
 * of the first personal column is where it seems to be; with too few it may be the end of a row that an address broke
 * in two, and nothing is.
 */
export function unreadableRow(
  file: FlatFile,
  row: FlatRow,
  faults: readonly string[],
  recordId: string | null,
): UnreadableRecord {
  const { names, personal, neededCount } = file.header;
  const isWide = row.cells.length > names.length;
  const end = row.cells.length < neededCount ? 0 : Math.min(names.length, ...(isWide ? personal : []));
  const cells = row.cells
    .slice(0, end)
    .flatMap((cell, column) => (personal.includes(column) || cell === '' ? [] : [[names[column], storable(cell)]]));
  return {
    recordId,
    says: `row ${row.number}: ${faults.join('; ')}`,
    source: { file: file.name, row: row.number, cells: Object.fromEntries(cells) },
  };
}

/** A zero byte is no character of any text in the database. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd');
}
