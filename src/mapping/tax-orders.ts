/** Adds up, order by order, the tax that was collected from buyers and the tax that Amazon withheld to pay it itself. */
import type { SettlementBucket } from './buckets.ts';
import type { LineKind } from './line-kind.ts';
import type { LineMeanings } from './line-meanings.ts';
import type { SettlementLine, SettlementTables } from './settlement.ts';

/** An order on which Amazon withheld another tax than was collected. */
export interface OrderTaxResidual {
  /** Empty for rows that name no order. */
  readonly orderId: string;
  /** As compared: an order, its refund and its retrocharge are looked at apart. */
  readonly transactionType: string;
  /** Amazon's sign; they would be zero together. */
  readonly collectedMinor: bigint;
  readonly withheldMinor: bigint;
  /** Its latest bucket with withheld tax: where what is left is booked. The order of the rows does not matter. */
  readonly bucket: number;
}

/** Only orders on which Amazon withheld tax. Tax on any other order is the seller's own to pay. */
export interface FacilitatorTax {
  readonly orderCount: number;
  readonly collectedMinor: bigint;
  readonly withheldMinor: bigint;
  /** Sorted by order and type. */
  readonly residuals: readonly OrderTaxResidual[];
}

type TaxRole = 'collected' | 'withheld';

const ROLES: Readonly<Partial<Record<LineKind, TaxRole>>> = {
  'sales-tax-collected': 'collected',
  'promotion-tax': 'collected',
  'promotion-tax-reversal': 'collected',
  'retrocharge-tax': 'collected',
  'facilitator-tax-withheld': 'withheld',
  'facilitator-vat-withheld': 'withheld',
  'low-value-goods-tax-withheld': 'withheld',
  'retrocharge-tax-withheld': 'withheld',
};

interface OrderTax {
  collected: bigint;
  withheld: bigint;
  /** Below zero until a row with withheld tax has come. */
  bucket: number;
}

/** What rows of one triple are here, and the orders of their transaction type; `null` for rows that are no tax. */
type TripleTax = { readonly role: TaxRole; readonly orders: Map<string, OrderTax> } | null;

/** Memory grows with the orders that have tax; rows that are no tax cost one look-up by number. */
export class TaxOrders {
  readonly #tables: SettlementTables;
  readonly #meanings: LineMeanings;
  readonly #ofTriple: TripleTax[] = [];
  readonly #ofType = new Map<string, Map<string, OrderTax>>();
  #last: { readonly orders: Map<string, OrderTax>; readonly orderId: string; readonly order: OrderTax } | undefined;

  constructor(tables: SettlementTables, meanings: LineMeanings) {
    this.#tables = tables;
    this.#meanings = meanings;
  }

  add(line: SettlementLine, bucket: number, buckets: readonly SettlementBucket[]): void {
    let known = this.#ofTriple[line.triple];
    if (known === undefined) {
      known = this.#taxOf(line.triple);
      this.#ofTriple[line.triple] = known;
    }
    if (known === null) return;
    const order = this.#orderOf(known.orders, line.orderId());
    if (known.role === 'collected') {
      order.collected += line.amountMinor;
      return;
    }
    order.withheld += line.amountMinor;
    if (order.bucket !== bucket && this.#isLater(buckets[bucket], buckets[order.bucket])) order.bucket = bucket;
  }

  sums(): FacilitatorTax {
    let [orderCount, collectedMinor, withheldMinor] = [0, 0n, 0n];
    const residuals: OrderTaxResidual[] = [];
    for (const [transactionType, orders] of this.#ofType) {
      for (const [orderId, { collected, withheld, bucket }] of orders) {
        if (bucket < 0) continue;
        orderCount += 1;
        collectedMinor += collected;
        withheldMinor += withheld;
        if (collected + withheld === 0n) continue;
        residuals.push({ orderId, transactionType, collectedMinor: collected, withheldMinor: withheld, bucket });
      }
    }
    residuals.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return { orderCount, collectedMinor, withheldMinor, residuals };
  }

  /** Rows of one order mostly follow each other, and comparing two texts is faster than looking one up. */
  #orderOf(orders: Map<string, OrderTax>, orderId: string): OrderTax {
    if (this.#last?.orders === orders && this.#last.orderId === orderId) return this.#last.order;
    let order = orders.get(orderId);
    if (!order) {
      order = { collected: 0n, withheld: 0n, bucket: -1 };
      orders.set(orderId, order);
    }
    this.#last = { orders, orderId, order };
    return order;
  }

  #taxOf(number: number): TripleTax {
    const triple = this.#tables.triples[number];
    const kind = triple && this.#meanings.kindOf(triple, { isMultiChannel: false });
    const role = kind && ROLES[kind];
    if (!triple || !role) return null;
    const type = triple.transactionType.trim().toLowerCase();
    const orders = this.#ofType.get(type) ?? new Map<string, OrderTax>();
    this.#ofType.set(type, orders);
    return { role, orders };
  }

  #isLater(one: SettlementBucket | undefined, other: SettlementBucket | undefined): boolean {
    if (!one || !other) return other === undefined;
    if (one.at !== other.at) return one.at > other.at;
    return this.#nameOf(one) > this.#nameOf(other);
  }

  /** Tells buckets of one time apart by what they are, not by the number they happened to get. */
  #nameOf({ triple, marketplace, channel, skuPatterns }: SettlementBucket): string {
    const { triples, marketplaces, channels } = this.#tables;
    const words = triples[triple];
    const names = [words?.transactionType, words?.amountType, words?.amountDescription, marketplaces[marketplace]];
    return [...names, channels[channel], skuPatterns.join(' ')].join('\n');
  }
}

function keyOf({ orderId, transactionType }: OrderTaxResidual): string {
  return `${orderId}\n${transactionType}`;
}
