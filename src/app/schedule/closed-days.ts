import { daysInMonth, type LocalDate } from '../../core/index.ts';
import { addDays } from './local-time.ts';

/**
 * Days on which nothing is posted, such as a public holiday or the close of a year: from one day to another, both of them
 * included. `2026-12-24` is that day, `12-24` is that day of every year; those of every year may run over its end.
 */
export interface ClosedDays {
  readonly from: string;
  readonly to: string;
  /** For people who wonder why nothing is posted. */
  readonly why: string;
}

/** Longer than all days that the settings of a connection can close in a row. */
const YEARS_AHEAD_MAX = 300;
/** Around a year such as 2100. */
const LEAP_YEARS_APART_MAX = 8;
/** The calendar ends with it. */
const LAST_DAY = '9999-12-31';

/** The ones that a day belongs to; `undefined`: it is open. */
export function closedOn(closed: readonly ClosedDays[], day: LocalDate): ClosedDays | undefined {
  return closed.find(({ from, to }) => {
    const own = isYearly(from) ? day.slice(5) : day;
    return from <= to ? from <= own && own <= to : own >= from || own <= to;
  });
}

/** The day itself when it is open, otherwise the first open one behind it; `undefined`: none is open any more. */
export function firstOpenDay(closed: readonly ClosedDays[], day: LocalDate): LocalDate | undefined {
  const lastYear = yearOf(day) + YEARS_AHEAD_MAX;
  let open = day;
  for (;;) {
    const days = closedOn(closed, open);
    if (!days) return open;
    const end = endOf(days, open);
    if (yearOf(end) > lastYear || end >= LAST_DAY) return undefined;
    open = addDays(end, 1);
  }
}

/** The first day after that one on which closed days begin; `undefined`: none do. */
export function nextClosedDay(closed: readonly ClosedDays[], day: LocalDate): LocalDate | undefined {
  let first: LocalDate | undefined;
  for (const days of closed) {
    const begins = beginsAfter(days, day);
    if (begins !== undefined && (first === undefined || begins < first)) first = begins;
  }
  return first;
}

/** Those that a day belongs to or that are to come, the next ones first. */
export function closedDaysAhead(closed: readonly ClosedDays[], day: LocalDate): readonly ClosedDays[] {
  return closed
    .flatMap((days) => {
      const begins = closedOn([days], day) ? day : beginsAfter(days, day);
      return begins === undefined ? [] : [{ days, begins }];
    })
    .sort((a, b) => (a.begins < b.begins ? -1 : a.begins > b.begins ? 1 : 0))
    .map(({ days }) => days);
}

/** The last of the closed days that a day belongs to. */
function endOf({ from, to }: ClosedDays, day: LocalDate): LocalDate {
  if (!isYearly(to)) return to as LocalDate;
  return dayOfYear(from <= to || day.slice(5) <= to ? yearOf(day) : yearOf(day) + 1, to, '02-28');
}

function beginsAfter({ from, to }: ClosedDays, day: LocalDate): LocalDate | undefined {
  if (!isYearly(from)) return from > day ? (from as LocalDate) : undefined;
  for (let year = yearOf(day); year <= yearOf(day) + LEAP_YEARS_APART_MAX; year += 1) {
    const begins = dayOfYear(year, from, '03-01');
    // 29 February alone has no day in other years.
    if (begins > day && (from > to || begins <= dayOfYear(year, to, '02-28'))) return begins;
  }
  return undefined;
}

/** A day of a year; for 29 February in a year without it, the other one. */
function dayOfYear(year: number, day: string, otherwise: string): LocalDate {
  const isThere = day !== '02-29' || daysInMonth(year, 2) === 29;
  return `${String(year).padStart(4, '0')}-${isThere ? day : otherwise}` as LocalDate;
}

function yearOf(day: LocalDate): number {
  return Number(day.slice(0, 4));
}

/** `12-24/12-26`, or a single day. */
export function sayClosedDays({ from, to }: ClosedDays): string {
  return from === to ? from : `${from}/${to}`;
}

/** Whether at least one day of every year is open, as far as days of every year say. */
export function leavesOpenDays(closed: readonly ClosedDays[]): boolean {
  const yearly = closed.filter(({ from }) => isYearly(from));
  // A year with 29 February has every day that any year has.
  for (let month = 1; month <= 12; month += 1) {
    for (let day = 1; day <= daysInMonth(2028, month); day += 1) {
      const text = `2028-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as LocalDate;
      if (!closedOn(yearly, text)) return true;
    }
  }
  return false;
}

function isYearly(day: string): boolean {
  return day.length === 'MM-DD'.length;
}
