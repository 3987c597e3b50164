import { randomBytes } from 'node:crypto';
import type { Clock, Randomness } from '../core/index.ts';

/**
 * How long it has been, by whichever of two clocks says more: the one that can be set, which also runs while the machine sleeps,
 * and the one that nobody sets. A clock set back makes nothing younger, and one set ahead at worst ends a wait early.
 */
export function elapsing(wallMs: () => number, steadyMs: () => number): () => number {
  let last = { wall: wallMs(), steady: steadyMs() };
  let totalMs = 0;
  return () => {
    const now = { wall: wallMs(), steady: steadyMs() };
    totalMs += Math.max(now.wall - last.wall, now.steady - last.steady);
    last = now;
    return totalMs;
  };
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  elapsedMs: elapsing(
    () => Date.now(),
    () => performance.now(),
  ),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

export const systemRandomness: Randomness = {
  bytes: (count) => randomBytes(count),
  fraction: () => Math.random(),
};
