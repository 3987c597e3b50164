import type { Payout } from '../amazon-feeds.ts';
import type { SettlementKey } from '../ports.ts';
import { daysAfter } from './days.ts';
import {
  type BankFacts,
  type ConnectionFacts,
  gatherBank,
  isBeforeBooks,
  lateDays,
  type ReconciliationContext,
} from './gather.ts';
import {
  type Ambiguity,
  type DepositMatching,
  type DepositPair,
  type ExpectedPayment,
  matchDeposits,
} from './match-deposits.ts';
import {
  findReturns,
  type MatchedDeposit,
  type PayoutLine,
  payoutStates,
  type SettlementPayment,
} from './payout-states.ts';
import type { DepositMatch, DepositRecord } from './reconciliation-store.ts';

/** A bank may book a payout some days before the planned day, and two weeks after it. */
const DAYS_BEFORE = 5;
const DAYS_AFTER = 14;

/** What a look for matches came to. */
export interface MatchingReport {
  readonly matched: number;
  readonly ambiguous: readonly Ambiguity[];
}

/**
 * Matches deposits with the payouts of all connections, because several may be paid into one bank account, and records the
 * certain matches, each with its audit event. Safe to repeat.
 */
export async function recordMatches(
  context: ReconciliationContext,
  connections: readonly ConnectionFacts[],
): Promise<MatchingReport> {
  const bank = await gatherBank(context);
  const { matches, ambiguous } = matchAll(connections, bank);
  for (const { depositId, settlementKey, rule } of matches) {
    const why =
      rule === 'reference' ? 'the bank repeats its reference' : 'the only deposit of its amount in these days';
    await context.reconciliation.matchDeposit({ depositId, settlementKey, rule, actor: context.actor, why });
  }
  return { matched: matches.length, ambiguous };
}

/** Matches that are certain and not recorded yet, and what only a person can decide. Pure. */
export function matchAll(connections: readonly ConnectionFacts[], { deposits, matches }: BankFacts): DepositMatching {
  const pairs = (of: (match: DepositMatch) => boolean): DepositPair[] => matches.filter(of);
  return matchDeposits({
    payments: connections.flatMap(expectedPayments),
    deposits: deposits.map(toFacts),
    taken: pairs(({ endedAt }) => endedAt === null),
    refused: pairs(({ endedAt }) => endedAt !== null),
  });
}

function toFacts({ id, bookedOn, amount, counterparty, text, entryReference }: DepositRecord) {
  const { currency, minor } = amount;
  return { id, bookedOn, currency, minor, text: `${counterparty} ${text} ${entryReference}` };
}

/** Payouts that a bank account should show: all but those that came back, and those booked by hand. */
function expectedPayments(facts: ConnectionFacts): readonly ExpectedPayment[] {
  const { restoredIn } = findReturns(facts.payments, facts.payouts);
  const periods = new Map(facts.settlements.map(({ period }) => [period.key, period]));
  return facts.payments.flatMap((payment): ExpectedPayment[] => {
    const period = periods.get(payment.key);
    if (payment.totalMinor <= 0n || restoredIn.has(payment.key)) return [];
    if (period && isBeforeBooks(period, facts.bookFrom)) return [];
    return [
      {
        settlementKey: payment.key,
        currency: payment.currency,
        minor: payment.totalMinor,
        from: daysAfter(payment.depositOn, -DAYS_BEFORE),
        until: daysAfter(payment.depositOn, DAYS_AFTER),
        references: referencesOf(payment, facts.payouts),
      },
    ];
  });
}

function referencesOf({ settlementId }: SettlementPayment, payouts: readonly Payout[]): readonly string[] {
  const own = payouts.filter(({ settlementIds }) => settlementIds.includes(settlementId));
  return [settlementId, ...own.flatMap(({ traceId, payoutId }) => [traceId ?? '', payoutId])].filter(
    (each) => each !== '',
  );
}

/** Where the money of each settlement of a connection is. Pure. */
export function payoutLines(
  facts: ConnectionFacts,
  {
    bank,
    ambiguous,
    today,
  }: { readonly bank: BankFacts; readonly ambiguous: readonly Ambiguity[] } & Pick<ReconciliationContext, 'today'>,
): readonly PayoutLine[] {
  return payoutStates({
    settlements: facts.payments,
    payouts: facts.payouts,
    depositsOf: depositsBySettlement(bank),
    ambiguous,
    returns: findReturns(facts.payments, facts.payouts).restoredIn,
    bankDays: bank.days,
    today,
    lateDays,
  });
}

/** The deposits that stand for each settlement. */
export function depositsBySettlement({
  deposits,
  matches,
}: BankFacts): ReadonlyMap<SettlementKey, readonly MatchedDeposit[]> {
  const byId = new Map(deposits.map((deposit) => [deposit.id, deposit]));
  const found = new Map<SettlementKey, MatchedDeposit[]>();
  for (const { depositId, settlementKey, rule, endedAt } of matches) {
    const deposit = byId.get(depositId);
    if (!deposit || endedAt !== null) continue;
    const of = found.get(settlementKey);
    if (of) of.push({ deposit, rule });
    else found.set(settlementKey, [{ deposit, rule }]);
  }
  return found;
}

/** Deposits that stand for no settlement of any connection. */
export function unmatchedDeposits({ deposits, matches }: BankFacts): readonly DepositRecord[] {
  const taken = new Set(matches.filter(({ endedAt }) => endedAt === null).map(({ depositId }) => depositId));
  return deposits.filter(({ id }) => !taken.has(id));
}
