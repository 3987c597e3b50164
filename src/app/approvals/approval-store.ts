import type { LocalDate, Sha256 } from '../../core/index.ts';
import type { JournalEntry, PostingKey } from '../../ledger/index.ts';
import type { Actor, ConnectionId, EntryId, EntryRecord } from '../ports.ts';

/** What one person said to one content. It never changes. */
export interface Approval {
  readonly sequence: number;
  readonly connectionId: ConnectionId;
  /** The entry that is approved, or the one that is to be reversed. */
  readonly entryId: EntryId;
  /** Of what is approved: the entry itself, or the reversal. */
  readonly postingKey: PostingKey;
  /** It holds for exactly this content. */
  readonly digest: Sha256;
  readonly verdict: 'approve' | 'refuse';
  readonly person: string;
  readonly why: string;
  /** Of a reversal that was asked for: how. */
  readonly reversal: { readonly reason: string; readonly postingDate: LocalDate } | null;
  readonly at: string;
}

/** Who had a hand in the account table that an entry was made with, since entries were last booked by an older one. */
export interface MappingHand {
  readonly version: number;
  readonly as: 'author' | 'approver';
  readonly person: string;
}

/** What is known under the entry's lock when somebody approves it. */
export interface ApprovalFacts {
  readonly record: EntryRecord;
  /** Of exactly this content, the oldest first. */
  readonly said: readonly Approval[];
  readonly hands: readonly MappingHand[];
}

/** What a rule makes of an approval: how many people it takes, and whether they have all approved with this one. */
export interface ApprovalJudgement {
  readonly needed: number;
  readonly isComplete: boolean;
}

export interface ApprovalStore {
  /**
   * Records a person's approval of an entry as it is now, and moves it to `approved` when that completes it, with an audit event
   * each, in one database transaction. `judge` is asked under the entry's lock and raises what forbids it. Somebody who has
   * approved this content already is not counted again. Raises `STATE_MOVED` (conflict).
   */
  recordApproval(input: {
    readonly id: EntryId;
    readonly from: 'proposed' | 'rejected';
    readonly digest: Sha256;
    readonly actor: Actor;
    readonly why: string;
    readonly judge: (facts: ApprovalFacts) => ApprovalJudgement;
  }): Promise<EntryRecord>;
  /** Records that a person asks for this reversal of a posted entry, or agrees to it. Nobody is counted twice. */
  recordReversalWish(input: {
    readonly original: EntryId;
    readonly reversal: JournalEntry;
    readonly actor: Actor;
    readonly why: string;
  }): Promise<readonly Approval[]>;
  /**
   * Records a refusal of this content, after which earlier approvals of it do not count, with its audit event. An approved entry
   * is `proposed` again. Raises `STATE_MOVED` (conflict).
   */
  recordRefusal(input: {
    readonly id: EntryId;
    readonly from: 'proposed' | 'approved' | 'posted';
    /** The entry itself, or the reversal that was asked for. */
    readonly refused: Pick<Approval, 'postingKey' | 'digest' | 'reversal'>;
    readonly actor: Actor;
    readonly why: string;
  }): Promise<EntryRecord>;
  /** What people said, the oldest first. */
  listApprovals(filter: {
    readonly connectionId?: ConnectionId;
    /** Of these entries, of reversals that were asked for of them, and of what they reverse. */
    readonly entryIds?: readonly EntryId[];
    /** Only reversals that were asked for of posted entries and are not recorded yet. */
    readonly isOpenWish?: boolean;
  }): Promise<readonly Approval[]>;
  /** Whose hands are in the account tables of these entries; what has none is left out. */
  mappingHands(ids: readonly EntryId[]): Promise<ReadonlyMap<EntryId, readonly MappingHand[]>>;
}
