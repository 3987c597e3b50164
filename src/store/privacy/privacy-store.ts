import type { ConnectionId, KeptRecords, PassingKind, PrivacyStore } from '../../app/index.ts';
import { appendAuditEvent } from '../audit.ts';
import type { Database } from '../database.ts';
import { type Session, type Sql, sql } from '../sql.ts';
import { databaseTime, type ReadTime } from '../store-time.ts';
import { erasureStore, FILE_BATCH, REMOVAL_BATCH } from './erasure.ts';
import { holdStore } from './holds.ts';
import { purgeDueBuyers } from './purge.ts';
import { countAll, countDue, removeBatch } from './records.ts';

export interface PrivacyStoreOptions {
  readonly database: Database;
  /** Times of records and of what is due; by default the clock of the database. */
  readonly readTime?: ReadTime;
}

const PARTNERS_MAX = 1_000;

/** How long records stay, on the same database as the books. Any number of processes may have their own. */
export function createPrivacyStore({ database, readTime = databaseTime }: PrivacyStoreOptions): PrivacyStore {
  return {
    ...holdStore(database, readTime),
    ...erasureStore(database, readTime),

    purgeBuyersWithReport: (actor, { isDryRun }) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const options = { actor, at, isDryRun, isRecordedAlways: true, partnersMax: PARTNERS_MAX };
        return purgeDueBuyers(session, options);
      }),

    countDue: async (kind, scope) => countDue(database, kind, { ...scope, at: await readTime(database) }),

    removeRecords: (kind, scope) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const { count } = await removeBatch(session, kind, { ...scope, at, limit: REMOVAL_BATCH });
        return count;
      }),

    async countUnusedFiles(before) {
      const at = await readTime(database);
      const [row] = await database.query<{ count: number; bytes: bigint }>(sql`
        select count(*)::integer as count, coalesce(sum(byte_count), 0)::bigint as bytes
        from (${unusedFiles(before, at)}) as unused`);
      return { count: row?.count ?? 0, bytes: row?.bytes ?? 0n };
    },

    removeUnusedFiles: (before, why) =>
      database.transaction(async (session) => {
        const at = await readTime(session);
        const files = await session.query<{ sha256: string }>(sql`${unusedFiles(before, at)} limit ${FILE_BATCH}`);
        let count = 0;
        let bytes = 0n;
        for (const { sha256 } of files) {
          const [row] = await session.query<{ bytes: bigint | null }>(
            sql`select remove_unused_evidence(${sha256}, ${before}, ${why}, ${at}) as bytes`,
          );
          if (row?.bytes === null || row?.bytes === undefined) continue;
          count += 1;
          bytes += row.bytes;
        }
        return { count, bytes };
      }),

    countKept: (connectionId) => database.snapshot((session) => countKept(session, connectionId)),

    recordRetention: (actor, why, counts) =>
      database.transaction(async (session) => {
        const subject = 'installation/retention' as const;
        const fact = { actor, action: 'retention.run', subject, why, after: { ...counts } };
        await appendAuditEvent(session, fact, await readTime(session));
      }),
  };
}

/** While a whole connection is held nobody can say of a file without a record that it was not the connection's. */
function unusedFiles(before: string, at: string): Sql {
  return sql`select e.sha256, e.byte_count from evidence e
    where e.stored_at < ${before}
      and not exists (select from used_evidence u where u.sha256 = e.sha256)
      and not exists (select from evidence_delivery d where d.evidence_id = e.id and d.delivered_at >= ${before})
      and not exists (select from privacy_hold h where h.covers = 'connection' and h.released_at is null
        and (h.ends_at is null or h.ends_at > ${at}))
    order by e.id`;
}

interface CountRow {
  readonly count: number;
  readonly oldest: string | null;
  readonly newest: string | null;
}

const PASSING: readonly PassingKind[] = [
  'orders',
  'events',
  'summaries',
  'balances',
  'payouts',
  'reimbursements',
  'tax-lines',
  'unreadable',
  'report-requests',
];

async function countKept(session: Session, id: ConnectionId): Promise<readonly KeptRecords[]> {
  const others: readonly (readonly [KeptRecords['kind'], Sql, Sql])[] = [
    ['secrets', sql`secret where connection_id = ${id}`, sql`stored_at`],
    ['buyers', sql`order_buyer where connection_id = ${id}`, sql`delete_after`],
    ['unread-documents', unreadDocuments(id), sql`downloaded_at`],
    ['data-keys', sql`data_key where connection_id = ${id}`, sql`created_at`],
    ['feed-positions', sql`feed_cursor where connection_id = ${id}`, sql`updated_at`],
    [
      'partner-prints',
      sql`customer where connection_id = ${id} and kind = 'buyer' and written::text <> '{}'`,
      sql`updated_at`,
    ],
    ['settlements', sql`settlement where connection_id = ${id}`, sql`to_timestamp(end_at)`],
    [
      'entries',
      sql`entry e left join settlement s on s.key = e.settlement_key left join accrual a on a.key = e.accrual_key
        where ${id} in (s.connection_id, a.connection_id)`,
      sql`e.posting_date::timestamp at time zone 'UTC'`,
    ],
    ['accruals', sql`accrual where connection_id = ${id}`, sql`recorded_at`],
    ['feed-files', feedFilesOf(id), sql`stored_at`],
    ['files', filesOf(id), sql`stored_at`],
    ['account-tables', sql`mapping_version where connection_id = ${id}`, sql`recorded_at`],
    ['customers', sql`customer where connection_id = ${id}`, sql`created_at`],
    ['audit', sql`audit_event where subject = ${`connection/${id}`}`, sql`(event::json ->> 'at')::timestamptz`],
  ];
  const kept: KeptRecords[] = [];
  for (const kind of PASSING) {
    const { count, rested, oldest, newest } = await countAll(session, kind, id);
    kept.push({ kind, count, oldestAt: oldest, newestAt: newest, restedOnCount: rested });
  }
  for (const [kind, from, age] of others) {
    const [row] = await session.query<CountRow>(
      sql`select count(*)::integer as count, min(${age}) as oldest, max(${age}) as newest from ${from}`,
    );
    const { count, oldest, newest } = row ?? { count: 0, oldest: null, newest: null };
    kept.push({ kind, count, oldestAt: oldest, newestAt: newest, restedOnCount: 0 });
  }
  return kept;
}

function unreadDocuments(id: ConnectionId): Sql {
  return sql`report_document d where connection_id = ${id}
    and not exists (select from settlement s where s.sha256 = d.sha256)
    and not exists (select from settlement_file f where f.sha256 = d.sha256)`;
}

function feedFilesOf(id: ConnectionId): Sql {
  return sql`evidence where sha256 in (
    select sha256 from report_request where connection_id = ${id}
    union select report_sha256 from amazon_order where connection_id = ${id}
    union select sha256 from fba_reimbursement where connection_id = ${id}
    union select sha256 from vat_line where connection_id = ${id})`;
}

/** Those that settlements and accruals of the connection rest on. */
function filesOf(id: ConnectionId): Sql {
  return sql`evidence where sha256 in (
    select sha256 from settlement where connection_id = ${id}
    union select f.sha256 from settlement_file f join settlement s on s.key = f.settlement_key where s.connection_id = ${id}
    union select sources_sha256 from accrual where connection_id = ${id})`;
}
