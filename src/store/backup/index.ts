export { booksIdOf } from './catalogue.ts';
export { type CheckedRecords, checkRecords } from './check-records.ts';
export { type CreateBackupOptions, createBackup } from './create-backup.ts';
export type { BackupAbout, BackupFacts, TableContent } from './format.ts';
export { type BackupSource, readBackup, readBackupAbout } from './read-backup.ts';
export { type RestoreOptions, restoreBackup } from './restore-backup.ts';
export { withRestoredCopy } from './scratch.ts';
