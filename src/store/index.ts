export { createAccessStore } from './access/create-access-store.ts';
export { type ScryptCost, scryptPasswords } from './access/passwords.ts';
export { createAlertStore } from './alerts.ts';
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
export { createChangeStore } from './changes.ts';
export { type AssertCustomerMove, type CustomerStoreOptions, createCustomerStore } from './customers.ts';
export type { Database } from './database.ts';
export { runSupervisor, type SupervisorOptions } from './embedded/supervisor.ts';
export { createFeedBooks, type FeedBooksOptions } from './feed-books.ts';
export { createRequestStore } from './idempotent-requests.ts';
export { createJobHistory, type JobHistoryOptions } from './job-history.ts';
export { createJobRecords } from './job-records.ts';
export {
  type Abandoned,
  type DataKeyFacts,
  type KeyCare,
  openKeyCare,
  type VaultKeyFacts,
} from './keys/key-care.ts';
export { printedKeys, wrappingCommand } from './keys/key-command.ts';
export { keyFile } from './keys/key-file.ts';
export { givenKeys, KeyRing, type KeySource } from './keys/key-ring.ts';
export { type OpenVault, openVault } from './keys/open-vault.ts';
export type { KeyCommand } from './keys/run-command.ts';
export { parseVaultKeys, VaultKey } from './keys/vault-key.ts';
export { createMasterDataStore } from './master-data.ts';
export { isSchemaOurs, migrateToCurrent, readSchemaState, type SchemaState } from './migrate.ts';
export type { AssertMove } from './moves.ts';
export { type NamesWanted, readNames } from './names.ts';
export { type OpenDatabaseOptions, openDatabase, openDatabaseAsItIs } from './open-database.ts';
export { isSchemaCurrent, type OperationState, readOperationState } from './operation-state.ts';
export { createPrivacyStore, type PrivacyStoreOptions } from './privacy/privacy-store.ts';
export { type ProcessIdentity, type ProcessState, type ProcessTable, readProcessTable } from './processes.ts';
export { createQuotaStore } from './quotas.ts';
export { createReconciliationStore } from './reconciliation.ts';
export { createSecretStore } from './secrets.ts';
export type { SharedClockOptions } from './shared-clock.ts';
export { type Session, type Sql, sql } from './sql.ts';
export { databaseTime, type ReadTime, timeOf } from './store-time.ts';
export { nameSubjects } from './subject-names.ts';
export { unopenedVault, type Vault } from './vault.ts';
