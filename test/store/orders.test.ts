import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Order } from '../../src/app/index.ts';
import { type CurrencyCode, money } from '../../src/core/index.ts';
import { createFeedBooks } from '../../src/store/index.ts';
import { DAY_MS, eur, item, openTestFeeds, order, pendingOrder, reportOrder, type TestFeeds } from './feed-samples.ts';
import { addConnection, problemCode } from './samples.ts';

let test: TestFeeds;
let reportA: Awaited<ReturnType<TestFeeds['evidence']>>;
let reportB: typeof reportA;
beforeAll(async () => {
  test = await openTestFeeds();
  reportA = await test.evidence('report A');
  reportB = await test.evidence('report B');
});
afterAll(() => test.close());

const byApi = (...orders: Order[]) => test.feeds.putOrders(test.connection.id, orders, { reportSha256: null });
const byReport = (sha256: typeof reportA, ...orders: Order[]) =>
  test.feeds.putOrders(test.connection.id, orders, { reportSha256: sha256 });
const stored = async (orderId: string) => (await test.feeds.getOrder(orderId)).order;
const counts = (facts: object) => ({ inserted: 0, changed: 0, unchanged: 0, unreadable: 0, ...facts });
const LATER = '2026-11-22T10:00:00.000Z';
const EARLIER = '2026-11-20T11:00:00.000Z';

it('an order reads back as it was told, with every item and amount', async () => {
  const told = order({
    orderId: 'whole',
    items: [item({ itemKey: '12' }), item({ itemKey: '11', sku: null, asin: null })],
  });
  expect(await byApi(told)).toEqual(counts({ inserted: 1 }));
  const record = await test.feeds.getOrder('whole');
  expect(record.order).toEqual(told);
  expect(record).toMatchObject({ connectionId: test.connection.id, wantsDetail: false });
});

it('an order without a price has none, instead of zero', async () => {
  await byApi(pendingOrder('pending'));
  expect(await stored('pending')).toEqual(pendingOrder('pending'));
});

it('charges are summed by kind and subject, so that they can be queried', async () => {
  await byApi(order({ orderId: 'sums' }));
  const { rows } = await test.database.pool.query(
    `select item_minor, shipping_minor, gift_wrap_minor, other_minor, tax_minor, discount_minor
     from amazon_order_item i join amazon_order o on o.id = i.order_key where o.order_id = 'sums'`,
  );
  expect(rows.map((row) => Object.values(row).map(Number))).toEqual([[2_000, 499, 99, 7, 475, -200]]);
});

describe('of two versions', () => {
  it('the same again changes nothing, also when its members come in another order', async () => {
    await byApi(order({ orderId: 'same' }));
    const before = await test.feeds.getOrder('same');
    await test.time.sleep(1_000);
    const source = { nested: { a: null, b: 1 }, weights: [0.25, 1e300], orderId: '028-0000001-0000001' };
    expect(await byApi(order({ orderId: 'same', source }))).toEqual(counts({ unchanged: 1 }));
    expect(await test.feeds.getOrder('same')).toEqual(before);
  });

  it('the newer one wins, with its items only', async () => {
    await byApi(order({ orderId: 'newer', items: [item(), item({ itemKey: '12' })] }));
    const told = order({
      orderId: 'newer',
      lastUpdatedAt: LATER,
      status: 'cancelled',
      items: [item({ itemKey: '13' })],
    });
    await test.time.sleep(1_000);
    expect(await byApi(told)).toEqual(counts({ changed: 1 }));
    const record = await test.feeds.getOrder('newer');
    expect(record.order).toEqual(told);
    expect(Date.parse(record.changedAt)).toBe(Date.parse(record.firstSeenAt) + 1_000);
  });

  it('an older one changes nothing, whoever tells it', async () => {
    await byApi(order({ orderId: 'older' }));
    expect(await byApi(order({ orderId: 'older', lastUpdatedAt: EARLIER, status: 'pending' }))).toEqual(
      counts({ unchanged: 1 }),
    );
    expect(await byReport(reportA, reportOrder(9, { orderId: 'older', lastUpdatedAt: EARLIER }))).toEqual(
      counts({ unchanged: 1 }),
    );
    expect(await stored('older')).toEqual(order({ orderId: 'older' }));
  });

  it('of one moment the interface wins over a report, whichever comes first', async () => {
    await byApi(order({ orderId: 'tie-1' }));
    await byReport(reportA, reportOrder(7, { orderId: 'tie-1' }));
    await byReport(reportA, reportOrder(8, { orderId: 'tie-2' }));
    expect(await byApi(order({ orderId: 'tie-2' }))).toEqual(counts({ changed: 1 }));
    expect(await stored('tie-1')).toEqual(order({ orderId: 'tie-1' }));
    expect(await stored('tie-2')).toEqual(order({ orderId: 'tie-2' }));
  });

  it('of one moment an answer without tax data does not replace one that has them', async () => {
    await byApi(order({ orderId: 'tax' }));
    const without = order({ orderId: 'tax', lacksTaxData: true, taxRegistrations: [] });
    expect(await byApi(without)).toEqual(counts({ unchanged: 1 }));
    expect(await stored('tax')).toEqual(order({ orderId: 'tax' }));
    // control: a newer one does.
    await byApi({ ...without, lastUpdatedAt: LATER });
    expect(await stored('tax')).toEqual({ ...without, lastUpdatedAt: LATER });
  });

  it('in one batch the newest counts, and all are counted', async () => {
    const newest = order({ orderId: 'twice', lastUpdatedAt: LATER });
    expect(
      await byApi(order({ orderId: 'twice' }), newest, order({ orderId: 'twice', lastUpdatedAt: EARLIER })),
    ).toEqual(counts({ inserted: 1, unchanged: 2 }));
    expect(await stored('twice')).toEqual(newest);
  });
});

