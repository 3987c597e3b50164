import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jobCursor, partOfAll, settlementCursor, skipCursor } from './cursor.ts';

const PLACE = { endAt: 1_790_000_000, key: '0b6f1c0e-7c3f-5d4e-9a55-0242ac120002' as never };
const FILTER = { state: 'quarantined', text: 'a' };
const TEXT = settlementCursor.write(PLACE, FILTER) ?? '';

it('CURSOR_INVALID: a cursor that was changed anywhere is refused, and never becomes another place', () => {
  expect(settlementCursor.read(TEXT, FILTER)).toEqual(PLACE);
  fc.assert(
    fc.property(fc.nat(TEXT.length - 1), fc.constantFrom('', 'A', 'b', '7', '-', '='), (index, other) => {
      const changed = TEXT.slice(0, index) + other + TEXT.slice(index + 1);
      fc.pre(changed !== TEXT);
      expect(() => settlementCursor.read(changed, FILTER)).toThrow('CURSOR_INVALID');
    }),
  );
  for (const text of ['', ' ', '{}', 'null', `${TEXT} `, `${TEXT}=`]) {
    expect(() => settlementCursor.read(text, FILTER)).toThrow('CURSOR_INVALID');
  }
});

it('a cursor of another list, or with a place of another shape, is refused', () => {
  const job = jobCursor.write({ requestedAt: '2026-11-26T06:00:00.000001Z', id: 'a' }, FILTER) ?? '';
  expect(jobCursor.read(job, FILTER)).toEqual({ requestedAt: '2026-11-26T06:00:00.000001Z', id: 'a' });
  expect(() => settlementCursor.read(job, FILTER)).toThrow('CURSOR_INVALID');
  const crooked = settlementCursor.write({ endAt: 1, key: "' or true --" as never }, FILTER) ?? '';
  expect(() => settlementCursor.read(crooked, FILTER)).toThrow('CURSOR_INVALID');
});

it('a list that is there as a whole is gone through by cursors too', () => {
  const cursor = skipCursor('things');
  const all = [1, 2, 3, 4, 5];
  const first = partOfAll(all, cursor, { limit: 3 });
  expect(first).toMatchObject({ items: [1, 2, 3], total: 5 });
  expect(partOfAll(all, cursor, { limit: 3, cursor: first.nextCursor ?? '' })).toEqual({
    items: [4, 5],
    nextCursor: null,
    total: 5,
  });
});

it('CURSOR_INVALID: a cursor holds for its own filter only, however the parts are cut and its fields stand', () => {
  const asked = { text: 'a', connection: undefined, state: 'quarantined', limit: 7, withTotal: true, cursor: TEXT };
  expect(settlementCursor.read(TEXT, asked)).toEqual(PLACE);
  for (const other of [
    {},
    { state: 'quarantined' },
    { ...FILTER, state: 'received' },
    { ...FILTER, connection: 'x' },
  ]) {
    expect(() => settlementCursor.read(TEXT, other)).toThrow('CURSOR_INVALID');
  }
});
