import type { CurrencyCode, EpochSeconds } from '../../core/index.ts';
import type { FinanceEvent, Order } from '../amazon-feeds.ts';
import { type GroupSums, groupOfPath, noSums, ORDER_GROUPS, type OrderGroup, orderedAmount } from './order-amounts.ts';

/** Why what was ordered and what was paid differ; the first ones are no differences to look into. */
export const ORDER_REASONS = [
  'matched',
  'tax-treatment',
  'partly-shipped',
  'not-due-yet',
  'other-channel',
  'replacement',
  'paid-not-ordered',
  'ordered-not-paid',
  'amount-differs',
] as const;
export type OrderReason = (typeof ORDER_REASONS)[number];

/** Why financial events and settlement rows of an order differ. */
export const EVENT_REASONS = [
  'matched',
  'deferred',
  'not-settled-yet',
  'event-without-row',
  'row-without-event',
  'amount-differs',
] as const;
export type EventReason = (typeof EVENT_REASONS)[number];

/** Reasons that a person should look into. */
export const OPEN_ORDER_REASONS: ReadonlySet<OrderReason> = new Set<OrderReason>([
  'paid-not-ordered',
  'ordered-not-paid',
  'amount-differs',
]);
export const OPEN_EVENT_REASONS: ReadonlySet<EventReason> = new Set<EventReason>([
  'event-without-row',
  'row-without-event',
  'amount-differs',
]);

/** What the settlements say of one order in one currency. Minor units in Amazon's sign. */
export interface OrderRows {
  /** Goods, shipping, gift wrap and discounts of the sale, without tax. */
  saleMinor: bigint;
  taxOfSaleMinor: bigint;
  isMultiChannel: boolean;
  /** Some row is one of a sale or a refund of goods, so an order is behind it; otherwise it may be a shipment or a removal. */
  hasSale: boolean;
  readonly groups: GroupSums;
  readonly settlements: Set<string>;
}

/** The difference of one order between two sources: `paid − ordered`, or by group `rows − events`. */
export interface OrderResidual {
  readonly orderId: string;
  readonly currency: CurrencyCode;
  readonly orderedMinor: bigint;
  readonly paidMinor: bigint;
  readonly residualMinor: bigint;
  readonly reason: OrderReason;
  readonly settlements: readonly string[];
}

export interface EventResidual {
  readonly orderId: string;
  readonly currency: CurrencyCode;
  readonly group: OrderGroup;
  readonly eventMinor: bigint;
  readonly rowMinor: bigint;
  readonly residualMinor: bigint;
  readonly reason: EventReason;
  readonly settlements: readonly string[];
}

/** When something is due, so that what only needs time is told apart from what is missing. */
export interface MatchTimes {
  /** Orders that shipped and events that were posted before this should be in a settlement. */
  readonly dueBefore: EpochSeconds;
  /** By currency: the end of the newest settlement. What was posted after it cannot be settled. */
  readonly settledUntil: ReadonlyMap<CurrencyCode, EpochSeconds>;
}

/** What was ordered beside what was paid for it. `undefined` when neither says anything of a sale. Pure. */
export function matchOrdered(
  orderId: string,
  currency: CurrencyCode,
  sources: {
    readonly order: Order | undefined;
    readonly rows: OrderRows | undefined;
    readonly events: readonly FinanceEvent[];
  },
  times: MatchTimes,
): OrderResidual | undefined {
  const { order, rows, events } = sources;
  const told = order && isShipped(order) ? orderedAmount(order) : null;
  const ordered = told?.currency === currency && order?.channel === 'amazon' ? told : null;
  if (!ordered && !rows?.hasSale) return undefined;
  const orderedMinor = ordered ? ordered.netMinor + ordered.taxMinor : 0n;
  const paidMinor = rows?.hasSale ? rows.saleMinor + rows.taxOfSaleMinor : 0n;
  const reason = (): OrderReason => {
    if (rows?.isMultiChannel || order?.channel === 'non-amazon') return 'other-channel';
    if (paidMinor === orderedMinor && ordered) return 'matched';
    if (order && order.isReplacementOf !== null && paidMinor === 0n) return 'replacement';
    if (!ordered) return order && !isShipped(order) ? 'amount-differs' : 'paid-not-ordered';
    // Whether a price contains its tax is not said, so either reading is a match.
    if (rows && (rows.saleMinor === ordered.netMinor || rows.saleMinor === orderedMinor)) return 'tax-treatment';
    // Amazon's own event says better than the calendar that the money is held back.
    const waits = events.some((event) => event.status === 'deferred' || !isSettledBy(event, currency, times));
    if (!rows?.hasSale) {
      return !waits && isDue(shippedAt(order), currency, times) ? 'ordered-not-paid' : 'not-due-yet';
    }
    return ordered.isPartial || isSplit(order, times, currency) ? 'partly-shipped' : 'amount-differs';
  };
  return {
    orderId,
    currency,
    orderedMinor,
    paidMinor,
    residualMinor: paidMinor - orderedMinor,
    reason: reason(),
    settlements: [...(rows?.settlements ?? [])].sort(),
  };
}

