import { describe, expect, it } from 'vitest';
import { financeProbes } from '../../src/amazon/finances/index.ts';
import type { FinanceEvent } from '../../src/app/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import {
  BALANCES,
  breakdown,
  eur,
  eventPages,
  POSTED,
  SUMMARY,
  scriptedApi,
  TRANSACTIONS,
  WINDOW,
  wireEvent,
} from './amazon-finances-kit.ts';
import { createWorld, problemOf, type Responder, type World } from './amazon-stand-in.ts';

const REFUSED = { status: 400, body: { errors: [{ code: 'InvalidInput', message: 'Invalid token' }] } };

async function eventsOf(world: World): Promise<FinanceEvent[]> {
  const found: FinanceEvent[] = [];
  let token: string | null = null;
  do {
    const page = await world.amazon.feeds.finances.events(POSTED, token);
    expect(page.unreadable).toEqual([]);
    found.push(...page.items);
    token = page.nextToken;
  } while (token !== null);
  return found;
}

const oneEvent = async (more: Readonly<Record<string, unknown>>) =>
  (await eventsOf(await createWorld(eventPages([wireEvent('T1', more)]))))[0]!;

describe('the requests for events', () => {
  it('name a window and no marketplace, and repeat everything with the token', async () => {
    const world = await createWorld(eventPages([], [], [wireEvent('T1')]));
    expect(await eventsOf(world)).toHaveLength(1);
    const queries = world.asked(TRANSACTIONS).map(({ query }) => Object.fromEntries(query));
    const whole = { postedAfter: WINDOW.from, postedBefore: WINDOW.until };
    expect(queries).toEqual([whole, { ...whole, nextToken: '1' }, { ...whole, nextToken: '2' }]);
  });

  it('can be for deferred ones, an order or an event group', async () => {
    const world = await createWorld(eventPages([]));
    const { finances } = world.amazon.feeds;
    await finances.events({ ...POSTED, status: 'deferred' }, null);
    await finances.events({ by: 'order', orderId: '305-1' }, null);
    await finances.events({ by: 'event-group', eventGroupId: 'G1' }, null);
    expect(world.asked().map(({ query }) => Object.fromEntries(query))).toEqual([
      { postedAfter: WINDOW.from, postedBefore: WINDOW.until, transactionStatus: 'DEFERRED' },
      { relatedIdentifierName: 'ORDER_ID', relatedIdentifierValue: '305-1' },
      { relatedIdentifierName: 'FINANCIAL_EVENT_GROUP_ID', relatedIdentifierValue: 'G1' },
    ]);
  });

  it.each([
    ['2026-01-01T00:00:00.000Z', '2026-06-30T00:00:00.000Z', '180 days'],
    ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '0 days'],
    ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '-1 days'],
    ['yesterday', '2026-01-01T00:00:00.000Z', 'NaN days'],
  ])('are not sent for a window from %s until %s, to which Amazon would answer nothing', async (from, until, days) => {
    const world = await createWorld(eventPages([]));
    const problem = await problemOf(world.amazon.feeds.finances.events({ ...POSTED, window: { from, until } }, null));
    expect(problem).toMatchObject({ code: 'FINANCES_WINDOW_INVALID', kind: 'invalid' });
    expect(problem.says).toContain(days);
    expect(world.asked()).toEqual([]);
  });

  it('control: a millisecond less than 180 days is sent', async () => {
    const world = await createWorld(eventPages([]));
    const window = { from: '2026-01-01T00:00:00.000Z', until: '2026-06-29T23:59:59.999Z' };
    await world.amazon.feeds.finances.events({ ...POSTED, window }, null);
    expect(world.asked()).toHaveLength(1);
  });
});

describe('the pages of events', () => {
  it('whose token Amazon no longer takes have to begin again; a refusal without a token is one of the query', async () => {
    const world = await createWorld(({ query }) =>
      query.has('nextToken') ? REFUSED : eventPages([], [])({ query } as never),
    );
    const { finances } = world.amazon.feeds;
    const { nextToken } = await finances.events(POSTED, null);
    const problem = await problemOf(finances.events(POSTED, nextToken));
    expect(problem).toMatchObject({ code: 'AMAZON_PAGE_TOKEN_EXPIRED', kind: 'unavailable' });
    expect(problem.says).toContain(WINDOW.from);
    const other = await createWorld(() => REFUSED);
    expect(await problemOf(other.amazon.feeds.finances.events(POSTED, null))).toMatchObject({
      code: 'AMAZON_REQUEST_REFUSED',
    });
  });

  it('that name each other in a circle end with a problem, and the same token in another list is no circle', async () => {
    const circle: Responder = ({ query }) => ({
      body: { payload: { transactions: [], nextToken: query.get('nextToken') === 'a' ? 'b' : 'a' } },
    });
    const world = await createWorld(circle);
    expect(await problemOf(eventsOf(world))).toMatchObject({ code: 'AMAZON_PAGES_ENDLESS', kind: 'unavailable' });
    expect(world.asked()).toHaveLength(3);
    const { finances } = world.amazon.feeds;
    expect((await finances.events(POSTED, null)).nextToken).toBe('a');
    expect((await finances.events({ by: 'order', orderId: '1' }, null)).nextToken).toBe('a');
  });
});

