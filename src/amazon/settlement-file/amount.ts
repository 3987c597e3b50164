/**
 * Reads Amazon's amounts exactly. A file writes them with a decimal point, a decimal comma or no decimals at all, and
 * now and then with thousands separators; which one is learnt from all its amounts before the first is read.
 */

export type DecimalMark = '.' | ',';

/** How the amounts of one file are written. */
export interface AmountFormat {
  /** Digits of the currency's smallest unit. */
  readonly decimals: number;
  readonly decimalMark: DecimalMark | 'none';
  /** The mark between thousands; `undefined` when the file does not show which one it is. */
  readonly groupingMark: DecimalMark | undefined;
}

/** `too-precise`: digits other than zero beyond the currency's decimals. `too-long`: more than `AMOUNT_DIGITS_MAX`. */
export type AmountRefusal = 'unreadable' | 'ambiguous' | 'too-precise' | 'too-long';

/** More than any ledger holds; keeps a row of digits from becoming a number. */
export const AMOUNT_DIGITS_MAX = 18;
/** The most digits of which every number is a safe integer. */
const PLAIN_DIGITS_MAX = 15;

const SPACES = ' \u00a0\u202f';
const BODY = new RegExp(`^\\d+(?:[.,${SPACES}]\\d+)*$`);

interface AmountParts {
  readonly negative: boolean;
  /** Digits between the marks, at least one group. */
  readonly groups: readonly string[];
  /** The marks between the groups, spaces of any kind as a plain space. */
  readonly marks: string;
}

function splitAmount(text: string): AmountParts | undefined {
  const trimmed = text.trim();
  const hasSign = trimmed.startsWith('-') || trimmed.startsWith('+');
  const body = hasSign ? trimmed.slice(1).trimStart() : trimmed;
  if (!BODY.test(body)) return undefined;
  return {
    negative: trimmed.startsWith('-'),
    groups: body.split(/\D/),
    marks: body.replace(/\d/g, '').replace(/[^.,]/g, ' '),
  };
}

/** Thousands (`1.234.567`) or the Indian way (`12,34,567`). */
function isGrouping(groups: readonly string[]): boolean {
  const [first = '', ...rest] = groups;
  const last = rest.at(-1);
  if (last === undefined) return true;
  if (first.startsWith('0') || last.length !== 3) return false;
  const inner = rest.slice(0, -1);
  const isThousands = first.length <= 3 && inner.every((group) => group.length === 3);
  const isIndian = first.length <= 2 && inner.every((group) => group.length === 2);
  return isThousands || isIndian;
}

function otherMark(mark: DecimalMark): DecimalMark {
  return mark === '.' ? ',' : '.';
}

/** What the amounts of a file say about the way it writes them. */
export class AmountEvidence {
  #decimalMark: DecimalMark | undefined;
  readonly #groupingMarks = new Set<DecimalMark>();
  /** Marks met once in an amount and followed by three digits: `1.234`. */
  readonly #unclearMarks = new Set<DecimalMark>();

  /** Unreadable texts say nothing here; reading the rows names them. */
  see(text: string): void {
    const parts = splitAmount(text);
    if (!parts) return;
    const marks = [...parts.marks].filter((mark): mark is DecimalMark => mark !== ' ');
    const last = marks.at(-1);
    if (last === undefined || !parts.marks.endsWith(last)) return;
    const isOnce = marks.indexOf(last) === marks.length - 1;
    if (!isOnce) {
      if (isGrouping(parts.groups)) this.#groupingMarks.add(last);
    } else if (parts.marks.length === 1 && isGrouping(parts.groups)) {
      this.#unclearMarks.add(last);
    } else {
      this.#decimalMark ??= last;
    }
  }

