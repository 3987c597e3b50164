/** What the feeds keep of the people who buy: nothing when buyers are off, and otherwise ciphertext until its day. */
import { afterEach, describe, expect, it } from 'vitest';
import { BUYER_CANARY, buyerOf, createSellerWorld, ordersOf } from '../../sim/world/index.ts';
import { createMemoryQuotas } from '../../src/amazon/index.ts';
import { type FeedReport, type FeedRules, purgeBuyers, SYSTEM } from '../../src/app/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { type Feeds, rowsOf, startFeeds } from './feeds-kit.ts';

const DAY_MS = 86_400_000;
const world = createSellerWorld({
  seed: 'buyers',
  sellerId: 'A2BUYERS',
  accounts: [{ marketplace: 'DE' }, { marketplace: 'UK' }],
  from: parseLocalDate('2026-07-20'),
  to: parseLocalDate('2026-09-10'),
  ordersPerDay: 3,
});
const EVERYTHING = { orders: true, finances: true, payouts: true, reimbursements: true, vat: true } as const;

interface Told {
  readonly feeds: Feeds;
  readonly reports: readonly FeedReport[];
  /** Every line of the log and of the progress, as one text. */
  readonly lines: string;
}

let running: Feeds | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** All feeds of a seller in Europe, with some records that come damaged, so that they are kept aside and complained about. */
async function readEverything(buyers: boolean, source: FeedRules['orders']['source']): Promise<Told> {
  const lines: string[] = [];
  const feeds = await startFeeds({
    world,
    region: 'EU',
    at: '2026-08-20T06:00:00Z',
    since: '2026-08-01',
    rules: { buyers, enabled: EVERYTHING, orders: { source, overlapMs: 1_800_000 } },
    reportSeconds: 60,
    log: { write: (level, event, facts) => lines.push(JSON.stringify([level, event, facts ?? null])) },
    quotas: (_books, clock) => createMemoryQuotas(clock),
  });
  running = feeds;
  const { faults } = feeds.amazon.world;
  for (const kind of ['missing-field', 'missing-detail', 'truncated-json', 'unknown-enum'] as const) {
    faults.add({ kind, operation: 'searchOrders' });
    faults.add({ kind, operation: 'getOrder' });
  }
  const reports: FeedReport[] = [];
  for (let day = 0; day < 4; day += 1) {
    for (const read of [
      feeds.orders,
      feeds.finances,
      feeds.payouts,
      () => feeds.onRequest('reimbursements'),
      () => feeds.onRequest('vat'),
    ])
      reports.push(await read());
    await feeds.clock.sleep(DAY_MS);
  }
  return { feeds, reports, lines: lines.join('\n') };
}

/** Every text of every table, and the bytes of every document as they would be read. */
async function everythingStored(feeds: Feeds): Promise<string> {
  const columns = await rowsOf<{ place: string; name: string }>(
    feeds,
    `select format('%I.%I', table_schema, table_name) as place, quote_ident(column_name) as name
     from information_schema.columns
     where table_schema not in ('pg_catalog', 'information_schema') and data_type in ('text', 'json', 'jsonb', 'bytea', 'ARRAY')`,
  );
  expect(columns.length).toBeGreaterThan(100);
  const parts: string[] = [];
  for (const { place, name } of columns) {
    const rows = await rowsOf<{ value: string }>(
      feeds,
      `select ${name}::text as value from ${place} where ${name} is not null`,
    );
    for (const { value } of rows) {
      parts.push(`${place} ${value}`);
      if (value.startsWith('\\x')) parts.push(`${place} ${Buffer.from(value.slice(2), 'hex').toString('latin1')}`);
    }
  }
  for (const { sha256 } of await rowsOf<{ sha256: never }>(feeds, 'select sha256 from evidence')) {
    const pieces: Uint8Array[] = [];
    for await (const piece of feeds.context.books.openEvidence(sha256)) pieces.push(piece);
    parts.push(`evidence ${Buffer.concat(pieces).toString('latin1')}`);
  }
  return parts.join('\n');
}

