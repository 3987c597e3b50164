import { firstDayOf, type LocalDate, lastDayOf, type YearMonth } from '../../core/index.ts';
import { type CloseState, type Compared, type Report, sayCompared, verdictOf } from '../reports/index.ts';
import { compareSummaries, type SummaryComparison } from './compare-summaries.ts';
import {
  comparedLedgers,
  comparedLinks,
  comparedOrders,
  comparedPairs,
  comparedPayouts,
  comparedSummaries,
} from './compared.ts';
import {
  type BankFacts,
  type ConnectionFacts,
  gatherBank,
  gatherConnection,
  type ReconciledConnection,
  type ReconciliationContext,
} from './gather.ts';
import { orderSections } from './order-report.ts';
import { type MovementPair, pairDebts, pairOffsets } from './pair-movements.ts';
import type { PayoutLine } from './payout-states.ts';
import { type ProvenLedger, reconcileLedgers } from './reconcile-ledgers.ts';
import { type OrderMatching, reconcileOrders } from './reconcile-orders.ts';
import { matchAll, payoutLines, unmatchedDeposits } from './reconcile-payouts.ts';
import {
  continuitySections,
  ledgerSections,
  movementSection,
  pairSection,
  payoutSections,
  reconciliationReport,
  summarySections,
} from './reports.ts';
import { type ContinuityFindings, continuityFindings } from './watch-continuity.ts';

/** Everything the reconciliation knows of a connection over a period, without orders, which take longer. */
export interface Reconciliation {
  readonly facts: ConnectionFacts;
  readonly bank: BankFacts;
  readonly from: LocalDate;
  readonly until: LocalDate;
  readonly continuity: ContinuityFindings;
  /** Of every settlement known, also those of other periods. */
  readonly payouts: readonly PayoutLine[];
  readonly pairs: readonly MovementPair[];
  readonly ledgers: readonly ProvenLedger[];
  readonly summaries: readonly SummaryComparison[];
}

/** One question of a month's end and how it is answered. */
export interface ReconciliationCheck {
  readonly name: 'continuity' | 'ledgers' | 'payouts' | 'pairs' | 'summaries' | 'orders';
  /** `done` only where all of it was compared. */
  readonly state: CloseState;
  /** What there is to look into. */
  readonly count: number;
  readonly compared: Compared;
  readonly says: string;
}

/** Looks at a connection over a period. Asks neither Amazon nor SAP, and changes nothing. */
export async function reconcile(
  context: ReconciliationContext,
  connections: { readonly one: ReconciledConnection; readonly all: readonly ReconciledConnection[] },
  period: { readonly from: LocalDate; readonly until: LocalDate },
): Promise<Reconciliation> {
  const facts = await gatherConnection(context, connections.one);
  const others: ConnectionFacts[] = [];
  // Only where deposits are known does it matter to whom else one of them may belong.
  const bank = await gatherBank(context);
  if (bank.deposits.length > 0) {
    for (const each of connections.all) {
      if (each.connection.id !== facts.connection.id) others.push(await gatherConnection(context, each));
    }
  }
  const { ambiguous } = matchAll([facts, ...others], bank);
  const payouts = payoutLines(facts, { bank, ambiguous, today: context.today });
  return {
    facts,
    bank,
    ...period,
    continuity: continuityFindings(facts, context.today),
    payouts,
    pairs: [...pairDebts(facts.payments), ...pairOffsets(facts.payments)],
    ledgers: await reconcileLedgers(context, facts, { bank, payouts, ...period }),
    summaries: await compareSummaries(context, facts),
  };
}

