import { type Place, rowTooLong } from './problems.ts';

/** The longest row; the longest of Amazon's have some 4 kB. */
export const ROW_BYTES_MAX = 64 * 1024;

/** `tsv`: tabs, and `"` is a letter. `csv`: commas, with cells in quotes where needed (RFC 4180). */
export type Dialect = 'tsv' | 'csv';

/** One row as bytes, a view that stays valid. */
export interface RawRecord {
  /** The physical line it begins at, from 1. */
  readonly number: number;
  /** Without its line end. */
  readonly bytes: Buffer;
  readonly lineEnd: '' | '\n' | '\r\n';
  /** The file ended within a quoted cell. */
  readonly isOpenEnded: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const TAB = 0x09;

/** Where a reader of CSV is: at the start of a cell, in a plain one, in a quoted one, or behind a quote in that. */
type Within = 'start' | 'plain' | 'quoted' | 'quote';

/** In all three charsets these bytes are never part of another character, so rows and cells are found in the bytes. */
function stepCsv(within: Within, byte: number): Within {
  if (within === 'quoted') return byte === QUOTE ? 'quote' : 'quoted';
  if (within === 'quote' && byte === QUOTE) return 'quoted';
  if (byte === COMMA) return 'start';
  if (within === 'start' && byte === QUOTE) return 'quoted';
  return within === 'quote' && byte === CARRIAGE_RETURN ? 'quote' : 'plain';
}

/** Cuts a stream into rows. Holds one row and one piece of the stream, never more. */
export class RecordSplitter {
  readonly #dialect: Dialect;
  readonly #place: Place;
  #rest: Buffer = Buffer.alloc(0);
  #within: Within = 'start';
  #line = 1;
  #beginsAt = 1;

  constructor(dialect: Dialect, place: Place) {
    this.#dialect = dialect;
    this.#place = place;
  }

  /** The rows that end in this piece. Raises `REPORT_ROW_TOO_LONG` (invalid). */
  *push(piece: Buffer): Generator<RawRecord, void, undefined> {
    const known = this.#rest.length;
    const data = known === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let from = 0;
    let scanned = known;
    for (;;) {
      const end = this.#dialect === 'tsv' ? data.indexOf(LINE_FEED, scanned) : this.#endOfCsvRecord(data, scanned);
      if (end < 0) break;
      if (this.#dialect === 'tsv') this.#line += 1;
      yield this.#record(data, from, end, true);
      from = end + 1;
      scanned = from;
    }
    this.#rest = data.subarray(from);
    this.#refuseLong(this.#rest.length);
  }

  /** The last row, when the file does not end with a line end. */
  *end(): Generator<RawRecord, void, undefined> {
    if (this.#rest.length > 0) yield this.#record(this.#rest, 0, this.#rest.length, false);
    this.#rest = Buffer.alloc(0);
  }

  #endOfCsvRecord(data: Buffer, from: number): number {
    let within = this.#within;
    for (let i = from; i < data.length; i++) {
      const byte = data[i] as number;
      if (byte === LINE_FEED) {
        this.#line += 1;
        if (within !== 'quoted') {
          this.#within = 'start';
          return i;
        }
      } else within = stepCsv(within, byte);
    }
    this.#within = within;
    return -1;
  }

  #record(data: Buffer, from: number, end: number, hasLineEnd: boolean): RawRecord {
    const hasReturn = end > from && data[end - 1] === CARRIAGE_RETURN;
    const number = this.#beginsAt;
    this.#refuseLong(end - from);
    this.#beginsAt = this.#line;
    return {
      number,
      bytes: data.subarray(from, hasReturn ? end - 1 : end),
      lineEnd: hasLineEnd ? (hasReturn ? '\r\n' : '\n') : '',
      isOpenEnded: !hasLineEnd && this.#within === 'quoted',
    };
  }

  #refuseLong(bytes: number): void {
    if (bytes > ROW_BYTES_MAX) throw rowTooLong({ ...this.#place, row: this.#beginsAt }, ROW_BYTES_MAX);
  }
}

/** Where the cells of a row begin and end: start, end, start, end, …; quotes belong to the cell. */
export function cellBounds(bytes: Buffer, dialect: Dialect): number[] {
  const bounds = [0];
  let within: Within = 'start';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const isSeparator: boolean = dialect === 'tsv' ? byte === TAB : byte === COMMA && within !== 'quoted';
    if (isSeparator) bounds.push(i, i + 1);
    if (dialect === 'csv') within = isSeparator ? 'start' : stepCsv(within, byte);
  }
  bounds.push(bytes.length);
  return bounds;
}

/** The content of a cell of CSV: without its quotes, doubled ones single. */
export function unquote(cell: string): string {
  return cell.length >= 2 && cell.startsWith('"') && cell.endsWith('"')
    ? cell.slice(1, -1).replaceAll('""', '"')
    : cell;
}
