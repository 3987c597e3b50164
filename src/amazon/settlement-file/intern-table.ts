import type { Row } from './row.ts';

interface Entry {
  /** The raw fields, one after the other. */
  readonly bytes: Buffer;
  readonly lengths: readonly number[];
  readonly index: number;
  /** The entry met after this one the last time: rows of an order come in the same sequence again and again. */
  next: Entry | undefined;
}

export interface InternOptions {
  readonly columns: readonly number[];
  readonly decode: (bytes: Buffer, from: number, to: number) => string;
  /** Called once for each distinct value, in order of appearance, with its texts without spaces at the ends. */
  readonly add: (texts: readonly string[]) => void;
  /** Most raw values that are kept. */
  readonly valuesMax: number;
  /** Must throw. */
  readonly onTooMany: (row: Row) => never;
}

/**
 * Gives each distinct value of some columns a small number without building a text per row. A value is known only
 * when all its bytes are equal; the hash merely finds where to compare.
 */
export class InternTable {
  readonly #options: InternOptions;
  readonly #columns: readonly number[];
  readonly #entriesByHash = new Map<number, Entry[]>();
  readonly #indexByText = new Map<string, number>();
  #entryCount = 0;
  #last: Entry | undefined;

  constructor(options: InternOptions) {
    this.#options = options;
    this.#columns = options.columns;
  }

  indexOf(row: Row): number {
    const last = this.#last;
    const guess = last?.next;
    if (guess && this.#isEqual(guess, row)) {
      this.#last = guess;
      return guess.index;
    }
    const entry = this.#find(row);
    if (last) last.next = entry;
    this.#last = entry;
    return entry.index;
  }

  #isEqual(entry: Entry, row: Row): boolean {
    const { bytes, lengths } = entry;
    const buffer = row.buffer;
    let at = 0;
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i] as number;
      const from = row.fieldStart(column);
      const to = row.fieldEnd(column);
      if (to - from !== lengths[i]) return false;
      for (let k = from; k < to; k++) if (buffer[k] !== bytes[at++]) return false;
    }
    return true;
  }

  #find(row: Row): Entry {
    const hash = this.#hash(row);
    const candidates = this.#entriesByHash.get(hash);
    const known = candidates?.find((entry) => this.#isEqual(entry, row));
    if (known) return known;
    const entry = this.#add(row);
    if (candidates) candidates.push(entry);
    else this.#entriesByHash.set(hash, [entry]);
    return entry;
  }

  /** FNV-1a. */
  #hash(row: Row): number {
    let hash = 0x811c9dc5;
    for (const column of this.#columns) {
      const to = row.fieldEnd(column);
      for (let k = row.fieldStart(column); k < to; k++) hash = Math.imul(hash ^ (row.buffer[k] as number), 0x01000193);
      hash = Math.imul(hash ^ 0x09, 0x01000193);
    }
    return hash;
  }

  #add(row: Row): Entry {
    if (this.#entryCount >= this.#options.valuesMax) return this.#options.onTooMany(row);
    this.#entryCount++;
    const fields = this.#columns.map((column) => row.buffer.subarray(row.fieldStart(column), row.fieldEnd(column)));
    const texts = fields.map((field) => this.#options.decode(field, 0, field.length).trim());
    const key = texts.join('\t');
    let index = this.#indexByText.get(key);
    if (index === undefined) {
      index = this.#indexByText.size;
      this.#indexByText.set(key, index);
      this.#options.add(texts);
    }
    return { bytes: Buffer.concat(fields), lengths: fields.map((field) => field.length), index, next: undefined };
  }
}

/** Decodes fields that often repeat from row to row; the same bytes give the same string. */
export class RepeatedText {
  readonly #decode: (bytes: Buffer, from: number, to: number) => string;
  #bytes: Buffer = Buffer.alloc(0);
  #text = '';

  constructor(decode: (bytes: Buffer, from: number, to: number) => string) {
    this.#decode = decode;
  }

  read(buffer: Buffer, from: number, to: number): string {
    if (this.#isSame(buffer, from, to)) return this.#text;
    this.#bytes = Buffer.from(buffer.subarray(from, to));
    this.#text = this.#decode(buffer, from, to);
    return this.#text;
  }

  #isSame(buffer: Buffer, from: number, to: number): boolean {
    const bytes = this.#bytes;
    if (to - from !== bytes.length) return false;
    // Ids of neighbouring orders begin alike and differ at their end.
    for (let i = bytes.length - 1; i >= 0; i--) if (buffer[from + i] !== bytes[i]) return false;
    return true;
  }
}
