import type {
  ConnectionId,
  JsonObject,
  Order,
  OrderCharge,
  OrderItem,
  OrderPaymentPart,
  OrderRecord,
  TaxRegistration,
} from '../app/index.ts';
import type { CurrencyCode, Money, Sha256 } from '../core/index.ts';
import { amountFault, contentDigest, integerFault } from './feed-batches.ts';
import { type MoneyJson, moneyFromJson } from './json.ts';
import { type Session, type Sql, sql } from './sql.ts';

type ChargeJson = Omit<OrderCharge, 'amount'> & { readonly amount: MoneyJson };
type PaymentJson = Omit<OrderPaymentPart, 'amount'> & { readonly amount: MoneyJson };

interface OrderRow {
  readonly id: bigint;
  readonly connection_id: ConnectionId;
  readonly order_id: string;
  readonly seller_order_id: string | null;
  readonly created_at: string;
  readonly last_updated_at: string;
  readonly status: Order['status'];
  readonly amazon_status: string;
  readonly detail: Order['detail'];
  readonly lacks_tax_data: boolean;
  readonly wants_detail: boolean;
  readonly channel: Order['channel'];
  readonly marketplace_id: string | null;
  readonly marketplace_name: string | null;
  readonly fulfilled_by: Order['fulfilledBy'];
  readonly service_level: string | null;
  readonly programs: readonly string[];
  readonly is_business: boolean;
  readonly is_replacement_of: string | null;
  readonly currency: CurrencyCode | null;
  readonly grand_total_minor: bigint | null;
  readonly charges: readonly ChargeJson[];
  readonly payments: readonly PaymentJson[];
  readonly tax_registrations: readonly TaxRegistration[];
  readonly ship_to_city: string | null;
  readonly ship_to_state: string | null;
  readonly ship_to_country: string | null;
  readonly shipped_at: string | null;
  readonly deliver_by: string | null;
  readonly source: JsonObject | null;
  readonly first_seen_at: string;
  readonly changed_at: string;
}

interface ItemRow {
  readonly order_key: bigint;
  readonly item_key: string;
  readonly order_item_id: string | null;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly title: string | null;
  readonly quantity_ordered: number;
  readonly quantity_shipped: number | null;
  readonly is_cancelled: boolean;
  readonly is_business_price: boolean;
  readonly unit_price_minor: bigint | null;
  readonly proceeds_minor: bigint | null;
  readonly points_minor: bigint | null;
  readonly charges: readonly ChargeJson[];
  readonly promotion_ids: readonly string[];
  readonly is_tax_collected_by_amazon: boolean | null;
  readonly tax_collector: string | null;
  readonly tax_reporting_scheme: string | null;
  readonly ioss_number: string | null;
}

/** The members of an order's row, named as its columns. */
export function orderColumns(order: Order) {
  return {
    order_id: order.orderId,
    seller_order_id: order.sellerOrderId,
    created_at: order.createdAt,
    last_updated_at: order.lastUpdatedAt,
    status: order.status,
    amazon_status: order.amazonStatus,
    detail: order.detail,
    lacks_tax_data: order.lacksTaxData,
    channel: order.channel,
    marketplace_id: order.marketplaceId,
    marketplace_name: order.marketplaceName,
    fulfilled_by: order.fulfilledBy,
    service_level: order.serviceLevel,
    programs: order.programs,
    is_business: order.isBusiness,
    is_replacement_of: order.isReplacementOf,
    currency: order.currency,
    grand_total_minor: order.grandTotal?.minor,
    charges: order.charges,
    payments: order.payments,
    tax_registrations: order.taxRegistrations,
    ship_to_city: order.shipToCity,
    ship_to_state: order.shipToState,
    ship_to_country: order.shipToCountry,
    shipped_at: order.shippedAt,
    deliver_by: order.deliverBy,
    source: order.source,
  };
}

/** The members of an item's row, named as its columns. */
export function itemColumns(orderKey: bigint | undefined, item: OrderItem, index: number) {
  return {
    order_key: orderKey,
    item_key: item.itemKey,
    // Rows of one order may come in several batches, so they are counted by their place in the report.
    ordinal: Number(/^row:(\d{1,9})$/.exec(item.itemKey)?.[1] ?? index),
    order_item_id: item.orderItemId,
    sku: item.sku,
    asin: item.asin,
    title: item.title,
    quantity_ordered: item.quantityOrdered,
    quantity_shipped: item.quantityShipped,
    is_cancelled: item.isCancelled,
    is_business_price: item.isBusinessPrice,
    unit_price_minor: item.unitPrice?.minor,
    ...sumsOf(item.charges),
    proceeds_minor: item.proceedsTotal?.minor,
    points_minor: item.pointsGranted?.minor,
    charges: item.charges,
    promotion_ids: item.promotionIds,
    is_tax_collected_by_amazon: item.isTaxCollectedByAmazon,
    tax_collector: item.taxCollector,
    tax_reporting_scheme: item.taxReportingScheme,
    ioss_number: item.iossNumber,
  };
}

function sumsOf(charges: readonly OrderCharge[]) {
  const sums = {
    item_minor: 0n,
    shipping_minor: 0n,
    gift_wrap_minor: 0n,
    other_minor: 0n,
    tax_minor: 0n,
    discount_minor: 0n,
  };
  for (const { kind, subject, amount } of charges) sums[sumOf(kind, subject)] += amount.minor;
  return sums;
}

function sumOf(kind: OrderCharge['kind'], subject: OrderCharge['subject']) {
  if (kind === 'tax') return 'tax_minor';
  if (kind === 'discount') return 'discount_minor';
  if (subject === 'item') return 'item_minor';
  if (subject === 'shipping') return 'shipping_minor';
  return subject === 'gift-wrap' ? 'gift_wrap_minor' : 'other_minor';
}

