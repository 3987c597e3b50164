import type { EpochSeconds } from '../../src/core/index.ts';
import type { WorldSettlement } from './close-periods.ts';
import type { BusinessEvent } from './events.ts';
import type { Marketplace } from './marketplaces.ts';
import type { SellerWorld } from './seller-world.ts';

/** A business event with its place in the seller's books. */
export interface PlacedEvent {
  readonly event: BusinessEvent;
  readonly marketplace: Marketplace;
  /** Undefined while its period is open. */
  readonly settlement: WorldSettlement | undefined;
  /** When its period began. */
  readonly periodStartAt: EpochSeconds;
  /** Its number within the period: with the period's beginning and marketplace it names the event for ever. */
  readonly number: number;
}

/** Everything that happened to the seller, settled or not, account by account. */
export function eventsOf(world: SellerWorld): readonly PlacedEvent[] {
  return [
    ...world.settlements.flatMap((settlement) =>
      settlement.events.map((event, number) => ({
        event,
        marketplace: settlement.marketplace,
        settlement,
        periodStartAt: settlement.startAt,
        number,
      })),
    ),
    ...world.openPeriods.flatMap(({ marketplace, startAt, events }) =>
      events.map((event, number) => ({ event, marketplace, settlement: undefined, periodStartAt: startAt, number })),
    ),
  ];
}

/** Computes once per world; a world never changes. */
export function oncePerWorld<Facts>(compute: (world: SellerWorld) => Facts): (world: SellerWorld) => Facts {
  const known = new WeakMap<SellerWorld, Facts>();
  return (world) => {
    const found = known.get(world);
    if (found !== undefined) return found;
    const facts = compute(world);
    known.set(world, facts);
    return facts;
  };
}
