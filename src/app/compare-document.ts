import { formatMoney, type ProblemFacts } from '../core/index.ts';
import { countDocumentLines, debitTotal, type JournalEntry } from '../ledger/index.ts';
import type { LedgerDocument, SapDocumentKey } from './ports.ts';

/** It stands in the books: neither a reversal nor reversed. */
export function isLive(document: LedgerDocument): boolean {
  return !document.isReversal && !document.isReversed;
}

/** `0100000042/1010/2026`: number, company code and fiscal year, as an accountant looks a document up. */
export function nameOf({ companyCode, fiscalYear, sapDocumentNumber }: SapDocumentKey): string {
  return `${sapDocumentNumber}/${companyCode}/${fiscalYear}`;
}

/**
 * What a document of SAP has otherwise than the entry: currency, total or number of items; `null` when it is the same. A tax
 * item may be an item of its own or not: nobody has published whether SAP shows one of nought, or several of one code as one.
 */
export function differenceOf(entry: JournalEntry, document: LedgerDocument): string | null {
  const total = debitTotal(entry);
  if (document.currency !== entry.currency) return `currency ${document.currency} instead of ${entry.currency}`;
  if (document.debitTotal.minor !== total.minor) {
    return `debit total ${formatMoney(document.debitTotal)} instead of ${formatMoney(total)}`;
  }
  const most = countDocumentLines(entry.lines);
  const least = entry.lines.filter(({ amount }) => amount.minor !== 0n).length;
  if (document.lineCount >= least && document.lineCount <= most) return null;
  return `${document.lineCount} items instead of ${least === most ? most : `${least} to ${most}`}`;
}

/** The same, and the posting date: for a document that nobody of this database remembers to have sent. */
export function strictDifferenceOf(entry: JournalEntry, document: LedgerDocument): string | null {
  if (document.document.companyCode !== entry.companyCode) {
    return `company code ${document.document.companyCode} instead of ${entry.companyCode}`;
  }
  if (document.postingDate !== entry.postingDate) {
    return `posting date ${document.postingDate} instead of ${entry.postingDate}`;
  }
  return differenceOf(entry, document);
}

export function documentDiffers(entry: JournalEntry, document: LedgerDocument, difference: string): ProblemFacts {
  return {
    code: 'SAP_DOCUMENT_DIFFERS',
    kind: 'conflict',
    says: `SAP holds document ${nameOf(document.document)} under reference ${entry.postingKey}, but with ${difference}.`,
    next: 'Compare the two; if the document in SAP is wrong, reverse it there, then sync again.',
  };
}

export function bookedTwice(entry: JournalEntry, documents: readonly LedgerDocument[]): ProblemFacts {
  const numbers = documents.map((found) => found.document.sapDocumentNumber).join(', ');
  return {
    code: 'SAP_DOCUMENT_TWICE',
    kind: 'conflict',
    says: `SAP holds ${documents.length} documents under reference ${entry.postingKey}: ${numbers}.`,
    next: 'Reverse all but one of them in SAP, then sync again.',
  };
}

/** Two documents take back what one would have; `mirror` is the one under our reference. */
export function reversedTwice(
  { sapDocumentNumber }: Pick<SapDocumentKey, 'sapDocumentNumber'>,
  by: SapDocumentKey,
  mirror: SapDocumentKey,
): ProblemFacts {
  return {
    code: 'SAP_REVERSED_TWICE',
    kind: 'conflict',
    says: `SAP's document ${sapDocumentNumber} was taken back twice: by document ${by.sapDocumentNumber}, and by document ${mirror.sapDocumentNumber} under our reference.`,
    next: `Reverse document ${mirror.sapDocumentNumber} in SAP, then sync again.`,
  };
}
