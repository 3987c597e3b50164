import type { SpApiOperation } from './exchange.ts';

/** Amazon's default allowance per application, seller and operation. */
export interface UsagePlan {
  readonly ratePerSecond: number;
  /** How many requests may be sent at once after a rest. */
  readonly burst: number;
}

/**
 * Source: the usage plan in each operation's description in Amazon's models (reports_2021-06-30, sellers); a contract
 * test compares them. One request per 45 s, 60 s and 62 s.
 */
export const USAGE_PLANS: Readonly<Record<SpApiOperation, UsagePlan>> = {
  getReports: { ratePerSecond: 0.0222, burst: 10 },
  getReportDocument: { ratePerSecond: 0.0167, burst: 15 },
  getMarketplaceParticipations: { ratePerSecond: 0.016, burst: 15 },
};
