import type { CurrencyCode } from '../../core/index.ts';
import { type LineKind, lineKindFacts } from '../../mapping/index.ts';
import type { FinanceAmount, Order, OrderItem } from '../amazon-feeds.ts';

/** What an amount of an order is for, coarse enough that all three sources can say it. */
export const ORDER_GROUPS = ['sales', 'shipping', 'promotion', 'tax', 'withheld', 'fees', 'other'] as const;
export type OrderGroup = (typeof ORDER_GROUPS)[number];

/** Minor units by group, in Amazon's sign. */
export type GroupSums = Record<OrderGroup, bigint>;

export function noSums(): GroupSums {
  return { sales: 0n, shipping: 0n, promotion: 0n, tax: 0n, withheld: 0n, fees: 0n, other: 0n };
}

/** The group of a settlement row by what it means; a row that nobody knows is `other`. */
export function groupOfKind(kind: LineKind | undefined): OrderGroup {
  if (kind === undefined) return 'other';
  const { group, nature } = lineKindFacts(kind);
  if (group === 81 || group === 82 || kind === 'retrocharge-tax-withheld') return 'withheld';
  if (group === 89) return 'fees';
  if (nature === 'tax') return 'tax';
  if (group === 13 || group === 22) return 'promotion';
  if (group === 11 || group === 12 || group === 21) return 'shipping';
  // Claims and chargebacks have one group for goods and delivery, which Amazon's events keep apart.
  if (kind === 'claim-shipping' || kind === 'chargeback-shipping') return 'shipping';
  if (nature === 'expense') return 'fees';
  // What is declared for an order of another channel is the price of goods to Amazon's events.
  if (group === 46) return 'sales';
  if (nature === 'revenue' || nature === 'contra-revenue') return 'sales';
  return 'other';
}

/** Kinds of a sale as the buyer pays it: goods, shipping, gift wrap and the discounts on them. */
export function isOfSale(kind: LineKind | undefined): boolean {
  if (kind === undefined) return false;
  const { group, nature } = lineKindFacts(kind);
  return [10, 11, 12, 13].includes(group) || (group === 14 && nature === 'revenue');
}

/** Tax that the buyer pays with a sale; given back it is negative and belongs to a refund. */
export function isTaxOfSale(kind: LineKind | undefined, minor: bigint): boolean {
  if (kind === undefined) return false;
  return lineKindFacts(kind).group === 80 && minor > 0n;
}

/** The group of an amount of a financial event by Amazon's own tree. */
export function groupOfPath(path: FinanceAmount['path']): OrderGroup {
  const [root = '', branch = ''] = path;
  const leaf = path.at(-1) ?? '';
  if (/Facilitator|LowValueGoods|^TCS|^TDS|Withheld/i.test(leaf)) return 'withheld';
  if (root === 'Expenses') return 'fees';
  if (root !== 'Sales' || /Liquidation/i.test(leaf)) return 'other';
  if (/Discount/i.test(leaf) && /Tax/i.test(leaf)) return 'tax';
  if (/Tax$|VAT|GST/i.test(leaf)) return 'tax';
  if (/^Promo|Discount/i.test(branch) || /Discount/i.test(leaf)) return 'promotion';
  if (/^(Shipping|GiftWrap)/i.test(branch)) return 'shipping';
  return 'sales';
}

/** What a buyer was to pay for what was shipped of an order. Minor units. */
export interface OrderedAmount {
  readonly currency: CurrencyCode;
  /** Price, shipping, gift wrap and other charges less discounts. */
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  /** Something of it was not shipped. */
  readonly isPartial: boolean;
}

/**
 * What an order comes to by the orders feed: its items as far as they were shipped, and its own charges. `null` for an order
 * without prices. A part of an item counts by its pieces, cut to whole minor units.
 */
export function orderedAmount(order: Order): OrderedAmount | null {
  if (order.currency === null) return null;
  let netMinor = 0n;
  let taxMinor = 0n;
  let isPartial = false;
  for (const item of order.items) {
    const [shipped, ordered] = piecesOf(item, order);
    if (shipped < ordered) isPartial = true;
    for (const { kind, amount } of item.charges) {
      const minor = ordered === 0n ? 0n : (amount.minor * shipped) / ordered;
      if (kind === 'tax') taxMinor += minor;
      else netMinor += minor;
    }
  }
  for (const { kind, amount } of order.charges) {
    if (kind === 'tax') taxMinor += amount.minor;
    else netMinor += amount.minor;
  }
  return { currency: order.currency, netMinor, taxMinor, isPartial };
}

function piecesOf(item: OrderItem, order: Order): readonly [shipped: bigint, ordered: bigint] {
  const ordered = BigInt(item.quantityOrdered);
  if (item.isCancelled) return [0n, ordered];
  if (item.quantityShipped === null) return [order.status === 'shipped' ? ordered : 0n, ordered];
  return [BigInt(item.quantityShipped), ordered];
}
