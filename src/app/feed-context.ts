import type { Clock, Log } from '../core/index.ts';
import type { AmazonFeeds, FeedName, FeedRules } from './amazon-feeds.ts';
import type { FeedBooks } from './feed-stores.ts';
import type { Actor, AuditLog, Connection, EvidenceStore, Leases, SharedClock } from './ports.ts';

/** Everything the feeds of one connection need. */
export interface FeedContext {
  readonly connection: Connection;
  readonly books: FeedBooks & EvidenceStore & AuditLog & Leases & SharedClock;
  readonly amazon: AmazonFeeds;
  readonly rules: FeedRules;
  readonly region: 'NA' | 'EU' | 'FE';
  readonly clock: Clock;
  readonly log: Log;
  readonly actor: Actor;
  readonly onProgress: (event: FeedProgress) => void;
}

export type FeedProgress =
  | { readonly step: 'feed'; readonly feed: FeedName; readonly says: string }
  | { readonly step: 'waiting'; readonly untilMs: number; readonly says: string };

/** How a use case is told to stop early, and how it says that it is alive. */
export interface FeedRunOptions {
  /** Ends between two pages once this much time has passed; `null`: only when up to date. */
  readonly runMsMax: number | null;
  readonly keepAlive: () => Promise<void>;
}
