import type { FeedName } from '../amazon-feeds.ts';
import type { ConnectionId, EntryId } from '../ports.ts';

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

/** From when on something is told, where that differs from one company to the next. */
export interface AlertLimits {
  /** How long an entry may wait for the people who approve it. */
  readonly approvalMs: number;
  /** Less room than this on a disk is told. */
  readonly freeBytes: number;
}

/** An entry that nobody has sent and that may wait for people, or one of which a reversal was asked for. */
export interface UndecidedFact extends OfConnection {
  readonly entryId: EntryId;
  readonly since: string;
}

export interface WaitingFact extends OfConnection {
  readonly since: string;
}

/** What the books themselves say of one moment. */
export interface BookedAlertFacts extends Omit<AlertFacts, 'limits' | 'approvals' | 'looserRules' | 'disks'> {
  /** Whether people are missing, the rules of the connection say. The oldest first. */
  readonly undecided: readonly UndecidedFact[];
  /** By connection: since when a change of who approves is not accepted. Whether it loosens anything, its rules say. */
  readonly changedRules: readonly WaitingFact[];
  /** Where the database keeps its files, where it runs on this machine and tells it. */
  readonly databaseFolder: string | null;
}

/** The state of the books at one moment, as far as the quick rules need it. */
export interface AlertFacts {
  readonly limits: AlertLimits;
  /** By connection: how many entries and reversals wait for people longer than they may, and since when the first does. */
  readonly approvals: readonly (OfConnection & { readonly count: number; readonly since: string })[];
  /** The newest version of an account table, where nobody else has approved it. */
  readonly waitingTables: readonly (WaitingFact & { readonly number: number; readonly author: string })[];
  /** Rules of approval that one person loosened and nobody else has accepted. */
  readonly looserRules: readonly WaitingFact[];
  /** The room on the disks that this machine sees. */
  readonly disks: readonly {
    readonly holds: 'database' | 'backups';
    readonly folder: string;
    readonly freeBytes: number;
  }[];
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
  /** Work that is switched on and not paused, with the turn that is due or under way; empty where no schedule is kept. */
  readonly schedules: readonly {
    readonly connectionId: ConnectionId | null;
    readonly connection: string | null;
    readonly work: string;
    readonly cadenceSeconds: number;
    readonly nextDueAt: string;
    /** When a turn was handed over that has not ended; `null` when none is under way. */
    readonly underWaySince: string | null;
    /** What keeps it from its goal, and since when; `null`: nothing. */
    readonly waiting: { readonly code: string; readonly since: string } | null;
  }[];
  /** `null` where no daily backup is wished for. */
  readonly backup: { readonly lastAt: string | null; readonly wantedSince: string } | null;
  readonly jobs: {
    /** By kind of work: those that failed several times, and the most attempts of one of them. */
    readonly failing: readonly { readonly name: string; readonly count: number; readonly attempts: number }[];
    /** Those that nobody tries again by itself, and whose work has not succeeded since. */
    readonly failed: readonly {
      readonly name: string;
      readonly connectionId: ConnectionId | null;
      readonly connection: string | null;
      readonly count: number;
    }[];
    readonly waiting: number;
    /** When the job that waits longest was due. */
    readonly oldestDueAt: string | null;
  };
  readonly buyersOverdue: readonly (OfConnection & { readonly count: number; readonly dueSince: string })[];
}
