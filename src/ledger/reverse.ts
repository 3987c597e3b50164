import { type LocalDate, negateMoney } from '../core/index.ts';
import type { JournalEntry, JournalLine } from './journal-entry.ts';
import { type PostingKey, reversalKeyOf } from './posting-key.ts';

/**
 * The mirror of an entry: same accounts, cost objects, tax codes and texts, every amount with the other sign, so that
 * both together change nothing. It is another document and therefore has its own key and dates. Amazon's rows stay behind
 * the lines of the entry itself.
 */
export function mirrorEntry(
  entry: JournalEntry,
  booking: { readonly postingKey: PostingKey; readonly postingDate: LocalDate },
): JournalEntry {
  return {
    ...entry,
    postingKey: booking.postingKey,
    documentDate: booking.postingDate,
    postingDate: booking.postingDate,
    lines: entry.lines.map(mirrorLine),
  };
}

/** The entry that reverses a booked one: its mirror, which names the document in SAP that it takes back, and why. */
export function reversalOf(
  entry: JournalEntry,
  booking: {
    readonly round: number;
    readonly postingDate: LocalDate;
    readonly reason: string;
    readonly fiscalYear: string;
    readonly sapDocumentNumber: string;
  },
): JournalEntry {
  const { round, postingDate, reason, fiscalYear, sapDocumentNumber } = booking;
  return {
    ...mirrorEntry(entry, { postingKey: reversalKeyOf({ reverses: entry.postingKey, round }), postingDate }),
    headerText: `Rev. ${sapDocumentNumber}/${fiscalYear}`,
    reversal: { postingKey: entry.postingKey, fiscalYear, sapDocumentNumber, reason },
  };
}

function mirrorLine(line: JournalLine): JournalLine {
  return {
    ...line,
    amount: negateMoney(line.amount),
    tax: line.tax && {
      ...line.tax,
      base: negateMoney(line.tax.base),
      amount: negateMoney(line.tax.amount),
    },
    buckets: [],
  };
}
