import type { ProblemKind } from '../../core/index.ts';
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

/** A feed that was read, or is to be read by the schedule and is not paused. */
export interface FeedFact extends OfConnection {
  readonly feed: FeedName;
  /** The last run; `null`: there was none. */
  readonly startedAt: string | null;
  readonly isUpToDate: boolean;
  /** When its last turn ended; `null` where no schedule is kept. */
  readonly servedAt: string | null;
  /** When the oldest turn was due that did not bring it up to date; `null`: none is owed. */
  readonly owedSince: string | null;
  /** Every turn since then ended with a problem. */
  readonly trouble: TroubleFact | null;
  readonly cadenceSeconds: number | null;
}

export interface TroubleFact {
  /** Of the last problem. */
  readonly code: string;
  readonly kind: ProblemKind;
  readonly since: string;
  /** What stands still because of it has an alert of its own. */
  readonly isToldElsewhere: boolean;
}

/** A settlement or an accrual of which documents were reversed in SAP, until somebody has decided what becomes of it. */
export interface TakenBackFact extends OfConnection {
  readonly key: string;
  readonly kind: 'settlement' | 'accrual';
  readonly name: string;
  readonly since: string;
}

export interface UnreadableFact extends OfConnection {
  readonly reportDocumentId: string;
  readonly code: string;
}

/** Works that a person paused without an end. */
export interface PausedWorksFact {
  readonly connectionId: ConnectionId | null;
  readonly connection: string | null;
  readonly works: readonly string[];
  /** The first of them. */
  readonly since: string;
}

/** A way to reach people that did not reach all of them. */
export interface ChannelFact {
  readonly name: string;
  /** In a row; 0: the last message was taken, and refused for some of those it is for. */
  readonly failures: number;
  readonly says: string;
}

/** From when on something is told, where that differs from one company to the next. */
export interface AlertLimits {
  /** How long an entry may wait for the people who approve it. */
  readonly approvalMs: number;
  /** How long the outcome of a posting may be unknown: a sync looks it up by itself. */
  readonly unknownMs: number;
  /** How long an entry may stand still that only a person gets going again. */
  readonly heldMs: number;
  /** How long what is approved may wait to be sent, as in posting windows and on closed days. */
  readonly notSentMs: number;
  /** How long SAP may be away, as in its maintenance. */
  readonly sapAwayMs: number;
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
export interface BookedAlertFacts
  extends Omit<AlertFacts, 'limits' | 'approvals' | 'looserRules' | 'disks' | 'backup'> {
  /** Whether people are missing, the rules of the connection say. The oldest first. */
  readonly undecided: readonly UndecidedFact[];
  /** By connection: since when a change of who approves is not accepted. Whether it loosens anything, its rules say. */
  readonly changedRules: readonly WaitingFact[];
  /** Backups since the daily one is wished for, and the last drill. */
  readonly backups: readonly { readonly file: string; readonly at: string }[];
  readonly backupWantedSince: string | null;
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
  /** Longer than a sync takes to look it up. */
  readonly unknown: FactList<EntryFact>;
  /** Proposed or approved for half a day and not sent, because of something that does not pass by itself. */
  readonly held: FactList<EntryFact>;
  /** Approved long ago without a problem, and not sent, although nobody paused that. */
  readonly notSent: FactList<EntryFact>;
  readonly takenBack: FactList<TakenBackFact>;
  readonly unreadable: FactList<UnreadableFact>;
  readonly stopped: readonly (OfConnection & { readonly code: string; readonly since: string })[];
  readonly paused: readonly (OfConnection & { readonly since: string; readonly until: string })[];
  /** The newest settlement of each connection that has one. */
  readonly newestSettlements: readonly (OfConnection & { readonly endedAt: string })[];
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
    /** Every turn since then ended with a problem. */
    readonly trouble: TroubleFact | null;
  }[];
  readonly pausedWorks: readonly PausedWorksFact[];
  /** Those that are in use and have a problem. */
  readonly channels: readonly ChannelFact[];
  /** `null` where no daily backup is wished for. */
  readonly backup: { readonly lastAt: string | null; readonly wantedSince: string } | null;
  /** The last drill, where it found faults. */
  readonly failedDrill: { readonly at: string; readonly file: string } | null;
  readonly jobs: {
    /** By kind of work: those that are tried again and have failed for long, and the most failures of one of them. */
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
