import type { TimeZone } from '../../core/index.ts';
import { type DaySpan, nextBeginning, spanAround } from './day-spans.ts';
import type { InstantMs } from './local-time.ts';

/** When entries may be sent to SAP. */
export interface PostingHours {
  readonly windows: readonly DaySpan[];
  readonly timeZone: TimeZone;
}

/** `null`: now; otherwise the moment at which the next window begins. Without windows it is always now. */
export function opensAt({ windows, timeZone }: PostingHours, now: InstantMs): InstantMs | null {
  if (windows.length === 0 || spanAround(windows, now, timeZone)) return null;
  return nextBeginning(windows, now, timeZone) ?? null;
}
