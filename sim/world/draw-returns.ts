import type { EpochSeconds } from '../../src/core/index.ts';
import { DAY_S } from '../../src/core/index.ts';
import { type BusinessEvent, eventOf, type Leg, portionOf } from './events.ts';
import { isOrderLegKind, type LegKind, REFUND_OF } from './legs.ts';
import { BASE64, DIGITS, type Random } from './random.ts';

export type ReturnKind = 'refund' | 'A-to-z claim' | 'chargeback';

const PRODUCT_LEG_OF: Readonly<Record<ReturnKind, LegKind>> = {
  refund: 'productReturned',
  'A-to-z claim': 'claimPaid',
  chargeback: 'chargebackPaid',
};

/**
 * The buyer of an order gets the money of its first item back: every leg returns with the opposite sign, except what
 * Amazon keeps, and Amazon charges a fifth of the referral fee for the trouble.
 */
export function drawReturn(random: Random, order: BusinessEvent, kind: ReturnKind): BusinessEvent {
  const item = firstUnitOf(order.legs.filter((leg) => belongsTo(leg, order.legs[0])));
  const adjustmentItemId = random.text(12, DIGITS);
  const legs = item.flatMap((leg): Leg[] => {
    const back = isOrderLegKind(leg.kind) ? REFUND_OF[leg.kind] : undefined;
    if (!back) return [];
    const { quantity: _notRepeated, ...rest } = leg;
    const legKind = back === 'productReturned' ? PRODUCT_LEG_OF[kind] : back;
    return [{ ...rest, kind: legKind, minor: -leg.minor, adjustmentItemId }];
  });
  const referral = item.find((leg) => leg.kind === 'referralFee');
  const fee = referral ? portionOf(referral.minor, 200) : 0n;
  if (referral && fee !== 0n) {
    const { quantity: _notRepeated, ...rest } = referral;
    legs.push({ ...rest, kind: 'refundFee', minor: fee, adjustmentItemId });
  }
  return eventOf({
    kind,
    postedAt: drawReturnMoment(random, order),
    orderId: order.orderId,
    merchantOrderId: order.merchantOrderId,
    adjustmentId: drawAdjustmentId(random),
    channel: order.channel,
    marketplaceShown: order.marketplaceShown,
    legs,
  });
}

/** The rows of points carry no item code, so they go with the first item of their SKU. */
function belongsTo(leg: Leg, first: Leg | undefined): boolean {
  if (leg.kind === 'pointsGranted') return leg.sku === first?.sku;
  return leg.orderItemCode === first?.orderItemCode;
}

/** Of identical twin rows only one set comes back. */
function firstUnitOf(legs: readonly Leg[]): readonly Leg[] {
  return legs.filter((leg, index) => legs.findIndex((other) => other.kind === leg.kind) === index);
}

/** Never before the sale itself was settled. */
function drawReturnMoment(random: Random, order: BusinessEvent): EpochSeconds {
  return order.settledAt + random.between(2 * DAY_S, 25 * DAY_S);
}

/** Tax that a state demands later: charged to the buyer and withheld in the same breath, so it nets to nothing. */
export function drawTaxChargedAfterwards(random: Random, order: BusinessEvent): BusinessEvent {
  const product = order.legs.find((leg) => leg.kind === 'product');
  const tax = portionOf(product?.minor ?? 0n, 10) + 1n;
  const item = { ...(product?.sku !== undefined && { sku: product.sku }) };
  return eventOf({
    kind: 'tax charged afterwards',
    postedAt: drawReturnMoment(random, order),
    orderId: order.orderId,
    merchantOrderId: order.merchantOrderId,
    marketplaceShown: 'all rows',
    legs: [
      { kind: 'taxRecharged', minor: tax, ...item },
      { kind: 'taxRechargedWithheld', minor: -tax, ...item },
    ],
  });
}

export function drawAdjustmentId(random: Random): string {
  return `amzn1:crow:${random.text(22, BASE64)}`;
}
