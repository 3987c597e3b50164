import { acceptCommand } from '../../app/index.ts';
import type { ApprovalView } from '../http/contract/facts.ts';
import { counted } from './format-entry.ts';
import type { Terminal } from './terminal.ts';

/** Who approved or refused an entry, and what it waits for. */
export function sayApproval(terminal: Terminal, state: string, approval: ApprovalView | null | undefined): void {
  if (!approval) return;
  const { refusal, given, missing, because } = approval;
  if (refusal) terminal.say(`  refused by ${refusal.person} at ${refusal.at}: ${refusal.why}`);
  for (const { person, at, why } of given) terminal.say(`  approved by ${person} at ${at}: ${why}`);
  if (state === 'proposed' && missing > 0) terminal.say(`  waits for ${sayMissing(approval)}: ${because}`);
}

/** `1 person, not anna (author and approver of version 3 of the account table)`, `1 more person`. */
export function sayMissing({ given, missing, excluded }: Pick<ApprovalView, 'given' | 'missing' | 'excluded'>): string {
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

/** What somebody loosened in the rules of a connection, with the command by which another person accepts it. */
export function sayRuleChanges(connectionName: string, waiting: readonly { readonly person: string }[]): string[] {
  if (waiting.length === 0) return [];
  const people = [...new Set(waiting.map(({ person }) => person))].join(', ');
  return [
    `The approval rules of ${connectionName} were loosened by ${people}. Until another user accepts it, the stricter rules hold: ${acceptCommand(connectionName)}`,
  ];
}
