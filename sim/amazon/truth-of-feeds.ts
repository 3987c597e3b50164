import { formatInstant } from '../../src/core/index.ts';
import {
  balancesAt,
  discountOf,
  financeEventsOf,
  financeStatusAt,
  ordersOf,
  payoutsOf,
  priceOf,
  proceedsOf,
  type SellerWorld,
  settlementIdAt,
  taxOf,
  viewOrder,
  type WorldOrder,
  type WorldOrderItem,
} from '../world/index.ts';

/** What a seller's orders, events, payouts and balances are at a moment. Amounts as text in minor units. */
export function feedsTruth(world: SellerWorld, nowMs: number): unknown {
  const at = nowMs / 1000;
  return {
    sellerId: world.sellerId,
    orders: ordersOf(world).flatMap((order) => {
      const view = viewOrder(order, at);
      if (!view) return [];
      return [
        {
          orderId: order.orderId,
          marketplaceId: order.marketplace.marketplaceId,
          currency: order.marketplace.currency,
          status: view.status,
          createdAt: formatInstant(order.orderedAt),
          lastUpdatedAt: formatInstant(view.lastUpdatedAt),
          isBusiness: order.isBusiness,
          isOtherChannel: order.isOtherChannel,
          priceMinor: sum(order, ({ charges }) => priceOf(charges)),
          taxMinor: sum(order, ({ charges }) => taxOf(charges)),
          discountMinor: sum(order, ({ charges }) => discountOf(charges)),
          grandTotalMinor: sum(order, proceedsOf),
          items: order.items.map(({ orderItemId, sku, quantity }) => ({ orderItemId, sku, quantity })),
        },
      ];
    }),
    events: financeEventsOf(world)
      .filter((finance) => finance.visibleAt <= at)
      .map((finance) => ({
        transactionId: finance.transactionId,
        transactionType: finance.transactionType,
        status: financeStatusAt(finance, at),
        postedAt: formatInstant(finance.event.postedAt),
        orderId: finance.event.orderId,
        settlementId: settlementIdAt(finance, at) ?? null,
        eventGroupId: finance.eventGroupId,
        currency: finance.marketplace.currency,
        totalMinor: finance.totalMinor.toString(),
      })),
    payouts: payoutsOf(world)
      .filter((payout) => payout.createdAt <= at)
      .map((payout) => ({
        payoutId: payout.payoutId,
        settlementId: payout.settlement.settlementId,
        status: payout.steps.findLast((step) => step.at <= at)?.status,
        createdAt: formatInstant(payout.createdAt),
        currency: payout.settlement.marketplace.currency,
        amountMinor: payout.amountMinor.toString(),
      })),
    balances: balancesAt(world, Math.floor(at)).map((balance) => ({
      marketplaceId: balance.marketplace.marketplaceId,
      currency: balance.marketplace.currency,
      availableMinor: balance.availableMinor.toString(),
      reserveMinor: balance.reserveMinor.toString(),
      deferredMinor: balance.deferredMinor.toString(),
      totalMinor: balance.totalMinor.toString(),
    })),
  };
}

function sum(order: WorldOrder, amount: (item: WorldOrderItem) => bigint): string {
  return order.items.reduce((total, item) => total + amount(item), 0n).toString();
}
