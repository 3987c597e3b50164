import { nameOf } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryRecord, LedgerDocument } from './ports.ts';

/**
 * Records that SAP has taken a posted entry back by a document that this database did not send: it becomes `reversed`, and a
 * reversal of it that was not booked is withdrawn in the same database transaction. Raises `STATE_MOVED` (conflict) when the
 * entry is not posted any more, and `STATE_MOVE_IMPOSSIBLE` (conflict) while its reversal may be in SAP.
 */
export function recordFoundReversed(
  { books, actor }: Pick<ConnectionContext, 'books' | 'actor'>,
  original: EntryRecord,
  { document, reverseDocument }: Pick<LedgerDocument, 'document' | 'reverseDocument'>,
): Promise<EntryRecord> {
  const by = reverseDocument
    ? ` by document ${reverseDocument.sapDocumentNumber} of ${reverseDocument.fiscalYear}`
    : '';
  return books.moveEntry({
    id: original.id,
    from: 'posted',
    to: 'reversed',
    actor,
    why: `SAP's document ${nameOf(document)} was found reversed${by}`,
    reversedBy: reverseDocument && {
      fiscalYear: reverseDocument.fiscalYear,
      sapDocumentNumber: reverseDocument.sapDocumentNumber,
    },
  });
}
