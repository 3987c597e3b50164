import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId } from '../../src/app/index.ts';
import { createFeedBooks } from '../../src/store/index.ts';
import { buyer, DAY_MS, dumpOf, openTestFeeds, order, START, type TestFeeds } from './feed-samples.ts';
import { ANNA, addConnection, problemCode, SYSTEM_ACTOR } from './samples.ts';

let test: TestFeeds;
let id: ConnectionId;
beforeAll(async () => {
  test = await openTestFeeds();
  id = test.connection.id;
});
afterAll(() => test.close());

const open = (orderId: string, connectionId = id) => test.feeds.openBuyer(connectionId, orderId, ANNA, 'an invoice');
const inDays = (days: number) => new Date(test.time.nowMs() + days * DAY_MS).toISOString();
const purge = () => test.feeds.purgeBuyers(SYSTEM_ACTOR);

it('a buyer opens again as it was told, for each one who gives a reason', async () => {
  await test.feeds.putBuyers(id, [buyer({ orderId: 'b-1' }), buyer({ orderId: 'b-2', email: null })]);
  expect(await open('b-1')).toEqual(buyer({ orderId: 'b-1' }));
  expect(await open('b-2')).toEqual(buyer({ orderId: 'b-2', email: null }));
  expect(await open('unheard-of')).toBeUndefined();
  const events = await test.books.listEvents({ subject: `connection/${id}` });
  expect(events.slice(-2).map(({ actor, action, why, after }) => ({ actor, action, why, after }))).toEqual([
    { actor: ANNA, action: 'buyer.open', why: 'an invoice', after: { orderId: 'b-1' } },
    { actor: ANNA, action: 'buyer.open', why: 'an invoice', after: { orderId: 'b-2' } },
  ]);
});

it('no table holds anything of a buyer in the clear', async () => {
  const dump = await dumpOf(test);
  expect(dump).not.toContain('CANARY');
  expect(dump).not.toContain(Buffer.from('CANARY').toString('hex'));
  // control: the dump shows what is there, and the buyer is there as ciphertext.
  expect(dump).toContain('b-1');
});

it('a later reading replaces an earlier one, and does not put off its deletion', async () => {
  await test.feeds.putBuyers(id, [buyer({ orderId: 'b-3', deleteAfter: inDays(5) })]);
  await test.feeds.putBuyers(id, [buyer({ orderId: 'b-3', name: 'CANARY New', deleteAfter: inDays(20) })]);
  expect((await open('b-3'))?.name).toBe('CANARY New');
  await test.time.sleep(5 * DAY_MS);
  expect(await open('b-3')).toBeUndefined();
});

describe('a buyer whose time is over', () => {
  it('when it comes is not stored, and what there was of it goes', async () => {
    await test.feeds.putBuyers(id, [buyer({ orderId: 'b-4', deleteAfter: inDays(0) })]);
    expect(await open('b-4')).toBeUndefined();
    await test.feeds.putBuyers(id, [buyer({ orderId: 'b-4', deleteAfter: inDays(1) })]);
    expect(await open('b-4')).toBeDefined();
    await test.feeds.putBuyers(id, [buyer({ orderId: 'b-4', deleteAfter: START })]);
    const { rows } = await test.database.pool.query("select from order_buyer where order_id = 'b-4'");
    expect(rows).toEqual([]);
  });

  it('is gone for everybody although nobody has purged yet', async () => {
    await test.feeds.putBuyers(id, [buyer({ orderId: 'b-5', deleteAfter: inDays(1) })]);
    await test.time.sleep(DAY_MS);
    expect(await open('b-5')).toBeUndefined();
  });

  it('is deleted, with one event that says how many and nothing else; orders stay as they are', async () => {
    await test.feeds.putOrders(id, [order({ orderId: 'b-6' })], { reportSha256: null });
    const told = await test.feeds.getOrder('b-6');
    await purge();
    await test.feeds.putBuyers(id, [
      buyer({ orderId: 'b-6', deleteAfter: inDays(1) }),
      buyer({ orderId: 'b-7', deleteAfter: inDays(1) }),
      buyer({ orderId: 'b-8', deleteAfter: inDays(2) }),
    ]);
    await test.time.sleep(DAY_MS);
    expect(await purge()).toBe(2);
    expect(await open('b-8')).toBeDefined();
    expect(await test.feeds.getOrder('b-6')).toEqual(told);
    const events = await test.books.listEvents({ subject: 'buyers/all' });
    expect(events.at(-1)).toMatchObject({ actor: SYSTEM_ACTOR, action: 'buyer.purge', after: { count: 2 } });
    // Nothing to delete is no event.
    expect(await purge()).toBe(0);
    expect(await test.books.listEvents({ subject: 'buyers/all' })).toHaveLength(events.length);
    expect(await test.books.verify()).toMatchObject({ ok: true });
  });
});

it('storing and deleting buyers do not get in each other’s way, in whatever order they meet their rows', async () => {
  // Rows that both touch, in opposite orders: what is stored goes by the batch, what is deleted by the day.
  const ids = Array.from({ length: 400 }, (_, index) => `c-${String(index).padStart(3, '0')}`);
  const batch = (days: number) => ids.map((orderId) => buyer({ orderId, deleteAfter: inDays(days) }));
  for (let round = 0; round < 5; round += 1) {
    await test.feeds.putBuyers(id, batch(1).reverse());
    const due = test.time.nowMs() + DAY_MS;
    const late = createFeedBooks({ ...test, readTime: async () => new Date(due).toISOString() });
    const outcomes = await Promise.allSettled([
      test.feeds.putBuyers(id, batch(3)),
      late.purgeBuyers(SYSTEM_ACTOR),
      test.feeds.putBuyers(id, batch(2).reverse()),
      late.purgeBuyers(SYSTEM_ACTOR),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  }
});

it('no buyer is kept longer than 60 days, whatever date it comes with, and one without a date is not kept', async () => {
  await test.feeds.putBuyers(id, [
    buyer({ orderId: 'b-10', deleteAfter: inDays(3_000) }),
    buyer({ orderId: 'b-11', deleteAfter: 'sometime' }),
  ]);
  expect(await open('b-11')).toBeUndefined();
  await test.time.sleep(60 * DAY_MS - 1);
  expect(await open('b-10')).toBeDefined();
  await test.time.sleep(1);
  expect(await open('b-10')).toBeUndefined();
});

it('a buyer does not open in the place of another order or connection', async () => {
  const { id: other } = await addConnection(test.books, 'OTHER');
  const deleteAfter = inDays(1);
  await test.feeds.putBuyers(id, [buyer({ orderId: 'b-12', deleteAfter }), buyer({ orderId: 'b-13', deleteAfter })]);
  await test.feeds.putBuyers(other, [buyer({ orderId: 'b-12', deleteAfter })]);
  await test.database.pool.query(
    `update order_buyer t set data_key_id = s.data_key_id, nonce = s.nonce, ciphertext = s.ciphertext, tag = s.tag from order_buyer s
     where s.order_id = 'b-12' and s.connection_id = $1
       and ((t.order_id = 'b-13') or (t.order_id = 'b-12' and t.connection_id = $2))`,
    [id, other],
  );
  expect(await problemCode(open('b-13'))).toBe('SECRET_DAMAGED');
  expect(await problemCode(open('b-12', other))).toBe('SECRET_DAMAGED');
  // control: in its own place it opens.
  expect(await open('b-12')).toBeDefined();
});
