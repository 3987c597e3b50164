import { describe, expect, it } from 'vitest';
import { BUYER_CANARY, ordersOf } from '../../sim/world/index.ts';
import { createKit, type ErrorBody, type Kit, kitWorld, NOW_MS, ORDERS, pagesOf } from './sim-amazon-kit.ts';

const HOUR_MS = 3_600_000;
const ALL = 'PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,BUYER,RECIPIENT';
const SINCE = 'lastUpdatedAfter=2026-07-01T00:00:00Z';

interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}
interface OrderBody {
  readonly orderId: string;
  readonly lastUpdatedTime: string;
  readonly createdTime: string;
  readonly salesChannel: { readonly marketplaceId?: string; readonly channelName: string };
  readonly fulfillment?: { readonly fulfillmentStatus: string };
  readonly proceeds?: { readonly grandTotal: Money };
  readonly orderItems: readonly { readonly product: { readonly price?: unknown } }[];
}
interface SearchBody {
  readonly orders: readonly OrderBody[];
  readonly pagination?: { readonly nextToken: string };
  readonly lastUpdatedBefore?: string;
}

const search = (kit: Kit, query: string) => kit.get(`${ORDERS}?${query}`);
const allOrders = (kit: Kit, query: string): OrderBody[] =>
  pagesOf<SearchBody>(
    kit,
    `${ORDERS}?${query}`,
    'paginationToken',
    (body) => body.pagination?.nextToken,
    180_000,
  ).flatMap((page) => page.orders);