describe('rows of a report', () => {
  it('of one order add up, in one batch and over several, in the order of the report', async () => {
    const rows = [10, 2, 30].map((row) => reportOrder(row, { orderId: 'rows' }));
    expect(await byReport(reportA, rows[0]!, rows[1]!)).toEqual(counts({ inserted: 1, unchanged: 1 }));
    expect(await byReport(reportA, rows[2]!)).toEqual(counts({ changed: 1 }));
    expect((await stored('rows')).items.map(({ itemKey }) => itemKey)).toEqual(['row:2', 'row:10', 'row:30']);
  });

  it('that are read again change nothing', async () => {
    const before = await test.feeds.getOrder('rows');
    const again = await byReport(reportA, reportOrder(30, { orderId: 'rows' }), reportOrder(2, { orderId: 'rows' }));
    expect(again).toEqual(counts({ unchanged: 2 }));
    expect(await test.feeds.getOrder('rows')).toEqual(before);
  });

  it('of one order add up although Amazon updated it between two rows', async () => {
    await byReport(reportA, reportOrder(1, { orderId: 'between' }));
    await byReport(reportA, reportOrder(2, { orderId: 'between', lastUpdatedAt: LATER }));
    await byReport(reportA, reportOrder(3, { orderId: 'between' }));
    const { items, lastUpdatedAt } = await stored('between');
    expect(items.map(({ itemKey }) => itemKey)).toEqual(['row:1', 'row:2', 'row:3']);
    expect(lastUpdatedAt).toBe(LATER);
  });

  it('of another report take the place of those there are, without counting as news', async () => {
    await byReport(reportA, reportOrder(5, { orderId: 'again' }), reportOrder(6, { orderId: 'again' }));
    const before = await test.feeds.getOrder('again');
    await test.time.sleep(1_000);
    expect(await byReport(reportB, reportOrder(105, { orderId: 'again' }))).toEqual(counts({ unchanged: 1 }));
    await byReport(reportB, reportOrder(106, { orderId: 'again' }));
    const after = await test.feeds.getOrder('again');
    expect(after.order.items.map(({ itemKey }) => itemKey)).toEqual(['row:105', 'row:106']);
    expect(after.changedAt).toBe(before.changedAt);
  });
});

