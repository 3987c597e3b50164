import { Problem, type ProblemFacts } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import { dropWantedFile } from './corrections/start-over.ts';
import { assertNothingInSap } from './look-up.ts';
import { accrualName } from './origin.ts';
import type { EntryRecord, OriginKey, SettlementRecord, TakeBack } from './ports.ts';
import { currentEntries } from './propose-settlement.ts';
import { underSyncLease } from './sync-lease.ts';

/** What of a connection is taken back in SAP, and what was decided about it. */
export interface TakenBack {
  /** What a person is told by every sync until it is decided and done. */
  readonly problems: ReadonlyMap<OriginKey, ProblemFacts>;
  /** A person wants these to stay as they are in SAP: nothing of them is sent, and nothing is told. */
  readonly left: ReadonlySet<OriginKey>;
}

/**
 * Every settlement and accrual whose current proposal holds a reversed entry: it is in the books by half or not at all, and only a person
 * knows whether it is to be. Reads the records and asks SAP nothing.
 */
export async function findTakenBack(context: Pick<ConnectionContext, 'books' | 'connection'>): Promise<TakenBack> {
  const { books, connection } = context;
  const decisions = new Map<OriginKey, TakeBack>(
    (await books.listTakeBacks(connection.id)).map((each) => [each.settlementKey, each]),
  );
  const reversed = await books.listEntries({ connectionId: connection.id, states: ['reversed'] });
  const problems = new Map<OriginKey, ProblemFacts>();
  const left = new Set<OriginKey>();
  for (const [key, entries] of byOrigin(reversed.filter(({ isCurrent }) => isCurrent))) {
    const decided = decisions.get(key);
    if (decided && covers(decided, entries)) left.add(key);
    else problems.set(key, takenBack(await currentEntries(context, { key }), decided));
  }
  return { problems, left };
}

/** A decision to leave it was about what was reversed by then. */
function covers({ decision }: TakeBack, reversed: readonly EntryRecord[]): boolean {
  if (decision.outcome !== 'leave') return false;
  const known = new Set(decision.reversedKeys);
  return reversed.every(({ entry }) => known.has(entry.postingKey));
}

function byOrigin(entries: readonly EntryRecord[]): Map<OriginKey, EntryRecord[]> {
  const found = new Map<OriginKey, EntryRecord[]>();
  for (const entry of entries) found.set(entry.origin.key, [...(found.get(entry.origin.key) ?? []), entry]);
  return found;
}

/**
 * Keeps a settlement as it is in SAP, on a person's word and with the reason on record: what is reversed stays so, what is posted
 * stays posted, a reversal that is not booked is withdrawn, and nothing of the settlement is sent. It can still be proposed anew
 * later. Without a reversed entry it only takes back the wish to have it reversed and proposed anew.
 *
 * Raises `NOTHING_TAKEN_BACK`, `SETTLEMENT_UNSETTLED`, `SYNC_RUNNING` (conflict), and `SAP_DOCUMENT_OF_REJECTED` (conflict) when
 * SAP holds a reversal that it is said to have refused.
 */
export async function leaveTakenBack(
  ungated: ConnectionContext,
  settlement: SettlementRecord,
  why: string,
): Promise<readonly EntryRecord[]> {
  return underSyncLease(ungated, async (_lease, context) => {
    const { books, actor, connection } = context;
    const { key: settlementKey } = settlement;
    const entries = await currentEntries(context, settlement);
    const reversals = await openReversalsOf(context, entries);
    assertSettled(settlement, [...entries, ...reversals]);
    const reversed = entries.filter(({ state }) => state === 'reversed');
    const decided = (await books.listTakeBacks(connection.id)).some((each) => each.settlementKey === settlementKey);
    if (reversed.length === 0 && !decided) throw nothingTakenBack(settlement);
    const unbooked = reversals.filter(({ state }) => state === 'approved' || state === 'rejected');
    await assertNothingInSap(context, unbooked);
    for (const { id, state } of unbooked) await books.moveEntry({ id, from: state, to: 'withdrawn', actor, why });
    const reversedKeys = reversed.map(({ entry }) => entry.postingKey);
    const decision = reversed.length > 0 ? ({ outcome: 'leave', reversedKeys } as const) : null;
    await books.decideTakeBack({ settlementKey, decision, actor, why });
    await dropWantedFile(context, settlementKey, why);
    return currentEntries(context, settlement);
  });
}

