/** Every request this module makes; `getReports` and the like are Amazon's own names. */
export type AmazonOperation = SpApiOperation | 'lwaToken' | 'downloadReportDocument';

/** The operations of the Selling Partner API in use. All of them only read. */
export type SpApiOperation = 'getReports' | 'getReportDocument' | 'getMarketplaceParticipations';

/** One request and what came of it, for the audit log. Holds no body, no address and no secret. */
export interface AmazonExchange {
  readonly operation: AmazonOperation;
  readonly sellerAccount: string;
  /** `null` when no answer arrived. */
  readonly status: number | null;
  /** Amazon's id of the request: the first thing its support asks for. */
  readonly amazonRequestId: string | null;
  readonly durationMs: number;
  /** Counts the requests of one call, from 1. */
  readonly attempt: number;
}

/** Awaited before anything else happens, so that a request that cannot be recorded is not followed by another. */
export type OnExchange = (exchange: AmazonExchange) => void | Promise<void>;

/** Told before each wait, so that nobody takes a wait of minutes for a crash. */
export interface AmazonWait {
  readonly operation: AmazonOperation;
  /** usage-plan: our own pace. throttled: Amazon answered 429. retry: no usable answer. */
  readonly reason: 'usage-plan' | 'throttled' | 'retry';
  readonly untilMs: number;
  readonly says: string;
}

export type OnWait = (wait: AmazonWait) => void;
