import type { EpochSeconds } from '../../src/core/index.ts';
import { DAY_S } from '../../src/core/index.ts';
import type { Product } from './catalogue.ts';
import { type BusinessEvent, eventOf, type Leg, portionOf } from './events.ts';
import type { LegKind } from './legs.ts';
import type { Marketplace } from './marketplaces.ts';
import { DIGITS, type Random, UPPER_AND_DIGITS } from './random.ts';

/** Draws the orders of one day, each shipped within it. Buyers order between 60 % and 140 % of the given number. */
export function drawOrdersOfDay(
  random: Random,
  marketplace: Marketplace,
  products: readonly Product[],
  dayStart: EpochSeconds,
  ordersPerDay: number,
): BusinessEvent[] {
  const count = random.between(Math.floor(ordersPerDay * 0.6), Math.ceil(ordersPerDay * 1.4));
  const events: BusinessEvent[] = [];
  for (let i = 0; i < count; i += 1) {
    events.push(drawOrder(random, marketplace, products, dayStart + random.between(0, DAY_S - 1)));
  }
  return events;
}

function drawOrder(
  random: Random,
  marketplace: Marketplace,
  products: readonly Product[],
  postedAt: EpochSeconds,
): BusinessEvent {
  const orderId = `${random.pick(marketplace.orderPrefixes)}-${random.text(7, DIGITS)}-${random.text(7, DIGITS)}`;
  const channel = random.chance(850) ? 'AFN' : 'MFN';
  const itemCount = random.pick([1, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
  const isTaxed = marketplace.tax.kind === 'withheld' && random.chance(750);
  const legs: Leg[] = [];
  for (let i = 0; i < itemCount; i += 1) {
    legs.push(...drawItem(random, marketplace, random.pick(products), channel, isTaxed));
  }
  return eventOf({
    kind: 'order',
    postedAt,
    settledAt: postedAt + drawDeferral(random),
    orderId,
    merchantOrderId: orderId,
    shipmentId: `D${random.text(8, UPPER_AND_DIGITS)}`,
    channel,
    marketplaceShown: random.chance(25) ? 'product rows only' : 'all rows',
    legs,
  });
}

/** Most money enters the balance at once; some waits a week after delivery, a business buyer's invoice a month. */
function drawDeferral(random: Random): number {
  if (random.chance(10)) return 30 * DAY_S + random.between(0, DAY_S);
  if (random.chance(40)) return random.between(8 * DAY_S, 12 * DAY_S);
  return 0;
}

function drawItem(
  random: Random,
  marketplace: Marketplace,
  product: Product,
  channel: 'AFN' | 'MFN',
  isTaxed: boolean,
): Leg[] {
  // Two units of one item that left in two parcels are written as two identical sets of rows.
  const isTwin = random.chance(20);
  const quantity = isTwin ? 1 : random.pick([1, 1, 1, 1, 1, 1, 2, 2, 3]);
  const sale = drawSale(random, product, quantity, channel);
  const amounts: (readonly [LegKind, bigint])[] = [
    ['product', sale.product],
    ['shipping', sale.shipping],
    ['giftWrap', sale.giftWrap],
    ['productPromotion', -sale.productPromotion],
    ['shippingPromotion', -sale.shippingPromotion],
    ...(isTaxed ? taxesOf(marketplace, sale) : []),
    ...feesOf(random, marketplace, product, quantity, channel, sale),
  ];
  const shared = { sku: product.sku, orderItemCode: random.text(14, DIGITS), quantity };
  const promotionId = `PAWS-V2-${random.text(12, DIGITS)}-${random.text(3, UPPER_AND_DIGITS)}`;
  const legs = amounts
    .filter(([, minor]) => minor !== 0n)
    .map(([kind, minor]): Leg => {
      // Amazon leaves the item's code out on the rows of Japanese points.
      if (kind === 'pointsGranted') return { kind, minor, sku: product.sku };
      return { kind, minor, ...shared, ...(kind.endsWith('Promotion') && { promotionId }) };
    });
  return isTwin ? [...legs, ...legs] : legs;
}

interface Sale {
  readonly product: bigint;
  readonly shipping: bigint;
  readonly giftWrap: bigint;
  readonly productPromotion: bigint;
  readonly shippingPromotion: bigint;
}

function drawSale(random: Random, product: Product, quantity: number, channel: 'AFN' | 'MFN'): Sale {
  const price = product.priceMinor * BigInt(quantity);
  const shipping = random.chance(channel === 'AFN' ? 120 : 600) ? product.fulfilmentFeeMinor : 0n;
  return {
    product: price,
    shipping,
    giftWrap: random.chance(15) ? product.fulfilmentFeeMinor / 2n : 0n,
    productPromotion: random.chance(80) ? portionOf(price, random.pick([50, 100, 200])) : 0n,
    shippingPromotion: random.chance(500) ? shipping : 0n,
  };
}

function taxesOf(marketplace: Marketplace, sale: Sale): (readonly [LegKind, bigint])[] {
  const rate = marketplace.tax.kind === 'withheld' ? marketplace.tax.perMille : 0;
  const product = portionOf(sale.product, rate);
  const shipping = portionOf(sale.shipping, rate);
  const giftWrap = portionOf(sale.giftWrap, rate);
  const sparedOnProduct = portionOf(sale.productPromotion, rate);
  const sparedOnShipping = portionOf(sale.shippingPromotion, rate);
  return [
    ['productTax', product],
    ['shippingTax', shipping],
    ['giftWrapTax', giftWrap],
    ['taxPromotion', -(sparedOnProduct + sparedOnShipping)],
    ['productTaxWithheld', -(product - sparedOnProduct)],
    ['shippingTaxWithheld', -(shipping - sparedOnShipping)],
    ['giftWrapTaxWithheld', -giftWrap],
  ];
}

function feesOf(
  random: Random,
  marketplace: Marketplace,
  product: Product,
  quantity: number,
  channel: 'AFN' | 'MFN',
  sale: Sale,
): (readonly [LegKind, bigint])[] {
  const isFba = channel === 'AFN';
  const base = sale.product - sale.productPromotion + (isFba ? 0n : sale.shipping - sale.shippingPromotion);
  const referral = portionOf(base, product.referralPerMille);
  return [
    ['referralFee', -referral],
    ['fulfilmentFee', isFba ? -product.fulfilmentFeeMinor * BigInt(quantity) : 0n],
    ['shippingKept', isFba ? -(sale.shipping - sale.shippingPromotion) : 0n],
    ['giftWrapKept', isFba ? -sale.giftWrap : 0n],
    ['digitalServicesFee', -portionOf(referral, marketplace.digitalServicesPerMille)],
    ['pointsGranted', marketplace.hasPoints && random.chance(300) ? -portionOf(sale.product, 10) : 0n],
  ];
}

/** An order from the seller's own shop, sent from Amazon's stock: fees without a sale. */
export function drawOtherChannelOrder(
  random: Random,
  products: readonly Product[],
  postedAt: EpochSeconds,
): BusinessEvent {
  const product = random.pick(products);
  const item = { sku: product.sku, orderItemCode: random.text(14, DIGITS) };
  return eventOf({
    kind: 'other channel order',
    postedAt,
    orderId: `S0${random.between(1, 9)}-${random.text(7, DIGITS)}-${random.text(7, DIGITS)}`,
    merchantOrderId: `SHOP-${random.text(6, DIGITS)}`,
    shipmentId: `D${random.text(8, UPPER_AND_DIGITS)}`,
    channel: 'AFN',
    marketplaceShown: 'other channel',
    legs: [
      { kind: 'otherChannelProduct', minor: 0n, ...item, quantity: 1 },
      { kind: 'otherChannelUnitFee', minor: -product.fulfilmentFeeMinor * 2n, ...item },
      { kind: 'otherChannelTransportFee', minor: -product.fulfilmentFeeMinor / 2n },
    ],
  });
}
