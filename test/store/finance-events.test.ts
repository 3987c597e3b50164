import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId, FinanceEvent, OverdueQuery } from '../../src/app/index.ts';
import { type CurrencyCode, money } from '../../src/core/index.ts';
import {
  balance,
  DAY_MS,
  day,
  emptySummary,
  eur,
  event,
  openTestFeeds,
  START,
  summary,
  type TestFeeds,
} from './feed-samples.ts';
import { addConnection, receive } from './samples.ts';

let test: TestFeeds;
let id: ConnectionId;
beforeAll(async () => {
  test = await openTestFeeds();
  id = test.connection.id;
});
afterAll(() => test.close());

const put = (...events: FinanceEvent[]) => test.feeds.putFinanceEvents(id, events);
const counts = (facts: object) => ({ inserted: 0, changed: 0, unchanged: 0, unreadable: 0, ...facts });
const recordOf = async (eventKey: string) =>
  (await test.feeds.listFinanceEvents({ connectionId: id, limit: 1_000 })).find(
    (each) => each.event.eventKey === eventKey,
  );

describe('a financial event', () => {
  it('reads back as it was told', async () => {
    const bare = event('bare', {
      postedAt: null,
      total: null,
      amounts: [],
      items: [],
      ties: null,
      description: null,
      orderId: null,
      settlementId: null,
    });
    expect(await put(event('whole'), bare)).toEqual(counts({ inserted: 2 }));
    expect(await recordOf('whole')).toMatchObject({ connectionId: id, event: event('whole'), revision: 1 });
    expect((await recordOf('bare'))?.event).toEqual(bare);
  });

  it('that comes again changes nothing', async () => {
    const before = await recordOf('whole');
    await test.time.sleep(1_000);
    expect(await put(event('whole'), event('whole'))).toEqual(counts({ unchanged: 2 }));
    expect(await recordOf('whole')).toEqual(before);
  });

  it('that was released after it was deferred is one event, and what it said before is kept', async () => {
    const deferred = event('held', {
      status: 'deferred',
      amazonStatus: 'DEFERRED',
      maturesAt: '2026-11-22T00:00:00.000Z',
    });
    await put(deferred);
    const released = event('held', { status: 'deferred-released', amounts: [], source: { now: 'released' } });
    expect(await put(released)).toEqual(counts({ changed: 1 }));
    expect(await recordOf('held')).toMatchObject({ event: released, revision: 2 });
    await put(event('held'));
    expect((await recordOf('held'))?.revision).toBe(3);
    const { rows } = await test.database.pool.query(
      `select p.revision, p.status, p.source from finance_event_past p join finance_event e on e.id = p.event_key
       where e.event_key = 'held' order by p.revision`,
    );
    expect(rows).toEqual([
      { revision: 1, status: 'deferred', source: deferred.source },
      { revision: 2, status: 'deferred-released', source: { now: 'released' } },
    ]);
  });

  it('with an amount that no column holds is kept aside, and gone from there once it can be read', async () => {
    const huge = money('JPY' as CurrencyCode, -(2n ** 63n));
    const bad = event('huge', { amounts: [{ item: null, path: ['Sales'], amount: huge }] });
    expect(await put(bad, event('fine'))).toEqual(counts({ inserted: 1, unreadable: 1 }));
    expect(await test.feeds.listUnreadable(id, { feed: 'finances', withSource: true })).toMatchObject([
      { recordId: 'huge', source: bad.source },
    ]);
    await put(event('huge'));
    expect(await test.feeds.listUnreadable(id, 'finances')).toEqual([]);
  });

  it('may have amounts in more than one currency', async () => {
    const mixed = event('mixed', {
      amounts: [
        { item: null, path: ['Sales'], amount: eur(1n) },
        { item: null, path: ['Tax'], amount: money('USD' as CurrencyCode, 2n) },
      ],
    });
    await put(mixed);
    expect((await recordOf('mixed'))?.event).toEqual(mixed);
  });

  it('a full batch of events with many amounts is stored', async () => {
    const amounts = Array.from({ length: 40 }, (_, index) => ({
      item: index % 3,
      path: ['Expenses', `Fee ${index}`],
      amount: eur(BigInt(-index)),
    }));
    const batch = Array.from({ length: 500 }, (_, index) => event(`many-${index}`, { amounts }));
    expect(await put(...batch)).toEqual(counts({ inserted: 500 }));
    expect((await recordOf('many-499'))?.event.amounts).toEqual(amounts);
    await expect(put(...batch, event('one more'))).rejects.toMatchObject({ kind: 'defect' });
  });
});

