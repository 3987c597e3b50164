import {
  type EpochSeconds,
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
  readonly finalMonth: YearMonth;
  /** `01.10-15.10.26`: first and last day of the period. */
  readonly periodText: string;
  /** Month of a moment, kept within the months of the settlement's period. */
  monthAt(at: EpochSeconds): YearMonth;
  /** The same month, or the nearest month of the settlement's period. */
  nearestMonth(month: YearMonth): YearMonth;
  /** Last day of the month; in the final month the day on which the settlement ends. */
  postingDate(month: YearMonth): LocalDate;
}

export function postingCalendar(header: SettlementHeader, company: CompanyCodeRule): PostingCalendar {
  const start = localDateAt(header.startAt, company.timeZone);
  const end = localDateAt(header.endAt, company.timeZone);
  const firstMonth = yearMonthOf(start);
  const finalMonth = yearMonthOf(end);
  const nearestMonth = (month: YearMonth) => {
    if (month >= finalMonth) return finalMonth;
    return month < firstMonth ? firstMonth : month;
  };
  return {
    finalMonth,
    periodText: `${dayAndMonth(start)}-${dayAndMonth(end)}.${end.slice(2, 4)}`,
    monthAt: (at) => nearestMonth(yearMonthOf(localDateAt(at, company.timeZone))),
    nearestMonth,
    postingDate: (month) => (month === finalMonth ? end : lastDayOf(month)),
  };
}

function dayAndMonth(date: LocalDate): string {
  return `${date.slice(8, 10)}.${date.slice(5, 7)}`;
}