describe('an event', () => {
  it('has its amounts at the leaves of its own tree, which sum to its total', async () => {
    const event = await oneEvent({});
    expect(event).toMatchObject({
      eventKey: 'T1',
      eventType: 'Shipment',
      status: 'released',
      postedAt: '2026-11-05T10:00:00.000Z',
      total: { currency: 'EUR', minor: 850n },
      accountType: 'STANDARD_ORDERS',
      marketplaceId: 'A1PA6795UKMFR9',
      orderId: '305-1',
      settlementId: '123',
      eventGroupId: 'G1',
      ties: true,
    });
    expect(event.amounts).toEqual([
      { item: null, path: ['Sales', 'ProductCharges', 'OurPricePrincipal'], amount: { currency: 'EUR', minor: 1000n } },
      { item: null, path: ['Expenses', 'AmazonFees', 'Commission'], amount: { currency: 'EUR', minor: -150n } },
    ]);
    expect(event.source).toMatchObject({ totalAmount: { currencyAmount: '8.5' } });
  });

  it('without a tree of its own has those of its items, which need not sum to its total', async () => {
    const items = [{ breakdowns: [breakdown('ProductCharges', 3)] }, { breakdowns: [breakdown('ProductCharges', 4)] }];
    const event = await oneEvent({ breakdowns: [], items });
    expect(event.amounts.map(({ item, amount }) => [item, amount.minor])).toEqual([
      [0, 300n],
      [1, 400n],
    ]);
    expect(event.ties).toBe(false);
    expect((await oneEvent({ breakdowns: null, items: null })).ties).toBeNull();
  });

  it('is told item by item where its items come to its own tree path by path', async () => {
    const items = [{ breakdowns: [breakdown('ProductCharges', 3)] }, { breakdowns: [breakdown('ProductCharges', 4)] }];
    const itemsOf = async (own: number) =>
      (await oneEvent({ breakdowns: [breakdown('ProductCharges', own)], items })).amounts.map(({ item, amount }) => [
        item,
        amount.minor,
      ]);
    expect(await itemsOf(7)).toEqual([
      [0, 300n],
      [1, 400n],
    ]);
    // control: the whole is what counts where they differ by a cent.
    expect(await itemsOf(7.01)).toEqual([[null, 701n]]);
  });

  it.each([
    ['AFN', 'AFN'],
    ['mfn ', 'MFN'],
    ['OTHER', null],
    [undefined, null],
  ])('says of network %s that it was shipped by %s', async (fulfillmentNetwork, channel) => {
    const items = [{ contexts: [{ contextType: 'ProductContext', sku: 'POT', fulfillmentNetwork }] }];
    expect((await oneEvent({ items })).items[0]?.channel).toBe(channel);
  });

  it('says what was sold, why it is deferred and until when', async () => {
    const event = await oneEvent({
      transactionStatus: 'Deferred',
      contexts: [{ contextType: 'DeferredContext', deferralReason: 'DD7', maturityDate: '2026-11-20T00:00:00Z' }],
      items: [
        {
          totalAmount: eur(1),
          relatedIdentifiers: [{ itemRelatedIdentifierName: 'COUPON_ID', itemRelatedIdentifierValue: 'C1' }],
          contexts: [{ contextType: 'ProductContext', sku: 'POT', asin: 'B0', quantityShipped: 2 }],
        },
      ],
    });
    expect(event).toMatchObject({
      status: 'deferred',
      amazonStatus: 'Deferred',
      deferralReason: 'DD7',
      maturesAt: '2026-11-20T00:00:00.000Z',
      items: [{ sku: 'POT', asin: 'B0', quantity: 2, relatedIds: [{ name: 'COUPON_ID', value: 'C1' }] }],
    });
  });

  it.each([
    ['RELEASED', 'released'],
    ['Released', 'released'],
    ['deferred_released', 'deferred-released'],
    ['DEFERRED', 'deferred'],
    ['HELD', 'other'],
    [null, 'other'],
  ])('with status %s is %s', async (transactionStatus, status) => {
    expect((await oneEvent({ transactionStatus })).status).toBe(status);
  });

  it('keeps every digit, also of numbers that no binary fraction holds', async () => {
    const body = JSON.stringify({
      payload: { transactions: [wireEvent('T1', { totalAmount: eur(0), breakdowns: [] })] },
    });
    const world = await createWorld(() => ({
      body: body.replace('"currencyAmount":0', '"currencyAmount":9007199254740993.07'),
    }));
    expect((await eventsOf(world))[0]?.total?.minor).toBe(900719925474099307n);
  });
});

