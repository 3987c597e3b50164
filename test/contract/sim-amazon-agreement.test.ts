/** One seller's orders, events, settlements, payouts, summaries and balances are the same business seen six times. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  balancesAt,
  createSellerWorld,
  eventsOf,
  financeEventsOf,
  MARKETPLACES,
  type MarketplaceCountry,
  ordersOf,
  payoutsOf,
  printSettlement,
  proceedsOf,
  type SellerWorld,
} from '../../sim/world/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';

const COUNTRIES = Object.keys(MARKETPLACES) as MarketplaceCountry[];

function worldOf(seed: string, ordersPerDay: number): SellerWorld {
  return createSellerWorld({
    seed,
    sellerId: 'A1SELLER',
    accounts: COUNTRIES.map((marketplace) => ({ marketplace })),
    from: parseLocalDate('2026-05-01'),
    to: parseLocalDate('2026-10-01'),
    ordersPerDay,
  });
}

const world = worldOf('one', 3);

describe('the settlements of a seed', () => {
  it('are byte for byte those of the first release', () => {
    const digest = createHash('sha256');
    for (const one of [world, worldOf('two', 2)].flatMap(({ settlements }) => settlements)) {
      digest.update(`${one.settlementId} ${one.depositAt} ${one.reportedAt} ${one.totalMinor}\n`);
      digest.update(printSettlement(one).bytes);
    }
    expect(digest.digest('hex')).toBe('c0547ee2a77d4ac376c6be6d271c2e769acea6cfd2511ebba2290ad4e0cbf039');
  });
});

describe('financial events', () => {
  it('of a settlement sum to its total', () => {
    const sums = new Map<string, bigint>();
    for (const { settlement, totalMinor } of financeEventsOf(world)) {
      const id = settlement?.settlementId ?? 'open';
      sums.set(id, (sums.get(id) ?? 0n) + totalMinor);
    }
    expect(sums.has('open')).toBe(true);
    for (const { settlementId, totalMinor } of world.settlements) expect(sums.get(settlementId)).toBe(totalMinor);
  });

  it('have leaves that sum to their total, in their own tree or in those of their items', () => {
    type Node = { readonly minor: bigint; readonly below: readonly Node[] };
    const leaves = (nodes: readonly Node[]): bigint =>
      nodes.reduce((sum, node) => sum + (node.below.length > 0 ? leaves(node.below) : node.minor), 0n);
    const shapes = new Set<string>();
    for (const { tree, items, totalMinor } of financeEventsOf(world)) {
      const ofItems = items.flatMap((item) => item.tree);
      expect(leaves(tree.length > 0 ? tree : ofItems)).toBe(totalMinor);
      if (items.length > 0) shapes.add(`${tree.length > 0} ${ofItems.length > 0}`);
    }
    expect([...shapes].sort()).toEqual(['false true', 'true false', 'true true']);
  });

  it('each have an identity of their own', () => {
    const ids = financeEventsOf(world).map((finance) => finance.transactionId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are deferred where the money waits, and become visible within two days', () => {
    const events = financeEventsOf(world);
    const reasons = new Set(events.map(({ deferral }) => deferral?.reason));
    expect(reasons).toEqual(new Set([undefined, 'DD7', 'B2B']));
    for (const { event, deferral, visibleAt } of events) {
      expect(deferral?.maturesAt ?? event.postedAt).toBe(event.settledAt);
      expect(visibleAt - event.postedAt).toBeGreaterThanOrEqual(0);
      expect(visibleAt - event.postedAt).toBeLessThanOrEqual(48 * 3_600);
    }
  });
});

describe('orders', () => {
  const BUYER_LEGS = /^(product|shipping|giftWrap)(Tax|Promotion)?$|^taxPromotion$/;

  it('cost the buyer what the events of their sale say', () => {
    const paid = new Map<string, bigint>();
    for (const { event } of eventsOf(world)) {
      if (event.kind !== 'order') continue;
      paid.set(
        event.orderId,
        event.legs.reduce((sum, leg) => (BUYER_LEGS.test(leg.kind) ? sum + leg.minor : sum), 0n),
      );
    }
    const shipped = ordersOf(world).filter((order) => order.shippedAt !== undefined && !order.isOtherChannel);
    expect(shipped.length).toBe(paid.size);
    for (const order of shipped) {
      expect(order.items.reduce((sum, item) => sum + proceedsOf(item), 0n)).toBe(paid.get(order.orderId));
    }
  });

  it('were placed before they left, and some were cancelled and left no event', () => {
    const orders = ordersOf(world);
    const ids = new Set(orders.map((order) => order.orderId));
    expect(ids.size).toBe(orders.length);
    const eventIds = new Set(eventsOf(world).map(({ event }) => event.orderId));
    const cancelled = orders.filter((order) => order.cancelledAt !== undefined);
    expect(cancelled.length).toBeGreaterThan(orders.length / 100);
    expect(cancelled.length).toBeLessThan(orders.length / 20);
    expect(cancelled.some((order) => eventIds.has(order.orderId))).toBe(false);
    for (const order of orders) expect(order.shippedAt ?? order.cancelledAt).toBeGreaterThan(order.orderedAt);
  });

  it('have items whose quantity and price make their product sale', () => {
    for (const item of ordersOf(world).flatMap((order) => order.items)) {
      expect(item.unitPriceMinor * BigInt(item.quantity)).toBe(item.charges.item);
      expect(item.quantity).toBeGreaterThan(0);
      for (const minor of Object.values(item.charges)) expect(minor).toBeGreaterThanOrEqual(0n);
    }
  });
});

describe('payouts', () => {
  it('are the settlements with a total to pay, to the cent', () => {
    const paid = payoutsOf(world).map((payout) => `${payout.settlement.settlementId} ${payout.amountMinor}`);
    const due = world.settlements.filter(({ totalMinor }) => totalMinor >= 0n);
    expect(paid.sort()).toEqual(due.map((one) => `${one.settlementId} ${one.totalMinor}`).sort());
  });

  it('fail where the money comes back in the next period, and do not leave where a reserve took everything', () => {
    const statuses = payoutsOf(world).map((payout) => payout.steps.at(-1)!.status);
    expect(new Set(statuses)).toEqual(new Set(['PAID', 'FAILED', 'NO_PAYOUT']));
    for (const payout of payoutsOf(world)) {
      const { country } = payout.settlement.marketplace;
      const returned = eventsOf(world).some(
        ({ event, marketplace, periodStartAt }) =>
          marketplace.country === country &&
          periodStartAt === payout.settlement.endAt &&
          event.legs.some((leg) => leg.kind === 'payoutReturned'),
      );
      expect(payout.steps.at(-1)!.status === 'FAILED').toBe(returned);
    }
  });
});

describe('balances', () => {
  it('before a period closes are its total and the reserve that is held then', () => {
    for (const settlement of world.settlements.slice(0, 20)) {
      const balance = balancesAt(world, settlement.endAt - 1).find(
        (one) => one.marketplace === settlement.marketplace,
      )!;
      const held = settlement.events
        .flatMap((event) => event.legs)
        .reduce((sum, leg) => (leg.kind === 'reserveHeld' ? sum - leg.minor : sum), 0n);
      expect(balance.totalMinor - balance.deferredMinor).toBe(settlement.totalMinor + held);
      expect(balance.availableMinor + balance.reserveMinor + balance.deferredMinor).toBe(balance.totalMinor);
    }
  });
});

describe('the open period', () => {
  it('goes on where the last one closed and names no event twice', () => {
    for (const { marketplace, startAt, events } of world.openPeriods) {
      const last = world.settlements.findLast((one) => one.marketplace === marketplace)!;
      expect(startAt).toBe(last.endAt);
      expect(events.length).toBeGreaterThan(0);
      for (const event of events) expect(event.settledAt).toBeGreaterThanOrEqual(startAt);
      const reserve = last.events.flatMap((event) => event.legs).find((leg) => leg.kind === 'reserveHeld');
      const released = events.flatMap((event) => event.legs).find((leg) => leg.kind === 'reserveReleased');
      expect(released?.minor).toBe(reserve && -reserve.minor);
    }
  });
});
