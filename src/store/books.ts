import type { Books } from '../app/index.ts';
import type { Clock } from '../core/index.ts';
import { auditLog } from './audit.ts';
import { connectionStore } from './connections.ts';
import { bookCounts } from './counts.ts';
import type { Database } from './database.ts';
import { entryStore } from './entries.ts';
import { evidenceStore } from './evidence.ts';
import { leases } from './leases.ts';
import type { AssertMove } from './moves.ts';
import type { ProcessTable } from './processes.ts';
import { reportStore } from './reports.ts';
import { settlementStore } from './settlements.ts';
import type { Vault } from './vault.ts';

export interface BooksOptions {
  readonly database: Database;
  readonly vault: Vault;
  /** Times of events and records. Leases go by the clock of the database instead. */
  readonly clock: Clock;
  /** The life cycle's rule, from `app`. */
  readonly assertMove: AssertMove;
  /** Who holds the leases taken through these books, and which other holders are dead. */
  readonly processes: ProcessTable;
}

/** All storage ports of `app` on one PostgreSQL database. Any number of processes may have their own on the same one. */
export function createBooks({ database, vault, clock, assertMove, processes }: BooksOptions): Books {
  return {
    ...connectionStore(database, vault, clock),
    ...evidenceStore(database, clock),
    ...reportStore(database, clock),
    ...settlementStore(database, clock, assertMove),
    ...entryStore(database, clock, assertMove),
    ...bookCounts(database),
    ...auditLog(database, clock),
    ...leases(database, processes),
  };
}
