import type { CurrencyCode } from '../../core/index.ts';
import type { LineMeanings } from '../../mapping/index.ts';
import type { ConnectionFacts, ReconciliationContext } from './gather.ts';
import { type GroupSums, groupOfKind, groupOfPath, noSums, ORDER_GROUPS, type OrderGroup } from './order-amounts.ts';
import type { SettlementSummary } from './reconciliation-store.ts';
import { kindOf, type SettlementFileSums } from './settlement-sums.ts';

/** A settlement beside Amazon's own summary of it. Minor units in Amazon's sign. */
export interface SummaryComparison {
  readonly settlementId: string;
  readonly currency: CurrencyCode;
  readonly fileMinor: bigint;
  /** `null`: Amazon has no summary of it, or in another currency only. */
  readonly summaryMinor: bigint | null;
  readonly differenceMinor: bigint;
  /** Where the summary has a breakdown that adds up to it: both sides by group, without those that agree. */
  readonly groups: readonly GroupComparison[];
}

export interface GroupComparison {
  readonly group: OrderGroup;
  readonly fileMinor: bigint;
  readonly summaryMinor: bigint;
}

/** Every settlement of a connection beside Amazon's summary, the oldest first. A difference is shown and never blocks. */
export async function compareSummaries(
  { reconciliation }: Pick<ReconciliationContext, 'reconciliation'>,
  facts: ConnectionFacts,
): Promise<readonly SummaryComparison[]> {
  const summaries = await reconciliation.listSummaries(facts.connection.id);
  return facts.settlements.map(({ record, sums }) =>
    compareSummary(
      {
        settlementId: record.settlementId,
        currency: record.header.currency,
        totalMinor: record.header.total.minor,
        sums,
        meanings: facts.meanings,
      },
      summaries.filter(({ settlementId }) => settlementId === record.settlementId),
    ),
  );
}

/** One settlement beside what Amazon says of it. Pure. */
export function compareSummary(
  file: {
    readonly settlementId: string;
    readonly currency: CurrencyCode;
    readonly totalMinor: bigint;
    readonly sums: SettlementFileSums;
    readonly meanings: LineMeanings;
  },
  summaries: readonly SettlementSummary[],
): SummaryComparison {
  const { settlementId, currency, totalMinor } = file;
  const own = summaries.filter((each) => each.currency === currency && each.netProceedsMinor !== null);
  const facts = { settlementId, currency, fileMinor: totalMinor };
  if (own.length === 0) return { ...facts, summaryMinor: null, differenceMinor: 0n, groups: [] };
  const summaryMinor = own.reduce((sum, { netProceedsMinor }) => sum + (netProceedsMinor ?? 0n), 0n);
  return {
    ...facts,
    summaryMinor,
    differenceMinor: summaryMinor - totalMinor,
    groups: groupsOf(file, own, summaryMinor),
  };
}

function groupsOf(
  { sums, meanings }: { readonly sums: SettlementFileSums; readonly meanings: LineMeanings },
  summaries: readonly SettlementSummary[],
  summaryMinor: bigint,
): readonly GroupComparison[] {
  const told = noSums();
  let toldMinor = 0n;
  for (const { path, amount } of summaries.flatMap(({ amounts }) => amounts)) {
    told[groupOfPath(path)] += amount.minor;
    toldMinor += amount.minor;
  }
  // A breakdown that is not the whole says nothing about the rest.
  if (toldMinor !== summaryMinor) return [];
  const file = fileGroups(sums, meanings);
  return ORDER_GROUPS.filter((group) => told[group] !== file[group]).map((group) => ({
    group,
    fileMinor: file[group],
    summaryMinor: told[group],
  }));
}

function fileGroups(sums: SettlementFileSums, meanings: LineMeanings): GroupSums {
  const groups = noSums();
  for (const each of sums.triples) groups[groupOfKind(kindOf(each, meanings))] += each.minor;
  return groups;
}
