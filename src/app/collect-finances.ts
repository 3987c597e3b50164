import type { LocalDate } from '../core/index.ts';
import { DAY_MS, isProblem, type Problem, parseLocalDate } from '../core/index.ts';
import type { FeedReport, FinanceEvent, FinanceQuery, FinanceSummary, UtcInstant } from './amazon-feeds.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import { FeedRun, type RecordStore } from './feed-run.ts';
import type { OverdueOrder } from './feed-stores.ts';
import { FINANCE_WINDOWS, instantOf, monthEndDue, NOT_YET_MS } from './finance-windows.ts';
import { readStrand } from './read-strand.ts';

const FRONT = 'finances:front';
/** After the last reading of the time when it was posted, only its order can tell what became of an event. */
const lastReadAgainMs = 30 * DAY_MS;
/** Amazon adds events for 48 hours and releases deferred ones later, so each age is read once more. */
const AGAIN = [
  { strand: 'finances:again-2d', ageMs: 2 * DAY_MS },
  { strand: 'finances:again-14d', ageMs: 14 * DAY_MS },
  { strand: 'finances:again-30d', ageMs: lastReadAgainMs },
] as const;
/** So much time is gathered before it is read again, or each run would ask for a sliver. */
const againGatherMs = DAY_MS;

const DEFERRALS = 'finances:deferrals';
const deferralPatienceMs = 2 * DAY_MS;
/** Amazon may leave a deferral as it is for good; then it is asked about once a day. */
const deferralRoundMs = DAY_MS;
const deferralsPerRun = 100;
/** A settlement closes 14 days after a release at the latest. What does not name it a month later never will. */
const settledAfterMs = 15 * DAY_MS;
const settledPatienceMs = 45 * DAY_MS;

const SUMMARIES = 'finances:summaries';
const summariesPerRun = 50;
const summariesListed = 1_000;

const BALANCES = 'finances:balances';

/**
 * Reads what Amazon says about money since the last run: new events, those of two, fourteen and thirty days ago once more,
 * overdue deferrals, summaries of settlements, balances. Nothing of it changes an entry. Raises only what must stop the run.
 */
export async function collectFinances(context: FeedContext, options: FeedRunOptions): Promise<FeedReport> {
  return new CollectFinances(context, options).collect();
}

class CollectFinances {
  readonly #context: FeedContext;
  readonly #run: FeedRun;
  readonly #store: RecordStore<FinanceEvent>;
  /** By the shared clock, as every time that is stored or that another process compares. */
  #startedMs = 0;
  #takenMs = 0;

