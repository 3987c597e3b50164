import type { ConnectionId } from '../../app/index.ts';
import { type Session, sql } from '../sql.ts';
import { isOf } from './data-keys.ts';

/**
 * For whoever erases a connection, after its secrets and buyers: destroys the keys without which no copy of these opens, and says
 * how many. A key that still seals something that a hold keeps stays with it.
 */
export async function destroyUnusedDataKeys(session: Session, connectionId: ConnectionId): Promise<number> {
  // Whoever seals or opens with one of them has it locked, and is waited for.
  await session.query(sql`select id from data_key where ${isOf(connectionId)} order by id for update`);
  const gone = await session.query(sql`
    delete from data_key d where ${isOf(connectionId)}
      and not exists (select from secret s where s.data_key_id = d.id)
      and not exists (select from order_buyer b where b.data_key_id = d.id)
    returning id`);
  return gone.length;
}
