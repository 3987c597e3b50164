import { type CurrencyCode, DAY_S, formatMoney, money } from '../../core/index.ts';
import type { SettlementKey } from '../ports.ts';
import type { SettlementPayment } from './payout-states.ts';
import type { MovementRow } from './settlement-sums.ts';

/** The two legs stand in settlements that close around the same time. */
const LEG_SECONDS_MAX = 45 * DAY_S;

/** One leg of a movement that has two. */
export interface Leg {
  readonly settlement: SettlementPayment;
  readonly row: MovementRow;
}

/** A movement between two settlements, with both legs where both are found. They sum to zero. */
export interface MovementPair {
  readonly name: string;
  readonly kind: 'offset' | 'debt';
  readonly currency: CurrencyCode;
  readonly legs: readonly Leg[];
  /** Of all legs: nothing when the pair is proven. */
  readonly sumMinor: bigint;
  readonly ok: boolean;
  readonly says: string;
}

/**
 * Debts of one store that another one paid: two rows of the same amount with different signs, in two settlements. The legs
 * nearest in time are paired, so that the same amount twice makes two pairs. A leg without the other is kept by itself.
 */
export function pairOffsets(settlements: readonly SettlementPayment[]): readonly MovementPair[] {
  const legs = settlements
    .flatMap((settlement) => settlement.offsets.map((row): Leg => ({ settlement, row })))
    .sort((a, b) => a.row.postedAt - b.row.postedAt || a.row.row - b.row.row);
  const free = new Set(legs);
  const pairs: MovementPair[] = [];
  for (const leg of legs) {
    if (!free.delete(leg)) continue;
    const other = legs
      .filter((each) => free.has(each) && isOtherLeg(leg, each))
      .sort((a, b) => distance(leg, a) - distance(leg, b))[0];
    if (other) free.delete(other);
    pairs.push(toPair(pairs.length + 1, other ? [leg, other] : [leg]));
  }
  return pairs;
}

function isOtherLeg(leg: Leg, other: Leg): boolean {
  return (
    other.settlement.key !== leg.settlement.key &&
    other.settlement.currency === leg.settlement.currency &&
    other.row.minor === -leg.row.minor &&
    distance(leg, other) <= LEG_SECONDS_MAX
  );
}

function distance(one: Leg, other: Leg): number {
  return Math.abs(one.row.postedAt - other.row.postedAt);
}

function toPair(number: number, legs: readonly Leg[]): MovementPair {
  const [first] = legs as readonly [Leg];
  const { currency } = first.settlement;
  const sumMinor = legs.reduce((sum, { row }) => sum + row.minor, 0n);
  const amount = formatMoney(money(currency, first.row.minor));
  const ok = legs.length === 2 && sumMinor === 0n;
  return {
    name: `offset ${number} ${first.settlement.settlementId}`,
    kind: 'offset',
    currency,
    legs,
    sumMinor,
    ok,
    says: ok
      ? `Both legs of ${amount} are found, in settlements ${legs.map(({ settlement }) => settlement.settlementId).join(' and ')}.`
      : `Settlement ${first.settlement.settlementId} sets off ${amount}, and no settlement has the other leg yet.`,
  };
}

/**
 * Debts that a settlement leaves and the next one carries in, with the charges to the card that paid them: the debt, what
 * carries it in, and what was paid. `sumMinor` is what carrying in and leaving differ by.
 */
export function pairDebts(settlements: readonly SettlementPayment[]): readonly MovementPair[] {
  const byKey = new Map<SettlementKey, SettlementPayment>(settlements.map((each) => [each.key, each]));
  return settlements.flatMap((settlement): MovementPair[] => {
    if (settlement.totalMinor >= 0n) return [];
    const { currency } = settlement;
    const next = settlement.next === null ? undefined : byKey.get(settlement.next);
    const text = (minor: bigint) => formatMoney(money(currency, minor));
    const facts = { name: `debt ${settlement.settlementId}`, kind: 'debt' as const, currency };
    const debt: Leg = { settlement, row: { row: 0, minor: -settlement.totalMinor, postedAt: 0 } };
    if (!next) {
      const says = `The debt of ${text(-settlement.totalMinor)} is not carried into a settlement yet.`;
      return [{ ...facts, legs: [debt], sumMinor: -settlement.totalMinor, ok: false, says }];
    }
    const sumMinor = next.openingDebtMinor - settlement.totalMinor;
    const charges = next.cardCharges.map((row): Leg => ({ settlement: next, row }));
    const charged = next.cardCharges.reduce((sum, { minor }) => sum + minor, 0n);
    const carriedIn: Leg = { settlement: next, row: { row: 0, minor: next.openingDebtMinor, postedAt: 0 } };
    const paid = charges.length === 0 ? '' : `, ${text(charged)} of it charged by ${charges.length} rows`;
    return [
      {
        ...facts,
        legs: [debt, carriedIn, ...charges],
        sumMinor,
        ok: sumMinor === 0n,
        says: `${text(-settlement.totalMinor)} left by ${settlement.settlementId}, ${text(-next.openingDebtMinor)} carried into ${next.settlementId}${paid}.`,
      },
    ];
  });
}
