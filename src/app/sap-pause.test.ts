import { expect, it } from 'vitest';
import { pauseMs } from './sap-pause.ts';

const MINUTE = 60_000;
const minutes = (retryAfterMs: number | null, looks: number) => pauseMs({ retryAfterMs }, looks) / MINUTE;

it('leaves SAP alone longer each time, at most an hour, when it names no time', () => {
  expect([1, 2, 3, 4, 5, 99].map((looks) => minutes(null, looks))).toEqual([5, 15, 30, 60, 60, 60]);
});

it('keeps the time that SAP names, however often it was away, never below a minute nor above a day', () => {
  expect(minutes(7 * MINUTE, 1)).toBe(7);
  expect(minutes(7 * MINUTE, 4)).toBe(7);
  expect(minutes(1_000, 4)).toBe(1);
  expect(minutes(1e12, 1)).toBe(24 * 60);
});

it('takes a time of nothing for no time', () => {
  expect(minutes(0, 1)).toBe(5);
});