/** Financial events beside settlement rows, by group; groups in which neither says anything are left out. Pure. */
export function matchEvents(
  orderId: string,
  currency: CurrencyCode,
  sources: { readonly events: readonly FinanceEvent[]; readonly rows: OrderRows | undefined },
  times: MatchTimes,
): readonly EventResidual[] {
  const { rows } = sources;
  const events = sources.events.filter((event) => isIn(event, currency));
  const sums = noSums();
  const deferred = noSums();
  const young = noSums();
  for (const event of events) {
    const isYoung = !isSettledBy(event, currency, times);
    for (const { path, amount } of event.amounts) {
      if (amount.currency !== currency) continue;
      const group = groupOfPath(path);
      sums[group] += amount.minor;
      if (event.status === 'deferred') deferred[group] += amount.minor;
      else if (isYoung) young[group] += amount.minor;
    }
  }
  const settlements = [...(rows?.settlements ?? [])].sort();
  return ORDER_GROUPS.flatMap((group): EventResidual[] => {
    const eventMinor = sums[group];
    const rowMinor = rows?.groups[group] ?? 0n;
    const residualMinor = rowMinor - eventMinor;
    if (eventMinor === 0n && rowMinor === 0n) return [];
    const facts = { orderId, currency, group, eventMinor, rowMinor, residualMinor, settlements };
    return [
      {
        ...facts,
        reason: eventReason({ residualMinor, deferred: deferred[group], young: young[group], events, rows }),
      },
    ];
  });
}

function eventReason(facts: {
  readonly residualMinor: bigint;
  readonly deferred: bigint;
  readonly young: bigint;
  readonly events: readonly FinanceEvent[];
  readonly rows: OrderRows | undefined;
}): EventReason {
  const { residualMinor, deferred, young, events, rows } = facts;
  if (residualMinor === 0n) return 'matched';
  if (deferred !== 0n && residualMinor === -deferred) return 'deferred';
  if ((young !== 0n || deferred !== 0n) && residualMinor === -(young + deferred)) return 'not-settled-yet';
  if (events.length === 0) return 'row-without-event';
  if (!rows) return 'event-without-row';
  return 'amount-differs';
}

/** Amazon has a settlement for it, or should have one. */
function isSettledBy(event: FinanceEvent, currency: CurrencyCode, times: MatchTimes): boolean {
  if (event.settlementId !== null) return true;
  if (event.postedAt === null) return true;
  // A deferred event keeps its time when it is released, which is not before its maturity.
  const releasedAt = Math.max(Date.parse(event.postedAt), Date.parse(event.maturesAt ?? event.postedAt)) / 1000;
  return isDue(releasedAt, currency, times);
}

function isDue(at: EpochSeconds, currency: CurrencyCode, { dueBefore, settledUntil }: MatchTimes): boolean {
  return at < dueBefore && at < (settledUntil.get(currency) ?? 0);
}

/** A part of it may still be on its way to a later settlement. */
function isSplit(order: Order | undefined, times: MatchTimes, currency: CurrencyCode): boolean {
  return order !== undefined && order.items.length > 1 && !isDue(shippedAt(order), currency, times);
}

function isIn(event: FinanceEvent, currency: CurrencyCode): boolean {
  return event.amounts.some(({ amount }) => amount.currency === currency);
}

function isShipped({ status }: Order): boolean {
  return status === 'shipped' || status === 'partially-shipped';
}

function shippedAt(order: Order | undefined): EpochSeconds {
  return order ? Date.parse(order.shippedAt ?? order.createdAt) / 1000 : 0;
}
