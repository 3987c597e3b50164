import { addMoney, assert, type CurrencyCode, type Money, money, negateMoney, sumMoney } from '../core/index.ts';
import type { JournalLine } from './journal-entry.ts';

/** SAP numbers the items of a document with three digits and counts tax items. */
export const DOCUMENT_LINES_MAX = 999;
/** Keeps a margin below it. */
export const ENTRY_LINES_MAX = 900;

/** How many items SAP will show: nothing for a zero line, and a tax item more for each line with a tax code. */
export function countDocumentLines(lines: readonly JournalLine[]): number {
  let count = 0;
  for (const line of lines) if (line.amount.minor !== 0n) count += line.taxCode === null ? 1 : 2;
  return count;
}

/** Lines of one company code, month and currency that come to zero together with their closing lines. */
export interface SplitInput {
  readonly currency: CurrencyCode;
  /** In the order in which they are to appear. */
  readonly lines: readonly JournalLine[];
  /** Lines that close the whole, for example the payout: they stay together, at the end of the last part. */
  readonly closing: readonly JournalLine[];
  /** The line that carries `amount` between parts. Asked for only when there is more than one part. */
  readonly carryLine: (amount: Money) => JournalLine;
  readonly linesMax?: number;
}

/**
 * Cuts balanced lines into parts of at most `linesMax` document lines that each balance by themselves. Earlier parts
 * close against the carry account and the last part takes the sum back, so that the carry account returns to zero, no
 * line is divided or moved, and a payout stays one item of its full amount. One part comes back unchanged.
 */
export function splitLines(input: SplitInput): JournalLine[][] {
  const linesMax = input.linesMax ?? ENTRY_LINES_MAX;
  const whole = [...input.lines, ...input.closing];
  if (countDocumentLines(whole) <= linesMax) return [whole];

  const roomOfPart = linesMax - 1;
  const roomOfLast = roomOfPart - countDocumentLines(input.closing);
  assert(roomOfLast >= 0 && roomOfPart >= 2, `${linesMax} lines are too few to split a document into`);
  const groups = cutIntoGroups(input.lines, roomOfPart, roomOfLast);
  const last = groups.pop() ?? [];

  let carried = money(input.currency, 0n);
  const parts = groups.map((group) => {
    const sum = sumLines(input.currency, group);
    carried = addMoney(carried, sum);
    return sum.minor === 0n ? group : [...group, input.carryLine(negateMoney(sum))];
  });
  const takenBack = carried.minor === 0n ? [] : [input.carryLine(carried)];
  return [...parts, [...last, ...takenBack, ...input.closing]];
}

/** Fills each group up to `room`; the last group is the first rest that fits beside the closing lines. */
function cutIntoGroups(lines: readonly JournalLine[], room: number, roomOfLast: number): JournalLine[][] {
  const groups: JournalLine[][] = [];
  let rest = countDocumentLines(lines);
  let at = 0;
  while (rest > roomOfLast) {
    const group: JournalLine[] = [];
    let used = 0;
    for (let line = lines[at]; line; line = lines[at]) {
      const size = countDocumentLines([line]);
      if (used + size > room) break;
      group.push(line);
      used += size;
      at += 1;
    }
    groups.push(group);
    rest -= used;
  }
  groups.push(lines.slice(at));
  return groups;
}

function sumLines(currency: CurrencyCode, lines: readonly JournalLine[]): Money {
  return sumMoney(
    currency,
    lines.map((line) => line.amount),
  );
}