const linesWith = (text: string, word: string) =>
  text
    .split('\n')
    .filter((line) => line.toLowerCase().includes(word.toLowerCase()))
    .map((line) => line.slice(0, 120));

const booked = (feeds: Feeds) =>
  Promise.all([
    rowsOf(feeds, 'select order_id, amazon_status, content_sha256 from amazon_order order by order_id'),
    rowsOf(feeds, 'select item_key, charges::text from amazon_order_item order by order_key, item_key'),
    rowsOf(feeds, 'select event_key, content_sha256 from finance_event order by event_key'),
    rowsOf(feeds, 'select id, balance_type, amount_minor::text from amazon_balance order by id'),
  ]);

describe('while buyers are off', () => {
  it.each(['api', 'report', 'automatic'] as const)(
    'no trace of a person is left by reading orders by %s',
    async (source) => {
      const { feeds, reports, lines } = await readEverything(false, source);
      const stored = await everythingStored(feeds);
      expect(linesWith(stored, BUYER_CANARY)).toEqual([]);
      expect(linesWith(lines, BUYER_CANARY)).toEqual([]);
      expect(linesWith(JSON.stringify(reports), BUYER_CANARY)).toEqual([]);
      for (const order of ordersOf(world)) {
        const { purchaseOrderNumber } = buyerOf(world, order);
        if (purchaseOrderNumber !== undefined) expect(linesWith(stored, purchaseOrderNumber)).toEqual([]);
      }
      expect(await rowsOf(feeds, 'select * from order_buyer')).toEqual([]);
      // control: everything was read and stored, and something was complained about.
      const [orders, items, events, balances] = await booked(feeds);
      expect([orders.length > 50, items.length > 50, events.length > 50, balances.length > 5]).toEqual(
        Array(4).fill(true),
      );
      expect(await rowsOf(feeds, 'select * from vat_line limit 1')).toHaveLength(1);
      if (source === 'api') expect(reports.flatMap(({ problems }) => problems).length).toBeGreaterThan(0);
      expect(stored).toContain(ordersOf(world)[30]!.items[0]!.sku);
    },
  );
});

describe('while buyers are on', () => {
  it('they are stored as ciphertext only, and gone after their day, with orders and balances as they were', async () => {
    const { feeds, reports, lines } = await readEverything(true, 'api');
    const { books, connection, clock } = feeds.context;
    const [{ n } = { n: '0' }] = await rowsOf<{ n: string }>(feeds, 'select count(*)::text as n from order_buyer');
    expect(Number(n)).toBeGreaterThan(50);
    const stored = await everythingStored(feeds);
    expect(linesWith(stored, BUYER_CANARY)).toEqual([]);
    expect(linesWith(lines, BUYER_CANARY)).toEqual([]);
    expect(linesWith(JSON.stringify(reports), BUYER_CANARY)).toEqual([]);
    const [one] = await rowsOf<{ id: string; due: string }>(
      feeds,
      'select order_id as id, delete_after as due from order_buyer order by delete_after desc',
    );
    // control: with the key it says who bought.
    const buyer = await books.openBuyer(connection.id, one!.id, SYSTEM, 'a test');
    expect(JSON.stringify(buyer)).toContain(BUYER_CANARY);

    const before = await booked(feeds);
    expect(await purgeBuyers({ books, actor: SYSTEM })).toBeGreaterThanOrEqual(0);
    expect(await books.openBuyer(connection.id, one!.id, SYSTEM, 'control: its day has not come')).toBeDefined();
    await feeds.clock.sleep(Date.parse(one!.due) - clock.nowMs());
    expect(await purgeBuyers({ books, actor: SYSTEM })).toBeGreaterThan(0);
    expect(await rowsOf(feeds, 'select * from order_buyer')).toEqual([]);
    expect(await books.openBuyer(connection.id, one!.id, SYSTEM, 'too late')).toBeUndefined();
    expect(await booked(feeds)).toEqual(before);
    expect(linesWith(await everythingStored(feeds), BUYER_CANARY)).toEqual([]);
  });
});
