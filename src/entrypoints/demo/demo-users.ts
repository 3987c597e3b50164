import { oneTimePassword, type Role, SYSTEM } from '../../app/index.ts';
import { scryptPasswords } from '../../store/index.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Workspace } from '../composition.ts';

/** Somebody for a look at each role, and two people who may approve. */
const DEMO_USERS: readonly { readonly name: string; readonly roles: readonly Role[]; readonly may: string }[] = [
  { name: 'anna', roles: ['accountant'], may: 'accountant: fetches, posts, reverses, closes months' },
  { name: 'ben', roles: ['approver'], may: 'approver: approves journal entries and account tables' },
  { name: 'bea', roles: ['approver'], may: 'approver: the second one, where two people approve' },
  { name: 'mia', roles: ['mapping-editor'], may: 'mapping editor: maintains the account table' },
  { name: 'carla', roles: ['administrator'], may: 'administrator: users, connections, jobs' },
  { name: 'otto', roles: ['auditor'], may: 'auditor: sees everything, changes nothing' },
  { name: 'vera', roles: ['viewer'], may: 'viewer: sees the books' },
];

/** Whoever approves what takes two people. */
export const DEMO_APPROVERS = ['ben', 'bea'] as const;

/** The books of a demo are nobody's, so its passwords need not cost a third of a second each. */
export const DEMO_PASSWORDS = scryptPasswords({ ln: 14, r: 8, p: 1 });

/** Lets everybody of the demo sign in with one password, which is made anew at every start, and gives it. */
export async function prepareDemoUsers({ access, randomness }: Workspace): Promise<string> {
  const password = oneTimePassword(randomness);
  const passwordHash = await DEMO_PASSWORDS.hash(password);
  const fact = { actor: SYSTEM, why: 'everybody of the demo signs in with the password of this start' } as const;
  for (const { name, roles } of DEMO_USERS) {
    const known = await access.findUser(name);
    const displayName = `${name[0]?.toUpperCase()}${name.slice(1)} Demo`;
    if (!known) await access.addUser({ name, displayName, roles, passwordHash }, { ...fact, action: 'user.add' });
    else {
      const change = { passwordHash, mustChangePassword: false, failures: 0, lockouts: 0, lockedUntil: null };
      await access.changeUser(known.id, () => ({ change, fact: { ...fact, action: 'user.reset-password' } }));
    }
  }
  return password;
}

export function sayDemoUsers(terminal: Terminal, password: string): void {
  terminal.say(`  Sign in as       ${terminal.paint('bold', 'anna')}   password ${terminal.paint('bold', password)}`);
  terminal.say('  or with the same password as');
  for (const { name, may } of DEMO_USERS) terminal.say(`    ${name.padEnd(14)} ${may}`);
}
