import { traced } from '../core/index.ts';
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
  const { reversal, postingKey } = record.entry;
  return traced('entry.post', { postingKey, isReversal: reversal !== undefined }, async (note) => {
    const result = reversal
      ? await sendReversal(context, { record, reversal }, stillMine)
      : await postEntry(context, record, stillMine);
    note({ outcome: result.unavailable ? 'unavailable' : result.record.state });
    return result;
  });
}
