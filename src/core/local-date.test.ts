import { describe, expect, it } from 'vitest';
import {
  daysFromCivil,
  daysInMonth,
  epochSecondsOfUtcMidnight,
  firstDayOf,
  formatInstant,
  lastDayOf,
  localDateAt,
  nextYearMonth,
  parseLocalDate,
  parseTimeZone,
  parseYearMonth,
  previousYearMonth,
  startOfLocalDate,
  type YearMonth,
  yearMonthOf,
} from './local-date.ts';

const seconds = (text: string) => Date.parse(text) / 1000;
const month = (text: string) => text as YearMonth;

describe('parseLocalDate', () => {
  it.each(['2026-10-31', '2024-02-29', '2000-02-29', '0001-01-01'])('reads %s', (text) => {
    expect(parseLocalDate(text)).toBe(text);
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-01',
    '31.10.2026',
    '2026-10-31T00:00',
    '',
  ])('refuses %j, which is not a day or not written as one', (text) => {
    expect(() => parseLocalDate(text)).toThrow(expect.objectContaining({ code: 'DATE_UNREADABLE', data: text }));
  });
});

describe('civil days', () => {
  it('count from 1970 over leap years and before it, as the clock of the runtime does', () => {
    for (const day of ['1969-12-31', '1970-01-01', '1600-02-29', '2000-03-01', '2026-11-23', '9999-12-31']) {
      expect(epochSecondsOfUtcMidnight(parseLocalDate(day))).toBe(seconds(`${day}T00:00:00Z`));
    }
  });

  it('do not exist for a day that is not in the calendar', () => {
    expect(daysFromCivil(2026, 2, 29)).toBeNaN();
    expect([2024, 2100, 2000, 2026].map((year) => daysInMonth(year, 2))).toEqual([29, 28, 29, 28]);
  });
});

describe('months', () => {
  it('follow each other over a year end', () => {
    expect(nextYearMonth(month('2026-12'))).toBe('2027-01');
    expect(nextYearMonth(month('2026-09'))).toBe('2026-10');
    expect(nextYearMonth(month('0999-12'))).toBe('1000-01');
  });

  it('have a first and a last day', () => {
    expect([firstDayOf(month('2024-02')), lastDayOf(month('2024-02')), lastDayOf(month('2026-11'))]).toEqual([
      '2024-02-01',
      '2024-02-29',
      '2026-11-30',
    ]);
    expect(yearMonthOf(parseLocalDate('2026-11-30'))).toBe('2026-11');
  });
});

describe('localDateAt', () => {
  it.each([
    ['2026-11-01T06:59:59Z', 'America/Los_Angeles', '2026-10-31'],
    ['2026-11-01T07:00:00Z', 'America/Los_Angeles', '2026-11-01'],
    ['2026-03-31T21:59:59Z', 'Europe/Berlin', '2026-03-31'],
    ['2026-03-31T22:00:00Z', 'Europe/Berlin', '2026-04-01'],
    ['2026-10-31T22:59:59Z', 'Europe/Berlin', '2026-10-31'],
    ['2026-10-31T23:00:00Z', 'Europe/Berlin', '2026-11-01'],
    ['2026-10-31T15:00:00Z', 'Asia/Tokyo', '2026-11-01'],
    ['2026-10-31T18:29:59Z', 'Asia/Kolkata', '2026-10-31'],
    ['2026-10-31T18:30:00Z', 'Asia/Kolkata', '2026-11-01'],
    ['2026-10-31T10:00:00Z', 'Pacific/Kiritimati', '2026-11-01'],
    ['2026-11-01T11:59:59Z', 'Etc/GMT+12', '2026-10-31'],
  ])('%s is in %s on %s', (instant, zone, date) => {
    expect(localDateAt(seconds(instant), parseTimeZone(zone))).toBe(date);
  });
});

describe('startOfLocalDate', () => {
  it.each([
    ['2026-11-01', 'UTC', '2026-11-01T00:00:00Z'],
    ['2026-11-01', 'America/Los_Angeles', '2026-11-01T07:00:00Z'],
    ['2026-11-02', 'America/Los_Angeles', '2026-11-02T08:00:00Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
    ['2026-11-01', 'Asia/Kolkata', '2026-10-31T18:30:00Z'],
    ['2026-11-01', 'Pacific/Kiritimati', '2026-10-31T10:00:00Z'],
    ['2026-11-01', 'Etc/GMT+12', '2026-11-01T12:00:00Z'],
    ['2026-11-01', 'Asia/Kathmandu', '2026-10-31T18:15:00Z'],
  ])('%s begins in %s at %s', (date, zone, instant) => {
    expect(formatInstant(startOfLocalDate(parseLocalDate(date), parseTimeZone(zone)))).toBe(instant);
  });

  it('is the first moment after midnight where a clock change skips midnight', () => {
    // Brazil put its clocks forward at midnight until 2018: 4 November 2018 began at 01:00.
    const zone = parseTimeZone('America/Sao_Paulo');
    const start = startOfLocalDate(parseLocalDate('2018-11-04'), zone);
    expect(formatInstant(start)).toBe('2018-11-04T03:00:00Z');
    expect([localDateAt(start - 1, zone), localDateAt(start, zone)]).toEqual(['2018-11-03', '2018-11-04']);
  });

  it('is the start of the next day where a whole day was skipped', () => {
    // Samoa had no 30 December 2011.
    const zone = parseTimeZone('Pacific/Apia');
    const start = startOfLocalDate(parseLocalDate('2011-12-30'), zone);
    expect(localDateAt(start - 1, zone)).toBe('2011-12-29');
    expect(localDateAt(start, zone)).toBe('2011-12-31');
  });
});

describe('parseTimeZone', () => {
  it.each(['Europe/Berlin', 'UTC', 'Asia/Kolkata'])('knows %s', (text) => {
    expect(parseTimeZone(text)).toBe(text);
  });

  it.each(['', 'Europe/Atlantis', 'Berlin', 'GMT+25'])('refuses %j', (text) => {
    expect(() => parseTimeZone(text)).toThrow(expect.objectContaining({ code: 'TIME_ZONE_UNKNOWN', data: text }));
  });
});

describe('formatInstant', () => {
  it('writes UTC to the second', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00Z');
    expect(formatInstant(seconds('2026-10-31T23:59:59Z'))).toBe('2026-10-31T23:59:59Z');
  });
});

describe('a month', () => {
  it('is written with year and month, and has a month before it', () => {
    expect(parseYearMonth('2026-10')).toBe('2026-10');
    expect(previousYearMonth(parseYearMonth('2026-01'))).toBe('2025-12');
    expect(previousYearMonth(parseYearMonth('2026-10'))).toBe('2026-09');
  });

  it.each(['2026', '2026-13', '2026-1', '10/2026', ''])('is not %j: MONTH_UNREADABLE', (text) => {
    expect(() => parseYearMonth(text)).toThrowError(expect.objectContaining({ code: 'MONTH_UNREADABLE' }));
  });
});
