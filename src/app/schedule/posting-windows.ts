import type { TimeZone } from '../../core/index.ts';
import { type ClosedDays, closedOn } from './closed-days.ts';
import { type DaySpan, nextBeginning, spanAround } from './day-spans.ts';
import { addDays, type InstantMs, localDayAt, momentOf } from './local-time.ts';

/** When entries may be sent to SAP. */
export interface PostingHours {
  /** Empty: at any time of an open day. */
  readonly windows: readonly DaySpan[];
  /** Whole days, by the clocks of the zone, on which nothing is sent. */
  readonly closedDays: readonly ClosedDays[];
  readonly timeZone: TimeZone;
}

/** The days ahead in which the end of closed days is looked for. A closed range is shorter, so one that goes on is found again. */
const DAYS_AHEAD_MAX = 400;
/** So many openings are looked at that turn out to be closed; settings that leave no time are refused. */
const OPENINGS_MAX = 4_000;

/** `null`: now; otherwise the moment at which entries may be sent again. Without windows and closed days it is always now. */
export function opensAt(hours: PostingHours, now: InstantMs): InstantMs | null {
  return isOpen(hours, now) ? null : (nextOpening(hours, now) ?? null);
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
  for (let looked = 0; looked < OPENINGS_MAX; looked += 1) {
    const found = [nextBeginning(windows, at, timeZone), endOfClosedDays(hours, at)].filter(
      (each) => each !== undefined,
    );
    if (found.length === 0) return undefined;
    at = Math.min(...found);
    if (isOpen(hours, at)) return at;
  }
  return undefined;
}

function isOpen(hours: PostingHours, at: InstantMs): boolean {
  const { windows, timeZone } = hours;
  return !closedBy(hours, at) && (windows.length === 0 || spanAround(windows, at, timeZone) !== undefined);
}

/** When the first open day behind closed ones begins. */
function endOfClosedDays({ closedDays, timeZone }: PostingHours, after: InstantMs): InstantMs | undefined {
  let day = localDayAt(after, timeZone);
  let isClosed = closedOn(closedDays, day) !== undefined;
  for (let days = 0; days < DAYS_AHEAD_MAX || isClosed; days += 1) {
    const wasClosed = isClosed;
    day = addDays(day, 1);
    isClosed = closedOn(closedDays, day) !== undefined;
    if (days > OPENINGS_MAX) return undefined;
    if (!wasClosed || isClosed) continue;
    const begins = momentOf(day, 0, timeZone);
    if (begins > after) return begins;
  }
  return undefined;
}
