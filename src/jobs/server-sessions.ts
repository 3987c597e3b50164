import type { Pool, PoolClient } from 'pg';
import { Problem } from '../core/index.ts';

/**
 * Makes sure that each client of the pool has a server session of its own. Locks that show who lives, and what the engine
 * listens to, belong to a session; a pooler that hands sessions from client to client would mix them up without a word.
 * Raises `DATABASE_POOLED` (invalid).
 */
export async function assertServerSessions(pool: Pool): Promise<void> {
  const first = await pool.connect();
  try {
    const before = await sessionOf(first);
    const second = await pool.connect();
    try {
      await second.query('begin');
      const other = await sessionOf(second);
      const after = await sessionOf(first);
      await second.query('rollback');
      if (other !== before && after === before) return;
    } finally {
      second.release();
    }
  } finally {
    first.release();
  }
  throw new Problem({
    code: 'DATABASE_POOLED',
    kind: 'invalid',
    says: 'Two connections to the database share one session: between this program and the server is a pooler in transaction mode.',
    next: 'Give the address of the server itself in DATABASE_URL, or of a pool in session mode (PgBouncer: pool_mode = session).',
  });
}

async function sessionOf(client: PoolClient): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}
