import { describe, expect, it } from 'vitest';
import { formatMoney, type Money } from '../../core/index.ts';
import { readAll, reportOf, tableOf } from '../flat-file/flat-file.fixture.ts';
import { reportReaders } from './index.ts';
import { ORDERS_SHAPE } from './orders-report.ts';
import { REIMBURSEMENTS_SHAPE } from './reimbursements-report.ts';
import { VAT_CALCULATION_SHAPE, VAT_TRANSACTIONS_SHAPE } from './vat-report.ts';

type Cells = Readonly<Record<string, string>>;

const text = (money: Money | null | undefined) => (money ? `${formatMoney(money)} ${money.currency}` : money);

const ORDER_COLUMNS = [
  ...ORDERS_SHAPE.required,
  ...['merchant-order-id', 'fulfillment-channel', 'order-channel', 'ship-service-level', 'product-name', 'asin'],
  ...['ship-city', 'ship-state', 'ship-postal-code', 'ship-country', 'promotion-ids', 'is-business-order'],
  ...['purchase-order-number', 'price-designation', 'tax-collection-model', 'tax-collection-responsible-party'],
];

const ORDER: Cells = {
  'amazon-order-id': '302-1234567-1234567',
  'merchant-order-id': 'S-77',
  'purchase-date': '2026-11-01T10:00:00+01:00',
  'last-updated-date': '2026-11-02T09:30:00+00:00',
  'order-status': 'Shipped - Delivered to Buyer',
  'fulfillment-channel': 'Amazon',
  'sales-channel': 'Amazon.de',
  'ship-service-level': 'Expedited',
  'product-name': 'Küchenwaage "Pro"',
  sku: 'SKU-1',
  asin: 'B000000001',
  'item-status': 'Shipped',
  quantity: '2',
  currency: 'EUR',
  'item-price': '39.98',
  'item-tax': '6.38',
  'shipping-price': '4.99',
  'item-promotion-discount': '5.00',
  'ship-promotion-discount': '-4.99',
  'ship-city': 'Köln',
  'ship-country': 'DE',
  'ship-postal-code': '50667',
  'promotion-ids': 'PROMO 1, PROMO 2,',
  'is-business-order': 'true',
  'purchase-order-number': 'PO-CANARY',
  'price-designation': 'Business Price',
};

const orders = (...rows: readonly Cells[]) => readAll(reportReaders.orders(reportOf(tableOf(ORDER_COLUMNS, rows))));

