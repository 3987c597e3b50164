import { formatMoney, type Money, money } from '../core/index.ts';
import type { JournalEntry, Proof } from '../ledger/index.ts';
import { type LineMeanings, OWN_MEANINGS } from './line-meanings.ts';
import { isMultiChannelMarketplace } from './marketplace.ts';
import { paysOrder } from './order-kinds.ts';
import type { MarketplaceFinder } from './propose-home.ts';
import type { SettlementHeader, SettlementLine, SettlementTables } from './settlement.ts';

/** What one settlement pays of one order, in one marketplace. */
export interface SettledOrder {
  readonly orderId: string;
  /** As the account table names it. */
  readonly marketplace: string;
  /** Amazon's sign: positive is paid to the seller. */
  readonly amount: Money;
  /** The order was accrued, so its rows clear the receivable; otherwise they are revenue. */
  readonly isCleared: boolean;
}

interface OrderSum {
  readonly orderId: string;
  readonly marketplace: number;
  readonly isCleared: boolean;
  minor: bigint;
}

/**
 * Tells the rows that pay for orders from all others while a settlement is read, and adds them up order by order.
 * Memory grows with the number of orders. A row of another sales channel pays no order on Amazon.
 */
export class OrderRows {
  readonly #isAccrued: (orderId: string) => boolean;
  readonly #kinds = new Map<number, boolean>();
  readonly #sums = new Map<string, OrderSum>();
  #tables: SettlementTables | undefined;
  #meanings: LineMeanings = OWN_MEANINGS;

  /** `isAccrued` says of an order whether it stands as a receivable already. */
  constructor(isAccrued: (orderId: string) => boolean) {
    this.#isAccrued = isAccrued;
  }

  /** What rows mean is said by the account table that they are booked by. */
  header(tables: SettlementTables, meanings: LineMeanings): void {
    this.#tables = tables;
    this.#meanings = meanings;
  }

  /** Takes every row once; `true` when it clears the receivable of its order. */
  take(line: SettlementLine): boolean {
    if (!this.#pays(line)) return false;
    const orderId = line.orderId();
    if (orderId === '') return false;
    const key = `${line.marketplace} ${orderId}`;
    const known = this.#sums.get(key);
    if (known) {
      known.minor += line.amountMinor;
      return known.isCleared;
    }
    const isCleared = this.#isAccrued(orderId);
    this.#sums.set(key, { orderId, marketplace: line.marketplace, isCleared, minor: line.amountMinor });
    return isCleared;
  }

  /** By order, whatever the order of the rows. A row whose marketplace is not known quarantines its settlement, so it is left out. */
  settled(header: SettlementHeader, marketplaces: MarketplaceFinder): readonly SettledOrder[] {
    const merged = new Map<string, SettledOrder>();
    for (const { orderId, marketplace, isCleared, minor } of this.#sums.values()) {
      const place = marketplaces.find(marketplace)?.name;
      if (place === undefined) continue;
      const key = `${orderId} ${place}`;
      const amount = money(header.currency, minor + (merged.get(key)?.amount.minor ?? 0n));
      merged.set(key, { orderId, marketplace: place, amount, isCleared });
    }
    return [...merged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, order]) => order);
  }

  #pays({ triple, marketplace }: SettlementLine): boolean {
    const known = this.#kinds.get(triple);
    const pays = known ?? this.#paysAs(triple);
    if (known === undefined) this.#kinds.set(triple, pays);
    return pays && !isMultiChannelMarketplace(this.#tables?.marketplaces[marketplace] ?? '');
  }

  #paysAs(triple: number): boolean {
    const words = this.#tables?.triples[triple];
    if (words === undefined) return false;
    return paysOrder(words, this.#meanings.kindOf(words, { isMultiChannel: false }));
  }
}

/** What the settlement pays of accrued orders, order by order, against the lines that clear the receivable. */
export function proveOrdersCleared(
  header: SettlementHeader,
  orders: readonly SettledOrder[],
  entries: readonly JournalEntry[],
): Proof {
  let paid = 0n;
  for (const { isCleared, amount } of orders) if (isCleared) paid += amount.minor;
  let cleared = 0n;
  for (const { lines } of entries)
    for (const line of lines) if (line.kind === 'order-receivable') cleared -= line.amount.minor;
  return {
    name: 'orders-cleared',
    ok: paid === cleared,
    expected: formatMoney(money(header.currency, paid)),
    actual: formatMoney(money(header.currency, cleared)),
    says: 'What the rows pay of accrued orders, order by order, against what is taken off their receivable.',
  };
}
