import type { Payout } from '../amazon-feeds.ts';
import type { SettlementRecord } from '../ports.ts';
import { MONEY, TEXT } from '../reports/columns.ts';
import type { ReportSection } from '../reports/index.ts';
import type { TraceContext } from './trace-context.ts';
import { payoutSection } from './trace-sections.ts';

/**
 * Where the money of settlements went: Amazon's payouts, and the movements of bank accounts that were matched with them. Also
 * the payouts of settlements whose files have not come, by their numbers.
 */
export async function paymentSections(
  { feeds, deposits }: Pick<TraceContext, 'feeds' | 'deposits'>,
  settlements: readonly Pick<SettlementRecord, 'key' | 'settlementId'>[],
  moreIds: readonly string[] = [],
): Promise<ReportSection[]> {
  const ids = new Set([...settlements.map(({ settlementId }) => settlementId as string), ...moreIds]);
  const payouts = payoutSection(await payoutsOf(feeds, [...ids]));
  return deposits ? [payouts, await depositSection(deposits, settlements)] : [payouts];
}

async function payoutsOf(feeds: TraceContext['feeds'], settlementIds: readonly string[]): Promise<Payout[]> {
  const payouts = new Map<string, Payout>();
  for (const settlementId of settlementIds) {
    for (const payout of await feeds.listPayouts({ settlementId })) payouts.set(payout.payoutId, payout);
  }
  return [...payouts.values()];
}

async function depositSection(
  deposits: NonNullable<TraceContext['deposits']>,
  settlements: readonly Pick<SettlementRecord, 'key' | 'settlementId'>[],
): Promise<ReportSection> {
  const names = new Map(settlements.map(({ key, settlementId }) => [key, settlementId]));
  const matches = (await deposits.listDepositMatches()).filter(
    ({ settlementKey, endedAt }) => endedAt === null && names.has(settlementKey),
  );
  const known = new Map((matches.length === 0 ? [] : await deposits.listDeposits()).map((each) => [each.id, each]));
  return {
    key: 'deposits',
    title: 'Movements of bank accounts',
    columns: [
      TEXT('settlement', 'settlement'),
      { key: 'bookedOn', title: 'booked on', kind: 'date' },
      TEXT('bankAccount', 'bank account'),
      TEXT('reference', 'reference'),
      MONEY('amount', 'amount'),
      TEXT('rule', 'matched by'),
    ],
    rows: matches.flatMap(({ depositId, settlementKey, rule, actor }) => {
      const deposit = known.get(depositId);
      if (!deposit) return [];
      return [
        {
          settlement: names.get(settlementKey) ?? '',
          bookedOn: deposit.bookedOn,
          bankAccount: deposit.bankAccount,
          reference: deposit.entryReference,
          amount: deposit.amount,
          rule: rule === 'person' ? actor.name : rule,
        },
      ];
    }),
  };
}