/** The questions of a month's end, answered. `orders` only where they were matched. */
export function reconciliationChecks(found: Reconciliation, orders?: OrderMatching): readonly ReconciliationCheck[] {
  const { facts, continuity, ledgers, payouts, pairs, summaries } = found;
  const overdueItems = ledgers.flatMap(({ openItems }) => openItems).filter(({ isOverdue }) => isOverdue).length;
  const openPairs = pairs.filter(({ ok, kind, legs }) => !ok && (kind === 'offset' || legs.length > 1)).length;
  const ofPeriod = payouts.filter(isInPeriod(found));
  const ids = new Set<string>(ofPeriod.map(({ settlement }) => settlement.settlementId));
  const checks = [
    check('continuity', continuity.problems.length, comparedLinks(facts)),
    check('ledgers', overdueItems, comparedLedgers(ledgers)),
    check(
      'payouts',
      payouts.filter(({ isOverdue, candidates }) => isOverdue || candidates).length,
      comparedPayouts(ofPeriod),
    ),
    check('pairs', openPairs, comparedPairs(pairs, facts.settlements.length)),
    check(
      'summaries',
      summaries.filter(({ differenceMinor }) => differenceMinor !== 0n).length,
      comparedSummaries(summaries.filter(({ settlementId }) => ids.has(settlementId))),
    ),
  ];
  if (!orders) return checks;
  const open = orders.orderResiduals.length + orders.eventResiduals.length + orders.notListed;
  return [...checks, check('orders', open, comparedOrders(orders))];
}

const COUNTED: Readonly<Record<ReconciliationCheck['name'], string>> = {
  continuity: 'Gaps between settlements, and reserves and debts that do not carry over.',
  ledgers: 'Open items of the balances with Amazon that should have been cleared.',
  payouts: 'Payouts that are late, failed or undecided.',
  pairs: 'Movements between settlements of which a side is missing.',
  summaries: 'Settlements that differ from Amazon’s own summary.',
  orders: 'Orders of which orders, events and settlements say different things.',
};

function check(name: ReconciliationCheck['name'], count: number, compared: Compared): ReconciliationCheck {
  const verdict = verdictOf({ isOpen: count > 0, compared });
  const state = verdict === 'open' ? 'open' : verdict === 'ties' ? 'done' : 'not checked';
  return { name, state, count, compared, says: COUNTED[name] };
}

function isInPeriod({ from, until }: Pick<Reconciliation, 'from' | 'until'>) {
  return ({ settlement: { endOn } }: PayoutLine): boolean => endOn >= from && endOn <= until;
}

/** The reconciliation of a month on one report, for the close pack. */
export async function monthReconciliation(
  context: ReconciliationContext,
  connections: { readonly one: ReconciledConnection; readonly all: readonly ReconciledConnection[] },
  month: YearMonth,
  options: { readonly withOrders: boolean },
): Promise<{ readonly report: Report; readonly checks: readonly ReconciliationCheck[] }> {
  const period = { from: firstDayOf(month), until: lastDayOf(month) };
  const found = await reconcile(context, connections, period);
  const orders = options.withOrders ? await reconcileOrders(context, found.facts, period) : undefined;
  const checks = reconciliationChecks(found, orders);
  const ofMonth = found.payouts.filter(isInPeriod(found));
  const report = reconciliationReport(
    'month-reconciliation',
    `Reconciliation ${month}`,
    { connection: found.facts.connection.name, ...period },
    [
      checkSection(checks),
      ...ledgerSections(found.ledgers),
      ...payoutSections(ofMonth, unmatchedDeposits(found.bank)),
      pairSection(found.pairs),
      ...continuitySections(found.facts, found.continuity),
      ...summarySections(
        found.summaries.filter(({ settlementId }) =>
          ofMonth.some((line) => line.settlement.settlementId === settlementId),
        ),
      ),
      movementSection(found.ledgers),
      ...(orders ? orderSections(orders) : []),
    ],
    [`Looked at on ${context.today}. Deposits are known until the days of the imported bank statements.`],
  );
  return { report, checks };
}

function checkSection(checks: readonly ReconciliationCheck[]) {
  return {
    key: 'checks',
    title: 'Checks',
    columns: [
      { key: 'name', title: 'check', kind: 'text' as const },
      { key: 'state', title: 'state', kind: 'text' as const },
      { key: 'count', title: 'to look into', kind: 'count' as const },
      { key: 'compared', title: 'compared', kind: 'text' as const },
      { key: 'says', title: 'what is counted', kind: 'text' as const },
    ],
    rows: checks.map(({ name, state, count, compared, says }) => ({
      name,
      state,
      count,
      compared: sayCompared(compared),
      says,
    })),
  };
}
