import { elapsedMs, type Problem, type ProblemFacts, toProblem } from '../core/index.ts';
import type { FeedCounts, FeedName, FeedPage, FeedReport, UnreadableRecord, UtcInstant } from './amazon-feeds.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import { mustStop, UNFIT, unreadableProblem } from './feed-problems.ts';
import { FEED_BATCH_MAX } from './feed-stores.ts';

/** How one kind of record is stored. */
export interface RecordStore<Item> {
  readonly keyOf: (item: Item) => string;
  readonly put: (items: readonly Item[]) => Promise<FeedCounts>;
}

/** What may follow after a step that ended with a problem. */
type Ending = 'done' | 'left' | 'refused' | 'down';

/** Problems of one list; another list may well be answered. */
const OF_ONE_LIST: ReadonlySet<string> = new Set([
  'AMAZON_PAGE_TOKEN_EXPIRED',
  'AMAZON_PAGES_ENDLESS',
  'AMAZON_ANSWER_UNREADABLE',
]);

/** One run of a feed: its time, what it stored, what went wrong. */
export class FeedRun {
  readonly context: FeedContext;
  readonly #feed: FeedName;
  readonly #options: FeedRunOptions;
  /** Only measures how long the run takes. */
  readonly #startedMs: number;
  readonly #problems: ProblemFacts[] = [];
  readonly #counts = { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 };
  #firstUnreadable: UnreadableRecord | undefined;
  #answers = 0;

  constructor(context: FeedContext, feed: FeedName, options: FeedRunOptions) {
    this.context = context;
    this.#feed = feed;
    this.#options = options;
    this.#startedMs = elapsedMs(context.clock);
  }

  /** True once its time has passed. A run with no time at all still gets one answer, so that many of them come to an end. */
  isOver(): boolean {
    const { runMsMax } = this.#options;
    if (runMsMax === null || this.#answers === 0) return false;
    return elapsedMs(this.context.clock) - this.#startedMs >= runMsMax;
  }

  /** Before each request and before a cursor is moved: raises `LEASE_LOST` when another process has taken over. */
  async keepAlive(): Promise<void> {
    await this.#options.keepAlive();
  }

  /** For an answer that is not a page. */
  countAnswer(): void {
    this.#answers += 1;
  }

  say(says: string): void {
    this.context.onProgress({ step: 'feed', feed: this.#feed, says });
  }

  /** Stores all of a page: what could be read, and what could not. */
  async store<Item>(page: FeedPage<Item>, store: RecordStore<Item>): Promise<void> {
    const { books, connection } = this.context;
    for (const batch of batchesOf(page.items, store.keyOf)) {
      const counts = await store.put(batch);
      this.#counts.inserted += counts.inserted;
      this.#counts.changed += counts.changed;
      this.#counts.unchanged += counts.unchanged;
      this.#counts.unreadable += counts.unreadable;
    }
    for (let at = 0; at < page.unreadable.length; at += FEED_BATCH_MAX)
      await books.keepUnreadable(connection.id, this.#feed, page.unreadable.slice(at, at + FEED_BATCH_MAX));
    this.#counts.unreadable += page.unreadable.length;
    this.#firstUnreadable ??= page.unreadable[0];
    this.#answers += 1;
  }

  /** Runs one step. Raises only what must stop the run; any other problem is reported and ends the step. */
  async try(step: () => Promise<boolean>): Promise<Ending> {
    try {
      return (await step()) ? 'done' : 'left';
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (mustStop(problem)) throw thrown;
      this.report(problem);
      if (problem.kind === 'rejected') return 'refused';
      return OF_ONE_LIST.has(problem.code) ? 'left' : 'down';
    }
  }

  report(problem: Problem): void {
    this.#problems.push(problem.toJSON());
  }

  result(end: { readonly isUpToDate: boolean; readonly completeUntil: UtcInstant | null }): FeedReport {
    const first = this.#firstUnreadable ?? UNFIT;
    const { unreadable: count } = this.#counts;
    const connectionName = this.context.connection.name;
    const kept = count > 0 ? [unreadableProblem({ feed: this.#feed, connectionName, count, first }).toJSON()] : [];
    return { feed: this.#feed, counts: { ...this.#counts }, ...end, problems: [...this.#problems, ...kept] };
  }
}

/** In their order, at most as many as one call stores, and none with the same record twice: the later one is the newer one. */
function batchesOf<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const batches: Item[][] = [];
  let keys = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    const last = batches.at(-1);
    if (last && last.length < FEED_BATCH_MAX && !keys.has(key)) last.push(item);
    else {
      batches.push([item]);
      keys = new Set();
    }
    keys.add(key);
  }
  return batches;
}
