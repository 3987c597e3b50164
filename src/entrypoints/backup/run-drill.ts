import type { Actor } from '../../app/index.ts';
import type { ProgressShare } from '../../core/index.ts';
import {
  type BackupFacts,
  booksIdOf,
  type CheckedRecords,
  checkRecords,
  type KeySource,
  withRestoredCopy,
} from '../../store/index.ts';
import type { Workspace } from '../composition.ts';
import { backupSource } from './backup-file.ts';
import { checkedJson, recordBackup } from './record-backup.ts';

export interface DrillResult {
  readonly facts: BackupFacts;
  readonly checked: CheckedRecords;
  /** Of the books that are open, and not of others. */
  readonly isOfTheseBooks: boolean;
  readonly durationMs: number;
}

/**
 * Proves that a backup can be restored: into a database of its own on the same server, which checks every reference between
 * records and is dropped again. Everything in it is checked, as `audit verify --everything` does. The result is put on record.
 */
export async function runDrill(
  { books, database, clock }: Pick<Workspace, 'books' | 'database' | 'clock'>,
  what: {
    path: string;
    actor: Actor;
    why: string;
    /** The keys that the secrets in it have to open with. */
    keySources: readonly KeySource[];
    onTable?: (name: string, share: ProgressShare) => void;
  },
): Promise<DrillResult> {
  const { path, actor, why, keySources, onTable } = what;
  const startedMs = clock.nowMs();
  const source = backupSource(path);
  const found = await withRestoredCopy({ database, source, ...(onTable && { onTable }) }, async (copy, facts) => ({
    facts,
    checked: await checkRecords(copy, keySources),
  }));
  const durationMs = clock.nowMs() - startedMs;
  const numbers = { ...checkedJson(found.checked), durationMs };
  await recordBackup(books, { action: 'backup.drill', actor, why, path }, found.facts, numbers);
  const isOfTheseBooks = found.facts.about.booksId === (await booksIdOf(database));
  return { ...found, isOfTheseBooks, durationMs };
}
