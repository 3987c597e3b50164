import { join } from 'node:path';
import { givenKeys, type KeySource, keyFile, parseVaultKeys } from '../store/index.ts';
import type { Environment } from './environment.ts';

/** Where this process has its vault keys from. */
export function keySourcesOf(environment: Environment, home: string): readonly KeySource[] {
  const text = environment.SELLER_LEDGER_KEY;
  if (text !== undefined && text.trim() !== '') {
    return [givenKeys(parseVaultKeys(text, 'SELLER_LEDGER_KEY'), 'SELLER_LEDGER_KEY')];
  }
  return [keyFile(join(home, 'vault.key'), { mayMake: true })];
}
