/** The orders adapter over real sockets: what it asks for, and what it makes of the answers. */
import { describe, expect, it } from 'vitest';
import { createOrdersFeed, orderProbes } from '../../src/amazon/orders/index.ts';
import type { OrderWithBuyer } from '../../src/app/index.ts';
import { money, Problem, parseCurrencyCode, silentLog } from '../../src/core/index.ts';
import { CANARY, eur, fakeApi, ORDERS, query, wireItem, wireOrder } from './amazon-orders-kit.ts';
import { createWorld, problemOf, VirtualClock } from './amazon-stand-in.ts';

const EUR = parseCurrencyCode('EUR');
const cents = (minor: number) => money(EUR, BigInt(minor));

async function read(wire: object, ask: Partial<typeof query> = {}): Promise<OrderWithBuyer> {
  const world = await createWorld(() => ({ body: { orders: [wire] } }));
  const page = await world.amazon.feeds.orders.search({ ...query, ...ask }, null);
  expect(page.unreadable).toEqual([]);
  return page.items[0]!;
}

describe('searchOrders', () => {
  it('asks for the fields accounting needs, of the marketplaces of the connection, a hundred a page, and for no buyer', async () => {
    const world = await createWorld(() => ({ body: { orders: [] } }));
    await world.amazon.feeds.orders.search({ ...query, lastUpdatedBefore: '2026-11-08T00:00:00.000Z' }, null);
    const [request] = world.asked(ORDERS);
    expect(Object.fromEntries(request!.query)).toEqual({
      lastUpdatedAfter: '2026-11-01T00:00:00.000Z',
      lastUpdatedBefore: '2026-11-08T00:00:00.000Z',
      marketplaceIds: 'A1PA6795UKMFR9,A13V1IB3VIYZZH',
      maxResultsPerPage: '100',
      includedData: 'PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT',
    });
  });

  it('repeats every other parameter unchanged when it sends a token', async () => {
    const world = await createWorld(({ query: sent }) => ({
      body: { orders: [], ...(!sent.has('paginationToken') && { pagination: { nextToken: 'a+b/c==' } }) },
    }));
    const first = await world.amazon.feeds.orders.search(query, null);
    expect(first.nextToken).toBe('a+b/c==');
    const last = await world.amazon.feeds.orders.search(query, first.nextToken);
    expect(last.nextToken).toBeNull();
    const [one, two] = world.asked(ORDERS).map((request) => Object.fromEntries(request.query));
    expect(two).toEqual({ ...one, paginationToken: 'a+b/c==' });
  });

  it('says until when the answer is complete, and that a refused token can be done without', async () => {
    const world = await createWorld(({ query: sent }) =>
      sent.has('paginationToken')
        ? { status: 400, body: { errors: [{ code: 'InvalidInput', message: 'Invalid token' }] } }
        : { body: { orders: [], lastUpdatedBefore: '2026-11-22T23:58:00Z' } },
    );
    const page = await world.amazon.feeds.orders.search(query, null);
    expect(page).toMatchObject({ items: [], completeUntil: '2026-11-22T23:58:00.000Z' });
    const problem = await problemOf(world.amazon.feeds.orders.search(query, 'old'));
    expect(problem).toMatchObject({ code: 'AMAZON_PAGE_TOKEN_EXPIRED', kind: 'unavailable' });
    expect(problem.data).toContain('Invalid token');
  });

  it('control: a 400 without a token is a refusal', async () => {
    const world = await createWorld(() => ({
      status: 400,
      body: { errors: [{ code: 'InvalidInput', message: 'x' }] },
    }));
    expect(await problemOf(world.amazon.feeds.orders.search(query, null))).toMatchObject({
      code: 'AMAZON_REQUEST_REFUSED',
    });
  });
});

