import {
  type EpochSeconds,
  firstDayOf,
  type LocalDate,
  lastDayOf,
  localDateAt,
  nextYearMonth,
  type YearMonth,
  yearMonthOf,
} from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import type { CompanyCodeRule } from './account-table.ts';
import type { SettlementHeader } from './settlement.ts';

/** The last month of a company code that takes no more entries; `null` while all of them do. */
export type ClosedThrough = (companyCode: CompanyCode) => YearMonth | null;

/** The accounting dates of one settlement in one company's time zone. */
export interface PostingCalendar {
  /** First and last month of the settlement's period, whether they are open or closed. */
  readonly firstMonth: YearMonth;
  readonly lastMonth: YearMonth;
  /** In which the settlement is paid out: the last one of its period, or the first open one after it. */
  readonly finalMonth: YearMonth;
  /** `01.10-15.10.26`: first and last day of the period. */
  readonly periodText: string;
  /** Month of a moment, kept within the months of the settlement's period; for a closed one the first open month after it. */
  monthAt(at: EpochSeconds): YearMonth;
  /** The month itself, kept within the period and moved to the first open one. */
  openMonth(month: YearMonth): YearMonth;
  /** Last day of the month; in the month in which the settlement ends here, that day; in a later one its first day. */
  postingDate(month: YearMonth): LocalDate;
}

/**
 * The months are those of the company that is paid out, `main`: where midnight comes earlier or later than there, the
 * settlement touches another month for some hours, and the two sides of a pair would stand open at a month end.
 */
export function postingCalendar(
  header: SettlementHeader,
  company: CompanyCodeRule,
  {
    main,
    closedThrough = null,
  }: { readonly main?: PostingCalendar | undefined; readonly closedThrough?: YearMonth | null } = {},
): PostingCalendar {
  const start = localDateAt(header.startAt, company.timeZone);
  const end = localDateAt(header.endAt, company.timeZone);
  const firstMonth = main?.firstMonth ?? yearMonthOf(start);
  const lastMonth = main?.lastMonth ?? yearMonthOf(end);
  const openMonth = (month: YearMonth) => {
    const nearest = month >= lastMonth ? lastMonth : month < firstMonth ? firstMonth : month;
    return closedThrough !== null && nearest <= closedThrough ? nextYearMonth(closedThrough) : nearest;
  };
  return {
    firstMonth,
    lastMonth,
    finalMonth: openMonth(lastMonth),
    periodText: `${dayAndMonth(start)}-${dayAndMonth(end)}.${end.slice(2, 4)}`,
    monthAt: (at) => openMonth(yearMonthOf(localDateAt(at, company.timeZone))),
    openMonth,
    postingDate: (month) => {
      if (month < yearMonthOf(end)) return lastDayOf(month);
      return month === yearMonthOf(end) ? end : firstDayOf(month);
    },
  };
}

function dayAndMonth(date: LocalDate): string {
  return `${date.slice(8, 10)}.${date.slice(5, 7)}`;
}
