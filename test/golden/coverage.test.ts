/**
 * Is everything that can be booked an example that a bookkeeper has read? What a case covers is worked out from the case
 * itself, so that a kind, a group, a spelling or a special movement without one fails here by its name.
 */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { LINE_GROUPS, type LineKind, lineKindFacts, lineKinds, VOCABULARY } from '../../src/mapping/index.ts';
import { recogniseLineKind } from '../../src/mapping/recognise.ts';
import { ALIASES, TYPES_WITHOUT_MEANING } from '../../src/mapping/vocabulary.ts';
import { type GoldenCase, readCases } from './case-folder.ts';
import { type CaseRow, type EvaluatedCase, evaluateOnce } from './evaluate-case.ts';
import { SPECIAL_MOVEMENTS } from './movements.ts';
import { renderIndex } from './render-index.ts';

const STOP_GROUP = 99;
const VOCABULARY_FACTS = new URL('../../../shared/facts/settlement-vocabulary.csv', import.meta.url).pathname;
const DEFAULT_MAPPING = new URL('../../../shared/facts/default-mapping.tsv', import.meta.url).pathname;
const INDEX = new URL('../../docs/golden-cases.md', import.meta.url).pathname;

/** Kinds that never take the other side, because what undoes them is a kind of its own or nothing undoes them. */
const ONE_WAY: Readonly<Partial<Record<LineKind, string>>> = {
  'ebt-tender': 'how a sale was paid',
  'shipping-income': 'shipping-refund',
  'gift-wrap-income': 'gift-wrap-refund',
  'promotion-product': 'promotion-product-reversal',
  'promotion-shipping': 'promotion-shipping-reversal',
  'promotion-gift-wrap': 'promotion-gift-wrap-reversal',
  'promotion-tax': 'promotion-tax-reversal',
  'cod-charge': 'cod-charge-refund',
  'cod-charge-refund': 'cod-charge',
  'product-refund': 'buyer-recharge',
  'shipping-refund': 'shipping-income',
  'gift-wrap-refund': 'gift-wrap-income',
  'promotion-product-reversal': 'promotion-product',
  'promotion-shipping-reversal': 'promotion-shipping',
  'promotion-gift-wrap-reversal': 'promotion-gift-wrap',
  'promotion-tax-reversal': 'promotion-tax',
  'chargeback-product': 'decided for good',
  'chargeback-shipping': 'decided for good',
  'chargeback-goodwill': 'decided for good',
  'claim-product': 'claim-recovery',
  'claim-shipping': 'claim-recovery',
  'claim-goodwill': 'claim-recovery',
  'claim-recovery': 'claim-product',
  'refund-goodwill': 'buyer-recharge',
  'restocking-fee': 'kept from a refund',
  'refund-deduction': 'kept from a refund',
  'buyer-recharge': 'product-refund',
  'merchant-bad-debt': 'written off',
  'mcf-order-value': 'usually nothing',
  'mcf-credit': 'mcf-fulfilment-fee',
  advertising: 'advertising-refund',
  'advertising-refund': 'advertising',
  'seller-reward': 'a gift',
  'shipping-label-refund': 'shipping-label-fee',
  'grade-and-resell-fee': 'no reversal is known',
  'reserve-held': 'reserve-released',
  'reserve-released': 'reserve-held',
  'opening-debt': 'the debt at closing',
  'card-charge': 'card-charge-failed',
  'card-charge-failed': 'card-charge',
  'payout-returned': 'the payout',
  'payout-in-file': 'payout-returned',
  'gift-card-payout': 'spent',
  'trial-sale': 'product-refund',
  'rental-fee': 'no reversal is known',
};

/** Words of the facts that stand for a text which is not given. */
const PLACEHOLDER = /<|Pay on Behalf - GB/;
/** On purpose unknown: `recognise.test.ts` says why. */
const isKnown = (words: readonly string[]) => kindOf(words) !== undefined;

let cases: readonly EvaluatedCase[] = [];
let rows: readonly CaseRow[] = [];

beforeAll(async () => {
  cases = await Promise.all(readCases().map((golden) => evaluateOnce(golden)));
  rows = cases.flatMap(({ settlements }) => settlements.flatMap(({ rowsRead }) => rowsRead));
});

