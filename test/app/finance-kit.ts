/** A pretend Amazon and a pretend store for the collectors of finances and payouts: in memory, on one clock, breakable. */
import type {
  AmazonBalance,
  ConnectionId,
  FeedContext,
  FeedCounts,
  FeedCursor,
  FeedPage,
  FinanceEvent,
  FinanceQuery,
  FinanceSummary,
  OverdueQuery,
  Payout,
  TimeWindow,
  UnreadableRecord,
} from '../../src/app/index.ts';
import { type Clock, type LocalDate, Problem, type ProblemKind, parseCurrencyCode } from '../../src/core/index.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const NOW = Date.parse('2026-11-23T12:00:00Z');
export const EUR = parseCurrencyCode('EUR');
export const instant = (ms: number) => new Date(ms).toISOString();

/** Time passes by requests: two seconds each, as the quota has it. */
export class TestTime implements Clock {
  ms = NOW;
  nowMs(): number {
    return this.ms;
  }
  async sleep(ms: number): Promise<void> {
    this.ms += ms;
  }
}

export function problem(code: string, kind: ProblemKind = 'unavailable'): Problem {
  return new Problem({ code, kind, says: `${code} happened`, next: 'Look.' });
}

export function event(key: string, postedMs: number, more: Partial<FinanceEvent> = {}): FinanceEvent {
  return {
    eventKey: key,
    eventType: 'Shipment',
    status: 'released',
    amazonStatus: 'RELEASED',
    description: null,
    postedAt: instant(postedMs),
    total: { currency: EUR, minor: 100n },
    accountType: 'STANDARD_ORDERS',
    marketplaceId: null,
    orderId: `order-${key}`,
    settlementId: null,
    eventGroupId: null,
    relatedIds: [],
    deferralReason: null,
    maturesAt: null,
    items: [],
    amounts: [],
    ties: null,
    source: { transactionId: key },
    ...more,
  };
}

/** Of all accounts, at no day; to be given an amount. */
export const TOTAL: Omit<AmazonBalance, 'amount'> = {
  accountType: null,
  marketplaceId: null,
  balanceType: 'total',
  amazonBalanceType: 'TOTAL',
  asOf: null,
  lastUpdatedAt: null,
};

export function payout(payoutId: string, createdMs: number, more: Partial<Payout> = {}): Payout {
  return {
    payoutId,
    accountType: 'STANDARD_ORDERS',
    marketplaceId: 'A1PA6795UKMFR9',
    status: 'paid',
    amazonStatus: 'PAID',
    steps: [],
    isOnDemand: false,
    amount: { currency: EUR, minor: 5_000n },
    accountTail: '1234',
    paymentMethod: 'BANK_ACCOUNT',
    paymentRail: 'SEPA',
    traceId: `trace-${payoutId}`,
    createdAt: instant(createdMs),
    periodStart: null,
    periodEnd: null,
    settlementIds: [payoutId],
    source: { id: payoutId },
    ...more,
  };
}

export interface Visible<Item> {
  readonly item: Item;
  readonly atMs: number;
  /** Amazon shows it from then on. */
  readonly visibleMs: number;
}

/** What Amazon has, and what it was asked. */
export class PretendFinances {
  readonly events: Visible<FinanceEvent>[] = [];
  readonly payouts: Visible<Payout>[] = [];
  readonly unreadable: UnreadableRecord[] = [];
  readonly summaries = new Map<string, FinanceSummary[]>();
  balances: AmazonBalance[] = [];
  readonly asked: { readonly what: string; readonly token: string | null; readonly atMs: number }[] = [];
  pageSize = 10;
  /** Tokens are taken for so long. */
  tokenLifeMs = 5 * 60_000;
  requestMs = 2_000;
  /** Called before each answer; what it raises is the answer. */
  fault: (what: string, token: string | null) => void = () => {};
  readonly #time: TestTime;

  constructor(time: TestTime) {
    this.#time = time;
  }

  addEvent(item: FinanceEvent, visibleMs = 0): void {
    this.events.push({ item, atMs: Date.parse(item.postedAt!), visibleMs });
  }

