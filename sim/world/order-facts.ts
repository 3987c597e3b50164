import type { EpochSeconds } from '../../src/core/index.ts';
import type { BusinessEvent, Leg } from './events.ts';
import { eventsOf, oncePerWorld, type PlacedEvent } from './events-of-world.ts';
import type { LegKind } from './legs.ts';
import type { Marketplace } from './marketplaces.ts';
import { createRandom, DIGITS, type Random, UPPER_AND_DIGITS } from './random.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const PENDING_MINUTES = 30;

/** What a buyer pays for one item, in minor units. All are positive or nought, discounts too. */
export interface ItemCharges {
  readonly item: bigint;
  readonly shipping: bigint;
  readonly giftWrap: bigint;
  readonly itemTax: bigint;
  readonly shippingTax: bigint;
  readonly giftWrapTax: bigint;
  readonly itemDiscount: bigint;
  readonly shippingDiscount: bigint;
  /** Tax that the buyer does not pay because of a discount. */
  readonly taxDiscount: bigint;
}

export interface WorldOrderItem {
  readonly orderItemId: string;
  readonly sku: string;
  readonly asin: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: bigint;
  readonly charges: ItemCharges;
  /** What the points granted to the buyer cost the seller. */
  readonly pointsMinor: bigint;
  readonly promotionIds: readonly string[];
}

/** An order from the moment it was placed. */
export interface WorldOrder {
  readonly orderId: string;
  readonly sellerOrderId: string;
  readonly marketplace: Marketplace;
  readonly fulfilledBy: 'AMAZON' | 'MERCHANT';
  /** Placed in the seller's own shop and sent from Amazon's stock. */
  readonly isOtherChannel: boolean;
  readonly isBusiness: boolean;
  readonly isPrime: boolean;
  readonly isTaxCollectedByAmazon: boolean;
  readonly orderedAt: EpochSeconds;
  /** The payment is accepted, and prices are shown. */
  readonly confirmedAt: EpochSeconds;
  readonly shippedAt: EpochSeconds | undefined;
  readonly deliveredAt: EpochSeconds | undefined;
  readonly cancelledAt: EpochSeconds | undefined;
  readonly items: readonly WorldOrderItem[];
}

export type WorldOrderStatus = 'PENDING' | 'UNSHIPPED' | 'SHIPPED' | 'CANCELLED';

/** An order as it looked at a moment. */
export interface OrderView {
  readonly order: WorldOrder;
  readonly status: WorldOrderStatus;
  readonly lastUpdatedAt: EpochSeconds;
  readonly isDelivered: boolean;
}

/** Every order of the seller by the moment it was placed, also those that were cancelled and left no event. */
export const ordersOf = oncePerWorld((world): readonly WorldOrder[] =>
  eventsOf(world)
    .filter(({ event }) => event.kind === 'order' || event.kind === 'other channel order')
    .flatMap((placed) => {
      const random = createRandom(`order/${world.seed}/${world.sellerId}/${placed.event.orderId}`);
      const order = orderOf(placed, random);
      return !order.isOtherChannel && random.chance(30) ? [order, cancelledBeside(order, random)] : [order];
    })
    .sort((left, right) => left.orderedAt - right.orderedAt || (left.orderId < right.orderId ? -1 : 1)),
);

/** Undefined before the order was placed. */
export function viewOrder(order: WorldOrder, at: EpochSeconds): OrderView | undefined {
  const { orderedAt, confirmedAt, shippedAt, deliveredAt, cancelledAt } = order;
  if (at < orderedAt) return undefined;
  const since = (moment: EpochSeconds | undefined): moment is EpochSeconds => moment !== undefined && at >= moment;
  if (since(cancelledAt)) return { order, status: 'CANCELLED', lastUpdatedAt: cancelledAt, isDelivered: false };
  if (since(deliveredAt)) return { order, status: 'SHIPPED', lastUpdatedAt: deliveredAt, isDelivered: true };
  if (since(shippedAt)) return { order, status: 'SHIPPED', lastUpdatedAt: shippedAt, isDelivered: false };
  if (since(confirmedAt)) return { order, status: 'UNSHIPPED', lastUpdatedAt: confirmedAt, isDelivered: false };
  return { order, status: 'PENDING', lastUpdatedAt: orderedAt, isDelivered: false };
}

