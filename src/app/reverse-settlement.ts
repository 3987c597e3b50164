import { Problem, type ProblemFacts, toProblem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import { assertNothingInSap } from './look-up.ts';
import type { EntryRecord, Lease, SettlementRecord } from './ports.ts';
import { bookSettlement, currentEntries, evaluateRecord } from './propose-settlement.ts';
import { assertReason, type ReversalWish, reverseUnderLease } from './reverse-entry.ts';
import { keepSyncLease, underSyncLease } from './sync-lease.ts';

export interface SettlementReversalWish extends ReversalWish {
  /** Once nothing of it is left in SAP: work it out anew with today's account table, under keys of its own. */
  readonly proposeAgain: boolean;
}

export interface SettlementReversal {
  readonly settlement: SettlementRecord;
  /** The reversals of this call, and entries that were found reversed in SAP, as they are now. */
  readonly entries: readonly EntryRecord[];
  /** Why it did not come to its end; what was not reversed stays as it is. */
  readonly problems: readonly ProblemFacts[];
  readonly isProposedAgain: boolean;
}

/**
 * Takes every booked entry of a settlement back, one after the other, and stops at the first that SAP does not reverse. Safe
 * to call again: what is reversed is passed over. The way out for a settlement of which one entry is booked and another
 * refused, and for one that was booked with a wrong account table.
 *
 * Raises `NOTHING_TO_REVERSE`, `SETTLEMENT_UNSETTLED` and `SYNC_RUNNING` (conflict), `REVERSAL_REASON_INVALID` (invalid).
 */
export async function reverseSettlement(
  ungated: ConnectionContext,
  settlement: SettlementRecord,
  wish: SettlementReversalWish,
): Promise<SettlementReversal> {
  assertReason(wish.reason);
  return underSyncLease(ungated, async (lease, context) => {
    const entries = await currentEntries(context, settlement);
    assertSettled(settlement, await withReversals(context, entries));
    const posted = entries.filter(({ state }) => state === 'posted');
    const isReversed = entries.some(({ state }) => state === 'reversed');
    if (posted.length === 0 && !(isReversed && wish.proposeAgain)) throw nothingToReverse(settlement, isReversed);
    const { after, problems } = await reverseAll(context, posted, wish, lease);
    const isClean = (await currentEntries(context, settlement)).every(({ state }) => NOT_IN_SAP.includes(state));
    if (!wish.proposeAgain || !isClean) {
      const unchanged = await context.books.getSettlement(settlement.key);
      return { settlement: unchanged, entries: after, problems, isProposedAgain: false };
    }
    const proposed = await proposeAgain(context, settlement, wish);
    return { settlement: proposed, entries: after, problems, isProposedAgain: true };
  });
}

const NOT_IN_SAP: readonly EntryRecord['state'][] = ['proposed', 'approved', 'rejected', 'reversed'];

async function reverseAll(
  context: ConnectionContext,
  posted: readonly EntryRecord[],
  wish: ReversalWish,
  lease: Lease,
): Promise<{ after: EntryRecord[]; problems: ProblemFacts[] }> {
  const after: EntryRecord[] = [];
  for (const { id } of posted) {
    await keepSyncLease(context, lease);
    try {
      const { original, reversal } = await reverseUnderLease(context, id, wish, () => lease.renew());
      after.push(reversal ?? original);
      if (original.state === 'reversed') continue;
      // The others would come to the same, or be taken back on other days than this one will be.
      return { after, problems: reversal?.problem ? [reversal.problem] : [] };
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind === 'defect' || problem.code === 'LEASE_LOST') throw thrown;
      return { after, problems: [problem.toJSON()] };
    }
  }
  return { after, problems: [] };
}

async function proposeAgain(
  context: ConnectionContext,
  settlement: SettlementRecord,
  wish: ReversalWish,
): Promise<SettlementRecord> {
  const unbooked = (await currentEntries(context, settlement)).filter(({ state }) => state !== 'reversed');
  await assertNothingInSap(context, unbooked);
  const received = await context.books.moveSettlement({
    key: settlement.key,
    from: 'proposed',
    to: 'received',
    actor: context.actor,
    why: `taken back in SAP, and worked out anew: ${wish.why}`,
    withdraws: 'reversed',
  });
  return bookSettlement(context, received, await evaluateRecord(context, received));
}

/** The entries and their open reversals. */
async function withReversals(context: ConnectionContext, entries: readonly EntryRecord[]): Promise<EntryRecord[]> {
  const reversals: EntryRecord[] = [];
  for (const { reversalKey } of entries) if (reversalKey) reversals.push(await context.books.getEntry(reversalKey));
  return [...entries, ...reversals];
}

function assertSettled({ settlementId, connectionName }: SettlementRecord, entries: readonly EntryRecord[]): void {
  const open = entries.filter(({ state }) => state === 'unknown' || state === 'sending');
  if (open.length === 0) return;
  throw new Problem({
    code: 'SETTLEMENT_UNSETTLED',
    kind: 'conflict',
    says: `Of settlement ${settlementId} it is not known what is in SAP: ${open.map(({ entry, state }) => `${entry.postingKey} is ${state}`).join(', ')}.`,
    next: `It is looked up in SAP first: seller-ledger sync ${connectionName}`,
  });
}

function nothingToReverse({ settlementId, state }: SettlementRecord, isReversed: boolean): Problem {
  return new Problem({
    code: 'NOTHING_TO_REVERSE',
    kind: 'conflict',
    says: isReversed
      ? `Every booked entry of settlement ${settlementId} is reversed already.`
      : `Settlement ${settlementId} is ${state} and has no posted entry.`,
    next: isReversed
      ? `Have it proposed anew: seller-ledger settlements reverse ${settlementId} --reason 01 --why TEXT --propose-again`
      : `Look at it: seller-ledger settlements show ${settlementId}`,
  });
}
