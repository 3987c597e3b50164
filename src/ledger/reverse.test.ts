import { describe, expect, it } from 'vitest';
import { EUR, testEntry, testLine } from '../../test/property/test-entry.ts';
import { type LocalDate, money } from '../core/index.ts';
import { assertBalanced } from './balance.ts';
import { entryDigest } from './entry-digest.ts';
import type { CustomerNumber } from './journal-entry.ts';
import type { PostingKey } from './posting-key.ts';
import { mirrorEntry, reversalOf } from './reverse.ts';

const tax = { taxCode: 'A1', base: money(EUR, -1000n), amount: money(EUR, -190n) };
const entry = testEntry([
  testLine(-1190n, { taxCode: 'A1', tax, profitCenter: 'AMZDE', buckets: [3] }),
  testLine(1190n, { kind: 'payout', customer: '1000123' as CustomerNumber }),
]);
const booking = { postingKey: 'AMZBBBBBBBBBBBBB' as PostingKey, postingDate: '2026-11-02' as LocalDate };

describe('mirrorEntry', () => {
  it('mirrors every amount, base and tax, keeps account, cost object, tax code and text, and leaves the rows where they are', () => {
    const [line] = mirrorEntry(entry, booking).lines;
    expect(line).toEqual({
      ...entry.lines[0],
      amount: money(EUR, 1190n),
      tax: { taxCode: 'A1', base: money(EUR, 1000n), amount: money(EUR, 190n) },
      buckets: [],
    });
  });

  it('takes a customer’s open item back from the same customer', () => {
    const lines = mirrorEntry(entry, booking).lines;
    expect(lines.map((line) => [line.customer, line.amount.minor])).toEqual([
      [undefined, 1190n],
      ['1000123', -1190n],
    ]);
    expect(lines[0]).not.toHaveProperty('customer');
  });

  it('is another document with its own key and dates, and balances', () => {
    const mirror = mirrorEntry(entry, booking);
    expect([mirror.postingKey, mirror.postingDate, mirror.documentDate]).toEqual([
      'AMZBBBBBBBBBBBBB',
      '2026-11-02',
      '2026-11-02',
    ]);
    expect(() => assertBalanced(mirror)).not.toThrow();
  });
});

describe('reversalOf', () => {
  const facts = {
    round: 0,
    postingDate: '2026-11-02' as LocalDate,
    reason: '01',
    fiscalYear: '2026',
    sapDocumentNumber: '1900000001',
  };

  it('names the document it takes back, where SAP shows it to people and in the entry itself', () => {
    const reversal = reversalOf(entry, facts);
    expect(reversal.headerText).toBe('Rev. 1900000001/2026');
    expect(reversal.headerText.length).toBeLessThanOrEqual(25);
    expect(reversal.reversal).toEqual({
      postingKey: entry.postingKey,
      fiscalYear: '2026',
      sapDocumentNumber: '1900000001',
      reason: '01',
    });
    expect(() => assertBalanced(reversal)).not.toThrow();
  });

  it('has the same key as often as it is made, and another one in each round', () => {
    const keys = [0, 0, 1, 2].map((round) => reversalOf(entry, { ...facts, round }).postingKey);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set([...keys, entry.postingKey]).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^AMZ[A-Z0-9]{13}$/);
  });

  it('is approved with its reason and its document: another one has another digest', () => {
    const digest = entryDigest(reversalOf(entry, facts));
    expect(entryDigest(reversalOf(entry, { ...facts, reason: '02' }))).not.toBe(digest);
    const { reversal: _, ...plain } = reversalOf(entry, facts);
    expect(entryDigest(plain)).not.toBe(digest);
  });
});
