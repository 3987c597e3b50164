/** What a page asks for anew as the service tells of changes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTurn } from '../../web/src/api/in-turn.ts';

const PAUSE_MS = 2_000;
const PATIENCE_MS = 30_000;

/** Work that takes as long as it is let, and how often it was begun. */
function openWork() {
  const leaving = new AbortController();
  const done: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => done.push(resolve));
  const ask = inTurn(work, { pauseMs: PAUSE_MS, patienceMs: PATIENCE_MS, signal: leaving.signal });
  return {
    ask,
    begun: () => done.length,
    finish: async () => {
      done.at(-1)!();
      await vi.advanceTimersByTimeAsync(0);
    },
    leave: () => leaving.abort(),
  };
}

describe('what is asked for anew', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked for once for all changes of a short while', async () => {
    const { ask, begun } = openWork();
    for (let change = 0; change < 5; change += 1) ask();
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(begun()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun()).toBe(1);
  });

  it('is not begun anew while it is under way, however much changes, and once more afterwards', async () => {
    const { ask, begun, finish } = openWork();
    ask();
    for (let second = 0; second < 20; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      ask();
    }
    expect(begun()).toBe(1);
    await finish();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(begun()).toBe(2);
    // Control: nothing changed since, so nothing is asked for.
    await finish();
    await vi.advanceTimersByTimeAsync(10 * PAUSE_MS);
    expect(begun()).toBe(2);
    ask();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(begun()).toBe(3);
  });

  it('does not wait for ever for an answer that does not come', async () => {
    const { ask, begun } = openWork();
    ask();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    ask();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS + PAUSE_MS);
    expect(begun()).toBe(2);
  });

  it('is not asked for after the page was left', async () => {
    const { ask, begun, leave } = openWork();
    ask();
    leave();
    await vi.advanceTimersByTimeAsync(10 * PAUSE_MS);
    expect(begun()).toBe(0);
  });
});