describe('details are wanted', () => {
  const wanting = () => test.feeds.ordersWantingDetail(test.connection.id, 100);

  it('of business orders that a report told, and of orders that the interface had told before, oldest first', async () => {
    await byReport(reportA, reportOrder(50, { orderId: 'business', isBusiness: true, lastUpdatedAt: LATER }));
    await byReport(reportA, reportOrder(51, { orderId: 'consumer' }));
    await byApi(order({ orderId: 'told-before' }));
    await byReport(reportB, reportOrder(52, { orderId: 'told-before', lastUpdatedAt: '2026-11-22T09:00:00.000Z' }));
    expect(await wanting()).toEqual(['told-before', 'business']);
    expect(await test.feeds.getOrder('told-before')).toMatchObject({ wantsDetail: true });
    expect(await test.feeds.ordersWantingDetail(test.connection.id, 1)).toEqual(['told-before']);
  });

  it('until the interface tells them', async () => {
    await byApi(order({ orderId: 'business', lastUpdatedAt: LATER }));
    expect(await wanting()).toEqual(['told-before']);
  });

  it('no more of an order that Amazon does not know, until a report tells a newer version', async () => {
    await test.feeds.giveUpDetail(test.connection.id, ['told-before', 'unheard-of']);
    expect(await wanting()).toEqual([]);
    await byReport(
      reportB,
      reportOrder(60, { orderId: 'told-before', isBusiness: true, lastUpdatedAt: '2026-11-23T09:00:00.000Z' }),
    );
    expect(await wanting()).toEqual(['told-before']);
  });
});

describe('an order that cannot be stored as it is', () => {
  const huge = money('EUR' as CurrencyCode, 2n ** 63n);
  it.each<[string, Partial<Order>]>([
    ['is in two currencies', { grandTotal: money('USD' as CurrencyCode, 1n) }],
    ['has an amount larger than the column', { grandTotal: huge }],
    [
      'has charges whose sum is larger than the column',
      { items: [item({ charges: [0, 1].map(() => ({ kind: 'price', subject: 'item', amount: eur(2n ** 62n) })) })] },
    ],
    ['has a quantity larger than the column', { items: [item({ quantityOrdered: 2 ** 31 })] }],
    ['has half a piece', { items: [item({ quantityShipped: 0.5 })] }],
    [
      'has a discount above zero',
      { items: [item({ charges: [{ kind: 'discount', subject: 'item', amount: eur(1n) }] })] },
    ],
    ['has two items of one key', { items: [item(), item()] }],
  ])('because it %s is kept aside whole, and the others are stored', async (name, facts) => {
    const bad = order({ orderId: `bad ${name}`, source: { name }, ...facts });
    const good = order({ orderId: `good ${name}` });
    expect(await byApi(bad, good)).toEqual(counts({ inserted: 1, unreadable: 1 }));
    expect(await problemCode(test.feeds.getOrder(bad.orderId))).toBe('ORDER_UNKNOWN');
    const kept = await test.feeds.listUnreadable(test.connection.id, { feed: 'orders', withSource: true });
    expect(kept.at(-1)).toMatchObject({ recordId: bad.orderId, source: { name } });
    // It is gone once it can be read.
    await byApi(order({ orderId: bad.orderId }));
    expect(await test.feeds.listUnreadable(test.connection.id, 'orders')).toHaveLength(kept.length - 1);
  });

  it('a row that was read does not remove one of the same order that could not be', async () => {
    const unreadable = { recordId: 'half', says: 'quantity', source: { row: '7' } };
    await test.feeds.keepUnreadable(test.connection.id, 'orders', [unreadable]);
    await byReport(reportA, reportOrder(70, { orderId: 'half' }));
    expect(await test.feeds.listUnreadable(test.connection.id, 'orders')).toHaveLength(1);
    await byApi(order({ orderId: 'half' }));
    expect(await test.feeds.listUnreadable(test.connection.id, 'orders')).toEqual([]);
  });
});

it('characters that PostgreSQL holds in no text do not stop a page', async () => {
  const odd = order({
    orderId: 'odd',
    shipToCity: 'K\u0000ln',
    items: [item({ title: 'half \ud83d pair', sku: '\\u0000 \\\\ud800' })],
    source: { 'key\u0000': '\udc00' },
  });
  await byApi(odd);
  const { shipToCity, items, source } = await stored('odd');
  expect(shipToCity).toBe('K\ufffdln');
  expect(items[0]).toMatchObject({ title: 'half \ufffd pair', sku: '\\u0000 \\\\ud800' });
  expect(source).toEqual({ 'key\ufffd': '\ufffd' });
  expect(await byApi(odd)).toEqual(counts({ unchanged: 1 }));
});

