/**
 * How long a large load takes in the time of the world, beside what Amazon's quota allows at best: a full bucket at once,
 * then one request at a time. For orders and documents the optimum is reckoned from the requests that are needed. For
 * events it is reckoned from those that were sent, whose number has a limit of its own.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { USAGE_PLANS } from '../../sim/amazon/index.ts';
import { createSellerWorld, financeEventsOf, ordersOf } from '../../sim/world/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { type Feeds, type FeedsOptions, rowsOf, startFeeds } from './feeds-kit.ts';
import { worldOfEvents, worldOfOrders } from './large-worlds.ts';

const END = '2026-10-01T00:00:00Z';
const AT = '2026-10-10T00:00:00Z';
const TOLERANCE = 1.01;
const isFull = process.env.LOAD === 'full';
const EVENTS = isFull ? 100_000 : 10_000;
const ORDERS = isFull ? 10_000 : 5_000;

let feeds: Feeds | undefined;
afterEach(async () => {
  await feeds?.close();
  feeds = undefined;
});

async function start(options: Omit<FeedsOptions, 'at' | 'since'> & { readonly since?: string }): Promise<Feeds> {
  feeds = await startFeeds({ at: AT, since: '2026-07-01', ...options });
  return feeds;
}

const sentOf = ({ amazon }: Feeds, operation: keyof typeof USAGE_PLANS) => amazon.world.log.of(operation);

function secondsAtBest(requests: number, operation: keyof typeof USAGE_PLANS): number {
  const { rate, burst } = USAGE_PLANS[operation];
  return Math.max(0, requests - burst) / rate;
}

async function secondsOf({ clock }: Feeds, work: () => Promise<unknown>): Promise<number> {
  const startedMs = clock.nowMs();
  await work();
  return (clock.nowMs() - startedMs) / 1000;
}

describe('loading within one per cent of what the quota allows', () => {
  it(`${ORDERS} orders (10,000 with LOAD=full), page by page`, async () => {
    const world = worldOfOrders(ORDERS, END, 60);
    const run = await start({ world, rules: { orders: { source: 'api', overlapMs: 1_800_000 } } });
    const seconds = await secondsOf(run, run.orders);
    const orders = ordersOf(world).length;
    const [stored] = await rowsOf<{ n: string }>(run, 'select count(*)::text as n from amazon_order');
    expect(Number(stored!.n)).toBe(orders);
    const needed = Math.ceil(orders / 100);
    expect(sentOf(run, 'searchOrders')).toHaveLength(needed);
    expect(seconds).toBeGreaterThanOrEqual(secondsAtBest(needed, 'searchOrders'));
    expect(seconds).toBeLessThanOrEqual(secondsAtBest(needed, 'searchOrders') * TOLERANCE);
    expect(run.throttled()).toBe(0);
  }, 240_000);

  it(`${ORDERS} orders by report, which the planner chooses, in the time that Amazon needs to make it`, async () => {
    const world = worldOfOrders(ORDERS, END, 55);
    const reportSeconds = 300;
    const run = await start({ world, reportSeconds, since: '2026-08-03' });
    const startedMs = run.clock.nowMs();
    await run.orders();
    const [stored] = await rowsOf<{ n: string }>(run, 'select count(*)::text as n from amazon_order');
    expect(Number(stored!.n)).toBe(ordersOf(world).length);
    const created = sentOf(run, 'createReport').length;
    expect(created).toBeGreaterThan(5);
    // What comes behind are the details of business orders, which no report has.
    const seconds = (sentOf(run, 'getReportDocument').at(-1)!.atMs - startedMs) / 1000;
    const onePollSeconds = 10;
    const best = secondsAtBest(created, 'createReport') + reportSeconds;
    expect(seconds).toBeLessThanOrEqual(best * TOLERANCE + onePollSeconds);
    expect(run.throttled()).toBe(0);
  }, 240_000);

  it(`${EVENTS} financial events (100,000 with LOAD=full), page by page`, async () => {
    const world = worldOfEvents(EVENTS, END, 80);
    const run = await start({ world });
    await run.finances();
    const [stored] = await rowsOf<{ n: string }>(run, 'select count(*)::text as n from finance_event');
    expect(Number(stored!.n)).toBe(financeEventsOf(world).length);
    const sent = sentOf(run, 'listTransactions');
    // Each window ends with a page of its own, and two pages in a hundred are Amazon's empty ones.
    expect(sent.length).toBeLessThanOrEqual((EVENTS / 100) * 1.04 + 12);
    const seconds = (sent.at(-1)!.atMs - sent[0]!.atMs) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(secondsAtBest(sent.length, 'listTransactions'));
    expect(seconds).toBeLessThanOrEqual(secondsAtBest(sent.length, 'listTransactions') * TOLERANCE + (isFull ? 0 : 2));
    expect(run.throttled()).toBe(0);
  }, 600_000);

  it('52 settlement documents', async () => {
    const world = createSellerWorld({
      seed: 'documents',
      sellerId: 'A2LARGE',
      accounts: (['US', 'CA', 'MX', 'UK', 'DE', 'FR', 'IT', 'ES', 'NL', 'JP'] as const).map((marketplace) => ({
        marketplace,
      })),
      from: parseLocalDate('2026-07-10'),
      to: parseLocalDate('2026-10-01'),
      ordersPerDay: 1,
    });
    const run = await start({ world });
    const documents = 52;
    const seconds = await secondsOf(run, async () => {
      const found = new Set<string>();
      for await (const { reportDocumentId } of run.settlements.list(null)) found.add(reportDocumentId);
      for (const reportDocumentId of [...found].slice(0, documents)) {
        const { bytes } = await run.settlements.download(reportDocumentId);
        for await (const _chunk of bytes);
      }
    });
    expect(sentOf(run, 'getReportDocument')).toHaveLength(documents);
    expect(seconds).toBeGreaterThanOrEqual(secondsAtBest(documents, 'getReportDocument'));
    expect(seconds).toBeLessThanOrEqual(secondsAtBest(documents, 'getReportDocument') * TOLERANCE);
    expect(run.throttled()).toBe(0);
  }, 120_000);
});

describe('requests that come too early', () => {
  it('happen once when somebody else has spent the allowance before, and never after', async () => {
    const world = worldOfOrders(3_000, END, 60);
    const run = await start({ world, rules: { orders: { source: 'api', overlapMs: 1_800_000 } } });
    run.amazon.world.quotas.drain('searchOrders');
    await run.orders();
    const statuses = sentOf(run, 'searchOrders').map((request) => request.status);
    expect(statuses[0]).toBe(429);
    expect(statuses.slice(1).every((status) => status === 200)).toBe(true);
    expect(statuses).toHaveLength(1 + Math.ceil(ordersOf(world).length / 100));
  }, 120_000);

  it('do not happen although every request is under way for up to a second and a half', async () => {
    const world = worldOfOrders(3_000, END, 60);
    const run = await start({
      world,
      rules: { orders: { source: 'api', overlapMs: 1_800_000 } },
      faultPlan: { seed: 'late', perMille: { 'latency-jitter': 1000 }, latencyMsMax: 1_500 },
    });
    await run.orders();
    expect(sentOf(run, 'searchOrders').length).toBeGreaterThan(30);
    expect(run.throttled()).toBe(0);
  }, 120_000);

  it('control: such latency is too early for a client that counts a whole bucket', async () => {
    const world = worldOfOrders(3_000, END, 60);
    const run = await start({
      world,
      faultPlan: { seed: 'late', perMille: { 'latency-jitter': 1000 }, latencyMsMax: 1_500 },
    });
    const { rate, burst } = USAGE_PLANS.searchOrders;
    const statuses: boolean[] = [];
    const { quotas } = run.amazon.world;
    for (let request = 0; request < burst + 20; request += 1) {
      const delayMs = request % 2 === 0 ? 1_400 : 100;
      if (request >= burst) await run.clock.sleep(1000 / rate);
      statuses.push(quotas.spend('searchOrders', 'A2LARGE', 'control', run.clock.nowMs() + delayMs));
    }
    expect(statuses).toContain(false);
  });
});
