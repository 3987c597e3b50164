import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jobCursor, partOfAll, settlementCursor, skipCursor } from './cursor.ts';

const PLACE = { endAt: 1_790_000_000, key: '0b6f1c0e-7c3f-5d4e-9a55-0242ac120002' as never };
const TEXT = settlementCursor.write(PLACE) ?? '';

it('CURSOR_INVALID: a cursor that was changed anywhere is refused, and never becomes another place', () => {
  expect(settlementCursor.read(TEXT)).toEqual(PLACE);
  fc.assert(
    fc.property(fc.nat(TEXT.length - 1), fc.constantFrom('', 'A', 'b', '7', '-', '='), (index, other) => {
      const changed = TEXT.slice(0, index) + other + TEXT.slice(index + 1);
      fc.pre(changed !== TEXT);
      expect(() => settlementCursor.read(changed)).toThrow('CURSOR_INVALID');
    }),
  );
  for (const text of ['', ' ', '{}', 'null', `${TEXT} `, `${TEXT}=`]) {
    expect(() => settlementCursor.read(text)).toThrow('CURSOR_INVALID');
  }
});

it('a cursor of another list, or with a place of another shape, is refused', () => {
  const job = jobCursor.write({ requestedAt: '2026-11-26T06:00:00.000001Z', id: 'a' }) ?? '';
  expect(jobCursor.read(job)).toEqual({ requestedAt: '2026-11-26T06:00:00.000001Z', id: 'a' });
  expect(() => settlementCursor.read(job)).toThrow('CURSOR_INVALID');
  const crooked = settlementCursor.write({ endAt: 1, key: "' or true --" as never }) ?? '';
  expect(() => settlementCursor.read(crooked)).toThrow('CURSOR_INVALID');
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
