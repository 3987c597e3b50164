import { type LocalDate, negateMoney } from '../core/index.ts';
import type { JournalEntry, JournalLine } from './journal-entry.ts';
import type { PostingKey } from './posting-key.ts';

/**
 * The mirror of an entry: same accounts, cost objects, tax codes and texts, every amount with the other sign, so that
 * both together change nothing. It is another document and therefore has its own key and dates.
 */
export function reverseEntry(
  entry: JournalEntry,
  booking: { readonly postingKey: PostingKey; readonly postingDate: LocalDate },
): JournalEntry {
  return {
    ...entry,
    postingKey: booking.postingKey,
    documentDate: booking.postingDate,
    postingDate: booking.postingDate,
    lines: entry.lines.map(reverseLine),
  };
}

function reverseLine(line: JournalLine): JournalLine {
  return {
    ...line,
    amount: negateMoney(line.amount),
    tax: line.tax && {
      ...line.tax,
      base: negateMoney(line.tax.base),
      amount: negateMoney(line.tax.amount),
    },
  };
}
