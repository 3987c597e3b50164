import { isAscii, isUtf8 } from 'node:buffer';
import type { CurrencyCode } from '../../core/index.ts';
import type { SettlementFileFormat } from '../../mapping/index.ts';

/**
 * The three encodings Amazon's flat files come in. In all of them tab and line feed are never part of another
 * character, so rows and fields are found in the bytes and only the texts that are asked for are decoded.
 */

export type Charset = SettlementFileFormat['charset'];
export type Decode = (bytes: Buffer, from: number, to: number) => string;

/** Spellings seen in Amazon's Content-Type and their common relatives, in lower case without `-`, `_` and `:`. */
const CHARSET_LABELS: ReadonlyMap<string, Charset> = new Map([
  ...['utf8', 'usascii', 'ascii'].map((label): [string, Charset] => [label, 'utf-8']),
  ...['cp1252', 'windows1252', 'xcp1252', 'iso88591', 'latin1', 'l1'].map((label): [string, Charset] => [
    label,
    'windows-1252',
  ]),
  ...['shiftjis', 'sjis', 'xsjis', 'csshiftjis', 'mskanji', 'cp932', 'ms932', 'windows31j', 'cswindows31j'].map(
    (label): [string, Charset] => [label, 'shift_jis'],
  ),
]);

/** The `charset` parameter as written; `undefined` when the Content-Type names none. */
export function charsetLabelOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1];
}

/** `undefined` for a label that stands for none of the three encodings. */
export function charsetOfLabel(label: string): Charset | undefined {
  return CHARSET_LABELS.get(label.toLowerCase().replace(/[-_:]/g, ''));
}

/** What the bytes 0x80 to 0x9F are in windows-1252; a space where the encoding has no character. */
const WINDOWS_1252_HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const WINDOWS_1252_HOLES: readonly number[] = [...WINDOWS_1252_HIGH].flatMap((character, index) =>
  character === ' ' ? [0x80 + index] : [],
);

/** Node 20's own windows-1252 decoder leaves 0x80 to 0x9F as control characters, so the table is here. */
function decodeWindows1252(bytes: Buffer, from: number, to: number): string {
  return bytes
    .toString('latin1', from, to)
    .replace(/[\u0080-\u009f]/g, (character) => WINDOWS_1252_HIGH.charAt(character.charCodeAt(0) - 0x80));
}

const shiftJisDecoder = new TextDecoder('shift_jis');

function decodeShiftJis(bytes: Buffer, from: number, to: number): string {
  return shiftJisDecoder.decode(bytes.subarray(from, to));
}

const DECODERS: Readonly<Record<Charset, Decode>> = {
  'utf-8': (bytes, from, to) => bytes.toString('utf8', from, to),
  'windows-1252': decodeWindows1252,
  shift_jis: decodeShiftJis,
};

export function decoderOf(charset: Charset): Decode {
  return DECODERS[charset];
}

const CHARSETS: readonly Charset[] = ['utf-8', 'windows-1252', 'shift_jis'];

/** The encodings in which the bytes are text. */
export function charsetsOf(bytes: Uint8Array): Charset[] {
  return CHARSETS.filter((charset) => isValidIn(charset, bytes));
}

/** Whether the bytes are complete characters of that encoding. */
export function isValidIn(charset: Charset, bytes: Uint8Array): boolean {
  if (isAscii(bytes)) return true;
  if (charset === 'utf-8') return isUtf8(bytes);
  if (charset === 'windows-1252') return !WINDOWS_1252_HOLES.some((hole) => bytes.includes(hole));
  try {
    new TextDecoder('shift_jis', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** What the bytes of a file that came without a charset can be. Whole rows are shown to it, so no character is cut. */
export class CharsetEvidence {
  #isUtf8 = true;
  #isShiftJis = true;
  #isEucJp = true;
  /** Kana in EUC-JP, which are `¤` or `¥` and a letter in windows-1252, and half-width marks in Shift_JIS. */
  #hasEucKana = false;

  see(bytes: Uint8Array): void {
    if (isAscii(bytes)) return;
    this.#isUtf8 &&= isValidIn('utf-8', bytes);
    this.#isShiftJis &&= isValidIn('shift_jis', bytes);
    if (!this.#isUtf8 && this.#isEucJp) this.#seeEucJp(bytes);
  }

  #seeEucJp(bytes: Uint8Array): void {
    try {
      const text = new TextDecoder('euc-jp', { fatal: true }).decode(bytes);
      this.#hasEucKana ||= /[\u3041-\u3096\u30a1-\u30fa]/.test(text);
    } catch {
      this.#isEucJp = false;
    }
  }

  /** `euc-jp` is not read: it is told from the others only where it has kana. */
  conclude(currency: CurrencyCode): Charset | 'euc-jp' {
    if (this.#isUtf8) return 'utf-8';
    if (this.#isEucJp && this.#hasEucKana) return 'euc-jp';
    return currency === 'JPY' && this.#isShiftJis ? 'shift_jis' : 'windows-1252';
  }
}
