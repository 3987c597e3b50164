import type { CurrencyCode, LocalDate } from '../../core/index.ts';
import type { SettlementKey } from '../ports.ts';
import type { DepositId, DepositMatchRule } from './reconciliation-store.ts';

/** A payment that a bank account should show. Positive comes in, negative goes out. */
export interface ExpectedPayment {
  readonly settlementKey: SettlementKey;
  readonly currency: CurrencyCode;
  readonly minor: bigint;
  /** The days between which the bank may book it, both included. */
  readonly from: LocalDate;
  readonly until: LocalDate;
  /** Trace id, payout id and settlement id: what a bank may repeat in its text. */
  readonly references: readonly string[];
}

/** What of a deposit decides whether it is a payment. */
export interface DepositFacts {
  readonly id: DepositId;
  readonly bookedOn: LocalDate;
  readonly currency: CurrencyCode;
  readonly minor: bigint;
  /** Everything the bank wrote, in one text. */
  readonly text: string;
}

export interface DepositPair {
  readonly depositId: DepositId;
  readonly settlementKey: SettlementKey;
}

export interface NewMatch extends DepositPair {
  readonly rule: Exclude<DepositMatchRule, 'person'>;
}

/** Deposits that may be a payment, where only a person can tell which. */
export interface Ambiguity {
  readonly settlementKey: SettlementKey;
  readonly depositIds: readonly DepositId[];
  /** `amount-differs`: the bank repeats the reference, but not the amount. */
  readonly why: 'several' | 'amount-differs';
}

export interface DepositMatching {
  readonly matches: readonly NewMatch[];
  readonly ambiguous: readonly Ambiguity[];
}

/** A reference shorter than this stands in many texts by chance. */
const REFERENCE_MIN = 6;

/**
 * Finds the deposits that are certainly a payment: those that repeat one of its references with its amount, then those that
 * are the only one with its amount in its days, where it is also the only payment they can be. What two people could see in
 * two ways is left to a person. `taken` are pairs that stand, `refused` those that a person has taken apart.
 */
export function matchDeposits(input: {
  readonly payments: readonly ExpectedPayment[];
  readonly deposits: readonly DepositFacts[];
  readonly taken: readonly DepositPair[];
  readonly refused: readonly DepositPair[];
}): DepositMatching {
  const refused = new Set(input.refused.map(pairKey));
  const takenDeposits = new Set(input.taken.map(({ depositId }) => depositId));
  const takenPayments = new Set(input.taken.map(({ settlementKey }) => settlementKey));
  const payments = input.payments.filter(({ settlementKey }) => !takenPayments.has(settlementKey));
  const deposits = input.deposits.filter(({ id }) => !takenDeposits.has(id));
  const isOpen = (payment: ExpectedPayment, deposit: DepositFacts) =>
    !takenDeposits.has(deposit.id) && !refused.has(pairKey({ depositId: deposit.id, ...payment }));
  const matches: NewMatch[] = [];
  const take = (payment: ExpectedPayment, deposit: DepositFacts, rule: NewMatch['rule']) => {
    matches.push({ depositId: deposit.id, settlementKey: payment.settlementKey, rule });
    takenDeposits.add(deposit.id);
    takenPayments.add(payment.settlementKey);
  };
  const texts = new Map(deposits.map(({ id, text }) => [id, plain(text)]));
  const named = new Map<ExpectedPayment, readonly DepositFacts[]>();
  for (const payment of payments) {
    const found = deposits.filter(
      (each) => isOpen(payment, each) && repeatsReference(payment, texts.get(each.id) ?? ''),
    );
    named.set(payment, found);
    const exact = found.filter((each) => isSameAmount(payment, each));
    // Paid out in another currency, the amount cannot be compared, but the reference says enough.
    const converted = found.filter(
      (each) => each.currency !== payment.currency && each.minor > 0n === payment.minor > 0n,
    );
    const sure = exact.length > 0 ? exact : converted;
    if (sure.length === 1) take(payment, sure[0] as DepositFacts, 'reference');
  }
  const isLeft = ({ settlementKey }: ExpectedPayment) => !takenPayments.has(settlementKey);
  const candidatesOf = (payment: ExpectedPayment) =>
    deposits.filter((each) => isOpen(payment, each) && isSameAmount(payment, each) && isInDays(payment, each));
  const candidates = new Map(payments.filter(isLeft).map((payment) => [payment, candidatesOf(payment)]));
  const claims = new Map<DepositId, number>();
  for (const { id } of [...candidates.values()].flat()) claims.set(id, (claims.get(id) ?? 0) + 1);
  for (const [payment, [first, second]] of candidates) {
    if (first && !second && claims.get(first.id) === 1) take(payment, first, 'amount');
  }
  const ambiguous = payments.filter(isLeft).flatMap((payment): Ambiguity[] => {
    const { settlementKey } = payment;
    const open = (each: DepositFacts) => isOpen(payment, each);
    const several = (candidates.get(payment) ?? []).filter(open);
    if (several.length > 0) return [{ settlementKey, depositIds: several.map(({ id }) => id), why: 'several' }];
    const differs = (named.get(payment) ?? []).filter(open);
    if (differs.length > 0) return [{ settlementKey, depositIds: differs.map(({ id }) => id), why: 'amount-differs' }];
    return [];
  });
  return { matches, ambiguous };
}

function pairKey({ depositId, settlementKey }: DepositPair): string {
  return `${depositId} ${settlementKey}`;
}

function isSameAmount(payment: ExpectedPayment, deposit: DepositFacts): boolean {
  return payment.currency === deposit.currency && payment.minor === deposit.minor;
}

function isInDays(payment: ExpectedPayment, deposit: DepositFacts): boolean {
  return payment.from <= deposit.bookedOn && deposit.bookedOn <= payment.until;
}

function repeatsReference({ references }: ExpectedPayment, text: string): boolean {
  return references.map(plain).some((each) => each.length >= REFERENCE_MIN && text.includes(each));
}

/** Banks cut lines, add spaces and change case. */
function plain(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, '');
}
