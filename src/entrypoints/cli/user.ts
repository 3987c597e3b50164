import { userInfo } from 'node:os';
import type { Actor } from '../../app/index.ts';
import type { Environment } from '../environment.ts';

/** Who acts at the command line: the name the operating system knows, or `SELLER_LEDGER_USER` where many share it. */
export function userActor(environment: Environment): Actor {
  return { kind: 'user', name: environment.SELLER_LEDGER_USER ?? systemUserName() };
}

/** `uid 1234` for a user without a name, as containers are often run. */
function systemUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
