import { DAY_S, epochSecondsOfUtcMidnight, formatInstant, type LocalDate } from '../../core/index.ts';

/** The day so many days later; earlier for a negative number. */
export function daysAfter(day: LocalDate, days: number): LocalDate {
  return formatInstant(epochSecondsOfUtcMidnight(day) + days * DAY_S).slice(0, 10) as LocalDate;
}

/** Whole days from one day to another. */
export function daysBetween(from: LocalDate, until: LocalDate): number {
  return Math.round((epochSecondsOfUtcMidnight(until) - epochSecondsOfUtcMidnight(from)) / DAY_S);
}
