import type { LocalDate, ProblemFacts, Sha256 } from '../core/index.ts';
import type {
  AmazonBalance,
  FeedCounts,
  FeedName,
  FinanceEvent,
  FinanceSummary,
  Order,
  OrderBuyer,
  OrderStatus,
  Payout,
  SellerMarketplace,
  TimeWindow,
  UnreadableRecord,
  UtcInstant,
} from './amazon-feeds.ts';
import type { Reimbursement, ReportOrder, VatLine } from './amazon-reports.ts';
import type { PartOf, PartWanted } from './lists/list-store.ts';
import type { Actor, ConnectionId, JsonObject } from './ports.ts';

/** The most records one call stores; one call is one database transaction. */
export const FEED_BATCH_MAX = 500;

/** How far one strand of a feed has come. Written only after everything before it is stored. */
export interface FeedCursor {
  /** Everything before it has been read and stored. */
  readonly watermark: UtcInstant;
  /** A window that is being read: it goes on from its token when that is young enough, else from its start. */
  readonly open: {
    readonly window: TimeWindow;
    readonly pageToken: string | null;
    readonly tokenAt: UtcInstant | null;
    /** What the answer's first page said about itself. */
    readonly completeUntil: UtcInstant | null;
  } | null;
  /** Facts a strand keeps for itself, such as a window size or a refused data set. */
  readonly memory: JsonObject;
}

export interface CursorStore {
  /** `strand`: `orders`, `finances:front`, `finances:again-2d`, … */
  readCursor(connectionId: ConnectionId, strand: string): Promise<FeedCursor | undefined>;
  /** A watermark may stand still; raises a defect when it would go back, unless the open window was read again. */
  writeCursor(connectionId: ConnectionId, strand: string, cursor: FeedCursor): Promise<void>;
  /**
   * What the operator sees: when each feed last ran and what it came to. A run that does not know until when the feed is
   * complete leaves what an earlier one said.
   */
  recordFeedRun(
    connectionId: ConnectionId,
    feed: FeedName,
    run: {
      startedAt: UtcInstant;
      isUpToDate: boolean;
      completeUntil: UtcInstant | null;
      problems: readonly ProblemFacts[];
    },
  ): Promise<void>;
  listFeedRuns(connectionId: ConnectionId): Promise<readonly FeedRun[]>;
  /** Kept aside by digest of its source: the same one twice is one. Gone when a later reading succeeds, id or not. */
  keepUnreadable(connectionId: ConnectionId, feed: FeedName, records: readonly UnreadableRecord[]): Promise<number>;
  /** The latest ones, the oldest of them first; by default 200, and without what was kept of them. */
  listUnreadable(
    connectionId: ConnectionId,
    which?: FeedName | { readonly feed?: FeedName; readonly limit?: number; readonly withSource?: boolean },
  ): Promise<readonly KeptRecord[]>;
}

/** A record that was kept aside; `source` only where it was asked for. */
export interface KeptRecord extends Omit<UnreadableRecord, 'source'> {
  readonly feed: FeedName;
  readonly seenAt: UtcInstant;
  readonly source?: JsonObject;
}

export interface FeedRun {
  readonly feed: FeedName;
  readonly startedAt: UtcInstant;
  readonly finishedAt: UtcInstant;
  readonly isUpToDate: boolean;
  readonly completeUntil: UtcInstant | null;
  readonly problems: readonly ProblemFacts[];
}

