import type { CurrencyCode, Money } from '../../core/index.ts';
import { money } from '../../core/index.ts';
import type { ConnectionFacts } from './gather.ts';
import type { LedgerName } from './ledgers.ts';
import type { Reconciliation } from './reconcile-month.ts';

/** What Amazon owes in one currency, and where that money is. Amounts are positive where Amazon owes them. */
export interface MoneyInFlight {
  readonly currency: CurrencyCode;
  /** Settlements that are closed and that neither Amazon says it paid nor a bank account shows, also those in quarantine. */
  readonly onItsWay: Money;
  readonly settlements: number;
  /** The part of it that should have arrived, or that a person has to look at. */
  readonly late: Money;
  /** The part of it that should have arrived, where nothing is known that could say whether it did: not in `late`. */
  readonly notChecked: Money;
  /** Kept back by Amazon for later settlements: what the newest settlement of each store says, also in quarantine. */
  readonly reserve: Money;
  /** What the next settlement carries in, negative: the total of the newest one, where it is a debt. */
  readonly debt: Money;
  /** Shipped and not settled: known where orders or months are accrued. */
  readonly unsettled: Money;
  /** All of it together. */
  readonly owed: Money;
}

const ON_ITS_WAY: ReadonlySet<string> = new Set(['expected', 'on-its-way', 'late', 'untold', 'failed', 'cancelled']);

type Found = Pick<Reconciliation, 'payouts' | 'ledgers'> & { readonly facts: Pick<ConnectionFacts, 'chains'> };

/**
 * Over these connections, by currency. Reserves and debts are those of Amazon's files, as the totals are. The ledgers hold others: of
 * what is not booked they know nothing, and what the first settlement took up from before is no movement of theirs. Pure.
 */
export function moneyInFlight(found: readonly Found[]): readonly MoneyInFlight[] {
  const sums = new Map<
    CurrencyCode,
    Record<'onItsWay' | 'late' | 'notChecked' | 'reserve' | 'debt' | 'unsettled', bigint> & { count: number }
  >();
  const of = (currency: CurrencyCode) => {
    const known = sums.get(currency) ?? { onItsWay: 0n, late: 0n, notChecked: 0n, ...NO_BALANCES, count: 0 };
    sums.set(currency, known);
    return known;
  };
  for (const { payouts, ledgers, facts } of found) {
    for (const { state, settlement, isOverdue } of payouts) {
      if (!ON_ITS_WAY.has(state) || settlement.totalMinor <= 0n) continue;
      const sum = of(settlement.currency);
      sum.onItsWay += settlement.totalMinor;
      sum.count += 1;
      if (isOverdue) sum.late += settlement.totalMinor;
      else if (state === 'untold') sum.notChecked += settlement.totalMinor;
    }
    for (const { currency, periods } of facts.chains) {
      const newest = periods.at(-1);
      if (!newest) continue;
      const sum = of(currency);
      sum.reserve -= newest.reserveHeldMinor;
      if (newest.totalMinor < 0n) sum.debt += newest.totalMinor;
    }
    for (const { name, currency, closing } of ledgers) {
      if (UNSETTLED.has(name)) of(currency).unsettled += closing.minor;
    }
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { count, ...parts }]) => {
      const { onItsWay, late, notChecked, reserve, debt, unsettled } = parts;
      return {
        currency,
        settlements: count,
        onItsWay: money(currency, onItsWay),
        late: money(currency, late),
        notChecked: money(currency, notChecked),
        reserve: money(currency, reserve),
        debt: money(currency, debt),
        unsettled: money(currency, unsettled),
        owed: money(currency, onItsWay + reserve + debt + unsettled),
      };
    });
}

const NO_BALANCES = { reserve: 0n, debt: 0n, unsettled: 0n } as const;

const UNSETTLED: ReadonlySet<LedgerName> = new Set(['unsettled', 'order-receivable']);
