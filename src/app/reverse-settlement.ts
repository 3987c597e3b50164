import { Problem, type ProblemFacts, toProblem } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import { dropWantedFile, startOver } from './corrections/start-over.ts';
import { endsWork } from './loaded-settings.ts';
import { assertNothingInSap } from './look-up.ts';
import type { EntryRecord, SettlementRecord } from './ports.ts';
import { bookSettlement, currentEntries, evaluateRecord } from './propose-settlement.ts';
import { askForReversals, assertReason, isWished, type ReversalWish, reverseUnderLease } from './reverse-entry.ts';
import { keepSyncLease, underSyncLease } from './sync-lease.ts';
import { assertSettled, openReversalsOf } from './take-back.ts';

export interface SettlementReversalWish extends ReversalWish {
  /** Once nothing of it is left in SAP: work it out anew with today's account table, under keys of its own. */
  readonly proposeAgain: boolean;
}

export interface SettlementReversal {
  readonly settlement: SettlementRecord;
  /** The reversals of this call, and entries that were found reversed in SAP, as they are now. */
  readonly entries: readonly EntryRecord[];
  /** Why it did not come to its end, and at which entry; what was not reversed stays as it is. */
  readonly problems: readonly ProblemFacts[];
  readonly isProposedAgain: boolean;
}

/**
 * Takes every booked entry of a settlement back, one after the other, and stops at the first that SAP does not reverse. Safe
 * to call again: what is reversed is passed over. The way out for a settlement of which one entry is booked and another
 * refused, and for one that was booked with a wrong account table. The wish to have it proposed again is on record before the
 * first entry is reversed; what a call leaves open of it the next sync goes on with.
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
    assertSettled(settlement, [...entries, ...(await openReversalsOf(context, entries))]);
    const isPosted = entries.some(({ state }) => state === 'posted');
    const isReversed = entries.some(({ state }) => state === 'reversed');
    if (!isPosted && !(isReversed && wish.proposeAgain)) throw nothingToReverse(settlement, isReversed);
    await decide(context, settlement, wish);
    await askForAll(context, entries, wish);
    // Whoever only reverses wants no other file in its place either.
    if (!wish.proposeAgain) await dropWantedFile(context, settlement.key, wish.why);
    const keepAlive = () => keepSyncLease(context, lease);
    return takeBack(context, { settlement, entries, wish }, { keepAlive, stillMine: () => lease.renew() });
  });
}

export interface TakeBackHooks {
  /** Called between entries: keeps the lease and notices a stop. */
  readonly keepAlive: () => Promise<void>;
  /** Renews the lease right before something is sent; `false` when it was lost. */
  readonly stillMine: () => Promise<boolean>;
}

/**
 * Goes on with settlements that a person wants taken back and proposed anew, where an earlier call stopped or was stopped: for
 * a sync, which holds the lease. One of which a reversal is refused or unknown waits; at the first that SAP does not take, all do.
 * Raises `unavailable` or `rejected` problems when SAP cannot be asked.
 */
export async function finishTakeBacks(
  context: ConnectionContext,
  hooks: TakeBackHooks,
): Promise<readonly SettlementReversal[]> {
  const { books, connection } = context;
  const finished: SettlementReversal[] = [];
  for (const { settlementKey, decision, actor, why } of await books.listTakeBacks(connection.id)) {
    if (decision.outcome !== 'propose-again') continue;
    await hooks.keepAlive();
    const wish = { ...decision, why, proposeAgain: true };
    const settlement = await books.getSettlement(settlementKey);
    const entries = await currentEntries(context, settlement);
    if (!(await canGoOn(context, entries, wish))) continue;
    // Whoever asked for it is the one who has the reversals approved.
    const each = await takeBackGuarded({ ...context, actor }, { settlement, entries, wish }, hooks);
    finished.push(each);
    if (each.problems.some(({ kind }) => kind === 'unavailable' || kind === 'rejected')) break;
  }
  return finished;
}

/** What was refused waits for a person, what is unknown for its look-up, and another reversal than this one is sent first. */
async function canGoOn(
  context: ConnectionContext,
  entries: readonly EntryRecord[],
  wish: ReversalWish,
): Promise<boolean> {
  if (entries.some(({ state }) => state === 'unknown' || state === 'sending')) return false;
  const originals = entries.filter(({ state }) => state === 'posted');
  const reversals = await openReversalsOf(context, originals);
  return reversals.every((reversal) => {
    const original = originals.find(({ reversalKey }) => reversalKey === reversal.entry.postingKey);
    return reversal.state === 'approved' && original !== undefined && isWished(reversal, original, wish);
  });
}

