import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DaySpan,
  localDayAt,
  minutesLeft,
  momentOf,
  nextBeginning,
  nextDue,
  opensAt,
  type ScheduleRule,
  spanAround,
  type Weekday,
  wallTimeAt,
} from '../../src/app/schedule/index.ts';
import { type LocalDate, localDateAt, parseTimeZone, type TimeZone } from '../../src/core/index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** North and south, half hours and quarters, half an hour of summer time, no summer time, both sides of the date line. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Adelaide',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'America/Santiago',
  'Pacific/Honolulu',
  'Pacific/Kiritimati',
].map(parseTimeZone);

const zone: fc.Arbitrary<TimeZone> = fc.constantFrom(...ZONES);
const from = Date.parse('2023-01-01T00:00:00Z');
const until = Date.parse('2033-01-01T00:00:00Z');
const moment = fc.integer({ min: from / 1_000, max: until / 1_000 }).map((seconds) => seconds * 1_000);
/** Near a change of clocks somewhere, where mistakes live. */
const change = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29',
      '2026-10-25',
      '2026-03-08',
      '2026-11-01',
      '2026-04-05',
      '2026-10-04',
      '2026-09-27',
      '2028-02-29',
    ),
    fc.integer({ min: -2_000, max: 2_900 }),
  )
  .map(([day, minutes]) => Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE_MS);
const at = fc.oneof(moment, change);
const minute = fc.integer({ min: 0, max: 1_439 });
const weekday = fc.integer({ min: 1, max: 7 }).map((each) => each as Weekday);
const weekdays = fc.uniqueArray(weekday, { minLength: 1, maxLength: 7 });

const span: fc.Arbitrary<DaySpan> = fc
  .record({ from: minute, length: fc.integer({ min: 1, max: 1_439 }), weekdays: fc.option(weekdays) })
  .map(({ from: begin, length, weekdays: on }) => {
    const to = begin + length;
    return { from: begin, to: to > 1_440 ? to - 1_440 : to, weekdays: on };
  });
const quietHours = fc.array(span, { maxLength: 3 }).filter((spans) => minutesLeft(spans) >= 60);

const every: fc.Arbitrary<ScheduleRule> = fc
  .record({ everyMs: fc.constantFrom(5, 15, 60, 240, 1_440).map((each) => each * MINUTE_MS), seed: fc.nat() })
  .map(({ everyMs, seed }) => ({ kind: 'every', everyMs, phaseMs: (seed % (everyMs / 1_000)) * 1_000 }));
const onDays = fc.oneof(
  fc.constant(null),
  weekdays.map((each) => ({ weekdays: each })),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 4 })
    .map((daysOfMonth) => ({ daysOfMonth })),
  fc.integer({ min: 1, max: 15 }).map((workday) => ({ workday })),
);
const times: fc.Arbitrary<ScheduleRule> = fc
  .record({ times: fc.uniqueArray(minute, { minLength: 1, maxLength: 3 }), days: onDays })
  .map(({ times: list, days }) => ({ kind: 'at', times: list.sort((a, b) => a - b), days }));
const rule = fc.oneof(every, times);
const RUNS = { numRuns: process.env.LOAD === 'full' ? 5_000 : 50 };

const turnsFrom = (wanted: ScheduleRule, after: number, calendar: Parameters<typeof nextDue>[2], count: number) => {
  const turns: number[] = [];
  for (let last = after; turns.length < count; last = turns.at(-1) ?? last) turns.push(nextDue(wanted, last, calendar));
  return turns;
};

