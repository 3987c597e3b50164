import { createHash } from 'node:crypto';
import type { EvidenceFacts, EvidenceStore } from '../app/index.ts';
import { assert, Problem, type Sha256 } from '../core/index.ts';
import type { Database } from './database.ts';
import { toJson } from './json.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

/** Also the limit in the schema. */
const CHUNK_BYTES = 1_048_576;

interface EvidenceRow {
  readonly id: bigint;
  readonly byte_count: bigint;
  readonly chunk_count: number;
  readonly stored_at: string;
}

interface DeliveryRow {
  readonly origin: string;
  readonly content_type: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The stored bytes. What is said of them is what their latest delivery declared, one that names a charset before one
 * that names only a content type; once a settlement was read from them, later deliveries change it no more.
 */
export function evidenceStore(database: Database, readTime: ReadTime): EvidenceStore {
  async function find(sha256: Sha256): Promise<EvidenceRow> {
    const [row] = await database.query<EvidenceRow>(sql`
      select id, byte_count, chunk_count, stored_at
      from evidence where sha256 = ${sha256}`);
    if (row) return row;
    throw new Problem({
      code: 'EVIDENCE_UNKNOWN',
      kind: 'invalid',
      says: `No stored file has the digest ${sha256}.`,
      next: 'Check the digest: seller-ledger settlements list',
      data: sha256,
    });
  }

  return {
    async putEvidence(bytes, facts) {
      const digest = createHash('sha256');
      let byteCount = 0;
      let chunkCount = 0;
      let known = false;
      await database
        .transaction(async (session) => {
          const [reserved] = await session.query<{ id: bigint }>(
            sql`select nextval(pg_get_serial_sequence('evidence', 'id')) as id`,
          );
          const id = reserved?.id;
          for await (const chunk of chunksOf(bytes)) {
            digest.update(chunk);
            byteCount += chunk.length;
            await session.query(
              sql`insert into evidence_chunk (evidence_id, ordinal, bytes) values (${id}, ${chunkCount}, ${chunk})`,
            );
            chunkCount += 1;
          }
          const inserted = await session.query(sql`
            insert into evidence (id, sha256, byte_count, chunk_count, origin, content_type, headers, stored_at)
            overriding system value
            values (${id}, ${digest.copy().digest('hex')}, ${byteCount}, ${chunkCount}, ${facts.origin},
              ${facts.contentType}, ${toJson(facts.headers)}, ${await readTime(session)})
            on conflict (sha256) do nothing
            returning id`);
          known = inserted.length === 0;
          if (known) throw new SameBytes();
          await recordDelivery(session, digest.copy().digest('hex') as Sha256, facts, await readTime(session));
        })
        .catch((error: unknown) => {
          // The chunks just written are undone with the transaction; the first copy stays.
          if (!(error instanceof SameBytes)) throw error;
        });
      const sha256 = digest.digest('hex') as Sha256;
      if (known) await recordDelivery(database, sha256, facts, await readTime(database));
      return { sha256, byteCount, isKnown: known };
    },

    async *openEvidence(sha256) {
      const { id, chunk_count: chunkCount } = await find(sha256);
      const digest = createHash('sha256');
      for (let ordinal = 0; ordinal < chunkCount; ordinal += 1) {
        const [row] = await database.query<{ bytes: Buffer }>(
          sql`select bytes from evidence_chunk where evidence_id = ${id} and ordinal = ${ordinal}`,
        );
        if (!row) throw damaged(sha256);
        digest.update(row.bytes);
        yield row.bytes;
      }
      if (digest.digest('hex') !== sha256) throw damaged(sha256);
    },

    async describeEvidence(sha256) {
      const { id, byte_count: byteCount, stored_at: storedAt } = await find(sha256);
      // An older program that still runs beside this one records the first delivery with the evidence only.
      const [delivery] = await database.query<DeliveryRow>(sql`
        select origin, content_type, headers from (
          select id, origin, content_type, headers from evidence_delivery
          where evidence_id = ${id} and not after_reading
          union all select 0, origin, content_type, headers from evidence where id = ${id}) as delivery
        order by content_type ~* 'charset *=' is true desc, content_type is not null desc, id desc limit 1`);
      assert(delivery !== undefined, `evidence ${sha256} is missing although it was found`);
      const { origin, content_type: contentType, headers } = delivery;
      return { origin, contentType, headers, byteCount: Number(byteCount), storedAt };
    },
  };
}

async function recordDelivery(session: Session, sha256: Sha256, facts: EvidenceFacts, at: string): Promise<void> {
  await session.query(sql`
    insert into evidence_delivery (evidence_id, origin, content_type, headers, after_reading, delivered_at)
    select id, ${facts.origin}, ${facts.contentType}::text, ${toJson(facts.headers)}::json,
      exists (select from settlement where sha256 = ${sha256})
        or exists (select from settlement_file where sha256 = ${sha256}), ${at}::timestamptz
    from evidence where sha256 = ${sha256}`);
}

class SameBytes extends Error {}

/** The same bytes in pieces of exactly `CHUNK_BYTES`, the last one shorter. Holds one piece at a time. */
async function* chunksOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  for await (const piece of bytes) {
    let taken = 0;
    while (taken < piece.length) {
      const part = piece.subarray(taken, taken + CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled === CHUNK_BYTES) {
        yield chunk;
        chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

function damaged(sha256: Sha256): Problem {
  return new Problem({
    code: 'EVIDENCE_DAMAGED',
    kind: 'conflict',
    says: `The stored file ${sha256} no longer has the bytes it was stored with.`,
    next: 'Restore the database from a backup; nothing may be booked from this file.',
  });
}
