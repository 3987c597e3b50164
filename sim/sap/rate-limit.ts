/** How many requests SAP takes: so many a minute, and so many at a time. SAP publishes no numbers; these are the test's. */

export interface RateLimit {
  /** How long to wait until this request would be taken; 0 takes it. Counts it when it is taken. */
  take(nowMs: number): number;
  /** A request that is answered late keeps its place until then. */
  holdUntil(untilMs: number): void;
}

export interface RateLimitOptions {
  /** A bucket of that many, filled evenly. Absent: without limit. */
  readonly requestsPerMinuteMax?: number;
  /** Absent: without limit. */
  readonly parallelRequestsMax?: number;
}

const minuteMs = 60_000;

export function createRateLimit({ requestsPerMinuteMax, parallelRequestsMax }: RateLimitOptions): RateLimit {
  let tokens = requestsPerMinuteMax ?? 0;
  let filledAtMs: number | undefined;
  let busyUntil: number[] = [];
  const refill = (nowMs: number, perMinute: number): void => {
    const passedMs = Math.max(0, nowMs - (filledAtMs ?? nowMs));
    tokens = Math.min(perMinute, tokens + (passedMs * perMinute) / minuteMs);
    filledAtMs = nowMs;
  };
  return {
    take(nowMs) {
      busyUntil = busyUntil.filter((untilMs) => untilMs > nowMs);
      if (parallelRequestsMax !== undefined && busyUntil.length >= parallelRequestsMax) {
        return Math.min(...busyUntil) - nowMs;
      }
      if (requestsPerMinuteMax === undefined) return 0;
      refill(nowMs, requestsPerMinuteMax);
      if (tokens < 1) return Math.ceil(((1 - tokens) * minuteMs) / requestsPerMinuteMax);
      tokens -= 1;
      return 0;
    },
    holdUntil: (untilMs) => void busyUntil.push(untilMs),
  };
}