describe('searching orders', () => {
  it.each([
    ['neither a creation nor an update', 'marketplaceIds=ATVPDKIKX0DER'],
    ['both a creation and an update', `${SINCE}&createdAfter=2026-07-01T00:00:00Z`],
    ['a limit of the other kind', `${SINCE}&createdBefore=2026-09-01T00:00:00Z`],
    ['a date without a time', 'lastUpdatedAfter=2026-07-01'],
    ['an end before its beginning', `${SINCE}&lastUpdatedBefore=2026-06-01T00:00:00Z`],
    ['an end less than two minutes ago', `${SINCE}&lastUpdatedBefore=${new Date(NOW_MS - 119_000).toISOString()}`],
    ['a page of 101', `${SINCE}&maxResultsPerPage=101`],
    ['unknown data', `${SINCE}&includedData=PROCEEDS,HOROSCOPE`],
    ['an unknown parameter', `${SINCE}&limit=3`],
    ['more than 50 marketplaces', `${SINCE}&marketplaceIds=${Array(51).fill('A').join(',')}`],
    ['a page token nobody issued', `${SINCE}&paginationToken=abc`],
  ])('refuses %s', (_what, query) => {
    const reply = search(createKit(), query);
    expect(reply.status).toBe(400);
    expect(reply.json<ErrorBody>().errors[0]?.code).toBe('InvalidInput');
  });

  it('control: accepts every limit exactly', () => {
    const before = new Date(NOW_MS - 120_000).toISOString();
    const query = `${SINCE}&lastUpdatedBefore=${before}&maxResultsPerPage=100&includedData=${ALL}`;
    expect(search(createKit(), query).status).toBe(200);
  });

  it('tells every order that there is once, in pages of at most 100, the one that changed first in front', () => {
    const kit = createKit();
    const orders = allOrders(kit, `${SINCE}&includedData=FULFILLMENT`);
    const expected = ordersOf(kit.amazon.sellers[0]!.world).filter((one) => one.orderedAt * 1000 < NOW_MS - 120_000);
    expect(orders.length).toBeGreaterThan(300);
    expect(orders.map((one) => one.orderId).sort()).toEqual(expected.map((one) => one.orderId).sort());
    const moments = orders.map((one) => one.lastUpdatedTime);
    expect(moments).toEqual([...moments].sort());
  });

  it('says until when it is complete: two minutes ago unless asked for less', () => {
    const kit = createKit();
    expect(search(kit, SINCE).json<SearchBody>().lastUpdatedBefore).toBe('2026-10-01T11:58:00Z');
    const earlier = search(kit, `${SINCE}&lastUpdatedBefore=2026-08-01T00:00:00Z`).json<SearchBody>();
    expect(earlier.lastUpdatedBefore).toBe('2026-08-01T00:00:00Z');
  });

  it('keeps its pages as they were at the first one, so that an order that changes meanwhile is not skipped', () => {
    const at = Date.parse('2026-08-20T00:00:00Z');
    const still = createKit();
    still.nowMs = at;
    const expected = still.get(`${ORDERS}?${SINCE}&maxResultsPerPage=100`).json<SearchBody>();
    const kit = createKit();
    kit.nowMs = at;
    const pages = pagesOf<SearchBody>(
      kit,
      `${ORDERS}?${SINCE}&maxResultsPerPage=10`,
      'paginationToken',
      (body) => body.pagination?.nextToken,
      HOUR_MS / 4,
    );
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.flatMap((page) => page.orders).slice(0, 100)).toEqual(expected.orders);
  });

  it('wants a page token with the same parameters, within 24 hours', () => {
    const kit = createKit();
    const token = encodeURIComponent(search(kit, SINCE).json<SearchBody>().pagination!.nextToken);
    expect(search(kit, `${SINCE}&paginationToken=${token}`).status).toBe(200);
    expect(search(kit, `${SINCE}&maxResultsPerPage=50&paginationToken=${token}`).status).toBe(400);
    expect(search(kit, `paginationToken=${token}`).status).toBe(400);
    kit.nowMs += 24 * HOUR_MS - 1;
    expect(search(kit, `${SINCE}&paginationToken=${token}`).status).toBe(200);
    kit.nowMs += 1;
    expect(search(kit, `${SINCE}&paginationToken=${token}`).status).toBe(400);
  });

  it('refuses a young page token when the fault says so, and only then', () => {
    const kit = createKit();
    const token = encodeURIComponent(search(kit, SINCE).json<SearchBody>().pagination!.nextToken);
    kit.order({ kind: 'expired-page-token' });
    expect(search(kit, SINCE).status).toBe(200);
    expect(search(kit, `${SINCE}&paginationToken=${token}`).status).toBe(400);
    expect(search(kit, `${SINCE}&paginationToken=${token}`).status).toBe(200);
  });

  it('tells the marketplaces that were asked for', () => {
    const kit = createKit();
    const only = allOrders(kit, `${SINCE}&marketplaceIds=A1VC38T7YXB528`);
    expect(only.length).toBeGreaterThan(50);
    const channels = new Set(only.map(({ salesChannel }) => salesChannel.marketplaceId ?? salesChannel.channelName));
    expect(channels).toEqual(new Set(['A1VC38T7YXB528', 'NON_AMAZON']));
  });

  it('enforces its quota: twenty at once, then one each three minutes', () => {
    const kit = createKit();
    const statuses = Array.from({ length: 21 }, () => search(kit, SINCE).status);
    expect(statuses).toEqual([...Array(20).fill(200), 429]);
    kit.nowMs += 178_572;
    expect(search(kit, SINCE).status).toBe(200);
    expect(search(kit, SINCE).status).toBe(429);
  });
});

