import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurrencyCode, money } from '../../core/index.ts';
import type { LineKind } from '../../mapping/index.ts';
import type { FinanceEvent, Order, OrderItem } from '../amazon-feeds.ts';
import { type MatchTimes, matchEvents, matchOrdered, type OrderRows } from './match-order.ts';
import { groupOfKind, groupOfPath, noSums, ORDER_GROUPS, orderedAmount } from './order-amounts.ts';
import { addRow } from './reconcile-orders.ts';
import { at, EUR } from './reconciliation.fixture.ts';

const ID = '302-0000001-0000001';
const TIMES: MatchTimes = { dueBefore: at('2026-10-10'), settledUntil: new Map([[EUR, at('2026-10-15')]]) };

function rows(...amounts: readonly (readonly [LineKind, bigint])[]): OrderRows {
  const of: OrderRows = {
    saleMinor: 0n,
    taxOfSaleMinor: 0n,
    isMultiChannel: false,
    hasSale: false,
    groups: noSums(),
    settlements: new Set(['s']),
  };
  for (const [kind, minor] of amounts) addRow(of, { kind, isMultiChannel: kind.startsWith('mcf') }, minor);
  return of;
}

function order(facts: Partial<Order> = {}, items: readonly Partial<OrderItem>[] = [{}]): Order {
  return {
    orderId: ID,
    status: 'shipped',
    channel: 'amazon',
    currency: EUR,
    createdAt: '2026-10-01T00:00:00.000Z',
    shippedAt: '2026-10-02T00:00:00.000Z',
    isReplacementOf: null,
    charges: [],
    items: items.map((item) => ({
      quantityOrdered: 2,
      quantityShipped: 2,
      isCancelled: false,
      charges: [
        { kind: 'price', subject: 'item', amount: money(EUR, 1_000n) },
        { kind: 'discount', subject: 'item', amount: money(EUR, -100n) },
        { kind: 'tax', subject: 'item', amount: money(EUR, 90n) },
      ],
      ...item,
    })),
    ...facts,
  } as unknown as Order;
}

function event(facts: Partial<FinanceEvent>, ...amounts: readonly (readonly [string, bigint])[]): FinanceEvent {
  return {
    status: 'released',
    postedAt: '2026-10-02T00:00:00.000Z',
    maturesAt: null,
    settlementId: null,
    amounts: amounts.map(([path, minor]) => ({ item: null, path: path.split('/'), amount: money(EUR, minor) })),
    ...facts,
  } as unknown as FinanceEvent;
}

const SALE: readonly (readonly [LineKind, bigint])[] = [
  ['product-sale', 1_000n],
  ['promotion-product', -100n],
  ['sales-tax-collected', 90n],
];
const reason = (sources: Partial<Parameters<typeof matchOrdered>[2]>) =>
  matchOrdered(ID, EUR, { order: undefined, rows: undefined, events: [], ...sources }, TIMES)?.reason;

describe('what was ordered and what was paid', () => {
  it('is matched to the cent, fees and refunds beside it notwithstanding', () => {
    const sold = rows(...SALE, ['referral-fee', -150n], ['product-refund', -1_000n], ['sales-tax-collected', -90n]);
    expect(matchOrdered(ID, EUR, { order: order(), rows: sold, events: [] }, TIMES)).toMatchObject({
      orderedMinor: 990n,
      paidMinor: 990n,
      residualMinor: 0n,
      reason: 'matched',
    });
  });

  it('is the same where only the tax is told otherwise, because a price may contain it', () => {
    expect(reason({ order: order(), rows: rows(['product-sale', 1_000n], ['promotion-product', -100n]) })).toBe(
      'tax-treatment',
    );
    const both = rows(['product-sale', 990n], ['sales-tax-collected', 90n]);
    expect(reason({ order: order(), rows: both })).toBe('tax-treatment');
  });

  it('differs by an amount that is told', () => {
    expect(reason({ order: order(), rows: rows(['product-sale', 700n]) })).toBe('amount-differs');
  });

  it('of an order shipped in parts is what was shipped', () => {
    const half = order({ status: 'partially-shipped' }, [{ quantityShipped: 1 }]);
    expect(orderedAmount(half)).toMatchObject({ netMinor: 450n, taxMinor: 45n, isPartial: true });
    expect(reason({ order: half, rows: rows(['product-sale', 450n], ['sales-tax-collected', 45n]) })).toBe('matched');
    expect(reason({ order: half, rows: rows(['product-sale', 400n]) })).toBe('partly-shipped');
    expect(orderedAmount(order({}, [{ isCancelled: true }]))).toMatchObject({ netMinor: 0n });
  });

  it('is missed in the settlements when it was due, and only then', () => {
    expect(reason({ order: order() })).toBe('ordered-not-paid');
    expect(reason({ order: order({ shippedAt: '2026-10-12T00:00:00.000Z' }) })).toBe('not-due-yet');
    expect(reason({ order: order(), events: [event({ status: 'deferred' })] })).toBe('not-due-yet');
    expect(reason({ order: order({ status: 'cancelled' }) })).toBeUndefined();
  });

  it('is missed in the feed', () => {
    expect(reason({ rows: rows(...SALE) })).toBe('paid-not-ordered');
  });

  it('of a replacement is nothing, of another channel is nothing, and a fee of a shipment is no sale', () => {
    const again = order({ isReplacementOf: '302-1' });
    expect(reason({ order: again })).toBe('replacement');
    expect(reason({ rows: rows(['mcf-fulfilment-fee', -500n]) })).toBeUndefined();
    expect(reason({ rows: rows(['fba-storage-fee', -500n]) })).toBeUndefined();
    expect(reason({ order: order({ channel: 'non-amazon' }), rows: rows(['product-sale', 5n]) })).toBe('other-channel');
  });
});

