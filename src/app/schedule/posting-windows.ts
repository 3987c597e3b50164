import { DAY_MS, SECOND_MS, type TimeZone } from '../../core/index.ts';
import { type ClosedDays, closedOn, firstOpenDay, nextClosedDay } from './closed-days.ts';
import { type DaySpan, isInSpans, nextBeginning } from './day-spans.ts';
import { type InstantMs, localDayAt, momentOf } from './local-time.ts';

/** When entries may be sent to SAP. */
export interface PostingHours {
  /** Empty: at any time of an open day. */
  readonly windows: readonly DaySpan[];
  /** Whole days, by the clocks of the zone, on which nothing is sent. */
  readonly closedDays: readonly ClosedDays[];
  readonly timeZone: TimeZone;
}

/** What opens no sooner never does. Every day of the year falls on every weekday within 40 years. */
const AHEAD_MS_MAX = 400 * 366 * DAY_MS;

/**
 * `null`: now; otherwise the moment at which entries may be sent again, and one that nobody lives to see where that is never.
 * Without windows and closed days it is always now.
 */
export function opensAt(hours: PostingHours, now: InstantMs): InstantMs | null {
  return isOpen(hours, now) ? null : (nextOpening(hours, now) ?? now + AHEAD_MS_MAX);
}

/** The days that keep a moment closed; `undefined` where only the hour does, or nothing. */
export function closedBy({ closedDays, timeZone }: PostingHours, now: InstantMs): ClosedDays | undefined {
  return closedDays.length === 0 ? undefined : closedOn(closedDays, localDayAt(now, timeZone));
}

/** The first moment after that one at which entries may be sent and could not be just before; `undefined` when there is none. */
export function nextOpening(hours: PostingHours, after: InstantMs): InstantMs | undefined {
  const { windows, closedDays, timeZone } = hours;
  if (closedDays.length === 0) return nextBeginning(windows, after, timeZone);
  let at = after;
  while (at - after < AHEAD_MS_MAX) {
    const day = localDayAt(at, timeZone);
    const open = firstOpenDay(closedDays, day);
    if (open === undefined) return undefined;
    if (open !== day) {
      // Clocks that show the end of a day twice do not lead back.
      at = Math.max(momentOf(open, 0, timeZone), at + SECOND_MS);
      if (isOpen(hours, at)) return at;
      continue;
    }
    const window = nextBeginning(windows, at, timeZone);
    const closed = nextClosedDay(closedDays, day);
    if (closed === undefined) return window;
    const closes = momentOf(closed, 0, timeZone);
    if (window !== undefined && window < closes) return window;
    at = Math.max(closes, at + SECOND_MS);
  }
  return undefined;
}

function isOpen(hours: PostingHours, at: InstantMs): boolean {
  const { windows, timeZone } = hours;
  return !closedBy(hours, at) && (windows.length === 0 || isInSpans(windows, at, timeZone));
}
