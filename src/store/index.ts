export { type BooksOptions, createBooks } from './books.ts';
export type { Database } from './database.ts';
export { runSupervisor, type SupervisorOptions } from './embedded/supervisor.ts';
export type { AssertMove } from './moves.ts';
export { type OpenDatabaseOptions, openDatabase } from './open-database.ts';
export { type ProcessIdentity, type ProcessState, type ProcessTable, readProcessTable } from './processes.ts';
export { type Session, type Sql, sql } from './sql.ts';
export { databaseTime, type ReadTime, timeOf } from './store-time.ts';
export { createVault, loadVaultKey, type Vault, VaultKey } from './vault.ts';
