import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/index.ts';
import {
  canResume,
  FINANCE_WINDOWS,
  halved,
  instantOf,
  lengthOf,
  monthEndDue,
  nextWindow,
  sizeAfter,
} from './finance-windows.ts';

const start = Date.parse('2026-11-01T00:00:00Z');
const windowOf = (ms: number) => ({ from: instantOf(start), until: instantOf(start + ms) });

describe('windows of time', () => {
  it('follow each other without a gap or an overlap up to the end, whatever their size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: HOUR_MS, max: 90 * DAY_MS }), (days, sizeMs) => {
        const endMs = start + days * DAY_MS;
        let fromMs = start;
        // One comparison for thousands of windows: an assertion for each takes seconds.
        let isChained = true;
        for (let window = nextWindow(fromMs, endMs, sizeMs); window; window = nextWindow(fromMs, endMs, sizeMs)) {
          const lengthMs = lengthOf(window);
          isChained &&= Date.parse(window.from) === fromMs && lengthMs > 0 && lengthMs < 180 * DAY_MS;
          fromMs = Date.parse(window.until);
        }
        expect(isChained).toBe(true);
        expect(fromMs).toBe(endMs);
      }),
    );
  });

  it('do not exist where there is nothing to read, and never run backwards', () => {
    expect(nextWindow(start, start, DAY_MS)).toBeNull();
    expect(nextWindow(start, start - 1, DAY_MS)).toBeNull();
  });

  it.each([
    [401, 14, 7],
    [400, 14, 14],
    [100, 14, 14],
    [99, 14, 28],
    [0, 90, 90],
    [99, 60, 90],
  ])('%i pages in a full window of %i days make the next one %i days', (pages, days, expected) => {
    const sizeMs = days * DAY_MS;
    expect(sizeAfter({ pages, window: windowOf(sizeMs), sizeMs }, FINANCE_WINDOWS)).toBe(expected * DAY_MS);
  });

  it('a short rest of time does not make windows grow, or years of hourly runs would make them as large as they can be', () => {
    const sizeMs = 14 * DAY_MS;
    expect(sizeAfter({ pages: 1, window: windowOf(HOUR_MS), sizeMs }, FINANCE_WINDOWS)).toBe(sizeMs);
  });

  it('are never halved below an hour', () => {
    expect(halved(windowOf(4 * HOUR_MS), FINANCE_WINDOWS)).toBe(2 * HOUR_MS);
    expect(halved(windowOf(HOUR_MS), FINANCE_WINDOWS)).toBe(HOUR_MS);
  });
});

describe('an open window', () => {
  const open = (tokenAt: string | null, pageToken: string | null = 'token') => ({
    window: windowOf(DAY_MS),
    pageToken,
    tokenAt,
    completeUntil: null,
  });

  it('goes on from a token that is younger than Amazon keeps it, and from no other', () => {
    expect(canResume(open(instantOf(start)), start + 4 * 60_000 - 1)).toBe(true);
    expect(canResume(open(instantOf(start)), start + 4 * 60_000)).toBe(false);
    expect(canResume(open(instantOf(start)), start - 1)).toBe(false);
    expect(canResume(open(null), start)).toBe(false);
    expect(canResume(open(instantOf(start), null), start)).toBe(false);
    expect(canResume(null, start)).toBe(false);
  });
});

describe('the balances at the end of a month', () => {
  it.each([
    ['2026-11-01', '2026-10-31'],
    ['2026-11-03', '2026-10-31'],
    ['2026-11-04', null],
    ['2026-11-30', null],
    ['2027-01-02', '2026-12-31'],
    ['2028-03-01', '2028-02-29'],
  ])('on %s are those of %s', (today, expected) => {
    expect(monthEndDue(today)).toBe(expected);
  });
});
