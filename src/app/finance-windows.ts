import { DAY_MS, HOUR_MS } from '../core/index.ts';
import type { TimeWindow, UtcInstant } from './amazon-feeds.ts';
import type { FeedCursor } from './feed-stores.ts';

/** How large the windows of a strand may be. A window takes as many pages as were posted in it, which nobody knows before. */
export interface WindowLimits {
  readonly firstMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Amazon answers nothing from 180 days on, and takes a page token for five minutes. */
export const FINANCE_WINDOWS: WindowLimits = { firstMs: 14 * DAY_MS, minMs: HOUR_MS, maxMs: 90 * DAY_MS };
export const PAYOUT_WINDOWS: WindowLimits = { firstMs: 90 * DAY_MS, minMs: DAY_MS, maxMs: 90 * DAY_MS };

/** A window of more pages is halved, so that what a restart repeats stays small. */
const pagesMax = 400;
/** A full window of fewer pages is doubled. */
const pagesMin = 100;
/** Five minutes are Amazon's; the rest is for the wait until the request leaves. */
const tokenAgeMsMax = 4 * 60_000;
/** Amazon refuses a time within its last two minutes; the rest is for clocks that differ. */
export const NOT_YET_MS = 2 * 60_000 + 10_000;

/** The next window from there on; `null` when there is nothing before `endMs`. */
export function nextWindow(fromMs: number, endMs: number, sizeMs: number): TimeWindow | null {
  const untilMs = Math.min(fromMs + sizeMs, endMs);
  return untilMs > fromMs ? { from: instantOf(fromMs), until: instantOf(untilMs) } : null;
}

export function lengthOf(window: TimeWindow): number {
  return Date.parse(window.until) - Date.parse(window.from);
}

export function instantOf(ms: number): UtcInstant {
  return new Date(ms).toISOString();
}

/** The size of the window after one that took so many pages. A short rest of time says nothing about a whole window. */
export function sizeAfter(read: { pages: number; window: TimeWindow; sizeMs: number }, limits: WindowLimits): number {
  const { pages, window, sizeMs } = read;
  if (pages > pagesMax) return halved(window, limits);
  return pages < pagesMin && lengthOf(window) >= sizeMs ? within(sizeMs * 2, limits) : within(sizeMs, limits);
}

/** The size with which a window is begun again that could not be read to its end. */
export function halved(window: TimeWindow, limits: WindowLimits): number {
  return within(Math.floor(lengthOf(window) / 2), limits);
}

function within(sizeMs: number, limits: WindowLimits): number {
  return Math.min(limits.maxMs, Math.max(limits.minMs, sizeMs));
}

/** Whether an open window goes on from its token; otherwise it begins again. A clock that was set back makes no token young. */
export function canResume(open: FeedCursor['open'], nowMs: number): boolean {
  if (!open?.pageToken || open.tokenAt === null) return false;
  const ageMs = nowMs - Date.parse(open.tokenAt);
  return ageMs >= 0 && ageMs < tokenAgeMsMax;
}

/** A window that is begun again for its old token is halved as well when it took this many pages, or it might never end. */
export const PAGES_WORTH_HALVING = 200;

/** The last day of the month before, on the first three days of a month; it may still change on them. `null` on others. */
export function monthEndDue(today: string): string | null {
  if (Number(today.slice(8, 10)) > 3) return null;
  return instantOf(Date.parse(`${today.slice(0, 7)}-01T00:00:00Z`) - DAY_MS).slice(0, 10);
}
