import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DateEvidence, DateReader, datePatternOf, type SlashOrder } from './date-time.ts';

function read(text: string, order?: SlashOrder): string {
  const bytes = Buffer.from(text);
  const at = new DateReader(order).read(bytes, 0, bytes.length);
  return typeof at === 'number' ? new Date(at * 1000).toISOString() : at;
}

describe('reading a date', () => {
  it.each([
    ['2026-10-01 22:07:18 UTC', '2026-10-01T22:07:18.000Z'],
    ['01.10.2026 22:07:18 UTC', '2026-10-01T22:07:18.000Z'],
    ['2026/10/01 22:07:18 UTC', '2026-10-01T22:07:18.000Z'],
    ['2025-08-14T06:23:59+00:00', '2025-08-14T06:23:59.000Z'],
    ['2025-08-14T06:23:59Z', '2025-08-14T06:23:59.000Z'],
    ['2025-08-14T06:23:59-07:00', '2025-08-14T13:23:59.000Z'],
    ['2025-08-14T06:23:59+0530', '2025-08-14T00:53:59.000Z'],
    ['2017-02-25', '2017-02-25T00:00:00.000Z'],
    ['07.09.2026', '2026-09-07T00:00:00.000Z'],
    ['2026/10/03', '2026-10-03T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['2026-02-29'],
    ['2026-13-01'],
    ['2026-00-10'],
    ['31.02.2026'],
    ['2026-10-01 24:00:00 UTC'],
    ['2026-10-01 22:60:00 UTC'],
    ['2026-10-01 22:07:18'],
    ['2026-10-01 22:07:18 PST'],
    ['2026-10-01 22:07'],
    ['2026-10-01_22:07:18 UTC'],
    ['2026-1-1'],
    ['02/25/17'],
    ['2026-10.01'],
    ['20261001'],
    ['yesterday'],
    ['46296.92'],
    [''],
  ])('refuses %j', (text) => {
    expect(read(text, 'MM/dd/yyyy')).toBe('unreadable');
  });

  it('reads dates with slashes in the order the file has shown', () => {
    expect(read('03/04/2026 10:00:00 UTC', 'MM/dd/yyyy')).toBe('2026-03-04T10:00:00.000Z');
    expect(read('03/04/2026 10:00:00 UTC', 'dd/MM/yyyy')).toBe('2026-04-03T10:00:00.000Z');
    expect(read('13/04/2026', 'MM/dd/yyyy')).toBe('unreadable');
  });

  it('does not guess which number is the month', () => {
    expect(read('03/04/2026 10:00:00 UTC')).toBe('ambiguous');
    expect(read('03/25/2026')).toBe('2026-03-25T00:00:00.000Z');
  });

  it('reads again what differs from the date before in a single letter', () => {
    const reader = new DateReader(undefined);
    const texts = [
      '2026-10-01 22:07:18 UTC',
      '2026-10-01 22:07:18 UTC',
      '2026-10-01 22:07:19 UTC',
      '2027-10-01 22:07:19 UTC',
    ];
    const seconds = texts.map((text) => reader.read(Buffer.from(text), 0, text.length));
    expect(seconds).toEqual(texts.map((text) => Date.parse(text) / 1000));
    expect(reader.read(Buffer.from('2027-10-01 22:07:19 UTX'), 0, 23)).toBe('unreadable');
  });

  it('reads every second as it is printed in all patterns', () => {
    const seconds = fc.integer({ min: Date.UTC(1996, 0, 1) / 1000, max: Date.UTC(2099, 11, 31) / 1000 });
    fc.assert(
      fc.property(seconds, (at) => {
        const iso = new Date(at * 1000).toISOString();
        const [year, month, day] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)];
        const time = `${iso.slice(11, 19)} UTC`;
        expect(read(`${year}-${month}-${day} ${time}`)).toBe(iso);
        expect(read(`${day}.${month}.${year} ${time}`)).toBe(iso);
        expect(read(`${year}/${month}/${day} ${time}`)).toBe(iso);
        expect(read(`${month}/${day}/${year} ${time}`, 'MM/dd/yyyy')).toBe(iso);
        expect(read(`${day}/${month}/${year} ${time}`, 'dd/MM/yyyy')).toBe(iso);
      }),
    );
  });
});

describe('the order of day and month in a file', () => {
  function orderOf(...texts: string[]): { order: SlashOrder | undefined; isConclusive: boolean } {
    const evidence = new DateEvidence();
    for (const text of texts) evidence.see(Buffer.from(text), 0, text.length);
    return { order: evidence.order, isConclusive: evidence.isConclusive };
  }

  it('is shown by a number above 12', () => {
    expect(orderOf('03/04/2026', '03/25/2026').order).toBe('MM/dd/yyyy');
    expect(orderOf('03/04/2026', '25/03/2026').order).toBe('dd/MM/yyyy');
  });

  it('stays open until such a number is met', () => {
    expect(orderOf('03/04/2026', '12/12/2026')).toEqual({ order: undefined, isConclusive: false });
    expect(orderOf('2026-03-04', '2026/03/04', '04.03.2026')).toEqual({ order: undefined, isConclusive: true });
  });

  it('names the pattern of a date', () => {
    expect(datePatternOf(Buffer.from('2026-10-01 22:07:18 UTC'), undefined)).toBe('yyyy-MM-dd');
    expect(datePatternOf(Buffer.from('01.10.2026'), undefined)).toBe('dd.MM.yyyy');
    expect(datePatternOf(Buffer.from('2026/10/01'), undefined)).toBe('yyyy/MM/dd');
    expect(datePatternOf(Buffer.from('10/01/2026'), 'MM/dd/yyyy')).toBe('MM/dd/yyyy');
    expect(datePatternOf(Buffer.from('10/01/2026'), undefined)).toBeUndefined();
  });
});
