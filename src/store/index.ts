export {
  type BackupAbout,
  type BackupFacts,
  type BackupSource,
  booksIdOf,
  type CheckedRecords,
  checkRecords,
  createBackup,
  readBackup,
  readBackupAbout,
  restoreBackup,
  type TableContent,
  withRestoredCopy,
} from './backup/index.ts';
export { type BooksOptions, createBooks } from './books.ts';
export { type AssertCustomerMove, type CustomerStoreOptions, createCustomerStore } from './customers.ts';
export type { Database } from './database.ts';
export { runSupervisor, type SupervisorOptions } from './embedded/supervisor.ts';
export { createFeedBooks, type FeedBooksOptions } from './feed-books.ts';
export { createMasterDataStore } from './master-data.ts';
export type { AssertMove } from './moves.ts';
export { type OpenDatabaseOptions, openDatabase, openDatabaseAsItIs } from './open-database.ts';
export { type ProcessIdentity, type ProcessState, type ProcessTable, readProcessTable } from './processes.ts';
export { createQuotaStore } from './quotas.ts';
export { createReconciliationStore } from './reconciliation.ts';
export { type Session, type Sql, sql } from './sql.ts';
export { databaseTime, type ReadTime, timeOf } from './store-time.ts';
export { createVault, loadVaultKey, type Vault, VaultKey } from './vault.ts';
