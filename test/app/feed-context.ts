import type {
  Actor,
  Connection,
  ConnectionId,
  FeedBooks,
  FeedContext,
  FeedProgress,
  Lease,
} from '../../src/app/index.ts';
import { type LocalDate, type Log, Problem, type ProblemFacts } from '../../src/core/index.ts';
import { TestClock } from '../simulation/test-clock.ts';

export const START = '2026-11-23T08:00:00.000Z';
export const ANNA: Actor = { kind: 'user', name: 'anna' };
export const SYSTEM_ACTOR: Actor = { kind: 'system', name: 'seller-ledger' };

export const CONNECTION: Connection = {
  id: '00000000-0000-8000-8000-000000000001' as ConnectionId,
  name: 'shop',
  sellerAccount: 'A1',
  settings: {},
  createdAt: START,
};

type Run = Parameters<FeedBooks['recordFeedRun']>[2];

/** The part of the books that the use cases around a feed need, in memory. */
export class FakeFeedBooks {
  readonly runs: [feed: string, run: Run][] = [];
  readonly resumed: [actor: Actor, why: string][] = [];
  readonly leases = new Map<string, { renewals: number; isLost: boolean }>();
  readonly warned = new Set<string>();
  readonly purged: Actor[] = [];
  stop: (ProblemFacts & { readonly stoppedAt: string }) | undefined;
  failsToRecord = false;
  /** The shared clock. */
  nowMs = Date.parse(START);
  mendedAt: string | undefined;

  async sharedNowMs() {
    return this.nowMs;
  }

  async stoppedBy() {
    return this.stop;
  }

  async stopConnection(_id: ConnectionId, problem: ProblemFacts, _actor: Actor, runStartedAt: string) {
    if (this.mendedAt !== undefined && this.mendedAt > runStartedAt) return false;
    this.stop ??= { ...problem, stoppedAt: START };
    return true;
  }

  async resumeConnection(_id: ConnectionId, actor: Actor, why: string) {
    this.stop = undefined;
    this.resumed.push([actor, why]);
  }

  async recordFeedRun(_id: ConnectionId, feed: string, run: Run) {
    if (this.failsToRecord) throw databaseAway();
    this.runs.push([feed, run]);
  }

  async warnOnce(_id: ConnectionId, warning: object) {
    const key = JSON.stringify(warning);
    if (this.warned.has(key)) return false;
    this.warned.add(key);
    return true;
  }

  async purgeBuyers(actor: Actor) {
    this.purged.push(actor);
    return 3;
  }

  leaseMs = 0;

  async acquire(name: string, leaseMs = 0): Promise<Lease | { heldBy: string; until: string }> {
    if (this.leases.has(name)) return { heldBy: 'process 7 on machine', until: '2026-11-23T08:30:00.000Z' };
    const state = { renewals: 0, isLost: false };
    this.leaseMs = leaseMs;
    this.leases.set(name, state);
    return {
      name,
      fence: 1,
      renew: async () => {
        state.renewals += 1;
        return !state.isLost;
      },
      release: async () => {
        this.leases.delete(name);
      },
    };
  }
}

export function databaseAway(): Problem {
  return new Problem({ code: 'DATABASE_UNAVAILABLE', kind: 'unavailable', says: 'It is away.', next: 'Wait.' });
}

export interface TestContext {
  readonly context: FeedContext;
  readonly books: FakeFeedBooks;
  readonly progress: FeedProgress[];
  readonly logged: string[];
  readonly clock: TestClock;
}

export function testContext(facts: Partial<FeedContext> = {}): TestContext {
  const books = new FakeFeedBooks();
  const progress: FeedProgress[] = [];
  const logged: string[] = [];
  const log: Log = { write: (level, event) => logged.push(`${level} ${event}`) };
  const clock = new TestClock(Date.parse(START));
  const context: FeedContext = {
    connection: CONNECTION,
    // Only what these use cases call is there.
    books: books as unknown as FeedContext['books'],
    amazon: {} as FeedContext['amazon'],
    rules: {
      enabled: { orders: true, finances: true, payouts: true, reimbursements: false, vat: false },
      since: '2026-08-25' as LocalDate,
      buyers: false,
      marketplaceIds: null,
      orders: { source: 'automatic', overlapMs: 1_800_000 },
      finances: { lagMs: 120_000 },
    },
    region: 'EU',
    clock,
    log,
    actor: SYSTEM_ACTOR,
    onProgress: (event) => progress.push(event),
    ...facts,
  };
  return { context, books, progress, logged, clock };
}
