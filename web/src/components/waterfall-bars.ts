export interface WaterfallStep {
  readonly id: string;
  readonly title: string;
  /** Decimal text. Of a total: the sum of what comes before it. */
  readonly amount: string;
  readonly kind: 'change' | 'total';
  /** What the amount consists of. */
  readonly parts?: readonly { readonly title: string; readonly amount: string }[];
}

/** A step with its place between 0 (left) and 1 (right). */
export interface WaterfallBar extends WaterfallStep {
  readonly from: number;
  readonly to: number;
  /** Where the balance is after it. */
  readonly end: number;
  /** Decimal text. */
  readonly balance: string;
  readonly look: 'up' | 'down' | 'total';
}

/** Shares are drawn with this many parts of the whole width; amounts themselves stay exact. */
const PARTS = 100_000n;

/** Places the bars. Sums are exact; only the places are rounded. */
export function drawWaterfall(steps: readonly WaterfallStep[]): readonly WaterfallBar[] {
  const digits = Math.max(0, ...steps.map(({ amount }) => amount.split('.')[1]?.length ?? 0));
  let running = 0n;
  const spans = steps.map(({ kind, amount }) => {
    const minor = minorOf(amount, digits);
    const start = kind === 'total' ? 0n : running;
    running = kind === 'total' ? minor : running + minor;
    return { start, end: running };
  });
  const all = [0n, ...spans.flatMap(({ start, end }) => [start, end])];
  const low = all.reduce((a, b) => (b < a ? b : a));
  const high = all.reduce((a, b) => (b > a ? b : a));
  const whole = high === low ? 1n : high - low;
  const place = (value: bigint) => Number(((value - low) * PARTS) / whole) / Number(PARTS);
  return steps.map((step, index) => {
    const { start, end } = spans[index] ?? { start: 0n, end: 0n };
    const [from, to] = start < end ? [start, end] : [end, start];
    return {
      ...step,
      from: place(from),
      to: place(to),
      end: place(end),
      balance: textOf(end, digits),
      look: step.kind === 'total' ? 'total' : end < start ? 'down' : 'up',
    };
  });
}

function minorOf(text: string, digits: number): bigint {
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const minor = BigInt(whole + part.padEnd(digits, '0'));
  return text.startsWith('-') ? -minor : minor;
}

function textOf(minor: bigint, digits: number): string {
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0n ? '-' : ''}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''}`;
}

export const BAR_PX = 16;
export const LINE_PX = 16;
/** Of the letters of a title, on average. */
export const CHARACTER_PX = 6.6;
const ROW_PX = 30;
/** From the last line of a title to the bar below it, on a phone. */
const ABOVE_BAR_PX = 7;

/** Where one bar stands, and its title in as many lines as it takes. */
export interface WaterfallRow {
  readonly bar: WaterfallBar;
  readonly lines: readonly string[];
  /** Of the first line of the title, and of the amount. */
  readonly textY: number;
  readonly barTop: number;
  /** Where the line to the next bar ends. */
  readonly endY: number;
}

/**
 * The bars one below the other. A title keeps to its room, so that it is never printed over an amount or a bar: where it is longer it
 * goes on in another line. `isNarrow`: the bar is below its title.
 */
export function placeRows(
  bars: readonly WaterfallBar[],
  { isNarrow, labelPx }: { readonly isNarrow: boolean; readonly labelPx: number },
): { readonly rows: readonly WaterfallRow[]; readonly height: number } {
  const tops: number[] = [0];
  const drawn = bars.map((bar) => {
    const lines = wrapWords(bar.title, Math.floor(labelPx / CHARACTER_PX));
    const top = tops.at(-1) ?? 0;
    const textPx = lines.length * LINE_PX;
    const rowPx = isNarrow ? textPx + ABOVE_BAR_PX + BAR_PX + ABOVE_BAR_PX : Math.max(ROW_PX, textPx + 8);
    tops.push(top + rowPx);
    const barTop = isNarrow ? top + textPx + ABOVE_BAR_PX : top + (rowPx - BAR_PX) / 2;
    const textY = isNarrow ? top + 15 : top + (rowPx - textPx) / 2 + 12;
    return { bar, lines, textY, barTop };
  });
  const height = tops.at(-1) ?? 0;
  return { rows: drawn.map((row, at) => ({ ...row, endY: drawn[at + 1]?.barTop ?? height })), height };
}

/** Lines of at most so many letters; a word that is longer has a line of its own. */
export function wrapWords(text: string, lettersMax: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lettersMax) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
