import type { Randomness } from '../core/index.ts';

export interface Backoff {
  readonly attemptsMax: number;
  readonly baseMs: number;
  readonly capMs: number;
}

/** For answers that did not arrive or that say "later" (5xx). */
export const RETRY: Backoff = { attemptsMax: 6, baseMs: 1_000, capMs: 60_000 };

/** Full jitter: anywhere between 0 and the exponential bound, so that callers who failed together do not return together. */
export function jitteredDelayMs(backoff: Backoff, attempt: number, randomness: Randomness): number {
  return Math.ceil(randomness.fraction() * Math.min(backoff.capMs, backoff.baseMs * 2 ** (attempt - 1)));
}
