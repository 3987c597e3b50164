import type { Actor, AuditLog, JsonObject } from '../../app/index.ts';
import type { BackupFacts, CheckedRecords } from '../../store/index.ts';

/** What the audit log says of backups is about this. */
export const BACKUP_SUBJECT = 'installation/backup';

export type BackupAction = 'backup.create' | 'backup.restore' | 'backup.drill';

/** Puts on record which backup was made, restored or tried: by its digest, so that nobody can pass another one off as it. */
export function recordBackup(
  books: Pick<AuditLog, 'record'>,
  what: { readonly action: BackupAction; readonly actor: Actor; readonly why: string; readonly path: string },
  facts: BackupFacts,
  found: JsonObject = {},
): Promise<void> {
  const { action, actor, why, path } = what;
  const { about, manifestSha256, rows, bytes } = facts;
  const after = { file: path, manifestSha256, rows, bytes, of: about.createdAt, booksId: about.booksId, ...found };
  return books.record({ actor, action, subject: BACKUP_SUBJECT, why, after });
}

/** The numbers of a check, for the record. */
export function checkedJson({ faults, ...counts }: CheckedRecords): JsonObject {
  return { ...counts, faults: [...faults] };
}
