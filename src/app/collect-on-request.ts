import { DAY_MS, elapsedMs, isProblem, type Problem, type ProblemFacts, type Sha256 } from '../core/index.ts';
import {
  type FeedCounts,
  type FeedReport,
  STOPPING_CODES,
  type TimeWindow,
  type UnreadableRecord,
} from './amazon-feeds.ts';
import type {
  ReadRow,
  Reimbursement,
  ReportBytes,
  ReportOrder,
  RequestedReportKind,
  VatLine,
} from './amazon-reports.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import { feedMarketplaces } from './feed-marketplaces.ts';
import { unreadableProblem } from './feed-problems.ts';
import { FEED_BATCH_MAX, type FeedCursor, type ReportRequest } from './feed-stores.ts';
import { type ObtainedReport, obtainInParts, requestInParts } from './obtain-report.ts';

/** One document takes a minute of an allowance that settlements need, too. */
const DOCUMENTS_MAX = 10;
/** Rows of the last days are read again: Amazon adds some late. Storing one twice is storing it once. */
const REIMBURSEMENT_OVERLAP_MS = 7 * DAY_MS;
/** Amazon computes the tax of a shipment within three days. */
const VAT_SETTLE_MS = 3 * DAY_MS;

/** Where Amazon computes VAT. */
const VAT_COUNTRIES: readonly string[] = ['BE', 'DE', 'ES', 'FR', 'GB', 'IE', 'IT', 'NL', 'PL', 'SE'];

export type OnRequestFeed = 'reimbursements' | 'vat';

/** The marketplaces of each report of a window. */
type Groups = readonly (readonly string[])[];

interface Strand {
  readonly name: string;
  readonly kind: RequestedReportKind;
  /** The next window to read; `undefined` when there is none yet. */
  readonly next: (watermarkMs: number, sinceMs: number, nowMs: number) => TimeWindow | undefined;
}

const STRANDS: Readonly<Record<OnRequestFeed, readonly Strand[]>> = {
  reimbursements: [{ name: 'reimbursements', kind: 'fba-reimbursements', next: nextReimbursements }],
  vat: [
    { name: 'vat:calculation', kind: 'vat-calculation', next: nextCalculation },
    { name: 'vat:transactions', kind: 'vat-transactions', next: nextMonth },
  ],
};

/**
 * Reads the reports of a feed that Amazon has to be asked for, window by window, from where the last run ended. A row that cannot
 * be read is kept aside. Raises only what must stop the run; every other problem ends a strand and is reported.
 */
export async function collectOnRequest(
  feed: OnRequestFeed,
  context: FeedContext,
  options: FeedRunOptions,
): Promise<FeedReport> {
  const run = new OnRequestRun(feed, context, options);
  const watermarks: string[] = [];
  for (const strand of STRANDS[feed]) watermarks.push(await run.follow(strand));
  return run.report(watermarks);
}

class OnRequestRun {
  readonly #feed: OnRequestFeed;
  readonly #context: FeedContext;
  readonly #options: FeedRunOptions;
  readonly #endsAtMs: number;
  readonly #problems: ProblemFacts[] = [];
  readonly #unreadable: UnreadableRecord[] = [];
  #counts: FeedCounts = { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 };
  #documents = 0;
  #isUpToDate = true;

  constructor(feed: OnRequestFeed, context: FeedContext, options: FeedRunOptions) {
    this.#feed = feed;
    this.#context = context;
    this.#options = options;
    this.#endsAtMs = elapsedMs(context.clock) + (options.runMsMax ?? Number.POSITIVE_INFINITY);
  }