function kindOf([transactionType = '', amountType = '', amountDescription = '']: readonly string[]) {
  return recogniseLineKind({ transactionType, amountType, amountDescription }, { isMultiChannel: false });
}

function groupsOf({ settlements }: EvaluatedCase): Set<number> {
  const booked = settlements.flatMap(({ proposal, rowsRead }) => (proposal.entries.length > 0 ? rowsRead : []));
  const groups = new Set<number>(booked.flatMap(({ kind }) => (kind ? [lineKindFacts(kind).group] : [])));
  const stops = settlements.some(({ proposal }) =>
    proposal.quarantine.some(({ code }) => code === 'LINE_KIND_UNKNOWN'),
  );
  return stops ? groups.add(STOP_GROUP) : groups;
}

const fold = (text: string) => text.replaceAll('’', "'").toLowerCase();

describe('every group of the account assignment', () => {
  it('that a case claims is booked in it', () => {
    const wrong = cases.flatMap((one) => {
      const groups = groupsOf(one);
      return one.golden.groups.filter((group) => !groups.has(group)).map((group) => `${one.golden.name}: ${group}`);
    });
    expect(wrong).toEqual([]);
  });

  it('has a case that is about it, and so has the stop rule', () => {
    const claimed = new Set(cases.flatMap(({ golden }) => golden.groups));
    const groups = [...Object.keys(LINE_GROUPS).map(Number), STOP_GROUP];
    expect(groups).toHaveLength(51);
    expect(groups.filter((group) => !claimed.has(group))).toEqual([]);
  });
});