/** What an order says, as a digest. Without the rows of a report and their currency: they may be in several batches. */
export function orderDigest(order: Order): Sha256 {
  return contentDigest(order.detail === 'report' ? { ...order, currency: null, items: [] } : order);
}

/** Why an order cannot be stored as it is; `undefined` when it can. */
export function orderFault(order: Order): string | undefined {
  const amounts = [order.grandTotal, ...order.items.flatMap(itemAmounts), ...order.charges.map(({ amount }) => amount)];
  const stray = amounts.find((amount) => amount !== null && amount.currency !== order.currency);
  if (stray) return `an amount is in ${stray.currency}, the order in ${order.currency ?? 'no currency'}`;
  for (const amount of amounts) {
    const fault = amountFault('an amount', amount);
    if (fault) return fault;
  }
  if (new Set(order.items.map(({ itemKey }) => itemKey)).size < order.items.length)
    return 'two items have the same key';
  for (const item of order.items) {
    const fault =
      integerFault('the quantity ordered', item.quantityOrdered, 0) ??
      integerFault('the quantity shipped', item.quantityShipped) ??
      sumFault(item);
    if (fault) return fault;
  }
  return undefined;
}

function sumFault({ charges }: OrderItem): string | undefined {
  const sums = sumsOf(charges);
  if (sums.discount_minor > 0n) return 'the discounts of an item are not below zero';
  return Object.values(sums).some((minor) => amountFault('', { currency: '' as CurrencyCode, minor }) !== undefined)
    ? 'the sum of the charges of an item is larger than any amount that can be kept'
    : undefined;
}

function itemAmounts(item: OrderItem): (Money | null)[] {
  return [item.unitPrice, item.proceedsTotal, item.pointsGranted, ...item.charges.map(({ amount }) => amount)];
}

/** Orders of the rows that `where` and `rest` choose, with their items. */
export async function readOrders(session: Session, where: Sql, rest: Sql): Promise<readonly OrderRecord[]> {
  const rows = await session.query<OrderRow>(sql`select * from amazon_order where ${where} ${rest}`);
  if (rows.length === 0) return [];
  const keys = JSON.stringify(rows.map(({ id }) => String(id)));
  const items = await session.query<ItemRow>(sql`
    select i.* from json_array_elements_text(${keys}) as told(key) cross join lateral (
      select * from amazon_order_item where order_key = told.key::bigint offset 0) i
    order by i.order_key, i.ordinal, i.item_key`);
  const itemsOf = new Map<bigint, ItemRow[]>(rows.map(({ id }) => [id, []]));
  for (const item of items) itemsOf.get(item.order_key)?.push(item);
  return rows.map((row) => ({
    connectionId: row.connection_id,
    order: orderOf(row, itemsOf.get(row.id) ?? []),
    firstSeenAt: row.first_seen_at,
    changedAt: row.changed_at,
    wantsDetail: row.wants_detail,
  }));
}

function orderOf(row: OrderRow, items: readonly ItemRow[]): Order {
  return {
    orderId: row.order_id,
    sellerOrderId: row.seller_order_id,
    createdAt: row.created_at,
    lastUpdatedAt: row.last_updated_at,
    status: row.status,
    amazonStatus: row.amazon_status,
    detail: row.detail,
    lacksTaxData: row.lacks_tax_data,
    channel: row.channel,
    marketplaceId: row.marketplace_id,
    marketplaceName: row.marketplace_name,
    fulfilledBy: row.fulfilled_by,
    serviceLevel: row.service_level,
    programs: row.programs,
    isBusiness: row.is_business,
    isReplacementOf: row.is_replacement_of,
    currency: row.currency,
    grandTotal: moneyOf(row.currency, row.grand_total_minor),
    charges: row.charges.map(chargeOf),
    payments: row.payments.map((payment) => ({ ...payment, amount: moneyFromJson(payment.amount) })),
    taxRegistrations: row.tax_registrations,
    shipToCity: row.ship_to_city,
    shipToState: row.ship_to_state,
    shipToCountry: row.ship_to_country,
    shippedAt: row.shipped_at,
    deliverBy: row.deliver_by,
    items: items.map((item) => itemOf(row.currency, item)),
    source: row.source,
  };
}

function itemOf(currency: CurrencyCode | null, row: ItemRow): OrderItem {
  return {
    orderItemId: row.order_item_id,
    itemKey: row.item_key,
    sku: row.sku,
    asin: row.asin,
    title: row.title,
    quantityOrdered: row.quantity_ordered,
    quantityShipped: row.quantity_shipped,
    isCancelled: row.is_cancelled,
    unitPrice: moneyOf(currency, row.unit_price_minor),
    isBusinessPrice: row.is_business_price,
    charges: row.charges.map(chargeOf),
    proceedsTotal: moneyOf(currency, row.proceeds_minor),
    pointsGranted: moneyOf(currency, row.points_minor),
    promotionIds: row.promotion_ids,
    isTaxCollectedByAmazon: row.is_tax_collected_by_amazon,
    taxCollector: row.tax_collector,
    taxReportingScheme: row.tax_reporting_scheme,
    iossNumber: row.ioss_number,
  };
}

function chargeOf({ kind, subject, amount }: ChargeJson): OrderCharge {
  return { kind, subject, amount: moneyFromJson(amount) };
}

/** An amount of a currency column and a column of minor units. */
export function moneyOf(currency: CurrencyCode | null, minor: bigint | null): Money | null {
  return currency === null || minor === null ? null : { currency, minor };
}
