import { Problem } from '../core/index.ts';
import type { FeedName, UnreadableRecord } from './amazon-feeds.ts';

/** What a run says about the records it kept aside. `count` is at least 1; `first` is one of them. */
export function unreadableProblem(kept: {
  readonly feed: FeedName;
  readonly connectionName: string;
  readonly count: number;
  readonly first: UnreadableRecord;
}): Problem {
  const { feed, connectionName, count, first } = kept;
  const which = first.recordId === null ? 'the first' : `the first (${first.recordId})`;
  return new Problem({
    code: 'FEED_RECORD_UNREADABLE',
    kind: 'unmapped',
    says: `${count} ${count === 1 ? 'record' : 'records'} of ${feed} ${count === 1 ? 'is' : 'are'} kept aside, ${which} because ${first.says}.`,
    next: `Look at what was kept: seller-ledger feeds unreadable ${connectionName}. Everything else was stored; a newer program may be able to read these.`,
  });
}
