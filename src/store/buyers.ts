import type { BuyerStore, ConnectionId, OrderBuyer } from '../app/index.ts';
import { DAY_MS } from '../core/index.ts';
import { appendAuditEvent } from './audit.ts';
import type { Database } from './database.ts';
import { assertBatch, batchJson, lastOfEach } from './feed-batches.ts';
import { lockBuyers, purgeDueBuyers } from './privacy/purge.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';
import { type SealedRow, sealedOf, type Vault } from './vault.ts';

/** No buyer is kept longer, whatever date it comes with. */
const BUYER_DAYS_MAX = 60;

/**
 * Buyers as ciphertext. One whose time is over when it comes is not stored, and what there was of it goes; a date of deletion
 * is never put off by a later reading. What a hold covers stays as it is once it is due, and opens while the hold stands.
 */
export function buyerStore(database: Database, vault: Vault, readTime: ReadTime): BuyerStore {
  return {
    putBuyers: (connectionId, buyers) =>
      database.transaction(async (session) => {
        assertBatch(buyers);
        await lockBuyers(session);
        const at = await readTime(session);
        const nowMs = Date.parse(at);
        const distinct = lastOfEach(buyers, ({ orderId }) => orderId);
        const isDue = ({ deleteAfter }: OrderBuyer) => !(Date.parse(deleteAfter) > nowMs);
        await removeBuyers(session, { connectionId, told: distinct, due: distinct.filter(isDue), at });
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
            delete_after = least(known.delete_after, excluded.delete_after)
          where known.delete_after > ${at}`);
      }),

    openBuyer: (connectionId, orderId, actor, why) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        // One that is due and not yet deleted is gone for everybody who asks. What a hold keeps is there for persons, and for
        // no work of the program any more.
        await vault.hold(session, connectionId);
        const isPerson = actor.kind === 'user';
        const [row] = await session.query<SealedRow>(sql`
          select key_id, data_key_id, nonce, ciphertext, tag from order_buyer
          where connection_id = ${connectionId} and order_id = ${orderId}
            and (delete_after > ${at} or (${isPerson}::boolean and is_held(connection_id, order_id, true, ${at})))`);
        if (!row) return undefined;
        const opened = await vault.open(session, { connectionId, name: buyerName(orderId) }, sealedOf(row));
        const buyer = JSON.parse(opened) as OrderBuyer;
        const subject = `connection/${connectionId}` as const;
        await appendAuditEvent(session, { actor, action: 'buyer.open', subject, why, after: { orderId } }, at);
        return buyer;
      }),

    purgeBuyers: (actor) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const options = { actor, at, isDryRun: false, isRecordedAlways: false, partnersMax: 0 };
        const { connections } = await purgeDueBuyers(session, options);
        return connections.reduce((count, { removedCount }) => count + removedCount, 0);
      }),
  };
}

/** Those that are told to be due, and those told anew whose earlier date has passed. */
async function removeBuyers(
  session: Session,
  what: {
    readonly connectionId: ConnectionId;
    readonly told: readonly OrderBuyer[];
    readonly due: readonly OrderBuyer[];
    readonly at: string;
  },
): Promise<void> {
  const { connectionId, told, due, at } = what;
  if (told.length === 0) return;
  const idsOf = (buyers: readonly OrderBuyer[]) => batchJson(buyers.map(({ orderId }) => orderId));
  await session.query(sql`
    delete from order_buyer where connection_id = ${connectionId}
      and order_id in (select json_array_elements_text(${idsOf(told)}))
      and (delete_after <= ${at} or order_id in (select json_array_elements_text(${idsOf(due)})))
      and not is_held(connection_id, order_id, true, ${at})`);
}

/** Of what is sealed of a buyer, within its connection. */
export function buyerName(orderId: string): string {
  return `buyer/${orderId}`;
}

function hexOf(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}
