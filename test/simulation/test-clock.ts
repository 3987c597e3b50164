import type { Clock } from '../../src/core/index.ts';

/** Time that passes only when somebody sleeps, so that hours take no time. */
export class TestClock implements Clock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#nowMs += ms;
  }
}
