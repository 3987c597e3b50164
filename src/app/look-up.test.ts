import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../core/index.ts';
import { quietLeftSince } from './look-up.ts';

const QUIET_MS = 300_000;
const SINCE = '2026-11-26T10:00:00.000Z';
const sinceMs = Date.parse(SINCE);
const left = (nowMs: number, setAtMs: number | null) => quietLeftSince(SINCE, QUIET_MS, { nowMs, setAtMs });

describe('the quiet period', () => {
  it('ends by the shared clock where nobody set it, or only before it began', () => {
    expect(left(sinceMs + 1_000, null)).toBe(QUIET_MS - 1_000);
    expect(left(sinceMs + 5 * HOUR_MS, null)).toBeLessThan(0);
    expect(left(sinceMs + QUIET_MS, sinceMs - 1)).toBe(0);
  });

  it('is counted anew from the moment at which the clock was set ahead: nobody knows how much of it has passed', () => {
    const setAtMs = sinceMs + 5 * HOUR_MS;
    expect(left(setAtMs, setAtMs)).toBe(QUIET_MS);
    expect(left(setAtMs + QUIET_MS, setAtMs)).toBe(0);
  });

  it('is counted anew, too, where the clock was set back, and does not last until it is where it was', () => {
    const setAtMs = sinceMs - 5 * HOUR_MS;
    expect(left(setAtMs + 1_000, null), 'control: it would last for hours').toBeGreaterThan(5 * HOUR_MS);
    expect(left(setAtMs + 1_000, setAtMs)).toBe(QUIET_MS - 1_000);
  });
});