it('events can be narrowed by time, status, order and settlement; one without a time counts when it was first seen', async () => {
  const { id: connectionId } = await addConnection(test.books, 'EVENTS');
  await test.feeds.putFinanceEvents(connectionId, [
    event('e-1', { postedAt: '2026-11-01T00:00:00.000Z', orderId: 'o-1' }),
    event('e-2', { postedAt: '2026-11-02T00:00:00.000Z', status: 'deferred', settlementId: 's-2' }),
    event('e-3', { postedAt: null }),
  ]);
  const list = async (filter: object) =>
    (await test.feeds.listFinanceEvents({ connectionId, ...filter })).map((each) => each.event.eventKey);
  expect(await list({})).toEqual(['e-3', 'e-2', 'e-1']);
  expect(await list({ from: '2026-11-02T00:00:00.000Z' })).toEqual(['e-3', 'e-2']);
  expect(await list({ until: '2026-11-02T00:00:00.000Z' })).toEqual(['e-1']);
  expect(await list({ status: 'deferred' })).toEqual(['e-2']);
  expect(await list({ orderId: 'o-1' })).toEqual(['e-1']);
  expect(await list({ settlementId: 's-2' })).toEqual(['e-2']);
  expect(await list({ limit: 2 })).toEqual(['e-3', 'e-2']);
});

const QUERY: Omit<OverdueQuery, 'after' | 'limit'> = {
  maturedBefore: '2026-11-10T00:00:00.000Z',
  unsettled: { postedBefore: START, changed: { from: START, until: START } },
};

it('orders whose deferral is past its maturity are told once each, the oldest first', async () => {
  const { id: connectionId } = await addConnection(test.books, 'DEFERRED');
  const held = (key: string, orderId: string | null, maturesAt: string | null) =>
    event(key, { status: 'deferred', orderId, maturesAt });
  await test.feeds.putFinanceEvents(connectionId, [
    held('d-1', 'late', '2026-11-02T00:00:00.000Z'),
    held('d-2', 'early', '2026-11-01T00:00:00.000Z'),
    held('d-3', 'early', '2026-11-03T00:00:00.000Z'),
    held('d-4', 'not yet', '2026-11-20T00:00:00.000Z'),
    held('d-5', null, '2026-11-01T00:00:00.000Z'),
    held('d-6', 'never', null),
    event('d-7', { orderId: 'released', maturesAt: '2026-11-01T00:00:00.000Z' }),
  ]);
  const ask = (after: OverdueQuery['after'], limit: number) =>
    test.feeds.overdueDeferrals(connectionId, { ...QUERY, after, limit });
  const early = { orderId: 'early', dueAt: '2026-11-01T00:00:00.000Z' };
  const late = { orderId: 'late', dueAt: '2026-11-02T00:00:00.000Z' };
  expect(await ask(null, 10)).toEqual([early, late]);
  expect(await ask(null, 1)).toEqual([early]);
  expect(await ask(early, 10)).toEqual([late]);
  expect(await ask(late, 10)).toEqual([]);
  // One that was asked about and is released meanwhile keeps no other from its turn.
  const released = [held('d-2', 'early', null), held('d-3', 'early', null)].map(
    (each): FinanceEvent => ({ ...each, status: 'deferred-released' }),
  );
  await test.feeds.putFinanceEvents(connectionId, released);
  expect(await ask(early, 10)).toEqual([late]);
});

it('an event that was released too late for its settlement to be told by a second reading is asked for by its order', async () => {
  const { id: connectionId } = await addConnection(test.books, 'UNSETTLED');
  const ask = async (days: number) => {
    const ago = (back: number) => new Date(test.time.nowMs() - back * DAY_MS).toISOString();
    const unsettled = { postedBefore: ago(30), changed: { from: ago(45), until: ago(days) } };
    const query = { maturedBefore: ago(2), unsettled, after: null, limit: 10 };
    return (await test.feeds.overdueDeferrals(connectionId, query)).map(({ orderId }) => orderId);
  };
  const posted = new Date(test.time.nowMs() - 60 * DAY_MS).toISOString();
  const recently = new Date(test.time.nowMs() - 5 * DAY_MS).toISOString();
  const open = { status: 'deferred-released', settlementId: null, postedAt: posted } as const;
  const waiting = event('u-1', { ...open, orderId: 'waiting' });
  await test.feeds.putFinanceEvents(connectionId, [
    waiting,
    event('u-2', { ...open, orderId: 'settled', settlementId: '1' }),
    event('u-3', { ...open, orderId: 'read again anyway', postedAt: recently }),
    event('u-4', { ...open, orderId: 'never deferred', status: 'released' }),
  ]);
  expect(await ask(15)).toEqual([]);
  await test.time.sleep(16 * DAY_MS);
  expect(await ask(15)).toEqual(['waiting']);
  await test.feeds.putFinanceEvents(connectionId, [{ ...waiting, settlementId: '2' }]);
  expect(await ask(0)).toEqual([]);
  // What Amazon never names is not asked for for ever.
  await test.feeds.putFinanceEvents(connectionId, [waiting]);
  await test.time.sleep(46 * DAY_MS);
  expect(await ask(15)).not.toContain('waiting');
});

