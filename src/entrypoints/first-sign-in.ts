import { addFirstUser } from '../app/index.ts';
import type { Terminal } from './cli/terminal.ts';
import type { Workspace } from './composition.ts';

/**
 * Lets the first person in where there is no user yet. The password is shown on a terminal only: what a service writes elsewhere
 * ends in a log, so there it says how to get one.
 */
export async function sayFirstSignIn(terminal: Terminal, workspace: Workspace): Promise<void> {
  const first = await addFirstUser(workspace);
  if (!first) return;
  if (terminal.isTerminal) {
    const { name, password } = first;
    terminal.say(`First sign-in: name ${terminal.paint('bold', name)}, password ${terminal.paint('bold', password)}`);
    terminal.say('It is shown this once and holds for one sign-in; the page then asks for a password of your own.');
    return;
  }
  terminal.say(
    `Nobody can sign in yet. A password for ${first.name}: seller-ledger users reset-password ${first.name} --why "first sign-in"`,
  );
}
