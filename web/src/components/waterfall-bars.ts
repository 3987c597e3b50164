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
