import type { LocalDate } from '../core/index.ts';
import type { PostingKey } from '../ledger/index.ts';
import type { Actor, ConnectionId, SettlementKey } from './ports.ts';

/** What is to become of a settlement of which documents are reversed in SAP, or are to be. */
export type TakeBackDecision =
  /** The rest is reversed, too, for this reason and on this day (`null`: that of each entry); then it is proposed anew. */
  | { readonly outcome: 'propose-again'; readonly reason: string; readonly postingDate: LocalDate | null }
  /** It stays as it is in SAP. Another entry that is reversed later is not covered by it. */
  | { readonly outcome: 'leave'; readonly reversedKeys: readonly PostingKey[] };

export interface TakeBack {
  readonly settlementKey: SettlementKey;
  readonly decision: TakeBackDecision;
  readonly actor: Actor;
  readonly why: string;
}

export interface TakeBackStore {
  /**
   * Keeps the decision about the current proposal of a settlement, in place of an earlier one, with its audit event; `null`
   * takes the earlier one back. Raises `STATE_MOVED` (conflict) when the settlement is not `proposed`.
   */
  decideTakeBack(input: {
    settlementKey: SettlementKey;
    decision: TakeBackDecision | null;
    actor: Actor;
    why: string;
  }): Promise<void>;
  /** The decisions about current proposals, in the order in which they were taken. */
  listTakeBacks(connectionId: ConnectionId): Promise<readonly TakeBack[]>;
}
