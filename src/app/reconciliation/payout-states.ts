import { type CurrencyCode, formatMoney, type LocalDate, money } from '../../core/index.ts';
import type { SettlementId } from '../../mapping/index.ts';
import type { Payout } from '../amazon-feeds.ts';
import type { SettlementKey } from '../ports.ts';
import { daysAfter, daysBetween } from './days.ts';
import type { Ambiguity } from './match-deposits.ts';
import type { DepositMatchRule, DepositRecord } from './reconciliation-store.ts';
import type { MovementRow } from './settlement-sums.ts';

/** Bank transfers need some days; after so many from the planned day a person should ask. */
export const PAYOUT_LATE_DAYS = 5;
/** A payout that came back is shown by a settlement that closes within this time. */
const RETURN_DAYS_MAX = 60;

/**
 * Where the money of one settlement is.
 * `expected`: Amazon has not begun to send it. `on-its-way`: it has. `paid`: Amazon says so, and the bank statement of that
 * day is not imported. `arrived`: a bank account shows it. `late`: neither, for too long. `untold`: Amazon's payouts and the
 * bank statements do not reach back so far. `failed` and `cancelled`: Amazon
 * takes it back; it is `restored` by a later settlement. `zero`: nothing to pay. The others are of a negative total: it is
 * `debt-open` until the next settlement, which carries it in and pays it by card (`debt-charged`), by another store
 * (`debt-offset`) or out of its proceeds (`debt-carried`); `debt-broken`: the next settlement does not carry it in.
 */
export type PayoutState =
  | 'expected'
  | 'on-its-way'
  | 'paid'
  | 'arrived'
  | 'late'
  | 'untold'
  | 'failed'
  | 'cancelled'
  | 'restored'
  | 'zero'
  | 'debt-open'
  | 'debt-charged'
  | 'debt-offset'
  | 'debt-carried'
  | 'debt-broken';

/** What is known of one settlement as a payment. Minor units in Amazon's sign. */
export interface SettlementPayment {
  readonly key: SettlementKey;
  readonly settlementId: SettlementId;
  readonly currency: CurrencyCode;
  readonly totalMinor: bigint;
  readonly endOn: LocalDate;
  /** Planned by Amazon. */
  readonly depositOn: LocalDate;
  /** Rows that say a payout came back: positive. */
  readonly returned: readonly MovementRow[];
  /** Rows that say a card was charged (positive) or the charge failed (negative). */
  readonly cardCharges: readonly MovementRow[];
  /** Legs of set-offs between stores. */
  readonly offsets: readonly MovementRow[];
  readonly openingDebtMinor: bigint;
  /** The settlement that follows, when it is known and nothing is missing between them. */
  readonly next: SettlementKey | null;
}

export interface MatchedDeposit {
  readonly deposit: DepositRecord;
  readonly rule: DepositMatchRule;
}

/** One settlement with everything that became of its money. */
export interface PayoutLine {
  readonly settlement: SettlementPayment;
  readonly payout: Payout | null;
  readonly state: PayoutState;
  readonly deposits: readonly MatchedDeposit[];
  /** `null` where nothing arrived or the bank's currency is another one. */
  readonly arrivedMinor: bigint | null;
  /** Deposits that only a person can tell apart. */
  readonly candidates: Ambiguity | null;
  /** Of a failed payout: the settlement that shows it again. Of a debt: the one that carries it in. */
  readonly settledIn: SettlementId | null;
  readonly says: string;
  /** It needs a person. */
  readonly isOverdue: boolean;
}

const COMPARED: ReadonlySet<PayoutState> = new Set([
  'arrived',
  'late',
  'restored',
  'zero',
  'debt-charged',
  'debt-offset',
  'debt-carried',
  'debt-broken',
]);

/**
 * Whether anything of ours or of a bank stands beside the money of this settlement. What is only planned, only said by Amazon, or
 * arrived in another currency is believed and not compared.
 */
export function isPayoutCompared({ state, arrivedMinor, isOverdue, candidates }: PayoutLine): boolean {
  if (isOverdue || candidates !== null) return true;
  return COMPARED.has(state) && (state !== 'arrived' || arrivedMinor !== null);
}

/** From the first to the last movement that is known of. */
export interface BankDays {
  readonly from: LocalDate;
  readonly until: LocalDate;
}

