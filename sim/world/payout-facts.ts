import type { EpochSeconds } from '../../src/core/index.ts';
import type { WorldSettlement } from './close-periods.ts';
import { oncePerWorld } from './events-of-world.ts';
import { createRandom, DIGITS, UPPER_AND_DIGITS } from './random.ts';
import type { SellerWorld } from './seller-world.ts';

const HOUR = 3_600;
const DAY = 86_400;

export type WorldPayoutStatus = 'STARTED' | 'IN_TRANSIT' | 'PAID' | 'FAILED' | 'CANCELLED' | 'NO_PAYOUT';

export interface PayoutStepFacts {
  readonly status: WorldPayoutStatus;
  readonly at: EpochSeconds;
  readonly failureReason?: string;
}

/** Money that left for the seller's bank, or that there was nothing to send. */
export interface WorldPayout {
  readonly payoutId: string;
  readonly settlement: WorldSettlement;
  readonly createdAt: EpochSeconds;
  readonly amountMinor: bigint;
  /** Oldest first; the first is at `createdAt`. */
  readonly steps: readonly PayoutStepFacts[];
  readonly accountTail: string;
  readonly paymentRail: string;
  readonly traceId: string;
}

/** The payouts of every closed period, newest first. A period with a debt has none. */
export const payoutsOf = oncePerWorld((world): readonly WorldPayout[] =>
  world.settlements
    .filter((settlement) => settlement.totalMinor >= 0n)
    .map((settlement) => payoutOf(world, settlement))
    .sort((left, right) => right.createdAt - left.createdAt || (left.payoutId < right.payoutId ? -1 : 1)),
);

function payoutOf(world: SellerWorld, settlement: WorldSettlement): WorldPayout {
  const random = createRandom(`payout/${world.seed}/${world.sellerId}/${settlement.settlementId}`);
  const createdAt = settlement.endAt + HOUR;
  return {
    payoutId: `P${random.text(11, DIGITS)}`,
    settlement,
    createdAt,
    amountMinor: settlement.totalMinor,
    steps: isRolledOver(world, settlement)
      ? [
          { status: 'STARTED', at: createdAt },
          { status: 'CANCELLED', at: createdAt + HOUR },
        ]
      : stepsOf(settlement, createdAt, failureOf(world, settlement)),
    accountTail: createRandom(`bank/${world.seed}/${settlement.marketplace.country}`).text(4, DIGITS),
    paymentRail: settlement.marketplace.currency === 'EUR' ? 'SEPA' : 'ACH',
    traceId: random.text(15, UPPER_AND_DIGITS),
  };
}

function stepsOf(
  settlement: WorldSettlement,
  createdAt: EpochSeconds,
  failure: { readonly at: EpochSeconds; readonly reason: string } | undefined,
): PayoutStepFacts[] {
  if (settlement.totalMinor === 0n) return [{ status: 'NO_PAYOUT', at: createdAt }];
  const last: PayoutStepFacts = failure
    ? { status: 'FAILED', at: failure.at, failureReason: failure.reason }
    : { status: 'PAID', at: settlement.depositAt };
  return [{ status: 'STARTED', at: createdAt }, { status: 'IN_TRANSIT', at: createdAt + 6 * HOUR }, last];
}

/** A payout that came back is an event of the next period. */
function failureOf(
  world: SellerWorld,
  settlement: WorldSettlement,
): { readonly at: EpochSeconds; readonly reason: string } | undefined {
  const returned = periodAfter(world, settlement)?.events.find((event) =>
    event.legs.some((leg) => leg.kind === 'payoutReturned'),
  );
  if (!returned || returned.postedAt !== settlement.depositAt + DAY) return undefined;
  return { at: returned.postedAt, reason: returned.legs[0]?.detail ?? 'The bank refused the payout.' };
}

/** Amazon cancelled it before it left, and the next period has the money again. */
function isRolledOver(world: SellerWorld, settlement: WorldSettlement): boolean {
  const events = settlement.totalMinor > 0n ? periodAfter(world, settlement)?.events : undefined;
  return events?.some((event) => event.legs.some((leg) => leg.kind === 'payoutRolledOver')) ?? false;
}

function periodAfter(
  world: SellerWorld,
  settlement: WorldSettlement,
): { readonly events: WorldSettlement['events'] } | undefined {
  const { country } = settlement.marketplace;
  return (
    world.settlements.find((one) => one.marketplace.country === country && one.startAt === settlement.endAt) ??
    world.openPeriods.find((one) => one.marketplace.country === country && one.startAt === settlement.endAt)
  );
}
