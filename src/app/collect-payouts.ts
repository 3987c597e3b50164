import { DAY_MS } from '../core/index.ts';
import type { FeedReport } from './amazon-feeds.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import { FeedRun } from './feed-run.ts';
import { instantOf, PAYOUT_WINDOWS } from './finance-windows.ts';
import { readStrand } from './read-strand.ts';

const PAYOUTS = 'payouts';
/** A bank may return a payout days after it was said to be paid. */
const againMs = 45 * DAY_MS;

/**
 * Reads the payouts since the last run, and those of the last 45 days once more. Nothing here starts one. Raises only what
 * must stop the run.
 */
export async function collectPayouts(context: FeedContext, options: FeedRunOptions): Promise<FeedReport> {
  const { books, connection, amazon, rules } = context;
  const run = new FeedRun(context, 'payouts', options);
  const nowMs = await books.sharedNowMs();
  const since = `${rules.since}T00:00:00.000Z`;
  const ending = await run.try(() =>
    readStrand(run, {
      name: PAYOUTS,
      since,
      again: instantOf(Math.max(Date.parse(since), nowMs - againMs)),
      end: instantOf(nowMs),
      windows: PAYOUT_WINDOWS,
      list: (window, token) => amazon.payouts.list(window, token),
      store: { keyOf: (payout) => payout.payoutId, put: (payouts) => books.putPayouts(connection.id, payouts) },
    }),
  );
  const cursor = await books.readCursor(connection.id, PAYOUTS);
  return run.result({ isUpToDate: ending === 'done', completeUntil: cursor?.watermark ?? null });
}
