import { currencyDecimals, formatMinor } from '../../src/core/index.ts';
import {
  buyerOf,
  createRandom,
  type Marketplace,
  type OrderView,
  regionOf,
  type SellerWorld,
  type WorldOrderItem,
} from '../world/index.ts';
import { hasPricesIn } from './print-order.ts';
import { withOffset } from './queries.ts';

/** The columns of the all-orders report, in Amazon's order. */
export const ORDER_COLUMNS = [
  'amazon-order-id',
  'merchant-order-id',
  'purchase-date',
  'last-updated-date',
  'order-status',
  'fulfillment-channel',
  'sales-channel',
  'order-channel',
  'ship-service-level',
  'product-name',
  'sku',
  'asin',
  'item-status',
  'quantity',
  'currency',
  'item-price',
  'item-tax',
  'shipping-price',
  'shipping-tax',
  'gift-wrap-price',
  'gift-wrap-tax',
  'item-promotion-discount',
  'ship-promotion-discount',
  'ship-city',
  'ship-state',
  'ship-postal-code',
  'ship-country',
  'promotion-ids',
  'is-business-order',
  'purchase-order-number',
  'price-designation',
] as const;

/** Some files have them behind the others; here those of Europe. */
const TAX_COLUMNS = ['tax-collection-model', 'tax-collection-responsible-party'] as const;

type Column = (typeof ORDER_COLUMNS)[number] | (typeof TAX_COLUMNS)[number];

const STATUS_WORDS = {
  PENDING: 'Pending',
  UNSHIPPED: 'Unshipped',
  SHIPPED: 'Shipped',
  CANCELLED: 'Cancelled',
} as const;

/** One row an item. The rows of some orders stand apart, as Amazon's do. */
export function orderReportRows(world: SellerWorld, views: readonly OrderView[], columns: readonly Column[]): string[] {
  const rows: string[] = [];
  let postponed: string[] = [];
  for (const view of views) {
    const own = view.order.items.map((item) => printItem(world, view, item, columns));
    const standsApart = own.length > 1 && createRandom(`apart/${view.order.orderId}`).chance(300);
    rows.push(...(standsApart ? own.slice(0, 1) : own), ...postponed);
    postponed = standsApart ? own.slice(1) : [];
  }
  return [...rows, ...postponed];
}

export function orderReportColumns(marketplace: Marketplace): readonly Column[] {
  return regionOf(marketplace) === 'EU' ? [...ORDER_COLUMNS, ...TAX_COLUMNS] : ORDER_COLUMNS;
}

function printItem(world: SellerWorld, view: OrderView, item: WorldOrderItem, columns: readonly Column[]): string {
  const { order, status } = view;
  const buyer = buyerOf(world, order);
  const cells: Readonly<Partial<Record<Column, string | undefined>>> = {
    'amazon-order-id': order.orderId,
    'merchant-order-id': order.sellerOrderId,
    'purchase-date': withOffset(order.orderedAt * 1000),
    'last-updated-date': withOffset(view.lastUpdatedAt * 1000),
    'order-status': STATUS_WORDS[status],
    'fulfillment-channel': order.fulfilledBy === 'AMAZON' ? 'Amazon' : 'Merchant',
    'sales-channel': order.isOtherChannel ? order.marketplace.nameForOtherChannels : order.marketplace.name,
    'ship-service-level': order.isPrime ? 'Expedited' : 'Standard',
    'product-name': item.title,
    sku: item.sku,
    asin: item.asin,
    'item-status': STATUS_WORDS[status],
    quantity: String(status === 'CANCELLED' ? 0 : item.quantity),
    'ship-city': buyer.city,
    'ship-state': buyer.region,
    'ship-postal-code': buyer.postalCode,
    'ship-country': buyer.country,
    'promotion-ids': item.promotionIds.join(','),
    'is-business-order': String(order.isBusiness),
    'purchase-order-number': buyer.purchaseOrderNumber,
    'price-designation': order.isBusiness ? 'Business Price' : '',
    ...(hasPricesIn(view) && amountCells(order.marketplace, item)),
    ...(order.isTaxCollectedByAmazon && {
      'tax-collection-model': 'MarketplaceFacilitator',
      'tax-collection-responsible-party': 'Amazon Services, Inc.',
    }),
  };
  return columns.map((column) => cells[column] ?? '').join('\t');
}

/** Amounts of nought are empty, as are those of an order whose payment is not accepted. */
function amountCells(marketplace: Marketplace, { charges }: WorldOrderItem): Partial<Record<Column, string>> {
  const decimals = currencyDecimals(marketplace.currency);
  const text = (minor: bigint): string => (minor === 0n ? '' : formatMinor(minor, decimals));
  return {
    currency: marketplace.currency,
    'item-price': formatMinor(charges.item, decimals),
    'item-tax': text(charges.itemTax),
    'shipping-price': text(charges.shipping),
    'shipping-tax': text(charges.shippingTax),
    'gift-wrap-price': text(charges.giftWrap),
    'gift-wrap-tax': text(charges.giftWrapTax),
    // The report has no column for the tax that a discount spares.
    'item-promotion-discount': text(charges.itemDiscount + charges.taxDiscount),
    'ship-promotion-discount': text(charges.shippingDiscount),
  };
}
