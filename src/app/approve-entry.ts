import { assert, isProblem, Problem } from '../core/index.ts';
import { entryDigest } from '../ledger/index.ts';
import {
  type ApprovalRules,
  isAmong,
  isSamePerson,
  needsOf,
  needsOfReversal,
  saidTo,
  standingOf,
} from './approvals/approval-rules.ts';
import type {
  Approval,
  ApprovalFacts,
  ApprovalJudgement,
  ApprovalStore,
  MappingHand,
} from './approvals/approval-store.ts';
import { refusalProblems } from './approvals/refuse-entry.ts';
import type { ConnectionContext } from './context.ts';
import { accrualName } from './origin.ts';
import type { AccrualRecord, Actor, EntryRecord, EntryStore, OriginKey, SettlementRecord } from './ports.ts';
import { heldBySimulation, isOfSimulation, type SimulationOptions } from './simulation/simulate-settlement.ts';
import { unlessMoved } from './unless-moved.ts';

/** Where people approve: the books, and the rules of the connection that the entries belong to. */
export interface ApprovalDesk {
  readonly books: EntryStore & ApprovalStore;
  readonly rules: ApprovalRules;
}

/**
 * Records a person's approval of one entry: its digest is pinned, and only exactly this entry will be sent. It is `approved` when
 * as many people have approved it as the rules ask for; until then it stays as it is. A rejected entry may be approved again
 * after its cause was put right in SAP. Raises `ENTRY_NOT_OPEN` (conflict) in any other state, `APPROVAL_TWICE` (conflict) when
 * this person has approved it and another one has to, and `APPROVAL_OWN_MAPPING` (conflict) when this person had a hand in its account table.
 */
export async function approveEntry(
  { books, rules }: ApprovalDesk,
  record: EntryRecord,
  actor: Actor,
  why: string,
): Promise<EntryRecord> {
  assert(actor.kind === 'user', 'an approval is given by a person');
  const { state } = record;
  if (state !== 'proposed' && state !== 'rejected') throw notOpen(record);
  return books.recordApproval({
    id: record.id,
    from: state,
    digest: entryDigest(record.entry),
    actor,
    why,
    judge: (facts) => judge(facts, rules, actor),
  });
}

/** What an approval by this person comes to. Raises as `approveEntry`. */
function judge({ record, said, hands }: ApprovalFacts, rules: ApprovalRules, actor: Actor): ApprovalJudgement {
  const needs = record.entry.reversal ? needsOfReversal(record.entry, rules) : needsOf(record.entry, rules);
  const { given, missing, excluded } = standingOf(said, needs, hands);
  if (isAmong(actor.name, excluded)) throw ownMapping(record, excluded, actor);
  const isAgain = isAmong(actor.name, given);
  const left = missing - (isAgain ? 0 : 1);
  if (isAgain && left > 0) throw approvedTwice(record, given, actor);
  return { needed: needs.people, isComplete: left <= 0 };
}

function notOpen({ entry, state }: EntryRecord): Problem {
  return new Problem({
    code: 'ENTRY_NOT_OPEN',
    kind: 'conflict',
    says: `Entry ${entry.postingKey} is ${state}; only a proposed or rejected entry can be approved.`,
    next: `Look at it: seller-ledger entries show ${entry.postingKey}`,
  });
}

function ownMapping({ entry }: EntryRecord, excluded: readonly MappingHand[], actor: Actor): Problem {
  const own = excluded.find(({ person }) => isSamePerson(person, actor.name));
  return new Problem({
    code: 'APPROVAL_OWN_MAPPING',
    kind: 'conflict',
    says: `Entry ${entry.postingKey} is not approved by ${actor.name}, who is ${own?.as} of version ${own?.version} of the account table that it was made with.`,
    next: `Have somebody else approve it: seller-ledger entries approve ${entry.postingKey} --why TEXT. Or let whoever changes the account table approve, with posting.approverNot: nobody`,
  });
}

function approvedTwice({ entry }: EntryRecord, given: readonly Approval[], actor: Actor): Problem {
  const own = given.find(({ person }) => isSamePerson(person, actor.name));
  return new Problem({
    code: 'APPROVAL_TWICE',
    kind: 'conflict',
    says: `${actor.name} has approved entry ${entry.postingKey} already, at ${own?.at}, and somebody else has to.`,
    next: `Have another user run: seller-ledger entries approve ${entry.postingKey} --why TEXT`,
  });
}

