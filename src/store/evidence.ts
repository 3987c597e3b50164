import { createHash } from 'node:crypto';
import type { EvidenceStore } from '../app/index.ts';
import { Problem, type Sha256 } from '../core/index.ts';
import type { Database } from './database.ts';
import { toJson } from './json.ts';
import { sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

/** Also the limit in the schema. */
const CHUNK_BYTES = 1_048_576;

interface EvidenceRow {
  readonly id: bigint;
  readonly byte_count: bigint;
  readonly chunk_count: number;
  readonly origin: string;
  readonly content_type: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly stored_at: string;
}

export function evidenceStore(database: Database, readTime: ReadTime): EvidenceStore {
  async function find(sha256: Sha256): Promise<EvidenceRow> {
    const [row] = await database.query<EvidenceRow>(sql`
      select id, byte_count, chunk_count, origin, content_type, headers, stored_at
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
        })
        .catch((error: unknown) => {
          // The chunks just written are undone with the transaction; the first copy stays.
          if (!(error instanceof SameBytes)) throw error;
        });
      return { sha256: digest.digest('hex') as Sha256, byteCount, isKnown: known };
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
      const row = await find(sha256);
      return {
        origin: row.origin,
        contentType: row.content_type,
        headers: row.headers,
        byteCount: Number(row.byte_count),
        storedAt: row.stored_at,
      };
    },
  };
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
