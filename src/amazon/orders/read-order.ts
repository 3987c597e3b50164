import type {
  Order,
  OrderCharge,
  OrderItem,
  OrderPaymentPart,
  OrderStatus,
  OrderWithBuyer,
  ReadRow,
  TaxRegistration,
  UnreadableRecord,
} from '../../app/index.ts';
import type { CurrencyCode, Money } from '../../core/index.ts';
import { plainSource } from './plain-source.ts';
import { readBuyer } from './read-buyer.ts';
import { readItemCharges, readOrderCharges } from './read-charges.ts';
import { orderSchema, type WireOrder, type WireOrderItem } from './wire.ts';

const STATUSES: ReadonlyMap<string, OrderStatus> = new Map([
  ['PENDING_AVAILABILITY', 'pending-availability'],
  ['PENDING', 'pending'],
  ['UNSHIPPED', 'unshipped'],
  ['PARTIALLY_SHIPPED', 'partially-shipped'],
  ['SHIPPED', 'shipped'],
  ['CANCELLED', 'cancelled'],
  ['UNFULFILLABLE', 'unfulfillable'],
]);

/** Registrations that a business has. Any other of a buyer may be a person's, as the Brazilian CPF is. */
const BUSINESS_REGISTRATIONS: ReadonlySet<string> = new Set(['BUSINESS', 'VAT', 'CST', 'CNPJ']);
const ENTITIES: ReadonlyMap<string, TaxRegistration['of']> = new Map([
  ['BUYER', 'buyer'],
  ['MERCHANT', 'merchant'],
  ['MARKETPLACE', 'marketplace'],
]);

/** Reads one order of an answer, or says which member makes that impossible. Raises nothing, whatever it is given. */
export function readOrder(
  raw: unknown,
  show: { readonly withBuyers: boolean; readonly withTax: boolean },
): ReadRow<OrderWithBuyer> {
  const reading = orderSchema.safeParse(raw);
  if (!reading.success) {
    const issue = reading.error.issues[0];
    const place = issue?.path.map(String).join('.') || 'the order';
    const fault =
      issue?.code === 'custom' || issue?.code === 'too_big' ? issue.message : 'is missing or not as documented';
    return { unreadable: keptAside(raw, `${place} ${fault}`) };
  }
  const fault = faultOf(reading.data);
  if (fault !== undefined) return { unreadable: keptAside(raw, fault) };
  const order: Order = { ...toOrder(reading.data), lacksTaxData: !show.withTax, source: plainSource(raw) };
  return { item: { order, buyer: show.withBuyers ? readBuyer(raw, order) : null } };
}

function keptAside(raw: unknown, says: string): UnreadableRecord {
  const source = plainSource(raw);
  const { orderId } = source;
  return { recordId: typeof orderId === 'string' ? orderId.slice(0, 200) || null : null, says, source };
}

/** What no single member shows. */
function faultOf(order: WireOrder): string | undefined {
  const ids = order.orderItems.map(({ orderItemId }) => orderItemId);
  if (new Set(ids).size < ids.length) return 'orderItems has one orderItemId twice';
  if (currenciesOf(order).size > 1) return 'its amounts are in more than one currency';
  return undefined;
}

/** Of everything but the payments, which may be made in another one. */
function currenciesOf(order: WireOrder): ReadonlySet<CurrencyCode> {
  const amounts = [
    order.proceeds?.grandTotal,
    ...(order.proceeds?.breakdowns.map(({ subtotal }) => subtotal) ?? []),
    ...order.orderItems.flatMap((item) => [
      item.product?.price?.unitPrice,
      item.proceeds?.proceedsTotal,
      item.expense?.pointsCost?.pointsGranted?.pointsMonetaryValue,
      ...(item.proceeds?.breakdowns.flatMap(({ subtotal, detailedBreakdowns }) => [
        subtotal,
        ...detailedBreakdowns.map(({ value }) => value),
      ]) ?? []),
    ]),
  ];
  return new Set(amounts.flatMap((each) => (each ? [each.currency] : [])));
}