export interface OrderFilter {
  readonly connectionId?: ConnectionId;
  readonly from?: UtcInstant;
  readonly until?: UtcInstant;
  readonly status?: OrderStatus;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

export interface OrderPlace {
  readonly createdAt: UtcInstant;
  readonly orderId: string;
}

export interface OrdersWanted extends PartWanted<OrderPlace> {
  readonly connectionId: ConnectionId;
  /** When they were placed: from the one on, and before the other one. */
  readonly from?: UtcInstant | undefined;
  readonly until?: UtcInstant | undefined;
  readonly status?: OrderStatus | undefined;
}

export interface OrderRecord {
  readonly connectionId: ConnectionId;
  readonly order: Order;
  readonly firstSeenAt: UtcInstant;
  readonly changedAt: UtcInstant;
  readonly wantsDetail: boolean;
}

export interface OrderStore {
  /**
   * Newer `lastUpdatedAt` wins; at the same moment `api` wins over `report`. An older one changes nothing. Rows of one order
   * in the same report (`reportSha256`) add up, whatever batch they come in. Where a report replaces what the interface had
   * told, `wantsDetail` is set.
   */
  putOrders(
    connectionId: ConnectionId,
    orders: readonly Order[],
    from: { readonly reportSha256: Sha256 | null },
  ): Promise<FeedCounts>;
  /** Raises `ORDER_UNKNOWN` (invalid). */
  getOrder(orderId: string): Promise<OrderRecord>;
  listOrders(filter: OrderFilter): Promise<readonly OrderRecord[]>;
  /** Of one connection, part by part, those placed last first. */
  partOfOrders(wanted: OrdersWanted): Promise<PartOf<OrderRecord, OrderPlace>>;
  /** Business orders and those with `wantsDetail` that a report told, oldest first. */
  ordersWantingDetail(connectionId: ConnectionId, limit: number): Promise<readonly string[]>;
  /** Amazon does not know them any more (404): they are not asked for again until a report tells a newer version. */
  giveUpDetail(connectionId: ConnectionId, orderIds: readonly string[]): Promise<void>;
  /** Orders updated per day over the last 28 days that were read; `null` before anything was. */
  ordersPerDay(connectionId: ConnectionId): Promise<number | null>;
}

export interface BuyerStore {
  /** Encrypts each; an order's earlier buyer is replaced. One that is due already is not stored, and the earlier one is gone. */
  putBuyers(connectionId: ConnectionId, buyers: readonly OrderBuyer[]): Promise<void>;
  /** Decrypted; each use is an audit event. `undefined` when there is none, or it was purged. */
  openBuyer(connectionId: ConnectionId, orderId: string, actor: Actor, why: string): Promise<OrderBuyer | undefined>;
  /** Deletes what is due by the shared clock, with one audit event that says how many and nothing else. */
  purgeBuyers(actor: Actor): Promise<number>;
}

export interface FinanceEventRecord {
  readonly connectionId: ConnectionId;
  readonly event: FinanceEvent;
  readonly firstSeenAt: UtcInstant;
  readonly changedAt: UtcInstant;
  /** 1 when first seen; rises with every change of content or status, and the earlier content is kept. */
  readonly revision: number;
}

export interface FinanceStore {
  putFinanceEvents(connectionId: ConnectionId, events: readonly FinanceEvent[]): Promise<FeedCounts>;
  listFinanceEvents(filter: {
    readonly connectionId?: ConnectionId;
    readonly from?: UtcInstant;
    readonly until?: UtcInstant;
    readonly status?: FinanceEvent['status'];
    readonly orderId?: string;
    readonly settlementId?: string;
    readonly limit?: number;
  }): Promise<readonly FinanceEventRecord[]>;
  /**
   * Events posted before then that no settlement of these contains, as far as Amazon says: neither the event names one, nor, once
   * it is released, another event of its period. In the order in which they were first seen; only those behind `after`.
   */
  unsettledEvents(connectionId: ConnectionId, query: UnsettledQuery): Promise<UnsettledPage>;
  /** Of these events, by their keys, those that are known, and the settlement that each names. */
  settlementsOfEvents(
    connectionId: ConnectionId,
    eventKeys: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>>;
  /**
   * Orders with events that are still deferred although their maturity is past, or that were released and have no settlement
   * although it must be closed. The one that is due for longest first; only those behind `after`.
   */
  overdueDeferrals(connectionId: ConnectionId, query: OverdueQuery): Promise<readonly OverdueOrder[]>;
  putSummaries(connectionId: ConnectionId, summaries: readonly FinanceSummary[]): Promise<void>;
  /** Settlements recorded for the connection without a summary yet, or whose summary is `null`, newest first. */
  settlementsWithoutSummary(connectionId: ConnectionId, limit: number): Promise<readonly string[]>;
  /** What Amazon's summary says beside the settlement's own total. A difference is shown, never blocks. */
  listSummaryDifferences(connectionId: ConnectionId): Promise<readonly SummaryDifference[]>;
  putBalances(connectionId: ConnectionId, takenAt: UtcInstant, balances: readonly AmazonBalance[]): Promise<void>;
  listBalances(
    connectionId: ConnectionId,
    day?: LocalDate,
  ): Promise<readonly (AmazonBalance & { takenAt: UtcInstant })[]>;
}

export interface UnsettledQuery {
  readonly postedBefore: UtcInstant;
  readonly settlementIds: readonly string[];
  /** `next` of the page before; `null` from the start. */
  readonly after: string | null;
  /** At most `FEED_BATCH_MAX`. */
  readonly limit: number;
}

export interface UnsettledPage {
  readonly events: readonly FinanceEventRecord[];
  /** `null` on the last page. */
  readonly next: string | null;
}

export interface OverdueQuery {
  readonly maturedBefore: UtcInstant;
  readonly unsettled: {
    readonly postedBefore: UtcInstant;
    /** When the release was seen. */
    readonly changed: TimeWindow;
  };
  /** The last one of an earlier answer; `null` from the start. */
  readonly after: OverdueOrder | null;
  readonly limit: number;
}

export interface OverdueOrder {
  readonly orderId: string;
  readonly dueAt: UtcInstant;
}

export interface SummaryDifference {
  readonly settlementId: string;
  readonly currency: string;
  readonly settlementMinor: bigint;
  readonly summaryMinor: bigint;
  readonly differenceMinor: bigint;
}

export interface PayoutStore {
  putPayouts(connectionId: ConnectionId, payouts: readonly Payout[]): Promise<FeedCounts>;
  listPayouts(filter: {
    readonly connectionId?: ConnectionId;
    readonly from?: UtcInstant;
    readonly until?: UtcInstant;
    readonly settlementId?: string;
    readonly limit?: number;
  }): Promise<readonly (Payout & { readonly connectionId: ConnectionId })[]>;
}

export type ReportRequestState = 'intended' | 'requested' | 'ready' | 'stored' | 'no-data' | 'failed';

/** A report the connector asked Amazon to make. The intent is committed before the request leaves. */
export interface ReportRequest {
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly order: ReportOrder;
  readonly state: ReportRequestState;
  readonly intendedAt: UtcInstant;
  readonly reportId: string | null;
  readonly reportDocumentId: string | null;
  readonly sha256: Sha256 | null;
  readonly finishedAt: UtcInstant | null;
  readonly problem: ProblemFacts | null;
  /** How often this order has been sent to Amazon; FATAL is tried at most three times. */
  readonly attempt: number;
}

export interface ReportRequestStore {
  /** The open request of the same order when there is one, otherwise a new `intended` one with its audit event. */
  intendReport(connectionId: ConnectionId, order: ReportOrder, actor: Actor): Promise<ReportRequest>;
  /** Checks the expected state; raises `STATE_MOVED` (conflict). */
  moveReportRequest(
    id: string,
    from: ReportRequestState,
    change: {
      readonly to: ReportRequestState;
      readonly reportId?: string;
      readonly reportDocumentId?: string;
      readonly sha256?: Sha256;
      readonly problem?: ProblemFacts | null;
      readonly attempt?: number;
    },
  ): Promise<ReportRequest>;
  /** Every request of the same kind, window and marketplaces, the oldest first. */
  reportRequestsOf(connectionId: ConnectionId, order: ReportOrder): Promise<readonly ReportRequest[]>;
  listReportRequests(
    connectionId: ConnectionId,
    states?: readonly ReportRequestState[],
  ): Promise<readonly ReportRequest[]>;
  putReimbursements(connectionId: ConnectionId, sha256: Sha256, rows: readonly Reimbursement[]): Promise<FeedCounts>;
  putVatLines(connectionId: ConnectionId, sha256: Sha256, rows: readonly VatLine[]): Promise<FeedCounts>;
}

/** Whether a connection may be worked on by itself. */
export interface ConnectionWatch {
  /**
   * Scheduled work ends until the settings or secrets are updated. Keeps the first problem. Audit event. Give the time at
   * which the run with that problem began, by the shared clock: when a person has changed the settings or secrets or let the
   * connection go on since, the problem is of the time before, nothing happens, and the answer is `false`.
   */
  stopConnection(
    connectionId: ConnectionId,
    problem: ProblemFacts,
    actor: Actor,
    runStartedAt?: UtcInstant,
  ): Promise<boolean>;
  /** After a success on a person's word. */
  resumeConnection(connectionId: ConnectionId, actor: Actor, why: string): Promise<void>;
  stoppedBy(connectionId: ConnectionId): Promise<(ProblemFacts & { readonly stoppedAt: UtcInstant }) | undefined>;
  /** The day each secret was last entered, UTC, by secret name. */
  secretDays(connectionId: ConnectionId): Promise<Readonly<Record<string, LocalDate>>>;
  /** True the first time for this credential, expiry and threshold: a warning is given once. Audit event. */
  warnOnce(
    connectionId: ConnectionId,
    warning: { readonly kind: string; readonly expiresOn: LocalDate; readonly threshold: number },
  ): Promise<boolean>;
  putMarketplaces(connectionId: ConnectionId, marketplaces: readonly SellerMarketplace[]): Promise<void>;
  /** `undefined` when never asked; `readAt` says how old it is. */
  listMarketplaces(
    connectionId: ConnectionId,
  ): Promise<{ readonly readAt: UtcInstant; readonly marketplaces: readonly SellerMarketplace[] } | undefined>;
}

export type FeedBooks = CursorStore &
  OrderStore &
  BuyerStore &
  FinanceStore &
  PayoutStore &
  ReportRequestStore &
  ConnectionWatch;