describe('a schedule', () => {
  it('goes forward: each turn is later than the one before, and none lies in quiet hours', () => {
    fc.assert(
      fc.property(rule, at, zone, quietHours, (wanted, after, timeZone, quiet) => {
        const turns = turnsFrom(wanted, after, { timeZone, quietHours: quiet }, 6);
        for (const [index, turn] of turns.entries()) {
          expect(turn).toBeGreaterThan(turns[index - 1] ?? after);
          expect(spanAround(quiet, turn, timeZone)).toBeUndefined();
        }
      }),
      RUNS,
    );
  });

  it('does not depend on when it is asked: from any moment before a turn, no turn in between is left out', () => {
    fc.assert(
      fc.property(rule, at, zone, quietHours, fc.nat(), (wanted, after, timeZone, quiet, seed) => {
        const calendar = { timeZone, quietHours: quiet };
        const first = nextDue(wanted, after, calendar);
        const between = after + (seed % Math.max(1, first - after));
        expect(nextDue(wanted, between, calendar)).toBe(first);
      }),
      RUNS,
    );
  });

  it('with an interval is never later than the interval and the quiet hours that lie in between', () => {
    fc.assert(
      fc.property(every, at, zone, quietHours, (wanted, after, timeZone, quiet) => {
        if (wanted.kind !== 'every') return;
        const due = nextDue(wanted, after, { timeZone, quietHours: quiet });
        const quietEnd = spanAround(quiet, after + wanted.everyMs, timeZone)?.endMs ?? 0;
        const ownEnd = spanAround(quiet, after, timeZone)?.endMs ?? 0;
        expect(due).toBeLessThanOrEqual(Math.max(after + wanted.everyMs, quietEnd, ownEnd + wanted.everyMs, ownEnd));
      }),
      RUNS,
    );
  });

  it('of one time a day has one turn in each local day, also when clocks change', () => {
    fc.assert(
      fc.property(minute, at, zone, (time, after, timeZone) => {
        const daily: ScheduleRule = { kind: 'at', times: [time], days: null };
        const days = turnsFrom(daily, after, { timeZone, quietHours: [] }, 5).map((turn) => localDayAt(turn, timeZone));
        for (const [index, day] of days.slice(1).entries()) {
          expect(Date.parse(day) - Date.parse(days[index] ?? '')).toBe(DAY_MS);
        }
      }),
      RUNS,
    );
  });

  it('of days of the month has each of them once a month, the last day where a month is shorter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), minute, at, zone, (day, time, after, timeZone) => {
        const monthly: ScheduleRule = { kind: 'at', times: [time], days: { daysOfMonth: [day] } };
        const turns = turnsFrom(monthly, after, { timeZone, quietHours: [] }, 14);
        const months = turns.map((turn) => localDayAt(turn, timeZone).slice(0, 7));
        expect(new Set(months).size).toBe(months.length);
        for (const turn of turns) {
          const local = localDayAt(turn, timeZone);
          const isLast = localDayAt(turn + DAY_MS + 3 * 60 * MINUTE_MS, timeZone).slice(0, 7) !== local.slice(0, 7);
          expect(Number(local.slice(8)) === day || (isLast && day > 28)).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('a local time', () => {
  it('is the day that the core knows, and its moment shows it again unless clocks skip it', () => {
    fc.assert(
      fc.property(at, zone, minute, (moment_, timeZone, time) => {
        const day = localDayAt(moment_, timeZone);
        expect(day).toBe(localDateAt(moment_ / 1_000, timeZone));
        const shown = wallTimeAt(momentOf(day, time, timeZone), timeZone) - Date.parse(`${day}T00:00:00Z`);
        // A change of clocks skips an hour at the most; then it is the first moment after it.
        expect(shown / MINUTE_MS - time).toBeGreaterThanOrEqual(0);
        expect(shown / MINUTE_MS - time).toBeLessThanOrEqual(60);
      }),
      RUNS,
    );
  });

  it.each([
    [
      'a time that is skipped is the first moment after it',
      '2026-03-29',
      150,
      'Europe/Berlin',
      '2026-03-29T01:00:00.000Z',
    ],
    ['a time that is shown twice is the first of them', '2026-10-25', 150, 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['control: an hour later it is shown once', '2026-10-25', 210, 'Europe/Berlin', '2026-10-25T02:30:00.000Z'],
    [
      'a midnight that is skipped is the first moment of the day',
      '2026-09-06',
      0,
      'America/Santiago',
      '2026-09-06T04:00:00.000Z',
    ],
    ['half an hour of summer time', '2026-10-04', 130, 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z'],
    ['the 29th of February', '2028-02-29', 60, 'Asia/Kathmandu', '2028-02-28T19:15:00.000Z'],
  ])('%s', (_rule, day, time, timeZone, expected) => {
    expect(new Date(momentOf(day as LocalDate, time, parseTimeZone(timeZone))).toISOString()).toBe(expected);
  });
});

describe('posting windows', () => {
  it('are open in a window and say otherwise when the next begins, which is the first moment at which they are open', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 3 }), at, zone, (windows, now, timeZone) => {
        const opens = opensAt({ windows, timeZone }, now);
        expect(opens === null).toBe(spanAround(windows, now, timeZone) !== undefined);
        if (opens === null) return;
        expect(opens).toBeGreaterThan(now);
        expect(opensAt({ windows, timeZone }, opens)).toBeNull();
        expect(opensAt({ windows, timeZone }, opens - 1_000)).not.toBeNull();
        expect(nextBeginning(windows, now, timeZone)).toBe(opens);
      }),
      RUNS,
    );
  });

  it('that are not given are open at any time', () => {
    expect(opensAt({ windows: [], timeZone: parseTimeZone('UTC') }, from)).toBeNull();
  });
});
