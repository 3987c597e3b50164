import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Where keys and the embedded database live when nothing else is said. For root it is below /var/lib, because the
 * database server runs as another user there, who may not enter root's home.
 */
export function homeOf(environment: Environment): string {
  if (isRoot()) return '/var/lib/seller-ledger';
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'seller-ledger');
}
