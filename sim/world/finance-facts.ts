import { type EpochSeconds, sha256Of } from '../../src/core/index.ts';
import type { WorldSettlement } from './close-periods.ts';
import { type BusinessEvent, type Leg, sumLegs } from './events.ts';
import { eventsOf, oncePerWorld, type PlacedEvent } from './events-of-world.ts';
import { BREAKDOWN_PATHS, transactionTypeOf } from './finance-words.ts';
import type { Marketplace } from './marketplaces.ts';
import { createRandom } from './random.ts';

const DAY = 86_400;
const HOURS_LATE_MAX = 48;

/** A node of Amazon's tree of breakdowns. Its amount contains those below it. */
export interface BreakdownNode {
  readonly name: string;
  readonly minor: bigint;
  readonly below: readonly BreakdownNode[];
}

export interface FinanceItemFacts {
  readonly orderItemId: string;
  readonly sku: string;
  readonly quantity: number | undefined;
  readonly totalMinor: bigint;
  /** Empty where only the event itself is broken down. */
  readonly tree: readonly BreakdownNode[];
}

/** One business event as the Finances API tells it. */
export interface WorldFinanceEvent {
  readonly transactionId: string;
  readonly transactionType: string;
  readonly marketplace: Marketplace;
  readonly event: BusinessEvent;
  readonly totalMinor: bigint;
  /** Some hours after it was posted, up to two days. */
  readonly visibleAt: EpochSeconds;
  readonly settlement: WorldSettlement | undefined;
  readonly eventGroupId: string;
  /** Of an order whose money waits. */
  readonly deferral: { readonly reason: 'DD7' | 'B2B'; readonly maturesAt: EpochSeconds } | undefined;
  /** Empty where only the items are broken down. */
  readonly tree: readonly BreakdownNode[];
  readonly items: readonly FinanceItemFacts[];
}

export type WorldFinanceStatus = 'DEFERRED' | 'RELEASED' | 'DEFERRED_RELEASED';

/** Every event by the moment it was posted. */
export const financeEventsOf = oncePerWorld((world): readonly WorldFinanceEvent[] =>
  eventsOf(world)
    .map((placed) => financeEventOf(`${world.seed}/${world.sellerId}`, placed))
    .sort(
      (left, right) =>
        left.event.postedAt - right.event.postedAt || (left.transactionId < right.transactionId ? -1 : 1),
    ),
);

export function financeStatusAt(finance: WorldFinanceEvent, at: EpochSeconds): WorldFinanceStatus {
  if (!finance.deferral) return 'RELEASED';
  return at < finance.deferral.maturesAt ? 'DEFERRED' : 'DEFERRED_RELEASED';
}

/** The settlement is named once its period has ended. */
export function settlementIdAt({ settlement }: WorldFinanceEvent, at: EpochSeconds): string | undefined {
  return settlement && settlement.endAt <= at ? settlement.settlementId : undefined;
}

/** The tree of some legs: equal paths add up, and every node is the sum of what is below it. */
export function breakDown(legs: readonly Leg[], marketplace: Marketplace): BreakdownNode[] {
  const label = marketplace.tax.kind === 'withheld' ? marketplace.tax.label : 'Tax';
  const placed = legs.map((leg) => ({
    path: BREAKDOWN_PATHS[leg.kind].map((word) => word.replace('{tax}', label)),
    minor: leg.minor,
  }));
  return growTree(placed, 0);
}

function growTree(
  placed: readonly { readonly path: readonly string[]; readonly minor: bigint }[],
  depth: number,
): BreakdownNode[] {
  const names = [...new Set(placed.flatMap(({ path }) => path[depth] ?? []))];
  return names.map((name) => {
    const here = placed.filter(({ path }) => path[depth] === name);
    return { name, minor: here.reduce((sum, { minor }) => sum + minor, 0n), below: growTree(here, depth + 1) };
  });
}

function financeEventOf(worldName: string, placed: PlacedEvent): WorldFinanceEvent {
  const { event, marketplace, settlement, periodStartAt, number } = placed;
  const period = `${worldName}/${marketplace.country}/${periodStartAt}`;
  const random = createRandom(`finance/${period}/${number}`);
  const isDeferred = event.settledAt > event.postedAt;
  const shape = random.between(1, 100);
  const items = itemsOf(event, marketplace, shape);
  return {
    transactionId: digestText(`transaction/${period}/${number}`),
    transactionType: transactionTypeOf(event),
    marketplace,
    event,
    totalMinor: sumLegs([event]),
    visibleAt: event.postedAt + random.between(0, HOURS_LATE_MAX * 3_600),
    settlement,
    eventGroupId: digestText(`group/${period}`),
    deferral: isDeferred
      ? { reason: event.settledAt - event.postedAt < 14 * DAY ? 'DD7' : 'B2B', maturesAt: event.settledAt }
      : undefined,
    tree: isOnlyItemised(items, shape) ? [] : breakDown(event.legs, marketplace),
    items,
  };
}

/** Amazon breaks some events down by item only, some not by item, most both ways. */
function isOnlyItemised(items: readonly FinanceItemFacts[], shape: number): boolean {
  return items.length > 0 && shape <= 5;
}

function itemsOf(event: BusinessEvent, marketplace: Marketplace, shape: number): FinanceItemFacts[] {
  const legsByItem = new Map<string, Leg[]>();
  let current = '';
  for (const leg of event.legs) {
    current = leg.orderItemCode ?? current;
    if (current === '' && leg.sku === undefined) return [];
    legsByItem.set(current, [...(legsByItem.get(current) ?? []), leg]);
  }
  return [...legsByItem].map(([orderItemId, legs]) => {
    const products = legs.filter((leg) => leg.kind === 'product' || leg.kind === 'otherChannelProduct');
    return {
      orderItemId,
      sku: legs[0]?.sku ?? '',
      quantity: products.length > 0 ? products.reduce((sum, leg) => sum + (leg.quantity ?? 0), 0) : legs[0]?.quantity,
      totalMinor: legs.reduce((sum, leg) => sum + leg.minor, 0n),
      tree: shape > 5 && shape <= 15 ? [] : breakDown(legs, marketplace),
    };
  });
}

function digestText(name: string): string {
  return Buffer.from(sha256Of(name), 'hex').toString('base64url');
}