  /** Further amounts would not change the conclusion for a currency with so many decimals. */
  isConclusive(decimals: number): boolean {
    if (this.#decimalMark) return true;
    return (decimals > 0 && this.#groupingMarks.size > 0) || (decimals === 3 && this.#unclearMarks.size > 0);
  }

  conclude(decimals: number): AmountFormat {
    const [grouping] = this.#groupingMarks;
    const [unclear] = this.#unclearMarks;
    let decimalMark: DecimalMark | undefined = this.#decimalMark;
    if (!decimalMark && decimals > 0 && grouping) decimalMark = otherMark(grouping);
    // A currency with three decimals is written with all of them, so the three digits are decimals.
    if (!decimalMark && decimals === 3 && this.#unclearMarks.size === 1) decimalMark = unclear;
    if (decimalMark) return { decimals, decimalMark, groupingMark: otherMark(decimalMark) };
    // A currency without decimals writes none, so its marks stand between thousands, if they are all the same.
    const seen = new Set([...this.#groupingMarks, ...this.#unclearMarks]);
    const groupingMark = decimals === 0 && seen.size === 1 ? (grouping ?? unclear) : undefined;
    return { decimals, decimalMark: 'none', groupingMark };
  }
}

/**
 * The amount in minor units of the currency. Spaces at the ends are ignored; spaces inside, also no-break spaces, are
 * accepted between thousands. Zeros beyond the currency's decimals change nothing; any other digit there is refused.
 */
export function parseAmount(text: string, format: AmountFormat): bigint | AmountRefusal {
  const parts = splitAmount(text);
  if (!parts) return 'unreadable';
  const { groups, marks } = parts;
  const { decimals, decimalMark, groupingMark } = format;
  const hasFraction = decimalMark !== 'none' && marks.endsWith(decimalMark);
  const wholeGroups = hasFraction ? groups.slice(0, -1) : groups;
  const wholeMarks = hasFraction ? marks.slice(0, -1) : marks;
  const fraction = hasFraction ? (groups.at(-1) ?? '') : '';

  const isUnclear = marks.length === 1 && marks !== ' ' && !hasFraction && isGrouping(groups);
  // In a currency with three decimals `1,234` has the shape of a complete amount, whatever its neighbours say.
  if (isUnclear && (groupingMark === undefined || decimals === 3)) return 'ambiguous';
  const separator = wholeMarks.charAt(0);
  const isSeparatorKnown = separator === '' || separator === ' ' || separator === groupingMark;
  const isUniform = [...wholeMarks].every((mark) => mark === separator);
  if (!isSeparatorKnown || !isUniform || !isGrouping(wholeGroups)) return 'unreadable';

  const whole = wholeGroups.join('');
  if (whole.length + decimals > AMOUNT_DIGITS_MAX) return 'too-long';
  if (/[1-9]/.test(fraction.slice(decimals))) return 'too-precise';
  const minor = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return parts.negative ? -minor : minor;
}

/**
 * The same result for the form nearly all amounts have (`-95.16`), without building a text; `NaN` for any other form,
 * which `parseAmount` then judges. The number is a count of minor units, exact because it has at most 15 digits.
 */
export function parsePlainAmount(bytes: Uint8Array, from: number, to: number, format: AmountFormat): number {
  const { decimals } = format;
  const markByte = format.decimalMark === 'none' ? -1 : format.decimalMark.charCodeAt(0);
  const negative = bytes[from] === 0x2d;
  const start = negative ? from + 1 : from;
  let minor = 0;
  let markAt = -1;
  for (let i = start; i < to; i++) {
    const byte = bytes[i] as number;
    const digit = byte - 0x30;
    if (digit >= 0 && digit <= 9) minor = minor * 10 + digit;
    else if (byte === markByte && markAt < 0 && i > start) markAt = i;
    else return Number.NaN;
  }
  const fractionDigits = markAt < 0 ? 0 : to - markAt - 1;
  const wholeDigits = (markAt < 0 ? to : markAt) - start;
  const hasRightFraction = markAt < 0 || (fractionDigits > 0 && fractionDigits <= decimals);
  if (wholeDigits === 0 || wholeDigits + decimals > PLAIN_DIGITS_MAX || !hasRightFraction) return Number.NaN;
  for (let i = fractionDigits; i < decimals; i++) minor *= 10;
  return negative ? -minor : minor;
}
