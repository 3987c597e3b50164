import { runRetention, SYSTEM } from '../app/index.ts';
import type { Workspace } from './composition.ts';
import { retentionContextOf } from './retention.ts';

/** Removes the buyers whose time is over; the audit log shows that it ran, also where none were due. */
export async function purgeDaily({ privacy }: Pick<Workspace, 'privacy'>): Promise<void> {
  await privacy.purgeBuyersWithReport(SYSTEM, { isDryRun: false });
}

/** Removes the records that are older than the settings of the installation say. */
export async function retainDaily(
  workspace: Pick<Workspace, 'books' | 'privacy' | 'database'>,
  signal: AbortSignal,
): Promise<void> {
  await runRetention(await retentionContextOf(workspace, SYSTEM), { isDryRun: false, signal });
}
