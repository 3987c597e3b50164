import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  type ClosedDays,
  type DaySpan,
  isInSpans,
  leavesOpenDays,
  localDayAt,
  minutesLeft,
  momentOf,
  nextBeginning,
  nextDue,
  nextOpening,
  nextTurn,
  opensAt,
  type PostingHours,
  type ScheduleRule,
  spanAround,
  turnsOf,
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
        const opens = opensAt({ windows, closedDays: [], timeZone }, now);
        expect(opens === null).toBe(spanAround(windows, now, timeZone) !== undefined);
        if (opens === null) return;
        expect(opens).toBeGreaterThan(now);
        expect(opensAt({ windows, closedDays: [], timeZone }, opens)).toBeNull();
        expect(opensAt({ windows, closedDays: [], timeZone }, opens - 1_000)).not.toBeNull();
        expect(nextBeginning(windows, now, timeZone)).toBe(opens);
      }),
      RUNS,
    );
  });

  it('that are not given are open at any time', () => {
    expect(opensAt({ windows: [], closedDays: [], timeZone: parseTimeZone('UTC') }, from)).toBeNull();
  });
});

describe('closed days', () => {
  /** Days around the moment, alone and in a row, of one year and of every year, up to a whole year. */
  const closedNear = (now: number, timeZone: TimeZone): fc.Arbitrary<ClosedDays> =>
    fc
      .record({
        first: fc.oneof(fc.integer({ min: -3, max: 6 }), fc.integer({ min: -400, max: 800 })),
        length: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 364 })),
        isYearly: fc.boolean(),
      })
      .map(({ first, length, isYearly }) => {
        const day = addDays(localDayAt(now, timeZone), first);
        const [begin, end] = [day, addDays(day, length)].map((each) => (isYearly ? each.slice(5) : each)) as [
          string,
          string,
        ];
        return { from: begin, to: end, why: 'a holiday' };
      });
  const closedHours = fc
    .tuple(fc.oneof(fc.array(span, { maxLength: 2 }), fc.array(span, { maxLength: 6 })), at, zone)
    .chain(([windows, now, timeZone]) =>
      fc.record({
        hours: fc.record({
          windows: fc.constant(windows),
          timeZone: fc.constant(timeZone),
          closedDays: fc.array(closedNear(now, timeZone), { minLength: 1, maxLength: 12 }).filter(leavesOpenDays),
        }),
        now: fc.constant(now),
      }),
    );
  /** By the words of the setting alone: the day that the clocks show is on no list, and the hour in a window. */
  const isOpen = ({ windows, closedDays, timeZone }: PostingHours, at: number) => {
    const day = localDayAt(at, timeZone);
    const year = Number(day.slice(0, 4));
    const isClosed = closedDays.some(({ from: begin, to: end }) => {
      if (begin.length === day.length) return begin <= day && day <= end;
      const runs = [year - 1, year].map((each) => [`${each}-${begin}`, `${begin <= end ? each : each + 1}-${end}`]);
      return runs.some(([first = '', last = '']) => first <= day && day <= last);
    });
    return !isClosed && (windows.length === 0 || isInSpans(windows, at, timeZone));
  };

  it('nothing is posted on them, and the next opening is the first moment at which something may be', () => {
    fc.assert(
      fc.property(
        closedHours,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        ({ hours, now }, shares) => {
          const opens = opensAt(hours, now);
          expect(opens === null).toBe(isOpen(hours, now));
          if (opens === null) return;
          expect(opens).toBeGreaterThan(now);
          expect(isOpen(hours, opens)).toBe(true);
          expect(opensAt(hours, opens)).toBeNull();
          expect(isOpen(hours, opens - 1_000)).toBe(false);
          for (const share of shares) {
            const between = now + Math.floor(((opens - now) * share) / 1_000) * 1_000;
            if (between < opens) expect(isOpen(hours, between)).toBe(false);
          }
          expect(nextOpening(hours, now)).toBe(opens);
        },
      ),
      RUNS,
    );
  });

  it('an opening of an open moment is the next one behind closed days or at a window, and none is left out', () => {
    fc.assert(
      fc.property(closedHours, fc.integer({ min: 0, max: 40 * 24 }), ({ hours, now }, later) => {
        const opens = nextOpening(hours, now);
        const between = now + later * 60 * MINUTE_MS;
        if (opens !== undefined && between < opens) expect(nextOpening(hours, between)).toBe(opens);
        // Hour by hour in the days before it, nothing goes from closed to open.
        const until = opens ?? now + 2 * DAY_MS;
        let wasOpen = true;
        for (let each = Math.max(now, until - 2 * DAY_MS); each < until; each += 60 * MINUTE_MS) {
          const isOpenNow = isOpen(hours, each);
          expect(!wasOpen && isOpenNow).toBe(false);
          wasOpen = isOpenNow;
        }
      }),
      RUNS,
    );
  });

  const year = (first: number, last = first) => ({ from: `${first}-01-01`, to: `${last}-12-31`, why: 'closed' });
  const hourly = (count: number): DaySpan[] =>
    Array.from({ length: count }, (_, hour) => ({ from: hour * 60, to: hour * 60 + 30, weekdays: null }));
  const mondays: DaySpan[] = [{ from: 480, to: 600, weekdays: [1] }];
  const openOnlyOn = (first: string, last: string) => [{ from: first, to: last, why: 'closed' }];
  it.each<readonly [string, PostingHours['windows'], readonly ClosedDays[], string]>([
    ['a year with twelve windows a day', hourly(12), [year(2026)], '2027-01-01T00:00:00.000Z'],
    ['a year with twenty windows a day', hourly(20), [year(2026)], '2027-01-01T00:00:00.000Z'],
    [
      'twelve years in a row',
      [],
      Array.from({ length: 12 }, (_, each) => year(2026 + each)),
      '2038-01-01T00:00:00.000Z',
    ],
    [
      'as many years in a row as can be named',
      [],
      Array.from({ length: 200 }, (_, each) => year(2026 + each)),
      '2226-01-01T00:00:00.000Z',
    ],
    ['all days of every year but 29 February', [], openOnlyOn('03-01', '02-28'), '2028-02-29T00:00:00.000Z'],
    [
      'all days of every year but one, with a window on Mondays',
      mondays,
      openOnlyOn('01-02', '12-31'),
      '2029-01-01T08:00:00.000Z',
    ],
    [
      'all days but 29 February, with a window on Mondays',
      mondays,
      openOnlyOn('03-01', '02-28'),
      '2044-02-29T08:00:00.000Z',
    ],
  ])('%s are closed to their end', (_rule, windows, closedDays, expected) => {
    const hours = { windows, closedDays, timeZone: parseTimeZone('UTC') };
    const now = Date.parse('2026-01-02T12:10:00Z');
    expect(new Date(opensAt(hours, now) ?? 0).toISOString()).toBe(expected);
    // control: without them it is open, or soon.
    expect(opensAt({ ...hours, closedDays: [] }, now) ?? now).toBeLessThan(now + 7 * DAY_MS);
  });

  it.each([
    ['every day of every year is one', [{ from: '01-01', to: '12-31', why: 'closed' }]],
    ['nothing is left of the calendar', [{ from: '2026-01-01', to: '9999-12-31', why: 'closed' }]],
  ])('%s: never is not now', (_rule, closedDays) => {
    const hours = { windows: [], closedDays, timeZone: parseTimeZone('UTC') };
    const now = Date.parse('2026-01-02T12:10:00Z');
    expect(nextOpening(hours, now)).toBeUndefined();
    expect(opensAt(hours, now)).toBeGreaterThan(now + 300 * 365 * DAY_MS);
  });

  const berlin = { windows: [], timeZone: parseTimeZone('Europe/Berlin') };
  it.each([
    ['a day is closed from midnight to midnight', '12-25', '2026-12-25T10:00:00Z', '2026-12-25T23:00:00.000Z'],
    ['of 25 hours, too', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00.000Z'],
    ['of 23 hours, too', '2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00.000Z'],
    ['over the end of the year', '12-24/01-06', '2026-12-31T12:00:00Z', '2027-01-06T23:00:00.000Z'],
    ['of one year only', '2026-12-24/2027-01-06', '2026-12-31T12:00:00Z', '2027-01-06T23:00:00.000Z'],
    ['29 February of a year that has it', '02-29', '2028-02-29T12:00:00Z', '2028-02-29T23:00:00.000Z'],
  ])('%s', (_rule, days, now, opens) => {
    const [begin = '', end = begin] = days.split('/');
    const hours = { ...berlin, closedDays: [{ from: begin, to: end, why: 'closed' }] };
    expect(new Date(opensAt(hours, Date.parse(now)) ?? 0).toISOString()).toBe(opens);
    // control: a moment before it is open, and another year where only one is named.
    const midnight = momentOf(localDayAt(Date.parse(now), hours.timeZone), 0, hours.timeZone);
    if (begin === end) expect(opensAt(hours, midnight - 1_000)).toBeNull();
    expect(opensAt(hours, Date.parse('2025-06-01T12:00:00Z'))).toBeNull();
  });

  it('the days of every year that leave none are found', () => {
    const days = (begin: string, end: string) => ({ from: begin, to: end, why: 'closed' });
    expect(leavesOpenDays([days('01-01', '12-31')])).toBe(false);
    expect(leavesOpenDays([days('07-01', '06-30')])).toBe(false);
    expect(leavesOpenDays([days('03-01', '02-28')])).toBe(true);
    expect(leavesOpenDays([days('2026-01-01', '2026-12-31')])).toBe(true);
  });

  describe('a workday of the month', () => {
    const calendar = { timeZone: parseTimeZone('Europe/Berlin'), quietHours: [] };
    const dueOn = (workday: number, after: string, days?: string) => {
      const [begin = '', end = begin] = (days ?? '').split('/');
      const closedDays = days === undefined ? [] : [{ from: begin, to: end, why: 'closed' }];
      const rule: ScheduleRule = { kind: 'at', times: [300], days: { workday } };
      return localDayAt(
        nextDue(rule, Date.parse(`${after}T12:00:00Z`), { ...calendar, closedDays }),
        calendar.timeZone,
      );
    };

    it.each([
      ['that is closed is counted by no rule', 2, '2026-12-31', '01-01/01-06', '2027-01-08', '2027-01-04'],
      ['is the last open one of a month that has fewer', 10, '2026-11-20', '12-10/12-31', '2026-12-09', '2026-12-14'],
      ['is the last open one at the end of a month, too', 5, '2026-12-20', '12-24/01-26', '2027-01-29', '2027-01-07'],
      [
        'is counted as if it were open in a month that is closed on all of them',
        2,
        '2026-12-31',
        '2027-01-01/2027-06-30',
        '2027-01-04',
        '2027-01-04',
      ],
    ])('%s', (_rule, workday, after, days, expected, control) => {
      expect(dueOn(workday, after, days)).toBe(expected);
      expect(dueOn(workday, after)).toBe(control);
    });

    it('comes once in every month, whatever is closed', () => {
      const closedDays = fc.array(closedNear(from, calendar.timeZone), { maxLength: 6 });
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 15 }), closedDays, (workday, closed) => {
          const rule: ScheduleRule = { kind: 'at', times: [300], days: { workday } };
          const turns = turnsFrom(rule, from, { ...calendar, closedDays: closed }, 18);
          const months = turns.map((turn) => localDayAt(turn, calendar.timeZone).slice(0, 7));
          const expected = months.map((_, each) => new Date(Date.UTC(2023, each, 1)).toISOString().slice(0, 7));
          expect(months).toEqual(expected);
        }),
        { numRuns: 25 },
      );
    });
  });

  it('turns that are counted one after the other are those that are asked for one by one', () => {
    fc.assert(
      fc.property(closedHours, quietHours, every, ({ hours, now }, quiet, wanted) => {
        const { windows, closedDays, timeZone } = hours;
        const plan = {
          rule: wanted,
          calendar: { timeZone, quietHours: quiet },
          nearClosings: null,
          windows,
          closedDays,
        };
        const next = turnsOf(plan);
        for (let at_ = now, count = 0; count < 8; count += 1, at_ = nextTurn(plan, at_)) {
          expect(next(at_)).toBe(nextTurn(plan, at_));
        }
        // The clock may be set back.
        expect(next(now)).toBe(nextTurn(plan, now));
      }),
      { numRuns: 15 },
    );
  });
});
