import { Problem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import type { EntryRecord } from './ports.ts';
import { resolveUnknown } from './resolve-unknown.ts';
import { underSyncLease } from './sync-lease.ts';

/**
 * Looks one entry of which nobody knows whether SAP booked it up in SAP, once, on a person's word, and never sends. Gives it as it is
 * then: see `resolveUnknown`. Raises `ENTRY_NOT_UNKNOWN`, `SYNC_RUNNING` (conflict), and `SAP_PAUSED` (unavailable).
 */
export async function lookUpEntry(ungated: ConnectionContext, record: EntryRecord): Promise<EntryRecord> {
  if (record.state !== 'unknown') {
    throw new Problem({
      code: 'ENTRY_NOT_UNKNOWN',
      kind: 'conflict',
      says: `Entry ${record.entry.postingKey} is ${record.state}; only an entry whose outcome is unknown is looked up.`,
      next: `Look at it: seller-ledger entries show ${record.entry.postingKey}`,
    });
  }
  return underSyncLease(ungated, async (_lease, context) => {
    // A sync may have found it between the request and the lease.
    const now = await context.books.getEntry(record.id);
    return now.state === 'unknown' ? resolveUnknown(context, now) : now;
  });
}