describe('an event without an id', () => {
  const keysOf = async (...lists: (readonly unknown[])[]) =>
    (await eventsOf(await createWorld(eventPages(...lists)))).map(({ eventKey }) => eventKey);

  it('has the same key at every reading, whatever its status and the order of its members, and another content another', async () => {
    const [first] = await keysOf([wireEvent(null)]);
    expect(first).toMatch(/^x:[0-9a-f]{32}:1$/);
    const turned = Object.fromEntries(Object.entries(wireEvent(null, { transactionStatus: 'DEFERRED' })).reverse());
    expect(await keysOf([turned])).toEqual([first]);
    const [other] = await keysOf([wireEvent(null, { totalAmount: eur(8.51) })]);
    expect(other).not.toBe(first);
  });

  it('is numbered among equals along all pages of its window, and from one again in the next reading', async () => {
    const world = await createWorld(eventPages([wireEvent(null), wireEvent('T1')], [wireEvent(null)]));
    const numbers = async () => (await eventsOf(world)).map(({ eventKey }) => eventKey.split(':')[2]);
    expect(await numbers()).toEqual(['1', undefined, '2']);
    expect(await numbers()).toEqual(['1', undefined, '2']);
  });

  it('cannot be numbered from a page in the middle: its window has to begin again', async () => {
    const respond = eventPages([wireEvent(null)], [wireEvent(null)]);
    const earlier = await createWorld(respond);
    const { nextToken } = await earlier.amazon.feeds.finances.events(POSTED, null);
    const later = await createWorld(respond);
    expect(await problemOf(later.amazon.feeds.finances.events(POSTED, nextToken))).toMatchObject({
      code: 'AMAZON_PAGE_TOKEN_EXPIRED',
    });
    const control = await createWorld(eventPages([wireEvent('T1')], [wireEvent('T2')]));
    expect((await control.amazon.feeds.finances.events(POSTED, '1')).items).toHaveLength(1);
  });
});

describe('the summary of a settlement', () => {
  it('is asked for by its id, over all pages, and has its leaves', async () => {
    const summary = {
      partnerMetadata: { accountType: 'Standard Orders' },
      netProceeds: eur(80.5),
      periodStart: '2026-11-01',
      periodEnd: '2026-11-14T23:59:59Z',
      breakdowns: [breakdown('Sales', 80.5, [breakdown('Product Charges', 80.5)])],
    };
    const world = await createWorld(({ query }) => ({
      body: query.has('nextToken') ? { summaries: null } : { summaries: [summary], nextToken: 'n' },
    }));
    expect(await world.amazon.feeds.finances.summaryOfSettlement('123')).toMatchObject([
      {
        settlementId: '123',
        accountType: 'STANDARD_ORDERS',
        marketplaceId: null,
        periodStart: '2026-11-01',
        periodEnd: '2026-11-14',
        netProceeds: { currency: 'EUR', minor: 8050n },
        amounts: [{ item: null, path: ['Sales', 'Product Charges'], amount: { minor: 8050n } }],
      },
    ]);
    const whole = { relatedIdentifierName: 'SETTLEMENT_ID', relatedIdentifierValue: '123' };
    expect(world.asked(SUMMARY).map(({ query }) => Object.fromEntries(query))).toEqual([
      whole,
      { ...whole, nextToken: 'n' },
    ]);
  });

  it('that Amazon does not have is an empty list; one that cannot be read is not taken for none', async () => {
    const none = await createWorld(() => ({ body: {} }));
    expect(await none.amazon.feeds.finances.summaryOfSettlement('1')).toEqual([]);
    const bad = await createWorld(() => ({ body: { summaries: [{ netProceeds: eur(0.001) }] } }));
    const problem = await problemOf(bad.amazon.feeds.finances.summaryOfSettlement('1'));
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE' });
    expect(problem.says).toContain('summaries.0.netProceeds');
  });
});

