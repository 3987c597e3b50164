import type { Sha256 } from '../../core/index.ts';

/** What a program has to know to read a backup. A newer form gets another number. */
export const FORMAT = 'seller-ledger-backup/1';
export const ABOUT_NAME = 'backup.json';
export const MANIFEST_NAME = 'manifest.json';
export const MANIFEST_DIGEST_NAME = 'manifest.sha256';

export interface BackupTable {
  readonly name: string;
  /** In the order of the rows' fields. */
  readonly columns: readonly string[];
}

export interface BackupSequence {
  readonly name: string;
  readonly lastValue: string;
  readonly isCalled: boolean;
}

export interface BackupMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

/** The first part of a backup: what it is of. */
export interface BackupAbout {
  readonly format: typeof FORMAT;
  readonly programVersion: string;
  /** By the clock of the database, at the moment that all of it shows. */
  readonly createdAt: string;
  /** Where the database was, without user and password. */
  readonly place: string;
  /** By which backups of the same books are known; made of the moment in which the books began. */
  readonly booksId: string;
  readonly postgresVersion: string;
  readonly migrations: readonly BackupMigration[];
  readonly tables: readonly BackupTable[];
  /** Tables whose rows are not in it, and why that is. */
  readonly leftOut: Readonly<Record<string, string>>;
  readonly sequences: readonly BackupSequence[];
  /** Ids of the keys that secrets in it are sealed with. The keys themselves are never in a backup. */
  readonly keyIds: readonly string[];
}

export interface TableContent {
  readonly name: string;
  readonly rows: number;
  /** Of the rows as PostgreSQL prints them, before compression. */
  readonly bytes: number;
  readonly sha256: Sha256;
  /** Compressed parts, one after the other. */
  readonly parts: number;
}

/** The last part but one: what it contains, and the digest of everything before it. */
export interface BackupManifest {
  readonly format: typeof FORMAT;
  readonly sha256OfAllBefore: Sha256;
  readonly tables: readonly TableContent[];
}

/** A backup as it was written or read. */
export interface BackupFacts {
  readonly about: BackupAbout;
  readonly manifest: BackupManifest;
  /** By which the backup is known: nothing in it can change without this one changing. */
  readonly manifestSha256: Sha256;
  readonly rows: number;
  /** Size of the file. */
  readonly bytes: number;
}

/** Name of a part of a table's rows. The order of tables and parts is the order of the names. */
export function partName(tableIndex: number, table: string, part: number): string {
  return `tables/${String(tableIndex + 1).padStart(3, '0')}-${table}/${String(part).padStart(6, '0')}.copy.gz`;
}
