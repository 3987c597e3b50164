import type { CurrencyCode, LocalDate, Money, ProblemFacts } from '../core/index.ts';
import type { ReadRow, ReportReaders, RequestedReports } from './amazon-reports.ts';
import type { JsonObject } from './ports.ts';

/** A moment in UTC, always written `2026-11-23T00:00:00.000Z`, so that texts compare as times. */
export type UtcInstant = string;

/** From `from` (included) to `until` (not included). */
export interface TimeWindow {
  readonly from: UtcInstant;
  readonly until: UtcInstant;
}

/** One record that could not be read. It is kept aside whole, without buyer data, and never dropped. */
export interface UnreadableRecord {
  /** Amazon's id of it, where that much could be read. */
  readonly recordId: string | null;
  /** Which member is wrong and how; never its value. */
  readonly says: string;
  readonly source: JsonObject;
}

export interface FeedPage<Item> {
  readonly items: readonly Item[];
  readonly unreadable: readonly UnreadableRecord[];
  /** `null` on the last page. A page may be empty and still name a next one. */
  readonly nextToken: string | null;
  /** Until when the answer is complete, where Amazon says so; the next watermark. */
  readonly completeUntil: UtcInstant | null;
}

// ---------------------------------------------------------------------------------------------------- marketplaces

export interface SellerMarketplace {
  readonly marketplaceId: string;
  readonly name: string;
  readonly country: string;
  /** `null`: a currency this program does not know; nothing of that marketplace can be read. */
  readonly currency: CurrencyCode | null;
  /** IANA zone of Amazon's business day there; `null` for a marketplace that is not in our table. */
  readonly timeZone: string | null;
  readonly isParticipating: boolean;
  readonly hasSuspendedListings: boolean;
}

export interface SellerMarketplaces {
  list(): Promise<readonly SellerMarketplace[]>;
}

// ----------------------------------------------------------------------------------------------------------- orders

/** `other`: a status Amazon added after this program was made; `amazonStatus` has its word. */
export type OrderStatus =
  | 'pending-availability'
  | 'pending'
  | 'unshipped'
  | 'partially-shipped'
  | 'shipped'
  | 'cancelled'
  | 'unfulfillable'
  | 'other';

export type ChargeSubject = 'item' | 'shipping' | 'gift-wrap' | 'cod-fee' | 'tip' | 'other';

/** One amount the buyer pays or is spared. Price and tax positive, discount negative, whatever sign Amazon wrote. */
export interface OrderCharge {
  readonly kind: 'price' | 'tax' | 'discount';
  readonly subject: ChargeSubject;
  readonly amount: Money;
}

export interface OrderItem {
  /** Amazon's id; `null` in a report, which has none. */
  readonly orderItemId: string | null;
  /** Unique in its order and the same at every reading: the item id, or `row:<physical row>` of the report. */
  readonly itemKey: string;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly title: string | null;
  readonly quantityOrdered: number;
  /** `null` where the source does not say. */
  readonly quantityShipped: number | null;
  readonly isCancelled: boolean;
  readonly unitPrice: Money | null;
  readonly isBusinessPrice: boolean;
  /** Whether they contain tax is not known (models#5297): never booked without a settlement to compare with. */
  readonly charges: readonly OrderCharge[];
  /** As Amazon states it; `null` while pending. Not recomputed. */
  readonly proceedsTotal: Money | null;
  /** Money value of loyalty points granted at the seller's cost. */
  readonly pointsGranted: Money | null;
  readonly promotionIds: readonly string[];
  /** `MARKETPLACE_FACILITATOR` → true. `null`: not said. */
  readonly isTaxCollectedByAmazon: boolean | null;
  readonly taxCollector: string | null;
  /** `UOSS`, `IOSS`, … in Amazon's words. */
  readonly taxReportingScheme: string | null;
  readonly iossNumber: string | null;
}

