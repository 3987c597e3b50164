/** Amazon tells the same money twice: in the words of a settlement file and in those of an event. Both mean the same group. */
import { describe, expect, it } from 'vitest';
import { TRANSACTION_TYPES } from '../../sim/world/events.ts';
import { createSellerWorld, financeEventsOf, LEG_KINDS, type WorldFinanceEvent } from '../../sim/world/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { type LineKind, lineKindFacts, OWN_MEANINGS, recogniseFinanceAmount } from '../../src/mapping/index.ts';

const world = createSellerWorld({
  seed: 'both words',
  sellerId: 'A2WORDS',
  accounts: [{ marketplace: 'US' }, { marketplace: 'UK' }, { marketplace: 'DE' }, { marketplace: 'JP' }],
  from: parseLocalDate('2026-01-01'),
  to: parseLocalDate('2026-06-01'),
  ordersPerDay: 2,
});

class Groups {
  readonly #sums = new Map<number, bigint>();

  add(kind: LineKind | undefined, minor: bigint, words: string): void {
    if (kind === undefined) throw new Error(`not known: ${words}`);
    const { group, nature } = lineKindFacts(kind);
    if (nature !== 'balance-sheet') this.#sums.set(group, (this.#sums.get(group) ?? 0n) + minor);
  }

  all() {
    return [...this.#sums].filter(([, minor]) => minor !== 0n).sort(([a], [b]) => a - b);
  }
}

function asFile({ event, marketplace }: WorldFinanceEvent) {
  const groups = new Groups();
  const isMultiChannel = event.marketplaceShown === 'other channel';
  const label = marketplace.tax.kind === 'withheld' ? marketplace.tax.label : 'Tax';
  for (const leg of event.legs) {
    const { amountType, amountDescription } = LEG_KINDS[leg.kind];
    const description = amountDescription.replace('{tax}', label).replace('{detail}', leg.detail ?? '');
    const triple = { transactionType: TRANSACTION_TYPES[event.kind], amountType, amountDescription: description };
    groups.add(OWN_MEANINGS.kindOf(triple, { isMultiChannel }), leg.minor, Object.values(triple).join(' | '));
  }
  return groups.all();
}

function asEvent({ transactionType, tree, items, event }: WorldFinanceEvent) {
  const groups = new Groups();
  const isMultiChannel = event.orderId.startsWith('S0');
  const walk = (nodes: WorldFinanceEvent['tree'], above: readonly string[]): void => {
    for (const { name, minor, below } of nodes) {
      const path = [...above, name];
      if (below.length > 0) walk(below, path);
      else {
        const kind = recogniseFinanceAmount({ eventType: transactionType, path }, { isMultiChannel });
        groups.add(kind, minor, `${transactionType}: ${path.join(' / ')}`);
      }
    }
  };
  if (tree.length > 0) walk(tree, []);
  else for (const item of items) walk(item.tree, []);
  return groups.all();
}

describe('the words of an event', () => {
  it('mean the same groups as those of the file, for all that ever happens to a pretend seller', () => {
    const kinds = new Set<string>();
    for (const finance of financeEventsOf(world)) {
      kinds.add(finance.event.kind);
      expect(asEvent(finance), finance.transactionType).toEqual(asFile(finance));
    }
    expect(kinds.size).toBeGreaterThan(9);
  });

  it('control: the price of a refund is no sale', () => {
    const path = ['Sales', 'ProductCharges', 'OurPricePrincipal'];
    const kindOf = (eventType: string) => recogniseFinanceAmount({ eventType, path }, { isMultiChannel: false });
    expect(['Shipment', 'Refund', 'GuaranteeClaim', 'Chargeback', 'ServiceFee'].map(kindOf)).toEqual([
      'product-sale',
      'product-refund',
      'claim-product',
      'chargeback-product',
      undefined,
    ]);
  });

  it('are the same with other spaces and in another case', () => {
    const words = { eventType: 'shipment', path: ['Sales', 'Product Charges', 'our price principal'] };
    expect(recogniseFinanceAmount(words, { isMultiChannel: false })).toBe('product-sale');
  });
});