describe('summaries', () => {
  it('a settlement without one is asked for, and again 2, 14 and 30 days after an empty answer, then no more', async () => {
    const connection = await addConnection(test.books, 'SUMMARIES');
    for (const settlementId of ['s-1', 's-2']) await receive(test.books, connection, settlementId);
    const wanting = () => test.feeds.settlementsWithoutSummary(connection.id, 10);
    expect(await wanting()).toEqual(['s-2', 's-1']);
    await test.feeds.putSummaries(connection.id, [summary('s-1')]);
    for (const days of [2, 14, 30]) {
      await test.feeds.putSummaries(connection.id, [emptySummary('s-2')]);
      await test.time.sleep(days * DAY_MS - 1);
      expect(await wanting()).toEqual([]);
      await test.time.sleep(1);
      expect(await wanting()).toEqual(['s-2']);
    }
    await test.feeds.putSummaries(connection.id, [emptySummary('s-2')]);
    await test.time.sleep(1_000 * DAY_MS);
    expect(await wanting()).toEqual([]);
  });

  it('are summed over a settlement, and a difference to its total is told', async () => {
    const connection = await addConnection(test.books, 'DIFFERENCES');
    for (const settlementId of ['equal', 'less', 'other', 'none']) await receive(test.books, connection, settlementId);
    await test.feeds.putSummaries(connection.id, [
      summary('equal', { netProceeds: eur(12_000n) }),
      summary('equal', { netProceeds: eur(345n), marketplaceId: 'M2' }),
      summary('less', { netProceeds: eur(12_000n) }),
      summary('other', { netProceeds: money('USD' as CurrencyCode, 12_345n) }),
      emptySummary('none'),
    ]);
    const told = [...(await test.feeds.listSummaryDifferences(connection.id))];
    expect(told.sort((a, b) => (a.settlementId < b.settlementId ? -1 : 1))).toEqual([
      {
        settlementId: 'less',
        currency: 'EUR',
        settlementMinor: 12_345n,
        summaryMinor: 12_000n,
        differenceMinor: -345n,
      },
      { settlementId: 'other', currency: 'USD', settlementMinor: 0n, summaryMinor: 12_345n, differenceMinor: 12_345n },
    ]);
    // A later answer replaces all of an earlier one.
    await test.feeds.putSummaries(connection.id, [summary('less')]);
    await test.feeds.putSummaries(connection.id, [summary('equal')]);
    expect((await test.feeds.listSummaryDifferences(connection.id)).map((each) => each.settlementId)).toEqual([
      'other',
    ]);
  });
});

describe('balances', () => {
  it('are those of the latest taking, and the same taking again replaces what it had stored', async () => {
    const first = new Date(test.time.nowMs()).toISOString();
    await test.feeds.putBalances(id, first, [balance(), balance()]);
    expect(await test.feeds.listBalances(id)).toHaveLength(2);
    const told = [
      balance(),
      balance({ balanceType: 'other', amazonBalanceType: '', marketplaceId: null, accountType: null }),
      balance({ balanceType: 'other', amazonBalanceType: 'NEW_ONE' }),
      balance({ balanceType: 'other', amazonBalanceType: 'NEWER_ONE' }),
    ];
    await test.feeds.putBalances(id, first, told);
    expect(await test.feeds.listBalances(id)).toEqual(told.map((each) => ({ ...each, takenAt: first })));
    await test.time.sleep(DAY_MS);
    const second = new Date(test.time.nowMs()).toISOString();
    await test.feeds.putBalances(id, second, [balance({ amount: eur(-1n) })]);
    expect(await test.feeds.listBalances(id)).toEqual([{ ...balance({ amount: eur(-1n) }), takenAt: second }]);
  });

  it('of a day are those asked for that day, and those taken on it', async () => {
    const connection = await addConnection(test.books, 'BALANCES');
    const october = balance({ asOf: day('2026-10-31'), amount: eur(31n) });
    await test.feeds.putBalances(connection.id, '2026-11-01T05:00:00.000Z', [balance(), october]);
    const now = { ...balance(), takenAt: '2026-11-01T05:00:00.000Z' };
    expect(await test.feeds.listBalances(connection.id, day('2026-11-01'))).toEqual([now]);
    expect(await test.feeds.listBalances(connection.id, day('2026-10-31'))).toEqual([
      { ...october, takenAt: '2026-11-01T05:00:00.000Z' },
    ]);
    expect(await test.feeds.listBalances(connection.id, day('2026-10-30'))).toEqual([]);
    expect(await test.feeds.listBalances(connection.id)).toEqual([now]);
  });
});
