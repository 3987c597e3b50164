import type { SharedClock } from '../app/index.ts';

export interface SharedClockOptions {
  readonly nowMs: () => Promise<number>;
  /** Milliseconds on a clock of this process that nobody sets. */
  readonly steadyMs: () => number;
  /** Told by how much somebody set the shared clock: ahead, or (negative) back. */
  readonly onSet: (byMs: number) => void;
}

/** More than clocks drift apart between two looks; less than matters for a quiet period. */
const DRIFT_MS_MAX = 15_000;

/** The shared clock, watched by one of this process: between two looks as much time has to pass on both. */
export function watchedClock({ nowMs, steadyMs, onSet }: SharedClockOptions): Required<SharedClock> {
  let last: { readonly sharedMs: number; readonly fromMs: number; readonly toMs: number } | undefined;
  let setAtMs: number | null = null;
  return {
    async sharedNowMs() {
      const fromMs = steadyMs();
      const sharedMs = await nowMs();
      const toMs = steadyMs();
      if (last) {
        const passedMs = sharedMs - last.sharedMs;
        // The answer may be from any moment in which it was waited for.
        const aheadMs = passedMs - (toMs - last.fromMs);
        const backMs = fromMs - last.toMs - passedMs;
        if (Math.max(aheadMs, backMs) > DRIFT_MS_MAX) {
          setAtMs = sharedMs;
          onSet(aheadMs > 0 ? aheadMs : -backMs);
        }
      }
      last = { sharedMs, fromMs, toMs };
      return sharedMs;
    },
    sharedClockSetAtMs: () => setAtMs,
  };
}