/** A registration that is not about a person. A CPF and every name and address are buyer data (`OrderBuyer`). */
export interface TaxRegistration {
  readonly of: 'buyer' | 'merchant' | 'marketplace' | 'other';
  /** `BUSINESS`, `VAT`, `CNPJ`, … in Amazon's words. */
  readonly type: string;
  readonly number: string;
}

export interface OrderPaymentPart {
  readonly method: string;
  readonly amount: Money;
}

export interface Order {
  readonly orderId: string;
  readonly sellerOrderId: string | null;
  readonly createdAt: UtcInstant;
  readonly lastUpdatedAt: UtcInstant;
  readonly status: OrderStatus;
  readonly amazonStatus: string;
  /** `report`: no item ids, no tax registrations. `api`: everything the application's roles show. */
  readonly detail: 'report' | 'api';
  /** The answer lacks TAX and PAYMENT, because the application has no role for them. */
  readonly lacksTaxData: boolean;
  readonly channel: 'amazon' | 'non-amazon';
  readonly marketplaceId: string | null;
  /** `Amazon.de`; in a report the sales channel. */
  readonly marketplaceName: string | null;
  readonly fulfilledBy: 'amazon' | 'merchant' | null;
  readonly serviceLevel: string | null;
  readonly programs: readonly string[];
  readonly isBusiness: boolean;
  readonly isReplacementOf: string | null;
  /** `null` while Amazon names no price. */
  readonly currency: CurrencyCode | null;
  readonly grandTotal: Money | null;
  /** Order level only, such as a delivery tip; the items have their own. */
  readonly charges: readonly OrderCharge[];
  readonly payments: readonly OrderPaymentPart[];
  readonly taxRegistrations: readonly TaxRegistration[];
  readonly shipToCity: string | null;
  readonly shipToState: string | null;
  readonly shipToCountry: string | null;
  /** Earliest package's ship time; `null` when not shipped or not said. */
  readonly shippedAt: UtcInstant | null;
  readonly deliverBy: UtcInstant | null;
  readonly items: readonly OrderItem[];
  /** As received, only members known to say nothing about a person; `null` from a report, whose bytes are evidence. */
  readonly source: JsonObject | null;
}

/** About a person: kept encrypted with a deletion date, or not at all. Never logged. */
export interface OrderBuyer {
  readonly orderId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly companyName: string | null;
  readonly purchaseOrderNumber: string | null;
  readonly address: Readonly<Record<string, string>> | null;
  readonly taxRegistrations: readonly JsonObject[];
  /** The latest moment at which it must be gone: at most 30 days after delivery, reckoned from the earliest sign of shipping. */
  readonly deleteAfter: UtcInstant;
}

export interface OrderWithBuyer {
  readonly order: Order;
  /** `null` when it was not asked for or not shown. */
  readonly buyer: OrderBuyer | null;
}

export interface OrderQuery {
  readonly lastUpdatedAfter: UtcInstant;
  /** At least two minutes ago. `null`: as late as Amazon can say. */
  readonly lastUpdatedBefore: UtcInstant | null;
  readonly marketplaceIds: readonly string[];
  readonly withBuyers: boolean;
  /** Without the role, TAX and PAYMENT are refused (models#5319). */
  readonly withTax: boolean;
}

export interface OrdersFeed {
  /** One page of at most 100. A token is valid 24 hours and only with the same query. */
  search(query: OrderQuery, pageToken: string | null): Promise<FeedPage<OrderWithBuyer>>;
  /** What reading so many orders takes by either way, in seconds of Amazon's allowance, from a full one. */
  costOf(amount: { orders: number; reports: number }): { readonly apiSeconds: number; readonly reportSeconds: number };
  /** `undefined` when Amazon does not know it (404). */
  get(orderId: string, show: { withBuyers: boolean; withTax: boolean }): Promise<ReadRow<OrderWithBuyer> | undefined>;
}

// --------------------------------------------------------------------------------------------------------- finances

/** `other`: a status Amazon added later. */
export type FinanceEventStatus = 'deferred' | 'released' | 'deferred-released' | 'other';

