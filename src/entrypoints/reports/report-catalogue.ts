import { firstDayOf, type LocalDate, lastDayOf, Problem, type YearMonth } from '../../core/index.ts';
import type { ReportName } from '../http/contract/report-titles.ts';
import type { MadeReport, ReportDesk } from './made-report.ts';
import * as periods from './period-makers.ts';
import * as reconciliation from './reconciliation-makers.ts';

/** What somebody wants to see in a report; each kind takes some of it. */
export interface ReportWish {
  readonly connection?: string | undefined;
  readonly settlement?: string | undefined;
  readonly month?: YearMonth | undefined;
  readonly from?: LocalDate | undefined;
  readonly to?: LocalDate | undefined;
  readonly movements?: boolean | undefined;
  readonly withOrders?: boolean | undefined;
  readonly overdueDays: number;
}

type Needed = 'connection' | 'month' | 'period' | 'settlement';

interface CatalogueEntry {
  readonly takes: readonly Needed[];
  readonly make: (desk: ReportDesk, wish: ReportWish) => Promise<MadeReport>;
}

const profit = (view: 'fees' | 'sales' | 'profit'): CatalogueEntry => ({
  takes: ['connection', 'period'],
  make: (desk, wish) => periods.makeProfit(desk, view, connectionOf(wish), periodOf(wish)),
});

/** Every report that can be asked for by name. */
export const CATALOGUE: Readonly<Record<ReportName, CatalogueEntry>> = {
  settlement: {
    takes: ['settlement'],
    make: (desk, { settlement }) => periods.makeStatement(desk, needed('settlement', settlement)),
  },
  journal: {
    takes: ['connection', 'period'],
    make: (desk, wish) => periods.makeJournal(desk, connectionOf(wish), periodOf(wish)),
  },
  fees: profit('fees'),
  sales: profit('sales'),
  profit: profit('profit'),
  'order-receivable': {
    takes: ['connection'],
    make: (desk, wish) => periods.makeOrderReceivable(desk, connectionOf(wish), wish.overdueDays),
  },
  close: {
    takes: ['connection', 'month'],
    make: (desk, wish) => periods.makeClose(desk, connectionOf(wish), monthOf(wish)),
  },
  'month-check': {
    takes: ['connection', 'month'],
    make: (desk, wish) => periods.makeMonthCheck(desk, connectionOf(wish), monthOf(wish)),
  },
  'cut-off': {
    takes: ['connection', 'month'],
    make: (desk, wish) => periods.makeCutOff(desk, connectionOf(wish), monthOf(wish)),
  },
  continuity: {
    takes: ['connection'],
    make: (desk, wish) => reconciliation.makeContinuity(desk, connectionOf(wish)),
  },
  payouts: {
    takes: ['connection', 'period'],
    make: (desk, wish) => reconciliation.makePayouts(desk, connectionOf(wish), lookOf(wish)),
  },
  ledgers: {
    takes: ['connection', 'period'],
    make: (desk, wish) =>
      reconciliation.makeLedgers(desk, connectionOf(wish), { ...lookOf(wish), movements: wish.movements }),
  },
  orders: {
    takes: ['connection', 'period'],
    make: (desk, wish) => reconciliation.makeOrders(desk, connectionOf(wish), lookOf(wish)),
  },
  summaries: {
    takes: ['connection'],
    make: (desk, wish) => reconciliation.makeSummaries(desk, connectionOf(wish)),
  },
  month: {
    takes: ['connection', 'month'],
    make: (desk, wish) =>
      reconciliation.makeMonth(desk, connectionOf(wish), {
        month: monthOf(wish),
        withOrders: wish.withOrders ?? false,
      }),
  },
};

function isReportName(name: string): name is ReportName {
  return Object.hasOwn(CATALOGUE, name);
}

/** Makes the report of that name. Raises `REPORT_UNKNOWN` and `REPORT_WISH_INCOMPLETE` (both invalid). */
export async function makeReport(desk: ReportDesk, name: string, wish: ReportWish): Promise<MadeReport> {
  const entry = isReportName(name) ? CATALOGUE[name] : undefined;
  if (entry) return entry.make(desk, wish);
  throw new Problem({
    code: 'REPORT_UNKNOWN',
    kind: 'invalid',
    says: `There is no report ${JSON.stringify(name)}.`,
    next: `Ask for one of: ${Object.keys(CATALOGUE).join(', ')}.`,
    data: name,
  });
}

const connectionOf = ({ connection }: ReportWish) => needed('connection', connection);
const monthOf = ({ month }: ReportWish) => needed('month', month);
const lookOf = ({ from, to }: ReportWish) => ({ from, until: to });

function periodOf({ month, from, to }: ReportWish): periods.Period {
  if (month !== undefined && from === undefined && to === undefined) {
    return { from: firstDayOf(month), to: lastDayOf(month) };
  }
  return { from: needed('from', from), to: needed('to', to) };
}

const MISSING = 'FIELD_MISSING';

function needed<Value>(what: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new Problem({
    code: 'REPORT_WISH_INCOMPLETE',
    kind: 'invalid',
    says: `This report takes ${what}.`,
    next: `Give ${what} in the query, for example ?connection=amazon-us&month=2026-10`,
    where: { path: what },
    fields: [{ path: what, code: MISSING, says: 'This report needs it.' }],
  });
}
