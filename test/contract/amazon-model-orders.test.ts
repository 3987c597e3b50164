/** Compares the orders adapter with Amazon's own model and the answers of its static sandbox, which are not part of this repository. */
import { describe, expect, it } from 'vitest';
import { createOrdersFeed, orderProbes } from '../../src/amazon/orders/index.ts';
import type { OrderQuery } from '../../src/app/index.ts';
import { formatMoney, silentLog } from '../../src/core/index.ts';
import { faultsOf, areModelsMissing as isMissing, operationAt, sandboxCases } from './amazon-models.ts';
import { type AskedOf, fakeApi, ORDERS, query, wireOrder } from './amazon-orders-kit.ts';
import { createWorld, problemOf, VirtualClock } from './amazon-stand-in.ts';

const clock = new VirtualClock();
const feedOf = (answer: (asked: AskedOf) => unknown) => {
  const { api, asked } = fakeApi(answer);
  return { feed: createOrdersFeed({ api, clock, log: silentLog }), api, asked };
};
const answersTo = (name: 'searchOrders' | 'getOrder', status: '200' | '400') =>
  (sandboxCases(name)[status] ?? []).map(({ response }) => response as Record<string, unknown>);

describe('Amazon’s model of orders (skipped without ../shared/specs/amazon)', () => {
  it.skipIf(isMissing)('accepts every request we send, name by name and value by value', async () => {
    const { feed, api, asked } = feedOf(({ operation }) =>
      operation === 'getOrder' ? { order: wireOrder() } : { orders: [wireOrder()] },
    );
    const flags = [true, false];
    const queries = flags.flatMap((withBuyers) =>
      flags.map((withTax): OrderQuery => ({ ...query, withBuyers, withTax })),
    );
    for (const one of queries) {
      await feed.search(one, null);
      await feed.search({ ...one, lastUpdatedBefore: '2026-11-08T00:00:00.000Z', marketplaceIds: [] }, 'a+b/c==');
      await feed.get('902-1111111-1111111', one);
    }
    for (const probe of orderProbes({ api, clock })) await probe.run();
    expect(asked).toHaveLength(15);
    for (const request of asked) {
      expect(operationAt('GET', request.path), request.path).toBe(request.operation);
      expect(faultsOf(operationAt('GET', request.path)!, new URLSearchParams(request.query))).toEqual([]);
    }
    expect(new Set(asked.map(({ operation }) => operation))).toEqual(new Set(['searchOrders', 'getOrder']));
  });

  it.skipIf(isMissing)('control: it refuses a data set that does not exist and a name of the older interface', () => {
    const faults = (text: string) => faultsOf('searchOrders', new URLSearchParams(text));
    expect(faults('includedData=TAX,PAYMENT')).toEqual([]);
    expect(faults('includedData=TAXES')).toHaveLength(1);
    expect(faults('MarketplaceIds=A')).toHaveLength(1);
    expect(faults('lastUpdatedAfter=20261101')).toHaveLength(1);
  });

  it.skipIf(isMissing)('has three sandbox answers to searchOrders, and we read every order in them', async () => {
    const answers = answersTo('searchOrders', '200');
    expect(answers).toHaveLength(3);
    const pages = await Promise.all(answers.map((body) => feedOf(() => body).feed.search(query, null)));
    expect(pages.flatMap(({ unreadable }) => unreadable)).toEqual([]);
    expect(pages[0]?.nextToken).toBe('2YgYW55IGNhcm5hbCBwbGVhc3VyZS4');
    expect(pages.map(({ nextToken }) => nextToken === null)).toEqual([false, true, true]);
    const orders = pages.flatMap(({ items }) => items.map(({ order }) => order));
    expect(
      orders.map((order) => [order.orderId, order.grandTotal && formatMoney(order.grandTotal), order.status]),
    ).toEqual([
      ['250-1234567-8901234', '19940', 'shipped'],
      ['202-7654321-1098765', '34.99', 'shipped'],
      ['171-2345678-9012345', '1599.90', 'unshipped'],
    ]);
    const [japan, britain, brazil] = orders;
    expect(japan?.items.map(({ pointsGranted }) => pointsGranted?.minor)).toEqual([60n, 140n]);
    expect(britain).toMatchObject({
      shippedAt: '2024-12-25T14:00:00.000Z',
      shipToCity: 'London',
      fulfilledBy: 'merchant',
    });
    expect(brazil).toMatchObject({
      isBusiness: true,
      payments: [{ method: 'CreditCard', amount: { minor: 159_990n } }],
      taxRegistrations: [
        { of: 'buyer', type: 'VAT', number: '1234567890' },
        { of: 'marketplace', type: 'CNPJ', number: '15436940' },
      ],
    });
    expect(JSON.stringify(orders.map(({ source }) => source))).not.toMatch(
      /Smith|Thompson|Oliveira|buyer-email|Paulista/,
    );
  });

  it.skipIf(isMissing)('has three sandbox answers to getOrder, and we read them', async () => {
    const answers = answersTo('getOrder', '200');
    expect(answers).toHaveLength(3);
    const show = { withBuyers: true, withTax: true };
    const found = await Promise.all(answers.map((body) => feedOf(() => body).feed.get('x', show)));
    const items = found.flatMap((row) => (row && 'item' in row ? [row.item] : []));
    expect(items).toHaveLength(3);
    expect(items[1]?.order.items[0]).toMatchObject({ isTaxCollectedByAmazon: true, taxReportingScheme: 'IOSS' });
    expect(items[2]?.order.items[0]?.charges).toMatchObject([
      { kind: 'price', subject: 'item', amount: { minor: 3_999n } },
      { kind: 'tax', subject: 'other', amount: { minor: 1_000n } },
    ]);
    expect(items.map(({ buyer }) => buyer?.name ?? null)).toEqual(['Maria Silva Santos', 'Mehmet Yilmaz', null]);
  });

  it.skipIf(isMissing)('control: without any one of its required members an order is kept aside', async () => {
    const [answer] = answersTo('searchOrders', '200') as unknown as [{ orders: Record<string, unknown>[] }];
    for (const member of ['orderId', 'createdTime', 'lastUpdatedTime', 'salesChannel', 'orderItems']) {
      const { [member]: _removed, ...order } = answer.orders[0]!;
      const page = await feedOf(() => ({ orders: [order] })).feed.search(query, null);
      expect(page).toMatchObject({ items: [], unreadable: [{ says: expect.stringContaining(member) }] });
    }
  });

  it.skipIf(isMissing)('has sandbox refusals that become a refusal with Amazon’s words', async () => {
    const [body] = answersTo('searchOrders', '400');
    expect(answersTo('getOrder', '400')).toHaveLength(1);
    const world = await createWorld(() => ({ status: 400, body: body! }));
    const problem = await problemOf(world.amazon.feeds.orders.search(query, null));
    expect(problem).toMatchObject({ code: 'AMAZON_REQUEST_REFUSED', data: expect.stringContaining('Invalid Input') });
    expect(world.asked(ORDERS)).toHaveLength(1);
  });
});
