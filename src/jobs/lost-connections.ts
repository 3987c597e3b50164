import type { Pool, PoolClient } from 'pg';
import type { Log } from '../core/index.ts';

/**
 * A connection that breaks while the engine holds it is reported to the pool; without a listener it would end the process.
 * Returns what takes the listeners away again.
 */
export function listenForLostConnections(pool: Pool, log: Log): () => void {
  const onLost = (error: Error) => log.write('warn', 'jobs.connection-lost', { says: error.message });
  const onConnect = (client: PoolClient) => void client.on('error', onLost);
  pool.on('error', onLost);
  pool.on('connect', onConnect);
  return () => void pool.off('error', onLost).off('connect', onConnect);
}
