import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../core/index.ts';
import { type LineKind, lineKindFacts, lineKinds } from './line-kind.ts';
import { indexVocabulary, recogniseLineKind } from './recognise.ts';
import { ALIASES, TYPES_WITHOUT_MEANING, VOCABULARY } from './vocabulary.ts';

type Case = readonly [type: string, amountType: string, description: string, kind: string];

const GOLDEN = readFileSync(new URL('fixtures/line-kinds.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t') as unknown as Case);

function kindOf(words: readonly string[], isMultiChannel = false): LineKind | undefined {
  const [transactionType = '', amountType = '', amountDescription = ''] = words;
  return recogniseLineKind({ transactionType, amountType, amountDescription }, { isMultiChannel });
}

describe('the words of a row', () => {
  it('that say Tax and not of what stay unknown, because the tax of a sale and of a fee go to different accounts', () => {
    expect(kindOf(['other-transaction', 'other-transaction', 'Tax'])).toBeUndefined();
    // control: beside words that say whose tax it is, the same description has a meaning.
    expect(kindOf(['Order', 'ItemPrice', 'Tax'])).toBeDefined();
    expect(kindOf(['other-transaction', 'Capacity Reservation Fee', 'Tax'])).toBeDefined();
  });

  it('each known combination keeps its meaning', () => {
    expect(GOLDEN.length).toBeGreaterThan(700);
    const changed = GOLDEN.filter(
      ([type, amountType, description, kind]) => kindOf([type, amountType, description]) !== kind,
    );
    expect(changed).toEqual([]);
  });

  it('every kind is reached by some row', () => {
    const reached = new Set(GOLDEN.map(([, , , kind]) => kind));
    reached.add(String(kindOf(['Order', 'ItemPrice', 'Principal'], true)));
    expect(lineKinds().filter((kind) => !reached.has(kind))).toEqual([]);
  });

  it('case and spacing never change the kind', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...GOLDEN),
        fc.infiniteStream(fc.nat(5)),
        ([type, amountType, description, kind], dice) => {
          const noisy = [type, amountType, description].map((word) => addNoise(word, dice));
          expect(kindOf(noisy)).toBe(kind);
        },
      ),
    );
  });

  it('control: removing the spaces between words makes a value unknown', () => {
    expect(kindOf(['other-transaction', 'other-transaction', 'Payable to Amazon'])).toBe('opening-debt');
    expect(kindOf(['other-transaction', 'other-transaction', 'PayabletoAmazon'])).toBeUndefined();
  });

  it('a value with one changed, missing or doubled letter is unknown', () => {
    const words = VOCABULARY.flatMap(({ types, amountTypes, kinds }) => [types, amountTypes, ...Object.values(kinds)]);
    const known = new Set([...words.flat(), ...Object.values(ALIASES).flatMap(Object.keys)].map(fold));
    const prefixes = [...known]
      .filter((word) => word.length > 1 && word.endsWith('*'))
      .map((word) => word.slice(0, -1));
    // Free text, such as the title of a product, has no wrong letters.
    const fixed = GOLDEN.filter((words) => !/Blue mug|XY \(2024\)|for ASIN/.test(words.join(' ')));
    let misspellings = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...fixed),
        fc.nat(2),
        fc.nat(),
        fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
        fc.constantFrom('change', 'drop', 'double'),
        (words, column, place, letter, how) => {
          const word = words[column] ?? '';
          const at = word === '' ? 0 : place % word.length;
          const kept = how === 'drop' ? '' : how === 'double' ? `${word[at]}${word[at]}` : letter;
          const misspelt = word.slice(0, at) + kept + word.slice(at + 1);
          const isStillAWord = known.has(feeIn(misspelt)) || fold(misspelt) === fold(word) || word === '';
          const isTypeWithoutMeaning = TYPES_WITHOUT_MEANING.includes(misspelt);
          // What follows a prefix such as `EPR` is free.
          const isPrefixed = prefixes.some((prefix) => fold(misspelt).startsWith(prefix));
          // India's taxes differ in one letter: IGST, CGST, SGST.
          const isOtherTax = /[cis]gst$/i.test(word) && /[cis]gst$/i.test(misspelt);
          fc.pre(!isStillAWord && !isTypeWithoutMeaning && !isPrefixed && !isOtherTax);
          fc.pre(!(column === 2 && takesAnyDescription(words)));
          misspellings++;
          const changed = words.slice(0, 3).map((other, index) => (index === column ? misspelt : other));
          expect(kindOf(changed), changed.join(' | ')).toBeUndefined();
        },
      ),
      { numRuns: 3000 },
    );
    expect(misspellings).toBeGreaterThan(2000);
  });

  it('a description alone means nothing', () => {
    const elsewhere = GOLDEN.filter(
      ([, , description]) => kindOf(['Elsewhere', 'Something', description]) !== undefined,
    );
    expect(elsewhere).toEqual([]);
  });

  it.each<Case>([
    ['Order', 'ItemPrice', 'Shipping', 'shipping-income'],
    ['Order', 'Promotion', 'Shipping', 'promotion-shipping'],
    ['Order', 'Shipment-Fees', 'Shipping', 'fba-fulfilment-fee'],
    ['Refund', 'ItemPrice', 'Shipping', 'shipping-refund'],
    ['Order', 'ItemPrice', 'RegulatoryFee', 'regulatory-fee-collected'],
    ['Order', 'ItemFees', 'RegulatoryFee', 'regulatory-fee'],
    ['Liquidations', 'ItemPrice', 'Principal', 'liquidation-proceeds'],
    ['Order_Retrocharge', 'ItemPrice', 'Tax', 'retrocharge-tax'],
    ['Order', 'ItemPrice', 'Tax', 'sales-tax-collected'],
  ])('the same description means different things: %s | %s | %s is %s', (type, amountType, description, kind) => {
    expect(kindOf([type, amountType, description])).toBe(kind);
  });
});

