/** Time and chance come through these, so that one seed can replay a run. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /**
   * Milliseconds since some moment, for how long something takes: whoever sets the clock back does not make it smaller. Absent
   * where nobody sets the clock (virtual time).
   */
  elapsedMs?(): number;
  /** Resolves after `ms`, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Milliseconds since some moment, of use only as a difference: how long something took, whoever has set the clock meanwhile. */
export function elapsedMs(clock: Pick<Clock, 'nowMs' | 'elapsedMs'>): number {
  return clock.elapsedMs?.() ?? clock.nowMs();
}

export interface Randomness {
  bytes(count: number): Uint8Array;
  /** At least 0 and below 1, for jitter only: never for secrets or money. */
  fraction(): number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Facts and codes only. Bodies, secrets and buyer data never go here. */
export interface Log {
  write(level: LogLevel, event: string, facts?: Readonly<Record<string, string | number | boolean | undefined>>): void;
}

export const silentLog: Log = { write: () => {} };