describe('balances', () => {
  const tree = (reserved: number) => ({
    partnerMetadata: { accountType: 'Standard Orders', marketplaceId: 'M1' },
    balanceType: 'TOTAL',
    amount: eur(150),
    lastUpdatedTime: '2026-11-12T10:30:00+09:00',
    balances: [
      { balanceType: 'AVAILABLE', amount: eur(80) },
      {
        balanceType: 'RESERVED',
        amount: eur(reserved),
        balances: [
          { balanceType: 'DEFERRED', amount: eur(90) },
          { balanceType: 'ACCOUNT_LEVEL_RESERVE', amount: eur(-20) },
        ],
      },
    ],
  });

  it('are flattened over all pages, and those within others belong to the same account and time', async () => {
    const world = await createWorld(({ query }) => ({
      body: query.has('nextToken')
        ? { balances: [{ balanceType: 'NEW_ONE', amount: eur(1) }] }
        : { balances: [tree(70)], nextToken: 'n' },
    }));
    const balances = await world.amazon.feeds.finances.balances(parseLocalDate('2026-10-31'));
    expect(balances.map(({ balanceType, amount }) => [balanceType, amount.minor])).toEqual([
      ['total', 15000n],
      ['available', 8000n],
      ['reserved', 7000n],
      ['deferred', 9000n],
      ['account-level-reserve', -2000n],
      ['other', 100n],
    ]);
    for (const balance of balances.slice(0, 5))
      expect(balance).toMatchObject({
        accountType: 'STANDARD_ORDERS',
        marketplaceId: 'M1',
        asOf: '2026-10-31',
        lastUpdatedAt: '2026-11-12T01:30:00.000Z',
      });
    expect(world.asked(BALANCES).map(({ query }) => Object.fromEntries(query))).toEqual([
      { asOfDate: '2026-10-31' },
      { asOfDate: '2026-10-31', nextToken: 'n' },
    ]);
    expect(world.logged.filter((entry) => !String(entry).includes('token'))).toEqual([]);
  });

  it('of kinds that Amazon added are each kept in its own word, and one that comes twice is taken once', async () => {
    const balances = [
      { balanceType: 'NEW_ONE', amount: eur(1) },
      { balanceType: ' Newer_One ', amount: eur(2) },
      { balanceType: 'new_one', amount: eur(1) },
      { amount: eur(3) },
    ];
    const world = await createWorld(() => ({ body: { balances } }));
    const read = await world.amazon.feeds.finances.balances(null);
    expect(read.map((each) => [each.balanceType, each.amazonBalanceType, each.amount.minor])).toEqual([
      ['other', 'NEW_ONE', 100n],
      ['other', 'Newer_One', 200n],
      ['other', '', 300n],
    ]);
    expect(world.logged).toContainEqual(['warn', 'amazon.balance.twice', { balance: '  EUR NEW_ONE' }]);
  });

  it('that are not the sum of their parts are taken as they are and logged', async () => {
    const world = await createWorld(() => ({ body: { balances: [tree(71)] } }));
    expect(await world.amazon.feeds.finances.balances(null)).toHaveLength(5);
    expect(world.asked()[0]?.query.size).toBe(0);
    expect(world.logged.filter((entry) => !String(entry).includes('token'))).toEqual([
      [
        'warn',
        'amazon.balance.difference',
        { account: 'STANDARD_ORDERS M1 EUR', total: '150.00', available: '80.00', reserved: '71.00' },
      ],
      [
        'warn',
        'amazon.balance.difference',
        { account: 'STANDARD_ORDERS M1 EUR', reserved: '71.00', deferred: '90.00', 'account-level-reserve': '-20.00' },
      ],
    ]);
  });

  it('of which one cannot be read are not taken without it, because a control that lacks an account misleads', async () => {
    const world = await createWorld(() => ({ body: { balances: [tree(70), { balanceType: 'TOTAL' }] } }));
    expect(await problemOf(world.amazon.feeds.finances.balances(null))).toMatchObject({
      code: 'AMAZON_ANSWER_UNREADABLE',
    });
  });
});

describe('the probes', () => {
  it('ask each operation once, never again, and say what it answered', async () => {
    const { api, asked } = scriptedApi(({ path }) =>
      path === TRANSACTIONS ? '{"payload":{"transactions":[{}]}}' : '{}',
    );
    const said: unknown[] = [];
    for (const probe of financeProbes({ api, clock: { nowMs: () => 1_795_000_000_000, sleep: async () => {} } })) {
      expect(probe.role).toBe('Finance and Accounting');
      said.push(await probe.run());
    }
    expect(said).toEqual([
      'listTransactions answers: 1 financial events of the last seven days on the first page',
      'listSummary answers: 0 summaries of the last seven days on the first page',
      'listBalances answers: 0 balances of now on the first page',
      'listPayouts answers: 0 payouts of the last seven days on the first page',
    ]);
    expect(asked.map(({ attemptsMax }) => attemptsMax)).toEqual([1, 1, 1, 1]);
    expect(asked[1]?.query).toEqual({ periodStart: '2026-11-11', periodEnd: '2026-11-18' });
  });

  it('raise what is wrong', async () => {
    const { api } = scriptedApi(() => '<html>');
    const [probe] = financeProbes({ api, clock: { nowMs: () => 1_795_000_000_000, sleep: async () => {} } });
    expect(await problemOf(probe!.run())).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE' });
  });
});
