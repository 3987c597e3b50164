import { type CanonicalValue, canonicalJson, formatMoney, type Sha256, sha256Of } from '../core/index.ts';
import type { EntryReversal, JournalEntry, JournalLine } from './journal-entry.ts';

/**
 * What is approved and posted, as one canonical value: amounts are decimal text. The bucket numbers are left out: they
 * link lines to rows and depend on the order of the rows, which changes nothing in the books.
 */
export function canonicalEntry(entry: JournalEntry): CanonicalValue {
  return {
    postingKey: entry.postingKey,
    companyCode: entry.companyCode,
    documentType: entry.documentType,
    documentDate: entry.documentDate,
    postingDate: entry.postingDate,
    currency: entry.currency,
    headerText: entry.headerText,
    headerReference: entry.headerReference,
    part: entry.part,
    partCount: entry.partCount,
    lines: entry.lines.map(canonicalLine),
    // Absent, not null, where they do not apply: digests from before these members existed stay the same.
    ...(entry.reversal && { reversal: canonicalReversal(entry.reversal) }),
  };
}

function canonicalReversal(reversal: EntryReversal): CanonicalValue {
  const { postingKey, fiscalYear, sapDocumentNumber, reason } = reversal;
  return { postingKey, fiscalYear, sapDocumentNumber, reason };
}

function canonicalLine(line: JournalLine): CanonicalValue {
  return {
    kind: line.kind,
    glAccount: line.glAccount,
    costCenter: line.costCenter,
    profitCenter: line.profitCenter,
    taxCode: line.taxCode,
    tax: line.tax && {
      taxCode: line.tax.taxCode,
      base: formatMoney(line.tax.base),
      amount: formatMoney(line.tax.amount),
    },
    amount: formatMoney(line.amount),
    text: line.text,
    ...(line.customer !== undefined && { customer: line.customer }),
  };
}

/** SHA-256 over the canonical JSON of one entry: what an approval pins. */
export function entryDigest(entry: JournalEntry): Sha256 {
  return sha256Of(canonicalJson(canonicalEntry(entry)));
}

/** SHA-256 over the canonical JSON of the entries of one proposal, in their order. */
export function entriesDigest(entries: readonly JournalEntry[]): Sha256 {
  return sha256Of(canonicalJson(entries.map(canonicalEntry)));
}
