import type { AccessStore } from '../../app/index.ts';
import type { Database } from '../database.ts';
import { databaseTime, type ReadTime } from '../store-time.ts';
import { attemptStore, sessionStore, tokenStore } from './credentials.ts';
import { userStore } from './users.ts';

/** Users, sessions and API tokens, on the same database as the books. */
export function createAccessStore(database: Database, readTime: ReadTime = databaseTime): AccessStore {
  return {
    ...userStore(database, readTime),
    ...sessionStore(database, readTime),
    ...tokenStore(database, readTime),
    ...attemptStore(database, readTime),
  };
}
