import type {
  Actor,
  ConnectionId,
  LeftPartner,
  PassingKind,
  PrivacyStore,
  SellerErasure,
  SellerKind,
} from '../../app/index.ts';
import { assert, Problem } from '../../core/index.ts';
import { appendAuditEvent } from '../audit.ts';
import type { Database } from '../database.ts';
import { toJson } from '../json.ts';
import { destroyUnusedDataKeys } from '../keys/destroy-data-keys.ts';
import { type Session, type Sql, sql } from '../sql.ts';
import type { ReadTime } from '../store-time.ts';
import { lockBuyers, partnerOf } from './purge.ts';
import { removeBatch } from './records.ts';

/** Records, or documents, of one database transaction: few batches, because each passes what the earlier ones left behind. */
export const REMOVAL_BATCH = 5_000;
/** Their bytes are removed with them. */
export const FILE_BATCH = 50;
const PARTNERS_MAX = 10_000;

type ErasureStore = Pick<
  PrivacyStore,
  'findErasure' | 'beginErasure' | 'eraseRecords' | 'eraseFiles' | 'finishErasure' | 'leftPartners'
>;

interface ErasureRow {
  readonly connection_name: string;
  readonly why: string;
  readonly begun_by_kind: Actor['kind'];
  readonly begun_by_name: string;
  readonly begun_at: string;
  readonly finished_at: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

/** Removes what belongs to a seller step by step: each step is one database transaction that may be repeated. */
export function erasureStore(database: Database, readTime: ReadTime): ErasureStore {
  return {
    findErasure: (connectionId) => erasureOf(database, connectionId),

    beginErasure: (connectionId, actor, why) =>
      database.transaction(async (session) => {
        // Whoever writes for the connection holds its row by a foreign key, and has ended when this lock is had.
        await session.query(sql`select from connection where id = ${connectionId} for update`);
        const known = await erasureOf(session, connectionId);
        if (known) return known;
        const at = await readTime(session);
        await session.query(sql`
          insert into seller_erasure (connection_id, why, begun_by_kind, begun_by_name, begun_at)
          values (${connectionId}, ${why}, ${actor.kind}, ${actor.name}, ${at})`);
        const subject = `connection/${connectionId}` as const;
        await appendAuditEvent(session, { actor, action: 'connection.erase', subject, why }, at);
        return expectErasure(session, connectionId);
      }),

    eraseRecords: (connectionId, kind) =>
      database.transaction(async (session) => {
        await expectErasure(session, connectionId);
        const at = await readTime(session);
        const count = isSellerKind(kind)
          ? await SELLER_STEPS[kind](session, connectionId, at)
          : await erasePassing(session, kind, { connectionId, at });
        if (count > 0) await addCounts(session, connectionId, { [kind]: count });
        return count;
      }),

    eraseFiles: (connectionId) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const files = await session.query<{ sha256: string }>(sql`
          delete from seller_erasure_evidence where (connection_id, sha256) in (
            select connection_id, sha256 from seller_erasure_evidence where connection_id = ${connectionId}
            order by sha256 limit ${FILE_BATCH}) returning sha256`);
        let removed = 0;
        for (const { sha256 } of files) {
          const why = 'the seller it belonged to was erased';
          const [row] = await session.query<{ bytes: bigint | null }>(
            sql`select remove_unused_evidence(${sha256}, 'infinity', ${why}, ${at}) as bytes`,
          );
          if (row?.bytes !== null && row?.bytes !== undefined) removed += 1;
        }
        if (removed > 0) await addCounts(session, connectionId, { files: removed });
        return files.length;
      }),

    finishErasure: (connectionId, actor) =>
      database.transaction(async (session) => {
        await session.query(sql`select from seller_erasure where connection_id = ${connectionId} for update`);
        const erasure = await expectErasure(session, connectionId);
        if (erasure.finishedAt !== null) return erasure;
        const at = await readTime(session);
        await session.query(sql`update seller_erasure set finished_at = ${at} where connection_id = ${connectionId}`);
        const subject = `connection/${connectionId}` as const;
        const fact = { actor, action: 'connection.erased', subject, why: erasure.why, after: { ...erasure.counts } };
        await appendAuditEvent(session, fact, at);
        return expectErasure(session, connectionId);
      }),

    leftPartners: (connectionId) => leftPartners(database, connectionId),
  };
}

/** Raises `CONNECTION_ERASED` (conflict) for a seller of whom everything was removed, or is being removed. */
export async function assertNotErased(session: Session, connectionId: ConnectionId): Promise<void> {
  const erasure = await erasureOf(session, connectionId);
  if (erasure) throw connectionErased(erasure);
}

/** The same of whom only the id is known, for what the database refuses. */
export function connectionErased({
  connectionName,
  begunAt,
}: Pick<SellerErasure, 'connectionName' | 'begunAt'>): Problem {
  return new Problem({
    code: 'CONNECTION_ERASED',
    kind: 'conflict',
    says: `The seller of connection ${connectionName} was erased on ${begunAt.slice(0, 10)}: nothing is read, sent or stored for it any more.`,
    next: `Its books stay. See what is kept: seller-ledger privacy report ${connectionName}`,
    data: connectionName,
  });
}

async function erasureOf(session: Session, connectionId: ConnectionId): Promise<SellerErasure | undefined> {
  const [row] = await session.query<ErasureRow>(sql`
    select e.*, c.name as connection_name from seller_erasure e join connection c on c.id = e.connection_id
    where e.connection_id = ${connectionId}`);
  return (
    row && {
      connectionName: row.connection_name,
      why: row.why,
      begunBy: { kind: row.begun_by_kind, name: row.begun_by_name },
      begunAt: row.begun_at,
      finishedAt: row.finished_at,
      counts: row.counts,
    }
  );
}

