import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/app/index.ts';
import { type CurrencyCode, money } from '../../src/core/index.ts';
import { openTestFeeds, payout, type TestFeeds } from './feed-samples.ts';

let test: TestFeeds;
let id: ConnectionId;
beforeAll(async () => {
  test = await openTestFeeds();
  id = test.connection.id;
});
afterAll(() => test.close());

const counts = (facts: object) => ({ inserted: 0, changed: 0, unchanged: 0, unreadable: 0, ...facts });
const list = async (filter: object = {}) =>
  (await test.feeds.listPayouts({ connectionId: id, ...filter })).map(({ payoutId }) => payoutId);

it('a payout reads back as it was told, also when Amazon tells almost nothing', async () => {
  const bare = payout('bare', {
    amount: null,
    steps: [],
    isOnDemand: null,
    createdAt: null,
    periodStart: null,
    periodEnd: null,
    traceId: null,
    settlementIds: [],
  });
  expect(await test.feeds.putPayouts(id, [payout('whole'), bare])).toEqual(counts({ inserted: 2 }));
  expect(await test.feeds.listPayouts({ connectionId: id })).toEqual([
    { ...bare, connectionId: id },
    { ...payout('whole'), connectionId: id },
  ]);
});

it('the same again changes nothing; a later status replaces the earlier one', async () => {
  expect(await test.feeds.putPayouts(id, [payout('whole'), payout('whole')])).toEqual(counts({ unchanged: 2 }));
  const failed = payout('whole', { status: 'failed', amazonStatus: 'FAILED', settlementIds: ['333', '333'] });
  expect(await test.feeds.putPayouts(id, [failed])).toEqual(counts({ changed: 1 }));
  expect(await test.feeds.listPayouts({ settlementId: '333' })).toEqual([{ ...failed, connectionId: id }]);
  expect(await list({ settlementId: '222' })).toEqual([]);
});

it('payouts can be narrowed by time and by settlement, the newest first', async () => {
  await test.feeds.putPayouts(id, [
    payout('p-1', { createdAt: '2026-10-01T00:00:00.000Z', settlementIds: ['s'] }),
    payout('p-2', { createdAt: '2026-10-02T00:00:00.000Z', settlementIds: ['s', 't'] }),
  ]);
  expect(await list({ settlementId: 's' })).toEqual(['p-2', 'p-1']);
  expect(await list({ from: '2026-10-02T00:00:00.000Z', until: '2026-10-03T00:00:00.000Z' })).toEqual(['p-2']);
  expect(await list({ until: '2026-10-02T00:00:00.000Z' })).toEqual(['p-1']);
  expect(await list({ limit: 1 })).toEqual(['bare']);
});

it('a payout with an amount that no column holds is kept aside until it can be read', async () => {
  const bad = payout('huge', { amount: money('JPY' as CurrencyCode, 2n ** 63n) });
  expect(await test.feeds.putPayouts(id, [bad])).toEqual(counts({ unreadable: 1 }));
  expect(await test.feeds.listUnreadable(id, 'payouts')).toMatchObject([{ recordId: 'huge' }]);
  await test.feeds.putPayouts(id, [payout('huge')]);
  expect(await test.feeds.listUnreadable(id, 'payouts')).toEqual([]);
});
