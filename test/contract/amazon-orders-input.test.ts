/** Orders as Amazon should not send them: each is read, or kept aside with its reason, and none is lost or takes another with it. */
import { describe, expect, it } from 'vitest';
import { createOrdersFeed } from '../../src/amazon/orders/index.ts';
import { plainSource } from '../../src/amazon/orders/plain-source.ts';
import type { FeedPage, OrderWithBuyer } from '../../src/app/index.ts';
import { type CanonicalValue, canonicalJson, silentLog } from '../../src/core/index.ts';
import { CANARY, eur, fakeApi, query, wireItem, wireOrder } from './amazon-orders-kit.ts';
import { createWorld, problemOf, VirtualClock } from './amazon-stand-in.ts';

const good = wireOrder({ orderId: 'good' });

async function search(orders: readonly unknown[], more: object = {}): Promise<FeedPage<OrderWithBuyer>> {
  const { api } = fakeApi(() => ({ orders, ...more }));
  const feed = createOrdersFeed({ api, clock: new VirtualClock(), log: silentLog });
  return feed.search({ ...query, withBuyers: true }, null);
}

const itemWith = (more: object) => wireOrder({ orderItems: [wireItem('1', { ...more })] });
const total = (grandTotal: unknown) => wireOrder({ proceeds: { grandTotal } });

describe('kept aside, with its reason and without the value', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'the order'],
    ['a text', `${CANARY}`, 'the order'],
    ['a list', [], 'the order'],
    ['an empty id', wireOrder({ orderId: '' }), 'orderId is empty'],
    ['an id longer than an index holds', wireOrder({ orderId: 'x'.repeat(10_000_000) }), 'orderId is too long'],
    ['a time that is none', wireOrder({ createdTime: 'yesterday' }), 'createdTime is not a time'],
    ['a time without a zone', wireOrder({ createdTime: '2026-11-20T10:00:00' }), 'createdTime is not a time'],
    ['a time that does not exist', wireOrder({ createdTime: '2026-13-20T10:00:00Z' }), 'createdTime is not a time'],
    ['a time before Amazon', wireOrder({ lastUpdatedTime: '0001-01-01T00:00:00Z' }), 'lastUpdatedTime is not a time'],
    ['NaN', total(eur('NaN')), 'proceeds.grandTotal is not an amount in EUR'],
    ['an exponent', total(eur('1E+2')), 'proceeds.grandTotal is not an amount in EUR'],
    ['a comma', total(eur('1,50')), 'proceeds.grandTotal is not an amount in EUR'],
    ['more decimals than the currency has', total({ amount: '1.5', currencyCode: 'JPY' }), 'not an amount in JPY'],
    ['a number where a text is promised', total({ amount: 1.5, currencyCode: 'EUR' }), 'proceeds.grandTotal.amount'],
    ['an amount without end', total(eur('9'.repeat(1_000_000))), 'proceeds.grandTotal is too large an amount'],
    ['an amount no column holds', total(eur('99999999999999999999')), 'proceeds.grandTotal is too large an amount'],
    ['a currency nobody knows', total({ amount: '1', currencyCode: 'XXX' }), 'in a currency that is not known'],
    [
      'two currencies',
      itemWith({ proceeds: { proceedsTotal: { amount: '1', currencyCode: 'USD' } } }),
      'more than one currency',
    ],
    ['half a piece', itemWith({ quantityOrdered: 1.5 }), 'orderItems.0.quantityOrdered is no number of pieces'],
    ['pieces below zero', itemWith({ quantityOrdered: -1 }), 'orderItems.0.quantityOrdered'],
    ['more pieces than a column holds', itemWith({ quantityOrdered: 4e9 }), 'orderItems.0.quantityOrdered'],
    ['no item id', itemWith({ orderItemId: null }), 'orderItems.0.orderItemId'],
    ['one item twice', wireOrder({ orderItems: [wireItem('1'), wireItem('1')] }), 'one orderItemId twice'],
    ['items that are no list', wireOrder({ orderItems: {} }), 'orderItems'],
    ['a breakdown without amount', itemWith({ proceeds: { breakdowns: [{ type: 'ITEM' }] } }), 'breakdowns.0.subtotal'],
    [
      'a SKU longer than an index holds',
      itemWith({ product: { sellerSku: 'x'.repeat(5_000) } }),
      'sellerSku is too long',
    ],
  ])('%s', async (_name, order, says) => {
    const page = await search([order, good]);
    expect(page.items.map(({ order: read }) => read.orderId)).toEqual(['good']);
    expect(page.unreadable).toHaveLength(1);
    const [kept] = page.unreadable;
    expect(kept?.says).toContain(says);
    expect(JSON.stringify(kept)).not.toContain(CANARY);
    expect(kept!.says.length).toBeLessThan(200);
    // What the books do with it must not fail either.
    expect(canonicalJson(kept!.source as CanonicalValue)).toBeTypeOf('string');
  });

  it('keeps Amazon’s id where that much can be read', async () => {
    const page = await search([wireOrder({ createdTime: 5 }), { orderId: 7 }]);
    expect(page.unreadable.map(({ recordId }) => recordId)).toEqual(['902-1111111-1111111', null]);
  });
});

