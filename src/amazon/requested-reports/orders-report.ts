import type { Order, OrderCharge, OrderItem, OrderStatus, ReadRow, ReportBytes } from '../../app/index.ts';
import type { CurrencyCode, Money } from '../../core/index.ts';
import { findMarketplace, isMultiChannelMarketplace } from '../../mapping/index.ts';
import { RowCells } from '../flat-file/cells.ts';
import type { FlatFileShape } from '../flat-file/header.ts';
import { readFlatFile, unreadableRow } from '../flat-file/read-flat-file.ts';

/** Price, tax and discount columns of an item, all of the row and not of one piece. */
const CHARGES = [
  ['item-price', 'price', 'item'],
  ['item-tax', 'tax', 'item'],
  ['shipping-price', 'price', 'shipping'],
  ['shipping-tax', 'tax', 'shipping'],
  ['gift-wrap-price', 'price', 'gift-wrap'],
  ['gift-wrap-tax', 'tax', 'gift-wrap'],
  ['item-promotion-discount', 'discount', 'item'],
  ['ship-promotion-discount', 'discount', 'shipping'],
] as const satisfies readonly (readonly [column: string, OrderCharge['kind'], OrderCharge['subject']])[];

const AMOUNTS = CHARGES.map(([column]) => column);

/** Source: Amazon's page on the attributes of the order tracking reports. */
export const ORDERS_SHAPE: FlatFileShape = {
  dialect: 'tsv',
  required: [
    'amazon-order-id',
    'purchase-date',
    'last-updated-date',
    'order-status',
    'sales-channel',
    'sku',
    'item-status',
    'quantity',
    'currency',
    ...AMOUNTS,
  ],
  amounts: AMOUNTS,
};

const STATUSES: ReadonlyMap<string, OrderStatus> = new Map([
  ['pending', 'pending'],
  ['unshipped', 'unshipped'],
  ['shipped', 'shipped'],
  ['cancelled', 'cancelled'],
]);

/**
 * One order with one item for each row. The rows of one order may stand apart, and whoever stores them puts them
 * together. The postal code and the buyer's order number are not read.
 */
export function readOrdersReport(source: ReportBytes): AsyncIterable<ReadRow<Order>> {
  return readFlatFile(source, ORDERS_SHAPE, (record, file): ReadRow<Order> => {
    if ('unreadable' in record) return record;
    const cells = new RowCells(record.row, file);
    const order = readOrder(cells, record.row.number);
    if (cells.faults.length === 0) return { item: order };
    return { unreadable: unreadableRow(file, record.row, cells.faults, cells.text('amazon-order-id')) };
  });
}

function readOrder(cells: RowCells, row: number): Order {
  const amazonStatus = cells.needText('order-status');
  const store = cells.text('sales-channel');
  const isElsewhere = [store, cells.text('order-channel')].some((name) => name && isMultiChannelMarketplace(name));
  const currency = cells.currency('currency');
  return {
    orderId: cells.needText('amazon-order-id'),
    sellerOrderId: cells.text('merchant-order-id'),
    createdAt: cells.needMoment('purchase-date'),
    lastUpdatedAt: cells.needMoment('last-updated-date'),
    status: statusOf(amazonStatus),
    amazonStatus,
    detail: 'report',
    lacksTaxData: false,
    channel: isElsewhere ? 'non-amazon' : 'amazon',
    marketplaceId: store === null ? null : (findMarketplace(store)?.id ?? null),
    marketplaceName: store,
    fulfilledBy: fulfillerOf(cells.text('fulfillment-channel')),
    serviceLevel: cells.text('ship-service-level'),
    programs: [],
    isBusiness: cells.flag('is-business-order') ?? false,
    isReplacementOf: null,
    currency,
    grandTotal: null,
    charges: [],
    payments: [],
    taxRegistrations: [],
    shipToCity: cells.text('ship-city'),
    shipToState: cells.text('ship-state'),
    shipToCountry: cells.text('ship-country'),
    shippedAt: null,
    deliverBy: null,
    items: [readItem(cells, row, currency)],
    source: null,
  };
}

function readItem(cells: RowCells, row: number, currency: CurrencyCode | null): OrderItem {
  const quantity = cells.needInteger('quantity');
  const itemStatus = cells.text('item-status')?.toLowerCase();
  const model = cells.text('tax-collection-model');
  return {
    orderItemId: null,
    itemKey: `row:${row}`,
    sku: cells.text('sku'),
    asin: cells.text('asin'),
    title: cells.text('product-name'),
    quantityOrdered: quantity,
    quantityShipped: itemStatus === 'shipped' ? quantity : null,
    isCancelled: itemStatus === 'cancelled',
    unitPrice: null,
    isBusinessPrice: /business/i.test(cells.text('price-designation') ?? ''),
    charges: CHARGES.flatMap(([column, kind, subject]) => {
      const amount = cells.amount(column, currency);
      return amount === null ? [] : [{ kind, subject, amount: kind === 'discount' ? spared(amount) : amount }];
    }),
    proceedsTotal: null,
    pointsGranted: null,
    promotionIds: (cells.text('promotion-ids') ?? '').split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()])),
    isTaxCollectedByAmazon: model === null ? null : /^marketplace_?facilitator$/i.test(model),
    taxCollector: cells.text('tax-collection-responsible-party'),
    taxReportingScheme: null,
    iossNumber: null,
  };
}

/** Amazon writes a discount with either sign. */
function spared({ currency, minor }: Money): Money {
  return { currency, minor: minor > 0n ? -minor : minor };
}

/** `Shipped - Delivered to Buyer` and its like are shipped. */
function statusOf(text: string): OrderStatus {
  return STATUSES.get((text.split(' - ')[0] ?? '').trim().toLowerCase()) ?? 'other';
}

function fulfillerOf(text: string | null): Order['fulfilledBy'] {
  if (text === null) return null;
  if (/^amazon$/i.test(text)) return 'amazon';
  return /^merchant$/i.test(text) ? 'merchant' : null;
}
