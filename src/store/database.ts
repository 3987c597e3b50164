import type { Pool } from 'pg';
import { traced } from '../core/index.ts';
import { runTransaction, type Session, sessionOn } from './sql.ts';

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
  /** Disconnects; safe to call twice. An embedded server stops by itself some seconds after its last client. */
  close(): Promise<void>;
}

export function databaseOn(pool: Pool, place: string, close: () => Promise<void>): Database {
  let closing: Promise<void> | undefined;
  return {
    ...sessionOn(pool),
    place,
    pool,
    transaction: (work) => traced('database.transaction', {}, () => runTransaction(pool, work)),
    snapshot: (work) => runTransaction(pool, work, 'one snapshot'),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
