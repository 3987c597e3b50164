import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at } from '../../test/property/build-settlement.ts';
import { testTable } from '../../test/property/test-table.ts';
import { formatMoney, money, parseCurrencyCode, parseLocalDate, type YearMonth } from '../core/index.ts';
import { countDocumentLines, entriesDigest, entryBalance } from '../ledger/index.ts';
import {
  type AccrueOrdersInput,
  accrueOrders,
  type PlacedShipment,
  placeShipment,
  type Shipment,
} from './accrue-orders.ts';

const table = testTable();
const DAY = parseLocalDate('2026-10-12');
const USD = parseCurrencyCode('USD');

function shipment(orderId: string, amounts: Record<string, bigint>, own: Partial<Shipment> = {}): Shipment {
  const currency = own.currency ?? USD;
  return {
    eventKey: `event-${orderId}`,
    orderId,
    marketplace: 'Amazon.com',
    channel: 'AFN',
    currency,
    shippedAt: at('2026-10-12T18:00:00Z'),
    parts: Object.entries(amounts).map(([kind, minor]) => ({
      kind: kind as Shipment['parts'][number]['kind'],
      sku: 'SKU-1',
      amount: money(currency, minor),
    })),
    ...own,
  };
}

function placed(shipments: readonly Shipment[], by = table): PlacedShipment[] {
  return shipments.map((each) => {
    const place = placeShipment(each, by);
    if ('code' in place) throw new Error(place.says);
    return place;
  });
}

function accrue(shipments: readonly Shipment[], own: Partial<AccrueOrdersInput> = {}) {
  return accrueOrders({
    shipments: placed(shipments),
    day: DAY,
    batch: 1,
    summarise: 'day',
    table,
    sellerAccount: 'SELLER',
    revision: 0,
    ...own,
  });
}

const TWO = [
  shipment('111-1111111-1111111', { 'product-sale': 10_000n, 'sales-tax-collected': 800n, 'promotion-product': -500n }),
  shipment('222-2222222-2222222', { 'product-sale': 2_000n, 'referral-fee': -300n, 'facilitator-tax-withheld': -80n }),
];

