import { DAY_MS } from '../core/index.ts';
import type { OrdersFeed, TimeWindow, UtcInstant } from './amazon-feeds.ts';

const minuteMs = 60_000;
/** Amazon makes reports of longer windows slowly or not at all. */
export const REPORT_WINDOW_MS_MAX = 7 * DAY_MS;
/** Amazon answers only for what is at least two minutes old. */
export const INTERFACE_LAG_MS = 2 * minuteMs;
/** A report may lack what changed while it was being made. */
const reportLagMs = 30 * minuteMs;
/** Below this the interface answers within its burst, whatever the number of orders per day is. */
const shortGapMs = DAY_MS;
/** Without any figure of orders per day, a longer gap is likely to be many orders. */
const unknownGapMsMax = 3 * DAY_MS;
/** With reports alone: how much has to gather before another one is worth making. */
const reportGapMsMin = 60 * minuteMs;

export interface OrdersGap {
  /** Everything before it is stored. */
  readonly watermark: UtcInstant;
  /** Nothing was read before, so that there is nothing to overlap with. */
  readonly isFirstLoad: boolean;
  readonly nowMs: number;
  readonly overlapMs: number;
  readonly source: 'automatic' | 'api' | 'report';
  /** `null`: not known yet. */
  readonly ordersPerDay: number | null;
  /** How many reports one window takes: one for each marketplace, in Europe one for all. */
  readonly reportsPerWindow: number;
  readonly costOf: OrdersFeed['costOf'];
}

/** `reports`: that window, in parts. `interface`: from there to the present. `says` is the reason, for the operator. */
export type OrdersPlan =
  | { readonly by: 'reports'; readonly window: TimeWindow; readonly says: string }
  | { readonly by: 'interface'; readonly from: UtcInstant; readonly says: string }
  | { readonly by: 'nothing'; readonly says: string };

/**
 * Chooses the cheaper way under Amazon's allowance: the interface for what is recent, reports for a long way back. After
 * reports the rest is planned again.
 */
export function planOrders(gap: OrdersGap): OrdersPlan {
  const { nowMs, source } = gap;
  const fromMs = Date.parse(gap.watermark) - (gap.isFirstLoad ? 0 : gap.overlapMs);
  const gapMs = nowMs - INTERFACE_LAG_MS - fromMs;
  const window = { from: toInstant(fromMs), until: toInstant(nowMs - reportLagMs) };
  const byReports = (why: string): OrdersPlan => ({ by: 'reports', window, says: `by report: ${why}` });
  const byInterface = (why: string): OrdersPlan => ({ by: 'interface', from: window.from, says: `by page: ${why}` });
  if (gapMs <= 0) return { by: 'nothing', says: 'there is nothing to be read yet' };
  if (source === 'report') {
    const isWorthIt = gapMs + INTERFACE_LAG_MS - reportLagMs >= reportGapMsMin;
    return isWorthIt ? byReports('so the connection says') : { by: 'nothing', says: 'too little for another report' };
  }
  if (source === 'api') return byInterface('so the connection says');
  if (gapMs < shortGapMs) return byInterface('less than a day is to be read');
  const days = Math.ceil(gapMs / DAY_MS);
  if (gap.ordersPerDay === null) {
    const why = `${days} days with an unknown number of orders are to be read`;
    return gapMs > unknownGapMsMax ? byReports(why) : byInterface(why);
  }
  const orders = Math.ceil((gap.ordersPerDay * gapMs) / DAY_MS);
  const reports = splitWindow(window, REPORT_WINDOW_MS_MAX).length * gap.reportsPerWindow;
  const { apiSeconds, reportSeconds } = gap.costOf({ orders, reports });
  const why = `some ${orders} orders take ${Math.round(apiSeconds)} s by page and ${Math.round(reportSeconds)} s by report`;
  return apiSeconds <= reportSeconds ? byInterface(why) : byReports(why);
}

/** The same window always splits into the same parts, so that a report asked for by an earlier run is found again. */
export function splitWindow(window: TimeWindow, partMsMax: number): readonly TimeWindow[] {
  const untilMs = Date.parse(window.until);
  const parts: TimeWindow[] = [];
  for (let fromMs = Date.parse(window.from); fromMs < untilMs; fromMs += partMsMax)
    parts.push({ from: toInstant(fromMs), until: toInstant(Math.min(untilMs, fromMs + partMsMax)) });
  return parts;
}

export function toInstant(ms: number): UtcInstant {
  return new Date(ms).toISOString();
}
