import type { Pool } from 'pg';
import { traced } from '../core/index.ts';
import { runTransaction, type Session, sessionOn } from './sql.ts';
import { StatementsUnderWay } from './statements-under-way.ts';

/** Whoever closes the database has let its work end, so what is still under way is waited for no longer. */
const CLOSE_PATIENCE_MS = 2_000;

/** An open, migrated database. */
export interface Database extends Session {
  /** Where it is, for people: without user and password. */
  readonly place: string;
  /** For engines that bring their own statements, such as the job queue. Use it only while the database is open. */
  readonly pool: Pool;
  /** Commits when `work` returns, undoes everything when it throws. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /** Like `transaction`, read-only, all statements seeing the same moment. */
  snapshot<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /**
   * For whoever stops and waits for `work`: what this process still has under way in the database after `patienceMs` fails with
   * `DATABASE_STATEMENT_CUT` (unavailable), its database transaction undone. Answers whether that was needed.
   */
  cutFor(work: Promise<unknown>, patienceMs: number): Promise<boolean>;
  /**
   * Disconnects, and cuts off what is still under way; safe to call twice. An embedded server stops by itself some seconds after
   * its last client.
   */
  close(): Promise<void>;
}

export function databaseOn(pool: Pool, place: string, close: () => Promise<void>): Database {
  const statements = new StatementsUnderWay(pool);
  let closing: Promise<void> | undefined;
  return {
    ...sessionOn(pool),
    place,
    pool,
    transaction: (work) => traced('database.transaction', {}, () => runTransaction(pool, work)),
    snapshot: (work) => runTransaction(pool, work, 'one snapshot'),
    cutFor: (work, patienceMs) => statements.cutFor(work, patienceMs),
    close: () => {
      closing ??= statements.cutFor(close(), CLOSE_PATIENCE_MS).then(() => {});
      return closing;
    },
  };
}