/** The reversals of these entries that are not withdrawn. */
export async function openReversalsOf(
  { books }: Pick<ConnectionContext, 'books'>,
  entries: readonly EntryRecord[],
): Promise<EntryRecord[]> {
  const reversals: EntryRecord[] = [];
  for (const { reversalKey } of entries) if (reversalKey) reversals.push(await books.getEntry(reversalKey));
  return reversals;
}

/** Raises `SETTLEMENT_UNSETTLED` (conflict) while it is not known of one of these what is in SAP. */
export function assertSettled(
  { settlementId, connectionName }: SettlementRecord,
  entries: readonly EntryRecord[],
): void {
  const open = entries.filter(({ state }) => state === 'unknown' || state === 'sending');
  if (open.length === 0) return;
  throw new Problem({
    code: 'SETTLEMENT_UNSETTLED',
    kind: 'conflict',
    says: `Of settlement ${settlementId} it is not known what is in SAP: ${statesOf(open)}.`,
    next: `It is looked up in SAP first: seller-ledger sync ${connectionName}`,
  });
}

function statesOf(entries: readonly EntryRecord[]): string {
  return entries.map(({ entry, state }) => `${entry.postingKey} is ${state}`).join(', ');
}

function takenBack(entries: readonly EntryRecord[], decided: TakeBack | undefined): ProblemFacts {
  const { origin, connectionName = '' } = entries[0] ?? {};
  const settlementId = origin?.name ?? '';
  if (origin?.kind === 'accrual') return accrualTakenBack(origin.name, entries);
  const again = `seller-ledger settlements reverse ${settlementId} --reason 01 --why TEXT --propose-again`;
  const leave = `seller-ledger settlements leave ${settlementId} --why TEXT`;
  const isWished = decided?.decision.outcome === 'propose-again';
  return {
    code: 'SETTLEMENT_TAKEN_BACK',
    kind: 'conflict',
    says: isWished
      ? `Settlement ${settlementId} is taken back, to be proposed anew, and that has not come to its end: ${statesOf(entries)}.`
      : `Settlement ${settlementId} is not in the books as it should be, because documents of it were reversed in SAP: ${statesOf(entries)}.`,
    next: isWished
      ? `The next sync goes on, unless SAP refuses a reversal: seller-ledger sync ${connectionName}. With another day or reason: ${again}. To leave it as it is: ${leave}`
      : `Decide what becomes of it. To reverse the rest and book it anew: ${again}. To leave it as it is: ${leave}`,
  };
}

/** Documents of an accrual were reversed in SAP, and the rest of it stands. */
export function accrualTakenBack(name: string, entries: readonly EntryRecord[]): ProblemFacts {
  return {
    code: 'ACCRUAL_TAKEN_BACK',
    kind: 'conflict',
    says: `Accrual ${name} is not in the books as it should be, because documents of it were reversed in SAP: ${statesOf(entries)}.`,
    next: `Take the rest of it back, too: seller-ledger accruals reverse ${accrualName(name)} --reason 01 --why TEXT`,
  };
}

function nothingTakenBack({ settlementId, state }: SettlementRecord): Problem {
  return new Problem({
    code: 'NOTHING_TAKEN_BACK',
    kind: 'conflict',
    says: `Settlement ${settlementId} is ${state} and none of its entries is reversed in SAP, so there is nothing to decide.`,
    next: `Look at it: seller-ledger settlements show ${settlementId}`,
  });
}
