import { acceptCommand, type WaitingApproval, type WaitingRuleChange } from '../../app/index.ts';
import { counted, formatForPeople } from './format-entry.ts';
import type { Terminal } from './terminal.ts';

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
