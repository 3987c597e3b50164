import { type CurrencyCode, type LocalDate, type Money, money, utcDayOf } from '../../core/index.ts';
import { column } from '../reports/columns.ts';
import type { Report, ReportRow, ReportSection } from '../reports/index.ts';
import type { SummaryComparison } from './compare-summaries.ts';
import { comparedPayouts } from './compared.ts';
import type { PeriodLink } from './continuity.ts';
import type { ConnectionFacts } from './gather.ts';
import type { MovementPair } from './pair-movements.ts';
import { isPayoutCompared, type PayoutLine } from './payout-states.ts';
import type { ProvenLedger } from './reconcile-ledgers.ts';
import type { DepositRecord } from './reconciliation-store.ts';
import type { ContinuityFindings } from './watch-continuity.ts';

const amount = (currency: CurrencyCode, minor: bigint | null): Money | null =>
  minor === null ? null : money(currency, minor);

/** The tables that the reports of the reconciliation are made of. */
export function continuitySections(facts: ConnectionFacts, findings: ContinuityFindings): readonly ReportSection[] {
  const chains: ReportSection = {
    key: 'chains',
    title: 'Settlements that follow each other',
    columns: [
      column('currency', 'currency'),
      column('marketplace', 'store'),
      column('count', 'settlements', 'count'),
      column('from', 'from', 'date'),
      column('until', 'until', 'date'),
      column('gaps', 'gaps', 'count'),
      column('broken', 'broken', 'count'),
    ],
    rows: facts.chains.map(({ currency, marketplace, periods, links }) => ({
      currency,
      marketplace,
      count: periods.length,
      from: periods[0] ? utcDayOf(periods[0].startAt) : null,
      until: periods.at(-1) ? utcDayOf(periods.at(-1)?.endAt ?? 0) : null,
      gaps: links.filter(({ kind }) => kind === 'gap').length,
      broken: links.filter(({ reserve, debt }) => reserve?.ok === false || debt?.ok === false).length,
    })),
    notes: ['UTC days. The start of a settlement is the end of the one before; so are its reserve and its debt.'],
  };
  const gaps: ReportSection = {
    key: 'gaps',
    title: 'Missing settlements',
    columns: [
      column('currency', 'currency'),
      column('marketplace', 'store'),
      column('from', 'from', 'date'),
      column('until', 'until', 'date'),
      column('days', 'days', 'count'),
      column('after', 'after settlement'),
      column('before', 'before settlement'),
      column('deletedOn', 'deleted by Amazon on', 'date'),
      column('daysLeft', 'days left', 'count'),
    ],
    rows: findings.gaps.map((gap) => ({
      currency: gap.currency,
      marketplace: gap.marketplace,
      from: utcDayOf(gap.after.endAt),
      until: utcDayOf(gap.before.startAt),
      days: gap.days,
      after: gap.after.settlementId,
      before: gap.before.settlementId,
      deletedOn: gap.deletedOn,
      daysLeft: gap.daysLeft,
    })),
  };
  return [chains, gaps, brokenSection(findings.broken)];
}

function brokenSection(broken: readonly PeriodLink[]): ReportSection {
  const rows = broken.flatMap(({ from, to, reserve, debt }): ReportRow[] => {
    const row = (law: string, expected: bigint, actual: bigint): ReportRow => ({
      law,
      from: from.settlementId,
      to: to.settlementId,
      expected: money(to.currency, expected),
      actual: money(to.currency, actual),
      difference: money(to.currency, actual - expected),
    });
    return [
      ...(reserve?.ok === false ? [row('reserve', reserve.expectedMinor, reserve.actualMinor)] : []),
      ...(debt?.ok === false ? [row('debt', debt.expectedMinor, debt.actualMinor)] : []),
    ];
  });
  return {
    key: 'broken',
    title: 'Reserves and debts that do not carry over',
    columns: [
      column('law', 'what'),
      column('from', 'settlement'),
      column('to', 'next settlement'),
      column('expected', 'left', 'money'),
      column('actual', 'taken up', 'money'),
      column('difference', 'difference', 'money'),
    ],
    rows,
  };
}

