import {
  type ApprovalRules,
  acceptCommand,
  type EntryRecord,
  type WaitingApproval,
  type WaitingRuleChange,
} from '../../app/index.ts';
import { formatMoney, isProblem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { entrySummary } from '../http/views.ts';
import { counted, formatForPeople } from './format-entry.ts';
import { openApprovals } from './lazy.ts';
import type { Terminal } from './terminal.ts';

/** Where the approvals of these entries stand, which are of one connection; without rules where its settings cannot be read. */
export async function approvalsOf(
  workspace: Workspace,
  records: readonly EntryRecord[],
): Promise<ReadonlyMap<EntryRecord['id'], WaitingApproval>> {
  const [first] = records;
  if (!first) return new Map();
  const { standingsOf } = await import('../../app/index.ts');
  const rules = await rulesOf(workspace, first.connectionName);
  const all = await standingsOf(workspace.books, records, rules);
  return new Map(all.map((each) => [each.record.id, each]));
}

async function rulesOf(workspace: Workspace, connectionName: string): Promise<ApprovalRules> {
  try {
    return (await openApprovals(workspace, connectionName)).rules;
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { approval: 'automatic' };
  }
}

/** Who approved or refused an entry, and what it waits for. */
export function sayApproval(terminal: Terminal, approval: WaitingApproval | undefined): void {
  if (!approval) return;
  const { refusal, given } = approval.standing;
  if (refusal) terminal.say(`  refused by ${refusal.person} at ${refusal.at}: ${refusal.why}`);
  for (const { person, at, why } of given) terminal.say(`  approved by ${person} at ${at}: ${why}`);
  if (isWaiting(approval)) terminal.say(`  waits for ${sayMissing(approval)}: ${approval.needs.because}`);
}

/** Whether people have to act before it is sent. */
export function isWaiting({ record, standing }: WaitingApproval): boolean {
  return record.state === 'proposed' && standing.missing > 0;
}

/** `1 person, not anna (author and approver of version 3 of the account table)`, `1 more person`. */
export function sayMissing({ standing }: WaitingApproval): string {
  const { given, missing, excluded } = standing;
  const more = given.length > 0 ? 'more ' : '';
  const roles = new Map<string, { readonly person: string; readonly version: number; readonly as: string[] }>();
  for (const { person, as, version } of excluded) {
    const key = JSON.stringify([person, version]);
    const known = roles.get(key);
    if (known) known.as.push(as);
    else roles.set(key, { person, version, as: [as] });
  }
  const who = [...roles.values()].map(
    ({ person, version, as }) => `${person} (${as.join(' and ')} of version ${version} of the account table)`,
  );
  return `${counted(missing, `${more}person`, `${more}people`)}${who.length > 0 ? `, not ${who.join(', ')}` : ''}`;
}

/** For programs. */
export function approvalView({ needs, standing }: WaitingApproval) {
  const { given, missing, refusal, excluded } = standing;
  const said = ({ person, at, why }: (typeof given)[number]) => ({ person, at, why });
  return {
    people: needs.people,
    because: needs.because,
    given: given.map(said),
    missing,
    refusal: refusal && said(refusal),
    excluded,
  };
}

/** An entry or a reversal that waits, for programs. */
export function waitingView(waiting: WaitingApproval) {
  const { record, reversal, amount } = waiting;
  return { entry: entrySummary(record), reversal, amount: formatMoney(amount), ...approvalView(waiting) };
}

/** `12,000.00 EUR`. */
export function sayAmount({ amount }: WaitingApproval): string {
  return `${formatForPeople(amount)} ${amount.currency}`;
}

/** What somebody loosened in the rules of a connection, with the command by which another person accepts it. */
export function sayRuleChanges(connectionName: string, waiting: readonly WaitingRuleChange[]): string[] {
  if (waiting.length === 0) return [];
  const people = [...new Set(waiting.map(({ change }) => change.person))].join(', ');
  return [
    `The approval rules of ${connectionName} were loosened by ${people}. Until another user accepts it, the stricter rules hold: ${acceptCommand(connectionName)}`,
  ];
}
