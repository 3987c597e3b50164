import { assertMove, type Books } from '../app/index.ts';
import { createBooks, type KeyCare, openKeyCare, unopenedVault } from '../store/index.ts';
import { openBooksDatabase, type WorkspaceOptions } from './composition.ts';
import { systemClock } from './system.ts';
import { keySourcesOf } from './vault-keys.ts';

/** What those need who care for keys: they have to get in when the vault does not open. */
export interface KeyWorkspace {
  readonly keys: KeyCare;
  readonly books: Pick<Books, 'getConnection' | 'listConnections'>;
}

/** Opens the database, but not the vault, and closes it whatever happens. */
export async function withKeys<Result>(
  options: WorkspaceOptions,
  work: (keys: KeyWorkspace) => Promise<Result>,
): Promise<Result> {
  const { database, processes } = await openBooksDatabase(options);
  try {
    const sources = keySourcesOf(options.environment, options.home, systemClock);
    const keys = await openKeyCare({ database, sources });
    const books = createBooks({ database, vault: unopenedVault, assertMove, processes });
    return await work({ keys, books });
  } finally {
    await database.close();
  }
}