describe('the report of orders', () => {
  it('gives one order with one item for each row, in our words', async () => {
    const { items, unreadable } = await orders(ORDER);
    expect(unreadable).toEqual([]);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      orderId: '302-1234567-1234567',
      sellerOrderId: 'S-77',
      createdAt: '2026-11-01T09:00:00.000Z',
      lastUpdatedAt: '2026-11-02T09:30:00.000Z',
      status: 'shipped',
      amazonStatus: 'Shipped - Delivered to Buyer',
      detail: 'report',
      channel: 'amazon',
      marketplaceId: 'A1PA6795UKMFR9',
      marketplaceName: 'Amazon.de',
      fulfilledBy: 'amazon',
      isBusiness: true,
      currency: 'EUR',
      grandTotal: null,
      shipToCity: 'Köln',
      shipToCountry: 'DE',
      source: null,
      items: [
        {
          orderItemId: null,
          itemKey: 'row:2',
          sku: 'SKU-1',
          title: 'Küchenwaage "Pro"',
          quantityOrdered: 2,
          quantityShipped: 2,
          isCancelled: false,
          isBusinessPrice: true,
          promotionIds: ['PROMO 1', 'PROMO 2'],
          isTaxCollectedByAmazon: null,
        },
      ],
    });
  });

  it('has prices and taxes positive and discounts negative, whatever sign Amazon wrote; an empty cell is not zero', async () => {
    const { items } = await orders(ORDER);
    expect(items[0]?.items[0]?.charges.map(({ kind, subject, amount }) => [kind, subject, text(amount)])).toEqual([
      ['price', 'item', '39.98 EUR'],
      ['tax', 'item', '6.38 EUR'],
      ['price', 'shipping', '4.99 EUR'],
      ['discount', 'item', '-5.00 EUR'],
      ['discount', 'shipping', '-4.99 EUR'],
    ]);
  });

  it('tells nothing about the buyer, not of a row kept aside either', async () => {
    const { items, unreadable } = await orders(ORDER, { ...ORDER, quantity: 'two' });
    expect(unreadable).toHaveLength(1);
    const all = JSON.stringify([items, unreadable], (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    expect(all).not.toMatch(/50667|CANARY/);
    expect(all).toContain('SKU-1');
  });

  it('of a pending order has no currency and no amount', async () => {
    const { items } = await orders({
      'amazon-order-id': '1',
      'purchase-date': '2026-11-01T10:00:00Z',
      'last-updated-date': '2026-11-01T10:00:00Z',
      'order-status': 'Pending',
      quantity: '1',
    });
    expect(items[0]).toMatchObject({
      status: 'pending',
      currency: null,
      items: [{ charges: [], quantityShipped: null }],
    });
  });

  it.each([
    ['Unshipped', 'unshipped'],
    ['Cancelled', 'cancelled'],
    ['SHIPPED', 'shipped'],
    ['Shipped - Returning to Seller', 'shipped'],
    ['Waiting for the Moon', 'other'],
  ])('has the status %s as %s', async (amazonStatus, status) => {
    expect((await orders({ ...ORDER, 'order-status': amazonStatus })).items[0]).toMatchObject({ status, amazonStatus });
  });

  it.each([
    ['Non-Amazon', null, 'non-amazon'],
    ['Non-Amazon DE', 'A1PA6795UKMFR9', 'non-amazon'],
    ['Amazon.de', 'A1PA6795UKMFR9', 'amazon'],
    ['Amazon.moon', null, 'amazon'],
  ])('of the store %s has marketplace %s and channel %s', async (name, marketplaceId, channel) => {
    expect((await orders({ ...ORDER, 'sales-channel': name })).items[0]).toMatchObject({ marketplaceId, channel });
  });

  it.each([
    ['MarketplaceFacilitator', true],
    ['MARKETPLACE_FACILITATOR', true],
    ['Standard', false],
    ['', null],
  ])('with the tax collection model "%s" says %s', async (model, expected) => {
    const { items } = await orders({ ...ORDER, 'tax-collection-model': model });
    expect(items[0]?.items[0]?.isTaxCollectedByAmazon).toBe(expected);
  });

  it.each([
    ['quantity', 'two', 'quantity is not a whole number'],
    ['quantity', '', 'quantity is empty'],
    ['quantity', '99999999999', 'quantity is not a whole number'],
    ['purchase-date', '2026-11-01 10:00', 'purchase-date is not a time with its zone'],
    ['purchase-date', '2026-02-30T10:00:00Z', 'purchase-date is not a time with its zone'],
    ['last-updated-date', '', 'last-updated-date is empty'],
    ['item-price', 'NaN', 'item-price is not an amount in EUR (unreadable)'],
    ['item-price', '1e3', 'item-price is not an amount in EUR (unreadable)'],
    ['item-price', '1.001', 'item-price is not an amount in EUR (too-precise)'],
    ['item-price', '9'.repeat(30), 'item-price is not an amount in EUR (too-long)'],
    ['currency', 'XXX', 'currency is not a currency this program knows'],
    ['currency', '', 'item-price has an amount without a currency'],
    ['amazon-order-id', '', 'amazon-order-id is empty'],
  ])('keeps a row aside whose %s is "%s", and reads the others', async (column, value, says) => {
    const { items, unreadable } = await orders(ORDER, { ...ORDER, [column]: value }, ORDER);
    expect(items.map((order) => order.items[0]?.itemKey)).toEqual(['row:2', 'row:4']);
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]?.says).toContain(`row 3: `);
    expect(unreadable[0]?.says).toContain(says);
    expect(unreadable[0]?.recordId).toBe(column === 'amazon-order-id' ? null : ORDER['amazon-order-id']);
  });

  it('control: in yen three digits behind a comma are thousands', async () => {
    const { items } = await orders({
      ...ORDER,
      currency: 'JPY',
      'item-price': '1,980',
      'item-tax': '180',
      'shipping-price': '',
      'item-promotion-discount': '',
      'ship-promotion-discount': '',
    });
    expect(items[0]?.items[0]?.charges.map(({ amount }) => text(amount))).toEqual(['1980 JPY', '180 JPY']);
  });
});

