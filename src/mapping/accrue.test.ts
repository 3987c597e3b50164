import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at } from '../../test/property/build-settlement.ts';
import { type TestTableOptions, testTable } from '../../test/property/test-table.ts';
import { formatMoney, money, parseCurrencyCode, type YearMonth } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { type AccrualEvent, type AccrueInput, accrueMonth, readAccountTable } from './index.ts';

const JANUARY = '2026-01' as YearMonth;
const US = 'ATVPDKIKX0DER';
const NO_COST_OBJECTS = { costCenter: null, profitCenter: null };

let events = 0;

function event(facts: {
  readonly type: string;
  readonly at: string;
  readonly amounts: Readonly<Record<string, bigint>>;
  readonly currency?: string;
  readonly marketplaceId?: string | null;
  readonly orderId?: string;
  readonly total?: bigint;
  readonly sku?: string;
  readonly channel?: 'AFN' | 'MFN';
}): AccrualEvent {
  const currency = parseCurrencyCode(facts.currency ?? 'USD');
  const sum = Object.values(facts.amounts).reduce((all, minor) => all + minor, 0n);
  events += 1;
  return {
    key: `event-${String(events).padStart(4, '0')}`,
    revision: 1,
    eventType: facts.type,
    postedAt: at(facts.at),
    marketplaceId: facts.marketplaceId === undefined ? US : facts.marketplaceId,
    orderId: facts.orderId ?? null,
    total: money(currency, facts.total ?? sum),
    isBookedByOrders: false,
    amounts: Object.entries(facts.amounts).map(([path, minor]) => ({
      path: path.split('/'),
      amount: money(currency, minor),
      sku: facts.sku ?? null,
      channel: facts.channel ?? null,
    })),
  };
}

const SALE = event({
  type: 'Shipment',
  at: '2026-01-20T12:00:00Z',
  amounts: {
    'Sales/ProductCharges/OurPricePrincipal': 50_000n,
    'Expenses/AmazonFees/Commission': -12_000n,
  },
});

function accrue(input: Partial<AccrueInput> & { readonly leaveOutUnknown?: boolean }, options: TestTableOptions = {}) {
  const draft = accrueMonth({
    month: JANUARY,
    events: [SALE],
    table: testTable(options),
    sellerAccount: 'A1SELLER',
    revision: 0,
    sides: 'both',
    ...input,
  });
  const shown = draft.entries.map(({ companyCode, currency, postingDate, lines }) => [
    `${companyCode} ${currency} ${postingDate}`,
    ...lines.map((line) => `${line.kind} ${formatMoney(line.amount)}`),
  ]);
  return { ...draft, shown };
}