describe('an order', () => {
  it('is read with every field that accounting needs', async () => {
    const { order, buyer } = await read(wireOrder());
    expect(buyer).toBeNull();
    expect(order).toMatchObject({
      orderId: '902-1111111-1111111',
      sellerOrderId: 'S-1',
      createdAt: '2026-11-20T10:00:00.000Z',
      lastUpdatedAt: '2026-11-21T11:00:00.000Z',
      status: 'shipped',
      amazonStatus: 'SHIPPED',
      detail: 'api',
      lacksTaxData: false,
      channel: 'amazon',
      marketplaceId: 'A1PA6795UKMFR9',
      fulfilledBy: 'merchant',
      serviceLevel: 'STANDARD',
      isBusiness: true,
      isReplacementOf: '902-0000000-0000000',
      currency: 'EUR',
      grandTotal: cents(12_900),
      charges: [{ kind: 'price', subject: 'tip', amount: cents(200) }],
      payments: [{ method: 'CreditCard', amount: cents(12_900) }],
      taxRegistrations: [
        { of: 'buyer', type: 'VAT', number: 'DE123456789' },
        { of: 'marketplace', type: 'CNPJ', number: '15436940' },
      ],
      shipToCity: 'Berlin',
      shipToState: 'BE',
      shipToCountry: 'DE',
      shippedAt: '2026-11-21T11:00:00.000Z',
      deliverBy: '2026-11-25T22:59:59.000Z',
    });
    expect(order.items[0]).toEqual({
      orderItemId: '1',
      itemKey: '1',
      sku: 'SKU-1',
      asin: 'B000000001',
      title: 'Desk lamp',
      quantityOrdered: 1,
      quantityShipped: 1,
      isCancelled: false,
      unitPrice: cents(6_000),
      isBusinessPrice: true,
      charges: [
        { kind: 'price', subject: 'item', amount: cents(6_000) },
        { kind: 'tax', subject: 'item', amount: cents(950) },
        { kind: 'discount', subject: 'item', amount: cents(-600) },
      ],
      proceedsTotal: cents(6_350),
      pointsGranted: cents(50),
      promotionIds: ['PROMO-1'],
      isTaxCollectedByAmazon: true,
      taxCollector: 'Amazon Services Europe',
      taxReportingScheme: 'UOSS',
      iossNumber: 'IM0000000001',
    });
    expect(order.items[1]).toMatchObject({ quantityOrdered: 3, isCancelled: true });
  });

  it('counts each amount once: the sums of the items that the order repeats are left out', async () => {
    const { order } = await read(wireOrder());
    const all = [...order.charges, ...order.items.flatMap(({ charges }) => charges)];
    const sum = all.reduce((total, { amount }) => total + amount.minor, 0n);
    // Two items of 60.00 + 9.50 − 6.00, and the tip of 2.00.
    expect(sum).toBe(12_900n);
  });

  it('keeps an amount of the order that no item has', async () => {
    const proceeds = {
      breakdowns: [
        { type: 'COD_FEE', subtotal: eur('3.00') },
        { type: 'NEW_KIND', subtotal: eur('1.00') },
      ],
    };
    const { order } = await read(wireOrder({ proceeds }));
    expect(order.charges).toEqual([
      { kind: 'price', subject: 'cod-fee', amount: cents(300) },
      { kind: 'price', subject: 'other', amount: cents(100) },
    ]);
  });

  it.each([
    [
      'the part of a tax that no detail explains',
      { type: 'TAX', subtotal: eur('10.00'), detailedBreakdowns: [{ subtype: 'SHIPPING', value: eur('4.00') }] },
      [
        { kind: 'tax', subject: 'shipping', amount: cents(400) },
        { kind: 'tax', subject: 'other', amount: cents(600) },
      ],
    ],
    [
      'the tax taken back on a discount, which is negative',
      {
        type: 'TAX',
        subtotal: eur('9.00'),
        detailedBreakdowns: [
          { subtype: 'ITEM', value: eur('10.00') },
          { subtype: 'DISCOUNT', value: eur('1.00') },
        ],
      },
      [
        { kind: 'tax', subject: 'item', amount: cents(1_000) },
        { kind: 'tax', subject: 'other', amount: cents(-100) },
      ],
    ],
    [
      'a tax that Amazon writes as negative, with a detail that goes the other way',
      {
        type: 'TAX',
        subtotal: eur('-5.00'),
        detailedBreakdowns: [
          { subtype: 'ITEM', value: eur('-6.00') },
          { subtype: 'SHIPPING', value: eur('1.00') },
        ],
      },
      [
        { kind: 'tax', subject: 'item', amount: cents(600) },
        { kind: 'tax', subject: 'shipping', amount: cents(-100) },
      ],
    ],
    [
      'a discount that Amazon writes as positive',
      { type: 'DISCOUNT', subtotal: eur('5.00') },
      [{ kind: 'discount', subject: 'other', amount: cents(-500) }],
    ],
    [
      'an adjustment below zero as what the buyer is spared',
      { type: 'OTHER', subtotal: eur('-2.00') },
      [{ kind: 'discount', subject: 'other', amount: cents(-200) }],
    ],
  ])('has charges that sum to the subtotal: %s', async (_name, breakdown, charges) => {
    const item = wireItem('1', { proceeds: { breakdowns: [breakdown] } });
    const { order } = await read(wireOrder({ proceeds: null, orderItems: [item] }));
    expect(order.items[0]?.charges).toEqual(charges);
  });

  it('that is pending has no price instead of a price of nothing', async () => {
    const product = { sellerSku: 'A', price: { unitPrice: eur('0.00') } };
    const orderItems = [{ orderItemId: '1', quantityOrdered: 1, product, proceeds: { proceedsTotal: eur('0') } }];
    const fulfillment = { fulfillmentStatus: 'PENDING' };
    const { order } = await read(wireOrder({ fulfillment, orderItems, proceeds: { grandTotal: eur('0.00') } }));
    expect(order).toMatchObject({ status: 'pending', grandTotal: null, shippedAt: expect.any(String) });
    expect(order.items[0]).toMatchObject({ unitPrice: null, proceedsTotal: null, charges: [] });
    const bare = await read(
      wireOrder({ fulfillment, proceeds: null, orderItems: [{ orderItemId: '1', quantityOrdered: 1 }] }),
    );
    expect(bare.order).toMatchObject({ currency: null, grandTotal: null });
    const breakdowns = ['ITEM', 'SHIPPING', 'TAX', 'DISCOUNT'].map((type) => ({ type, subtotal: eur('0.00') }));
    const zeros = { fulfillment, proceeds: { breakdowns }, tax: null, payment: null };
    const zero = await read(wireOrder({ ...zeros, orderItems: [{ ...orderItems[0], proceeds: { breakdowns } }] }));
    expect(zero.order).toMatchObject({ currency: null, charges: [] });
    expect(zero.order.items[0]?.charges).toEqual([]);
  });

  it('control: that is shipped keeps a charge of nothing, and one that is pending a price that is named', async () => {
    const breakdowns = [{ type: 'ITEM', subtotal: eur('0.00') }];
    const orderItems = [{ orderItemId: '1', quantityOrdered: 1, proceeds: { breakdowns } }];
    const shipped = await read(wireOrder({ proceeds: null, orderItems }));
    expect(shipped.order).toMatchObject({ currency: 'EUR', items: [{ charges: [{ amount: cents(0) }] }] });
    const fulfillment = { fulfillmentStatus: 'PENDING' };
    const pending = await read(wireOrder({ fulfillment, proceeds: { grandTotal: eur('5.00') }, orderItems }));
    expect(pending.order).toMatchObject({ currency: 'EUR', grandTotal: cents(500), items: [{ charges: [] }] });
  });

  it('without a fulfilment, which Amazon does not promise, is read with a status that is not said', async () => {
    const { order } = await read(wireOrder({ fulfillment: null }));
    expect(order).toMatchObject({ status: 'other', amazonStatus: 'not said', fulfilledBy: null, deliverBy: null });
  });

  it('says that it lacks taxes when they were not asked for', async () => {
    const { order } = await read(wireOrder({ tax: null, payment: null }), { withTax: false });
    expect(order).toMatchObject({ lacksTaxData: true, taxRegistrations: [], payments: [] });
  });

  it('of another sales channel, or with words Amazon adds, is read as far as it is understood', async () => {
    const salesChannel = { channelName: 'NON_AMAZON' };
    const fulfillment = { fulfillmentStatus: 'TELEPORTED', fulfilledBy: 'ROBOT' };
    const { order } = await read(wireOrder({ salesChannel, fulfillment, programs: ['NEW_PROGRAM'], unheardOf: {} }));
    expect(order).toMatchObject({
      channel: 'non-amazon',
      marketplaceId: null,
      status: 'other',
      amazonStatus: 'TELEPORTED',
      fulfilledBy: null,
      programs: ['NEW_PROGRAM'],
    });
  });
});

