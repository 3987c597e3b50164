import { isProblem, Problem } from '../core/index.ts';
import type { FeedPage, TimeWindow, UtcInstant } from './amazon-feeds.ts';
import type { FeedRun, RecordStore } from './feed-run.ts';
import type { FeedCursor } from './feed-stores.ts';
import {
  canResume,
  halved,
  instantOf,
  nextWindow,
  PAGES_WORTH_HALVING,
  sizeAfter,
  type WindowLimits,
} from './finance-windows.ts';

/** A list in time that is read window by window, and how far it is to be read now. */
export interface Strand<Item> {
  /** Of its cursor. */
  readonly name: string;
  /** Where it begins when it was never read. */
  readonly since: UtcInstant;
  /** What is later than this is read again, although it was read before. */
  readonly again: UtcInstant | null;
  readonly end: UtcInstant;
  readonly windows: WindowLimits;
  readonly list: (window: TimeWindow, pageToken: string | null) => Promise<FeedPage<Item>>;
  readonly store: RecordStore<Item>;
}

/** How often a window is begun again, each time at half its size, before the run gives up. */
const restartsMax = 3;
/** After these a smaller window may well be answered. */
const WORTH_A_RESTART: ReadonlySet<string> = new Set([
  'AMAZON_PAGE_TOKEN_EXPIRED',
  'AMAZON_PAGES_ENDLESS',
  'AMAZON_UNAVAILABLE',
]);

interface Memory {
  readonly windowMs: number;
  /** Of the open window. */
  readonly pages: number;
  readonly restarts: number;
  /** Where a second reading of what is older than the watermark has come to; the next run goes on there. */
  readonly at: UtcInstant | null;
}

/**
 * Reads a strand up to its end; `false` when the run's time was over before. Each page is stored before the cursor moves
 * past it, so that a run that is killed loses nothing and repeats at most one window.
 */
export function readStrand<Item>(run: FeedRun, strand: Strand<Item>): Promise<boolean> {
  return new StrandReader(run, strand).read();
}

class StrandReader<Item> {
  readonly #run: FeedRun;
  readonly #strand: Strand<Item>;
  #cursor: FeedCursor;
  #fromMs: number;

  constructor(run: FeedRun, strand: Strand<Item>) {
    this.#run = run;
    this.#strand = strand;
    this.#cursor = { watermark: strand.since, open: null, memory: {} };
    this.#fromMs = 0;
  }

  async read(): Promise<boolean> {
    await this.#begin();
    const endMs = Date.parse(this.#strand.end);
    for (;;) {
      const window = this.#cursor.open?.window ?? nextWindow(this.#fromMs, endMs, this.#memory().windowMs);
      if (window === null) return true;
      if (this.#run.isOver()) return false;
      this.#run.say(`${this.#strand.name}: ${window.from} until ${window.until}`);
      const outcome = await this.#readWindow(window);
      if (outcome === 'out-of-time') return false;
      if (outcome === 'read') this.#fromMs = Date.parse(window.until);
    }
  }

  async #begin(): Promise<void> {
    const { books, connection } = this.#run.context;
    const { name, windows, again } = this.#strand;
    this.#cursor = (await books.readCursor(connection.id, name)) ?? this.#cursor;
    const watermarkMs = Date.parse(this.#cursor.watermark);
    const { at } = this.#memory();
    this.#fromMs = again === null ? watermarkMs : Math.min(watermarkMs, Date.parse(at ?? again));
    const { open } = this.#cursor;
    if (open === null || canResume(open, await books.sharedNowMs())) return;
    const memory = this.#memory();
    const windowMs = memory.pages >= PAGES_WORTH_HALVING ? halved(open.window, windows) : memory.windowMs;
    this.#cursor = { ...this.#cursor, open: null, memory: { ...memory, windowMs, pages: 0 } };
  }

  async #readWindow(window: TimeWindow): Promise<'read' | 'again' | 'out-of-time'> {
    const { list, store, windows, again, end } = this.#strand;
    let token = this.#cursor.open?.pageToken ?? null;
    await this.#run.keepAlive();
    for (;;) {
      let page: FeedPage<Item>;
      try {
        page = await list(window, token);
      } catch (thrown) {
        await this.#beginAgain(window, thrown);
        return this.#run.isOver() ? 'out-of-time' : 'again';
      }
      await this.#run.store(page, store);
      const memory = { ...this.#memory(), pages: this.#memory().pages + 1 };
      token = page.nextToken;
      if (token === null) {
        const windowMs = sizeAfter({ pages: memory.pages, window, sizeMs: memory.windowMs }, windows);
        const at = again !== null && window.until < end ? window.until : null;
        await this.#write(null, { windowMs, pages: 0, restarts: 0, at }, window.until);
        return 'read';
      }
      const tokenAt = instantOf(await this.#run.context.books.sharedNowMs());
      await this.#write({ window, pageToken: token, tokenAt, completeUntil: page.completeUntil }, memory);
      if (this.#run.isOver()) return 'out-of-time';
    }
  }

  /** Prepares the same time at half the size, or raises what happened when that has been tried often enough. */
  async #beginAgain(window: TimeWindow, thrown: unknown): Promise<void> {
    if (!isProblem(thrown) || !WORTH_A_RESTART.has(thrown.code)) throw thrown;
    const { restarts, at } = this.#memory();
    const windowMs = halved(window, this.#strand.windows);
    const isEnough = restarts >= restartsMax;
    await this.#write(null, { windowMs, pages: 0, restarts: isEnough ? 0 : restarts + 1, at });
    if (isEnough)
      throw thrown.code === 'AMAZON_PAGE_TOKEN_EXPIRED' ? neverToItsEnd(window, restarts + 1, thrown) : thrown;
    const { name } = this.#strand;
    this.#run.context.log.write('warn', 'feed.window.again', { strand: name, code: thrown.code, restarts, windowMs });
  }

  #memory(): Memory {
    const { windowMs, pages, restarts, at } = this.#cursor.memory;
    return {
      windowMs: typeof windowMs === 'number' ? windowMs : this.#strand.windows.firstMs,
      pages: typeof pages === 'number' ? pages : 0,
      restarts: typeof restarts === 'number' ? restarts : 0,
      at: typeof at === 'string' ? at : null,
    };
  }

  async #write(open: FeedCursor['open'], memory: Memory, readUntil?: UtcInstant): Promise<void> {
    const { books, connection } = this.#run.context;
    const { watermark: before } = this.#cursor;
    const watermark = readUntil !== undefined && readUntil > before ? readUntil : before;
    this.#cursor = { watermark, open, memory: { ...this.#cursor.memory, ...memory } };
    // Between the request and here another process may have taken over, whose cursor must not be set back.
    await this.#run.keepAlive();
    await books.writeCursor(connection.id, this.#strand.name, this.#cursor);
  }
}

function neverToItsEnd(window: TimeWindow, times: number, cause: Problem): Problem {
  return new Problem(
    {
      code: 'AMAZON_PAGE_TOKEN_EXPIRED',
      kind: 'unavailable',
      says: `The window from ${window.from} until ${window.until} was begun ${times} times and never read to its end, because Amazon stopped taking its page tokens.`,
      next: 'Nothing to do: the next run begins it again, at half the size. If it stays so, report it.',
    },
    { cause },
  );
}