it('more records than a batch holds are refused, and a full batch is stored', async () => {
  const orders = Array.from({ length: 501 }, (_, index) => order({ orderId: `many-${index}` }));
  await expect(byApi(...orders)).rejects.toMatchObject({ kind: 'defect' });
  expect(await byApi(...orders.slice(1))).toEqual(counts({ inserted: 500 }));
});

it('a batch is stored whole or not at all', async () => {
  const unknownReport = 'f'.repeat(64) as typeof reportA;
  const rows = [
    reportOrder(1, { orderId: 'half-1' }),
    order({ ...reportOrder(2, { orderId: 'half-2' }), grandTotal: eur(2n ** 63n) }),
  ];
  await expect(byReport(unknownReport, ...rows)).rejects.toThrow('foreign key');
  expect(await problemCode(test.feeds.getOrder('half-1'))).toBe('ORDER_UNKNOWN');
  expect(await test.feeds.listUnreadable(test.connection.id, 'orders')).toEqual([]);
});

it('of many processes that store the same orders at once, one inserts each', async () => {
  const orders = Array.from({ length: 20 }, (_, index) => order({ orderId: `race-${index}` }));
  const others = Array.from({ length: 4 }, () => createFeedBooks(test));
  const all = await Promise.all(
    others.map((each, index) =>
      each.putOrders(test.connection.id, index % 2 ? orders : [...orders].reverse(), { reportSha256: null }),
    ),
  );
  expect(all.map(({ inserted }) => inserted).sort((a, b) => a - b)).toEqual([0, 0, 0, 20]);
});

describe('lists', () => {
  it('have the newest order first, and can be narrowed', async () => {
    const connection = await addConnection(test.books, 'LISTS');
    const put = (...orders: Order[]) => test.feeds.putOrders(connection.id, orders, { reportSha256: null });
    await put(
      order({ orderId: 'l-1', createdAt: '2026-11-01T00:00:00.000Z' }),
      order({ orderId: 'l-2', createdAt: '2026-11-02T00:00:00.000Z', status: 'cancelled' }),
      order({ orderId: 'l-3', createdAt: '2026-11-03T00:00:00.000Z' }),
    );
    const list = async (filter: Omit<Parameters<typeof test.feeds.listOrders>[0], 'connectionId'>) =>
      (await test.feeds.listOrders({ connectionId: connection.id, ...filter })).map((each) => each.order.orderId);
    expect(await list({})).toEqual(['l-3', 'l-2', 'l-1']);
    expect(await list({ limit: 1 })).toEqual(['l-3']);
    expect(await list({ from: '2026-11-02T00:00:00.000Z' })).toEqual(['l-3', 'l-2']);
    expect(await list({ until: '2026-11-02T00:00:00.000Z' })).toEqual(['l-1']);
    expect(await list({ status: 'cancelled' })).toEqual(['l-2']);
    expect((await test.feeds.listOrders({})).length).toBe(100);
    expect((await test.feeds.listOrders({ limit: 100_000 })).length).toBeGreaterThan(500);
  });

  it('ORDER_UNKNOWN: an order that is not stored is told by its number', async () => {
    await expect(test.feeds.getOrder('nope')).rejects.toMatchObject({
      code: 'ORDER_UNKNOWN',
      kind: 'invalid',
      says: expect.stringContaining('nope'),
    });
  });
});

it('orders of a day are counted over the days that were read, and not known before anything was', async () => {
  const { id } = await addConnection(test.books, 'PER-DAY');
  expect(await test.feeds.ordersPerDay(id)).toBeNull();
  const window = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-23T00:00:00.000Z' };
  const open = { window, pageToken: 't', tokenAt: window.until, completeUntil: null };
  await test.feeds.writeCursor(id, 'orders', { watermark: window.from, open, memory: {} });
  expect(await test.feeds.ordersPerDay(id)).toBeNull();
  await test.feeds.writeCursor(id, 'orders', { watermark: '2026-11-11T00:00:00.000Z', open: null, memory: {} });
  expect(await test.feeds.ordersPerDay(id)).toBe(0);
  const startMs = Date.parse(window.from);
  const orders = Array.from({ length: 40 }, (_, index) =>
    order({ orderId: `day-${index}`, lastUpdatedAt: new Date(startMs + (index / 4) * DAY_MS).toISOString() }),
  );
  await test.feeds.putOrders(id, orders, { reportSha256: null });
  expect(await test.feeds.ordersPerDay(id)).toBe(4);
  // Long ago does not count.
  await test.feeds.putOrders(id, [order({ orderId: 'long-ago', lastUpdatedAt: '2025-01-01T00:00:00.000Z' })], {
    reportSha256: null,
  });
  expect(await test.feeds.ordersPerDay(id)).toBeCloseTo(40 / 28);
});

