import { assert } from '../core/index.ts';
import type { FeedReport } from './amazon-feeds.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';

export async function collectPayouts(_context: FeedContext, _options: FeedRunOptions): Promise<FeedReport> {
  return assert(false, 'not built yet') as never;
}