describe('types without a meaning of their own', () => {
  it('a row without a type is known when its other words mean one thing wherever they stand', () => {
    expect(kindOf(['', 'FBA Inventory Storage Fee', 'Base fee'])).toBe('fba-storage-fee');
    expect(kindOf(['', 'ItemFees', 'Commission'])).toBe('referral-fee');
    expect(kindOf(['Overpaid Fees Adjustment', 'ItemFees', 'FBAPerUnitFulfillmentFee'])).toBe('fba-fulfilment-fee');
  });

  it('control: it stays unknown when they mean several things', () => {
    expect(kindOf(['', 'ItemPrice', 'Principal'])).toBeUndefined();
    expect(kindOf(['Goodwill Concession', 'ItemPrice', 'Tax'])).toBeUndefined();
  });

  it('control: a type that is not known is not a type without meaning', () => {
    expect(kindOf(['Overpaid Fee Adjustment', 'ItemFees', 'FBAPerUnitFulfillmentFee'])).toBeUndefined();
  });
});

describe('tax on fees', () => {
  it('is told from the fee, its discount and its reversal', () => {
    expect(kindOf(['FBAFees', 'FBA Long Term Storage Fee', 'Base fee'])).toBe('fba-aged-storage-fee');
    expect(kindOf(['FBAFees', 'FBA Long Term Storage Fee', 'Discount on Fee'])).toBe('fba-aged-storage-fee');
    expect(kindOf(['FBAFees', 'FBA Long Term Storage Fee', 'Tax on fee'])).toBe('amazon-fee-tax');
    expect(kindOf(['Grade and Resell Fees', 'Grade and Resell Charge', 'Tax on fee'])).toBe('amazon-fee-tax');
  });

  it('Indian tax beside a fee is tax, and beside anything else it is unknown', () => {
    expect(kindOf(['Order', 'ItemFees', 'Shipping Chargeback CGST'])).toBe('amazon-fee-tax');
    expect(kindOf(['Order', 'ItemPrice', 'Principal CGST'])).toBeUndefined();
    expect(kindOf(['other-transaction', 'other-transaction', 'Payable to Amazon IGST'])).toBeUndefined();
  });

  it('a bare tax of a row that names nothing else is unknown: it does not say whose tax it is', () => {
    expect(kindOf(['other-transaction', 'other-transaction', 'Tax'])).toBeUndefined();
  });
});