const REIMBURSEMENT: Cells = {
  'approval-date': '2026-05-12T09:59:13+00:00',
  'reimbursement-id': 'R1',
  'case-id': 'C1',
  'amazon-order-id': '',
  reason: 'Lost_Warehouse',
  sku: 'SKU-1',
  asin: 'B0',
  condition: 'New',
  'currency-unit': 'EUR',
  'amount-per-unit': '4,10',
  'amount-total': '8,20',
  'quantity-reimbursed-cash': '2',
  'quantity-reimbursed-inventory': '0',
  'original-reimbursement-id': '',
};
const REIMBURSEMENT_COLUMNS = [...new Set([...REIMBURSEMENTS_SHAPE.required, ...Object.keys(REIMBURSEMENT)])];
const reimbursements = (...rows: readonly Cells[]) =>
  readAll(reportReaders.reimbursements(reportOf(tableOf(REIMBURSEMENT_COLUMNS, rows))));

describe('the report of reimbursements', () => {
  it('gives each row with its money, also with a decimal comma', async () => {
    const { items } = await reimbursements(REIMBURSEMENT);
    expect({
      ...items[0],
      amountPerUnit: text(items[0]?.amountPerUnit),
      amountTotal: text(items[0]?.amountTotal),
    }).toEqual({
      row: 2,
      reimbursementId: 'R1',
      approvedAt: '2026-05-12T09:59:13.000Z',
      caseId: 'C1',
      orderId: null,
      reason: 'Lost_Warehouse',
      sku: 'SKU-1',
      asin: 'B0',
      condition: 'New',
      amountPerUnit: '4.10 EUR',
      amountTotal: '8.20 EUR',
      quantityCash: 2,
      quantityInventory: 0,
      originalReimbursementId: null,
    });
  });

  it('takes a day without a time for its first second in UTC', async () => {
    const { items } = await reimbursements({ ...REIMBURSEMENT, 'approval-date': '2026-08-11' });
    expect(items[0]?.approvedAt).toBe('2026-08-11T00:00:00.000Z');
  });

  it.each([
    ['amount-total', ''],
    ['currency-unit', ''],
    ['currency-unit', 'XXX'],
    ['amount-total', 'much'],
    ['reimbursement-id', ''],
    ['reason', ''],
    ['quantity-reimbursed-cash', ''],
    ['approval-date', '11/08/2026'],
  ])('keeps a row aside whose %s is "%s"', async (column, value) => {
    const { items, unreadable } = await reimbursements({ ...REIMBURSEMENT, [column]: value }, REIMBURSEMENT);
    expect([items.length, unreadable.length]).toEqual([1, 1]);
    expect(unreadable[0]?.says).toContain(column);
  });
});

const CALCULATION: Cells = {
  'transaction type': 'SHIPMENT',
  'order id': '111-1111111-1111111',
  'shipment id': 'SH1',
  sku: 'SKU-1',
  quantity: '1',
  'tax calculation date': '28-Aug-2026 UTC',
  'tax rate': '0.1900',
  currency: 'EUR',
  'ship from country': 'PL',
  'ship to country': 'DE',
  'our_price tax exclusive selling price': '12.60',
  'our_price tax amount': '2.39',
  'our_price tax inclusive selling price': '14.99',
  'our_price tax exclusive promo amount': '-1.00',
  'our_price tax amount promo': '-0.19',
  'our_price tax inclusive promo amount': '-1.19',
  'jurisdiction name': 'GERMANY',
  'seller tax registration': 'PL0000000000',
  'vat invoice number': '"PL6000, AA"',
  'tax reporting scheme': 'VCS_EU_OSS',
  'tax collection responsibility': 'Seller',
  'marketplace id': 'DE',
  'buyer name': 'Canary',
};
const CALCULATION_COLUMNS = [...new Set([...VAT_CALCULATION_SHAPE.required, ...Object.keys(CALCULATION)])];