  addPayout(item: Payout): void {
    this.payouts.push({ item, atMs: Date.parse(item.createdAt!), visibleMs: 0 });
  }

  asksOf(prefix: string): string[] {
    return this.asked.filter(({ what }) => what.startsWith(prefix)).map(({ what }) => what);
  }

  async listEvents(query: FinanceQuery, token: string | null): Promise<FeedPage<FinanceEvent>> {
    if (query.by === 'posted') {
      const { from, until } = query.window;
      const page = this.#page(`events ${from} ${until}`, token, this.#within(this.events, query.window));
      const isFirst = token === null;
      const kept = isFirst && this.unreadable.length > 0 && until > instant(NOW - DAY) ? this.unreadable : [];
      return { ...page, unreadable: kept };
    }
    if (query.by === 'order') {
      const found = this.events.filter(({ item }) => item.orderId === query.orderId);
      return this.#page(`order ${query.orderId}`, token, found);
    }
    throw new Error('not asked by these collectors');
  }

  async listPayouts(window: TimeWindow, token: string | null): Promise<FeedPage<Payout>> {
    return this.#page(`payouts ${window.from} ${window.until}`, token, this.#within(this.payouts, window));
  }

  async summaryOf(settlementId: string): Promise<readonly FinanceSummary[]> {
    this.#answer(`summary ${settlementId}`, null);
    return this.summaries.get(settlementId) ?? [];
  }

  async balancesOf(day: LocalDate | null): Promise<readonly AmazonBalance[]> {
    this.#answer(`balances ${day ?? 'now'}`, null);
    return this.balances.map((balance) => ({ ...balance, asOf: day }));
  }

  #answer(what: string, token: string | null): void {
    this.#time.ms += this.requestMs;
    this.asked.push({ what, token, atMs: this.#time.ms });
    this.fault(what, token);
  }

  #within<Item>(all: readonly Visible<Item>[], window: TimeWindow): readonly Visible<Item>[] {
    const [from, until] = [Date.parse(window.from), Date.parse(window.until)];
    return all.filter(({ atMs, visibleMs }) => atMs >= from && atMs < until && visibleMs <= this.#time.ms);
  }

  #page<Item>(what: string, token: string | null, found: readonly Visible<Item>[]): FeedPage<Item> {
    this.#answer(what, token);
    const [offset = 0, issuedMs = this.#time.ms] = token === null ? [] : token.split('@').map(Number);
    if (this.#time.ms - issuedMs > this.tokenLifeMs) throw problem('AMAZON_PAGE_TOKEN_EXPIRED');
    const next = offset + this.pageSize;
    return {
      items: found.slice(offset, next).map(({ item }) => item),
      unreadable: [],
      nextToken: next < found.length ? `${next}@${this.#time.ms}` : null,
      completeUntil: null,
    };
  }
}

/** What a killed process leaves behind is what was written. */
export class PretendBooks {
  readonly cursors = new Map<string, FeedCursor>();
  readonly events = new Map<string, FinanceEvent>();
  readonly payouts = new Map<string, Payout>();
  readonly kept = new Map<string, UnreadableRecord>();
  readonly summaries: FinanceSummary[] = [];
  readonly takings: { readonly takenAt: string; readonly balances: readonly AmazonBalance[] }[] = [];
  settlementIds: string[] = [];
  overdue: string[] = [];
  largestBatch = 0;
  writes = 0;
  /** How far the shared clock is ahead of the machine's own. */
  aheadMs = 0;
  /** The process dies before the effect with this number. */
  dieAt = Number.POSITIVE_INFINITY;

  readonly #time: TestTime;

  constructor(time: TestTime) {
    this.#time = time;
  }

  sharedNowMs = async () => this.#time.ms + this.aheadMs;

  #effect(): void {
    this.writes += 1;
    if (this.writes === this.dieAt) throw new Error('killed');
  }

  readCursor = async (_: ConnectionId, strand: string) => this.cursors.get(strand);

  writeCursor = async (_: ConnectionId, strand: string, cursor: FeedCursor) => {
    this.#effect();
    const before = this.cursors.get(strand);
    if (before && cursor.watermark < before.watermark) throw new Error(`${strand} goes back`);
    this.cursors.set(strand, JSON.parse(JSON.stringify(cursor)) as FeedCursor);
  };

  keepUnreadable = async (_: ConnectionId, _feed: string, records: readonly UnreadableRecord[]) => {
    this.#effect();
    for (const record of records) this.kept.set(JSON.stringify(record.source), record);
    return records.length;
  };

  putFinanceEvents = async (_: ConnectionId, events: readonly FinanceEvent[]) =>
    this.#put(this.events, events, (each) => each.eventKey);

  putPayouts = async (_: ConnectionId, payouts: readonly Payout[]) =>
    this.#put(this.payouts, payouts, (each) => each.payoutId);

  #put<Item>(stored: Map<string, Item>, items: readonly Item[], keyOf: (item: Item) => string): FeedCounts {
    this.#effect();
    this.largestBatch = Math.max(this.largestBatch, items.length);
    if (new Set(items.map(keyOf)).size !== items.length) throw new Error('one statement cannot change a row twice');
    const counts = { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 };
    for (const item of items) {
      const before = stored.get(keyOf(item));
      if (before === undefined) counts.inserted += 1;
      else if (textOf(before) === textOf(item)) counts.unchanged += 1;
      else counts.changed += 1;
      stored.set(keyOf(item), item);
    }
    return counts;
  }

