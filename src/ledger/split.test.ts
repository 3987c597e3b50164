import { describe, expect, it } from 'vitest';
import { EUR, testLine } from '../../test/property/test-entry.ts';
import { type Money, money } from '../core/index.ts';
import type { JournalLine } from './journal-entry.ts';
import { countDocumentLines, ENTRY_LINES_MAX, splitLines } from './split.ts';

const carryLine = (amount: Money): JournalLine => testLine(amount.minor, { kind: 'carry-forward' });
const payout = (minor: bigint) => testLine(minor, { kind: 'payout' });
const sums = (parts: JournalLine[][]) => parts.map((part) => part.reduce((sum, line) => sum + line.amount.minor, 0n));
const shape = (parts: JournalLine[][]) =>
  parts.map((part) => part.map((line) => `${line.kind === 'product-sale' ? '' : `${line.kind} `}${line.amount.minor}`));

describe('countDocumentLines', () => {
  it('counts a line with a tax code twice, whatever its rate, and a zero line not at all', () => {
    const tax = { taxCode: 'A1', base: money(EUR, -100n), amount: money(EUR, -19n) };
    const included = testLine(-119n, { taxCode: 'A1', tax });
    expect(countDocumentLines([included, testLine(119n), testLine(0n, { taxCode: 'A1' })])).toBe(3);
    expect(countDocumentLines([testLine(100n, { taxCode: 'A0' })])).toBe(2);
  });
});

describe('splitLines', () => {
  it('leaves what fits into one document as it is and asks for no carry line', () => {
    const lines = [testLine(-10n), testLine(-5n)];
    const asked: Money[] = [];
    const parts = splitLines({
      currency: EUR,
      lines,
      closing: [payout(15n)],
      carryLine: (amount) => {
        asked.push(amount);
        return carryLine(amount);
      },
      linesMax: 3,
    });
    expect(parts).toEqual([[...lines, payout(15n)]]);
    expect(asked).toEqual([]);
  });

  it('closes earlier parts against carry-forward and leaves one payout of the full amount in the last', () => {
    const lines = [-1n, -2n, -3n, -4n, -5n].map((minor) => testLine(minor));
    const parts = splitLines({ currency: EUR, lines, closing: [payout(15n)], carryLine, linesMax: 4 });
    expect(shape(parts)).toEqual([
      ['-1', '-2', '-3', 'carry-forward 6'],
      ['-4', '-5', 'carry-forward -6', 'payout 15'],
    ]);
    expect(sums(parts)).toEqual([0n, 0n]);
  });

  it('needs no carry line for a part that balances by itself', () => {
    const lines = [5n, -5n, 0n, 7n, -7n, -3n].map((minor) => testLine(minor));
    const parts = splitLines({ currency: EUR, lines, closing: [payout(3n)], carryLine, linesMax: 3 });
    expect(sums(parts)).toEqual(parts.map(() => 0n));
    expect(shape(parts)[0]).toEqual(['5', '-5', '0']);
    for (const part of parts) expect(countDocumentLines(part)).toBeLessThanOrEqual(3);
  });

  it('cuts at 900 lines: 900 stay one document, 901 become two', () => {
    const lines = (count: number) => Array.from({ length: count }, () => testLine(-1n));
    const cut = (count: number) =>
      splitLines({ currency: EUR, lines: lines(count - 1), closing: [payout(BigInt(count - 1))], carryLine });
    expect(ENTRY_LINES_MAX).toBe(900);
    expect(cut(900)).toHaveLength(1);
    expect(cut(901)).toHaveLength(2);
    expect(
      cut(901)
        .map(countDocumentLines)
        .every((count) => count <= 900),
    ).toBe(true);
  });

  it('refuses a limit into which not even the closing lines fit', () => {
    const lines = [testLine(-1n), testLine(-1n)];
    const closing = [payout(1n), payout(1n)];
    expect(() => splitLines({ currency: EUR, lines, closing, carryLine, linesMax: 2 })).toThrow(/too few/);
  });
});
