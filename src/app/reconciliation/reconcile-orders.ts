import { assert, type CurrencyCode, epochSecondsOfUtcMidnight, type LocalDate, Problem } from '../../core/index.ts';
import {
  isMultiChannelMarketplace,
  type LineKind,
  type LineMeanings,
  type SettlementTables,
} from '../../mapping/index.ts';
import type { FinanceEvent, TimeWindow } from '../amazon-feeds.ts';
import { daysAfter } from './days.ts';
import type { ConnectionFacts, KnownSettlement, ReconciliationContext } from './gather.ts';
import {
  EVENT_REASONS,
  type EventReason,
  type EventResidual,
  type MatchTimes,
  matchEvents,
  matchOrdered,
  OPEN_EVENT_REASONS,
  OPEN_ORDER_REASONS,
  ORDER_REASONS,
  type OrderReason,
  type OrderResidual,
  type OrderRows,
} from './match-order.ts';
import { groupOfKind, isOfSale, isTaxOfSale, noSums, ORDER_GROUPS, type OrderGroup } from './order-amounts.ts';

/** Rows of the settlements of one pass; a period with more of them is read in several passes, so that memory is bounded. */
const ROWS_PER_PASS = 1_500_000;
const ORDERS_AT_ONCE = 500;
/** Differences that are listed one by one; the sums are over all. */
export const RESIDUALS_LISTED_MAX = 5_000;
/** Rows of an order may stand in settlements before the period too. */
const DAYS_BEFORE = 90;
/** An order that shipped so long ago should be in a settlement, also when it was deferred. */
export const ORDER_DUE_DAYS = 21;

export interface Tally {
  count: number;
  minor: bigint;
}

/** Orders beside settlements in one currency; `residual = paid − ordered = Σ reasons`. */
export interface OrderTotals {
  readonly currency: CurrencyCode;
  orderedMinor: bigint;
  paidMinor: bigint;
  readonly reasons: Readonly<Record<OrderReason, Tally>>;
}

/** Financial events beside settlements in one currency and group; `residual = rows − events = Σ reasons`. */
export interface EventTotals {
  readonly currency: CurrencyCode;
  readonly group: OrderGroup;
  eventMinor: bigint;
  rowMinor: bigint;
  readonly reasons: Readonly<Record<EventReason, Tally>>;
}

/** Orders, financial events and settlement rows of a period, matched order by order. */
export interface OrderMatching {
  readonly from: LocalDate;
  readonly until: LocalDate;
  readonly orderCount: number;
  readonly settlementIds: readonly string[];
  readonly orders: readonly OrderTotals[];
  readonly events: readonly EventTotals[];
  /** What a person should look into, the largest first; at most `RESIDUALS_LISTED_MAX`. */
  readonly orderResiduals: readonly OrderResidual[];
  readonly eventResiduals: readonly EventResidual[];
  /** Further ones that are in the sums only. */
  readonly notListed: number;
}

/**
 * Matches what was ordered, what Amazon's events say and what the settlements pay: every order that shipped in the period,
 * has an event in it, or has rows in a settlement that ended in it. Its rows are looked for in all settlements from 90 days
 * before the period on. Memory is bounded by passes over the files. The residuals add up to the differences, which is asserted.
 *
 * Raises `FEEDS_NOT_READ` (unavailable) before orders and events were read once: every order would look as if it were missing.
 */
export async function reconcileOrders(
  context: ReconciliationContext,
  facts: ConnectionFacts,
  period: { readonly from: LocalDate; readonly until: LocalDate },
): Promise<OrderMatching> {
  await assertFeedsRead(context, facts.connection);
  const matcher = new OrderMatcher(context, facts, period);
  return matcher.match();
}

async function assertFeedsRead(
  { feedBooks }: Pick<ReconciliationContext, 'feedBooks'>,
  { id, name }: ConnectionFacts['connection'],
): Promise<void> {
  const runs = await feedBooks.listFeedRuns(id);
  const unread = (['orders', 'finances'] as const).filter(
    (feed) => (runs.find((run) => run.feed === feed)?.completeUntil ?? null) === null,
  );
  if (unread.length === 0) return;
  throw new Problem({
    code: 'FEEDS_NOT_READ',
    kind: 'unavailable',
    says: `Orders cannot be compared with settlements yet: of connection ${name} ${unread.map((feed) => FEED_WORDS[feed]).join(' and ')} were never read to an end.`,
    next: `Read them first: seller-ledger feeds sync ${name}`,
  });
}