const TRANSACTION: Cells = {
  transaction_type: 'SALE',
  transaction_event_id: '111-1111111-1111111',
  activity_transaction_id: 'SH1',
  seller_sku: 'SKU-1',
  qty: '1',
  tax_calculation_date: '28-08-2026',
  transaction_currency_code: 'EUR',
  sale_depart_country: 'PL',
  sale_arrival_country: 'DE',
  total_activity_value_amt_vat_excl: '12.60',
  total_activity_value_vat_amt: '2.39',
  total_activity_value_amt_vat_incl: '14.99',
  tax_collection_responsibility: 'MARKETPLACE',
  tax_reporting_scheme: 'UNION-OSS',
  marketplace: 'Amazon.de',
  buyer_name: 'Canary',
};
const TRANSACTION_COLUMNS = [...new Set([...VAT_TRANSACTIONS_SHAPE.required, ...Object.keys(TRANSACTION)])];

describe('the reports of VAT', () => {
  const calculation = (...rows: readonly Cells[]) =>
    readAll(reportReaders.vatLines('vat-calculation', reportOf(tableOf(CALCULATION_COLUMNS, rows, ','))));
  const transactions = (...rows: readonly Cells[]) =>
    readAll(reportReaders.vatLines('vat-transactions', reportOf(tableOf(TRANSACTION_COLUMNS, rows))));

  it('of the calculation give each line with price, shipping and gift wrap together, promotions taken off', async () => {
    const { items, unreadable } = await calculation(CALCULATION);
    expect(unreadable).toEqual([]);
    expect(items[0]).toMatchObject({
      row: 2,
      lineType: 'SHIPMENT',
      taxDay: '2026-08-28',
      quantity: 1,
      vatRateText: '0.1900',
      departCountry: 'PL',
      arriveCountry: 'DE',
      taxJurisdiction: 'GERMANY',
      invoiceNumber: 'PL6000, AA',
      reportingScheme: 'VCS_EU_OSS',
      isTaxCollectedByAmazon: false,
    });
    expect([items[0]?.netTotal, items[0]?.vatTotal, items[0]?.grossTotal].map(text)).toEqual([
      '11.60 EUR',
      '2.20 EUR',
      '13.80 EUR',
    ]);
  });

  it('of the transactions give each line with its totals', async () => {
    const { items } = await transactions(TRANSACTION);
    expect(items[0]).toMatchObject({
      lineType: 'SALE',
      taxDay: '2026-08-28',
      isTaxCollectedByAmazon: true,
      marketplaceName: 'Amazon.de',
    });
    expect([items[0]?.netTotal, items[0]?.vatTotal, items[0]?.grossTotal].map(text)).toEqual([
      '12.60 EUR',
      '2.39 EUR',
      '14.99 EUR',
    ]);
  });

  it('have lines without money, such as goods that move between warehouses', async () => {
    const { items, unreadable } = await transactions({
      ...TRANSACTION,
      transaction_type: 'FC_TRANSFER',
      transaction_currency_code: '',
      total_activity_value_amt_vat_excl: '',
      total_activity_value_vat_amt: '',
      total_activity_value_amt_vat_incl: '',
    });
    expect(unreadable).toEqual([]);
    expect(items[0]).toMatchObject({
      lineType: 'FC_TRANSFER',
      currency: null,
      netTotal: null,
      vatTotal: null,
      grossTotal: null,
    });
  });

  it('keep a line aside that cannot be read, without its buyer', async () => {
    const { items, unreadable } = await transactions(
      { ...TRANSACTION, tax_calculation_date: '08/09/2026' },
      TRANSACTION,
    );
    expect(items).toHaveLength(1);
    expect(unreadable[0]).toMatchObject({
      recordId: TRANSACTION.transaction_event_id,
      says: 'row 2: tax_calculation_date is not a day',
    });
    expect(JSON.stringify(unreadable)).not.toContain('Canary');
  });

  it('keep a narrow row aside, because it may be the end of one that a line end broke in two', async () => {
    const source = reportOf(
      `${tableOf(TRANSACTION_COLUMNS, [TRANSACTION])}${Object.values(TRANSACTION).slice(2).join('\t')}\n`,
    );
    const { items, unreadable } = await readAll(reportReaders.vatLines('vat-transactions', source));
    expect([items.length, unreadable.length]).toEqual([1, 1]);
    expect(unreadable[0]?.source).toMatchObject({ cells: {} });
  });
});