describe('a buyer', () => {
  it('is in no plain part of an order, whatever Amazon sends', async () => {
    const { order, buyer } = await read(wireOrder());
    expect(JSON.stringify(order, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      CANARY,
    );
    expect(order.source).toMatchObject({
      orderId: order.orderId,
      orderItems: [{ orderItemId: '1' }, { orderItemId: '2' }],
    });
    expect(buyer).toBeNull();
  });

  it('control: the answer was full of it, and with buyers it is read', async () => {
    expect(JSON.stringify(wireOrder()).split(CANARY).length).toBeGreaterThan(15);
    const world = await createWorld(() => ({ body: { orders: [wireOrder()] } }));
    const page = await world.amazon.feeds.orders.search({ ...query, withBuyers: true }, null);
    expect(world.asked(ORDERS)[0]?.query.get('includedData')).toContain('BUYER,RECIPIENT');
    expect(page.items[0]?.buyer).toEqual({
      orderId: '902-1111111-1111111',
      name: `${CANARY} Person`,
      email: `${CANARY}@marketplace.example`,
      companyName: `${CANARY} GmbH`,
      purchaseOrderNumber: `${CANARY}-PO-1`,
      address: expect.objectContaining({ addressLine1: `${CANARY} street 1`, streetName: `${CANARY} street` }),
      taxRegistrations: [
        expect.objectContaining({ taxRegistrationType: 'VAT', legalName: `${CANARY} GmbH` }),
        expect.objectContaining({ taxRegistrationType: 'CPF' }),
      ],
      deleteAfter: '2026-12-21T11:00:00.000Z',
    });
    expect(JSON.stringify(world.logged)).not.toContain(CANARY);
  });

  it.each([
    ['30 days after the first package left', {}, '2026-12-21T11:00:00.000Z'],
    ['30 days after the order when it left at a time nobody names', { packages: [] }, '2026-12-20T10:00:00.000Z'],
    [
      '30 days after the answer while nothing has left: later it cannot have been delivered before that',
      { packages: [], fulfillment: { fulfillmentStatus: 'UNSHIPPED' } },
      '2026-12-21T11:00:00.000Z',
    ],
    [
      '60 days after the order when it has still not left',
      { packages: [], fulfillment: { fulfillmentStatus: 'UNSHIPPED' }, lastUpdatedTime: '2027-01-10T10:00:00Z' },
      '2027-01-19T10:00:00.000Z',
    ],
    [
      '30 days after the order when one of its packages left at a time nobody names',
      {
        packages: [
          { shipTime: '2026-11-21T11:00:00Z', packageStatus: { status: 'DELIVERED' } },
          { packageStatus: { status: 'IN_TRANSIT' } },
        ],
      },
      '2026-12-20T10:00:00.000Z',
    ],
    [
      'at once when the order is cancelled',
      { fulfillment: { fulfillmentStatus: 'CANCELLED' } },
      '2026-11-21T11:00:00.000Z',
    ],
  ])('is deleted %s', async (_name, more, deleteAfter) => {
    const { order, buyer } = await read(wireOrder(more), { withBuyers: true });
    expect(buyer?.deleteAfter).toBe(deleteAfter);
    if (order.status === 'cancelled') expect(JSON.stringify(buyer)).not.toContain(CANARY);
  });

  it('that Amazon does not show is none', async () => {
    const { buyer } = await read(wireOrder({ buyer: {}, recipient: null, tax: null }), { withBuyers: true });
    expect(buyer).toBeNull();
  });
});

describe('getOrder', () => {
  const feed = (answer: Parameters<typeof fakeApi>[0]) => {
    const { api, asked } = fakeApi(answer);
    return { orders: createOrdersFeed({ api, clock: new VirtualClock(), log: silentLog }), asked };
  };
  const show = { withBuyers: false, withTax: true };

  it('reads one order, and knows one that Amazon does not know', async () => {
    const { orders, asked } = feed(({ path }) => (path.endsWith('/gone') ? undefined : { order: wireOrder() }));
    expect(await orders.get('902-1', show)).toMatchObject({ item: { order: { orderId: '902-1111111-1111111' } } });
    expect(await orders.get('gone', show)).toBeUndefined();
    expect(asked[0]).toMatchObject({ operation: 'getOrder', path: `${ORDERS}/902-1` });
    expect(asked[0]?.query.includedData).toContain('TAX,PAYMENT');
  });

  it('keeps an order aside that cannot be read, and puts no character of an id into the path unescaped', async () => {
    const { orders, asked } = feed(() => ({ order: { orderId: 'a/b?c', createdTime: 5 } }));
    expect(await orders.get('a/b?c', show)).toMatchObject({ unreadable: { recordId: 'a/b?c' } });
    expect(asked[0]?.path).toBe(`${ORDERS}/a%2Fb%3Fc`);
  });
});

describe('the cost of orders', () => {
  const { costOf } = createOrdersFeed({ api: fakeApi(() => undefined).api, clock: new VirtualClock(), log: silentLog });

  it('by page is nothing within the burst, and hours beyond it', () => {
    expect(costOf({ orders: 1_900, reports: 1 }).apiSeconds).toBe(0);
    expect(Math.round(costOf({ orders: 10_000, reports: 1 }).apiSeconds)).toBe(14_286);
  });

  it('by report is some minutes, and a minute for each request beyond the burst', () => {
    expect(costOf({ orders: 10_000, reports: 15 }).reportSeconds).toBe(180);
    expect(Math.round(costOf({ orders: 10_000, reports: 16 }).reportSeconds)).toBe(300);
  });
});

describe('the probes', () => {
  const clock = new VirtualClock();

  it('ask for one order without and with taxes, and for that order alone, each once and without a buyer', async () => {
    const { api, asked } = fakeApi(({ operation }) =>
      operation === 'getOrder' ? { order: wireOrder() } : { orders: [wireOrder()] },
    );
    for (const probe of orderProbes({ api, clock })) await probe.run();
    expect(asked.map(({ operation, path }) => [operation, path])).toEqual([
      ['searchOrders', ORDERS],
      ['searchOrders', ORDERS],
      ['getOrder', `${ORDERS}/902-1111111-1111111`],
    ]);
    expect(asked.map(({ query: sent }) => /TAX/.test(sent.includedData ?? ''))).toEqual([false, true, false]);
    expect(asked.filter(({ query: sent }) => /BUYER|RECIPIENT/.test(sent.includedData ?? ''))).toEqual([]);
    expect(asked[0]?.query.maxResultsPerPage).toBe('1');
  });

  it('say that there is nothing to try, name the role, and let a refusal through', async () => {
    const refusal = new Problem({ code: 'AMAZON_ACCESS_DENIED', kind: 'rejected', says: 'x', next: 'y' });
    const { api } = fakeApi(({ query: sent }) => (/TAX/.test(sent.includedData ?? '') ? refusal : { orders: [] }));
    const [search, withTax, get] = orderProbes({ api, clock });
    expect(await search!.run()).toContain('none');
    await expect(withTax!.run()).rejects.toBe(refusal);
    expect(withTax!.role).toContain('Tax');
    expect(await get!.run()).toMatchObject({ says: expect.stringContaining('no order'), isTried: false });
  });
});