/** The amount at one leaf of Amazon's tree of breakdowns. A node above it already contains it. */
export interface FinanceAmount {
  /** Position of the item, from 0; `null`: of the event itself. */
  readonly item: number | null;
  /** From the root to the leaf in Amazon's words: `['Sales', 'ProductCharges', 'OurPricePrincipal']`. */
  readonly path: readonly string[];
  readonly amount: Money;
}

export interface FinanceItem {
  readonly sku: string | null;
  /** Who shipped it, where Amazon says so. */
  readonly channel: 'AFN' | 'MFN' | null;
  readonly asin: string | null;
  readonly quantity: number | null;
  readonly description: string | null;
  readonly total: Money | null;
  readonly relatedIds: readonly RelatedId[];
}

export interface RelatedId {
  /** `ORDER_ID`, `SETTLEMENT_ID`, … in Amazon's words. */
  readonly name: string;
  readonly value: string;
}

/** One financial event. A control and an accrual, never the source of a posting: items do not always sum (models#4993). */
export interface FinanceEvent {
  /** Amazon's `transactionId`; without one, `x:` + 32 digits of the digest of its content + `:` + its number among equals in its window. */
  readonly eventKey: string;
  /** `Shipment`, `Refund`, … in Amazon's words. */
  readonly eventType: string;
  readonly status: FinanceEventStatus;
  readonly amazonStatus: string;
  readonly description: string | null;
  /** `null` is possible (models#449); then the event belongs to the window it was found in. */
  readonly postedAt: UtcInstant | null;
  readonly total: Money | null;
  /** Upper case with underscores: `STANDARD_ORDERS`, `PAYABLE`. */
  readonly accountType: string | null;
  readonly marketplaceId: string | null;
  readonly orderId: string | null;
  readonly settlementId: string | null;
  readonly eventGroupId: string | null;
  readonly relatedIds: readonly RelatedId[];
  /** `B2B`, `DD7`, … and until when; only of deferred events. */
  readonly deferralReason: string | null;
  readonly maturesAt: UtcInstant | null;
  readonly items: readonly FinanceItem[];
  /** Leaves of its items where they come to those of the event's own tree, path by path, or where it has none; otherwise its own: never both. */
  readonly amounts: readonly FinanceAmount[];
  /** Σ amounts = total. `null` when there is nothing to compare. */
  readonly ties: boolean | null;
  /** As received, numbers as text. */
  readonly source: JsonObject;
}

export type FinanceQuery =
  | { readonly by: 'posted'; readonly window: TimeWindow; readonly status: 'deferred' | null }
  | { readonly by: 'order'; readonly orderId: string }
  | { readonly by: 'event-group'; readonly eventGroupId: string };

export interface FinanceSummary {
  readonly settlementId: string | null;
  readonly accountType: string | null;
  readonly marketplaceId: string | null;
  readonly periodStart: LocalDate | null;
  readonly periodEnd: LocalDate | null;
  readonly netProceeds: Money | null;
  readonly amounts: readonly FinanceAmount[];
  readonly source: JsonObject;
}

/** `other`: a kind Amazon added later; `amazonBalanceType` has its word. */
export type BalanceType = 'available' | 'reserved' | 'deferred' | 'account-level-reserve' | 'total' | 'other';

export interface AmazonBalance {
  readonly accountType: string | null;
  readonly marketplaceId: string | null;
  readonly balanceType: BalanceType;
  /** In Amazon's words; empty where it gives none. An account has one balance of each. */
  readonly amazonBalanceType: string;
  readonly amount: Money;
  /** The day asked for; `null` for a balance of now. */
  readonly asOf: LocalDate | null;
  readonly lastUpdatedAt: UtcInstant | null;
}

export interface FinancesFeed {
  /**
   * One page. Tokens live some five minutes and only with the same query. A window of 180 days or more, or reversed, raises
   * `FINANCES_WINDOW_INVALID` (Amazon would answer nothing); a token Amazon no longer takes raises
   * `AMAZON_PAGE_TOKEN_EXPIRED` (unavailable): start the window again.
   */
  events(query: FinanceQuery, pageToken: string | null): Promise<FeedPage<FinanceEvent>>;
  summaryOfSettlement(settlementId: string): Promise<readonly FinanceSummary[]>;
  /** All pages. `null`: now. */
  balances(asOf: LocalDate | null): Promise<readonly AmazonBalance[]>;
}

