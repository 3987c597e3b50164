import type { LocalDate, Sha256 } from '../core/index.ts';
import type { JournalEntry } from '../ledger/index.ts';
import type { AccruedShipment } from './accruals/orders-model.ts';
import type { Actor, ConnectionId } from './ports.ts';

declare const accrualKeyBrand: unique symbol;
/** Our own id of a recorded accrual. */
export type AccrualKey = string & { readonly [accrualKeyBrand]: true };

/** `orders`: shipped orders, booked to the receivable. `month-end`: what Amazon has not settled, taken back on day one. */
export type AccrualKind = 'orders' | 'month-end';

/** One accrual as it was computed. It never changes: a correction is the same name with a later revision. */
export interface AccrualRecord {
  readonly key: AccrualKey;
  readonly connectionId: ConnectionId;
  readonly connectionName: string;
  readonly sellerAccount: string;
  readonly kind: AccrualKind;
  /** Unique with seller account, kind and revision: `2026-10`, `orders 2026-10-12`, … At most 20 characters. */
  readonly name: string;
  readonly revision: number;
  readonly period: { readonly from: LocalDate; readonly to: LocalDate };
  /** What was known then, UTC. */
  readonly asOf: string;
  /** The evidence that it was computed from: canonical JSON, a source on each line. */
  readonly sourcesSha256: Sha256;
  readonly sourceCount: number;
  readonly digest: Sha256;
  readonly mappingSha256: Sha256;
  readonly programVersion: string;
  readonly recordedAt: string;
  /** When it was withdrawn, or replaced by a later revision; `null` while it stands. */
  readonly withdrawnAt: string | null;
}

export interface AccrualStore {
  /**
   * Records an accrual with its entries as `proposed` and its audit event, in one database transaction. Raises
   * `ACCRUAL_EXISTS` (conflict) when one of this kind and name stands already, or had this revision.
   */
  recordAccrual(input: {
    readonly connectionId: ConnectionId;
    readonly kind: AccrualKind;
    readonly name: string;
    readonly revision: number;
    readonly period: { readonly from: LocalDate; readonly to: LocalDate };
    readonly asOf: string;
    readonly sourcesSha256: Sha256;
    readonly sourceCount: number;
    readonly proposal: {
      readonly digest: Sha256;
      readonly mappingSha256: Sha256;
      readonly mappingText: string;
      readonly programVersion: string;
      readonly entries: readonly JournalEntry[];
    };
    /** Which orders it books; an order stands as a receivable while the accrual does. */
    readonly shipments?: readonly AccruedShipment[];
    readonly actor: Actor;
    readonly why: string;
  }): Promise<AccrualRecord>;
  /** By key or name; of a name the revision that stands, otherwise the latest. Raises `ACCRUAL_UNKNOWN` (invalid). */
  getAccrual(ref: string): Promise<AccrualRecord>;
  /** In the order of their periods, names and revisions. */
  listAccruals(filter?: {
    readonly connectionId?: ConnectionId;
    readonly kind?: AccrualKind;
    /** Those whose period touches these days. */
    readonly period?: { readonly from: LocalDate; readonly to: LocalDate };
    /** Only those that are not withdrawn. */
    readonly isStanding?: boolean;
  }): Promise<readonly AccrualRecord[]>;
  /**
   * Takes an accrual back of which nothing is in the books: unsent entries go or become `withdrawn`, reversed ones stay. Raises
   * `PROPOSAL_FROZEN` (conflict) while anything of it is in SAP or may be, and `STATE_MOVED` (conflict) when it is withdrawn.
   */
  withdrawAccrual(input: {
    readonly key: AccrualKey;
    readonly actor: Actor;
    readonly why: string;
  }): Promise<AccrualRecord>;
}