async function expectErasure(session: Session, connectionId: ConnectionId): Promise<SellerErasure> {
  const erasure = await erasureOf(session, connectionId);
  assert(erasure !== undefined, `the erasure of connection ${connectionId} has not begun`);
  return erasure;
}

async function addCounts(
  session: Session,
  connectionId: ConnectionId,
  more: Readonly<Record<string, number>>,
): Promise<void> {
  await session.query(sql`select from seller_erasure where connection_id = ${connectionId} for update`);
  const { counts } = await expectErasure(session, connectionId);
  const sums = Object.fromEntries(Object.entries(more).map(([kind, count]) => [kind, (counts[kind] ?? 0) + count]));
  const all = toJson({ ...counts, ...sums });
  await session.query(sql`update seller_erasure set counts = ${all} where connection_id = ${connectionId}`);
}

async function erasePassing(
  session: Session,
  kind: PassingKind,
  { connectionId, at }: { readonly connectionId: ConnectionId; readonly at: string },
): Promise<number> {
  const { count, files } = await removeBatch(session, kind, { connectionId, before: null, at, limit: REMOVAL_BATCH });
  await noteFiles(session, connectionId, files);
  return count;
}

async function noteFiles(session: Session, connectionId: ConnectionId, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  await session.query(sql`
    insert into seller_erasure_evidence (connection_id, sha256)
    select ${connectionId}, t.file from unnest(${files}::text[]) as t(file) on conflict do nothing`);
}

type SellerStep = (session: Session, connectionId: ConnectionId, at: string) => Promise<number>;

const SELLER_STEPS: Readonly<Record<SellerKind, SellerStep>> = {
  secrets: (session, id) => deleted(session, sql`delete from secret where connection_id = ${id}`),

  buyers: async (session, id, at) => {
    await lockBuyers(session);
    return deleted(
      session,
      sql`delete from order_buyer where connection_id = ${id} and not is_held(connection_id, order_id, true, ${at})`,
    );
  },

  'data-keys': (session, id) => destroyUnusedDataKeys(session, id),

  'unread-documents': async (session, id) => {
    const rows = await session.query<{ report_document_id: string; sha256: string }>(sql`
      select report_document_id, sha256 from report_document d where connection_id = ${id}
        and not exists (select from settlement s where s.sha256 = d.sha256)
        and not exists (select from settlement_file f where f.sha256 = d.sha256)
      limit ${REMOVAL_BATCH}`);
    const ids = rows.map((row) => row.report_document_id);
    await session.query(
      sql`delete from report_listing where connection_id = ${id} and report_document_id = any(${ids}::text[])`,
    );
    await session.query(
      sql`delete from report_document where connection_id = ${id} and report_document_id = any(${ids}::text[])`,
    );
    await noteFiles(session, id, [...new Set(rows.map((row) => row.sha256))]);
    return rows.length;
  },

  'feed-positions': async (session, id) => {
    let count = 0;
    for (const statement of [
      sql`delete from feed_cursor where connection_id = ${id}`,
      sql`delete from feed_run where connection_id = ${id}`,
      sql`delete from seller_marketplace where connection_id = ${id}`,
      sql`delete from credential_warning where connection_id = ${id}`,
      sql`delete from connection_stop where connection_id = ${id}`,
      sql`delete from sap_pause where connection_id = ${id}`,
      sql`delete from schedule where connection_id = ${id}`,
      // What waits could only fail, and what failed is not tried again: nobody has to be told of either. A row of the queue that
      // is left runs nothing. In one order, as whoever locks several of them does.
      sql`update job set state = 'cancelled', ended_at = coalesce(ended_at, clock_timestamp()), placement = placement + 1
        where id in (select id from job where connection_id = ${id} and state in ('waiting', 'failed', 'gave-up')
          order by id for update)`,
      sql`delete from alert where connection_id = ${id}`,
      sql`delete from alert_mute where connection_id = ${id}`,
      sql`delete from amazon_quota q using connection c where c.id = ${id} and q.seller_account = c.seller_account
        and not exists (select from connection o where o.seller_account = c.seller_account and o.id <> c.id
          and not exists (select from seller_erasure e where e.connection_id = o.id))`,
    ]) {
      count += await deleted(session, statement);
    }
    return count;
  },

  // Which partner was whose customer stays, or another would be created; what was written about the person does not.
  'partner-prints': (session, id) =>
    deleted(
      session,
      sql`update customer set written = '{}', intended = '{}', edited = '[]' where connection_id = ${id} and kind = 'buyer'
        and (written::text <> '{}' or intended::text <> '{}' or edited::text <> '[]')`,
    ),
};

function isSellerKind(kind: PassingKind | SellerKind): kind is SellerKind {
  return kind in SELLER_STEPS;
}

async function deleted(session: Session, statement: Sql): Promise<number> {
  const rows = await session.query<{ count: number }>(
    sql`with gone as (${statement} returning 1) select count(*)::integer as count from gone`,
  );
  return rows[0]?.count ?? 0;
}

async function leftPartners(session: Session, connectionId: ConnectionId): Promise<readonly LeftPartner[]> {
  const rows = await session.query<Parameters<typeof partnerOf>[0]>(sql`
    select c.name as connection_name, k.sap_system, k.reference, k.partner_number
    from customer k join connection c on c.id = k.connection_id
    where k.connection_id = ${connectionId} and k.kind = 'buyer' and k.partner_number is not null
      and not exists (select from order_buyer b where b.connection_id = k.connection_id and b.order_id = k.reference)
    order by k.sap_system, k.reference limit ${PARTNERS_MAX}`);
  return rows.map(partnerOf);
}