describe('an order', () => {
  it('is pending without a price, then unshipped, then shipped, and moves its last update each time', () => {
    const kit = createKit({ worlds: [kitWorld('A1ONE', ['US'])] });
    const order = ordersOf(kit.amazon.sellers[0]!.world).find((one) => !one.isOtherChannel && one.shippedAt)!;
    const look = (atSeconds: number): OrderBody | undefined => {
      kit.nowMs = atSeconds * 1000;
      const reply = kit.get(`${ORDERS}/${order.orderId}?includedData=${ALL}`);
      return reply.status === 404 ? undefined : reply.json<{ order: OrderBody }>().order;
    };
    expect(look(order.orderedAt - 1)).toBeUndefined();
    const seen = [order.orderedAt, order.confirmedAt, order.shippedAt!, order.deliveredAt!].map((at) => look(at)!);
    expect(seen.map((one) => one.fulfillment?.fulfillmentStatus)).toEqual([
      'PENDING',
      'UNSHIPPED',
      'SHIPPED',
      'SHIPPED',
    ]);
    expect(new Set(seen.map((one) => one.lastUpdatedTime)).size).toBe(4);
    expect(seen[0]?.proceeds).toBeUndefined();
    expect(seen[0]?.orderItems[0]?.product.price).toBeUndefined();
    expect(seen[1]?.proceeds?.grandTotal.currencyCode).toBe('USD');
  });

  it('that does not exist is 404, and an id that cannot be one is 400', () => {
    expect(createKit().get(`${ORDERS}/111-0000000-0000000`).status).toBe(404);
    expect(createKit().get(`${ORDERS}/TEST_CASE_400`).status).toBe(400);
  });

  it('tells about persons only what was asked for, and only to an application with the role', () => {
    const kit = createKit();
    const withBuyers = search(kit, `${SINCE}&includedData=${ALL}`).text;
    expect(withBuyers).toContain(`"buyerName":"`);
    expect(withBuyers.split(BUYER_CANARY).length).toBeGreaterThan(200);
    const without = search(kit, `${SINCE}&includedData=PROCEEDS,PACKAGES,PAYMENT,PROMOTION`).text;
    expect(without).not.toContain(BUYER_CANARY);
    kit.order({ kind: 'missing-role', data: 'BUYER' });
    const unseen = search(kit, `${SINCE}&includedData=BUYER,RECIPIENT`).text;
    expect(unseen).not.toContain(BUYER_CANARY);
    expect(unseen).toContain('"city":"');
  });

  it('carries a gift message among the data about fulfilment: a trap that Amazon sets as well', () => {
    const kit = createKit();
    const pages = allOrders(kit, `${SINCE}&includedData=FULFILLMENT`);
    expect(JSON.stringify(pages)).toContain('"giftMessage":"With love from');
  });

  it('is refused together with tax data where the tax role is missing', () => {
    const kit = createKit();
    kit.order({ kind: 'missing-role', data: 'TAX' });
    expect(search(kit, `${SINCE}&includedData=PROCEEDS,TAX`).status).toBe(403);
    expect(search(kit, `${SINCE}&includedData=PROCEEDS,PAYMENT`).status).toBe(403);
    expect(search(kit, `${SINCE}&includedData=PROCEEDS`).status).toBe(200);
    kit.order({ kind: 'restore-roles' });
    expect(search(kit, `${SINCE}&includedData=PROCEEDS,TAX`).status).toBe(200);
  });
});

describe('a spoilt answer about orders', () => {
  it.each([
    ['html-page', (text: string) => text.startsWith('<!doctype html>')],
    ['truncated-json', (text: string) => text.startsWith('{"orders":') && !text.endsWith('}')],
    ['unknown-enum', (text: string) => text.includes('"fulfillmentStatus":"NEVER_SEEN_BEFORE"')],
    ['missing-field', (text: string) => /^\{"orders":\[\{"orderAliases"/.test(text)],
    ['empty-page', (text: string) => text.startsWith('{"orders":[],"pagination"')],
  ])('%s is what it says, once', (kind, isSpoilt) => {
    const kit = createKit();
    kit.order({ kind, operation: 'searchOrders' });
    const query = `${SINCE}&includedData=FULFILLMENT`;
    const spoilt = search(kit, query);
    expect(spoilt.status).toBe(200);
    expect(isSpoilt(spoilt.text)).toBe(true);
    expect(isSpoilt(search(kit, query).text)).toBe(false);
  });

  it('latency lets a request arrive later, so that the next one at the exact pace comes too early', () => {
    const pace = (hasLatency: boolean): number[] => {
      const kit = createKit();
      kit.order({ kind: 'drain-quota', operation: 'searchOrders' });
      if (hasLatency) kit.order({ kind: 'latency-jitter', operation: 'searchOrders', delayMs: 900 });
      const first = search(kit, SINCE).status;
      kit.nowMs += 178_572;
      return [first, search(kit, SINCE).status];
    };
    expect(pace(false)).toEqual([429, 200]);
    expect(pace(true)).toEqual([429, 429]);
  });
});