export function payoutSections(
  lines: readonly PayoutLine[],
  unmatched: readonly DepositRecord[],
): readonly ReportSection[] {
  const compared = comparedPayouts(lines);
  return [
    {
      key: 'payouts',
      title: 'Where the money of each settlement is',
      columns: [
        column('settlement', 'settlement'),
        column('endOn', 'ended', 'date'),
        column('depositOn', 'planned', 'date'),
        column('total', 'total', 'money'),
        column('state', 'state'),
        column('arrivedOn', 'arrived', 'date'),
        column('arrived', 'in the bank', 'money'),
        column('matchedBy', 'matched by'),
        column('trace', 'trace'),
        column('isOverdue', 'needs you', 'flag'),
        column('isCompared', 'compared', 'flag'),
        column('says', 'what is known'),
      ],
      rows: lines.map((line) => {
        const { settlement, payout, state, deposits, arrivedMinor, isOverdue, says, candidates } = line;
        return {
          settlement: settlement.settlementId,
          endOn: settlement.endOn,
          depositOn: settlement.depositOn,
          total: money(settlement.currency, settlement.totalMinor),
          state,
          arrivedOn: deposits[0]?.deposit.bookedOn ?? null,
          arrived: amount(settlement.currency, arrivedMinor),
          matchedBy: deposits.map(({ rule }) => rule).join(', ') || null,
          trace: payout?.traceId ?? null,
          isOverdue: isOverdue || candidates !== null,
          isCompared: isPayoutCompared(line),
          says: candidates === null ? says : `${says} ${sayCandidates(candidates)}`,
        };
      }),
      notes: [
        `${compared.count} of ${compared.of} settlements are compared with a bank statement or with the settlement that follows. Of the others only what is planned or what Amazon says is known.`,
      ],
    },
    {
      key: 'deposits',
      title: 'Deposits that belong to no settlement yet',
      columns: [
        column('id', 'deposit'),
        column('bookedOn', 'booked', 'date'),
        column('amount', 'amount', 'money'),
        column('account', 'bank account'),
        column('counterparty', 'from'),
        column('text', 'text'),
      ],
      rows: unmatched.map(({ id, bookedOn, amount: total, bankAccount, counterparty, text }) => ({
        id,
        bookedOn,
        amount: total,
        account: bankAccount,
        counterparty,
        text,
      })),
    },
  ];
}

function sayCandidates({ why, depositIds }: NonNullable<PayoutLine['candidates']>): string {
  const ids = depositIds.map((id) => id.slice(0, 8)).join(', ');
  return why === 'several'
    ? `It may be any of the deposits ${ids}.`
    : `Deposit ${ids} repeats its reference with another amount.`;
}

export function pairSection(pairs: readonly MovementPair[]): ReportSection {
  return {
    key: 'pairs',
    title: 'Movements with two sides',
    columns: [
      column('kind', 'kind'),
      column('name', 'pair'),
      column('legs', 'legs', 'count'),
      column('sum', 'sum', 'money'),
      column('ok', 'proven', 'flag'),
      column('says', 'what is known'),
    ],
    rows: pairs.map(({ kind, name, legs, currency, sumMinor, ok, says }) => ({
      kind,
      name,
      legs: legs.length,
      sum: money(currency, sumMinor),
      ok,
      says,
    })),
  };
}

export function ledgerSections(ledgers: readonly ProvenLedger[]): readonly ReportSection[] {
  return [
    {
      key: 'ledgers',
      title: 'Balances with Amazon',
      columns: [
        column('ledger', 'balance'),
        column('companyCode', 'company code'),
        column('currency', 'currency'),
        column('opening', 'opening', 'money'),
        column('debits', 'debit', 'money'),
        column('credits', 'credit', 'money'),
        column('closing', 'closing', 'money'),
        column('openItems', 'open items', 'count'),
        column('proven', 'proven', 'flag'),
      ],
      rows: ledgers.map((ledger) => ({
        ledger: ledger.title,
        companyCode: ledger.companyCode ?? 'all',
        currency: ledger.currency,
        opening: ledger.opening,
        debits: ledger.debits,
        credits: ledger.credits,
        closing: ledger.closing,
        openItems: ledger.openItems.length,
        proven: provenOf(ledger),
      })),
      notes: [
        'Debit positive. Proven: every open item only waits for what comes next, and together they are the balance.',
        'No answer whether it is proven: an open item is a payout that nothing was compared with, or the balance waits for nothing.',
      ],
    },
    {
      key: 'openItems',
      title: 'Open items',
      columns: [
        column('ledger', 'balance'),
        column('companyCode', 'company code'),
        column('origin', 'settlement'),
        column('since', 'since', 'date'),
        column('ageDays', 'days', 'count'),
        column('amount', 'amount', 'money'),
        column('isOverdue', 'overdue', 'flag'),
        column('says', 'why it is open'),
      ],
      rows: ledgers.flatMap((ledger) =>
        ledger.openItems.map((item) => ({
          ledger: ledger.title,
          companyCode: ledger.companyCode ?? 'all',
          origin: item.originName,
          since: item.since,
          ageDays: item.ageDays,
          amount: item.amount,
          isOverdue: item.isOverdue,
          says: item.says,
        })),
      ),
    },
  ];
}

