import { assert, Problem, type ProblemFacts } from '../../core/index.ts';
import type { Actor, EntryRecord, EntryStore } from '../ports.ts';
import { standingOf } from './approval-rules.ts';
import type { Approval, ApprovalStore } from './approval-store.ts';

/**
 * Records that a person refuses an entry as it is, or a reversal that was asked for of it. Approvals given so far do not count any
 * more, an approved entry is proposed again, and nothing approves it by itself; everybody is told until it is proposed anew with
 * other content, or people approve it all the same. Raises `ENTRY_NOT_REFUSABLE` (conflict) once it was sent.
 */
export async function refuseEntry(
  books: EntryStore & ApprovalStore,
  record: EntryRecord,
  actor: Actor,
  why: string,
): Promise<EntryRecord> {
  assert(actor.kind === 'user', 'an entry is refused by a person');
  const { id, state, digest, entry, attempt } = record;
  const isOpen = state === 'proposed' || (state === 'approved' && attempt === 0 && !entry.reversal);
  if (isOpen) {
    const refused = { postingKey: entry.postingKey, digest, reversal: null };
    return books.recordRefusal({ id, from: state, refused, actor, why });
  }
  const wish = state === 'posted' ? await openWish(books, record) : undefined;
  if (wish) return books.recordRefusal({ id, from: 'posted', refused: wish, actor, why });
  throw new Problem({
    code: 'ENTRY_NOT_REFUSABLE',
    kind: 'conflict',
    says: `Entry ${entry.postingKey} is ${state}${attempt > 0 ? ' and was sent' : ''}; only what was not sent can be refused.`,
    next:
      state === 'posted'
        ? `Take it back in SAP instead: seller-ledger entries reverse ${entry.postingKey} --reason 01 --why TEXT`
        : `Look at it: seller-ledger entries show ${entry.postingKey}`,
  });
}

/** The last reversal that was asked for and neither refused nor recorded. */
async function openWish(books: ApprovalStore, { id }: EntryRecord): Promise<Approval | undefined> {
  const said = await books.listApprovals({ entryIds: [id], isOpenWish: true });
  const last = said.at(-1);
  return last?.verdict === 'approve' ? last : undefined;
}

/** What everybody is told of entries that were refused and are still as they were. */
export async function refusalProblems(
  books: ApprovalStore,
  proposed: readonly EntryRecord[],
): Promise<readonly ProblemFacts[]> {
  const said = proposed.length === 0 ? [] : await books.listApprovals({ entryIds: proposed.map(({ id }) => id) });
  return proposed.flatMap((record) => {
    const own = said.filter(({ digest }) => digest === record.digest);
    const { refusal } = standingOf(own, { people: 0, notMappingHands: false, because: '' }, []);
    return refusal ? [refused(record, refusal)] : [];
  });
}

function refused({ entry, connectionName }: EntryRecord, { person, why }: Approval): ProblemFacts {
  return {
    code: 'ENTRY_REFUSED',
    kind: 'conflict',
    says: `${person} refused entry ${entry.postingKey}: ${why}`,
    next: `Correct what is wrong, usually the account table, and sync: seller-ledger sync ${connectionName}. To book it all the same: seller-ledger entries approve ${entry.postingKey} --why TEXT`,
  };
}