describe('events and rows', () => {
  const PRINCIPAL = 'Sales/ProductCharges/OurPricePrincipal';
  const COMMISSION = 'Expenses/AmazonFees/Commission';
  const match = (events: readonly FinanceEvent[], of?: OrderRows) =>
    matchEvents(ID, EUR, { events, rows: of }, TIMES).map(({ group, residualMinor, reason: why }) => [
      group,
      residualMinor,
      why,
    ]);

  it('are matched by group', () => {
    expect(
      match(
        [event({}, [PRINCIPAL, 1_000n], [COMMISSION, -150n])],
        rows(['product-sale', 1_000n], ['referral-fee', -150n]),
      ),
    ).toEqual([
      ['sales', 0n, 'matched'],
      ['fees', 0n, 'matched'],
    ]);
  });

  it('a refund and its sale are summed, wherever they stand', () => {
    const events = [event({}, [PRINCIPAL, 1_000n]), event({ settlementId: 's' }, [PRINCIPAL, -400n])];
    expect(match(events, rows(['product-sale', 1_000n], ['product-refund', -400n]))).toEqual([
      ['sales', 0n, 'matched'],
    ]);
  });

  it('what Amazon holds back or no settlement could pay yet needs nobody', () => {
    expect(match([event({ status: 'deferred' }, [PRINCIPAL, 1_000n])])).toEqual([['sales', -1_000n, 'deferred']]);
    const young = event({ postedAt: '2026-10-16T00:00:00.000Z' }, [PRINCIPAL, 1_000n]);
    expect(match([young])).toEqual([['sales', -1_000n, 'not-settled-yet']]);
    const released = event({ status: 'deferred-released', maturesAt: '2026-10-20T00:00:00.000Z' }, [PRINCIPAL, 5n]);
    expect(match([released])).toEqual([['sales', -5n, 'not-settled-yet']]);
  });

  it('what only one of them knows, and what both know otherwise, is told', () => {
    expect(match([event({}, [PRINCIPAL, 1_000n])])).toEqual([['sales', -1_000n, 'event-without-row']]);
    expect(match([], rows(['product-sale', 1_000n]))).toEqual([['sales', 1_000n, 'row-without-event']]);
    expect(match([event({}, [PRINCIPAL, 900n])], rows(['product-sale', 1_000n]))).toEqual([
      ['sales', 100n, 'amount-differs'],
    ]);
  });

  it('an event in another currency is no event of this one', () => {
    const dollars = {
      ...event({}),
      amounts: [{ item: null, path: ['Sales'], amount: money('USD' as CurrencyCode, 1n) }],
    };
    expect(match([dollars])).toEqual([]);
  });

  it('residuals are the difference of the sums, whatever the amounts', () => {
    const minor = fc.bigInt({ min: -5_000n, max: 5_000n });
    fc.assert(
      fc.property(fc.array(minor), fc.array(minor), (told, booked) => {
        const events = told.map((each) => event({}, [PRINCIPAL, each]));
        const of = booked.length > 0 ? rows(...booked.map((each) => ['product-sale', each] as const)) : undefined;
        const sum = (list: readonly bigint[]) => list.reduce((total, each) => total + each, 0n);
        const residual = matchEvents(ID, EUR, { events, rows: of }, TIMES).reduce(
          (total, each) => total + each.residualMinor,
          0n,
        );
        expect(residual).toBe(sum(booked) - sum(told));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the groups of both sides', () => {
  it.each([
    ['Sales/ProductCharges/OurPricePrincipal', 'sales', 'product-sale'],
    ['Sales/ProductCharges/OurPriceTax', 'tax', 'sales-tax-collected'],
    ['Sales/Shipping/ShippingPrincipal', 'shipping', 'shipping-income'],
    ['Sales/GiftWrap/GiftwrapPrincipal', 'shipping', 'gift-wrap-refund'],
    ['Sales/Promo/OurPriceDiscount', 'promotion', 'promotion-product'],
    ['Sales/Promo/TaxDiscount', 'tax', 'promotion-tax'],
    ['Sales/Tax/MarketplaceFacilitatorVAT-Principal', 'withheld', 'facilitator-vat-withheld'],
    ['Expenses/FBAFees/FBAPerUnitFulfillmentFee', 'fees', 'fba-fulfilment-fee'],
    ['Expenses/FBAFees/BaseTax', 'fees', 'amazon-fee-tax'],
    ['Other/ReserveDebit', 'other', 'reserve-held'],
    ['Sales/ProductCharges/RecommerceLiquidation', 'other', 'liquidation-proceeds'],
  ] as const)('%s is %s, as the row of kind %s', (path, group, kind) => {
    expect([groupOfPath(path.split('/')), groupOfKind(kind)]).toEqual([group, group]);
  });

  it('a row that nobody knows is other', () => {
    expect([groupOfKind(undefined), ORDER_GROUPS.at(-1)]).toEqual(['other', 'other']);
  });
});
