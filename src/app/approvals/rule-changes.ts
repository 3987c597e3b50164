import { Problem } from '../../core/index.ts';
import type { Actor, Connection, ConnectionId, JsonObject } from '../ports.ts';
import { type AmountLimits, type ApprovalRules, isSamePerson } from './approval-rules.ts';

/** A change of the settings that say who approves, which nobody else has accepted. */
export interface RuleChange {
  readonly sequence: number;
  readonly person: string;
  readonly why: string;
  readonly at: string;
  /** What `posting` said of it before. */
  readonly before: JsonObject;
}

export interface RuleChangeStore {
  /** The oldest first. A change is recorded with the update of the connection that makes it. */
  listRuleChanges(connectionId: ConnectionId): Promise<readonly RuleChange[]>;
  /** Puts on record that this person accepts them, with an audit event. What is accepted already is passed over. */
  acceptRuleChanges(input: {
    readonly connectionId: ConnectionId;
    readonly sequences: readonly number[];
    readonly actor: Actor;
    readonly why: string;
  }): Promise<void>;
}

/** A change that waits for another person, and the rules before it, which hold until then. */
export interface WaitingRuleChange {
  readonly change: RuleChange;
  readonly before: ApprovalRules;
}

/**
 * The changes that let more go by than before where somebody else had to be behind it. Others wait for nobody, because rules that
 * are looser than those in use change nothing beside them.
 */
export function loosenedSince(
  rules: ApprovalRules,
  changes: readonly RuleChange[],
  read: (before: JsonObject) => ApprovalRules,
): readonly WaitingRuleChange[] {
  return changes
    .map((change) => ({ change, before: read(change.before) }))
    .filter(({ before }) => asksForAnother(before) && isLooser(rules, before));
}

/**
 * Accepts what others loosened in the rules of a connection. Raises `APPROVAL_RULES_NOT_WAITING` (conflict) when nothing
 * waits, and `APPROVAL_RULES_OWN` (conflict) when this person alone made what waits.
 */
export async function acceptRuleChanges(
  books: RuleChangeStore,
  { id, name }: Pick<Connection, 'id' | 'name'>,
  waiting: readonly WaitingRuleChange[],
  { actor, why }: { readonly actor: Actor; readonly why: string },
): Promise<readonly WaitingRuleChange[]> {
  const others = waiting.filter(({ change }) => !isSamePerson(change.person, actor.name));
  if (waiting.length === 0) {
    throw new Problem({
      code: 'APPROVAL_RULES_NOT_WAITING',
      kind: 'conflict',
      says: `No change of the approval rules of ${name} waits for another person.`,
      next: `Look at what waits: seller-ledger approvals list ${name}`,
    });
  }
  if (others.length === 0) {
    throw new Problem({
      code: 'APPROVAL_RULES_OWN',
      kind: 'conflict',
      says: `The approval rules of ${name} were loosened by ${actor.name}, and somebody else has to accept that.`,
      next: `Have another user run: ${acceptCommand(name)}`,
    });
  }
  const sequences = others.map(({ change }) => change.sequence);
  await books.acceptRuleChanges({ connectionId: id, sequences, actor, why });
  return others;
}

/** The command with which another person accepts looser rules. */
export function acceptCommand(connectionName: string): string {
  return `seller-ledger approvals accept-rules ${connectionName} --why TEXT`;
}

/** Whether by these rules something takes a second person: two of them, or one who has not made the account table. */
function asksForAnother({ fourEyesAbove, approverNot }: ApprovalRules): boolean {
  return fourEyesAbove !== undefined || approverNot === 'mapping-author';
}

function isLooser(after: ApprovalRules, before: ApprovalRules): boolean {
  const isAutomatic = after.approval === 'automatic';
  return (
    (isAutomatic && before.approval === 'review') ||
    (isAutomatic && isHigher(after.automaticUpTo, before.automaticUpTo)) ||
    isHigher(after.fourEyesAbove, before.fourEyesAbove) ||
    strictness(after) < strictness(before)
  );
}

/** Whether any amount that is above the limits before is within those after. */
function isHigher(after: AmountLimits | undefined, before: AmountLimits | undefined): boolean {
  if (!before) return false;
  if (!after) return true;
  return [...after].some(([currency, { minor }]) => {
    const limit = before.get(currency);
    return limit === undefined || minor > limit.minor;
  });
}

function strictness({ approverNot }: ApprovalRules): number {
  return approverNot === 'nobody' ? 0 : approverNot === undefined ? 1 : 2;
}
