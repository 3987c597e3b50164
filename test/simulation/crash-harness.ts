import type {
  AmazonFeeds,
  Books,
  ConnectionContext,
  FeedContext,
  GeneralLedger,
  Lease,
  SettlementReports,
} from '../../src/app/index.ts';

const isFull = process.env.LOAD === 'full';
/** What leaves neither store nor vendors otherwise than it was: dying after it is dying after the effect before it. */
const READ = new RegExp(
  [
    '^(reports|orders|finances|payouts|marketplaces)\\.',
    '^(ledger|requested|books)\\.(list|find|get|describe|open|download|read)[A-Z]?',
    '^books\\.(closedMonths|pastOf|sapPauseOf|sharedNowMs|shipmentsComplete)',
  ].join('|'),
);
/** Every so many effects the process dies after a read, too, should one of them be no read. */
const READS_BETWEEN = 10;

/**
 * After which effects of an unbroken run the process dies, counted from 1: after every write and some of the reads; with
 * `LOAD=full` after all of them. What is not known to be a read is a write.
 */
export function deathsOf(trace: readonly string[]): number[] {
  return trace.flatMap((what, index) => (isFull || !READ.test(what) || index % READS_BETWEEN === 0 ? [index + 1] : []));
}

/** The process is gone: nothing it calls answers any more. */
export class Crash extends Error {}

/**
 * Counts every effect that passes a port and lets the process die right after a chosen one, before its caller learns of
 * it. From then on every port refuses, as those of a dead process do.
 */
export class Incarnation {
  #effects = 0;
  #isDead = false;
  readonly #dieAfter: number | undefined;
  readonly trace: string[] = [];

  /** Without a number it lives on. */
  constructor(dieAfter?: number) {
    this.#dieAfter = dieAfter;
  }

  get effects(): number {
    return this.#effects;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  wrap<Port extends object>(port: Port, name: string): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const member = Reflect.get(target, key) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          this.#call(`${name}.${String(key)}`, () => member.apply(target, args) as unknown);
      },
    });
  }

  #call(what: string, effect: () => unknown): unknown {
    if (this.#isDead) throw new Crash(what);
    this.#effects += 1;
    const isLast = this.#effects === this.#dieAfter;
    this.trace.push(what);
    const result = effect();
    if (!isLast) return result;
    this.#isDead = true;
    if (!(result instanceof Promise)) throw new Crash(what);
    return result.then(
      () => {
        throw new Crash(what);
      },
      () => {
        throw new Crash(what);
      },
    );
  }

  /** The context of one process life: every port it has is counted. */
  context(base: ConnectionContext): ConnectionContext {
    return {
      ...base,
      books: this.wrap<Books>(base.books, 'books'),
      reports: this.wrap<SettlementReports>(base.reports, 'reports'),
      ledger: this.wrap<GeneralLedger>(base.ledger, 'ledger'),
    };
  }

  /** The same of a life that reads feeds. Its leases are ports, too, or a dead process would still give them back. */
  feedContext(base: FeedContext): FeedContext {
    const { amazon } = base;
    const books = this.wrap<FeedContext['books']>(base.books, 'books');
    const feeds: AmazonFeeds = {
      marketplaces: this.wrap(amazon.marketplaces, 'marketplaces'),
      orders: this.wrap(amazon.orders, 'orders'),
      finances: this.wrap(amazon.finances, 'finances'),
      payouts: this.wrap(amazon.payouts, 'payouts'),
      requested: this.wrap(amazon.requested, 'requested'),
      readers: amazon.readers,
    };
    const acquire: FeedContext['books']['acquire'] = async (name, leaseMs) => {
      const lease = await books.acquire(name, leaseMs);
      return 'fence' in lease ? this.wrap<Lease>(lease, 'lease') : lease;
    };
    const get = (target: FeedContext['books'], key: string | symbol): unknown =>
      key === 'acquire' ? acquire : Reflect.get(target, key);
    return { ...base, amazon: feeds, books: new Proxy(books, { get }) };
  }
}