/** One settlement that cannot be proposed anew does not keep the others from it. */
async function takeBackGuarded(
  context: ConnectionContext,
  toTakeBack: ToTakeBack,
  hooks: TakeBackHooks,
): Promise<SettlementReversal> {
  try {
    return await takeBack(context, toTakeBack, hooks);
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.kind !== 'conflict' || endsWork(problem)) throw thrown;
    const settlement = await context.books.getSettlement(toTakeBack.settlement.key);
    return { settlement, entries: [], problems: [problem.toJSON()], isProposedAgain: false };
  }
}

export interface ToTakeBack {
  readonly settlement: SettlementRecord;
  readonly entries: readonly EntryRecord[];
  readonly wish: SettlementReversalWish;
}

/** Puts the wish to have a settlement taken back and proposed anew on record and begins with it; the caller holds the lease. */
export async function takeBackForNew(
  context: ConnectionContext,
  toTakeBack: ToTakeBack,
  hooks: TakeBackHooks,
): Promise<SettlementReversal> {
  await decide(context, toTakeBack.settlement, toTakeBack.wish);
  await askForAll(context, toTakeBack.entries, toTakeBack.wish);
  return takeBack(context, toTakeBack, hooks);
}

function askForAll(context: ConnectionContext, entries: readonly EntryRecord[], wish: ReversalWish): Promise<void> {
  const posted = entries.filter(({ state }) => state === 'posted');
  return askForReversals(context, posted, wish);
}

async function takeBack(
  context: ConnectionContext,
  { settlement, entries, wish }: ToTakeBack,
  hooks: TakeBackHooks,
): Promise<SettlementReversal> {
  const posted = entries.filter(({ state }) => state === 'posted');
  const { after, problems } = await reverseAll(context, posted, wish, hooks);
  const isClean = (await currentEntries(context, settlement)).every(({ state }) => NOT_IN_SAP.includes(state));
  if (!wish.proposeAgain || !isClean) {
    const unchanged = await context.books.getSettlement(settlement.key);
    return { settlement: unchanged, entries: after, problems, isProposedAgain: false };
  }
  const proposed = await proposeAgain(context, settlement, wish);
  return { settlement: proposed, entries: after, problems, isProposedAgain: true };
}

/** A call that does not ask for it takes an earlier wish to have it proposed again back. */
function decide(
  { books, actor }: ConnectionContext,
  settlement: SettlementRecord,
  { proposeAgain, reason, postingDate, why }: SettlementReversalWish,
): Promise<void> {
  const decision = proposeAgain ? ({ outcome: 'propose-again', reason, postingDate } as const) : null;
  return books.decideTakeBack({ settlementKey: settlement.key, decision, actor, why });
}

const NOT_IN_SAP: readonly EntryRecord['state'][] = ['proposed', 'approved', 'rejected', 'reversed'];

async function reverseAll(
  context: ConnectionContext,
  posted: readonly EntryRecord[],
  wish: ReversalWish,
  hooks: TakeBackHooks,
): Promise<{ after: EntryRecord[]; problems: ProblemFacts[] }> {
  const after: EntryRecord[] = [];
  for (const { id, entry } of posted) {
    const told = (problem: ProblemFacts) => ({ ...problem, where: problem.where ?? { path: entry.postingKey } });
    await hooks.keepAlive();
    try {
      const { original, reversal } = await reverseUnderLease(context, id, wish, hooks.stillMine);
      after.push(reversal ?? original);
      if (original.state === 'reversed') continue;
      // The others would come to the same, or be taken back on other days than this one will be.
      return { after, problems: reversal?.problem ? [told(reversal.problem)] : [] };
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind === 'defect' || endsWork(problem)) throw thrown;
      return { after, problems: [told(problem.toJSON())] };
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
  const received = await startOver(
    context,
    { key: settlement.key, state: 'proposed' },
    { why: `taken back in SAP, and worked out anew: ${wish.why}`, withdraws: 'reversed' },
  );
  return bookSettlement(context, received, await evaluateRecord(context, received));
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
