/** Lives of a process that reads feeds, one after another on the same store, and what they leave there. */
import { expect } from 'vitest';
import { createSellerWorld } from '../../sim/world/index.ts';
import { createMemoryQuotas } from '../../src/amazon/index.ts';
import { assertMove, type FeedContext, type FeedName, syncFeed } from '../../src/app/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { createBooks, createFeedBooks, type ProcessIdentity, timeOf } from '../../src/store/index.ts';
import type { TestBooks } from '../store/database.ts';
import { Crash, deathsOf, Incarnation } from './crash-harness.ts';
import { type Feeds, startFeeds } from './feeds-kit.ts';

const AT = '2026-09-04T06:00:00Z';
/** Everything is read once more, so that all stand at the same moment. */
const LATER_MS = 26 * 3_600_000;
/** When the last life reads. */
export const LAST_MS = Date.parse(AT) + LATER_MS;
const SIDE_BY_SIDE = 3;

export const crashWorld = createSellerWorld({
  seed: 'feeds crash',
  sellerId: 'A2CRASH',
  accounts: [{ marketplace: 'US' }],
  from: parseLocalDate('2026-08-14'),
  to: parseLocalDate('2026-09-20'),
  ordersPerDay: 6,
});

/** Which feeds are read, and how. */
export interface Arrangement {
  readonly feeds: readonly FeedName[];
  readonly source: 'api' | 'report';
  readonly since: string;
}

/** What the feeds know of a connection. When it was learnt is left out, and numbers that every run gives anew. */
const STATEMENTS = {
  orders: `select order_id, amazon_status, detail, last_updated_at, wants_detail, content_sha256,
      (select json_agg(to_jsonb(i) - 'order_key' - 'row_seal' order by i.item_key) from amazon_order_item i where i.order_key = o.id) as items
    from amazon_order o where connection_id = $1 order by order_id`,
  events: `select event_key, amazon_status, settlement_id, content_sha256, revision,
      (select json_agg(to_jsonb(a) - 'event_key' - 'row_seal' order by a.ordinal) from finance_event_amount a where a.event_key = e.id) as amounts
    from finance_event e where connection_id = $1 order by event_key`,
  payouts: 'select payout_id, amazon_status, content_sha256 from payout where connection_id = $1 order by payout_id',
  reimbursements: `select reimbursement_id, sku, ordinal, total_minor::text, content_sha256
    from fba_reimbursement where connection_id = $1 order by 1, 2, 3`,
  requests: `select kind, marketplace_ids::text, window_from, window_until, state, attempt
    from report_request where connection_id = $1 order by 1, 2, 3, 4`,
  cursors: `select strand, watermark, open_window is null as is_closed
    from feed_cursor where connection_id = $1 order by strand`,
  balances: `select distinct as_of, balance_type, marketplace_id, currency, amount_minor::text
    from amazon_balance where connection_id = $1 order by 1, 2, 3`,
  unreadable: 'select feed, record_id, says from feed_unreadable where connection_id = $1',
  runs: 'select feed, is_up_to_date, complete_until, problems from feed_run where connection_id = $1 order by feed',
} as const;

export type Stored = Readonly<Record<keyof typeof STATEMENTS, readonly Record<string, unknown>[]>>;

export interface Ending {
  readonly stored: Stored;
  /** The reports that Amazon was asked to make, one line each. */
  readonly made: readonly string[];
  readonly incarnation: Incarnation;
}

/** What is done to a context before a life gets it. */
export type Bend = (context: FeedContext) => FeedContext;

let started = 0;

/**
 * A first life on a connection of its own, a second one when the first has died, and a last one a day later. Another seller
 * answers each connection, who is the same.
 */
