import { expect, it } from 'vitest';
import { sayWords, suggestKinds } from './nearest-triples.ts';
import { recogniseLineKind } from './recognise.ts';

const triple = (words: string) => {
  const [transactionType = '', amountType = '', amountDescription = ''] = words.split('|');
  return { transactionType, amountType, amountDescription };
};

it.each([
  [
    'a new transaction type of known words',
    'Order_Tomorrow|ItemFees|Commission',
    'referral-fee',
    'the same amount type and description',
  ],
  [
    'a description that is near',
    'Order|ItemFees|FBAPerUnitFulfilmentFees',
    'fba-fulfilment-fee',
    'the same transaction type and amount type, and a description that is near',
  ],
])('suggests kinds for %s, and says by what', (_, words, kind, because) => {
  const found = suggestKinds(triple(words));
  expect(found.map((each) => each.kind)).toContain(kind);
  expect(found.find((each) => each.kind === kind)?.because).toContain(because);
});

it('suggests nothing where nothing is like it', () => {
  expect(suggestKinds(triple('Qqqqqqqq|Zzzzzzzz|Xxxxxxxxxxxx'))).toEqual([]);
});

it('names at most three kinds, each once, and only words that the program knows', () => {
  const found = suggestKinds(triple('Order|ItemFees|Fee'));
  expect(found.length).toBeLessThanOrEqual(3);
  expect(new Set(found.map(({ kind }) => kind)).size).toBe(found.length);
  for (const { kind, because } of found) {
    const words = because.split(' has the same')[0] ?? '';
    expect(
      recogniseLineKind(triple(words.replaceAll(' | ', '|').replace('(blank)', '')), { isMultiChannel: false }),
    ).toBe(kind);
  }
});

it('says blank words as blank', () => {
  expect(sayWords(triple('|ItemFees|'))).toBe('(blank) | ItemFees | (blank)');
});
