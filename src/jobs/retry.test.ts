import { describe, expect, it } from 'vitest';
import { HOUR_MS, PROBLEM_KINDS, type ProblemKind, type Randomness } from '../core/index.ts';
import { afterFailure } from './retry.ts';

const at = (fraction: number): Randomness => ({ bytes: (count) => new Uint8Array(count), fraction: () => fraction });

/** The pauses of a job that always fails, and what it ends as. */
function life(kind: ProblemKind, randomness: Randomness): { pausesMs: number[]; last: string } {
  const pausesMs: number[] = [];
  for (let failures = 1; ; failures += 1) {
    const after = afterFailure(kind, failures, randomness);
    if (after.retryInMs === null) return { pausesMs, last: after.last };
    pausesMs.push(after.retryInMs);
  }
}

describe('a failed job', () => {
  it('is tried ten times within about four hours when the other side is away, and then given up', () => {
    for (const kind of ['unavailable', 'unknown'] as const) {
      const { pausesMs, last } = life(kind, at(0.999_999));
      expect(last).toBe('gave-up');
      expect(pausesMs).toHaveLength(9);
      const sumMs = pausesMs.reduce((sum, ms) => sum + ms, 0);
      expect(sumMs).toBeGreaterThan(3 * HOUR_MS);
      expect(sumMs).toBeLessThan(5 * HOUR_MS);
      for (const [index, ms] of pausesMs.entries()) if (index > 0) expect(ms).toBeGreaterThan(pausesMs[index - 1] ?? 0);
    }
  });

  it('is tried three times and then failed when it is wrong in itself, whatever kind of wrong', () => {
    const kinds = Object.keys(PROBLEM_KINDS).filter((kind) => kind !== 'unavailable' && kind !== 'unknown');
    expect(kinds).toHaveLength(6);
    for (const kind of kinds) {
      const { pausesMs, last } = life(kind as ProblemKind, at(0.5));
      expect({ tries: pausesMs.length + 1, last }).toEqual({ tries: 3, last: 'failed' });
    }
  });

  it('comes back anywhere below the ceiling of its pause, but never at once', () => {
    const pauseMs = (fraction: number) => afterFailure('unavailable', 4, at(fraction)).retryInMs;
    expect(pauseMs(0)).toBe(1_000);
    expect(pauseMs(0.25)).toBe(60_000);
    expect(pauseMs(0.75)).toBe(180_000);
  });
});