  constructor(context: FeedContext, options: FeedRunOptions) {
    this.#context = context;
    this.#run = new FeedRun(context, 'finances', options);
    this.#store = {
      keyOf: (event) => event.eventKey,
      put: (events) => context.books.putFinanceEvents(context.connection.id, events),
    };
  }

  async collect(): Promise<FeedReport> {
    this.#startedMs = await this.#context.books.sharedNowMs();
    await this.#beginAgainStrands();
    // One operation each: what is refused to one of them is not asked again in the same part.
    const parts: readonly (readonly (() => Promise<boolean>)[])[] = [
      [() => this.#readFront(), ...AGAIN.map((again) => () => this.#readAgain(again)), () => this.#askForDeferrals()],
      [() => this.#askForSummaries()],
      [() => this.#takeBalances()],
    ];
    let isUpToDate = true;
    let isDown = false;
    for (const part of parts) {
      for (const step of part) {
        const ending = isDown || this.#run.isOver() ? 'left' : await this.#run.try(step);
        if (ending !== 'done') isUpToDate = false;
        if (ending === 'down') isDown = true;
        if (ending === 'refused') break;
      }
    }
    const completeUntil = (await this.#cursorOf(FRONT))?.watermark ?? null;
    return this.#run.result({ isUpToDate, completeUntil });
  }

  /** From now on, so that nothing the first load read fresh is missed, however long it takes. */
  async #beginAgainStrands(): Promise<void> {
    const { books, connection } = this.#context;
    for (const { strand, ageMs } of AGAIN) {
      if (await books.readCursor(connection.id, strand)) continue;
      const watermark = instantOf(this.#startedMs - ageMs);
      await books.writeCursor(connection.id, strand, { watermark, open: null, memory: {} });
    }
  }

  #readFront(): Promise<boolean> {
    const { rules } = this.#context;
    return this.#readEvents(FRONT, this.#startedMs - Math.max(rules.finances.lagMs, NOT_YET_MS));
  }

  async #readAgain({ strand, ageMs }: { readonly strand: string; readonly ageMs: number }): Promise<boolean> {
    const front = await this.#cursorOf(FRONT);
    const own = await this.#cursorOf(strand);
    const endMs = Math.min(this.#startedMs - ageMs, front ? Date.parse(front.watermark) : 0);
    if (own && own.open === null && endMs - Date.parse(own.watermark) < againGatherMs) return true;
    return this.#readEvents(strand, endMs);
  }

  #readEvents(name: string, endMs: number): Promise<boolean> {
    return readStrand(this.#run, {
      name,
      since: `${this.#context.rules.since}T00:00:00.000Z`,
      again: null,
      end: instantOf(endMs),
      windows: FINANCE_WINDOWS,
      list: (window, token) => this.#context.amazon.finances.events({ by: 'posted', window, status: null }, token),
      store: this.#store,
    });
  }

  /**
   * By order, because an event keeps its posting time when it is released, and when its settlement closes. A round over all of
   * them takes several runs; it goes by the last one asked about, because those that are released leave the list.
   */
  async #askForDeferrals(): Promise<boolean> {
    const { books, connection } = this.#context;
    const { roundAt = '', after = null } = ((await this.#cursorOf(DEFERRALS))?.memory ?? {}) as DeferralMemory;
    if (after === null && roundAt !== '' && this.#startedMs - Date.parse(roundAt) < deferralRoundMs) return true;
    const ago = (ms: number) => instantOf(this.#startedMs - ms);
    const due = await books.overdueDeferrals(connection.id, {
      maturedBefore: ago(deferralPatienceMs),
      unsettled: {
        postedBefore: ago(lastReadAgainMs),
        changed: { from: ago(settledPatienceMs), until: ago(settledAfterMs) },
      },
      after,
      limit: deferralsPerRun,
    });
    let last = after;
    for (const order of due) {
      if (this.#run.isOver()) break;
      await this.#readOrder(order.orderId);
      last = order;
    }
    const isWhole = last === (due.at(-1) ?? after);
    await this.#remember(DEFERRALS, {
      roundAt: after === null ? instantOf(this.#startedMs) : roundAt,
      after: isWhole && due.length < deferralsPerRun ? null : last,
    });
    return isWhole;
  }

  /** One order that Amazon refuses must not keep the others from being asked about. */
  async #readOrder(orderId: string): Promise<void> {
    const query: FinanceQuery = { by: 'order', orderId };
    try {
      let token: string | null = null;
      do {
        await this.#run.keepAlive();
        const page = await this.#context.amazon.finances.events(query, token);
        await this.#run.store(page, this.#store);
        token = page.nextToken;
      } while (token !== null);
    } catch (thrown) {
      if (!isOfOneRecord(thrown)) throw thrown;
      this.#run.report(thrown);
    }
  }

  /** The store knows when one that Amazon did not have is due again; one that failed waits a day. */
  async #askForSummaries(): Promise<boolean> {
    const { books, connection } = this.#context;
    const listed = await books.settlementsWithoutSummary(connection.id, summariesListed);
    const { failed: before = {} } = ((await this.#cursorOf(SUMMARIES))?.memory ?? {}) as SummaryMemory;
    const isRecent = ([, at]: [string, UtcInstant]) => this.#startedMs - Date.parse(at) < DAY_MS;
    const failed = Object.fromEntries(Object.entries(before).filter(isRecent));
    const due = listed.filter((settlementId) => !(settlementId in failed));
    for (const settlementId of due.slice(0, summariesPerRun)) {
      if (this.#run.isOver()) return false;
      await this.#run.keepAlive();
      if (await this.#askForSummary(settlementId)) continue;
      failed[settlementId] = instantOf(this.#startedMs);
      await this.#remember(SUMMARIES, { failed });
    }
    return due.length <= summariesPerRun;
  }

  /** `false` when this one cannot be had now, which is no reason not to ask for the others. */
  async #askForSummary(settlementId: string): Promise<boolean> {
    const { books, connection, amazon, log } = this.#context;
    this.#run.countAnswer();
    try {
      const told = await amazon.finances.summaryOfSettlement(settlementId);
      // What Amazon says of another settlement is that one's, which is asked for by itself.
      const found = told.filter((summary) => summary.settlementId === settlementId);
      if (found.length < told.length) log.write('warn', 'finances.summary.of-another', { settlement: settlementId });
      await books.putSummaries(connection.id, found.length > 0 ? found : [noSummary(settlementId)]);
      return true;
    } catch (thrown) {
      if (!isOfOneRecord(thrown)) throw thrown;
      this.#run.report(thrown);
      return false;
    }
  }

  /**
   * Those of now once a day; those at the end of a month on each of the three days after it. Now comes first: it cannot be
   * had later, and Amazon may refuse a day.
   */
  async #takeBalances(): Promise<boolean> {
    const today = instantOf(this.#startedMs).slice(0, 10);
    const memory = ((await this.#cursorOf(BALANCES))?.memory ?? {}) as BalanceMemory;
    if (memory.nowOn !== today) {
      await this.#takeBalancesOf(null);
      memory.nowOn = today;
      await this.#remember(BALANCES, memory);
    }
    const monthEnd = monthEndDue(today);
    if (monthEnd !== null && memory.monthEndOn !== today) {
      await this.#takeBalancesOf(parseLocalDate(monthEnd));
      memory.monthEndOn = today;
      await this.#remember(BALANCES, memory);
    }
    return true;
  }

  async #takeBalancesOf(day: LocalDate | null): Promise<void> {
    const { books, connection, amazon } = this.#context;
    await this.#run.keepAlive();
    const balances = await amazon.finances.balances(day);
    // Two takings are told apart by their time.
    this.#takenMs = Math.max(await books.sharedNowMs(), this.#takenMs + 1);
    if (balances.length > 0) await books.putBalances(connection.id, instantOf(this.#takenMs), balances);
    this.#run.countAnswer();
  }

  #cursorOf(strand: string) {
    return this.#context.books.readCursor(this.#context.connection.id, strand);
  }

  /** For a strand that is no list in time: its watermark says when it was last busy. */
  async #remember(strand: string, memory: DeferralMemory | SummaryMemory | BalanceMemory): Promise<void> {
    const before = await this.#cursorOf(strand);
    const watermark = instantOf(Math.max(this.#startedMs, before ? Date.parse(before.watermark) : 0));
    await this.#run.keepAlive();
    await this.#context.books.writeCursor(this.#context.connection.id, strand, {
      watermark,
      open: null,
      memory: { ...memory },
    });
  }
}

interface DeferralMemory {
  /** When the round over all of them began. */
  readonly roundAt?: string;
  /** The last order of this round that was asked about; `null` after the round. */
  readonly after?: OverdueOrder | null;
}

interface SummaryMemory {
  /** By settlement, when asking last failed. */
  readonly failed?: Readonly<Record<string, UtcInstant>>;
}

interface BalanceMemory {
  nowOn?: string;
  monthEndOn?: string;
}

/** Another order or settlement may well be answered. */
function isOfOneRecord(thrown: unknown): thrown is Problem {
  if (!isProblem(thrown)) return false;
  return [
    'AMAZON_REQUEST_REFUSED',
    'AMAZON_ANSWER_UNREADABLE',
    'AMAZON_PAGES_ENDLESS',
    'AMAZON_PAGE_TOKEN_EXPIRED',
  ].includes(thrown.code);
}

/** Says that Amazon was asked and had none. */
function noSummary(settlementId: string): FinanceSummary {
  return {
    settlementId,
    accountType: null,
    marketplaceId: null,
    periodStart: null,
    periodEnd: null,
    netProceeds: null,
    amounts: [],
    source: {},
  };
}