export interface PayoutStatesInput {
  readonly settlements: readonly SettlementPayment[];
  readonly payouts: readonly Payout[];
  readonly depositsOf: ReadonlyMap<SettlementKey, readonly MatchedDeposit[]>;
  readonly ambiguous: readonly Ambiguity[];
  readonly returns: ReadonlyMap<SettlementKey, SettlementPayment>;
  /** The days that imported bank statements cover, by currency. */
  readonly bankDays: ReadonlyMap<CurrencyCode, BankDays>;
  readonly today: LocalDate;
  readonly lateDays: number;
}

/** What became of the money of each settlement, in the order of the settlements. Pure. */
export function payoutStates(input: PayoutStatesInput): readonly PayoutLine[] {
  const byKey = new Map(input.settlements.map((each) => [each.key, each]));
  const payoutOf = payoutFinder(input.payouts);
  const ambiguous = new Map(input.ambiguous.map((each) => [each.settlementKey, each]));
  return input.settlements.map((settlement) => {
    const payout = payoutOf(settlement);
    const deposits = input.depositsOf.get(settlement.key) ?? [];
    const facts = { settlement, payout, deposits, candidates: ambiguous.get(settlement.key) ?? null };
    const found =
      settlement.totalMinor === 0n
        ? told('zero', 'Nothing to pay out.')
        : settlement.totalMinor < 0n
          ? debtState(settlement, settlement.next === null ? undefined : byKey.get(settlement.next))
          : payoutState({ ...facts, restoredIn: input.returns.get(settlement.key) }, input);
    return { ...facts, arrivedMinor: arrivedOf(settlement, deposits), ...found };
  });
}

type Found = Pick<PayoutLine, 'state' | 'says' | 'settledIn' | 'isOverdue'>;

function told(state: PayoutState, says: string, more: Partial<Found> = {}): Found {
  return { state, says, settledIn: null, isOverdue: false, ...more };
}

function payoutState(
  facts: {
    readonly settlement: SettlementPayment;
    readonly payout: Payout | null;
    readonly deposits: readonly MatchedDeposit[];
    readonly restoredIn: SettlementPayment | undefined;
  },
  { today, lateDays, bankDays, payouts }: PayoutStatesInput,
): Found {
  const { settlement, payout, deposits, restoredIn } = facts;
  if (deposits.length > 0) return arrived(settlement, deposits);
  if (restoredIn) {
    const says = `The payout came back and is part of settlement ${restoredIn.settlementId}.`;
    return told('restored', says, { settledIn: restoredIn.settlementId });
  }
  if (payout?.status === 'failed' || payout?.status === 'cancelled') {
    const reason = payout.steps.findLast((step) => step.failureReason !== null)?.failureReason;
    const isOverdue = settlement.next !== null;
    const rest = isOverdue
      ? 'The next settlement does not show it again.'
      : 'The next settlement has to show it again.';
    return told(payout.status, `Amazon says: ${payout.status}${reason ? ` (${reason})` : ''}. ${rest}`, {
      isOverdue,
    });
  }
  const paidOn =
    payout?.status === 'paid'
      ? (payout.steps.findLast((step) => step.status === 'paid')?.at.slice(0, 10) ?? null)
      : null;
  const dueOn = (paidOn ?? settlement.depositOn) as LocalDate;
  const lateOn = daysAfter(dueOn, lateDays);
  const bank = bankDays.get(settlement.currency);
  const isCovered = bank !== undefined && bank.from <= dueOn && bank.until >= lateOn;
  const isTold = payouts.some(({ createdAt }) => createdAt !== null && createdAt.slice(0, 10) <= settlement.endOn);
  if (isCovered || (today > lateOn && paidOn === null && (payout !== null || isTold))) {
    const days = daysBetween(dueOn, isCovered && bank.until < today ? bank.until : today);
    return told('late', `Due on ${dueOn}, ${days} days ago, and no bank statement shows it.`, { isOverdue: true });
  }
  if (paidOn !== null)
    return told('paid', `Amazon says it was paid on ${paidOn}; no bank statement of that time is imported.`);
  if (payout?.status === 'started' || payout?.status === 'in-transit') {
    return told('on-its-way', `Amazon has sent it; planned for ${settlement.depositOn}.`);
  }
  if (today > lateOn) {
    return told(
      'untold',
      `Planned for ${settlement.depositOn}; neither payouts nor bank statements of that time are known.`,
    );
  }
  return told('expected', `Planned for ${settlement.depositOn}.`);
}

