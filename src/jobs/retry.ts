import type { ProblemKind, Randomness } from '../core/index.ts';
import { SECOND_MS } from '../core/index.ts';

/** Ten tries, the pauses doubling from half a minute to two hours: all of them within about four hours. */
const AWAY = { triesMax: 10, firstMs: 30 * SECOND_MS, pauseMsMax: 7_200 * SECOND_MS } as const;
/** What is wrong in itself is right at the second look only if something moved meanwhile. */
const WRONG = { triesMax: 3, firstMs: 60 * SECOND_MS, pauseMsMax: 600 * SECOND_MS } as const;
/** Also the luckiest throw leaves the other side a moment. */
const PAUSE_MS_MIN = SECOND_MS;
const PASSING: ReadonlySet<ProblemKind> = new Set<ProblemKind>(['unavailable', 'unknown']);

/** What comes after a failed attempt: the pause before the next one, or how the job ends. */
export type AfterFailure =
  | { readonly retryInMs: number; readonly last: 'failed' | 'gave-up' }
  | { readonly retryInMs: null; readonly last: 'failed' | 'gave-up' };

/**
 * Exponential pauses with full jitter, so that jobs that failed together do not come back together. What passes by itself is
 * tried for hours and then given up; what is wrong in itself is tried little and then failed.
 */
export function afterFailure(kind: ProblemKind, failures: number, randomness: Randomness): AfterFailure {
  const isPassing = PASSING.has(kind);
  const { triesMax, firstMs, pauseMsMax } = isPassing ? AWAY : WRONG;
  const last = isPassing ? 'gave-up' : 'failed';
  if (failures >= triesMax) return { retryInMs: null, last };
  const ceilingMs = Math.min(pauseMsMax, firstMs * 2 ** (failures - 1));
  return { retryInMs: Math.max(PAUSE_MS_MIN, Math.round(randomness.fraction() * ceilingMs)), last };
}