describe('orders from another sales channel', () => {
  it('their fulfilment is a cost of that channel and their value is no sale', () => {
    expect(kindOf(['Order', 'ItemFees', 'FBAPerUnitFulfillmentFee'], true)).toBe('mcf-fulfilment-fee');
    expect(kindOf(['Order', 'ShipmentFees', 'FBA transportation fee'], true)).toBe('mcf-fulfilment-fee');
    expect(kindOf(['Order', 'ItemPrice', 'Principal'], true)).toBe('mcf-order-value');
    expect(kindOf(['Refund', 'ItemPrice', 'Shipping'], true)).toBe('mcf-order-value');
    expect(kindOf(['Order', 'ItemPrice', 'Unheard of'], true)).toBeUndefined();
  });

  it('control: the same rows of an Amazon order are a sale and its fulfilment', () => {
    expect(kindOf(['Order', 'ItemFees', 'FBAPerUnitFulfillmentFee'])).toBe('fba-fulfilment-fee');
    expect(kindOf(['Order', 'ItemPrice', 'Principal'])).toBe('product-sale');
  });
});

describe('what must never be profit or loss', () => {
  it.each([
    'reserve-held',
    'reserve-released',
    'opening-debt',
    'card-charge',
    'payout-returned',
    'amazon-loan',
  ] as const)('%s is a balance-sheet movement', (kind) => expect(lineKindFacts(kind).nature).toBe('balance-sheet'));

  it('every kind of groups 90 to 96 is a balance-sheet movement', () => {
    const wrong = lineKinds().filter((kind) => {
      const { group, nature } = lineKindFacts(kind);
      return group >= 90 && group <= 96 && nature !== 'balance-sheet';
    });
    expect(wrong).toEqual([]);
  });
});

describe('the vocabulary itself', () => {
  it('a vocabulary that gives the same words two meanings is refused', () => {
    const block = (kind: LineKind) => ({
      types: ['Order'],
      amountTypes: ['ItemPrice'],
      kinds: { [kind]: ['Principal'] },
    });
    let thrown: unknown;
    try {
      indexVocabulary([block('product-sale'), block('product-refund')]);
    } catch (error) {
      thrown = error;
    }
    expect(isProblem(thrown) && thrown.says).toBe(
      'order | itemprice | principal means both product-sale and product-refund',
    );
    expect(() => indexVocabulary([block('product-sale'), block('product-sale')])).not.toThrow();
  });
});

/** Symptom: 'fulfilment … - correction' with its l doubled was known. Both spellings of a fee are words, also before what may follow a fee. */
function feeIn(word: string): string {
  return fold(word).replace(/(?: - correction| - reversal| for asin: .+)$/, '');
}

function fold(word: string): string {
  return word.replace(/\s+/g, ' ').trim().toLowerCase();
}

function takesAnyDescription(words: Case): boolean {
  return kindOf([words[0], words[1], 'Any text that nobody ever saw']) !== undefined;
}

/** Changes case, and widens or surrounds with spaces, as the dice fall. */
function addNoise(word: string, dice: Iterator<number>): string {
  const roll = () => dice.next().value as number;
  const letters = [...word].map((letter) => {
    const changed = roll() < 3 ? letter.toUpperCase() : letter.toLowerCase();
    return letter === ' ' ? ' '.repeat(1 + roll()) : changed;
  });
  return `${' '.repeat(roll())}${letters.join('')}${roll() < 2 ? '\u00a0' : ''}`;
}
