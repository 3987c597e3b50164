import type { UtcInstant } from '../amazon-feeds.ts';
import type { Actor, ConnectionId } from '../ports.ts';

/** What a hold covers: all records of a connection, those of some orders, or buyers and nothing else. */
export type HoldScope = 'connection' | 'orders' | 'buyers';

/** Somebody needs records longer than they would be kept: while it stands nothing of what it covers is removed. */
export interface PrivacyHold {
  readonly number: number;
  readonly covers: HoldScope;
  /** `null`: of every connection. */
  readonly connectionName: string | null;
  /** With `orders` only. */
  readonly orderIds: readonly string[];
  readonly why: string;
  readonly placedBy: Actor;
  readonly placedAt: UtcInstant;
  /** It ends by itself then; `null`: when somebody releases it. */
  readonly endsAt: UtcInstant | null;
  readonly released: { readonly by: Actor; readonly at: UtcInstant; readonly why: string } | null;
  /** By the shared clock, now. */
  readonly isStanding: boolean;
}

export interface HoldToPlace {
  readonly covers: HoldScope;
  readonly connectionId: ConnectionId | null;
  readonly orderIds: readonly string[];
  readonly why: string;
  readonly endsAt: UtcInstant | null;
}

/** Buyers of one connection: what a purge removed, or would. */
export interface PurgedConnection {
  readonly connectionName: string;
  readonly removedCount: number;
  /** Due, and kept for a hold. */
  readonly heldCount: number;
  /** Not due yet. */
  readonly keptCount: number;
  /** When the oldest of those removed was due. */
  readonly oldestDueAt: UtcInstant | null;
  /** When the next one is due. */
  readonly nextDueAt: UtcInstant | null;
}

/** A business partner in SAP that is a buyer of whom this program keeps nothing any more. */
export interface LeftPartner {
  readonly connectionName: string;
  readonly sapSystem: string;
  readonly orderId: string;
  readonly partnerNumber: string;
}

export interface BuyerPurge {
  readonly at: UtcInstant;
  readonly isDryRun: boolean;
  /** Of each connection that keeps or kept buyers. */
  readonly connections: readonly PurgedConnection[];
  /** Partners of the buyers that were removed, at most 1,000 of them. */
  readonly partners: readonly LeftPartner[];
  readonly partnerCount: number;
}

/** Kinds of record that go after a time or with their seller. */
export const PASSING_KINDS = [
  'orders',
  'events',
  'summaries',
  'balances',
  'payouts',
  'reimbursements',
  'tax-lines',
  'unreadable',
  'report-requests',
] as const;
export type PassingKind = (typeof PASSING_KINDS)[number];

/** Kinds that go with their seller only. */
export const SELLER_KINDS = [
  'secrets',
  'buyers',
  'data-keys',
  'unread-documents',
  'feed-positions',
  'partner-prints',
] as const;
export type SellerKind = (typeof SELLER_KINDS)[number];

/** Kinds that stay: the books, and what they rest on. */
export const LASTING_KINDS = [
  'settlements',
  'entries',
  'accruals',
  'files',
  'account-tables',
  'customers',
  'audit',
] as const;
export type LastingKind = (typeof LASTING_KINDS)[number];

/** How many records of a kind a connection has. `feed-files`: files that records of the feeds came from; they go with these. */
export interface KeptRecords {
  readonly kind: PassingKind | SellerKind | LastingKind | 'feed-files';
  readonly count: number;
  readonly oldestAt: UtcInstant | null;
  readonly newestAt: UtcInstant | null;
  /** An entry rests on them, so that they stay whatever happens to the others. */
  readonly restedOnCount: number;
}

export interface RemovalScope {
  readonly connectionId: ConnectionId;
  /** Older than this; `null`: of whatever age. */
  readonly before: UtcInstant | null;
}

/** What can be removed of a kind, and what cannot although it is old enough. */
export interface DueRecords {
  readonly dueCount: number;
  readonly heldCount: number;
  readonly restedOnCount: number;
  readonly oldestAt: UtcInstant | null;
}

/** A seller's erasure, as far as it has come. */
export interface SellerErasure {
  readonly connectionName: string;
  readonly why: string;
  readonly begunBy: Actor;
  readonly begunAt: UtcInstant;
  readonly finishedAt: UtcInstant | null;
  /** Removed so far, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface PrivacyStore {
  /** With its audit event. */
  placeHold(hold: HoldToPlace, actor: Actor): Promise<PrivacyHold>;
  /** Raises `HOLD_UNKNOWN` (invalid), and `HOLD_ENDED` (conflict) for one that stands no more. */
  releaseHold(number: number, actor: Actor, why: string): Promise<PrivacyHold>;
  /** Those that stand, and with `all` the others too; the oldest first. */
  listHolds(filter?: { readonly all?: boolean; readonly connectionId?: ConnectionId }): Promise<readonly PrivacyHold[]>;

  /** Removes buyers whose time is over and whom no hold covers, with an audit event of numbers only, also where none were due. */
  purgeBuyersWithReport(actor: Actor, options: { readonly isDryRun: boolean }): Promise<BuyerPurge>;

  /** Counts without removing. */
  countDue(kind: PassingKind, scope: RemovalScope): Promise<DueRecords>;
  /**
   * Removes one batch of records that are old enough, that no hold covers and on which no entry rests; says how many,
   * 0 when there are none left.
   */
  removeRecords(kind: PassingKind, scope: RemovalScope): Promise<number>;
  /** Files that came before then and on which nothing rests. Of a connection under hold nobody knows which are its own. */
  countUnusedFiles(before: UtcInstant): Promise<{ readonly count: number; readonly bytes: bigint }>;
  /** Removes one batch of them, each with a record that keeps its digest. */
  removeUnusedFiles(before: UtcInstant, why: string): Promise<{ readonly count: number; readonly bytes: bigint }>;
  /** What a connection has of each kind. */
  countKept(connectionId: ConnectionId): Promise<readonly KeptRecords[]>;
  /** The report of a retention run: numbers only. */
  recordRetention(actor: Actor, why: string, counts: Readonly<Record<string, number>>): Promise<void>;

  findErasure(connectionId: ConnectionId): Promise<SellerErasure | undefined>;
  /**
   * From now on nothing is stored for the connection, nobody opens its secrets, and scheduled work ends. Waits for what is being
   * written. A known erasure is returned as it is. With its audit event.
   */
  beginErasure(connectionId: ConnectionId, actor: Actor, why: string): Promise<SellerErasure>;
  /** One batch of a kind; 0 when nothing is left of it. Counts go into the erasure in the same database transaction. */
  eraseRecords(connectionId: ConnectionId, kind: PassingKind | SellerKind): Promise<number>;
  /** One batch of the files that the removed records came from. */
  eraseFiles(connectionId: ConnectionId): Promise<number>;
  /** With its audit event; a finished one stays as it is. */
  finishErasure(connectionId: ConnectionId, actor: Actor): Promise<SellerErasure>;
  /** Partners in SAP that are buyers of the connection of whom nothing is kept here. */
  leftPartners(connectionId: ConnectionId): Promise<readonly LeftPartner[]>;
}
