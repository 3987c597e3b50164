import type { SapAway } from '../app/index.ts';
import { DAY_MS, Problem, type ProblemFacts } from '../core/index.ts';

/** A problem of one request to SAP. `retryAfterMs` is what SAP (or a gateway before it) asked us to wait. */
export class SapProblem extends Problem {
  readonly retryAfterMs: number | null;
  /** Set when SAP as a whole is away: in maintenance, or it named a time before which it wants no more requests. */
  readonly away: SapAway | null;

  constructor(facts: ProblemFacts, retryAfterMs: number | null = null, isMaintenance = false) {
    super(facts);
    this.retryAfterMs = retryAfterMs;
    this.away = isMaintenance || retryAfterMs !== null ? { retryAfterMs } : null;
  }
}

/** Longest waiting time believed; a longer one is cut to it, so that a wrong header cannot stop a connection for weeks. */
const RETRY_AFTER_MS_MAX = DAY_MS;

/** `Retry-After` as seconds or as an HTTP date; `null` when absent or unreadable. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, RETRY_AFTER_MS_MAX);
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(at - nowMs, 0), RETRY_AFTER_MS_MAX);
}

/** One line of at most `lengthMax` characters, for showing a foreign text. */
export function shorten(text: string, lengthMax = 300): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}
