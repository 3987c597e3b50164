import { isUtf8 } from 'node:buffer';

/** More columns than any report of Amazon has; fields beyond are counted but cannot be looked at. */
const FIELDS_MAX = 512;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/**
 * One physical row as a view into the bytes it came in, valid until the next row. Fields are separated by tabs and
 * nothing else: Amazon writes no quotes, so `"` is a letter.
 */
export class Row {
  buffer: Buffer = Buffer.alloc(0);
  /** Counts physical rows of the file from 1. */
  number = 0;
  start = 0;
  /** After the last byte, line end not included. */
  end = 0;
  fieldCount = 0;
  hasLineEnd = false;
  /** A carriage return elsewhere than at the end, or a zero byte: not something Amazon writes. */
  hasCarriageReturn = false;
  hasZeroByte = false;
  hasByteOrderMark = false;
  /** Field `c` begins at `bounds[c]` and ends before `bounds[c + 1] - 1`. */
  readonly #bounds = new Int32Array(FIELDS_MAX + 1);

  fieldStart(column: number): number {
    return this.#bounds[column] as number;
  }

  fieldEnd(column: number): number {
    return (this.#bounds[column + 1] as number) - 1;
  }

  /** Like `fieldStart`, behind leading spaces. */
  textStart(column: number): number {
    const end = this.fieldEnd(column);
    let at = this.fieldStart(column);
    while (at < end && this.buffer[at] === SPACE) at++;
    return at;
  }

  /** Like `fieldEnd`, before trailing spaces. */
  textEnd(column: number): number {
    const start = this.fieldStart(column);
    let at = this.fieldEnd(column);
    while (at > start && this.buffer[at - 1] === SPACE) at--;
    return at;
  }

  isFieldBlank(column: number): boolean {
    return this.textStart(column) === this.fieldEnd(column);
  }

  /** Only tabs and spaces: a row that says nothing. */
  get isBlank(): boolean {
    for (let i = this.start; i < this.end; i++) {
      const byte = this.buffer[i];
      if (byte !== SPACE && byte !== TAB) return false;
    }
    return true;
  }

  /**
   * Takes the row that begins at `from` and returns the index after its line feed; without one the row ends at
   * `limit`. This loop meets every byte of a file once and decides how fast it is read.
   */
  take(buffer: Buffer, from: number, limit: number): number {
    const bounds = this.#bounds;
    this.#begin(buffer, from, limit);
    let fields = 1;
    let end = limit;
    let next = limit;
    for (let i = this.start; i < limit; i++) {
      const byte = buffer[i] as number;
      if (byte > CARRIAGE_RETURN) continue;
      if (byte === TAB) {
        if (fields <= FIELDS_MAX) bounds[fields] = i + 1;
        fields++;
      } else if (byte === LINE_FEED) {
        end = i;
        next = i + 1;
        this.hasLineEnd = true;
        break;
      } else if (byte === CARRIAGE_RETURN) {
        if (i + 1 < limit && buffer[i + 1] !== LINE_FEED) this.hasCarriageReturn = true;
      } else if (byte === 0) {
        this.hasZeroByte = true;
      }
    }
    if (end > this.start && buffer[end - 1] === CARRIAGE_RETURN) end--;
    if (fields <= FIELDS_MAX) bounds[fields] = end + 1;
    this.end = end;
    this.fieldCount = fields;
    return next;
  }

  #begin(buffer: Buffer, from: number, limit: number): void {
    this.buffer = buffer;
    this.number++;
    this.hasLineEnd = false;
    this.hasCarriageReturn = false;
    this.hasZeroByte = false;
    this.hasByteOrderMark =
      this.number === 1 &&
      limit - from >= 3 &&
      buffer[from] === 0xef &&
      buffer[from + 1] === 0xbb &&
      buffer[from + 2] === 0xbf;
    this.start = this.hasByteOrderMark ? from + 3 : from;
    this.#bounds[0] = this.start;
  }

  /** Gives a row that ended early empty fields up to the number of columns. */
  padTo(columnCount: number): void {
    for (let column = this.fieldCount; column < columnCount; column++) {
      this.#bounds[column + 1] = (this.#bounds[column] as number) + 1;
    }
  }

  /** The field's bytes as Latin-1: the right text for digits and ids, a legible one for anything else. */
  latin1(column: number): string {
    return this.buffer.toString('latin1', this.fieldStart(column), this.fieldEnd(column));
  }

  /** The field in UTF-8 if that is what it is, else in Latin-1; for texts that are looked at before the charset is known. */
  legible(column: number): string {
    const field = this.buffer.subarray(this.fieldStart(column), this.fieldEnd(column));
    return field.toString(isUtf8(field) ? 'utf8' : 'latin1');
  }

  /** The row's beginning, for a person to recognise it. */
  get excerpt(): string {
    return this.buffer.toString('utf8', this.start, Math.min(this.end, this.start + 240));
  }
}
