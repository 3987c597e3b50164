import { assert, formatMoney, Problem, type ProblemFacts } from '../core/index.ts';
import { countDocumentLines, debitTotal, type JournalEntry } from '../ledger/index.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryRecord, LedgerDocument } from './ports.ts';

/** How long "not found in SAP" does not yet mean "not booked", on the clock that all processes share. */
export function quietLeftMs(record: EntryRecord, quietPeriodMs: number, sharedNowMs: number): number {
  assert(record.unknownSince !== null, `entry ${record.id} is unknown since nobody knows when`);
  return Date.parse(record.unknownSince) + quietPeriodMs - sharedNowMs;
}

/** Documents that count as booked: no reversal, and not taken back by one. */
export function liveOf(found: readonly LedgerDocument[]): readonly LedgerDocument[] {
  return found.filter((document) => !document.isReversal && !document.isReversed);
}

/** In what a document of SAP is not the entry: in currency, total or number of items; `null` when it is. */
export function differenceOf(entry: JournalEntry, document: LedgerDocument): string | null {
  const total = debitTotal(entry);
  if (document.currency !== entry.currency) return `currency ${document.currency} instead of ${entry.currency}`;
  if (document.debitTotal.minor !== total.minor) {
    return `debit total ${formatMoney(document.debitTotal)} instead of ${formatMoney(total)}`;
  }
  const lineCount = countDocumentLines(entry.lines);
  return document.lineCount === lineCount ? null : `${document.lineCount} items instead of ${lineCount}`;
}

export function documentDiffers(entry: JournalEntry, document: LedgerDocument, difference: string): ProblemFacts {
  const { companyCode, fiscalYear, sapDocumentNumber } = document.document;
  return {
    code: 'SAP_DOCUMENT_DIFFERS',
    kind: 'conflict',
    says: `SAP holds document ${companyCode} ${sapDocumentNumber} ${fiscalYear} under reference ${entry.postingKey}, but with ${difference}.`,
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

/** Leaves an entry to a person, with the problem once on record however often it is looked at. */
export async function keepUnknown(
  context: ConnectionContext,
  record: EntryRecord,
  problem: ProblemFacts,
): Promise<EntryRecord> {
  if (record.problem?.code === problem.code && record.problem.says === problem.says) return record;
  return context.books.annotateEntry({ id: record.id, state: 'unknown', actor: context.actor, problem });
}

/**
 * SAP said that it refused them, or that nothing of them was booked. New keys would book a second time if that was wrong, so
 * SAP is asked once more. Raises `SAP_DOCUMENT_OF_REJECTED` (conflict).
 */
export async function assertNothingInSap(context: ConnectionContext, entries: readonly EntryRecord[]): Promise<void> {
  for (const { entry, attempt } of entries) {
    if (attempt === 0) continue;
    const { postingKey, companyCode, postingDate } = entry;
    const [live] = liveOf(await context.ledger.findByPostingKey({ postingKey, companyCode, postingDate }));
    if (!live) continue;
    throw new Problem({
      code: 'SAP_DOCUMENT_OF_REJECTED',
      kind: 'conflict',
      says: `SAP refused entry ${postingKey}, yet holds document ${live.document.companyCode} ${live.document.sapDocumentNumber} ${live.document.fiscalYear} under its reference, so it is not proposed again.`,
      next: 'Look at the document in SAP: if it is wrong, reverse it there, then sync again.',
    });
  }
}
