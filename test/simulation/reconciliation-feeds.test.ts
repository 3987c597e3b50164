/** Orders, events and settlement files of one pretend seller, through the real adapters and the real store, say the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSellerWorld, printSettlement } from '../../sim/world/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import {
  type ConnectionFacts,
  compareSummaries,
  gatherConnection,
  orderSections,
  type ReconciliationContext,
  reconcileOrders,
  SYSTEM,
} from '../../src/app/index.ts';
import { type LocalDate, parseLocalDate, silentLog } from '../../src/core/index.ts';
import { createReconciliationStore, timeOf } from '../../src/store/index.ts';
import { bytesOf } from '../store/samples.ts';
import { type Feeds, startFeeds } from './feeds-kit.ts';

const DAY_MS = 86_400_000;
const FROM = parseLocalDate('2026-08-01');
const UNTIL = parseLocalDate('2026-10-01');
const world = createSellerWorld({
  seed: 'three ways',
  sellerId: 'A2THREE',
  accounts: [{ marketplace: 'US' }, { marketplace: 'CA' }],
  from: FROM,
  to: UNTIL,
  ordersPerDay: 2,
});

let feeds: Feeds;
let context: ReconciliationContext;
let facts: ConnectionFacts;

beforeAll(async () => {
  feeds = await startFeeds({
    world,
    at: '2026-10-20T06:00:00Z',
    since: '2026-07-20',
    rules: { orders: { source: 'api', overlapMs: 0 } },
  });
  const { books, database } = feeds.books;
  for (const settlement of world.settlements) {
    const { bytes, contentType } = printSettlement(settlement);
    const facts = { origin: 'test', contentType, headers: {} };
    const { sha256 } = await books.putEvidence(one(bytes), facts);
    const source = { name: settlement.settlementId, contentType, open: () => one(bytes) };
    const reading = await readSettlementFile(source, { header: () => {}, line: () => {} });
    await books.receiveSettlement({ connectionId: feeds.context.connection.id, sha256, reading }, SYSTEM);
  }
  for (let day = 0; day < 2; day += 1) {
    for (const feed of [feeds.orders, feeds.finances, feeds.payouts]) expect((await feed()).problems).toEqual([]);
    await feeds.clock.sleep(DAY_MS);
  }
  // The kit reads without the wrapper that tells how far a feed has come.
  const run = { startedAt: '2026-10-21T06:00:00.000Z', isUpToDate: true, completeUntil: '2026-10-21T00:00:00.000Z' };
  for (const feed of ['orders', 'finances'] as const) {
    await feeds.context.books.recordFeedRun(feeds.context.connection.id, feed, { ...run, problems: [] });
  }
  context = {
    books,
    feedBooks: feeds.context.books as ReconciliationContext['feedBooks'],
    reconciliation: createReconciliationStore(database, timeOf(feeds.clock)),
    readSettlement: readSettlementFile,
    today: parseLocalDate('2026-11-20'),
    log: silentLog,
    actor: SYSTEM,
  };
  facts = await gatherConnection(context, { connection: feeds.context.connection, bookFrom: null });
}, 300_000);

afterAll(() => feeds?.close());

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const period: { from: LocalDate; until: LocalDate } = { from: FROM, until: UNTIL };

describe('the three-way match of a pretend seller', () => {
  it('finds nothing to look into, whatever happened to the orders', async () => {
    const matching = await reconcileOrders(context, facts, period);
    expect(matching.orderCount).toBeGreaterThan(100);
    expect(matching.orderResiduals).toEqual([]);
    expect(matching.eventResiduals).toEqual([]);
    const matched = matching.orders.map(({ reasons }) => reasons.matched.count + reasons['tax-treatment'].count);
    expect(matched.every((count) => count > 20)).toBe(true);
    expect(orderSections(matching)[0]?.rows.length).toBe(2);
  });

  it('misses an order that was paid and is not in the feed, and one that was ordered and never paid', async () => {
    const [paid] = await context.reconciliation.shippedOrderIds(
      feeds.context.connection.id,
      { from: '2026-08-01T00:00:00.000Z', until: '2026-08-10T00:00:00.000Z' },
      '',
      1,
    );
    const without: ReconciliationContext = {
      ...context,
      reconciliation: {
        ...context.reconciliation,
        ordersOf: async (id, orderIds) =>
          (await context.reconciliation.ordersOf(id, orderIds)).filter(({ orderId }) => orderId !== paid),
      },
    };
    const matching = await reconcileOrders(without, facts, period);
    expect(matching.orderResiduals).toMatchObject([{ orderId: paid, reason: 'paid-not-ordered' }]);
    const [unpaid] = matching.orderResiduals[0]!.settlements;
    const settlements = facts.settlements.filter(({ record }) => record.settlementId !== unpaid);
    const cut = await reconcileOrders(context, { ...facts, settlements }, period);
    const missed = cut.orderResiduals.filter(({ reason }) => reason === 'ordered-not-paid');
    expect(missed.map(({ orderId }) => orderId)).toContain(paid);
    expect(cut.eventResiduals.map(({ reason }) => reason)).toContain('event-without-row');
  });

  it('an event without a row, and a row without an event, by the whole amount of the order', async () => {
    const ids = new Set<string>();
    const bent: ReconciliationContext = {
      ...context,
      reconciliation: {
        ...context.reconciliation,
        eventsOfOrders: async (id, orderIds) => {
          const events = await context.reconciliation.eventsOfOrders(id, orderIds);
          const [first] = events.filter(({ settlementId }) => settlementId !== null);
          if (ids.size === 0 && first?.orderId) ids.add(first.orderId);
          return events.filter(({ orderId }) => !ids.has(orderId ?? ''));
        },
      },
    };
    const { eventResiduals, events } = await reconcileOrders(bent, facts, period);
    expect(new Set(eventResiduals.map(({ orderId }) => orderId))).toEqual(ids);
    expect(new Set(eventResiduals.map(({ reason }) => reason))).toEqual(new Set(['row-without-event']));
    const listed = eventResiduals.reduce((sum, { residualMinor }) => sum + residualMinor, 0n);
    const summed = events.reduce((sum, { reasons }) => sum + reasons['row-without-event'].minor, 0n);
    expect(listed).toBe(summed);
  });
});

it('Amazon’s own summaries agree with the files, by total and by group', async () => {
  const compared = await compareSummaries(context, facts);
  expect(compared.filter(({ summaryMinor }) => summaryMinor !== null).length).toBeGreaterThan(3);
  expect(compared.filter(({ differenceMinor, groups }) => differenceMinor !== 0n || groups.length > 0)).toEqual([]);
});

it('the sums of a file are read from its bytes once, and kept', async () => {
  const [known] = facts.settlements;
  const unreadable = { ...context, readSettlement: () => Promise.reject(new Error('read twice')) };
  expect(await gatherConnection(unreadable, { connection: feeds.context.connection, bookFrom: null })).toEqual(facts);
  expect(known?.sums.triples.reduce((sum, { minor }) => sum + minor, 0n)).toBe(known?.record.header.total.minor);
  expect(await context.reconciliation.findSums(known!.record.sha256)).toEqual(known?.sums);
  await feeds.books.books.putEvidence(bytesOf('other'), { origin: 't', contentType: null, headers: {} });
});
