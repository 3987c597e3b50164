import { Problem } from '../core/index.ts';
import { entryDigest } from '../ledger/index.ts';
import type { ConnectionContext } from './context.ts';
import { accrualName } from './origin.ts';
import type { AccrualRecord, Actor, EntryRecord, EntryStore, OriginKey, SettlementRecord } from './ports.ts';
import { heldBySimulation, isOfSimulation, type SimulationOptions } from './simulation/simulate-settlement.ts';
import { unlessMoved } from './unless-moved.ts';

/**
 * Approves one entry: its digest is pinned, and only exactly this entry will be sent. A rejected entry may be approved
 * again after its cause was put right in SAP. Raises `ENTRY_NOT_OPEN` (conflict) in any other state.
 */
export async function approveEntry(
  books: EntryStore,
  record: EntryRecord,
  actor: Actor,
  why: string,
): Promise<EntryRecord> {
  if (record.state !== 'proposed' && record.state !== 'rejected') {
    throw new Problem({
      code: 'ENTRY_NOT_OPEN',
      kind: 'conflict',
      says: `Entry ${record.entry.postingKey} is ${record.state}; only a proposed or rejected entry can be approved.`,
      next: `Look at it: seller-ledger entries show ${record.entry.postingKey}`,
    });
  }
  return books.moveEntry({
    id: record.id,
    from: record.state,
    to: 'approved',
    actor,
    why,
    approvedDigest: entryDigest(record.entry),
  });
}

/**
 * Approves every proposed entry of a settlement; they are sent only together. Raises `NOTHING_TO_APPROVE` (conflict) when
 * none is proposed.
 */
export async function approveSettlement(
  books: EntryStore,
  settlement: Pick<SettlementRecord, 'key' | 'settlementId' | 'state'>,
  actor: Actor,
  why: string,
): Promise<readonly EntryRecord[]> {
  const approved = await approveProposed(books, settlement.key, actor, why);
  if (approved.length > 0) return approved;
  throw new Problem({
    code: 'NOTHING_TO_APPROVE',
    kind: 'conflict',
    says: `Settlement ${settlement.settlementId} is ${settlement.state} and has no proposed entry.`,
    next: `Look at it: seller-ledger settlements show ${settlement.settlementId}`,
  });
}

/** The same for an accrual. Raises `NOTHING_TO_APPROVE` (conflict). */
export async function approveAccrual(
  books: EntryStore,
  accrual: Pick<AccrualRecord, 'key' | 'name'>,
  actor: Actor,
  why: string,
): Promise<readonly EntryRecord[]> {
  const approved = await approveProposed(books, accrual.key, actor, why);
  if (approved.length > 0) return approved;
  throw new Problem({
    code: 'NOTHING_TO_APPROVE',
    kind: 'conflict',
    says: `Accrual ${accrual.name} has no proposed entry.`,
    next: `Look at it: seller-ledger accruals show ${accrualName(accrual.name)}`,
  });
}

async function approveProposed(
  books: EntryStore,
  originKey: OriginKey,
  actor: Actor,
  why: string,
): Promise<readonly EntryRecord[]> {
  const approved: EntryRecord[] = [];
  for (const entry of await books.listEntries({ originKey, states: ['proposed'] })) {
    approved.push(await approveEntry(books, entry, actor, why));
  }
  return approved;
}

/**
 * With automatic approval: every proposed entry that SAP was compared with, that may be sent, and whose settlement SAP would
 * book whole. A proposal exists only when all proofs of its settlement hold. Without it, entries are checked all the same,
 * so that a person sees what SAP would say.
 */
export async function approveAutomatically(
  context: ConnectionContext,
  maySend: (entry: EntryRecord) => boolean,
  options?: SimulationOptions,
): Promise<void> {
  const { books, connection } = context;
  const proposed = await books.listEntries({ connectionId: connection.id, states: ['proposed'] });
  // What differs from a document in SAP is another problem, and the one that has to be told. Nothing is approved unchecked.
  const unmarked = proposed.filter(
    (entry) => entry.problem === null || isOfSimulation(entry.problem) || maySend(entry),
  );
  const held = await heldBySimulation(context, unmarked, options);
  if (context.posting.approval !== 'automatic') return;
  for (const entry of proposed) {
    if (held.has(entry.origin.key) || !maySend(entry)) continue;
    const why =
      entry.origin.kind === 'settlement'
        ? 'automatic approval: every proof of the settlement holds'
        : 'automatic approval: the entries of the accrual balance';
    await unlessMoved(() => approveEntry(books, entry, context.actor, why));
  }
}
