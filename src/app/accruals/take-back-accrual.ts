import { Problem, type ProblemFacts, toProblem } from '../../core/index.ts';
import type { ConnectionContext } from '../context.ts';
import { endsWork } from '../loaded-settings.ts';
import { assertNothingInSap } from '../look-up.ts';
import { accrualName } from '../origin.ts';
import type { AccrualRecord, EntryRecord } from '../ports.ts';
import { askForReversals, assertReason, type ReversalWish, reverseUnderLease } from '../reverse-entry.ts';
import { keepSyncLease, underSyncLease } from '../sync-lease.ts';
import { openReversalsOf } from '../take-back.ts';

export interface AccrualReversal {
  readonly accrual: AccrualRecord;
  /** The reversals of this call, and entries that were found reversed in SAP, as they are now. */
  readonly entries: readonly EntryRecord[];
  /** Why it did not come to its end; what was not reversed stays as it is. */
  readonly problems: readonly ProblemFacts[];
}

const UNSENT: readonly EntryRecord['state'][] = ['proposed', 'approved', 'rejected'];

/**
 * Withdraws an accrual of which nothing is in SAP. The months that it closed stay closed. Raises `ACCRUAL_BOOKED`,
 * `PROPOSAL_FROZEN`, `STATE_MOVED` and `SYNC_RUNNING` (conflict), and `SAP_DOCUMENT_OF_REJECTED` (conflict) when SAP holds one that it is said to
 * have refused.
 */
export function withdrawUnbooked(
  ungated: ConnectionContext,
  accrual: AccrualRecord,
  why: string,
): Promise<AccrualRecord> {
  return underSyncLease(ungated, async (_, context) => {
    const entries = await context.books.listEntries({ originKey: accrual.key });
    const booked = entries.filter(({ entry, state, isCurrent }) => isCurrent && !entry.reversal && state === 'posted');
    if (booked.length > 0) throw isBooked(accrual, booked);
    const unsent = entries.filter(({ entry, state }) => !entry.reversal && UNSENT.includes(state));
    await assertNothingInSap(context, unsent);
    return context.books.withdrawAccrual({ key: accrual.key, actor: context.actor, why });
  });
}

/**
 * Takes every booked entry of an accrual back, each on its own day unless the wish names another, and withdraws the accrual once
 * nothing of it stands in SAP, so that it can be made anew. Stops at the first that SAP does not reverse; safe to call again.
 *
 * Raises `REVERSAL_REASON_INVALID` (invalid), `ACCRUAL_NOT_BOOKED`, `ACCRUAL_UNSETTLED` and `SYNC_RUNNING` (conflict).
 */
export async function reverseAccrual(
  ungated: ConnectionContext,
  accrual: AccrualRecord,
  wish: ReversalWish,
): Promise<AccrualReversal> {
  assertReason(wish.reason);
  return underSyncLease(ungated, async (lease, context) => {
    const { books, actor } = context;
    const own = async () =>
      (await books.listEntries({ originKey: accrual.key })).filter(
        ({ entry, isCurrent, state }) => isCurrent && !entry.reversal && state !== 'withdrawn',
      );
    const before = await own();
    assertSettled(accrual, [...before, ...(await openReversalsOf(context, before))]);
    if (!before.some(({ state }) => state === 'posted' || state === 'reversed')) throw nothingToReverse(accrual);
    const after: EntryRecord[] = [];
    const problems: ProblemFacts[] = [];
    const posted = before.filter(({ state }) => state === 'posted');
    await askForReversals(context, posted, wish);
    for (const { id } of posted) {
      await keepSyncLease(context, lease);
      try {
        const { original, reversal } = await reverseUnderLease(context, id, wish, () => lease.renew());
        after.push(reversal ?? original);
        if (original.state === 'reversed') continue;
        if (reversal?.problem) problems.push(reversal.problem);
      } catch (thrown) {
        const problem = toProblem(thrown);
        if (problem.kind === 'defect' || endsWork(problem)) throw thrown;
        problems.push(problem.toJSON());
      }
      break;
    }
    const left = await own();
    const isClean = left.every(({ state }) => state === 'reversed' || UNSENT.includes(state));
    if (!isClean) return { accrual, entries: after, problems };
    const unsent = left.filter(({ state }) => UNSENT.includes(state));
    await assertNothingInSap(context, unsent);
    const withdrawn = await books.withdrawAccrual({ key: accrual.key, actor, why: wish.why });
    return { accrual: withdrawn, entries: after, problems };
  });
}

/** What may be in SAP would be left standing beside what takes its place. */
function assertSettled({ name, connectionName }: AccrualRecord, entries: readonly EntryRecord[]): void {
  const open = entries.filter(({ state }) => state === 'unknown' || state === 'sending');
  if (open.length === 0) return;
  throw new Problem({
    code: 'ACCRUAL_UNSETTLED',
    kind: 'conflict',
    says: `Of accrual ${name} it is not known what is in SAP: ${open.map(({ entry, state }) => `${entry.postingKey} is ${state}`).join(', ')}.`,
    next: `It is looked up in SAP first: seller-ledger sync ${connectionName}`,
  });
}

function isBooked({ name }: AccrualRecord, booked: readonly EntryRecord[]): Problem {
  const list = booked.map(({ entry }) => entry.postingKey).join(', ');
  return new Problem({
    code: 'ACCRUAL_BOOKED',
    kind: 'conflict',
    says: `Accrual ${name} cannot be withdrawn: it is in SAP (${list}).`,
    next: `Take it back by reversal documents instead: seller-ledger accruals reverse ${accrualName(name)} --reason 01 --why TEXT`,
  });
}

function nothingToReverse({ name }: AccrualRecord): Problem {
  return new Problem({
    code: 'ACCRUAL_NOT_BOOKED',
    kind: 'conflict',
    says: `Nothing of accrual ${name} is in SAP, so there is nothing to reverse.`,
    next: `Withdraw it instead: seller-ledger accruals withdraw ${accrualName(name)} --why TEXT`,
  });
}
