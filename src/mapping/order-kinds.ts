import type { LineKind } from './line-kind.ts';
import { foldName } from './marketplace.ts';
import type { LineTriple } from './settlement.ts';

/**
 * What an order is worth to the buyer: what the orders model books when the goods are shipped. Amazon's fees, what it
 * withholds, and what is given back are booked by the settlement in either model.
 */
const ACCRUED_KINDS: ReadonlySet<LineKind> = new Set<LineKind>([
  'product-sale',
  'shipping-income',
  'gift-wrap-income',
  'cod-charge',
  'promotion-product',
  'promotion-shipping',
  'promotion-gift-wrap',
  'promotion-tax',
  'points-cost',
  'sales-tax-collected',
]);

/** Events by which Amazon says that goods of an order were shipped, and what they are worth. */
export const ORDER_EVENT_TYPES: readonly string[] = ['Shipment'];

/** The one type of row by which an order is paid; refunds and corrections have types of their own. */
const ORDER_TYPE = 'order';

/** Whether the orders model books this kind when an order is shipped. */
export function isAccruedKind(kind: LineKind): boolean {
  return ACCRUED_KINDS.has(kind);
}

/** Whether the row pays what an order is worth, so that it clears the receivable of an order that was accrued. */
export function paysOrder(triple: LineTriple, kind: LineKind | undefined): boolean {
  return kind !== undefined && isAccruedKind(kind) && foldName(triple.transactionType) === ORDER_TYPE;
}
