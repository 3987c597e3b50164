import type { SpApiOperation } from './exchange.ts';

/** Amazon's default allowance per application, seller and operation. */
export interface UsagePlan {
  readonly ratePerSecond: number;
  /** How many requests may be sent at once after a rest. */
  readonly burst: number;
}

/** Source: the usage plan in each operation's description in Amazon's models; a contract test compares them. */
export const USAGE_PLANS: Readonly<Record<SpApiOperation, UsagePlan>> = {
  getReports: { ratePerSecond: 0.0222, burst: 10 },
  createReport: { ratePerSecond: 0.0167, burst: 15 },
  getReport: { ratePerSecond: 2, burst: 15 },
  getReportDocument: { ratePerSecond: 0.0167, burst: 15 },
  getMarketplaceParticipations: { ratePerSecond: 0.016, burst: 15 },
  searchOrders: { ratePerSecond: 0.0056, burst: 20 },
  getOrder: { ratePerSecond: 0.5, burst: 30 },
  listTransactions: { ratePerSecond: 0.5, burst: 10 },
  listSummary: { ratePerSecond: 0.5, burst: 10 },
  listBalances: { ratePerSecond: 0.5, burst: 10 },
  listPayouts: { ratePerSecond: 0.5, burst: 10 },
  createRestrictedDataToken: { ratePerSecond: 1, burst: 10 },
};
