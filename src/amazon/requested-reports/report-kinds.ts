import type { ReportOrder, RequestedReportKind } from '../../app/index.ts';
import { DAY_MS, Problem } from '../../core/index.ts';
import type { FlatFileShape } from '../flat-file/header.ts';
import { ORDERS_SHAPE } from './orders-report.ts';
import { REIMBURSEMENTS_SHAPE } from './reimbursements-report.ts';
import { VAT_CALCULATION_SHAPE, VAT_TRANSACTIONS_SHAPE } from './vat-report.ts';

export interface ReportKind {
  readonly reportType: string;
  /** Its document is opened with a restricted data token only. */
  readonly isRestricted: boolean;
  /** It has columns that say something about a person, and they are made empty before anything keeps it. */
  readonly isBlanked: boolean;
  readonly shape: FlatFileShape;
  /** The role that lets an application ask for it, as Seller Central names it. */
  readonly role: string;
  /** What is wrong with the window, as the end of a sentence; `undefined` when it can be asked for. */
  readonly faultOf: (
    window: { readonly fromMs: number; readonly untilMs: number },
    nowMs: number,
  ) => string | undefined;
}

/** Amazon's own limit for `marketplaceIds`. */
export const MARKETPLACES_MAX = 25;

/** Source: Amazon's lists of report type values (order tracking, FBA, tax); windows also by field reports of hanging reports. */
export const REPORT_KINDS: Readonly<Record<RequestedReportKind, ReportKind>> = {
  'orders-by-last-update': {
    reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
    isRestricted: false,
    isBlanked: true,
    shape: ORDERS_SHAPE,
    role: 'Inventory and Order Tracking',
    faultOf: atMostDays(7),
  },
  'fba-reimbursements': {
    reportType: 'GET_FBA_REIMBURSEMENTS_DATA',
    isRestricted: false,
    isBlanked: false,
    shape: REIMBURSEMENTS_SHAPE,
    role: 'Finance and Accounting',
    faultOf: atMostDays(30),
  },
  'vat-calculation': {
    reportType: 'SC_VAT_TAX_REPORT',
    isRestricted: true,
    isBlanked: true,
    shape: VAT_CALCULATION_SHAPE,
    role: 'Tax Invoicing or Tax Remittance',
    faultOf: (window, nowMs) =>
      atMostDays(31)(window) ??
      (window.untilMs > nowMs - 3 * DAY_MS
        ? 'it ends less than 3 days ago, before Amazon has computed all of it'
        : undefined),
  },
  'vat-transactions': {
    reportType: 'GET_VAT_TRANSACTION_DATA',
    isRestricted: true,
    isBlanked: true,
    shape: VAT_TRANSACTIONS_SHAPE,
    role: 'Tax Invoicing or Tax Remittance',
    faultOf: (window, nowMs) =>
      !isCalendarMonth(window)
        ? 'it is not one calendar month in UTC'
        : nowMs < window.untilMs + 3 * DAY_MS
          ? 'Amazon makes it from the 4th of the following month on'
          : undefined,
  },
};

function atMostDays(days: number) {
  return ({ fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number }): string | undefined =>
    untilMs - fromMs > days * DAY_MS ? `it is longer than ${days} days` : undefined;
}

function isCalendarMonth({ fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number }): boolean {
  const [from, until] = [new Date(fromMs), new Date(untilMs)];
  const isStart = (at: Date) => at.getUTCDate() === 1 && at.getTime() % DAY_MS === 0;
  const months = (at: Date) => at.getUTCFullYear() * 12 + at.getUTCMonth();
  return isStart(from) && isStart(until) && months(until) - months(from) === 1;
}

/** Raises `REPORT_ORDER_INVALID` (invalid) for what Amazon would refuse, answer with nothing, or never finish. */
export function checkReportOrder(order: ReportOrder, nowMs: number): void {
  const window = { fromMs: Date.parse(order.window.from), untilMs: Date.parse(order.window.until) };
  const count = order.marketplaceIds.length;
  if (count < 1 || count > MARKETPLACES_MAX) throw orderInvalid(order, `it names ${count} marketplaces`);
  if (!(window.fromMs < window.untilMs)) throw orderInvalid(order, 'it ends before it begins');
  if (window.untilMs > nowMs) throw orderInvalid(order, 'it ends in the future');
  const fault = REPORT_KINDS[order.kind].faultOf(window, nowMs);
  if (fault !== undefined) throw orderInvalid(order, fault);
}

function orderInvalid({ kind, window }: ReportOrder, fault: string): Problem {
  return new Problem({
    code: 'REPORT_ORDER_INVALID',
    kind: 'invalid',
    says: `The report ${kind} from ${window.from} until ${window.until} cannot be asked for: ${fault}.`,
    next: 'Ask for 1 to 25 marketplaces and a window within the limits of that report.',
  });
}