function provenOf({ proof, openItems }: ProvenLedger): boolean | null {
  if (proof === null) return null;
  if (!proof.ok) return false;
  return openItems.every(({ isCompared }) => isCompared) ? true : null;
}

export function movementSection(ledgers: readonly ProvenLedger[]): ReportSection {
  return {
    key: 'movements',
    title: 'Movements',
    columns: [
      column('ledger', 'balance'),
      column('companyCode', 'company code'),
      column('on', 'day', 'date'),
      column('origin', 'settlement'),
      column('kind', 'what'),
      column('reference', 'entry or deposit'),
      column('amount', 'amount', 'money'),
      column('isBooked', 'booked', 'flag'),
    ],
    rows: ledgers.flatMap((ledger) =>
      ledger.movements.map((each) => ({
        ledger: ledger.title,
        companyCode: ledger.companyCode ?? 'all',
        on: each.on,
        origin: each.originName,
        kind: each.kind,
        reference: each.reference,
        amount: money(each.currency, each.minor),
        isBooked: each.isBooked,
      })),
    ),
  };
}

export function summarySections(comparisons: readonly SummaryComparison[]): readonly ReportSection[] {
  const told = comparisons.filter(({ summaryMinor }) => summaryMinor !== null);
  return [
    {
      key: 'summaries',
      title: 'Settlements beside Amazon’s summary',
      columns: [
        column('settlement', 'settlement'),
        column('file', 'file', 'money'),
        column('summary', 'summary', 'money'),
        column('difference', 'difference', 'money'),
        column('agrees', 'agrees', 'flag'),
      ],
      rows: comparisons.map(({ settlementId, currency, fileMinor, summaryMinor, differenceMinor }) => ({
        settlement: settlementId,
        file: money(currency, fileMinor),
        summary: amount(currency, summaryMinor),
        difference: summaryMinor === null ? null : money(currency, differenceMinor),
        agrees: summaryMinor === null ? null : differenceMinor === 0n,
      })),
      notes: [
        `${told.length} of ${comparisons.length} settlements have a summary. A difference is shown and blocks nothing.`,
      ],
    },
    {
      key: 'groups',
      title: 'Where they differ, by group',
      columns: [
        column('settlement', 'settlement'),
        column('group', 'group'),
        column('file', 'file', 'money'),
        column('summary', 'summary', 'money'),
        column('difference', 'difference', 'money'),
      ],
      rows: told.flatMap(({ settlementId, currency, groups }) =>
        groups.map(({ group, fileMinor, summaryMinor }) => ({
          settlement: settlementId,
          group,
          file: money(currency, fileMinor),
          summary: money(currency, summaryMinor),
          difference: money(currency, summaryMinor - fileMinor),
        })),
      ),
    },
  ];
}

/** A report of the reconciliation: what it is about, then its tables. */
export function reconciliationReport(
  name: string,
  title: string,
  about: { readonly connection: string; readonly from?: LocalDate; readonly until: LocalDate },
  sections: readonly ReportSection[],
  notes: readonly string[] = [],
): Report {
  return {
    name,
    title,
    facts: [
      { title: 'connection', value: about.connection },
      ...(about.from === undefined ? [] : [{ title: 'from', value: about.from }]),
      { title: about.from === undefined ? 'as of' : 'until', value: about.until },
    ],
    sections,
    notes,
  };
}
