import { USAGE_PLANS } from '../usage-plans.ts';

export const ORDERS_PER_PAGE = 100;
/** Amazon takes some minutes to make a report, however small. */
const reportSecondsMin = 180;
/** A report takes one request to make it and one for its address; both have the same allowance. */
const requestsPerReport = 2;

/** Seconds beyond what the bursts give at once. */
export function costOfOrders(amount: { readonly orders: number; readonly reports: number }): {
  readonly apiSeconds: number;
  readonly reportSeconds: number;
} {
  const { searchOrders, createReport } = USAGE_PLANS;
  const pages = Math.ceil(amount.orders / ORDERS_PER_PAGE);
  const reportsBeyond = Math.max(0, amount.reports - createReport.burst);
  return {
    apiSeconds: Math.max(0, pages - searchOrders.burst) / searchOrders.ratePerSecond,
    reportSeconds: reportSecondsMin + (requestsPerReport * reportsBeyond) / createReport.ratePerSecond,
  };
}
