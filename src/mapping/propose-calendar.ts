import {
  type EpochSeconds,
  firstDayOf,
  type LocalDate,
  lastDayOf,
  localDateAt,
  type YearMonth,
  yearMonthOf,
} from '../core/index.ts';
import type { CompanyCodeRule } from './account-table.ts';
import type { SettlementHeader } from './settlement.ts';

/** The accounting dates of one settlement in one company's time zone. */
export interface PostingCalendar {
  readonly firstMonth: YearMonth;
  readonly finalMonth: YearMonth;
  /** `01.10-15.10.26`: first and last day of the period. */
  readonly periodText: string;
  /** Month of a moment, kept within the months of the settlement's period. */
  monthAt(at: EpochSeconds): YearMonth;
  /** Last day of the month; in the month in which the settlement ends here, that day. */
  postingDate(month: YearMonth): LocalDate;
}

/**
 * The months are those of the company that is paid out, `main`: where midnight comes earlier or later than there, the
 * settlement touches another month for some hours, and the two sides of a pair would stand open at a month end.
 */
export function postingCalendar(
  header: SettlementHeader,
  company: CompanyCodeRule,
  main?: PostingCalendar,
): PostingCalendar {
  const start = localDateAt(header.startAt, company.timeZone);
  const end = localDateAt(header.endAt, company.timeZone);
  const firstMonth = main?.firstMonth ?? yearMonthOf(start);
  const finalMonth = main?.finalMonth ?? yearMonthOf(end);
  const nearestMonth = (month: YearMonth) => {
    if (month >= finalMonth) return finalMonth;
    return month < firstMonth ? firstMonth : month;
  };
  return {
    firstMonth,
    finalMonth,
    periodText: `${dayAndMonth(start)}-${dayAndMonth(end)}.${end.slice(2, 4)}`,
    monthAt: (at) => nearestMonth(yearMonthOf(localDateAt(at, company.timeZone))),
    postingDate: (month) => {
      if (month < yearMonthOf(end)) return lastDayOf(month);
      return month === yearMonthOf(end) ? end : firstDayOf(month);
    },
  };
}

function dayAndMonth(date: LocalDate): string {
  return `${date.slice(8, 10)}.${date.slice(5, 7)}`;
}
