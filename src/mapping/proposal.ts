import type { Money, Sha256 } from '../core/index.ts';
import type { JournalEntry, Proof } from '../ledger/index.ts';
import type { PlacedBucket } from './propose-rows.ts';
import type { SettledOrder } from './settled-orders.ts';

/** One reason why a settlement cannot be booked, with the rows it concerns summed up. */
export interface QuarantineItem {
  /** `LINE_KIND_UNKNOWN`, `ACCOUNT_MISSING`, `MARKETPLACE_UNASSIGNED`, … */
  readonly code: string;
  readonly transactionType: string;
  readonly amountType: string;
  readonly amountDescription: string;
  readonly marketplace: string;
  readonly count: number;
  /** Amazon's sign. */
  readonly amount: Money;
  readonly firstRow: number;
  readonly says: string;
  readonly next: string;
}

/** What a settlement comes to in the books. Entries are empty unless everything is known and every proof holds. */
export interface Proposal {
  readonly entries: readonly JournalEntry[];
  readonly proofs: readonly Proof[];
  readonly quarantine: readonly QuarantineItem[];
  /** Where the buckets belong that have a place, also when something else stops the settlement. */
  readonly placed: readonly PlacedBucket[];
  /** Digest of the entries in canonical JSON; `null` when there are none because something stopped it. */
  readonly digest: Sha256 | null;
  /** What it pays of each order; absent where nobody asked. */
  readonly orders?: readonly SettledOrder[];
}
