import { dirname, isAbsolute, resolve } from 'node:path';
import { z } from 'zod';

/** A day for each, and two weeks back. */
const KEEP_USUAL = 14;
const KEEP_MAX = 3_650;

/** Where the service writes a backup every day; without this section it writes none. */
export const backupSchema = z.strictObject({
  /** On the machine that runs the service, better on another disk than the books. */
  folder: z.string().refine(isAbsolute, 'must be the whole path of a folder, from the root'),
  /** So many of the newest stay. */
  keep: z.number().int().min(1).max(KEEP_MAX).default(KEEP_USUAL),
});

export type BackupSettings = z.output<typeof backupSchema>;

/** Of the backups on record, the newest that lies in this folder. */
export function newestBackupIn<Made extends { readonly file: string; readonly at: string }>(
  folder: string,
  backups: readonly Made[],
): Made | undefined {
  const inIt = backups.filter(({ file }) => dirname(resolve(file)) === resolve(folder));
  return inIt.reduce<Made | undefined>(
    (newest, each) => (newest && Date.parse(newest.at) >= Date.parse(each.at) ? newest : each),
    undefined,
  );
}
