import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

const SYSTEM_HOME = '/var/lib/seller-ledger';

/**
 * Where keys and the embedded database live when nothing else is said. For root it is below /var/lib, because the
 * database server runs as another user there, who may not enter root's home; so it is for a user without a home.
 */
export function homeOf(environment: Environment): string {
  if (isRoot()) return SYSTEM_HOME;
  const userHome = userHomeOf();
  const dataHome = environment.XDG_DATA_HOME ?? (userHome && join(userHome, '.local', 'share'));
  return dataHome === undefined ? SYSTEM_HOME : join(dataHome, 'seller-ledger');
}

/** A container may run as a user that the system does not know and that has no HOME either. */
function userHomeOf(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