describe('the currency of an order in a report', () => {
  const cancelled = (row: number, orderId: string, facts: Partial<Order> = {}) => {
    const nothing = { unitPrice: null, charges: [], proceedsTotal: null, pointsGranted: null };
    const told = item({ ...nothing, orderItemId: null, itemKey: `row:${row}`, isCancelled: true });
    return reportOrder(row, { orderId, currency: null, items: [told], ...facts });
  };
  const USD = 'USD' as CurrencyCode;
  const inDollars = (row: number, orderId: string) => {
    const charges = [{ kind: 'price', subject: 'item', amount: money(USD, 500n) }] as const;
    return cancelled(row, orderId, {
      currency: USD,
      items: [{ ...cancelled(row, orderId).items[0]!, charges }],
    });
  };
  const reasons = async (orderId: string) =>
    (await test.feeds.listUnreadable(test.connection.id, 'orders')).flatMap((record) =>
      record.recordId === orderId ? [record.says] : [],
    );

  it('is that of any row that names one, whichever comes first, in one batch and over several', async () => {
    await byReport(reportA, reportOrder(2, { orderId: 'priced first' }), cancelled(3, 'priced first'));
    await byReport(reportA, cancelled(4, 'priced last'), reportOrder(5, { orderId: 'priced last' }));
    await byReport(reportA, cancelled(6, 'priced later'));
    await byReport(reportA, reportOrder(7, { orderId: 'priced later' }));
    await byReport(reportA, reportOrder(8, { orderId: 'priced before' }));
    await byReport(reportA, cancelled(9, 'priced before'));
    await byReport(reportA, reportOrder(10, { orderId: 'newer without' }));
    await byReport(reportA, cancelled(11, 'newer without', { lastUpdatedAt: LATER }));
    for (const orderId of ['priced first', 'priced last', 'priced later', 'priced before', 'newer without']) {
      const { currency, items } = await stored(orderId);
      expect([orderId, currency, items.length]).toEqual([orderId, 'EUR', 2]);
      expect(items.map(({ unitPrice }) => unitPrice?.currency)).toContain('EUR');
    }
  });

  it('control: one whose rows all name none has none', async () => {
    await byReport(reportA, cancelled(12, 'cancelled'), cancelled(13, 'cancelled'));
    expect((await stored('cancelled')).currency).toBeNull();
  });

  it('named by a later row is no news when another report tells the same', async () => {
    await byReport(reportA, cancelled(14, 'named later'));
    await byReport(reportA, reportOrder(15, { orderId: 'named later' }));
    expect(await byReport(reportB, reportOrder(15, { orderId: 'named later' }))).toEqual(counts({ unchanged: 1 }));
    expect((await stored('named later')).currency).toBe('EUR');
  });

  it('is one: a row in another is kept aside, in one batch and over several', async () => {
    const told = await byReport(reportA, reportOrder(20, { orderId: 'two' }), inDollars(21, 'two'));
    expect(told).toEqual(counts({ inserted: 1, unreadable: 1 }));
    await byReport(reportA, reportOrder(22, { orderId: 'two later' }));
    expect(await byReport(reportA, inDollars(23, 'two later'))).toEqual(counts({ unreadable: 1 }));
    const says = 'a row is in USD, another of the same order in EUR';
    for (const orderId of ['two', 'two later']) {
      const { currency, items } = await stored(orderId);
      expect([currency, items.length]).toEqual(['EUR', 1]);
      expect(await reasons(orderId)).toEqual([says]);
    }
  });

  it('control: a version that another report or the interface tells may be in another', async () => {
    await byReport(reportA, reportOrder(24, { orderId: 'moved' }));
    expect(await byReport(reportB, inDollars(25, 'moved'))).toMatchObject({ unreadable: 0 });
    expect((await stored('moved')).currency).toBe('USD');
  });
});