const FEED_WORDS = { orders: 'the orders', finances: 'the financial events' } as const;

class OrderMatcher {
  readonly #context: ReconciliationContext;
  readonly #facts: ConnectionFacts;
  readonly #period: { readonly from: LocalDate; readonly until: LocalDate };
  readonly #inside: readonly KnownSettlement[];
  readonly #around: readonly KnownSettlement[];
  readonly #times: MatchTimes;
  readonly #orders = new Map<CurrencyCode, OrderTotals>();
  readonly #events = new Map<string, EventTotals>();
  readonly #orderResiduals: OrderResidual[] = [];
  readonly #eventResiduals: EventResidual[] = [];
  #orderCount = 0;
  #notListed = 0;

  constructor(
    context: ReconciliationContext,
    facts: ConnectionFacts,
    period: { readonly from: LocalDate; readonly until: LocalDate },
  ) {
    this.#context = context;
    this.#facts = facts;
    this.#period = period;
    const start = epochSecondsOfUtcMidnight(period.from);
    const end = epochSecondsOfUtcMidnight(daysAfter(period.until, 1));
    const first = epochSecondsOfUtcMidnight(daysAfter(period.from, -DAYS_BEFORE));
    const isInside = ({ period: { endAt } }: KnownSettlement) => endAt >= start && endAt < end;
    this.#inside = facts.settlements.filter(isInside);
    this.#around = facts.settlements.filter((each) => !isInside(each) && each.period.endAt >= first);
    const settledUntil = new Map<CurrencyCode, number>();
    for (const { period: each } of facts.settlements) {
      settledUntil.set(each.currency, Math.max(each.endAt, settledUntil.get(each.currency) ?? 0));
    }
    const dueBefore = epochSecondsOfUtcMidnight(daysAfter(context.today, -ORDER_DUE_DAYS));
    this.#times = { dueBefore, settledUntil };
  }

  async match(): Promise<OrderMatching> {
    const rowCount = this.#inside.reduce((sum, { record }) => sum + record.lineCount, 0);
    const passes = Math.max(1, Math.ceil(rowCount / ROWS_PER_PASS));
    for (let pass = 0; pass < passes; pass += 1) {
      await this.#matchPart((orderId) => passes === 1 || partOf(orderId, passes) === pass);
    }
    return this.#result();
  }

  async #matchPart(isMine: (orderId: string) => boolean): Promise<void> {
    const rows = new Map<string, Map<CurrencyCode, OrderRows>>();
    for (const settlement of this.#inside) await this.#read(settlement, rows, isMine);
    const subjects = new Set(rows.keys());
    for (const orderId of await this.#ordersOfPeriod(isMine)) subjects.add(orderId);
    for (const settlement of this.#around) await this.#read(settlement, rows, (orderId) => subjects.has(orderId));
    const ordered = [...subjects].sort();
    for (let at = 0; at < ordered.length; at += ORDERS_AT_ONCE) {
      await this.#matchBatch(ordered.slice(at, at + ORDERS_AT_ONCE), rows);
    }
  }

  async #ordersOfPeriod(isMine: (orderId: string) => boolean): Promise<readonly string[]> {
    const { reconciliation } = this.#context;
    const { id } = this.#facts.connection;
    const window: TimeWindow = {
      from: `${this.#period.from}T00:00:00.000Z`,
      until: `${daysAfter(this.#period.until, 1)}T00:00:00.000Z`,
    };
    const found: string[] = [];
    for (const list of [reconciliation.shippedOrderIds, reconciliation.eventOrderIds]) {
      for (let after = ''; ; ) {
        const page = await list(id, window, after, ORDERS_AT_ONCE);
        found.push(...page.filter(isMine));
        after = page.at(-1) ?? '';
        if (page.length < ORDERS_AT_ONCE) break;
      }
    }
    return found;
  }

  async #read(
    { record }: KnownSettlement,
    into: Map<string, Map<CurrencyCode, OrderRows>>,
    isMine: (orderId: string) => boolean,
  ): Promise<void> {
    const { books, readSettlement } = this.#context;
    const { meanings } = this.#facts;
    const { currency } = record.header;
    const evidence = await books.describeEvidence(record.sha256);
    let kindAt: (triple: number, marketplace: number) => RowMeaning = () => UNKNOWN_ROW;
    await readSettlement(
      {
        name: `settlement ${record.settlementId}`,
        contentType: evidence.contentType ?? undefined,
        open: () => books.openEvidence(record.sha256),
      },
      {
        header: (_header, tables) => {
          kindAt = meaningFinder(tables, meanings);
        },
        line: (line) => {
          const orderId = line.orderId();
          if (orderId === '' || !isMine(orderId)) return;
          const of = rowsOf(into, orderId, currency);
          addRow(of, kindAt(line.triple, line.marketplace), line.amountMinor);
          of.settlements.add(record.settlementId);
        },
      },
    );
  }

