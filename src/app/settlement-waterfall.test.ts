import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, parseCurrencyCode } from '../core/index.ts';
import { lineKindFacts, lineKinds } from '../mapping/index.ts';
import type { TripleSum } from './reconciliation/settlement-sums.ts';
import { settlementWaterfall } from './settlement-waterfall.ts';

const EUR = parseCurrencyCode('EUR');
const MINOR_MAX = 10n ** 15n;
/** The description is the kind itself; anything else is unknown. */
const meanings = {
  kindOf: ({ amountDescription }: { amountDescription: string }) =>
    lineKinds().find((kind) => kind === amountDescription),
};

function sum(amountDescription: string, minor: bigint, rowCount = 1): TripleSum {
  const triple = { transactionType: 'Order', amountType: 'ItemPrice', amountDescription };
  return { triple, isMultiChannel: false, minor, rowCount, rows: null };
}

const someSum = fc
  .tuple(fc.constantFrom(...lineKinds(), 'FeeOfTomorrow', ''), fc.bigInt(-MINOR_MAX, MINOR_MAX), fc.nat(1_000))
  .map(([name, minor, rowCount]) => sum(name, minor, rowCount));

describe('the waterfall of a settlement', () => {
  it('sums to the total to the cent, whatever its rows are and whether or not they sum to it', () => {
    fc.assert(
      fc.property(fc.array(someSum, { maxLength: 60 }), fc.bigInt(-MINOR_MAX, MINOR_MAX), (triples, minor) => {
        const steps = settlementWaterfall(money(EUR, minor), { triples }, meanings);
        const deposit = steps.at(-1)!;
        const changes = steps.slice(0, -1);
        expect(deposit).toMatchObject({ id: 'deposit', amount: { minor } });
        expect(changes.reduce((all, { amount }) => all + amount.minor, 0n)).toBe(minor);
        for (const { id, amount, parts } of changes) {
          if (id === 'difference') continue;
          expect(parts.reduce((all, part) => all + part.amount.minor, 0n)).toBe(amount.minor);
        }
      }),
    );
  });

  it('puts every row into exactly one step', () => {
    fc.assert(
      fc.property(fc.array(someSum, { maxLength: 60 }), (triples) => {
        const steps = settlementWaterfall(money(EUR, 0n), { triples }, meanings);
        const rows = steps.flatMap(({ parts }) => parts).reduce((all, { rowCount }) => all + rowCount, 0);
        expect(rows).toBe(triples.reduce((all, { rowCount }) => all + rowCount, 0));
        expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
      }),
    );
  });

  it('goes from sales over refunds, promotions and fees by group to reserves and the deposit', () => {
    const triples = [
      sum('reserve-held', -500n),
      sum('product-sale', 10_000n, 3),
      sum('product-sale', 2_000n, 1),
      sum('referral-fee', -1_500n),
      sum('product-refund', -1_000n),
      sum('promotion-product', -300n),
      sum('fba-fulfilment-fee', -700n),
      sum('FeeOfTomorrow', -1n),
    ];
    const steps = settlementWaterfall(money(EUR, 8_000n), { triples }, meanings);
    expect(steps.map(({ id, amount }) => [id, amount.minor])).toEqual([
      ['sales', 12_000n],
      ['refunds', -1_000n],
      ['promotions', -300n],
      [`fees-${lineKindFacts('referral-fee').group}`, -1_500n],
      ['fees-40', -700n],
      ['reserve-held', -500n],
      ['unknown', -1n],
      ['difference', 1n],
      ['deposit', 8_000n],
    ]);
    expect(steps[0]!.parts).toEqual([
      { kind: 'product-sale', title: 'Product sales', amount: money(EUR, 12_000n), rowCount: 4 },
    ]);
  });
});
