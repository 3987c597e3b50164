import { runRetention, SYSTEM } from '../app/index.ts';
import type { JobKind, JobSchedule } from '../jobs/index.ts';
import type { Workspace } from './composition.ts';
import { retentionRulesIn } from './retention.ts';

export const PRIVACY_SCHEDULES: readonly JobSchedule[] = [
  { name: 'purge-buyers', cron: '17 3 * * *' },
  { name: 'retention', cron: '37 3 * * *' },
];

/** What goes by itself every day, for the whole installation. Each is safe to repeat. */
export function privacyJobKinds(workspace: Workspace): readonly JobKind[] {
  return [
    { name: 'purge-buyers', run: () => purgeDaily(workspace) },
    { name: 'retention', run: (_payload, signal) => retainDaily(workspace, signal) },
  ];
}

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
