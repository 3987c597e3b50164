import type { FeedName } from '../app/index.ts';

/** A record, so that the compiler misses a feed that is left out. */
const FEEDS: Readonly<Record<FeedName, true>> = {
  orders: true,
  finances: true,
  payouts: true,
  reimbursements: true,
  vat: true,
};

/** The works that read a feed, by the names that stand in a schedule. */
export const FEED_WORKS: readonly string[] = Object.keys(FEEDS);
