import type { EpochSeconds } from '../../src/core/index.ts';
import { type BusinessEvent, eventOf, type Leg, portionOf } from './events.ts';
import type { Random } from './random.ts';

const HOUR = 3_600;

/** Periods, counted from 0, in which something happens that few sellers meet. */
const LOAN_ADVANCED_IN = 1;
const LOAN_REPAID_IN = [2, 3];
const LOAN_REFUNDED_IN = 4;
const CLOSES_EARLY = [3, 8];
/** The payout of the period before never leaves, twice in a row. */
const PAYOUT_CANCELLED_IN = [6, 7];

export interface SpecialMovements {
  /** The seller asks for a transfer, so that the period ends in the middle of the cycle. */
  closesEarly(periodIndex: number): boolean;
  /** What happens at the beginning of a period, after `previousMinor` was to be paid out or is owed. */
  opening(periodIndex: number, startAt: EpochSeconds, previousMinor: bigint): BusinessEvent[];
  /** A correction of tax that Amazon books a second time, equal in every column. */
  twinOf(periodIndex: number, events: readonly BusinessEvent[]): BusinessEvent[];
}

/**
 * A loan with a repayment too many and its refund, requested transfers, payouts that Amazon cancels and rolls over, a card
 * that refuses before it pays, and twin rows. Every balance it opens it closes again, given nine periods.
 */
export function planSpecialMovements(random: Random): SpecialMovements {
  const loan = BigInt(random.between(2_000, 9_000)) * 100n;
  const tooMuch = portionOf(loan, 50);
  const movement = (postedAt: EpochSeconds, leg: Leg) => eventOf({ kind: 'account movement', postedAt, legs: [leg] });
  return {
    closesEarly: (periodIndex) => CLOSES_EARLY.includes(periodIndex),
    opening: (periodIndex, startAt, previousMinor) => {
      const events: BusinessEvent[] = [];
      const at = startAt + 2 * HOUR;
      if (periodIndex === LOAN_ADVANCED_IN) events.push(movement(at, { kind: 'loanAdvanced', minor: loan }));
      const repayment = LOAN_REPAID_IN.indexOf(periodIndex);
      const half = portionOf(loan, 500);
      if (repayment === 0) events.push(movement(at, { kind: 'loanRepaid', minor: -half }));
      if (repayment === 1) events.push(movement(at, { kind: 'loanRepaid', minor: -(loan - half + tooMuch) }));
      if (periodIndex === LOAN_REFUNDED_IN) events.push(movement(at, { kind: 'loanRefunded', minor: tooMuch }));
      if (PAYOUT_CANCELLED_IN.includes(periodIndex) && previousMinor > 0n) {
        events.push(movement(at, { kind: 'payoutRolledOver', minor: previousMinor }));
      }
      if (previousMinor < 0n) {
        events.push(movement(startAt + 600, { kind: 'cardCharged', minor: -previousMinor }));
        events.push(movement(startAt + 1_200, { kind: 'cardRefused', minor: previousMinor }));
      }
      return events;
    },
    twinOf: (periodIndex, events) =>
      periodIndex % 2 === 1 ? events.filter(({ kind }) => kind === 'tax charged afterwards').slice(0, 1) : [],
  };
}
