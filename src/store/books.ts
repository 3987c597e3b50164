import type { Books } from '../app/index.ts';
import { accrualStore } from './accruals.ts';
import { approvalStore } from './approvals.ts';
import { auditLog } from './audit.ts';
import { auditKeys } from './audit-key.ts';
import { connectionStore } from './connections.ts';
import { bookCounts } from './counts.ts';
import type { Database } from './database.ts';
import { drillDownStore } from './drill-down.ts';
import { entryStore } from './entries.ts';
import { evidenceStore } from './evidence.ts';
import { installationStore } from './installation.ts';
import { leases } from './leases.ts';
import { listStore } from './lists.ts';
import { mappingStore } from './mapping-versions.ts';
import type { AssertMove } from './moves.ts';
import { ordersModelStore } from './orders-model.ts';
import { periodStore } from './periods.ts';
import type { ProcessTable } from './processes.ts';
import { reportEvidenceStore } from './report-evidence.ts';
import { reportStore } from './reports.ts';
import { reversalStore } from './reversals.ts';
import { ruleChangeStore } from './rule-changes.ts';
import { pauseStore } from './sap-pauses.ts';
import { scheduleStore } from './schedules.ts';
import { settlementFileStore } from './settlement-files.ts';
import { settlementStore } from './settlements.ts';
import { type SharedClockOptions, watchedClock } from './shared-clock.ts';
import { databaseTime, type ReadTime } from './store-time.ts';
import { takeBackStore } from './take-backs.ts';
import type { Vault } from './vault.ts';
import { verifyEverything } from './verify-everything.ts';

export interface BooksOptions {
  readonly database: Database;
  readonly vault: Vault;
  /** Times of events and records; by default the clock of the database. Leases always go by that one. */
  readonly readTime?: ReadTime;
  /** What that clock is watched by, where somebody may set it. */
  readonly watch?: Omit<SharedClockOptions, 'nowMs'>;
  /** The life cycle's rule, from `app`. */
  readonly assertMove: AssertMove;
  /** Who holds the leases taken through these books, and which other holders are dead. */
  readonly processes: ProcessTable;
}

/** All storage ports of `app` on one PostgreSQL database. Any number of processes may have their own on the same one. */
export function createBooks(options: BooksOptions): Books {
  const { database, vault, assertMove, processes, readTime = databaseTime, watch } = options;
  const nowMs = async () => Date.parse(await readTime(database));
  return {
    ...connectionStore(database, vault, readTime),
    ...evidenceStore(database, readTime),
    ...reportStore(database, readTime),
    ...reportEvidenceStore(database),
    ...settlementStore(database, readTime, assertMove),
    ...entryStore(database, readTime, assertMove),
    ...approvalStore(database, readTime, assertMove),
    ...ruleChangeStore(database, readTime),
    ...reversalStore(database, readTime),
    ...takeBackStore(database, readTime),
    ...mappingStore(database, readTime),
    ...accrualStore(database, readTime),
    ...ordersModelStore(database, readTime),
    ...settlementFileStore(database, readTime, assertMove),
    ...drillDownStore(database),
    ...bookCounts(database),
    ...listStore(database, drillDownStore(database)),
    ...auditLog(database, readTime),
    ...auditKeys(database, vault, readTime),
    verifyEverything: (onProgress = () => {}) => verifyEverything(database, vault, onProgress),
    ...leases(database, processes),
    ...pauseStore(database, readTime),
    ...periodStore(database, readTime),
    ...scheduleStore(database, readTime),
    ...installationStore(database, vault, readTime),
    ...(watch ? watchedClock({ nowMs, ...watch }) : { sharedNowMs: nowMs }),
  };
}
