import type { ReportState, ReportWaiting } from '../../app/index.ts';
import { type Clock, MINUTE_MS, Problem } from '../../core/index.ts';
import type { OnWait } from '../exchange.ts';
import { pollReport, type ReportRequests, stateOf } from './request.ts';

const FIRST_POLL_MS = 10_000;
const POLL_MS = { min: 2_000, max: MINUTE_MS };
/** A report that takes longer hangs, or Amazon is behind: the next run asks again. */
const WAIT_MS_MAX = 120 * MINUTE_MS;

/** By then Amazon knows a report that it has taken. */
const KNOWN_MS_MAX = 10 * MINUTE_MS;

export interface ReportWaits extends ReportRequests {
  readonly clock: Clock;
  readonly onWait: OnWait;
  readonly signal: AbortSignal;
}

/**
 * Asks after 10 seconds and then ever more slowly, by a hundredth of the time that has passed: a report is known a
 * hundredth late at most, and the allowance of getReport is hardly touched.
 */
export async function waitForReport(
  waits: ReportWaits,
  reportId: string,
  requestedAtMs: number,
  waiting: ReportWaiting = {},
): Promise<Exclude<ReportState, { state: 'waiting' }>> {
  const { clock, onWait, signal } = waits;
  const endsAtMs = Math.min(requestedAtMs + WAIT_MS_MAX, waiting.untilMs ?? Number.POSITIVE_INFINITY);
  let saidAtMs = Number.NEGATIVE_INFINITY;
  for (
    let delayMs = firstDelayMs(requestedAtMs, clock.nowMs());
    ;
    delayMs = nextDelayMs(requestedAtMs, clock.nowMs())
  ) {
    const wakeMs = clock.nowMs() + delayMs;
    // Whoever has no time to wait, because he asks for several reports first, gets no answer that early anyway.
    if (delayMs > 0 && wakeMs > endsAtMs) throw notReady(reportId, minutesSince(requestedAtMs, clock.nowMs()));
    if (delayMs > 0 && clock.nowMs() - saidAtMs >= MINUTE_MS) {
      saidAtMs = clock.nowMs();
      onWait({
        operation: 'getReport',
        reason: 'report',
        untilMs: wakeMs,
        says: `Amazon is making report ${reportId}, asked for ${minutesSince(requestedAtMs, saidAtMs)} ago; looking again and again`,
      });
    }
    if (delayMs > 0) await clock.sleep(delayMs, signal);
    await waiting.onPoll?.();
    const polled = await pollReport(waits, reportId);
    // Amazon may not know yet what it has just taken.
    const isNew = polled === 'unknown' && clock.nowMs() - requestedAtMs < KNOWN_MS_MAX;
    if (polled !== 'waiting' && !isNew) return stateOf(waits, polled);
  }
}

function firstDelayMs(requestedAtMs: number, nowMs: number): number {
  return Math.min(FIRST_POLL_MS, Math.max(0, requestedAtMs + FIRST_POLL_MS - nowMs));
}

function nextDelayMs(requestedAtMs: number, nowMs: number): number {
  return Math.min(POLL_MS.max, Math.max(POLL_MS.min, Math.ceil((nowMs - requestedAtMs) / 100)));
}

function minutesSince(sinceMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.floor((nowMs - sinceMs) / MINUTE_MS));
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

function notReady(reportId: string, minutes: string): Problem {
  return new Problem({
    code: 'REPORT_NOT_READY',
    kind: 'unavailable',
    says: `Amazon is still making report ${reportId} after ${minutes}.`,
    next: 'Nothing to do: the next run goes on with the same report.',
  });
}