export async function live(
  test: TestBooks,
  arrangement: Arrangement,
  incarnation: Incarnation,
  bend: Bend = (context) => context,
): Promise<Ending> {
  const { source, since, feeds: names } = arrangement;
  started += 1;
  const feeds = await startFeeds({
    world: crashWorld,
    at: AT,
    since,
    rules: { orders: { source, overlapMs: 1_800_000 } },
    reportSeconds: 20,
    books: test,
    connectionName: `feeds ${started}`,
    quotas: (_books, clock) => createMemoryQuotas(clock),
  });
  try {
    const first = await readAll(names, incarnation.feedContext(bend(contextOfLife(feeds, 1))));
    if (first === 'crashed') expect(await readAll(names, bend(contextOfLife(feeds, 2)))).toBe('read');
    await feeds.clock.sleep(LAST_MS - feeds.clock.nowMs());
    expect(await readAll(names, bend(contextOfLife(feeds, 3)))).toBe('read');
    return { stored: await storedOf(feeds), made: madeBy(feeds), incarnation };
  } finally {
    await feeds.close();
  }
}

/** Dies after the effects of an unbroken run, each time anew, and wants the same ending as that run's. */
export async function dieEverywhere(test: TestBooks, arrangement: Arrangement, unbroken: Ending): Promise<void> {
  const deaths = deathsOf(unbroken.incarnation.trace).values();
  const dieEach = async () => {
    for (const dieAt of deaths) {
      const incarnation = new Incarnation(dieAt);
      const broken = await live(test, arrangement, incarnation);
      const about = `died after effect ${dieAt}: ${incarnation.trace[dieAt - 1]}`;
      expect(incarnation.isDead, about).toBe(true);
      expect(broken.stored, about).toEqual(unbroken.stored);
      expect(broken.made, about).toEqual(unbroken.made);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, dieEach));
}

/** A store that says it has kept the first batch of each run, and has not. */
export function forgetful(member: keyof FeedContext['books']): Bend {
  return (context) => {
    let calls = 0;
    const keep = context.books[member] as (...args: unknown[]) => Promise<unknown>;
    const pretend = async (...args: unknown[]) => {
      calls += 1;
      return calls === 1 ? { inserted: 0, changed: 0, unchanged: 0, unreadable: 0 } : keep(...args);
    };
    return { ...context, books: { ...context.books, [member]: pretend } };
  };
}

/** The process of one life: holders of earlier lives are dead. */
function contextOfLife({ context, clock, books: test }: Feeds, life: number): FeedContext {
  const self: ProcessIdentity = { host: 'simulation', pid: life, startedAt: String(life) };
  const { database, vault } = test;
  const readTime = timeOf(clock);
  const processes = {
    self,
    stateOf: async (other: ProcessIdentity) => (other.pid === life ? ('alive' as const) : ('dead' as const)),
  };
  const books = createBooks({ database, vault, readTime, assertMove, processes });
  return { ...context, books: { ...books, ...createFeedBooks({ database, vault, readTime }) } };
}

async function readAll(feeds: readonly FeedName[], context: FeedContext): Promise<'read' | 'crashed'> {
  try {
    for (const feed of feeds) {
      const { isUpToDate, problems } = await syncFeed(context, feed, { runMsMax: null });
      expect([feed, isUpToDate, problems]).toEqual([feed, true, []]);
    }
    return 'read';
  } catch (error) {
    if (error instanceof Crash) return 'crashed';
    throw error;
  }
}

async function storedOf({ context, books }: Feeds): Promise<Stored> {
  const tables = await Promise.all(
    Object.entries(STATEMENTS).map(async ([name, statement]) => {
      const { rows } = await books.database.pool.query(statement, [context.connection.id]);
      return [name, rows] as const;
    }),
  );
  return Object.fromEntries(tables) as unknown as Stored;
}

function madeBy({ amazon }: Feeds): string[] {
  const asked = amazon.world.log.of('createReport').filter(({ status }) => status === 202);
  const made = amazon.world.sellers.flatMap((seller) => seller.requested.all());
  expect(asked).toHaveLength(made.length);
  return made
    .map(({ reportType, marketplaceIds, fromMs, untilMs }) => `${reportType} ${marketplaceIds} ${fromMs} ${untilMs}`)
    .sort();
}
