import { type Actor, type Books, type RetentionContext, type RetentionRules, retentionRulesOf } from '../app/index.ts';
import { graphileEngine } from '../jobs/index.ts';
import { createJobRecords } from '../store/index.ts';
import type { Workspace } from './composition.ts';
import { installationSection } from './installation-file.ts';

/** How long records are kept, as it is set for the installation; defaults for what is not. */
export async function retentionRulesIn(books: Pick<Books, 'installationSettings'>): Promise<RetentionRules> {
  return retentionRulesOf(installationSection(await books.installationSettings(), 'retention') ?? {});
}

/** What a run of the retention needs, the history of jobs with it. */
export async function retentionContextOf(
  { books, privacy, database }: Pick<Workspace, 'books' | 'privacy' | 'database'>,
  actor: Actor,
): Promise<RetentionContext> {
  const records = createJobRecords({ database, engine: graphileEngine });
  const pruneJobs = (before: string) => records.pruneHistory(before);
  return { books, privacy, rules: await retentionRulesIn(books), actor, pruneJobs };
}