describe('orders accrued', () => {
  it('debit the receivable of their marketplace and credit revenue and tax as a settlement would; fees and withheld tax wait', () => {
    const { entries, proofs } = accrue(TWO);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      companyCode: '1710',
      postingDate: DAY,
      documentDate: DAY,
      headerText: 'AMZ US orders 2026-10-12',
      headerReference: 'orders 2026-10-12',
    });
    expect(entries[0]?.lines.map(({ kind, amount, text }) => [kind, formatMoney(amount), text])).toEqual([
      ['product-sale', '-120.00', 'Amazon product-sale'],
      ['promotion-product', '5.00', 'Amazon promotion-product'],
      ['sales-tax-collected', '-8.00', 'Amazon sales-tax-collected'],
      ['order-receivable', '123.00', 'Amazon order-receivable US 2026-10-12'],
    ]);
    expect(proofs.every(({ ok }) => ok)).toBe(true);
  });

  it('one by one carry the order without hyphens in their text, and are found by it', () => {
    const { entries } = accrue(TWO, { summarise: 'order' });
    expect(entries.map(({ headerReference }) => headerReference)).toEqual(TWO.map(({ orderId }) => orderId));
    expect(entries[0]?.lines.at(-1)?.text).toBe('Amazon order-receivable 11111111111111111');
    expect(new Set(entries.map(({ postingKey }) => postingKey)).size).toBe(2);
  });

  it('link each amount to exactly one line, which is the sum of its amounts', () => {
    const { entries, sources } = accrue(TWO);
    const lines = entries.flatMap((entry) => entry.lines).filter(({ kind }) => kind !== 'order-receivable');
    expect(lines.flatMap(({ buckets }) => buckets).sort((a, b) => a - b)).toEqual(sources.map((_, index) => index));
    for (const line of lines) {
      const sum = line.buckets.reduce((total, bucket) => total + (sources[bucket]?.amount.minor ?? 0n), 0n);
      expect(sum).toBe(-line.amount.minor);
    }
  });

  it('go to the company code of their marketplace, in its own day', () => {
    const german = shipment(
      '333-3333333-3333333',
      { 'product-sale': 1_190n },
      {
        marketplace: 'Amazon.de',
        currency: parseCurrencyCode('EUR'),
        shippedAt: at('2026-10-31T23:30:00Z'),
      },
    );
    expect(placed([german])[0]).toMatchObject({ day: '2026-11-01', company: { companyCode: '1010' } });
    const american = { ...german, marketplace: 'Amazon.com' };
    expect(placed([american])[0]).toMatchObject({ day: '2026-10-31', company: { companyCode: '1710' } });
    expect(accrue([...TWO, german]).entries.map(({ companyCode, currency }) => `${companyCode} ${currency}`)).toEqual([
      '1010 EUR',
      '1710 USD',
    ]);
  });

  it('of a closed month are dated into the open one, with the day of shipping as the date of the document', () => {
    const { entries } = accrue(TWO, { closedThrough: () => '2026-10' as YearMonth });
    expect(entries[0]).toMatchObject({ postingDate: '2026-11-01', documentDate: DAY });
  });

  it('that became known later have keys of their own, and control: the same batch has the same keys', () => {
    const keys = (batch: number) => accrue(TWO, { batch }).entries.map(({ postingKey }) => postingKey);
    expect(keys(2)).not.toEqual(keys(1));
    expect(keys(1)).toEqual(keys(1));
  });

  it('more than SAP takes in one document are cut, and every part balances', () => {
    const many = Array.from({ length: 1_200 }, (_, index) =>
      shipment(`${index}`.padStart(17, '1'), { 'product-sale': 100n }),
    );
    const byOrder = testTable({ assign: (kind, place) => ({ text: `${kind} ${place}` }) });
    const marketplaces = Object.fromEntries(many.map((_, index) => [`Store ${index}`, '1710']));
    const stores = testTable({ marketplaces, assign: (kind, place) => ({ text: `${kind} ${place}` }) });
    expect(accrue(many, { shipments: placed(many, byOrder), table: byOrder }).entries).toHaveLength(1);
    const spread = many.slice(0, 500).map((each, index) => ({ ...each, marketplace: `Store ${index}` }));
    const { entries } = accrue([], { shipments: placed(spread, stores), table: stores });
    expect(entries.length).toBeGreaterThan(1);
    for (const entry of entries) {
      expect(entryBalance(entry).minor).toBe(0n);
      expect(countDocumentLines(entry.lines)).toBeLessThanOrEqual(900);
    }
  });

  it('that cannot be placed say why', () => {
    const elsewhere = placeShipment(shipment('1', { 'product-sale': 1n }, { marketplace: 'Amazon.nowhere' }), table);
    expect(elsewhere).toMatchObject({ code: 'MARKETPLACE_UNASSIGNED' });
    const poor = testTable({ assignments: { 'order-receivable': null } });
    expect(placeShipment(TWO[0]!, poor)).toMatchObject({ code: 'ACCOUNT_MISSING' });
    const strange = testTable({ marketplaces: { 'Amazon.com': '9999' } });
    expect(placeShipment(TWO[0]!, strange)).toMatchObject({ code: 'COMPANY_CODE_MISSING' });
  });

  it('come to the same digest whatever their order, balance, and owe exactly what they are worth', () => {
    const amounts = fc.record({
      'product-sale': fc.bigInt(0n, 100_000n),
      'sales-tax-collected': fc.bigInt(0n, 9_000n),
      'promotion-product': fc.bigInt(-5_000n, 0n),
    });
    fc.assert(
      fc.property(
        fc.array(amounts, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('day', 'order'),
        (all, summarise) => {
          const shipments = all.map((each, index) => shipment(`${index}`.padStart(3, '0'), each));
          const one = accrue(shipments, { summarise });
          expect(entriesDigest(accrue([...shipments].reverse(), { summarise }).entries)).toBe(
            entriesDigest(one.entries),
          );
          expect(one.proofs.every(({ ok }) => ok)).toBe(true);
        },
      ),
    );
  });
});
