/** A pretend seller's books, kept in memory by the real use cases: in either model, with accruals and without. */
import {
  financeEventsOf,
  financeStatusAt,
  printSettlement,
  type SellerWorld,
  settlementIdAt,
  type WorldFinanceEvent,
} from '../../sim/world/index.ts';
import { digestSettlementContent, readSettlementFile } from '../../src/amazon/index.ts';
import {
  accrueMonthEnd,
  accrueShippedOrders,
  type ConnectionContext,
  type ConnectionId,
  type FinanceAmount,
  type FinanceEvent,
  type FinanceEventRecord,
  receiveEvidence,
  SYSTEM,
} from '../../src/app/index.ts';
import {
  firstDayOf,
  formatInstant,
  type LocalDate,
  money,
  nextYearMonth,
  parseLocalDate,
  silentLog,
  type YearMonth,
  yearMonthOf,
} from '../../src/core/index.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import type { AccountTable } from '../../src/mapping/index.ts';
import { type MemoryBooks, memoryBooks } from './memory-books.ts';
import { TestClock } from './test-clock.ts';

export const DAY_S = 86_400;
const SYNC_EVERY_DAYS = 3;
/** Of a month's closing, after the month. */
const CLOSING_DAY = 6;
const FEED_LAG_S = 120;

