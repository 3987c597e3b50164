import { assert } from '../core/index.ts';
import type { FeedName, FeedReport } from './amazon-feeds.ts';
import type { FeedContext } from './feed-context.ts';

export async function syncFeed(
  _context: FeedContext,
  _feed: FeedName,
  _options: { readonly runMsMax: number | null; readonly signal?: AbortSignal },
): Promise<FeedReport> {
  return assert(false, 'not built yet') as never;
}