  /** Those of `overdue` that are not stored as released by now, in the order of their ids. */
  overdueDeferrals = async (_: ConnectionId, { after, limit }: OverdueQuery) => {
    const stored = [...this.events.values()].filter(({ status }) => status !== 'deferred');
    const released = new Set(stored.map(({ orderId }) => orderId));
    return this.overdue
      .filter((orderId) => !released.has(orderId) && (after === null || orderId > after.orderId))
      .sort()
      .map((orderId) => ({ orderId, dueAt: instant(NOW - 5 * DAY) }))
      .slice(0, limit);
  };

  settlementsWithoutSummary = async (_: ConnectionId, limit: number) =>
    this.settlementIds.filter((id) => !this.summaries.some((each) => each.settlementId === id)).slice(0, limit);

  putSummaries = async (_: ConnectionId, summaries: readonly FinanceSummary[]) => {
    this.#effect();
    // As the store does: what there was of these settlements is replaced.
    const told = new Set(summaries.map(({ settlementId }) => settlementId));
    const others = this.summaries.filter(({ settlementId }) => !told.has(settlementId));
    this.summaries.splice(0, this.summaries.length, ...others, ...summaries);
  };

  putBalances = async (_: ConnectionId, takenAt: string, balances: readonly AmazonBalance[]) => {
    this.#effect();
    if (this.takings.some((taking) => taking.takenAt === takenAt)) throw new Error('two takings at one time');
    this.takings.push({ takenAt, balances });
  };
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each));
}

export interface FinanceWorld {
  readonly time: TestTime;
  readonly amazon: PretendFinances;
  readonly books: PretendBooks;
  readonly context: FeedContext;
}

export function createFinanceWorld(since = '2026-08-25', lagMs = 120_000): FinanceWorld {
  const time = new TestTime();
  const amazon = new PretendFinances(time);
  const books = new PretendBooks(time);
  const context = {
    connection: { id: 'connection-1' as ConnectionId, name: 'shop' },
    books,
    amazon: {
      finances: {
        events: amazon.listEvents.bind(amazon),
        summaryOfSettlement: amazon.summaryOf.bind(amazon),
        balances: amazon.balancesOf.bind(amazon),
      },
      payouts: { list: amazon.listPayouts.bind(amazon) },
    },
    rules: { since, finances: { lagMs } },
    clock: time,
    log: { write: () => {} },
    onProgress: () => {},
  } as unknown as FeedContext;
  return { time, amazon, books, context };
}

export const untilDone = { runMsMax: null, keepAlive: async () => {} };