  /** Up to the strand's end, or as far as it goes now. Returns the watermark. */
  async follow(strand: Strand): Promise<string> {
    const { books, connection, rules } = this.#context;
    const since = `${rules.since}T00:00:00.000Z`;
    let watermark = (await books.readCursor(connection.id, strand.name))?.watermark ?? since;
    try {
      const allGroups = await this.#marketplaceGroups();
      const begun = await books.readCursor(connection.id, strand.name);
      let open = begun?.open ? { window: begun.open.window, groups: groupsOf(begun) } : undefined;
      while (open !== undefined || allGroups.length > 0) {
        const window = open?.window ?? strand.next(Date.parse(watermark), Date.parse(since), await books.sharedNowMs());
        const groups = open?.groups ?? allGroups;
        if (window === undefined) break;
        if (!this.#hasRoomFor(groups.length) || !(await this.#readWindow(strand, { window, groups, watermark }))) {
          this.#isUpToDate = false;
          break;
        }
        open = undefined;
        watermark = window.until;
        await books.writeCursor(connection.id, strand.name, { watermark, open: null, memory: {} });
      }
    } catch (thrown) {
      if (!isProblem(thrown) || isStopping(thrown)) throw thrown;
      this.#problems.push(thrown.toJSON());
      this.#isUpToDate = false;
    }
    return watermark;
  }

