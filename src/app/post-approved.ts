import { Problem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryOrigin, OriginKey } from './origin.ts';
import type { EntryRecord } from './ports.ts';
import { postOneEntry } from './sync-connection.ts';

/**
 * Sends every approved entry of a settlement or an accrual on a person's word, one after the other, and stops at the first that SAP
 * did not book. Gives those that were sent, as they are then. Raises `NOTHING_TO_POST` (conflict) when none is approved, and as
 * `postOneEntry`.
 */
export async function postApproved(
  context: ConnectionContext,
  origin: { readonly kind: EntryOrigin['kind']; readonly key: OriginKey; readonly name: string },
): Promise<readonly EntryRecord[]> {
  const entries = await context.books.listEntries({ originKey: origin.key, states: ['approved'] });
  const sent: EntryRecord[] = [];
  for (const record of entries) {
    const after = await postOneEntry(context, record);
    sent.push(after);
    if (after.state !== 'posted') break;
  }
  if (sent.length > 0) return sent;
  throw new Problem({
    code: 'NOTHING_TO_POST',
    kind: 'conflict',
    says: `No entry of ${origin.kind} ${origin.name} is approved, so nothing of it can be sent.`,
    next: `Look at what is missing: seller-ledger approvals list`,
  });
}
