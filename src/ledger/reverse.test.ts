import { describe, expect, it } from 'vitest';
import { EUR, testEntry, testLine } from '../../test/property/test-entry.ts';
import { type LocalDate, money } from '../core/index.ts';
import { assertBalanced } from './balance.ts';
import type { CustomerNumber } from './journal-entry.ts';
import type { PostingKey } from './posting-key.ts';
import { reverseEntry } from './reverse.ts';

const tax = { taxCode: 'A1', base: money(EUR, -1000n), amount: money(EUR, -190n) };
const entry = testEntry([
  testLine(-1190n, { taxCode: 'A1', tax, profitCenter: 'AMZDE', buckets: [3] }),
  testLine(1190n, { kind: 'payout', customer: '1000123' as CustomerNumber }),
]);
const booking = { postingKey: 'AMZBBBBBBBBBBBBB' as PostingKey, postingDate: '2026-11-02' as LocalDate };

describe('reverseEntry', () => {
  it('mirrors every amount, base and tax, and keeps account, cost object, tax code, text and rows', () => {
    const [line] = reverseEntry(entry, booking).lines;
    expect(line).toEqual({
      ...entry.lines[0],
      amount: money(EUR, 1190n),
      tax: { taxCode: 'A1', base: money(EUR, 1000n), amount: money(EUR, 190n) },
    });
  });

  it('takes a customer’s open item back from the same customer', () => {
    const lines = reverseEntry(entry, booking).lines;
    expect(lines.map((line) => [line.customer, line.amount.minor])).toEqual([
      [undefined, 1190n],
      ['1000123', -1190n],
    ]);
    expect(lines[0]).not.toHaveProperty('customer');
  });

  it('is another document with its own key and dates, and balances', () => {
    const mirror = reverseEntry(entry, booking);
    expect([mirror.postingKey, mirror.postingDate, mirror.documentDate]).toEqual([
      'AMZBBBBBBBBBBBBB',
      '2026-11-02',
      '2026-11-02',
    ]);
    expect(() => assertBalanced(mirror)).not.toThrow();
  });
});
