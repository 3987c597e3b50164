import type { JournalEntry, JournalLine, PostingKey } from '../ledger/index.ts';
import type { AccrualEvent } from './accrue.ts';
import type { LineKind } from './line-kind.ts';
import { isAccruedKind } from './order-kinds.ts';

/** What is behind a line of an accrual. One that is not named only balances its entry. */
export interface AccrualLineSources {
  readonly postingKey: PostingKey;
  /** Counts from 1. */
  readonly lineNumber: number;
  /** Numbers of its amounts. */
  readonly sources: readonly number[];
  /** 1: the line is the sum of its sources, -1: the sum with the other sign. */
  readonly sign: 1 | -1;
}

/** What an order is worth is in the books already when it was accrued; fees, and what comes later, are not. */
export function isBookedByOrders(event: AccrualEvent, kind: LineKind): boolean {
  return event.isBookedByOrders && isAccruedKind(kind);
}

/** What is behind each line; the line that closes an entry is the sum of all that is behind the others. */
export function sourcesOf(
  postingKey: PostingKey,
  { lines, isRelease }: { readonly lines: readonly JournalLine[]; readonly isRelease: boolean },
): AccrualLineSources[] {
  return lines.map(({ kind, buckets }, index): AccrualLineSources => {
    const isClosing = kind === 'unsettled';
    return {
      postingKey,
      lineNumber: index + 1,
      sources: isClosing ? lines.flatMap((line) => line.buckets) : buckets,
      sign: isClosing === isRelease ? -1 : 1,
    };
  });
}

/** Amounts stand on both sides of an accrual, and rows of a file on one line only: so they are not recorded as rows are. */
export function withoutBuckets(entry: JournalEntry): JournalEntry {
  return { ...entry, lines: entry.lines.map((line) => ({ ...line, buckets: [] })) };
}
