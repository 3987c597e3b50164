import { type Clock, elapsedMs, HOUR_MS, type Log, type LogLevel } from '../core/index.ts';

const QUIET_MS = 60_000;
const QUIET_MS_MAX = HOUR_MS;
/** Lines that are remembered at once; the longest ago written one is forgotten first. */
const LINES_MAX = 500;
const CALMED: readonly LogLevel[] = ['warn', 'error'];

interface SeenLine {
  readonly quietUntilMs: number;
  readonly quietMs: number;
  readonly repeated: number;
}

/**
 * A log that says the same warning once, not a thousand times: while the database is away, every connection and every try
 * would write the same line. The first is written at once; then it is kept quiet for a minute, twice as long after each, at
 * most an hour, and the next one that is written says how many there were (`repeated`). Lines that differ in anything are others.
 */
export function calmLog(log: Log, clock: Pick<Clock, 'nowMs' | 'elapsedMs'>): Log {
  const seen = new Map<string, SeenLine>();
  return {
    write(level, event, facts) {
      if (!CALMED.includes(level)) return log.write(level, event, facts);
      const key = JSON.stringify([level, event, facts]);
      const nowMs = elapsedMs(clock);
      const before = seen.get(key);
      if (before && nowMs < before.quietUntilMs) {
        seen.set(key, { ...before, repeated: before.repeated + 1 });
        return;
      }
      // Quiet for as long as it was kept quiet: it is news again.
      const isGoingOn = before !== undefined && nowMs < before.quietUntilMs + before.quietMs;
      const quietMs = isGoingOn ? Math.min(2 * before.quietMs, QUIET_MS_MAX) : QUIET_MS;
      seen.delete(key);
      seen.set(key, { quietUntilMs: nowMs + quietMs, quietMs, repeated: 0 });
      const [oldest] = seen.keys();
      if (seen.size > LINES_MAX && oldest !== undefined) seen.delete(oldest);
      log.write(level, event, before?.repeated ? { ...facts, repeated: before.repeated } : facts);
    },
  };
}
