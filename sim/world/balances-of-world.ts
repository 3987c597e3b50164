import type { EpochSeconds } from '../../src/core/index.ts';
import { type BusinessEvent, sumLegs } from './events.ts';
import type { Marketplace } from './marketplaces.ts';
import type { SellerWorld } from './seller-world.ts';

/** What Amazon owes the seller in one marketplace account, in minor units; the total is the sum of the others. */
export interface WorldBalance {
  readonly marketplace: Marketplace;
  readonly availableMinor: bigint;
  /** What Amazon held back when the last period closed. */
  readonly reserveMinor: bigint;
  /** Earned, but not released yet. */
  readonly deferredMinor: bigint;
  readonly totalMinor: bigint;
}

/** The balances at a moment, from the same events that the settlements are made of. */
export function balancesAt(world: SellerWorld, at: EpochSeconds): readonly WorldBalance[] {
  return world.marketplaces.map((marketplace) => {
    const closed = world.settlements.filter((one) => one.marketplace === marketplace);
    const periods = [...closed, ...world.openPeriods.filter((one) => one.marketplace === marketplace)];
    const running = periods.findLast((one) => one.startAt <= at)?.events ?? [];
    const settled = running.filter((event) => event.settledAt <= at);
    const deferred = periods
      .flatMap((period): readonly BusinessEvent[] => period.events)
      .filter((event) => event.postedAt <= at && event.settledAt > at);
    const legs = settled.flatMap((event) => event.legs).filter((leg) => leg.kind !== 'reserveHeld');
    const balanceMinor = legs.reduce((sum, leg) => sum + leg.minor, 0n);
    const reserveMinor = legs.reduce((sum, leg) => (leg.kind === 'reserveReleased' ? sum + leg.minor : sum), 0n);
    const deferredMinor = sumLegs(deferred);
    return {
      marketplace,
      availableMinor: balanceMinor - reserveMinor,
      reserveMinor,
      deferredMinor,
      totalMinor: balanceMinor + deferredMinor,
    };
  });
}