function arrived(settlement: SettlementPayment, deposits: readonly MatchedDeposit[]): Found {
  const minor = arrivedOf(settlement, deposits);
  const on = deposits.map(({ deposit }) => deposit.bookedOn).join(', ');
  if (minor === null) return told('arrived', `Arrived on ${on} in another currency.`);
  const difference = minor - settlement.totalMinor;
  if (difference === 0n) return told('arrived', `Arrived on ${on}.`);
  const text = formatMoney(money(settlement.currency, difference));
  return told('arrived', `Arrived on ${on} with a difference of ${text}.`, { isOverdue: true });
}

function arrivedOf(settlement: SettlementPayment, deposits: readonly MatchedDeposit[]): bigint | null {
  if (deposits.length === 0 || deposits.some(({ deposit }) => deposit.amount.currency !== settlement.currency))
    return null;
  return deposits.reduce((sum, { deposit }) => sum + deposit.amount.minor, 0n);
}

function debtState(settlement: SettlementPayment, next: SettlementPayment | undefined): Found {
  const debt = -settlement.totalMinor;
  const text = (minor: bigint) => formatMoney(money(settlement.currency, minor));
  if (!next) return told('debt-open', `A debt of ${text(debt)}; the next settlement has to carry it in.`);
  const settledIn = next.settlementId;
  if (next.openingDebtMinor !== settlement.totalMinor) {
    const says = `A debt of ${text(debt)}, but settlement ${settledIn} carries in ${text(-next.openingDebtMinor)}.`;
    return told('debt-broken', says, { settledIn, isOverdue: true });
  }
  const charged = sumOf(next.cardCharges);
  const offset = sumOf(next.offsets);
  if (charged >= debt) {
    const count = next.cardCharges.length;
    return told(
      'debt-charged',
      `Charged to a card in settlement ${settledIn}, by ${count} ${count === 1 ? 'charge' : 'charges'}.`,
      {
        settledIn,
      },
    );
  }
  if (charged + offset >= debt && offset > 0n) {
    return told('debt-offset', `Paid by another store in settlement ${settledIn}.`, { settledIn });
  }
  const rest = debt - charged - (offset > 0n ? offset : 0n);
  return told('debt-carried', `${text(rest)} of it was taken from the proceeds of settlement ${settledIn}.`, {
    settledIn,
  });
}

/**
 * Which settlement each returned payout is of: the payout that Amazon calls failed or cancelled with that amount, otherwise
 * the nearest earlier one of that amount. Each payout comes back once.
 */
export function findReturns(
  settlements: readonly SettlementPayment[],
  payouts: readonly Payout[],
): {
  /** By the settlement whose payout came back. */
  readonly restoredIn: ReadonlyMap<SettlementKey, SettlementPayment>;
  /** By the settlement that shows it. */
  readonly returned: ReadonlyMap<
    SettlementKey,
    readonly { readonly of: SettlementKey | null; readonly minor: bigint }[]
  >;
} {
  const payoutOf = payoutFinder(payouts);
  const restoredIn = new Map<SettlementKey, SettlementPayment>();
  const returned = new Map<SettlementKey, { of: SettlementKey | null; minor: bigint }[]>();
  const ordered = [...settlements].sort((a, b) => (a.endOn < b.endOn ? -1 : a.endOn > b.endOn ? 1 : 0));
  for (const showing of ordered) {
    if (showing.returned.length === 0) continue;
    const rows = showing.returned.map(({ minor }) => {
      const possible = ordered.filter(
        (each) =>
          each.totalMinor === minor &&
          each.currency === showing.currency &&
          each.key !== showing.key &&
          !restoredIn.has(each.key) &&
          each.endOn <= showing.endOn &&
          daysBetween(each.endOn, showing.endOn) <= RETURN_DAYS_MAX,
      );
      const isGivenUp = (each: SettlementPayment) => ['failed', 'cancelled'].includes(payoutOf(each)?.status ?? '');
      const of =
        possible.findLast(isGivenUp) ?? possible.findLast(({ next }) => next === showing.key) ?? possible.at(-1);
      if (of) restoredIn.set(of.key, showing);
      return { of: of?.key ?? null, minor };
    });
    returned.set(showing.key, rows);
  }
  return { restoredIn, returned };
}

function payoutFinder(payouts: readonly Payout[]): (settlement: SettlementPayment) => Payout | null {
  const byId = new Map<string, Payout>();
  // A payout that was tried again names the same settlement: the newest says what became of it.
  for (const payout of [...payouts].sort((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : 1))) {
    for (const id of payout.settlementIds) byId.set(id, payout);
  }
  return ({ settlementId }) => byId.get(settlementId) ?? null;
}

function sumOf(rows: readonly MovementRow[]): bigint {
  return rows.reduce((sum, { minor }) => sum + minor, 0n);
}
