/** Nothing that was not compared is told to tie. */
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../reports/verdict.ts';
import type { SummaryComparison } from './compare-summaries.ts';
import { comparedLedgers, comparedPairs, comparedPayouts, comparedSummaries } from './compared.ts';
import { findReturns, payoutStates } from './payout-states.ts';
import type { ProvenLedger } from './reconcile-ledgers.ts';
import { type Reconciliation, reconciliationChecks } from './reconcile-month.ts';
import { day, deposit, EUR, payment } from './reconciliation.fixture.ts';

const SETTLEMENTS = [payment('s', '2026-10-13', 10_000n), payment('t', '2026-10-27', 5_000n)];

/** Two weeks after both were due, with these of them in the bank. */
function lines(...inTheBank: readonly string[]) {
  return payoutStates({
    settlements: SETTLEMENTS,
    payouts: [],
    depositsOf: new Map(
      SETTLEMENTS.filter(({ settlementId }) => inTheBank.includes(settlementId)).map(({ key, totalMinor }) => [
        key,
        [{ deposit: deposit(`d-${key}`, '2026-10-15', totalMinor), rule: 'amount' as const }],
      ]),
    ),
    ambiguous: [],
    returns: findReturns(SETTLEMENTS, []).restoredIn,
    bankDays: new Map(),
    today: day('2026-11-20'),
    lateDays: 5,
  });
}

const summary = (summaryMinor: bigint | null): SummaryComparison => ({
  settlementId: 's',
  currency: EUR,
  fileMinor: 10_000n,
  summaryMinor,
  differenceMinor: 0n,
  groups: [],
});

const verdict = (compared: { readonly count: number; readonly of: number }) => verdictOf({ isOpen: false, compared });

describe('a comparison', () => {
  it('of payouts without Amazon’s payouts and without a bank statement is not checked', () => {
    expect(lines().map(({ state }) => state)).toEqual(['untold', 'untold']);
    expect(comparedPayouts(lines())).toEqual({ count: 0, of: 2 });
    expect(verdict(comparedPayouts(lines()))).toBe('not checked');
  });

  it('of payouts ties only when the bank shows each of them; until then it says of how many', () => {
    expect(verdict(comparedPayouts(lines('s')))).toBe('partly');
    expect(verdict(comparedPayouts(lines('s', 't')))).toBe('ties');
  });

  it('control: what is to be looked into is open, however little was compared', () => {
    expect(verdictOf({ isOpen: true, compared: { count: 0, of: 2 } })).toBe('open');
    expect(verdictOf({ isOpen: false, compared: null })).toBe('list');
  });

  it('of settlements without a summary is not checked, and of none at all neither', () => {
    expect(verdict(comparedSummaries([summary(null)]))).toBe('not checked');
    expect(verdict(comparedSummaries([summary(null), summary(10_000n)]))).toBe('partly');
    expect(verdict(comparedSummaries([summary(10_000n)]))).toBe('ties');
    expect(verdict(comparedSummaries([]))).toBe('not checked');
  });

  it('of a balance is not made where it waits for a payout of which nothing is known', () => {
    const ledger = (isCompared: boolean, ok = true) =>
      ({ proof: { ok }, openItems: [{ isCompared }] }) as unknown as ProvenLedger;
    expect(comparedLedgers([ledger(true), ledger(false), ledger(false, false)])).toEqual({ count: 2, of: 3 });
  });

  it('of movements counts the settlements that were looked through, where there is no movement', () => {
    expect(verdict(comparedPairs([], 3))).toBe('ties');
    expect(verdict(comparedPairs([], 0))).toBe('not checked');
  });
});

it('the questions of a month end are done only where all settlements of the month were compared', () => {
  const found = (...inTheBank: readonly string[]) =>
    ({
      facts: { chains: [], settlements: SETTLEMENTS },
      from: '2026-10-01',
      until: '2026-10-31',
      continuity: { problems: [] },
      ledgers: [],
      payouts: lines(...inTheBank),
      pairs: [],
      summaries: [summary(null)],
    }) as unknown as Reconciliation;
  const stateOf = (of: Reconciliation, wanted: string) =>
    reconciliationChecks(of).find(({ name }) => name === wanted)?.state;
  expect(stateOf(found(), 'payouts')).toBe('not checked');
  expect(stateOf(found('s'), 'payouts')).toBe('not checked');
  expect(stateOf(found('s', 't'), 'payouts')).toBe('done');
  expect(stateOf(found('s', 't'), 'summaries')).toBe('not checked');
});
