import type { Money } from '../../core/index.ts';
import type { Connection, EntryRecord, EntryStore } from '../ports.ts';
import {
  type ApprovalNeeds,
  type ApprovalRules,
  type ApprovalStanding,
  amountOf,
  needsOf,
  needsOfReversal,
  standingOf,
} from './approval-rules.ts';
import type { Approval, ApprovalStore } from './approval-store.ts';

/** An entry, or a reversal that was asked for, which people have to approve, and what is missing. */
export interface WaitingApproval {
  /** The entry, or the one that is to be reversed. */
  readonly record: EntryRecord;
  /** How the reversal was asked for; `null`: it is the entry itself that waits. */
  readonly reversal: Approval['reversal'];
  readonly amount: Money;
  readonly needs: ApprovalNeeds;
  readonly standing: ApprovalStanding;
}

/** What of a connection waits for people: proposed entries first, then reversals that were asked for. */
export async function waitingApprovals(
  books: EntryStore & ApprovalStore,
  { id: connectionId }: Pick<Connection, 'id'>,
  rules: ApprovalRules,
): Promise<readonly WaitingApproval[]> {
  const proposed = await books.listEntries({ connectionId, states: ['proposed'] });
  const entries = await standingsOf(books, proposed, rules);
  const waiting = entries.filter(({ standing, needs }) => needs.people > 0 || standing.refusal !== null);
  return [...waiting, ...(await waitingReversals(books, connectionId, rules))];
}

/** Where the approvals of these entries stand. */
export async function standingsOf(
  books: ApprovalStore,
  records: readonly EntryRecord[],
  rules: ApprovalRules,
): Promise<readonly WaitingApproval[]> {
  if (records.length === 0) return [];
  const ids = records.map(({ id }) => id);
  const said = await books.listApprovals({ entryIds: ids });
  const hands = await books.mappingHands(ids);
  return records.map((record) => {
    const needs = needsOf(record.entry, rules);
    const own = said.filter(({ digest }) => digest === record.digest);
    const standing = standingOf(own, needs, hands.get(record.id) ?? []);
    return { record, reversal: null, amount: amountOf(record.entry), needs, standing };
  });
}

async function waitingReversals(
  books: EntryStore & ApprovalStore,
  connectionId: Connection['id'],
  rules: ApprovalRules,
): Promise<WaitingApproval[]> {
  const said = await books.listApprovals({ connectionId, isOpenWish: true });
  const asked = new Map(said.map((each) => [each.digest, each]));
  const waiting: WaitingApproval[] = [];
  for (const { digest, entryId, reversal } of asked.values()) {
    const record = await books.getEntry(entryId);
    const needs = needsOfReversal(record.entry, rules);
    const own = said.filter((each) => each.digest === digest);
    const standing = standingOf(own, needs, []);
    if (standing.missing === 0 || standing.refusal) continue;
    waiting.push({ record, reversal, amount: amountOf(record.entry), needs, standing });
  }
  return waiting;
}