/**
 * Records a person's approval of every proposed entry of a settlement; they are sent only together. What this person has approved
 * already is passed over while there is anything else. Gives them as they are now. Raises `NOTHING_TO_APPROVE` (conflict) when none
 * is proposed, `ENTRY_REFUSED` (conflict) while a refusal of one of them stands, and as `approveEntry`.
 */
export async function approveSettlement(
  desk: ApprovalDesk,
  settlement: Pick<SettlementRecord, 'key' | 'settlementId' | 'state'>,
  actor: Actor,
  why: string,
): Promise<readonly EntryRecord[]> {
  const approved = await approveProposed(desk, settlement.key, actor, why);
  if (approved.length > 0) return approved;
  throw new Problem({
    code: 'NOTHING_TO_APPROVE',
    kind: 'conflict',
    says: `Of settlement ${settlement.settlementId} no entry waits for approval: ${await sayStates(desk, settlement.key)}.`,
    next: `Look at it: seller-ledger settlements show ${settlement.settlementId}`,
  });
}

/** The same for an accrual. Raises `NOTHING_TO_APPROVE` and `ENTRY_REFUSED` (conflict). */
export async function approveAccrual(
  desk: ApprovalDesk,
  accrual: Pick<AccrualRecord, 'key' | 'name'>,
  actor: Actor,
  why: string,
): Promise<readonly EntryRecord[]> {
  const approved = await approveProposed(desk, accrual.key, actor, why);
  if (approved.length > 0) return approved;
  throw new Problem({
    code: 'NOTHING_TO_APPROVE',
    kind: 'conflict',
    says: `Of accrual ${accrual.name} no entry waits for approval: ${await sayStates(desk, accrual.key)}.`,
    next: `Look at it: seller-ledger accruals show ${accrualName(accrual.name)}`,
  });
}

/** For example `2 posted, 1 approved`: what became of what there was to approve. */
async function sayStates({ books }: Pick<ApprovalDesk, 'books'>, originKey: OriginKey): Promise<string> {
  const counts = new Map<string, number>();
  for (const { state, isCurrent, entry } of await books.listEntries({ originKey })) {
    if (isCurrent && !entry.reversal) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts.size === 0 ? 'it has none' : [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

async function approveProposed(
  desk: ApprovalDesk,
  originKey: OriginKey,
  actor: Actor,
  why: string,
): Promise<readonly EntryRecord[]> {
  const proposed = await desk.books.listEntries({ originKey, states: ['proposed'] });
  // A word about the whole is none about the one that somebody refused.
  const [refused] = await refusalProblems(desk.books, proposed);
  if (refused) throw new Problem(refused);
  const after: EntryRecord[] = [];
  let twice: unknown;
  for (const entry of proposed) {
    try {
      after.push(await approveEntry(desk, entry, actor, why));
    } catch (thrown) {
      if (!isProblem(thrown) || thrown.code !== 'APPROVAL_TWICE') throw thrown;
      twice = thrown;
    }
  }
  if (after.length === 0 && twice) throw twice;
  return after;
}

/**
 * With automatic approval: every proposed entry that no limit and no refusal leaves to people, that SAP was compared with, that may
 * be sent, and whose settlement SAP would book whole. A proposal exists only when all proofs of its settlement hold. Without it, entries are checked all the same,
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
  if (context.posting.approval !== 'automatic' || proposed.length === 0) return;
  const approvals = await books.listApprovals({ entryIds: proposed.map(({ id }) => id) });
  for (const entry of proposed) {
    if (held.has(entry.origin.key) || !maySend(entry)) continue;
    const needs = needsOf(entry.entry, context.posting);
    if (standingOf(saidTo(entry, approvals), needs, []).missing > 0 || needs.people > 0) continue;
    const why =
      entry.origin.kind === 'settlement'
        ? 'automatic approval: every proof of the settlement holds'
        : 'automatic approval: the entries of the accrual balance';
    const { id, digest: approvedDigest } = entry;
    const move = { id, from: 'proposed', to: 'approved', actor: context.actor, why, approvedDigest } as const;
    // Who approves by itself is said by the settings.
    const loaded = { connection };
    await unlessMoved(() => books.moveEntry({ ...move, loaded }));
  }
}
