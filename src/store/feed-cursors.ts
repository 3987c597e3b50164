import type {
  ConnectionId,
  CursorStore,
  FeedCursor,
  FeedName,
  FeedRun,
  JsonObject,
  UnreadableRecord,
  UtcInstant,
} from '../app/index.ts';
import { assert, type ProblemFacts } from '../core/index.ts';
import type { Database } from './database.ts';
import { assertBatch, batchJson, contentDigest, lastOfEach, storableJson } from './feed-batches.ts';
import { problemToJson, toJson } from './json.ts';
import { type Session, sql } from './sql.ts';
import type { ReadTime } from './store-time.ts';

interface CursorRow {
  readonly watermark: UtcInstant;
  readonly open_window: FeedCursor['open'];
  readonly memory: JsonObject;
}

interface RunRow {
  readonly feed: FeedName;
  readonly started_at: UtcInstant;
  readonly finished_at: UtcInstant;
  readonly is_up_to_date: boolean;
  readonly complete_until: UtcInstant | null;
  readonly problems: readonly ProblemFacts[];
}

interface UnreadableRow {
  readonly feed: FeedName;
  readonly record_id: string | null;
  readonly says: string;
  readonly source: JsonObject | null;
  readonly seen_at: UtcInstant;
}

/** Without a limit of the caller's own. */
const UNREADABLE_LISTED = 200;

export function cursorStore(database: Database, readTime: ReadTime): CursorStore {
  return {
    async readCursor(connectionId, strand) {
      const [row] = await database.query<CursorRow>(sql`
        select watermark, open_window, memory from feed_cursor
        where connection_id = ${connectionId} and strand = ${strand}`);
      return row && { watermark: row.watermark, open: row.open_window, memory: row.memory };
    },

    async writeCursor(connectionId, strand, { watermark, open, memory }) {
      const openWindow = open === null ? null : storableJson(toJson(open));
      // Back to the start of the window that is being read, and no further: what lies before it is not read again.
      const written = await database.query(sql`
        insert into feed_cursor as known (connection_id, strand, watermark, open_window, memory, updated_at)
        values (${connectionId}, ${strand}, ${watermark}, ${openWindow}, ${storableJson(toJson(memory))},
          ${await readTime(database)})
        on conflict (connection_id, strand) do update set watermark = excluded.watermark,
          open_window = excluded.open_window, memory = excluded.memory, updated_at = excluded.updated_at
        where excluded.watermark >= least(known.watermark, (known.open_window #>> '{window,from}')::timestamptz)
        returning strand`);
      assert(written.length === 1, `the watermark of ${strand} goes back to ${watermark}: what was read would be lost`);
    },

    async recordFeedRun(connectionId, feed, run) {
      const problems = `[${run.problems.map(problemToJson).join()}]`;
      await database.query(sql`
        insert into feed_run (connection_id, feed, started_at, finished_at, is_up_to_date, complete_until, problems)
        values (${connectionId}, ${feed}, ${run.startedAt}, ${await readTime(database)}, ${run.isUpToDate},
          ${run.completeUntil}, ${storableJson(problems)})
        on conflict (connection_id, feed) do update set started_at = excluded.started_at,
          finished_at = excluded.finished_at, is_up_to_date = excluded.is_up_to_date,
          complete_until = coalesce(excluded.complete_until, feed_run.complete_until), problems = excluded.problems`);
    },

    async listFeedRuns(connectionId) {
      const rows = await database.query<RunRow>(sql`
        select feed, started_at, finished_at, is_up_to_date, complete_until, problems
        from feed_run where connection_id = ${connectionId} order by feed`);
      return rows.map(
        (row): FeedRun => ({
          feed: row.feed,
          startedAt: row.started_at,
          finishedAt: row.finished_at,
          isUpToDate: row.is_up_to_date,
          completeUntil: row.complete_until,
          problems: row.problems,
        }),
      );
    },

    keepUnreadable: async (connectionId, feed, records) =>
      keepAside(database, { connectionId, feed, records, at: await readTime(database) }),

    async listUnreadable(connectionId, which) {
      const { feed, limit, withSource } = typeof which === 'string' ? { feed: which } : { ...which };
      // The latest ones, told in the order in which they came.
      const rows = await database.query<UnreadableRow>(sql`
        select * from (
          select feed, sha256, record_id, says, ${withSource ? sql`source` : sql`null::json as source`}, seen_at
          from feed_unreadable
          where connection_id = ${connectionId} and (${feed ?? null}::text is null or feed = ${feed ?? null})
          order by seen_at desc, feed desc, sha256 desc limit ${Math.max(0, limit ?? UNREADABLE_LISTED)}) latest
        order by seen_at, feed, sha256`);
      return rows.map(({ feed: of, record_id: recordId, says, source, seen_at: seenAt }) => ({
        ...{ feed: of, recordId, says, seenAt },
        ...(source !== null && { source }),
      }));
    },
  };
}

/** Keeps records that could not be read; returns how many of them were not kept yet. A newer reason replaces an older one. */
export async function keepAside(
  session: Session,
  input: {
    readonly connectionId: ConnectionId;
    readonly feed: FeedName;
    readonly records: readonly UnreadableRecord[];
    readonly at: UtcInstant;
  },
): Promise<number> {
  assertBatch(input.records);
  if (input.records.length === 0) return 0;
  const digested = input.records.map((record) => ({ ...record, sha256: contentDigest(record.source) }));
  const distinct = lastOfEach(digested, ({ sha256 }) => sha256);
  const kept = await session.query<{ is_new: boolean }>(sql`
    insert into feed_unreadable (connection_id, feed, sha256, record_id, says, source, seen_at)
    select ${input.connectionId}, ${input.feed}, r.sha256, r."recordId", r.says, r.source, ${input.at}
    from json_to_recordset(${batchJson(distinct)}) as r(sha256 text, "recordId" text, says text, source json)
    on conflict (connection_id, feed, sha256) do update set record_id = excluded.record_id, says = excluded.says
    returning xmax = 0 as is_new`);
  return kept.filter((row) => row.is_new).length;
}

/**
 * Removes what was kept aside of records that have been read by now. One whose id could not be read is known by its content,
 * so give the sources of what was read, too.
 */
export async function forgetUnreadable(
  session: Session,
  input: {
    readonly connectionId: ConnectionId;
    readonly feed: FeedName;
    readonly recordIds: readonly string[];
    readonly sources?: readonly (JsonObject | null)[];
  },
): Promise<void> {
  const { connectionId, feed, recordIds, sources = [] } = input;
  await session.query(sql`
    delete from feed_unreadable where connection_id = ${connectionId} and feed = ${feed}
      and record_id in (select json_array_elements_text(${batchJson(recordIds)}))`);
  if (sources.length === 0) return;
  // There are hardly ever any, and digests of all that is read would be computed for nothing.
  const [nameless] = await session.query(sql`
    select from feed_unreadable where connection_id = ${connectionId} and feed = ${feed} and record_id is null limit 1`);
  if (!nameless) return;
  const digests = sources.flatMap((source) => (source === null ? [] : [contentDigest(source)]));
  await session.query(sql`
    delete from feed_unreadable where connection_id = ${connectionId} and feed = ${feed} and record_id is null
      and sha256 in (select json_array_elements_text(${batchJson(digests)}))`);
}