/** Price and tax less discounts: what the buyer pays for the item. */
export function proceedsOf({ charges }: WorldOrderItem): bigint {
  return priceOf(charges) + taxOf(charges) - discountOf(charges);
}

export function priceOf(charges: ItemCharges): bigint {
  return charges.item + charges.shipping + charges.giftWrap;
}

export function taxOf(charges: ItemCharges): bigint {
  return charges.itemTax + charges.shippingTax + charges.giftWrapTax;
}

export function discountOf(charges: ItemCharges): bigint {
  return charges.itemDiscount + charges.shippingDiscount + charges.taxDiscount;
}

/** Amazon's number of the product behind a SKU: the same everywhere and every time. */
export function asinOf(sku: string): string {
  return `B0${createRandom(`asin/${sku}`).text(8, UPPER_AND_DIGITS)}`;
}

function orderOf({ event, marketplace }: PlacedEvent, random: Random): WorldOrder {
  const orderedAt = event.postedAt - random.between(HOUR, 3 * DAY);
  const isOtherChannel = event.kind === 'other channel order';
  return {
    orderId: event.orderId,
    sellerOrderId: event.merchantOrderId,
    marketplace,
    fulfilledBy: event.channel === 'MFN' ? 'MERCHANT' : 'AMAZON',
    isOtherChannel,
    isBusiness: !isOtherChannel && random.chance(50),
    isPrime: event.channel === 'AFN' && !isOtherChannel && random.chance(600),
    isTaxCollectedByAmazon: event.legs.some((leg) => leg.kind === 'productTaxWithheld'),
    orderedAt,
    confirmedAt: orderedAt + PENDING_MINUTES * MINUTE,
    shippedAt: event.postedAt,
    deliveredAt: event.postedAt + random.between(DAY, 4 * DAY),
    cancelledAt: undefined,
    items: itemsOf(event),
  };
}

/** Somebody ordered the same about that time and thought better of it. */
function cancelledBeside(order: WorldOrder, random: Random): WorldOrder {
  const orderedAt = order.orderedAt + random.between(0, 6 * HOUR);
  const orderId = `${order.orderId.slice(0, 3)}-${random.text(7, DIGITS)}-${random.text(7, DIGITS)}`;
  return {
    ...order,
    orderId,
    sellerOrderId: orderId,
    orderedAt,
    confirmedAt: orderedAt + PENDING_MINUTES * MINUTE,
    shippedAt: undefined,
    deliveredAt: undefined,
    cancelledAt: orderedAt + random.between(HOUR, 20 * HOUR),
    items: order.items.map((item) => ({ ...item, orderItemId: random.text(14, DIGITS) })),
  };
}

function itemsOf(event: BusinessEvent): WorldOrderItem[] {
  const legsByItem = new Map<string, Leg[]>();
  let current = '';
  for (const leg of event.legs) {
    // Points name no item; they follow the other rows of theirs.
    current = leg.orderItemCode ?? current;
    legsByItem.set(current, [...(legsByItem.get(current) ?? []), leg]);
  }
  return [...legsByItem].map(([orderItemId, legs]) => itemOf(orderItemId, legs));
}

function itemOf(orderItemId: string, legs: readonly Leg[]): WorldOrderItem {
  const sum = (...kinds: readonly LegKind[]): bigint =>
    legs.reduce((total, leg) => (kinds.includes(leg.kind) ? total + leg.minor : total), 0n);
  const products = legs.filter((leg) => leg.kind === 'product' || leg.kind === 'otherChannelProduct');
  const quantity = products.reduce((total, leg) => total + (leg.quantity ?? 0), 0);
  const sku = products[0]?.sku ?? '';
  const item = sum('product', 'otherChannelProduct');
  return {
    orderItemId,
    sku,
    asin: asinOf(sku),
    title: `The well-known ${sku}`,
    quantity,
    unitPriceMinor: quantity === 0 ? 0n : item / BigInt(quantity),
    charges: {
      item,
      shipping: sum('shipping'),
      giftWrap: sum('giftWrap'),
      itemTax: sum('productTax'),
      shippingTax: sum('shippingTax'),
      giftWrapTax: sum('giftWrapTax'),
      itemDiscount: -sum('productPromotion'),
      shippingDiscount: -sum('shippingPromotion'),
      taxDiscount: -sum('taxPromotion'),
    },
    pointsMinor: -sum('pointsGranted'),
    promotionIds: [...new Set(legs.flatMap((leg) => leg.promotionId ?? []))],
  };
}
