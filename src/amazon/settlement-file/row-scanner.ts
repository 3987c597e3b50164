import { Row } from './row.ts';

const LINE_FEED = 0x0a;

/** Takes what the scanner finds. Throwing ends the scan. */
export interface RowSink {
  /** What it still needs; asked after each row and each block. */
  readonly wants: 'rows' | 'blocks' | 'nothing';
  /** Bytes of whole rows, before the rows in them. A block never cuts a character. */
  block(bytes: Buffer): void;
  row(row: Row): void;
  /** A row that is longer than the limit: throws, or wants nothing more. */
  tooLong(row: Row): void;
}

/**
 * Cuts chunks of any size into rows. Holds one chunk and at most one unfinished row of `rowBytesMax`, whatever the
 * size of the file. Returns the number of physical rows.
 */
export async function scanRows(chunks: AsyncIterable<Buffer>, sink: RowSink, rowBytesMax: number): Promise<number> {
  const scanner = new RowScanner(sink, rowBytesMax);
  for await (const chunk of chunks) {
    scanner.push(chunk);
    if (sink.wants === 'nothing') return scanner.rowCount;
  }
  scanner.finish();
  return scanner.rowCount;
}

class RowScanner {
  readonly #sink: RowSink;
  readonly #rowBytesMax: number;
  readonly #row = new Row();
  /** The beginning of a row whose end is in a later chunk. */
  readonly #carry: Buffer;
  #carryLength = 0;

  constructor(sink: RowSink, rowBytesMax: number) {
    this.#sink = sink;
    this.#rowBytesMax = rowBytesMax;
    this.#carry = Buffer.allocUnsafe(rowBytesMax + 1);
  }

  get rowCount(): number {
    return this.#row.number;
  }

  push(chunk: Buffer): void {
    const lastLineFeed = chunk.lastIndexOf(LINE_FEED);
    if (lastLineFeed < 0) {
      this.#keep(chunk, 0);
      return;
    }
    let from = 0;
    if (this.#carryLength > 0) {
      from = chunk.indexOf(LINE_FEED) + 1;
      this.#keep(chunk.subarray(0, from), 1);
      this.#flush();
    }
    this.#scan(chunk.subarray(from, lastLineFeed + 1));
    this.#keep(chunk.subarray(lastLineFeed + 1), 0);
  }

  finish(): void {
    this.#flush();
  }

  #flush(): void {
    const carried = this.#carry.subarray(0, this.#carryLength);
    this.#carryLength = 0;
    this.#scan(carried);
  }

  #keep(bytes: Buffer, lineEndBytes: number): void {
    const length = this.#carryLength + bytes.length - lineEndBytes;
    if (length > this.#rowBytesMax) {
      this.#refuse(bytes);
      return;
    }
    bytes.copy(this.#carry, this.#carryLength);
    this.#carryLength += bytes.length;
  }

  #refuse(bytes: Buffer): void {
    const beginning = Buffer.concat([this.#carry.subarray(0, this.#carryLength), bytes]).subarray(0, this.#rowBytesMax);
    this.#carryLength = 0;
    this.#row.take(beginning, 0, beginning.length);
    this.#sink.tooLong(this.#row);
  }

  #scan(block: Buffer): void {
    if (block.length === 0 || this.#sink.wants === 'nothing') return;
    this.#sink.block(block);
    const row = this.#row;
    let from = 0;
    while (from < block.length && this.#sink.wants === 'rows') {
      const next = row.take(block, from, block.length);
      const length = (row.hasLineEnd ? next - 1 : next) - from;
      if (length > this.#rowBytesMax) this.#sink.tooLong(row);
      else this.#sink.row(row);
      from = next;
    }
  }
}