export interface BooksPlan {
  readonly model: 'settlement' | 'orders';
  readonly accrues: boolean;
  readonly table: AccountTable;
  /** Default 3. */
  readonly syncEveryDays?: number;
  /** A month is closed before the orders and settlements of that day are read. Default: after them. */
  readonly closesFirst?: boolean;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** What was done when, in seconds: an auditor needs no more to say what the books must be. */
export interface Schedule {
  readonly syncs: readonly number[];
  /** Each month that was accrued and closed, and when. */
  readonly closings: readonly { readonly month: YearMonth; readonly at: number }[];
}

export interface LivedBooks extends Schedule {
  readonly memory: MemoryBooks;
  readonly context: ConnectionContext;
}

/** A sync every few days until a week after the world's end, each of which reads the feeds, accrues orders and receives files. */
export function scheduleOf({ from, to, accrues, syncEveryDays = SYNC_EVERY_DAYS }: BooksPlan): Schedule {
  const startAt = secondsOf(from) + 6 * 3_600;
  const endAt = secondsOf(to) + 7 * DAY_S;
  const closings: { month: YearMonth; at: number }[] = [];
  if (accrues) {
    for (let month = yearMonthOf(from); ; month = nextYearMonth(month)) {
      const at = secondsOf(firstDayOf(nextYearMonth(month))) + (CLOSING_DAY - 1) * DAY_S + 9 * 3_600;
      if (at > secondsOf(to)) break;
      closings.push({ month, at });
    }
  }
  const syncs = new Set([...closings.map(({ at }) => at), endAt]);
  for (let at = startAt; at <= endAt; at += syncEveryDays * DAY_S) syncs.add(at);
  return { closings, syncs: [...syncs].sort((a, b) => a - b) };
}

export async function liveThrough(world: SellerWorld, plan: BooksPlan): Promise<LivedBooks> {
  const schedule = scheduleOf(plan);
  const clock = new TestClock(0);
  const { memory, context } = openBooks(world, plan, clock);
  const received = new Set<string>();
  for (const at of schedule.syncs) {
    await clock.sleep(at * 1000 - clock.nowMs());
    const closing = schedule.closings.find((each) => each.at === at);
    if (closing && plan.closesFirst) await accrue(context, memory, closing.month);
    const { waiting } = await accrueShippedOrders(context, { keepAlive: async () => {} });
    if (waiting.length > 0) throw new Error(waiting[0]?.says);
    for (const settlement of world.settlements) {
      const { settlementId } = settlement;
      if (received.has(settlementId) || arrivesAt(settlement) > at) continue;
      received.add(settlementId);
      await receive(context, printSettlement(settlement), settlementId);
    }
    if (closing && !plan.closesFirst) await accrue(context, memory, closing.month);
  }
  return { ...schedule, memory, context };
}

/** The day after its period ended. */
export function arrivesAt({ endAt }: { readonly endAt: number }): number {
  return endAt + DAY_S;
}

/** Until when a sync at that moment has read the events. */
export function completeAt(at: number): number {
  return at - FEED_LAG_S;
}

function openBooks(
  world: SellerWorld,
  plan: BooksPlan,
  clock: TestClock,
): { memory: MemoryBooks; context: ConnectionContext } {
  const connection = {
    id: '1' as unknown as ConnectionId,
    name: 'world',
    sellerAccount: world.sellerId,
    settings: {},
    createdAt: '',
  };
  const told = tellEvents(world, clock);
  const memory = memoryBooks({
    connection,
    nowMs: () => clock.nowMs(),
    told,
    completeUntil: () => formatInstant(completeAt(clock.nowMs() / 1000)),
    periods:
      plan.model === 'orders'
        ? [{ model: 'orders', from: plan.from, summarise: 'day', ordinal: 1, recordedAt: '' }]
        : [],
  });
  const context: ConnectionContext = {
    connection,
    books: memory.books,
    reports: {} as ConnectionContext['reports'],
    ledger: { findByPostingKey: async () => [] } as unknown as ConnectionContext['ledger'],
    table: plan.table,
    posting: { approval: 'automatic', quietPeriodMs: 1, leaveWithinMs: 60_000, leaseMs: 180_000, bookFrom: null },
    readSettlement: readSettlementFile,
    digestContent: digestSettlementContent,
    clock,
    randomness: systemRandomness,
    log: silentLog,
    programVersion: 'test',
    actor: SYSTEM,
    onProgress: () => {},
  };
  return { memory, context };
}

async function receive(
  context: ConnectionContext,
  printed: { readonly bytes: Uint8Array; readonly contentType: string },
  name: string,
): Promise<void> {
  const chunks = async function* () {
    yield printed.bytes;
  };
  const facts = { origin: 'test', contentType: printed.contentType, headers: {} };
  const { sha256 } = await context.books.putEvidence(chunks(), facts);
  const record = await receiveEvidence(context, sha256, name);
  if (record.state !== 'proposed') throw new Error(`${name} is ${record.state}: ${record.problem?.says}`);
}

async function accrue(context: ConnectionContext, memory: MemoryBooks, month: YearMonth): Promise<void> {
  const finished = formatInstant(completeAt(context.clock.nowMs() / 1000));
  const run = { startedAt: finished, finishedAt: finished, isUpToDate: true, completeUntil: finished, problems: [] };
  const feeds = { ...memory.books, listFeedRuns: async () => [{ feed: 'finances', ...run } as const] };
  await accrueMonthEnd(context, feeds, {
    month,
    sides: 'both',
    why: null,
    isDryRun: false,
    leaveOutUnknown: false,
    mayBeIncomplete: false,
  });
}

/** What Amazon tells at the moment of asking. */
function tellEvents(world: SellerWorld, clock: TestClock): () => readonly FinanceEventRecord[] {
  const all = financeEventsOf(world).map((finance) => ({ finance, base: eventOf(finance) }));
  let known: { readonly at: number; readonly records: readonly FinanceEventRecord[] } = { at: -1, records: [] };
  return () => {
    const at = clock.nowMs() / 1000;
    if (known.at === at) return known.records;
    const visible = all.filter(({ finance }) => finance.visibleAt <= at && finance.event.postedAt < completeAt(at));
    known = { at, records: visible.map(({ finance, base }) => recordAt(finance, base, at)) };
    return known.records;
  };
}

function recordAt(finance: WorldFinanceEvent, base: FinanceEvent, at: number): FinanceEventRecord {
  const seenAt = formatInstant(finance.visibleAt);
  const status = ({ DEFERRED: 'deferred', RELEASED: 'released', DEFERRED_RELEASED: 'deferred-released' } as const)[
    financeStatusAt(finance, at)
  ];
  const event = { ...base, status, settlementId: settlementIdAt(finance, at) ?? null };
  return { connectionId: '1' as unknown as ConnectionId, event, firstSeenAt: seenAt, changedAt: seenAt, revision: 1 };
}

function eventOf(finance: WorldFinanceEvent): FinanceEvent {
  const { event, marketplace, items, tree, deferral } = finance;
  const { currency } = marketplace;
  const leaves = (nodes: WorldFinanceEvent['tree'], item: number | null): FinanceAmount[] => {
    const walk = (below: WorldFinanceEvent['tree'], above: readonly string[]): FinanceAmount[] =>
      below.flatMap((node) => {
        const path = [...above, node.name];
        return node.below.length > 0 ? walk(node.below, path) : [{ item, path, amount: money(currency, node.minor) }];
      });
    return walk(nodes, []);
  };
  const isItemised = items.length > 0 && items.every((item) => item.tree.length > 0);
  return {
    eventKey: finance.transactionId,
    eventType: finance.transactionType,
    status: 'released',
    amazonStatus: '',
    description: null,
    postedAt: formatInstant(event.postedAt),
    total: money(currency, finance.totalMinor),
    accountType: 'STANDARD_ORDERS',
    marketplaceId: marketplace.marketplaceId,
    orderId: event.orderId === '' ? null : event.orderId,
    settlementId: null,
    eventGroupId: finance.eventGroupId,
    relatedIds: [],
    deferralReason: deferral?.reason ?? null,
    maturesAt: deferral ? formatInstant(deferral.maturesAt) : null,
    items: items.map(({ sku, quantity, totalMinor }) => ({
      sku,
      channel: event.channel === '' ? null : event.channel,
      asin: null,
      quantity: quantity ?? null,
      description: null,
      total: money(currency, totalMinor),
      relatedIds: [],
    })),
    amounts: isItemised ? items.flatMap((item, index) => leaves(item.tree, index)) : leaves(tree, null),
    ties: true,
    source: {},
  };
}

function secondsOf(day: LocalDate): number {
  return Date.parse(parseLocalDate(day)) / 1000;
}
