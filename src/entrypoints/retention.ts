import { type Books, type RetentionRules, retentionRulesOf } from '../app/index.ts';
import { installationSettingsOf } from './installation-file.ts';

/** How long records are kept, as it is set for the installation; defaults for what is not. */
export async function retentionRulesIn(books: Pick<Books, 'installationSettings'>): Promise<RetentionRules> {
  return retentionRulesOf(installationSettingsOf(await books.installationSettings()).retention ?? {});
}