describe('every special movement', () => {
  it('that a case claims is in it', () => {
    const wrong = cases.flatMap((one) =>
      one.golden.movements.flatMap((number) => {
        const movement = SPECIAL_MOVEMENTS.find((candidate) => candidate.number === number);
        return movement?.isIn(one) ? [] : [`${one.golden.name}: ${number} ${movement?.title}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('has a case', () => {
    const claimed = new Set(cases.flatMap(({ golden }) => golden.movements));
    expect(SPECIAL_MOVEMENTS).toHaveLength(25);
    expect(SPECIAL_MOVEMENTS.filter(({ number }) => !claimed.has(number)).map(({ title }) => title)).toEqual([]);
  });

  it('control: is not in a case of plain sales', () => {
    const plain = cases.find(({ golden }) => golden.name === 'group-10-product-sales');
    const found = SPECIAL_MOVEMENTS.filter(({ isIn }) => plain === undefined || isIn(plain));
    expect(found.map(({ title }) => title)).toEqual([]);
  });
});

describe('every kind of line', () => {
  const sidesOf = (kind: LineKind) =>
    new Set(rows.filter((row) => row.kind === kind).map(({ amountMinor }) => (amountMinor < 0n ? 'debit' : 'credit')));

  it('is booked on its usual side', () => {
    const missing = lineKinds().filter((kind) => {
      const { side } = lineKindFacts(kind);
      const sides = sidesOf(kind);
      return side === 'either' ? sides.size === 0 : !sides.has(side);
    });
    expect(missing).toEqual([]);
  });

  it('is booked on the other side as well, where it can be', () => {
    const missing = lineKinds().filter((kind) => ONE_WAY[kind] === undefined && sidesOf(kind).size < 2);
    expect(missing).toEqual([]);
  });

  it('control: one that only goes one way would be missed without its exception', () => {
    expect(lineKinds().filter((kind) => sidesOf(kind).size < 2)).toContain('reserve-held');
  });
});

describe('every spelling', () => {
  it('of a description under a kind is met in a case', () => {
    const met = new Set(rows.map(({ kind, amountDescription }) => `${kind}: ${fold(amountDescription)}`));
    const metBeginning = (kind: string, beginning: string) =>
      rows.some((row) => row.kind === kind && fold(row.amountDescription).startsWith(beginning));
    const missing = VOCABULARY.flatMap(({ kinds }) =>
      Object.entries(kinds).flatMap(([kind, descriptions]) =>
        descriptions.flatMap((description) => {
          const word = fold(description);
          const found = word.endsWith('*') ? metBeginning(kind, word.slice(0, -1)) : met.has(`${kind}: ${word}`);
          return found ? [] : [`${kind}: ${description}`];
        }),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('of a type and of an amount type is met in a case, and so is every other spelling of a word', () => {
    const types = new Set(rows.map((row) => fold(row.transactionType)));
    const amountTypes = rows.map((row) => fold(row.amountType));
    const descriptions = new Set(rows.map((row) => fold(row.amountDescription)));
    const wanted = [...VOCABULARY.flatMap((block) => block.types), ...TYPES_WITHOUT_MEANING];
    const names = [...wanted, ...Object.keys(ALIASES.transactionType)];
    expect([...new Set(names)].filter((type) => !types.has(fold(type)))).toEqual([]);
    const ofAmounts = [...VOCABULARY.flatMap((block) => block.amountTypes), ...Object.keys(ALIASES.amountType)];
    const isMet = (word: string) =>
      amountTypes.some((met) => (word.endsWith('*') ? met.startsWith(word.slice(0, -1)) : met === word));
    expect([...new Set(ofAmounts)].filter((amountType) => !isMet(fold(amountType)))).toEqual([]);
    expect(Object.keys(ALIASES.amountDescription).filter((word) => !descriptions.has(fold(word)))).toEqual([]);
  });

  it.skipIf(!existsSync(VOCABULARY_FACTS))(
    'that was observed in a file, or that a product documents, is met in a case',
    () => {
      const met = new Set(
        rows.map(({ transactionType, amountType, amountDescription }) =>
          [transactionType, amountType, amountDescription].map(fold).join(' | '),
        ),
      );
      const observed = readFileSync(VOCABULARY_FACTS, 'utf8').trimEnd().split(/\r?\n/).slice(1);
      const words = observed.map((line) => line.split(',').slice(0, 3));
      const wanted = words.filter((three) => !PLACEHOLDER.test(three.join(' ')) && isKnown(three));
      expect(wanted.length).toBeGreaterThan(300);
      expect(wanted.map((three) => three.map(fold).join(' | ')).filter((three) => !met.has(three))).toEqual([]);
    },
  );
});

/** What the rules say otherwise than the cases do, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '23: Tax': 'tax stays in group 80 whoever takes the money back',
  '24: Tax': 'tax stays in group 80 whoever takes the money back',
  '23: Commission …': 'fees that come back follow their fee',
  '24: Commission …': 'fees that come back follow their fee',
  '70: PAYMENT_RETRACTION_ITEMS': 'observed with a negative amount: a clawback, group 71',
  '71: Manual Processing Fee': 'observed as a fee for preparing stock: group 43',
  '73: proceeds': 'written as Principal',
  '74: adjustments': 'a type, not a description',
  '89: taxValue': 'a member of an event, not a word of a file',
  '97: —': 'no words are given',
  '99: any value not in this table': 'the stop rule',
};

describe('every rule of the collected default mapping', () => {
  it.skipIf(!existsSync(DEFAULT_MAPPING))('has each of its descriptions in a case, in its group', () => {
    const rules = readFileSync(DEFAULT_MAPPING, 'utf8').trimEnd().split('\n').slice(1);
    expect(rules).toHaveLength(106);
    const met = rows.flatMap(({ kind, amountDescription }) =>
      kind ? [`${lineKindFacts(kind).group} ${fold(amountDescription)}`] : [],
    );
    const missing = rules.flatMap((rule) => {
      const [name = '', , , descriptions = ''] = rule.split('\t');
      const group = name.slice(0, 2);
      return descriptions.split(/, | \/ /).flatMap((description) => {
        const word = fold(description.replace(/^[“"'…]+|["”]+$/g, '').replace(/ \((?!Section).*$/, ''));
        const beginning = word.replace(/[*…].*$/, '').trim();
        const ofGroup = met.filter((one) => one.startsWith(`${group} `)).map((one) => one.slice(3));
        const isMet = ofGroup.some((one) => one.startsWith(beginning) || one.endsWith(beginning));
        return isMet && beginning !== '' ? [] : [`${group}: ${description}`];
      });
    });
    expect(missing.sort()).toEqual(Object.keys(ELSEWHERE).sort());
  });
});

describe('docs/golden-cases.md', () => {
  it('lists the cases there are; after a change run: npm run golden -- --update', async () => {
    const golden: readonly GoldenCase[] = cases.map((one) => one.golden);
    await expect(renderIndex(golden)).toMatchFileSnapshot(INDEX);
  });
});
