import type { JournalEntry } from '../ledger/index.ts';
import type { SapDocumentKey } from './general-ledger.ts';
import type { Actor, EntryId, EntryRecord } from './ports.ts';

/** A document of the same company code as the entry that it belongs to. */
export type ReversingDocument = Pick<SapDocumentKey, 'fiscalYear' | 'sapDocumentNumber'>;

/**
 * Reversals as records. That one is posted is an ordinary move of its entry (`moveEntry`), which takes the entry it
 * reverses from `posted` to `reversed` in the same database transaction, with an audit event each.
 */
export interface ReversalStore {
  /**
   * Records the reversal of a posted entry, approved by the actor, beside the entries of the same proposal. Another
   * reversal of the entry that is not `withdrawn` makes it raise `REVERSAL_OPEN` (conflict); an entry that is not
   * `posted`, `STATE_MOVED` (conflict).
   */
  recordReversal(input: {
    /** The entry that is reversed. */
    original: EntryId;
    entry: JournalEntry;
    actor: Actor;
    why: string;
    /** How many people have to stand behind it; they are on record already. */
    approvalsNeeded?: number;
  }): Promise<EntryRecord>;
  /** All reversals of an entry, the withdrawn ones too, in the order in which they were recorded. */
  listReversals(original: EntryId): Promise<readonly EntryRecord[]>;
}
