import type { FeedName } from '../amazon-feeds.ts';
import type { ConnectionId } from '../ports.ts';

interface OfConnection {
  readonly connectionId: ConnectionId;
  readonly connection: string;
}

/** What was found first, and how many there are of it: a list that is cut still says how long it is. */
export interface FactList<Fact> {
  readonly oldest: readonly Fact[];
  readonly count: number;
}

export interface SettlementFact extends OfConnection {
  readonly key: string;
  readonly settlementId: string;
  /** Of the problem that holds it. */
  readonly code: string;
}

export interface EntryFact extends OfConnection {
  readonly id: string;
  readonly postingKey: string;
  readonly code: string;
  /** Since when it is in its state. */
  readonly since: string;
}

export interface FeedFact extends OfConnection {
  readonly feed: FeedName;
  readonly startedAt: string;
  readonly isUpToDate: boolean;
}

/** The state of the books at one moment, as far as the quick rules need it. */
export interface AlertFacts {
  /** By the clock of the database, as every moment here. */
  readonly nowMs: number;
  readonly quarantined: FactList<SettlementFact>;
  readonly reissued: FactList<SettlementFact>;
  readonly rejected: FactList<EntryFact>;
  readonly unknown: FactList<EntryFact>;
  readonly stopped: readonly (OfConnection & { readonly code: string; readonly since: string })[];
  readonly paused: readonly (OfConnection & { readonly since: string; readonly until: string })[];
  /** The newest settlement of each connection that has one. */
  readonly newestSettlements: readonly (OfConnection & { readonly endedAt: string })[];
  /** The last run of each feed. */
  readonly feeds: readonly FeedFact[];
  readonly jobs: {
    /** By kind of work: those that failed several times, and the most attempts of one of them. */
    readonly failing: readonly { readonly name: string; readonly count: number; readonly attempts: number }[];
    readonly waiting: number;
    /** When the job that waits longest was due. */
    readonly oldestDueAt: string | null;
  };
  readonly buyersOverdue: readonly (OfConnection & { readonly count: number; readonly dueSince: string })[];
}