function toOrder(wire: WireOrder): Omit<Order, 'lacksTaxData' | 'source'> {
  const { salesChannel, fulfillment, programs, orderItems, recipient } = wire;
  const amazonStatus = fulfillment?.fulfillmentStatus ?? 'not said';
  const status = STATUSES.get(amazonStatus.toUpperCase()) ?? 'other';
  const items = orderItems.map((item) => toItem(item, status));
  const grandTotal = named(wire.proceeds?.grandTotal, status);
  const charges = namedCharges(readOrderCharges(wire), status);
  const place = recipient?.deliveryAddress;
  const shipTimes = wire.packages.flatMap(({ shipTime }) => shipTime ?? []).sort();
  return {
    orderId: wire.orderId,
    sellerOrderId: wire.orderAliases.find(({ aliasType }) => aliasType === 'SELLER_ORDER_ID')?.aliasId ?? null,
    createdAt: wire.createdTime,
    lastUpdatedAt: wire.lastUpdatedTime,
    status,
    amazonStatus,
    detail: 'api',
    channel: /^non[-_ ]amazon/i.test(salesChannel.channelName) ? 'non-amazon' : 'amazon',
    marketplaceId: salesChannel.marketplaceId,
    marketplaceName: salesChannel.marketplaceName,
    fulfilledBy: fulfilledBy(fulfillment?.fulfilledBy ?? null),
    serviceLevel: fulfillment?.fulfillmentServiceLevel ?? null,
    programs,
    isBusiness: programs.includes('AMAZON_BUSINESS') || items.some(({ isBusinessPrice }) => isBusinessPrice),
    isReplacementOf:
      wire.associatedOrders.find(({ associationType }) =>
        /^(REPLACEMENT|EXCHANGE)_ORIGINAL_ID$/.test(associationType ?? ''),
      )?.orderId ?? null,
    currency: isPending(status) ? currencyNamed({ grandTotal, charges, items }) : ([...currenciesOf(wire)][0] ?? null),
    grandTotal,
    charges,
    payments: toPayments(wire),
    taxRegistrations: toRegistrations(wire),
    shipToCity: place?.city ?? null,
    shipToState: place?.stateOrRegion ?? null,
    shipToCountry: place?.countryCode ?? null,
    shippedAt: shipTimes[0] ?? null,
    deliverBy: fulfillment?.deliverByWindow?.latestDateTime ?? null,
    items,
  };
}

function toItem(wire: WireOrderItem, status: OrderStatus): OrderItem {
  const { product, proceeds, tax } = wire;
  const collection = tax?.taxCollections[0];
  const charges = namedCharges(readItemCharges(proceeds?.breakdowns ?? []), status);
  return {
    orderItemId: wire.orderItemId,
    itemKey: wire.orderItemId,
    sku: product?.sellerSku ?? null,
    asin: product?.asin ?? null,
    title: product?.title ?? null,
    quantityOrdered: wire.quantityOrdered,
    quantityShipped: wire.fulfillment?.quantityFulfilled ?? null,
    isCancelled: Boolean(wire.cancellation?.cancellationExecution),
    unitPrice: named(product?.price?.unitPrice, status),
    isBusinessPrice: product?.price?.priceDesignation === 'BUSINESS_PRICE',
    charges,
    proceedsTotal: named(proceeds?.proceedsTotal, status),
    pointsGranted: named(wire.expense?.pointsCost?.pointsGranted?.pointsMonetaryValue, status),
    promotionIds: (wire.promotion?.breakdowns ?? []).flatMap(({ promotionId }) => promotionId ?? []),
    isTaxCollectedByAmazon: collection?.model ? collection.model === 'MARKETPLACE_FACILITATOR' : null,
    taxCollector: collection?.responsibleParty ?? null,
    taxReportingScheme: tax?.taxCalculationBreakdowns[0]?.reportingScheme ?? null,
    iossNumber: wire.fulfillment?.shipping?.internationalShipping?.iossNumber ?? null,
  };
}

/** While an order is pending Amazon names no price; a zero there is not a price of nothing. */
function named(amount: Money | null | undefined, status: OrderStatus): Money | null {
  return amount && !(isPending(status) && amount.minor === 0n) ? amount : null;
}

function namedCharges(charges: readonly OrderCharge[], status: OrderStatus): readonly OrderCharge[] {
  return charges.filter(({ amount }) => named(amount, status) !== null);
}

function isPending(status: OrderStatus): boolean {
  return status === 'pending' || status === 'pending-availability';
}

/** That of any amount that is kept. */
function currencyNamed({ grandTotal, charges, items }: Pick<Order, 'grandTotal' | 'charges' | 'items'>) {
  const ofItems = items.flatMap((item) => [item.unitPrice, item.proceedsTotal, item.pointsGranted, ...amountsOf(item)]);
  return [grandTotal, ...amountsOf({ charges }), ...ofItems].find((amount) => amount !== null)?.currency ?? null;
}

function amountsOf({ charges }: Pick<Order, 'charges'>): readonly Money[] {
  return charges.map(({ amount }) => amount);
}

function fulfilledBy(word: string | null): Order['fulfilledBy'] {
  if (word === 'AMAZON') return 'amazon';
  return word === 'MERCHANT' ? 'merchant' : null;
}

function toPayments(wire: WireOrder): readonly OrderPaymentPart[] {
  return (wire.payment?.paymentExecutions ?? []).flatMap(({ paymentMethod, paymentAmount: amount }) => {
    const method = paymentMethod ?? 'not said';
    return amount ? [{ method, amount }] : [];
  });
}

function toRegistrations(wire: WireOrder): readonly TaxRegistration[] {
  return (wire.tax?.taxRegistrations ?? []).flatMap((registration) => {
    const { entityType, taxRegistrationType: type, taxRegistrationNumber: number } = registration;
    const of = ENTITIES.get(entityType ?? '') ?? 'other';
    if (!type || !number || type === 'CPF') return [];
    const isOfCompany = of === 'merchant' || of === 'marketplace' || BUSINESS_REGISTRATIONS.has(type);
    return isOfCompany ? [{ of, type, number }] : [];
  });
}
