import type { BuyerStore, ConnectionId, OrderBuyer } from '../app/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { assertBatch, batchJson, lastOfEach } from './feed-batches.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';
import { type SealedRow, sealedOf, type Vault } from './vault.ts';

/** No buyer is kept longer, whatever date it comes with. */
const BUYER_DAYS_MAX = 60;
const DAY_MS = 86_400_000;

/**
 * Buyers as ciphertext. One whose time is over when it comes is not stored, and what there was of it goes; a date of deletion
 * is never put off by a later reading.
 */
export function buyerStore(database: Database, vault: Vault, readTime: ReadTime): BuyerStore {
  return {
    putBuyers: (connectionId, buyers) =>
      database.transaction(async (session) => {
        assertBatch(buyers);
        await lockBuyers(session);
        const nowMs = Date.parse(await readTime(session));
        const distinct = lastOfEach(buyers, ({ orderId }) => orderId);
        const isDue = ({ deleteAfter }: OrderBuyer) => !(Date.parse(deleteAfter) > nowMs);
        await removeBuyers(session, connectionId, distinct.filter(isDue));
        const latest = new Date(nowMs + BUYER_DAYS_MAX * DAY_MS).toISOString();
        const kept = distinct.filter((buyer) => !isDue(buyer));
        if (kept.length === 0) return;
        const seal = await vault.sealerOf(session, connectionId);
        const rows = kept.map((buyer) => {
          const sealed = seal(buyerName(buyer.orderId), JSON.stringify(buyer));
          return {
            order_id: buyer.orderId,
            data_key_id: sealed.dataKeyId,
            nonce: hexOf(sealed.nonce),
            ciphertext: hexOf(sealed.ciphertext),
            tag: hexOf(sealed.tag),
            delete_after: buyer.deleteAfter,
          };
        });
        await session.query(sql`
          insert into order_buyer as known (connection_id, order_id, data_key_id, nonce, ciphertext, tag, delete_after)
          select ${connectionId}, r.order_id, r.data_key_id, r.nonce, r.ciphertext, r.tag, least(r.delete_after, ${latest})
          from json_to_recordset(${batchJson(rows)}) as r(order_id text, data_key_id uuid, nonce bytea, ciphertext bytea,
            tag bytea, delete_after timestamptz)
          on conflict (connection_id, order_id) do update set key_id = null, data_key_id = excluded.data_key_id,
            nonce = excluded.nonce, ciphertext = excluded.ciphertext, tag = excluded.tag,
            delete_after = least(known.delete_after, excluded.delete_after)`);
      }),

    openBuyer: (connectionId, orderId, actor, why) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        // One that is due and not yet deleted is gone for everybody who asks.
        await vault.hold(session, connectionId);
        const [row] = await session.query<SealedRow>(sql`
          select key_id, data_key_id, nonce, ciphertext, tag from order_buyer
          where connection_id = ${connectionId} and order_id = ${orderId} and delete_after > ${at}`);
        if (!row) return undefined;
        const opened = await vault.open(session, { connectionId, name: buyerName(orderId) }, sealedOf(row));
        const buyer = JSON.parse(opened) as OrderBuyer;
        const subject = `connection/${connectionId}` as const;
        await appendAuditEvent(session, { actor, action: 'buyer.open', subject, why, after: { orderId } }, at);
        return buyer;
      }),

    purgeBuyers: (actor) =>
      database.transaction(async (session) => {
        await lockBuyers(session);
        const at = await readTime(session);
        const removed = await session.query(
          sql`delete from order_buyer where delete_after <= ${at} returning order_id`,
        );
        const count = removed.length;
        if (count > 0) {
          const why = 'the time for which buyers are kept is over';
          const fact = { actor, action: 'buyer.purge', subject: 'buyers/all' as const, why, after: { count } };
          await appendAuditEvent(session, fact, at);
        }
        return count;
      }),
  };
}

/** Who stores and who deletes meet at the same rows in any order, and would wait for each other for good. */
export async function lockBuyers(session: Session): Promise<void> {
  await session.query(sql`select pg_advisory_xact_lock(hashtextextended('buyers', 0))`);
}

async function removeBuyers(
  session: Session,
  connectionId: ConnectionId,
  buyers: readonly OrderBuyer[],
): Promise<void> {
  if (buyers.length === 0) return;
  await session.query(sql`
    delete from order_buyer where connection_id = ${connectionId}
      and order_id in (select json_array_elements_text(${batchJson(buyers.map(({ orderId }) => orderId))}))`);
}

/** Of what is sealed of a buyer, within its connection. */
export function buyerName(orderId: string): string {
  return `buyer/${orderId}`;
}

function hexOf(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}
