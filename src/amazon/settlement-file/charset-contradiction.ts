import { isAscii, isUtf8 } from 'node:buffer';
import type { SettlementFileFormat } from '../../mapping/index.ts';
import type { Row } from './row.ts';

/** Where the first character beyond ASCII stands. */
export interface ForeignText {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/**
 * Watches for a declared charset that the bytes contradict: every sequence of bytes is text in windows-1252, so only the
 * whole file shows that all of its letters are UTF-8. One row that is not UTF-8 is enough to believe the declaration.
 */
export class CharsetContradiction {
  readonly #charset: SettlementFileFormat['charset'];
  /** Nothing has spoken against UTF-8 yet. */
  #isOpen: boolean;
  #isBlockForeign = false;
  #hasLongCharacter = false;
  #first: ForeignText | undefined;

  constructor({ charset, charsetFrom }: SettlementFileFormat) {
    this.#charset = charset;
    this.#isOpen = charsetFrom === 'declared' && charset !== 'utf-8';
  }

  see(bytes: Buffer): void {
    if (!this.#isOpen) return;
    this.#isBlockForeign = !isAscii(bytes);
    if (!this.#isBlockForeign) return;
    this.#isOpen = isUtf8(bytes);
    this.#hasLongCharacter ||= bytes.some((byte) => byte >= 0xe0);
  }

  seeRow(row: Row): void {
    if (!this.#isOpen || !this.#isBlockForeign || this.#first) return;
    for (let column = 0; column < row.fieldCount; column++) {
      const field = row.buffer.subarray(row.fieldStart(column), row.fieldEnd(column));
      if (!isAscii(field)) this.#first = { row: row.number, column, text: field.toString('utf8') };
      if (this.#first) return;
    }
  }

  /** Half-width kana in Shift_JIS can be short UTF-8 by chance; Japanese in UTF-8 has three bytes a character. */
  found(): ForeignText | undefined {
    const isCertain = this.#charset === 'windows-1252' || this.#hasLongCharacter;
    return this.#isOpen && isCertain ? this.#first : undefined;
  }
}