describe('read all the same', () => {
  it.each<[string, unknown, object]>([
    ['members Amazon may add, at any depth', wireOrder({ added: { deep: [1] } }), {}],
    [
      'members that are null instead of missing',
      wireOrder({ programs: null, packages: null, tax: null }),
      { programs: [] },
    ],
    [
      'empty texts, which say nothing',
      wireOrder({ orderAliases: [{ aliasId: '', aliasType: 'SELLER_ORDER_ID' }] }),
      { sellerOrderId: null },
    ],
    ['trailing zeros', total(eur('5.0000')), { grandTotal: { minor: 500n } }],
    ['no item at all', wireOrder({ orderItems: [] }), { items: [] }],
    ['a buyer of the wrong type', wireOrder({ buyer: 'x', tax: { taxRegistrations: [] } }), {}],
    [
      'NUL and half a character, which no database takes',
      wireOrder({ programs: ['A\0B\ud800'] }),
      { programs: ['AB\u{FFFD}'] },
    ],
  ])('%s', async (_name, order, facts) => {
    const page = await search([order]);
    expect(page.unreadable).toEqual([]);
    expect(page.items[0]?.order).toMatchObject(facts);
    expect(canonicalJson(page.items[0]!.order.source as CanonicalValue)).not.toMatch(/\\u0000|\\ud800/);
  });

  it('a fraction in a member we only keep, because digests are made of whole numbers', () => {
    const source = plainSource(itemWith({ measurement: { unit: 'GRAMS', value: 1.5 } }));
    expect(canonicalJson(source as CanonicalValue)).toContain('"value":"1.5"');
  });

  it('an object where a plain value belongs is not kept, because it may hold anything', () => {
    const source = plainSource(wireOrder({ programs: [{ name: CANARY }], createdTime: { by: CANARY } }));
    expect(JSON.stringify(source)).not.toContain(CANARY);
  });

  it('as many as were sent, whatever they are', async () => {
    const sent = [good, null, wireOrder(), 7, {}, wireOrder({ orderId: 'other' })];
    const page = await search(sent);
    expect(page.items.length + page.unreadable.length).toBe(sent.length);
  });

  it('an answer without a word about its end, or with a strange one', async () => {
    expect(await search([good], { pagination: null })).toMatchObject({ nextToken: null, completeUntil: null });
    expect(await search([good], { pagination: {}, lastUpdatedBefore: 'soon' })).toMatchObject({ completeUntil: null });
    expect(await search([], { pagination: { nextToken: 'more' } })).toMatchObject({ items: [], nextToken: 'more' });
  });
});

describe('an answer that is no list of orders', () => {
  it.each<[string, string | object]>([
    ['is cut short', '{"orders":[{"orderId":'],
    ['is a web page', '<html>Sign in</html>'],
    ['is empty', ''],
    ['has no orders', {}],
    ['has an object for a list', { orders: {} }],
    ['has a token that is no text', { orders: [], pagination: { nextToken: 5 } }],
  ])('%s: says so, and nothing of it is taken', async (_name, body) => {
    const world = await createWorld(() => ({ body }));
    const problem = await problemOf(world.amazon.feeds.orders.search(query, null));
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE', kind: 'unavailable' });
  });

  it('control: the same with orders is taken', async () => {
    const world = await createWorld(() => ({ body: { orders: [good] } }));
    expect((await world.amazon.feeds.orders.search(query, null)).items).toHaveLength(1);
  });
});
