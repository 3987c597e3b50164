import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Money, money, type YearMonth } from '../../src/core/index.ts';
import {
  type CompanyCode,
  countDocumentLines,
  type JournalLine,
  type PostingKeyFacts,
  postingKeyOf,
  splitIncludedTax,
  splitLines,
} from '../../src/ledger/index.ts';
import { EUR, testLine } from './test-entry.ts';

const amount = fc.oneof(fc.bigInt({ min: -5n, max: 5n }), fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }));

const line: fc.Arbitrary<JournalLine> = fc
  .tuple(amount, fc.option(fc.bigInt({ min: 0n, max: 3000n })))
  .map(([minor, rate]) =>
    testLine(
      minor,
      rate === null || minor === 0n ? {} : { tax: splitIncludedTax(money(EUR, minor), { taxCode: 'A1', rate }) },
    ),
  );

const sum = (lines: readonly JournalLine[]) => lines.reduce((total, each) => total + each.amount.minor, 0n);

describe('splitting', () => {
  const input = fc.record({
    lines: fc.array(line, { maxLength: 120 }),
    closingCount: fc.integer({ min: 1, max: 3 }),
    linesMax: fc.integer({ min: 5, max: 40 }),
  });
  const isCarry = (each: JournalLine) => each.kind === 'carry-forward';

  function split({ lines, closingCount, linesMax }: { lines: JournalLine[]; closingCount: number; linesMax: number }) {
    const open = -sum(lines);
    const closing = Array.from({ length: closingCount }, (_, index) =>
      testLine(index === 0 ? open : 0n, { kind: 'payout' }),
    );
    const carryLine = (carried: Money) => testLine(carried.minor, { kind: 'carry-forward' });
    return { closing, parts: splitLines({ currency: EUR, lines, closing, carryLine, linesMax }) };
  }

  it('keeps every line, whole and in order, and adds only what it carries', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { closing, parts } = split(given);
        expect(parts.flat().filter((each) => !isCarry(each))).toEqual([...given.lines, ...closing]);
      }),
    );
  });

  it('gives parts that keep the limit and balance by themselves, and a carry account that returns to zero', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { parts } = split(given);
        for (const part of parts) {
          expect(countDocumentLines(part)).toBeLessThanOrEqual(given.linesMax);
          expect(sum(part)).toBe(0n);
        }
        expect(sum(parts.flat().filter(isCarry))).toBe(0n);
      }),
    );
  });

  it('leaves the closing lines together at the end of the last part', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { closing, parts } = split(given);
        expect(parts.at(-1)?.slice(-closing.length)).toEqual(closing);
      }),
    );
  });

  it('does not cut what fits, and control: does cut what does not', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { closing, parts } = split(given);
        const fits = countDocumentLines([...given.lines, ...closing]) <= given.linesMax;
        expect(parts.length === 1).toBe(fits);
      }),
    );
  });
});

describe('included tax', () => {
  it('is base and tax without a cent lost, on the side of the amount, and within half a unit of the exact tax', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 10_000n }), (minor, rate) => {
        const tax = splitIncludedTax(money(EUR, minor), { taxCode: 'A1', rate });
        expect(tax.base.minor + tax.amount.minor).toBe(minor);
        expect(tax.amount.minor * minor >= 0n && tax.base.minor * minor >= 0n).toBe(true);
        // |tax − minor·rate/(10000+rate)| ≤ ½, without leaving the integers.
        const error = 2n * (tax.amount.minor * (10_000n + rate) - minor * rate);
        expect((error < 0n ? -error : error) <= 10_000n + rate).toBe(true);
      }),
    );
  });

  it('is the mirror of itself on the other side', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 10_000n }), (minor, rate) => {
        const [one, other] = [minor, -minor].map((each) => splitIncludedTax(money(EUR, each), { taxCode: 'A1', rate }));
        expect(other?.amount.minor).toBe(-one!.amount.minor);
      }),
    );
  });
});

describe('posting keys', () => {
  const facts: fc.Arbitrary<PostingKeyFacts> = fc.record({
    sellerAccount: fc.stringMatching(/^A[0-9A-Z]{1,13}$/),
    settlementId: fc.stringMatching(/^[0-9]{1,12}$/),
    companyCode: fc.stringMatching(/^[0-9A-Z]{1,4}$/).map((code) => code as CompanyCode),
    postingMonth: fc.stringMatching(/^20[0-9]{2}-(0[1-9]|1[0-2])$/).map((month) => month as YearMonth),
    part: fc.integer({ min: 1, max: 99 }),
    revision: fc.integer({ min: 0, max: 9 }),
  });

  it('have 16 characters that SAP keeps as they are, and are the same for the same facts', () => {
    fc.assert(
      fc.property(facts, (given) => {
        expect(postingKeyOf(given)).toMatch(/^AMZ[A-Z2-7]{13}$/);
        expect(postingKeyOf({ ...given })).toBe(postingKeyOf(given));
      }),
    );
  });

  it('differ whenever a fact differs', () => {
    fc.assert(
      fc.property(fc.uniqueArray(facts, { selector: (each) => JSON.stringify(each), minLength: 2 }), (given) => {
        expect(new Set(given.map(postingKeyOf)).size).toBe(given.length);
      }),
    );
  });

  it('do not run fields together: digits moved from one fact into the next give another key', () => {
    fc.assert(
      fc.property(facts, fc.stringMatching(/^[0-9]{1,4}$/), (given, digits) => {
        const moved = { ...given, sellerAccount: given.sellerAccount + digits };
        const kept = { ...given, settlementId: digits + given.settlementId };
        expect(postingKeyOf(moved)).not.toBe(postingKeyOf(kept));
      }),
    );
  });
});
