/**
 * JSON whose amounts are numbers. `JSON.parse` would make binary fractions of them, so every number is read as the text
 * that stands in the body.
 */
import type { z } from 'zod';
import { type CurrencyCode, currencyDecimals, type Money } from '../core/index.ts';
import { type JsonReading, readJson } from './read-json.ts';

/** Deeper than any answer by far, and shallow enough for everything that walks a value afterwards. */
const depthMax = 200;
/** Digits of a count of minor units that a signed 64-bit column holds for certain. */
const minorDigitsMax = 18;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * Reads a whole body as UTF-8 JSON of the given shape, in which every number is a string of its digits as Amazon wrote
 * them. Accepts exactly what `readJson` accepts, nested at most 200 deep. What no database can store as text (U+0000, half
 * a surrogate pair) is read as U+FFFD. The fault never quotes the body.
 */
export function readExactJson<T>(body: Uint8Array, schema: z.ZodType<T>): JsonReading<T> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { ok: false, fault: 'it is not UTF-8' };
  }
  const quoted = quoteNumbers(text);
  if (quoted === undefined) return { ok: false, fault: `it is nested more than ${depthMax} deep` };
  return readJson(Buffer.from(quoted, 'utf8'), schema);
}

/** The same text with each number between quotes, also what is not JSON; `undefined` when it is nested too deep. */
function quoteNumbers(text: string): string | undefined {
  const pieces: string[] = [];
  let depth = 0;
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      const inside = text.slice(at, end);
      if (inside.includes('\\u')) {
        pieces.push(text.slice(copied, at), storable(inside));
        copied = end;
      }
      at = end;
    } else if (code === MINUS || isDigit(code)) {
      const end = endOfNumber(text, at);
      const number = text.slice(at, end);
      // A number that is a member's name is not JSON and must not become it by its quotes.
      if (NUMBER.test(number) && !isNameEnd(text, end)) {
        pieces.push(text.slice(copied, at), `"${number}"`);
        copied = end;
      }
      at = end;
    } else {
      if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
      if (depth > depthMax) return undefined;
      at += 1;
    }
  }
  pieces.push(text.slice(copied));
  return pieces.join('');
}

const [QUOTE, BACKSLASH, MINUS] = [0x22, 0x5c, 0x2d];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isNameEnd(text: string, at: number): boolean {
  const pattern = /\s*:/y;
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Behind the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

/** Behind everything that could belong to a number, letters included, so that `1x` is not taken for a number and a rest. */
function endOfNumber(text: string, start: number): number {
  const pattern = /[^\w+.-]/g;
  pattern.lastIndex = start;
  return pattern.exec(text)?.index ?? text.length;
}

const ESCAPES =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})|[\s\S])/g;

/** The escapes of U+0000 and of half a surrogate pair, replaced; a backslash that is escaped itself begins none. */
function storable(literal: string): string {
  return literal.replace(ESCAPES, (whole, unstorable?: string) => (unstorable === undefined ? whole : '\\ufffd'));
}

/**
 * The amount that a number of JSON states, `-12.30` or `1E+2`. Never rounded: a digit below the currency's smallest unit,
 * and more digits than can be stored, are faults. The fault does not quote the amount.
 */
export function parseDecimal(text: string, currency: CurrencyCode): JsonReading<Money> {
  const match = DECIMAL.exec(text);
  if (!match?.[2]) return { ok: false, fault: 'is not a decimal number' };
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return { ok: true, value: { currency, minor: 0n } };
  // How many zeros the minor units need behind the digits; negative: so many digits must be zeros.
  const shift = currencyDecimals(currency) + Number(exponent) - fraction.length;
  if (digits.length + shift > minorDigitsMax) return { ok: false, fault: `has more than ${minorDigitsMax} digits` };
  const kept = shift >= 0 ? digits + '0'.repeat(shift) : digits.slice(0, shift);
  if (shift < 0 && /[1-9]/.test(digits.slice(shift)))
    return { ok: false, fault: `has more decimals than ${currency} has` };
  const minor = BigInt(kept === '' ? 0 : kept);
  return { ok: true, value: { currency, minor: sign === '-' ? -minor : minor } };
}
