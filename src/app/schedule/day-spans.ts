import type { LocalDate, TimeZone } from '../../core/index.ts';
import {
  addDays,
  type InstantMs,
  localDayAt,
  type MinuteOfDay,
  momentOf,
  type Weekday,
  weekdayOf,
} from './local-time.ts';

/** A part of the day that comes again, by the clocks of a zone. One that ends no later than it begins ends on the next day. */
export interface DaySpan {
  readonly from: MinuteOfDay;
  readonly to: MinuteOfDay;
  /** The days on which it begins; `null`: all. */
  readonly weekdays: readonly Weekday[] | null;
}

export interface Span {
  readonly startMs: InstantMs;
  /** The first moment after it. */
  readonly endMs: InstantMs;
}

/** A span that touches itself for longer than this is taken to be over: settings that leave no time are refused. */
const DAYS_MAX = 9;

/** Whether one of the spans contains the moment. */
export function isInSpans(spans: readonly DaySpan[], at: InstantMs, timeZone: TimeZone): boolean {
  return touching(spans, at, timeZone) !== undefined;
}

/** The whole span around a moment, with the ones that it runs into; `undefined` outside of all. */
export function spanAround(spans: readonly DaySpan[], at: InstantMs, timeZone: TimeZone): Span | undefined {
  const found = touching(spans, at, timeZone);
  if (!found) return undefined;
  let { startMs, endMs } = found;
  for (let steps = 0; steps < DAYS_MAX * spans.length; steps += 1) {
    const later = touching(spans, endMs, timeZone);
    if (!later || later.endMs <= endMs) break;
    endMs = later.endMs;
  }
  for (let steps = 0; steps < DAYS_MAX * spans.length; steps += 1) {
    const earlier = touching(spans, startMs - 1, timeZone);
    if (!earlier || earlier.startMs >= startMs) break;
    startMs = earlier.startMs;
  }
  return { startMs, endMs };
}

/** When the next span begins after a moment that is in none; `undefined` without spans. */
export function nextBeginning(spans: readonly DaySpan[], after: InstantMs, timeZone: TimeZone): InstantMs | undefined {
  const today = localDayAt(after, timeZone);
  for (let days = -1; days <= DAYS_MAX; days += 1) {
    const starts = spansOf(spans, addDays(today, days), timeZone)
      .map(({ startMs }) => startMs)
      .filter((startMs) => startMs > after);
    if (starts.length > 0) return Math.min(...starts);
  }
  return undefined;
}

/** How many minutes of a week no span covers, by the clocks and without their changes. */
export function minutesLeft(spans: readonly DaySpan[]): number {
  const week = 7 * 1440;
  const isCovered = new Uint8Array(week);
  for (const { from, to, weekdays } of spans) {
    const length = to > from ? to - from : to + 1440 - from;
    for (const weekday of weekdays ?? ([1, 2, 3, 4, 5, 6, 7] as const)) {
      for (let each = 0; each < length; each += 1) isCovered[((weekday - 1) * 1440 + from + each) % week] = 1;
    }
  }
  return week - isCovered.reduce((sum, each) => sum + each, 0);
}

/** The longest of the single spans that contain the moment. */
function touching(spans: readonly DaySpan[], at: InstantMs, timeZone: TimeZone): Span | undefined {
  if (spans.length === 0) return undefined;
  const today = localDayAt(at, timeZone);
  return [-1, 0]
    .flatMap((days) => spansOf(spans, addDays(today, days), timeZone))
    .filter(({ startMs, endMs }) => startMs <= at && at < endMs)
    .sort((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
}

function spansOf(spans: readonly DaySpan[], day: LocalDate, timeZone: TimeZone): Span[] {
  const weekday = weekdayOf(day);
  return spans
    .filter(({ weekdays }) => weekdays?.includes(weekday) ?? true)
    .map(({ from, to }) => ({
      startMs: momentOf(day, from, timeZone),
      endMs: to > from ? momentOf(day, to, timeZone) : momentOf(addDays(day, 1), to, timeZone),
    }));
}
