import type { EpochSeconds } from '../../src/core/index.ts';
import type { LegKind } from './legs.ts';

/** What happened in the seller's business. Printing turns each leg into one row of the settlement file. */
export type EventKind =
  | 'order'
  | 'other channel order'
  | 'refund'
  | 'A-to-z claim'
  | 'chargeback'
  | 'tax charged afterwards'
  | 'FBA service'
  | 'advertising'
  | 'account movement'
  | 'promotion service'
  | 'liquidation'
  | 'sister account debt'
  | 'fee of an unknown kind';

/** What the column `transaction-type` says for each kind of event. */
export const TRANSACTION_TYPES: Readonly<Record<EventKind, string>> = {
  order: 'Order',
  'other channel order': 'Order',
  refund: 'Refund',
  'A-to-z claim': 'A-to-z Guarantee Refund',
  chargeback: 'Chargeback Refund',
  'tax charged afterwards': 'Order_Retrocharge',
  'FBA service': 'FBAFees',
  advertising: 'ServiceFee',
  'account movement': 'other-transaction',
  'promotion service': 'AmazonFees',
  liquidation: 'Liquidations',
  'sister account debt': 'Debt Adjustment',
  'fee of an unknown kind': 'AmazonFees',
};

export interface Leg {
  readonly kind: LegKind;
  /** Minor units in Amazon's sign: positive is credit to the seller. */
  readonly minor: bigint;
  readonly sku?: string;
  readonly orderItemCode?: string;
  readonly adjustmentItemId?: string;
  readonly quantity?: number;
  readonly promotionId?: string;
  /** Words that only this leg has, for example why stock was reimbursed. */
  readonly detail?: string;
}

export interface BusinessEvent {
  readonly kind: EventKind;
  /** When it happened: what the file calls posted. */
  readonly postedAt: EpochSeconds;
  /** When it entered the seller's balance. Later than `postedAt` for an order whose money was deferred. */
  readonly settledAt: EpochSeconds;
  /** An order, a shipment, a removal or a coupon; empty when the event names none. */
  readonly orderId: string;
  readonly merchantOrderId: string;
  readonly adjustmentId: string;
  readonly shipmentId: string;
  readonly channel: 'AFN' | 'MFN' | '';
  /** Which marketplace the rows name. `product rows only` is Amazon's habit of leaving it out on the others. */
  readonly marketplaceShown: 'all rows' | 'product rows only' | 'none' | 'other channel';
  readonly legs: readonly Leg[];
}

/** An event with the columns it does not use left empty. */
export function eventOf(
  facts: Pick<BusinessEvent, 'kind' | 'postedAt' | 'legs'> & Partial<BusinessEvent>,
): BusinessEvent {
  return {
    settledAt: facts.postedAt,
    orderId: '',
    merchantOrderId: '',
    adjustmentId: '',
    shipmentId: '',
    channel: '',
    marketplaceShown: 'none',
    ...facts,
  };
}

export function sumLegs(events: Iterable<BusinessEvent>): bigint {
  let sum = 0n;
  for (const event of events) for (const leg of event.legs) sum += leg.minor;
  return sum;
}

/** `perMille` thousandths of an amount, halves rounded away from zero. */
export function portionOf(minor: bigint, perMille: number): bigint {
  const size = minor < 0n ? -minor : minor;
  const part = (size * BigInt(perMille) + 500n) / 1000n;
  return minor < 0n ? -part : part;
}