  async #matchBatch(
    orderIds: readonly string[],
    rows: ReadonlyMap<string, ReadonlyMap<CurrencyCode, OrderRows>>,
  ): Promise<void> {
    const { reconciliation } = this.#context;
    const { id } = this.#facts.connection;
    const orders = new Map((await reconciliation.ordersOf(id, orderIds)).map((order) => [order.orderId, order]));
    const events = new Map<string, FinanceEvent[]>();
    for (const event of await reconciliation.eventsOfOrders(id, orderIds)) {
      const of = events.get(event.orderId ?? '');
      if (of) of.push(event);
      else events.set(event.orderId ?? '', [event]);
    }
    for (const orderId of orderIds) {
      const order = orders.get(orderId);
      const own = events.get(orderId) ?? [];
      const currencies = new Set<CurrencyCode>(rows.get(orderId)?.keys());
      if (order?.currency) currencies.add(order.currency);
      for (const { amounts } of own) for (const { amount } of amounts) currencies.add(amount.currency);
      this.#orderCount += 1;
      for (const currency of currencies) {
        const ofOrder = rows.get(orderId)?.get(currency);
        const residual = matchOrdered(orderId, currency, { order, rows: ofOrder, events: own }, this.#times);
        if (residual) this.#addOrder(residual);
        for (const each of matchEvents(orderId, currency, { events: own, rows: ofOrder }, this.#times)) {
          this.#addEvent(each);
        }
      }
    }
  }

  #addOrder(residual: OrderResidual): void {
    const { currency, reason } = residual;
    let totals = this.#orders.get(currency);
    if (!totals) {
      totals = { currency, orderedMinor: 0n, paidMinor: 0n, reasons: tallies(ORDER_REASONS) };
      this.#orders.set(currency, totals);
    }
    totals.orderedMinor += residual.orderedMinor;
    totals.paidMinor += residual.paidMinor;
    count(totals.reasons[reason], residual.residualMinor);
    if (OPEN_ORDER_REASONS.has(reason)) this.#list(this.#orderResiduals, residual);
  }

  #addEvent(residual: EventResidual): void {
    const { currency, group, reason } = residual;
    const key = `${currency} ${group}`;
    let totals = this.#events.get(key);
    if (!totals) {
      totals = { currency, group, eventMinor: 0n, rowMinor: 0n, reasons: tallies(EVENT_REASONS) };
      this.#events.set(key, totals);
    }
    totals.eventMinor += residual.eventMinor;
    totals.rowMinor += residual.rowMinor;
    count(totals.reasons[reason], residual.residualMinor);
    if (OPEN_EVENT_REASONS.has(reason)) this.#list(this.#eventResiduals, residual);
  }

  #list<Residual>(list: Residual[], residual: Residual): void {
    if (list.length < RESIDUALS_LISTED_MAX) list.push(residual);
    else this.#notListed += 1;
  }

  #result(): OrderMatching {
    const orders = [...this.#orders.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
    const events = [...this.#events.values()].sort(
      (a, b) =>
        (a.currency < b.currency ? -1 : a.currency > b.currency ? 1 : 0) ||
        ORDER_GROUPS.indexOf(a.group) - ORDER_GROUPS.indexOf(b.group),
    );
    for (const each of orders) {
      const residual = each.paidMinor - each.orderedMinor;
      assert(sumOfTallies(each.reasons) === residual, `the residuals of orders in ${each.currency} do not add up`);
    }
    for (const each of events) {
      const residual = each.rowMinor - each.eventMinor;
      assert(sumOfTallies(each.reasons) === residual, `the residuals of events in ${each.currency} do not add up`);
    }
    return {
      ...this.#period,
      orderCount: this.#orderCount,
      settlementIds: this.#inside.map(({ record }) => record.settlementId),
      orders,
      events,
      orderResiduals: [...this.#orderResiduals].sort(largestFirst),
      eventResiduals: [...this.#eventResiduals].sort(largestFirst),
      notListed: this.#notListed,
    };
  }
}

interface RowMeaning {
  readonly kind: LineKind | undefined;
  readonly isMultiChannel: boolean;
}

const UNKNOWN_ROW: RowMeaning = { kind: undefined, isMultiChannel: false };

/** A million rows of a hundred kinds cost a hundred classifications. */
function meaningFinder(
  { triples, marketplaces }: SettlementTables,
  meanings: LineMeanings,
): (triple: number, marketplace: number) => RowMeaning {
  const channels: boolean[] = [];
  const known: RowMeaning[] = [];
  return (triple, marketplace) => {
    let isMultiChannel = channels[marketplace];
    if (isMultiChannel === undefined) {
      isMultiChannel = isMultiChannelMarketplace(marketplaces[marketplace] ?? '');
      channels[marketplace] = isMultiChannel;
    }
    const key = triple * 2 + (isMultiChannel ? 1 : 0);
    let meaning = known[key];
    if (!meaning) {
      const words = triples[triple];
      meaning = { isMultiChannel, kind: words && meanings.kindOf(words, { isMultiChannel }) };
      known[key] = meaning;
    }
    return meaning;
  };
}

function rowsOf(into: Map<string, Map<CurrencyCode, OrderRows>>, orderId: string, currency: CurrencyCode): OrderRows {
  let of = into.get(orderId);
  if (!of) {
    of = new Map();
    into.set(orderId, of);
  }
  let rows = of.get(currency);
  if (!rows) {
    rows = {
      saleMinor: 0n,
      taxOfSaleMinor: 0n,
      isMultiChannel: false,
      hasSale: false,
      groups: noSums(),
      settlements: new Set(),
    };
    of.set(currency, rows);
  }
  return rows;
}

/** Adds one row of an order; exported for tests and for whoever has rows by another way. */
export function addRow(rows: OrderRows, { kind, isMultiChannel }: RowMeaning, minor: bigint): void {
  rows.groups[groupOfKind(kind)] += minor;
  if (isMultiChannel) rows.isMultiChannel = true;
  if (isOfSale(kind)) {
    rows.saleMinor += minor;
    rows.hasSale = true;
  } else if (isTaxOfSale(kind, minor)) {
    rows.taxOfSaleMinor += minor;
  }
}

function tallies<Reason extends string>(reasons: readonly Reason[]): Readonly<Record<Reason, Tally>> {
  return Object.fromEntries(reasons.map((reason) => [reason, { count: 0, minor: 0n }])) as Record<Reason, Tally>;
}

function count(tally: Tally, minor: bigint): void {
  tally.count += 1;
  tally.minor += minor;
}

function sumOfTallies(reasons: Readonly<Record<string, Tally>>): bigint {
  return Object.values(reasons).reduce((sum, { minor }) => sum + minor, 0n);
}

function largestFirst(a: { readonly residualMinor: bigint }, b: { readonly residualMinor: bigint }): number {
  const size = (minor: bigint) => (minor < 0n ? -minor : minor);
  const [left, right] = [size(a.residualMinor), size(b.residualMinor)];
  return left > right ? -1 : left < right ? 1 : 0;
}

/** Spreads order numbers evenly over passes, the same in each. */
function partOf(orderId: string, parts: number): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < orderId.length; at += 1) hash = Math.imul(hash ^ orderId.charCodeAt(at), 16_777_619);
  return (hash >>> 0) % parts;
}