describe('a month-end accrual', () => {
  it('books sales and fees against what is unsettled on the last day, and its mirror on the next', () => {
    const { shown, entries } = accrue({});
    expect(shown).toEqual([
      ['1710 USD 2026-01-31', 'product-sale -500.00', 'referral-fee 120.00', 'unsettled 380.00'],
      ['1710 USD 2026-02-01', 'product-sale 500.00', 'referral-fee -120.00', 'unsettled -380.00'],
    ]);
    expect(entries.map(({ headerText, headerReference }) => [headerText, headerReference])).toEqual([
      ['AMZ accrual 2026-01', 'ACCRUAL 2026-01'],
      ['AMZ release 2026-01', 'ACCRUAL 2026-01'],
    ]);
    expect(entries[0]?.lines[0]?.text).toBe('Amazon product-sale 2026-01');
    expect(new Set(entries.map(({ postingKey }) => postingKey)).size).toBe(2);
  });

  it('of an opening month is released only, because somebody else has booked it', () => {
    const { shown } = accrue({ sides: 'opening' });
    expect(shown.map(([head]) => head)).toEqual(['1710 USD 2026-02-01']);
  });

  it('takes the month of the company’s time zone', () => {
    // 1 February 05:00 in London is still January in Los Angeles; Berlin has February for an hour already.
    const late = event({ type: 'Shipment', at: '2026-02-01T05:00:00Z', amounts: { OurPricePrincipal: 100n } });
    const berlin = event({
      type: 'Shipment',
      at: '2026-01-31T23:30:00Z',
      amounts: { OurPricePrincipal: 100n },
      currency: 'EUR',
      marketplaceId: 'A1PA6795UKMFR9',
    });
    expect(accrue({ events: [late, berlin] }).shown.map(([head]) => head)).toEqual([
      '1710 USD 2026-01-31',
      '1710 USD 2026-02-01',
    ]);
  });

  it('leaves transfers, reserves and debts alone, and counts them', () => {
    const moved = event({ type: 'Adjustment', at: '2026-01-20T12:00:00Z', amounts: { 'Other/ReserveDebit': -5_000n } });
    const paid = event({ type: 'Transfer', at: '2026-01-20T12:00:00Z', amounts: { Anything: -5_000n } });
    const { entries, obstacles, balanceOnly } = accrue({ events: [moved, paid] });
    expect({ entries, obstacles, balanceOnly }).toEqual({ entries: [], obstacles: [], balanceOnly: 2 });
  });

  it('stops at an amount that nobody knows, with count and sum', () => {
    const strange = () =>
      event({ type: 'ServiceFee', at: '2026-01-20T12:00:00Z', amounts: { 'Expenses/WeatherSurcharge': -700n } });
    const { entries, obstacles } = accrue({ events: [SALE, strange(), strange()] });
    expect(entries).toEqual([]);
    expect(obstacles).toMatchObject([
      { code: 'EVENT_KIND_UNKNOWN', path: 'Expenses / WeatherSurcharge', count: 2, amount: { minor: -1_400n } },
    ]);
  });

  it('accrues the rest when the unknown is left out on purpose, and still names it', () => {
    const strange = event({ type: 'ServiceFee', at: '2026-01-20T12:00:00Z', amounts: { Weather: -700n } });
    const { shown, obstacles } = accrue({ events: [SALE, strange], leaveOutUnknown: true });
    expect(shown[0]).toContain('unsettled 380.00');
    expect(obstacles).toHaveLength(1);
  });

  it('stops at an event whose amounts do not come to its total', () => {
    const torn = event({
      type: 'Shipment',
      at: '2026-01-20T12:00:00Z',
      amounts: { OurPricePrincipal: 100n },
      total: 90n,
    });
    expect(accrue({ events: [torn] }).obstacles).toMatchObject([
      { code: 'EVENT_NOT_BROKEN_DOWN', amount: { minor: -10n } },
    ]);
  });

  it('control: an unknown amount of the next month stops nothing', () => {
    const next = event({ type: 'ServiceFee', at: '2026-02-20T12:00:00Z', amounts: { Weather: -700n } });
    expect(accrue({ events: [SALE, next] })).toMatchObject({ obstacles: [], events: 1 });
  });

  it('names a kind without account, and a table without an account for what is unsettled', () => {
    expect(accrue({}, { assignments: { 'referral-fee': null } }).obstacles).toMatchObject([
      { code: 'ACCOUNT_MISSING', amount: { minor: -12_000n } },
    ]);
    const { entries, obstacles } = accrue({}, { assignments: { unsettled: null } });
    expect(entries).toEqual([]);
    expect(obstacles).toMatchObject([{ code: 'ACCOUNT_MISSING', says: expect.stringContaining('unsettled') }]);
  });

  it('puts an event without marketplace where the currency says, and names one of a store that the table lacks', () => {
    const nowhere = event({
      type: 'ServiceFee',
      at: '2026-01-20T12:00:00Z',
      amounts: { Subscription: -3_999n },
      marketplaceId: null,
    });
    expect(accrue({ events: [nowhere] }).shown[0]).toEqual([
      '1710 USD 2026-01-31',
      'subscription-fee 39.99',
      'unsettled -39.99',
    ]);
    expect(accrue({ events: [nowhere] }, { currencies: {} }).obstacles).toMatchObject([
      { code: 'MARKETPLACE_UNASSIGNED' },
    ]);
  });

  it('books the fee of another channel’s order as that channel’s cost', () => {
    const other = event({
      type: 'Shipment',
      at: '2026-01-20T12:00:00Z',
      amounts: { FBAPerUnitFulfillmentFee: -600n },
      orderId: 'S01-1234567-1234567',
    });
    expect(accrue({ events: [other] }).shown[0]).toContain('mcf-fulfilment-fee 6.00');
  });

  it('leaves out what the orders model books by itself', () => {
    const draft = accrue({ events: [{ ...SALE, isBookedByOrders: true }] });
    expect(draft.shown[0]).toEqual(['1710 USD 2026-01-31', 'referral-fee 120.00', 'unsettled -120.00']);
  });

  it('places each amount by its channel and SKU, also in another company code, as its settlement will', () => {
    const table = readAccountTable({
      name: 'rules',
      text: `${readFileSync(new URL('../../templates/ycoa.yaml', import.meta.url), 'utf8')}
dimensions:
  - { marketplace: Amazon.com, channel: MFN, companyCode: 1720, costCenter: OWNSHIP, profitCenter: OWNSHIP }
  - { marketplace: Amazon.com, channel: MCF, costCenter: OTHER }
  - { marketplace: Amazon.com, sku: ACME-*, profitCenter: ACME }
`,
    });
    const when = { type: 'Shipment', at: '2026-01-20T12:00:00Z' } as const;
    const sale = { OurPricePrincipal: 1_000n };
    const events = [
      event({ ...when, amounts: sale, channel: 'AFN', sku: 'ACME-1' }),
      event({ ...when, amounts: sale, channel: 'AFN', sku: 'OTHER-1' }),
      event({ ...when, amounts: sale, channel: 'MFN', sku: 'OTHER-1' }),
      event({ ...when, amounts: { FBAPerUnitFulfillmentFee: -600n }, orderId: 'S01-1', channel: 'AFN' }),
    ];
    const { entries } = accrue({ events, table });
    const placed = entries
      .filter(({ postingDate }) => postingDate === '2026-01-31')
      .flatMap(({ companyCode, lines }) =>
        lines.map((line) =>
          [companyCode, line.kind, line.costCenter, line.profitCenter, formatMoney(line.amount)].join(' ').trim(),
        ),
      );
    expect(placed).toEqual([
      '1710 product-sale  ACME -10.00',
      '1710 product-sale  AMZUS -10.00',
      '1710 mcf-fulfilment-fee OTHER  6.00',
      '1710 unsettled   14.00',
      '1720 product-sale  OWNSHIP -10.00',
      '1720 unsettled   10.00',
    ]);
  });

  it('stops where a rule names a company code that the table does not describe', () => {
    const table = { ...testTable(), placeOf: () => ({ companyCode: '9999' as CompanyCode, ...NO_COST_OBJECTS }) };
    const draft = accrue({ table });
    expect(draft.entries).toEqual([]);
    expect(draft.obstacles.map(({ code, count }) => [code, count])).toEqual([
      ['COMPANY_CODE_MISSING', 1],
      ['COMPANY_CODE_MISSING', 1],
    ]);
  });

  it('splits included tax as the settlement will', () => {
    const { entries } = accrue({}, { taxCodes: { A1: 1900n }, assignments: { 'product-sale': { taxCode: 'A1' } } });
    expect(entries[0]?.lines[0]?.tax).toMatchObject({ base: { minor: -42_017n }, amount: { minor: -7_983n } });
    expect(entries[1]?.lines[0]?.tax).toMatchObject({ base: { minor: 42_017n }, amount: { minor: 7_983n } });
  });

  it('gives the same digest whatever the order of the events, and other keys for another revision', () => {
    const list = [SALE, event({ type: 'Refund', at: '2026-01-21T12:00:00Z', amounts: { OurPricePrincipal: -900n } })];
    const there = accrue({ events: list });
    expect(accrue({ events: list.toReversed() }).digest).toBe(there.digest);
    const again = accrue({ events: list, revision: 1 });
    expect(again.entries.map(({ postingKey }) => postingKey)).not.toEqual(
      there.entries.map(({ postingKey }) => postingKey),
    );
  });
});
