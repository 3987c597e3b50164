import type { ChargeSubject, OrderCharge } from '../../app/index.ts';
import { type Money, money } from '../../core/index.ts';
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
  if (type === 'TAX') return split('tax', subtotal, detailedBreakdowns);
  if (type === 'DISCOUNT') return split('discount', subtotal, detailedBreakdowns);
  const subject = SUBJECTS.get(type) ?? 'other';
  // A price below zero is money the buyer is spared; turned into a positive price it would count twice the wrong way.
  if (subtotal.minor < 0n) return [{ kind: 'discount', subject, amount: subtotal }];
  return [{ kind: 'price', subject, amount: subtotal }];
}

/**
 * The details whose subject is known, and one charge for all the rest. A tax is positive and a discount negative as a whole;
 * within it a detail may go the other way, as the tax does that is taken back on a discount.
 */
function split(
  kind: 'tax' | 'discount',
  told: Money,
  details: Breakdown['detailedBreakdowns'],
): readonly OrderCharge[] {
  const known = details.flatMap(({ subtype, value }) => {
    const subject = SUBJECTS.get(subtype ?? '');
    return subject && value?.currency === told.currency ? [{ subject, minor: value.minor }] : [];
  });
  const isTurned = kind === 'tax' ? told.minor < 0n : told.minor > 0n;
  // Where all of them go another way than their total, it is the total that is written the other way.
  const isContrary = known.length > 0 && known.every(({ minor }) => minor * told.minor < 0n);
  const total = isTurned ? -told.minor : told.minor;
  const charges = known.map(({ subject, minor }): OrderCharge => {
    const amount = money(told.currency, isTurned === isContrary ? minor : -minor);
    return { kind, subject, amount };
  });
  const rest = charges.reduce((left, { amount }) => left - amount.minor, total);
  if (rest === 0n && charges.length > 0) return charges;
  return [...charges, { kind, subject: 'other', amount: money(told.currency, rest) }];
}
