import type { ConnectionId } from '../../app/index.ts';
import { buyerName } from '../buyers.ts';
import type { Database } from '../database.ts';
import { batchJson } from '../feed-batches.ts';
import { lockBuyers } from '../privacy/purge.ts';
import { type Session, type Sql, sql } from '../sql.ts';
import { type SealedRow, type SealedSecret, type Sealing, sealedOf } from '../vault.ts';
import { isOf } from './data-keys.ts';

/** What was sealed again with the data key in use. */
export interface Resealed {
  readonly secrets: number;
  readonly buyers: number;
}

interface OwnedRow extends SealedRow {
  readonly connection_id: ConnectionId | null;
  /** Of a secret its name, of a buyer the order. */
  readonly name: string;
}

/** Which rows are to be sealed again. */
export type Which = 'without-data-key' | { readonly connectionId: ConnectionId | null };

const BATCH_ROWS = 200;

/**
 * Seals what is not sealed by the data key in use again, batch by batch, each in a database transaction of its own. Whoever reads
 * meanwhile finds either. Safe to stop and to repeat.
 */
export async function reseal(database: Database, sealing: Sealing, which: Which): Promise<Resealed> {
  let secrets = 0;
  let buyers = 0;
  for (;;) {
    const count = await database.transaction((session) => resealSecrets(session, sealing, which));
    secrets += count;
    if (count < BATCH_ROWS) break;
  }
  for (;;) {
    const count = await database.transaction((session) => resealBuyers(session, sealing, which));
    buyers += count;
    if (count < BATCH_ROWS) break;
  }
  return { secrets, buyers };
}

/** Without its data key a row is older than data keys; otherwise its data key is not the one in use. */
function isOutdated(which: Which): Sql {
  if (which === 'without-data-key') return sql`s.key_id is not null`;
  const { connectionId } = which;
  return sql`s.${isOf(connectionId)} and (s.key_id is not null
    or s.data_key_id not in (select id from data_key d where d.${isOf(connectionId)} and d.is_current))`;
}

async function resealSecrets(session: Session, sealing: Sealing, which: Which): Promise<number> {
  const rows = await session.query<OwnedRow>(sql`
    select s.* from (
      select connection_id, name, key_id, data_key_id, nonce, ciphertext, tag from secret
      union all
      select null, name, key_id, data_key_id, nonce, ciphertext, tag from installation_secret) s
    where ${isOutdated(which)} order by s.connection_id nulls first, s.name limit ${BATCH_ROWS}`);
  for (const row of rows) {
    const { connection_id: connectionId, name } = row;
    const sealed = await resealOne(session, sealing, row, name);
    const table = connectionId === null ? sql`installation_secret` : sql`secret`;
    const owner = connectionId === null ? sql`` : sql`and connection_id = ${connectionId}`;
    // One that was entered anew in the meantime is sealed by the key in use already, and must not become the old one again.
    await session.query(sql`
      update ${table} set key_id = null, data_key_id = ${sealed.dataKeyId}, nonce = ${sealed.nonce},
        ciphertext = ${sealed.ciphertext}, tag = ${sealed.tag}
      where name = ${name} ${owner} and tag = ${row.tag} and nonce = ${row.nonce}`);
  }
  return rows.length;
}

async function resealBuyers(session: Session, sealing: Sealing, which: Which): Promise<number> {
  await lockBuyers(session);
  const rows = await session.query<OwnedRow>(sql`
    select s.connection_id, s.order_id as name, s.key_id, s.data_key_id, s.nonce, s.ciphertext, s.tag from order_buyer s
    where ${isOutdated(which)} order by s.connection_id, s.order_id limit ${BATCH_ROWS}`);
  const sealed: object[] = [];
  for (const row of rows) {
    const { dataKeyId, nonce, ciphertext, tag } = await resealOne(session, sealing, row, buyerName(row.name));
    sealed.push({
      connection_id: row.connection_id,
      order_id: row.name,
      data_key_id: dataKeyId,
      nonce: hexOf(nonce),
      ciphertext: hexOf(ciphertext),
      tag: hexOf(tag),
    });
  }
  await session.query(sql`
    update order_buyer b set key_id = null, data_key_id = r.data_key_id, nonce = r.nonce, ciphertext = r.ciphertext,
      tag = r.tag
    from json_to_recordset(${batchJson(sealed)}) as r(connection_id uuid, order_id text, data_key_id uuid, nonce bytea,
      ciphertext bytea, tag bytea)
    where b.connection_id = r.connection_id and b.order_id = r.order_id`);
  return rows.length;
}

async function resealOne(session: Session, sealing: Sealing, row: OwnedRow, name: string): Promise<SealedSecret> {
  const place = { connectionId: row.connection_id, name };
  return sealing.seal(session, place, await sealing.open(session, place, sealedOf(row)));
}

function hexOf(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}
