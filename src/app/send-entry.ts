import type { ConnectionContext } from './context.ts';
import type { EntryRecord } from './ports.ts';
import { type PostResult, postEntry } from './post-entry.ts';
import { sendReversal } from './send-reversal.ts';

/** Sends an approved entry the way it has to be sent: see `postEntry`, and `sendReversal` for one that reverses another. */
export function sendEntry(
  context: ConnectionContext,
  record: EntryRecord,
  stillMine: () => Promise<boolean>,
): Promise<PostResult> {
  const { reversal } = record.entry;
  return reversal ? sendReversal(context, { record, reversal }, stillMine) : postEntry(context, record, stillMine);
}