// ---------------------------------------------------------------------------------------------------------- payouts

export type PayoutStatus = 'started' | 'in-transit' | 'paid' | 'failed' | 'cancelled' | 'no-payout' | 'other';

export interface PayoutStep {
  readonly status: PayoutStatus;
  readonly amazonStatus: string;
  readonly at: UtcInstant;
  readonly failureReason: string | null;
}

/** Money on its way to the seller's bank. `traceId`, amount and settlement match it with the bank statement. */
export interface Payout {
  readonly payoutId: string;
  readonly accountType: string;
  readonly marketplaceId: string;
  readonly status: PayoutStatus;
  readonly amazonStatus: string;
  readonly steps: readonly PayoutStep[];
  readonly isOnDemand: boolean | null;
  readonly amount: Money | null;
  readonly accountTail: string | null;
  readonly paymentMethod: string | null;
  readonly paymentRail: string | null;
  readonly traceId: string | null;
  readonly createdAt: UtcInstant | null;
  readonly periodStart: UtcInstant | null;
  readonly periodEnd: UtcInstant | null;
  readonly settlementIds: readonly string[];
  readonly source: JsonObject;
}

export interface PayoutsFeed {
  /** One page, newest first within an account group; pages may be empty. */
  list(window: TimeWindow, pageToken: string | null): Promise<FeedPage<Payout>>;
}

// ------------------------------------------------------------------------------------------------------- the whole

/** Everything the feeds read. Nothing here changes anything at Amazon but `requested.create`. */
export interface AmazonFeeds {
  readonly marketplaces: SellerMarketplaces;
  readonly orders: OrdersFeed;
  readonly finances: FinancesFeed;
  readonly payouts: PayoutsFeed;
  readonly requested: RequestedReports;
  readonly readers: ReportReaders;
}

export const FEED_NAMES = ['orders', 'finances', 'payouts', 'reimbursements', 'vat'] as const;
export type FeedName = (typeof FEED_NAMES)[number];

/** After these only a person can help: the connection is stopped until its settings or secrets change. */
export const STOPPING_CODES: ReadonlySet<string> = new Set([
  'AMAZON_LOGIN_REVOKED',
  'AMAZON_CLIENT_REFUSED',
  'AMAZON_CLIENT_SECRET_EXPIRED',
  'AMAZON_LOGIN_REFUSED',
]);

export type CredentialKind = 'client-secret' | 'authorisation';

/** A secret lives 180 days, an authorisation 365. */
export interface CredentialAge {
  readonly kind: CredentialKind;
  readonly issuedOn: LocalDate;
  readonly expiresOn: LocalDate;
  /** Negative when it is over. */
  readonly daysLeft: number;
  /** The narrowest of 30, 14, 7 and 1 days that has been reached; `null` when there is more time, 0 when it is over. */
  readonly threshold: 30 | 14 | 7 | 1 | 0 | null;
}

export interface FeedCounts {
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly unreadable: number;
}

export interface FeedReport {
  readonly feed: FeedName;
  readonly counts: FeedCounts;
  /** Nothing is left to read for now; `false` when the run ended for lack of time. */
  readonly isUpToDate: boolean;
  readonly completeUntil: UtcInstant | null;
  readonly problems: readonly ProblemFacts[];
}

/** What a feed asks for and how much of it; from the connection's settings. */
export interface FeedRules {
  readonly enabled: Readonly<Record<FeedName, boolean>>;
  /** Where the first load begins, UTC. */
  readonly since: LocalDate;
  readonly buyers: boolean;
  /** `null`: all the seller takes part in. */
  readonly marketplaceIds: readonly string[] | null;
  readonly orders: { readonly source: 'automatic' | 'api' | 'report'; readonly overlapMs: number };
  readonly finances: { readonly lagMs: number };
}
