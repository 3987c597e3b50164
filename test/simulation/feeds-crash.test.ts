/** A process that dies anywhere while it reads page by page leaves a store from which the next one comes to the same books. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { financeEventsOf, ordersOf, payoutsOf } from '../../sim/world/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { Incarnation } from './crash-harness.ts';
import {
  type Arrangement,
  crashWorld,
  dieEverywhere,
  type Ending,
  forgetful,
  LAST_MS,
  live,
} from './feeds-crash-kit.ts';

const BY_PAGE: Arrangement = { feeds: ['orders', 'finances', 'payouts'], source: 'api', since: '2026-08-10' };
const LAST = LAST_MS / 1000;
/** Amazon does not tell what is younger. */
const LAG = 300;

let test: TestBooks;
let unbroken: Ending;

beforeAll(async () => {
  test = await openTestBooks();
  unbroken = await live(test, BY_PAGE, new Incarnation());
});
afterAll(() => test.close());

describe('a process that dies at any effect while it reads orders, events and payouts', () => {
  it('control: one that nobody kills needs more than 60 effects and stores what there is', () => {
    expect(unbroken.incarnation.effects).toBeGreaterThan(60);
    const { stored } = unbroken;
    const orders = ordersOf(crashWorld).filter(({ orderedAt }) => orderedAt < LAST - LAG);
    expect(orders.length).toBeGreaterThan(100);
    expect(stored.orders.map((order) => order.order_id)).toEqual(orders.map(({ orderId }) => orderId).sort());
    // What showed up late, of days that were read before, comes with the reading after two days.
    const isOld = (postedAt: number) => postedAt < LAST - 5 * 86_400;
    const events = financeEventsOf(crashWorld).filter(({ event }) => isOld(event.postedAt));
    expect(events.length).toBeGreaterThan(100);
    const known = stored.events.map((event) => event.event_key);
    expect(known).toEqual(expect.arrayContaining(events.map(({ transactionId }) => transactionId)));
    const payouts = payoutsOf(crashWorld).filter(({ createdAt }) => createdAt < LAST - LAG);
    expect(payouts.length).toBeGreaterThan(0);
    expect(stored.payouts.map((payout) => payout.payout_id)).toEqual(payouts.map(({ payoutId }) => payoutId).sort());
  });

  // Dying after an effect but before its caller learnt of it leaves the same store as dying before the next one, so one
  // of the two covers both.
  it('comes to the same books in its next life', () => dieEverywhere(test, BY_PAGE, unbroken), 300_000);

  it.each(['putOrders', 'putFinanceEvents', 'putPayouts', 'putBalances'] as const)(
    'control: a store that forgets what %s was given is noticed',
    async (member) => {
      const { stored } = await live(test, BY_PAGE, new Incarnation(), forgetful(member));
      expect(stored).not.toEqual(unbroken.stored);
    },
  );
});
