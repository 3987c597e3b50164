import type { ChargeSubject, OrderCharge } from '../../app/index.ts';
import { type Money, money, sumMoney } from '../../core/index.ts';
import type { WireOrder, WireOrderItem } from './wire.ts';

/** Amazon's words for what an amount is for. `OTHER`, and a word added later, is `other`. */
const SUBJECTS: ReadonlyMap<string, ChargeSubject> = new Map([
  ['ITEM', 'item'],
  ['SHIPPING', 'shipping'],
  ['GIFT_WRAP', 'gift-wrap'],
  ['COD_FEE', 'cod-fee'],
  ['DELIVERY_TIP', 'tip'],
]);

type Breakdown = NonNullable<WireOrderItem['proceeds']>['breakdowns'][number];

/** What Amazon states for one item, each amount once. The charges of a tax or discount always sum to its subtotal. */
export function readItemCharges(breakdowns: readonly Breakdown[]): readonly OrderCharge[] {
  return breakdowns.flatMap(readBreakdown);
}

/**
 * What belongs to the order and to no item. The order repeats the sums of its items by type, and these must not count
 * again, so that only a type that no item has is taken.
 */
export function readOrderCharges(order: WireOrder): readonly OrderCharge[] {
  const typesOfItems = new Set(
    order.orderItems.flatMap((item) => item.proceeds?.breakdowns.map(({ type }) => type) ?? []),
  );
  return (order.proceeds?.breakdowns ?? [])
    .filter(({ type }) => !typesOfItems.has(type))
    .flatMap(({ type, subtotal }) => readBreakdown({ type, subtotal, detailedBreakdowns: [] }));
}

function readBreakdown({ type, subtotal, detailedBreakdowns }: Breakdown): readonly OrderCharge[] {
  if (type === 'TAX') return split('tax', absolute(subtotal), detailedBreakdowns, absolute);
  if (type === 'DISCOUNT') return split('discount', spared(subtotal), detailedBreakdowns, spared);
  const subject = SUBJECTS.get(type) ?? 'other';
  // A price below zero is money the buyer is spared; turned into a positive price it would count twice the wrong way.
  if (subtotal.minor < 0n) return [{ kind: 'discount', subject, amount: subtotal }];
  return [{ kind: 'price', subject, amount: subtotal }];
}

/**
 * The details whose subject is known, and one charge for all the rest. The rest of a tax may be negative: that is the tax
 * taken back on a discount.
 */
function split(
  kind: 'tax' | 'discount',
  total: Money,
  details: Breakdown['detailedBreakdowns'],
  normalise: (amount: Money) => Money,
): readonly OrderCharge[] {
  const known = details.flatMap(({ subtype, value }): OrderCharge[] => {
    const subject = SUBJECTS.get(subtype ?? '');
    const isComparable = value?.currency === total.currency;
    return subject && value && isComparable ? [{ kind, subject, amount: normalise(value) }] : [];
  });
  const sum = sumMoney(
    total.currency,
    known.map(({ amount }) => amount),
  );
  const rest = money(total.currency, total.minor - sum.minor);
  if (rest.minor === 0n && known.length > 0) return known;
  return [...known, { kind, subject: 'other', amount: rest }];
}

function absolute(amount: Money): Money {
  return money(amount.currency, amount.minor < 0n ? -amount.minor : amount.minor);
}

function spared(amount: Money): Money {
  return money(amount.currency, amount.minor > 0n ? -amount.minor : amount.minor);
}
