import type { FeedBooks } from '../app/index.ts';
import { buyerStore } from './buyers.ts';
import { connectionWatch } from './connection-watch.ts';
import type { Database } from './database.ts';
import { cursorStore } from './feed-cursors.ts';
import { financeControls } from './finance-controls.ts';
import { financeEventStore } from './finance-events.ts';
import { orderStore } from './orders.ts';
import { payoutStore } from './payouts.ts';
import { reportRequestStore } from './report-requests.ts';
import { databaseTime, type ReadTime } from './store-time.ts';
import type { Vault } from './vault.ts';

export interface FeedBooksOptions {
  readonly database: Database;
  readonly vault: Vault;
  /** Times of records and of what is due; by default the clock of the database. */
  readonly readTime?: ReadTime;
}

/** What the feeds store, on the same database as the books. Any number of processes may have their own. */
export function createFeedBooks({ database, vault, readTime = databaseTime }: FeedBooksOptions): FeedBooks {
  return {
    ...cursorStore(database, readTime),
    ...orderStore(database, readTime),
    ...buyerStore(database, vault, readTime),
    ...financeEventStore(database, readTime),
    ...financeControls(database, readTime),
    ...payoutStore(database, readTime),
    ...reportRequestStore(database, readTime),
    ...connectionWatch(database, readTime),
  };
}
