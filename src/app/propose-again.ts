import { Problem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import type { SettlementRecord } from './ports.ts';
import { reconsider, whatMayChange } from './propose-settlement.ts';
import { underSyncLease } from './sync-lease.ts';

/**
 * Works one settlement out anew by today's account table on a person's word: one in quarantine, or one of which nothing can be in
 * SAP. What comes out as before stays as it is. Raises `PROPOSAL_STANDS` (conflict) when something of it was approved or sent: then it
 * is reversed first; and `SYNC_RUNNING` (conflict).
 */
export async function proposeAgain(
  ungated: ConnectionContext,
  { key }: Pick<SettlementRecord, 'key'>,
): Promise<SettlementRecord> {
  return underSyncLease(ungated, async (_lease, context) => {
    const record = await context.books.getSettlement(key);
    const withdraws = await whatMayChange(context, record);
    if (withdraws === null) throw proposalStands(record);
    return (await reconsider(context, record, withdraws)) ?? record;
  });
}

function proposalStands({ settlementId }: SettlementRecord): Problem {
  return new Problem({
    code: 'PROPOSAL_STANDS',
    kind: 'conflict',
    says: `Settlement ${settlementId} is not worked out anew: something of it was approved or sent, or it lies before the day from which is booked.`,
    next: `Refuse what is approved, or take back what is booked: seller-ledger settlements reverse ${settlementId} --reason 01 --why TEXT --propose-again`,
  });
}
