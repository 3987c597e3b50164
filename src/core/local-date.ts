import { DAY_S } from './durations.ts';
import { Problem } from './problem.ts';

declare const localDateBrand: unique symbol;
/** A calendar day without time or zone, `YYYY-MM-DD`. Compares correctly as text. */
export type LocalDate = string & { readonly [localDateBrand]: true };

declare const yearMonthBrand: unique symbol;
/** A calendar month, `YYYY-MM`. Compares correctly as text. */
export type YearMonth = string & { readonly [yearMonthBrand]: true };

declare const timeZoneBrand: unique symbol;
/** An IANA time zone this runtime knows, for example `Europe/Berlin`. */
export type TimeZone = string & { readonly [timeZoneBrand]: true };

/** Whole seconds since 1970-01-01T00:00:00Z. Amazon's files are exact to the second. */
export type EpochSeconds = number;

/** Days since 1970-01-01 of a proleptic Gregorian date; `NaN` when the date does not exist. */
export function daysFromCivil(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  // Howard Hinnant's days_from_civil: exact integer arithmetic, years starting in March.
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Raises `DATE_UNREADABLE` (invalid) for anything but an existing day written `YYYY-MM-DD`. */
export function parseLocalDate(text: string): LocalDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match || Number.isNaN(daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3])))) {
    throw new Problem({
      code: 'DATE_UNREADABLE',
      kind: 'invalid',
      says: `${JSON.stringify(text)} is not a calendar day.`,
      next: 'Write the day as YYYY-MM-DD, for example 2026-10-31.',
      data: text,
    });
  }
  return text as LocalDate;
}

/** Raises `TIME_ZONE_UNKNOWN` (invalid). */
export function parseTimeZone(text: string): TimeZone {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    return text as TimeZone;
  } catch (cause) {
    throw new Problem(
      {
        code: 'TIME_ZONE_UNKNOWN',
        kind: 'invalid',
        says: `${JSON.stringify(text)} is not a time zone this runtime knows.`,
        next: 'Use an IANA name such as Europe/Berlin or America/Los_Angeles.',
        data: text,
      },
      { cause },
    );
  }
}

const formatters = new Map<TimeZone, Intl.DateTimeFormat>();

/** The calendar day in `timeZone` at that moment. */
export function localDateAt(at: EpochSeconds, timeZone: TimeZone): LocalDate {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, formatter);
  }
  const parts = formatter.formatToParts(at * 1000);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}` as LocalDate;
}

/** The moment at which `date` begins in `timeZone`. Where a clock change skips midnight, the first moment after it. */
export function startOfLocalDate(date: LocalDate, timeZone: TimeZone): EpochSeconds {
  // Zones lie within UTC-12 and UTC+14, so the wanted moment lies in this window; the local day never decreases in it.
  let before = epochSecondsOfUtcMidnight(date) - 15 * 3600;
  let after = before + 30 * 3600;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDateAt(middle, timeZone) < date) before = middle;
    else after = middle;
  }
  return after;
}

export function epochSecondsOfUtcMidnight(date: LocalDate): EpochSeconds {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return daysFromCivil(year, month, day) * DAY_S;
}

/** The day on which a moment lies in UTC. */
export function utcDayOf(at: EpochSeconds): LocalDate {
  return formatInstant(at).slice(0, 10) as LocalDate;
}

export function yearMonthOf(date: LocalDate): YearMonth {
  return date.slice(0, 7) as YearMonth;
}

export function nextYearMonth(yearMonth: YearMonth): YearMonth {
  const [year, month] = yearMonth.split('-').map(Number) as [number, number];
  return month === 12
    ? (`${String(year + 1).padStart(4, '0')}-01` as YearMonth)
    : (`${yearMonth.slice(0, 4)}-${String(month + 1).padStart(2, '0')}` as YearMonth);
}

export function firstDayOf(yearMonth: YearMonth): LocalDate {
  return `${yearMonth}-01` as LocalDate;
}

export function lastDayOf(yearMonth: YearMonth): LocalDate {
  const [year, month] = yearMonth.split('-').map(Number) as [number, number];
  return `${yearMonth}-${daysInMonth(year, month)}` as LocalDate;
}

/** `2026-10-31T07:00:00Z`: UTC, whole seconds. */
export function formatInstant(at: EpochSeconds): string {
  return new Date(at * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** `2026-11-26 02:14 UTC`: a time as a store gives it, for people. */
export function formatMinute(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Raises `MONTH_UNREADABLE` (invalid) for anything but a month written `YYYY-MM`. */
export function parseYearMonth(text: string): YearMonth {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text as YearMonth;
  throw new Problem({
    code: 'MONTH_UNREADABLE',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a month.`,
    next: 'Write the month as YYYY-MM, for example 2026-10.',
    data: text,
  });
}

/** The month before. */
export function previousYearMonth(yearMonth: YearMonth): YearMonth {
  const [year, month] = yearMonth.split('-').map(Number) as [number, number];
  return month === 1
    ? (`${String(year - 1).padStart(4, '0')}-12` as YearMonth)
    : (`${yearMonth.slice(0, 4)}-${String(month - 1).padStart(2, '0')}` as YearMonth);
}
