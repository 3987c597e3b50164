/** The collectors of finances and payouts on the real database: what they store, twice, and in the middle of a run. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectFinances, collectPayouts, type FeedContext } from '../../src/app/index.ts';
import { createFeedBooks, timeOf } from '../../src/store/index.ts';
import {
  createFinanceWorld,
  DAY,
  EUR,
  event,
  type FinanceWorld,
  NOW,
  payout,
  TOTAL,
  untilDone,
} from '../app/finance-kit.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { addConnection } from './samples.ts';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
}, 60_000);
afterAll(() => test.close());

async function createWorld(name: string): Promise<{ world: FinanceWorld; context: FeedContext }> {
  const world = createFinanceWorld('2026-10-01');
  const connection = await addConnection(test.books, name);
  const feedBooks = createFeedBooks({ database: test.database, vault: test.vault, readTime: timeOf(world.time) });
  const sharedNowMs = async () => world.time.nowMs();
  return { world, context: { ...world.context, connection, books: { ...test.books, ...feedBooks, sharedNowMs } } };
}

it('events are stored once however often and however brokenly they are read, with their later states', async () => {
  const { world, context } = await createWorld('events');
  for (let index = 0; index < 60; index += 1)
    world.amazon.addEvent(event(`e${index}`, NOW - DAY - index * 12 * 3_600_000, { description: 'a\u00e4"\\' }));
  const deferred = {
    status: 'deferred',
    maturesAt: new Date(NOW - 4 * DAY).toISOString(),
    orderId: 'order-e5',
  } as const;
  world.amazon.addEvent(event('late', NOW - 5 * DAY, deferred));
  world.amazon.unreadable.push({ recordId: 'T1', says: 'member totalAmount is wrong', source: { a: '1.50' } });
  let runs = 1;
  while (!(await collectFinances(context, { ...untilDone, runMsMax: 5_000 })).isUpToDate) runs += 1;
  expect(runs).toBeGreaterThan(3);
  const { books, connection } = context;
  const stored = await books.listFinanceEvents({ connectionId: connection.id, limit: 1_000 });
  expect(stored).toHaveLength(61);
  expect(stored.every(({ revision }) => revision === 1)).toBe(true);
  expect(await books.listUnreadable(connection.id, { withSource: true })).toMatchObject([
    { recordId: 'T1', source: { a: '1.50' } },
  ]);
  // Seen to be overdue and asked about by its order.
  expect(world.amazon.asksOf('order')).toEqual(['order order-e5']);
  world.amazon.events.pop();
  world.amazon.addEvent(event('late', NOW - 5 * DAY, { ...deferred, status: 'deferred-released' }));
  world.time.ms += 2 * DAY;
  const again = await collectFinances(context, untilDone);
  expect(again).toMatchObject({ isUpToDate: true, counts: { inserted: 0, changed: 1 } });
  const released = await books.listFinanceEvents({ connectionId: connection.id, status: 'deferred-released' });
  expect(released).toMatchObject([{ revision: 2, event: { eventKey: 'late' } }]);
});

it('balances of now and of the end of a month are both stored, although no time passes between them', async () => {
  const { world, context } = await createWorld('balances');
  world.time.ms = Date.parse('2026-12-02T08:00:00Z');
  world.amazon.requestMs = 0;
  const amount = { currency: EUR, minor: 5n };
  world.amazon.balances = [{ ...TOTAL, amount }];
  expect(await collectFinances(context, untilDone)).toMatchObject({ isUpToDate: true, problems: [] });
  const { books, connection } = context;
  const day = (text: string) => text as Parameters<typeof books.listBalances>[1] & string;
  expect(await books.listBalances(connection.id)).toMatchObject([{ asOf: null, amount }]);
  expect(await books.listBalances(connection.id, day('2026-11-30'))).toMatchObject([{ asOf: '2026-11-30', amount }]);
});

it('payouts are stored with their later states and every settlement they name', async () => {
  const { world, context } = await createWorld('payouts');
  for (let index = 0; index < 25; index += 1) world.amazon.addPayout(payout(`p${index}`, NOW - index * DAY - 1));
  let runs = 1;
  while (!(await collectPayouts(context, { ...untilDone, runMsMax: 1 })).isUpToDate) runs += 1;
  expect(runs).toBeGreaterThan(2);
  const { books, connection } = context;
  expect(await books.listPayouts({ connectionId: connection.id, limit: 100 })).toHaveLength(25);
  world.amazon.payouts.pop();
  world.amazon.addPayout(payout('p24', NOW - 24 * DAY - 1, { status: 'failed', settlementIds: ['1', '2'] }));
  world.time.ms += DAY;
  expect((await collectPayouts(context, untilDone)).counts).toMatchObject({ inserted: 0, changed: 1, unchanged: 24 });
  expect(await books.listPayouts({ connectionId: connection.id, settlementId: '2' })).toMatchObject([
    { payoutId: 'p24', status: 'failed', settlementIds: ['1', '2'] },
  ]);
});
