import type { ProblemFacts } from '../core/index.ts';
import type { EntryReversal } from '../ledger/index.ts';
import { bookedTwice, differenceOf, documentDiffers, isLive, reversedTwice } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import { keepUnknown, quietLeftMs, sharedMoment } from './look-up.ts';
import type { EntryRecord, LedgerDocument, SapDocumentKey } from './ports.ts';
import { originalNotFound } from './send-reversal.ts';

/** What SAP shows about a reversal whose answer was lost. */
interface Seen {
  readonly original: LedgerDocument | undefined;
  /** Documents under the reversal's own key that count as booked: mirrors, which SAP does not know to be reversals. */
  readonly mirrors: readonly LedgerDocument[];
  /** The document by which SAP says the original is reversed. */
  readonly by: SapDocumentKey | null;
  /** That one carries our key, so it is ours. */
  readonly isByOurs: boolean;
}

/**
 * Looks a reversal whose outcome is unknown up in SAP, and never sends. Depending on SAP's release it is SAP's own reversal,
 * found through the original, or a mirror document, found by its own key. Found: its document is adopted. Not found, or found
 * reversed by a document that need not be ours: stays `unknown` until the quiet period is over, because ours might still
 * be booked; then that document is adopted, or the reversal goes back to `approved`. Contradictions are left to a person.
 */
export async function resolveReversal(
  context: ConnectionContext,
  record: EntryRecord,
  reversal: EntryReversal,
): Promise<EntryRecord> {
  const { books, posting } = context;
  // Asked before the look-up: only an answer given after the quiet period proves that nothing was booked.
  const quietIsOver = quietLeftMs(record, posting.quietPeriodMs, await sharedMoment(books)) <= 0;
  const seen = await look(context, record, reversal);
  const contradiction = contradictionOf(record, reversal, seen);
  if (contradiction) return keepUnknown(context, record, contradiction);
  const [mirror] = seen.mirrors;
  if (mirror) return adopt(context, record, mirror.document);
  if (seen.by && (seen.isByOurs || quietIsOver)) return adopt(context, record, seen.by);
  if (!quietIsOver) return record;
  if (!seen.original) {
    const original = await books.getEntry(reversal.postingKey);
    return keepUnknown(context, record, originalNotFound(context, original));
  }
  if (seen.original.isReversed) return keepUnknown(context, record, reversedByNobody(reversal));
  return books.moveEntry({
    id: record.id,
    from: 'unknown',
    to: 'approved',
    actor: context.actor,
    why: `SAP shows no reversal of document ${reversal.sapDocumentNumber} ${Math.round(posting.quietPeriodMs / 1000)} s after its sending had ended: it was not booked`,
    problem: null,
  });
}

async function look({ ledger }: ConnectionContext, { entry }: EntryRecord, reversal: EntryReversal): Promise<Seen> {
  const { postingKey, companyCode, postingDate } = entry;
  const { fiscalYear, sapDocumentNumber } = reversal;
  const original = await ledger.findDocument({ companyCode, fiscalYear, sapDocumentNumber });
  const own = await ledger.findByPostingKey({ postingKey, companyCode, postingDate });
  const ours = own.find(({ isReversal, reverseDocument }) => isReversal && isSame(reverseDocument, reversal));
  const named = original?.isReversed ? original.reverseDocument : null;
  return {
    original,
    mirrors: own.filter(isLive),
    by: named ? { companyCode, ...named } : (ours?.document ?? null),
    isByOurs: named ? own.some(({ document }) => isSame(document, named)) : ours !== undefined,
  };
}

type DocumentName = Pick<SapDocumentKey, 'fiscalYear' | 'sapDocumentNumber'>;

function isSame(one: DocumentName | null, other: DocumentName): boolean {
  return one?.sapDocumentNumber === other.sapDocumentNumber && one.fiscalYear === other.fiscalYear;
}

function contradictionOf({ entry }: EntryRecord, reversal: EntryReversal, { mirrors, by }: Seen): ProblemFacts | null {
  const [mirror, second] = mirrors;
  if (!mirror) return null;
  if (by) return reversedTwice(reversal, by, mirror.document);
  if (second) return bookedTwice(entry, mirrors);
  const difference = differenceOf(entry, mirror);
  return difference ? documentDiffers(entry, mirror, difference) : null;
}

function reversedByNobody(reversal: EntryReversal): ProblemFacts {
  return {
    code: 'SAP_REVERSAL_UNNAMED',
    kind: 'conflict',
    says: `SAP shows document ${reversal.sapDocumentNumber} of ${reversal.fiscalYear} as reversed, but not by which document.`,
    next: 'Look at the document in SAP. Once SAP names the one that reversed it, sync again.',
  };
}

function adopt(context: ConnectionContext, record: EntryRecord, document: SapDocumentKey): Promise<EntryRecord> {
  return context.books.moveEntry({
    id: record.id,
    from: 'unknown',
    to: 'posted',
    actor: context.actor,
    why: `found in SAP: document ${document.sapDocumentNumber} reverses it and is adopted`,
    document,
    problem: null,
  });
}
