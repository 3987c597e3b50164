import { runRetention, SYSTEM } from '../app/index.ts';
import type { Workspace } from './composition.ts';
import { retentionRulesIn } from './retention.ts';

/** Removes the buyers whose time is over; the audit log shows that it ran, also where none were due. */
export async function purgeDaily({ privacy }: Pick<Workspace, 'privacy'>): Promise<void> {
  await privacy.purgeBuyersWithReport(SYSTEM, { isDryRun: false });
}

/** Removes the records that are older than the settings of the installation say. */
export async function retainDaily(
  { books, privacy }: Pick<Workspace, 'books' | 'privacy'>,
  signal: AbortSignal,
): Promise<void> {
  const rules = await retentionRulesIn(books);
  await runRetention({ books, privacy, rules, actor: SYSTEM }, { isDryRun: false, signal });
}
