import {
  assert,
  DAY_MS,
  firstDayOf,
  HOUR_MS,
  type LocalDate,
  type TimeZone,
  type YearMonth,
  yearMonthOf,
} from '../../core/index.ts';
import { type ClosedDays, closedOn } from './closed-days.ts';
import { type DaySpan, spanAround } from './day-spans.ts';
import {
  addDays,
  type InstantMs,
  localDayAt,
  type MinuteOfDay,
  momentOf,
  placeInMonth,
  type Weekday,
  weekdayOf,
} from './local-time.ts';

/** When a work is due. */
export type ScheduleRule =
  | {
      readonly kind: 'every';
      readonly everyMs: number;
      /** Where in the interval: two works of the same interval do not come due at once. */
      readonly phaseMs: number;
    }
  | {
      readonly kind: 'at';
      /** At least one. */
      readonly times: readonly MinuteOfDay[];
      /** On these days; `null`: every day. */
      readonly days: DaysOfRule | null;
    };

export type DaysOfRule =
  | { readonly weekdays: readonly Weekday[] }
  /** 31 is the last day of a month that is shorter. */
  | { readonly daysOfMonth: readonly number[] }
  /**
   * The how manieth Monday to Friday of the month that is no closed day; the last one of a month that has fewer, and of one
   * that is closed on all of them as if it were open.
   */
  | { readonly workday: number };

/** What all works of a connection have in common. */
export interface WorkCalendar {
  readonly timeZone: TimeZone;
  /** What would be due in them is due at their end, once. */
  readonly quietHours: readonly DaySpan[];
  /** For rules of workdays: days that are none. Absent: none. */
  readonly closedDays?: readonly ClosedDays[];
}

/** Longer than a month, so that a day of the month is found. */
const DAYS_AHEAD_MAX = 70;
/** After a longer time nobody needs to know how many turns it would have been. */
const MISSED_MAX = 1_000;

/** The first moment after `after` at which the work is due. Strictly later, whatever clocks do. */
export function nextDue(rule: ScheduleRule, after: InstantMs, calendar: WorkCalendar): InstantMs {
  const { quietHours, timeZone } = calendar;
  // What fell into quiet hours that are not over yet is due at their end.
  const quiet = spanAround(quietHours, after, timeZone);
  let raw = quiet ? quiet.startMs - 1 : after;
  for (;;) {
    raw = nextRaw(rule, raw, calendar);
    const due = spanAround(quietHours, raw, timeZone)?.endMs ?? raw;
    if (due > after) return due;
  }
}

/** How many turns were due from `firstDue` until `now`, that one included; at most 1,000 are counted. */
export function turnsUntil(
  { firstDue, now }: { readonly firstDue: InstantMs; readonly now: InstantMs },
  next: (after: InstantMs) => InstantMs,
): number {
  let turns = 0;
  for (let due = firstDue; due <= now && turns < MISSED_MAX; due = next(due)) turns += 1;
  return turns;
}

function nextRaw(rule: ScheduleRule, after: InstantMs, { timeZone, closedDays = [] }: WorkCalendar): InstantMs {
  if (rule.kind === 'every') {
    const { everyMs, phaseMs } = rule;
    return (Math.floor((after - phaseMs) / everyMs) + 1) * everyMs + phaseMs;
  }
  // A time that a change of clocks skips may lie on the next day.
  const first = addDays(localDayAt(after, timeZone), -1);
  const isDue = dayTestOf(rule.days, closedDays);
  for (let days = 0; days <= DAYS_AHEAD_MAX; days += 1) {
    const day = addDays(first, days);
    if (!isDue(day)) continue;
    const moments = rule.times.map((minute) => momentOf(day, minute, timeZone)).filter((at) => at > after);
    if (moments.length > 0) return Math.min(...moments);
  }
  assert(false, `a schedule has no day within ${DAYS_AHEAD_MAX} days`);
}

function dayTestOf(days: DaysOfRule | null, closed: readonly ClosedDays[]): (day: LocalDate) => boolean {
  if (days === null) return () => true;
  if ('weekdays' in days) return (day) => days.weekdays.includes(weekdayOf(day));
  if ('workday' in days) {
    const ofMonths = new Map<YearMonth, LocalDate>();
    return (day) => {
      const month = yearMonthOf(day);
      const due = ofMonths.get(month) ?? workdayOf(month, days.workday, closed);
      ofMonths.set(month, due);
      return day === due;
    };
  }
  return (day) => {
    const place = placeInMonth(day);
    return days.daysOfMonth.some((wanted) => Math.min(wanted, place.days) === place.day);
  };
}

/** The workday of a month that has that number. Every month has one, so that none is left out for its closed days. */
function workdayOf(month: YearMonth, wanted: number, closed: readonly ClosedDays[]): LocalDate {
  const first = firstDayOf(month);
  const all = Array.from({ length: placeInMonth(first).days }, (_, days) => addDays(first, days));
  const workdays = all.filter((day) => weekdayOf(day) <= 5);
  const open = workdays.filter((day) => closedOn(closed, day) === undefined);
  const due = (open.length > 0 ? open : workdays).slice(0, wanted).at(-1);
  assert(due !== undefined, `${month} has no workday`);
  return due;
}

const WEEKDAY_WORDS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** `every 15 minutes`, `daily at 06:10`, `on day 3 of the month at 05:00`. */
export function sayRule(rule: ScheduleRule): string {
  if (rule.kind === 'every') return `every ${sayDuration(rule.everyMs)}`;
  const times = rule.times.map(sayTime).join(', ');
  const { days } = rule;
  if (days === null) return `daily at ${times}`;
  if ('weekdays' in days) return `${days.weekdays.map((each) => WEEKDAY_WORDS[each - 1]).join(', ')} at ${times}`;
  if ('workday' in days) return `on workday ${days.workday} of the month at ${times}`;
  const word = days.daysOfMonth.length === 1 ? 'day' : 'days';
  return `on ${word} ${days.daysOfMonth.join(', ')} of the month at ${times}`;
}

export function sayTime(minute: MinuteOfDay): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** The largest unit that is whole. */
export function sayDuration(ms: number): string {
  const units = [
    ['day', DAY_MS],
    ['hour', HOUR_MS],
    ['minute', 60_000],
  ] as const;
  for (const [word, size] of units) {
    if (ms < size || ms % size !== 0) continue;
    return ms === size ? word : `${ms / size} ${word}s`;
  }
  return `${Math.round(ms / 1_000)} seconds`;
}
