import type { EntryOrigin, EntryRecord, SettlementStore } from '../../app/index.ts';
import { formatDocument, sayEntry, sayProofs } from '../cli/format-entry.ts';
import type { Terminal } from '../cli/terminal.ts';

/** A document that is in SAP: of a settlement with its proofs; a month that somebody closed in the demo has accruals, too. */
export async function sayPosted(
  terminal: Terminal,
  books: Pick<SettlementStore, 'getSettlement'>,
  { origin, entry, document }: EntryRecord,
): Promise<void> {
  if (origin.kind === 'settlement') {
    const { settlementId, proofs } = await books.getSettlement(origin.key);
    terminal.say(`Settlement ${settlementId}, proofs:`);
    sayProofs(terminal, proofs);
  } else {
    terminal.say(`Accrual ${origin.name}:`);
  }
  sayEntry(terminal, entry, document ? `SAP document ${formatDocument(document)}` : '');
}

/** Where the page shows what an entry books. */
export function pathOfOrigin(origin: EntryOrigin): string {
  return origin.kind === 'settlement' ? `/settlements/${origin.name}` : `/accruals/${origin.key}`;
}
