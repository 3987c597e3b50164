import type { AmazonRegion } from './settings.ts';

/** Every request this module makes; the names are Amazon's own. */
export type AmazonOperation = SpApiOperation | 'lwaToken' | 'downloadReportDocument';

/** The operations that only read. */
export type SpApiRead =
  | 'getReports'
  | 'getReport'
  | 'getReportDocument'
  | 'getMarketplaceParticipations'
  | 'searchOrders'
  | 'getOrder'
  | 'listTransactions'
  | 'listSummary'
  | 'listBalances'
  | 'listPayouts';

/** `createReport` makes a report, the only thing this program ever causes at Amazon; the other issues a token. */
export type SpApiPost = 'createReport' | 'createRestrictedDataToken';

export type SpApiOperation = SpApiRead | SpApiPost;

/** One request as the part of this module tells of it that sent it. */
export interface ExchangeFacts {
  readonly operation: AmazonOperation;
  readonly sellerAccount: string;
  /** The marketplaces the request named, as ids; absent when it named none. */
  readonly marketplaceIds?: readonly string[];
  /** `null` when no answer arrived. */
  readonly status: number | null;
  /** Amazon's id of the request: the first thing its support asks for. */
  readonly amazonRequestId: string | null;
  readonly durationMs: number;
  /** Counts the requests of one call, from 1. */
  readonly attempt: number;
}

/** Awaited before anything else happens, so that a request that cannot be recorded is not followed by another. */
export type OnExchange = (exchange: ExchangeFacts) => void | Promise<void>;

/** One request and what came of it, for the audit log. Holds no body, no address and no secret. */
export interface AmazonExchange extends ExchangeFacts {
  readonly region: AmazonRegion;
  /** Empty when the request named none. */
  readonly marketplaceIds: readonly string[];
}

/** Told before each wait, so that nobody takes a wait of minutes for a crash. */
export interface AmazonWait {
  readonly operation: AmazonOperation;
  /** usage-plan: our own pace. throttled: Amazon answered 429. retry: no usable answer. report: it is being made. */
  readonly reason: 'usage-plan' | 'throttled' | 'retry' | 'report';
  readonly untilMs: number;
  readonly says: string;
}

export type OnWait = (wait: AmazonWait) => void;
