import type { Actor } from '../../app/index.ts';
import { isProblem, Problem } from '../../core/index.ts';
import { type Abandoned, type KeyCare, KeyRing } from '../../store/index.ts';
import type { WorkspaceOptions } from '../composition.ts';
import { systemClock } from '../system.ts';
import { keySourcesOf } from '../vault-keys.ts';

/**
 * A new home would otherwise make a key of its own, with which nothing in the backup opens. Raises `RESTORE_KEY_MISSING` (invalid)
 * where no key is here that the backup names. A command that keeps its key to itself is only tried when the books are opened.
 */
export async function assertKeyIsHere(
  { environment, home }: WorkspaceOptions,
  path: string,
  keyIds: readonly string[],
): Promise<void> {
  const ring = await KeyRing.load(keySourcesOf(environment, home, systemClock));
  const isHere = ring.keys.some(({ id }) => id === null || keyIds.includes(id));
  if (isHere || keyIds.length === 0) return;
  const found = ring.ids.length === 0 ? 'there is none' : `the key is ${ring.ids.join(' and ')}`;
  throw new Problem({
    code: 'RESTORE_KEY_MISSING',
    kind: 'invalid',
    says: `The secrets in ${path} are sealed with the key ${keyIds.join(', ')}, and here (${ring.where}) ${found}.`,
    next: `Bring that key here first: mkdir -p '${home}' && cp vault.key '${home}/', or set SELLER_LEDGER_KEY, SELLER_LEDGER_KEY_FILE or SELLER_LEDGER_KEY_COMMAND. Where it is lost, add --without-key, and enter every secret again.`,
    where: { file: path },
  });
}

/** Gives up what the keys of a restored database sealed, unless one of them is here: then nothing is lost, and nothing is done. */
export async function abandonLostKeys(keys: KeyCare, actor: Actor): Promise<Abandoned | undefined> {
  const lost = await keys.inUse();
  try {
    return lost === undefined ? undefined : await keys.abandon(lost, actor, 'restored without its vault key');
  } catch (error) {
    if (isProblem(error) && error.code === 'VAULT_KEY_NOT_LOST') return undefined;
    throw error;
  }
}
