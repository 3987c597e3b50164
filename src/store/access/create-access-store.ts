import { createHmac, randomBytes } from 'node:crypto';
import type { AccessStore } from '../../app/index.ts';
import type { Database } from '../database.ts';
import { databaseTime, type ReadTime } from '../store-time.ts';
import { attemptStore, sessionStore, tokenStore } from './credentials.ts';
import { type NameDigest, strangerStore } from './strangers.ts';
import { userStore } from './users.ts';

/**
 * Users, sessions and API tokens, on the same database as the books. `digestOf` has a key that all processes share; without it names
 * that nobody has are counted by this one alone.
 */
export function createAccessStore(
  database: Database,
  readTime: ReadTime = databaseTime,
  digestOf: NameDigest = digestByChance(),
): AccessStore {
  return {
    ...userStore(database, readTime),
    ...strangerStore(database, readTime, digestOf),
    ...sessionStore(database, readTime),
    ...tokenStore(database, readTime),
    ...attemptStore(database, readTime),
  };
}

function digestByChance(): NameDigest {
  const key = randomBytes(32);
  return (name) => createHmac('sha256', key).update(name).digest('hex');
}