  report(watermarks: readonly string[]): FeedReport {
    const [first] = this.#unreadable;
    const count = this.#counts.unreadable;
    const connectionName = this.#context.connection.name;
    const kept = first ? [unreadableProblem({ feed: this.#feed, connectionName, count, first }).toJSON()] : [];
    return {
      feed: this.#feed,
      counts: this.#counts,
      isUpToDate: this.#isUpToDate,
      completeUntil: [...watermarks].sort()[0] ?? null,
      problems: [...this.#problems, ...kept],
    };
  }

  /** In Europe one report covers the region, whatever it is asked for; elsewhere each store has its own. */
  async #marketplaceGroups(): Promise<Groups> {
    const all = await feedMarketplaces(this.#context);
    const ids = all
      .filter(({ country }) => this.#feed !== 'vat' || VAT_COUNTRIES.includes(country))
      .map(({ marketplaceId }) => marketplaceId);
    if (ids.length === 0) return [];
    return this.#context.region === 'EU' ? [ids] : ids.map((id) => [id]);
  }

  #hasRoomFor(reports: number): boolean {
    const hasTime = elapsedMs(this.#context.clock) < this.#endsAtMs;
    return hasTime && (this.#documents === 0 || this.#documents + reports <= DOCUMENTS_MAX);
  }

  #remaining(): FeedRunOptions {
    const left = this.#endsAtMs - elapsedMs(this.#context.clock);
    return { ...this.#options, runMsMax: Number.isFinite(left) ? Math.max(0, left) : null };
  }

  /**
   * `false` when a part of it could not be had. All reports are asked for before the first is waited for, and none is read
   * before all are there: what is read is not asked for again in other reports, which would bring the same rows once more.
   */
  async #readWindow(
    { kind, name }: Strand,
    part: { readonly window: TimeWindow; readonly groups: Groups; readonly watermark: string },
  ): Promise<boolean> {
    const { window, groups, watermark } = part;
    const { books, connection } = this.#context;
    const orders = groups.map((marketplaceIds): ReportOrder => ({ kind, marketplaceIds, window }));
    const asked: [ReportOrder, ReportRequest | undefined][] = [];
    for (const order of orders) asked.push([order, await requestInParts(this.#context, order, this.#remaining())]);
    const all: ObtainedReport[] = [];
    for (const [order, request] of asked) {
      const parts = await obtainInParts(this.#context, order, this.#remaining(), request);
      this.#documents += parts.length;
      all.push(...parts.map(({ obtained }) => obtained));
    }
    const failed = all.flatMap((obtained) => (obtained.state === 'failed' ? [obtained.problem] : []));
    const stopping = failed.find(({ code }) => STOPPING_CODES.has(code));
    if (stopping) throw stopping;
    this.#problems.push(...failed.map((problem) => problem.toJSON()));
    if (failed.length > 0) return false;
    // Tomorrow the window would be another one; a run that dies while it reads must find this one again.
    const open = { window, pageToken: null, tokenAt: null, completeUntil: null };
    await books.writeCursor(connection.id, name, { watermark, open, memory: { groups } });
    const before = this.#counts;
    try {
      for (const obtained of all)
        if (obtained.state === 'stored') await this.#readReport(kind, obtained.sha256, obtained.bytes);
    } catch (thrown) {
      // Of a file that nobody can read nothing came, and another window may bring one that can be.
      const isUnreadable = isProblem(thrown) && thrown.kind === 'invalid' && this.#counts === before;
      if (isUnreadable) await books.writeCursor(connection.id, name, { watermark, open: null, memory: {} });
      throw thrown;
    }
    return true;
  }

  async #readReport(kind: RequestedReportKind, sha256: Sha256, bytes: ReportBytes): Promise<void> {
    const { amazon, books, connection } = this.#context;
    if (kind === 'vat-calculation' || kind === 'vat-transactions')
      await this.#store(amazon.readers.vatLines(kind, bytes), (rows: readonly VatLine[]) =>
        books.putVatLines(connection.id, sha256, rows),
      );
    else
      await this.#store(amazon.readers.reimbursements(bytes), (rows: readonly Reimbursement[]) =>
        books.putReimbursements(connection.id, sha256, rows),
      );
  }

  async #store<Item>(
    rows: AsyncIterable<ReadRow<Item>>,
    put: (items: readonly Item[]) => Promise<FeedCounts>,
  ): Promise<void> {
    let items: Item[] = [];
    let unreadable: UnreadableRecord[] = [];
    const flush = async () => {
      await this.#options.keepAlive();
      if (items.length > 0) this.#add(await put(items));
      if (unreadable.length > 0) await this.#keepAside(unreadable);
      items = [];
      unreadable = [];
    };
    for await (const row of rows) {
      if ('item' in row) items.push(row.item);
      else unreadable.push(row.unreadable);
      if (items.length + unreadable.length >= FEED_BATCH_MAX) await flush();
    }
    await flush();
  }

  async #keepAside(unreadable: readonly UnreadableRecord[]): Promise<void> {
    const { books, connection } = this.#context;
    await books.keepUnreadable(connection.id, this.#feed, unreadable);
    if (this.#unreadable.length === 0) this.#unreadable.push(...unreadable.slice(0, 1));
    this.#add({ inserted: 0, changed: 0, unchanged: 0, unreadable: unreadable.length });
  }

  #add(more: FeedCounts): void {
    const sum = this.#counts;
    this.#counts = {
      inserted: sum.inserted + more.inserted,
      changed: sum.changed + more.changed,
      unchanged: sum.unchanged + more.unchanged,
      unreadable: sum.unreadable + more.unreadable,
    };
  }
}

/** Of the window that is open. */
function groupsOf({ memory }: FeedCursor): Groups {
  return memory.groups as unknown as Groups;
}

function isStopping({ code, kind }: Problem): boolean {
  return kind === 'defect' || code === 'LEASE_LOST' || code === 'STOPPED' || STOPPING_CODES.has(code);
}

function windowOf(fromMs: number, untilMs: number): TimeWindow {
  return { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() };
}

function startOfDay(ms: number): number {
  return ms - (((ms % DAY_MS) + DAY_MS) % DAY_MS);
}

function nextReimbursements(watermarkMs: number, sinceMs: number, nowMs: number): TimeWindow | undefined {
  const endMs = startOfDay(nowMs);
  const fromMs = Math.max(sinceMs, watermarkMs - REIMBURSEMENT_OVERLAP_MS);
  return watermarkMs < endMs ? windowOf(fromMs, Math.min(fromMs + 30 * DAY_MS, endMs)) : undefined;
}

function nextCalculation(watermarkMs: number, _sinceMs: number, nowMs: number): TimeWindow | undefined {
  const endMs = startOfDay(nowMs - VAT_SETTLE_MS);
  return watermarkMs < endMs ? windowOf(watermarkMs, Math.min(watermarkMs + 31 * DAY_MS, endMs)) : undefined;
}

/** A calendar month, from the 4th of the next. */
function nextMonth(watermarkMs: number, _sinceMs: number, nowMs: number): TimeWindow | undefined {
  const at = new Date(watermarkMs);
  const monthMs = (ahead: number) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1);
  return nowMs >= monthMs(1) + 3 * DAY_MS ? windowOf(monthMs(0), monthMs(1)) : undefined;
}
