import type { Order, OrderRecord } from '../app/index.ts';
import { formatMoney, type Money, Problem, sumMoney } from '../core/index.ts';

/** What the buyer pays by the charges of the items and of the order; `null` while Amazon names no price. */
export function chargesTotal(order: Order): Money | null {
  const charges = [...order.charges, ...order.items.flatMap((item) => item.charges)];
  if (order.currency === null || charges.length === 0) return null;
  return sumMoney(
    order.currency,
    charges.map(({ amount }) => amount),
  );
}

/** An order for programs; amounts are decimal text. */
export function orderView({ order, firstSeenAt, changedAt }: OrderRecord) {
  const { source: _source, ...facts } = order;
  const total = chargesTotal(order);
  return { ...moneyAsText(facts), chargesTotal: total && formatMoney(total), firstSeenAt, changedAt };
}

/** Amounts as decimal text and currency, wherever they stand. */
export function moneyAsText(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withText(member)]));
}

function withText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withText);
  if (typeof value !== 'object' || value === null) return value;
  if ('minor' in value && typeof value.minor === 'bigint') return moneyText(value as Money);
  return moneyAsText(value);
}

/** An amount as decimal text with its currency. */
export function moneyText(amount: Money): { readonly currency: string; readonly amount: string } {
  return { currency: amount.currency, amount: formatMoney(amount) };
}

/** Nobody knows any more who bought it. */
export function buyerGone(orderId: string): Problem {
  return new Problem({
    code: 'BUYER_GONE',
    kind: 'invalid',
    says: `No buyer of order ${orderId} is kept: buyers are off, or it was deleted when its time was over.`,
    next: 'Look the order up in Seller Central. Buyers are switched on by feeds.buyers in the connection file.',
  });
}
