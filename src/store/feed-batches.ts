/**
 * What the files of the feeds have in common.
 *
 * While a feed is loaded for the first time, the database knows too little about its tables to plan well, and a batch must
 * not read all rows stored so far. So a batch's keys are looked up one by one, in a `cross join lateral` whose `limit` or
 * `offset 0` keeps the planner from turning it into a join of the whole table.
 */
import type { ConnectionId, FeedCounts } from '../app/index.ts';
import { assert, type CanonicalValue, canonicalJson, type Money, type Sha256, sha256Of } from '../core/index.ts';
import { toJson } from './json.ts';
import { type Session, sql } from './sql.ts';

/** The most records of one call, which is one database transaction; `FEED_BATCH_MAX` of the port. */
export const BATCH_RECORDS_MAX = 500;

const BIGINT_MAX = 2n ** 63n - 1n;
const INTEGER_MAX = 2 ** 31 - 1;

export function assertBatch(records: readonly unknown[]): void {
  assert(records.length <= BATCH_RECORDS_MAX, `${records.length} records are more than one call stores`);
}

/**
 * A batch of records as one parameter for `json_to_recordset`. A NUL and half a surrogate pair, which PostgreSQL holds in no
 * text, become U+FFFD: one odd character in a title must not stop a feed.
 */
export function batchJson(records: readonly unknown[]): string {
  return storableJson(toJson(records));
}

/** The same for one value of a JSON column. */
export function storableJson(json: string): string {
  // JSON escapes half pairs and NUL; every escape is consumed, so that an escaped backslash is not taken for the start of one.
  return json.replace(/\\(u0000|ud[89a-f][0-9a-f]{2}|.)/g, (sequence, what: string) =>
    what.length > 1 ? '\ufffd' : sequence,
  );
}

/** The same for any two records that say the same, whatever the order of their members. */
export function contentDigest(record: unknown): Sha256 {
  return sha256Of(canonicalJson(toCanonical(record)));
}

/** Amazon's own JSON may hold numbers that canonical JSON refuses; they stand here as text. */
function toCanonical(value: unknown): CanonicalValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : `${value}`;
  if (typeof value === 'bigint') return `${value}`;
  if (Array.isArray(value)) return value.map(toCanonical);
  assert(typeof value === 'object', `a record holds plain values only, not ${typeof value}`);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, toCanonical(item)]])),
  );
}

/** Writers of one feed of a connection wait for each other until the commit; readers do not wait. */
export async function lockFeed(session: Session, connectionId: ConnectionId, feed: string): Promise<void> {
  await session.query(sql`select pg_advisory_xact_lock(hashtextextended(${`${feed}/${connectionId}`}, 0))`);
}

/** Counts what became of the records of one call. */
export class FeedTally {
  inserted = 0;
  changed = 0;
  unchanged = 0;
  unreadable = 0;

  toCounts(): FeedCounts {
    const { inserted, changed, unchanged, unreadable } = this;
    return { inserted, changed, unchanged, unreadable };
  }
}

/** The last record of each key, in the order in which the keys came. */
export function lastOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

/** A record and the digest of what it says. */
export type Digested<Item> = Item & { readonly digest: Sha256 };

/**
 * The records that say something else than what is stored, which `known` has as digests by key. Counts every record as
 * inserted, changed or unchanged; each key comes once.
 */
export function newsOf<Item extends object>(
  records: readonly Item[],
  stored: { readonly keyOf: (item: Item) => string; readonly known: ReadonlyMap<string, Sha256> },
  tally: FeedTally,
): Digested<Item>[] {
  const { keyOf, known } = stored;
  const news = records
    .map((record): Digested<Item> => ({ ...record, digest: contentDigest(record) }))
    .filter((record) => known.get(keyOf(record)) !== record.digest);
  tally.unchanged += records.length - news.length;
  tally.inserted = news.filter((record) => !known.has(keyOf(record))).length;
  tally.changed = news.length - tally.inserted;
  return news;
}

/** Why an amount cannot be stored; `undefined` when it can. */
export function amountFault(what: string, amount: Money | null): string | undefined {
  if (amount === null || (amount.minor <= BIGINT_MAX && amount.minor >= -BIGINT_MAX)) return undefined;
  return `${what} is larger than any amount that can be kept`;
}

/** Why a number cannot be stored as a 32-bit integer; `undefined` when it can. */
export function integerFault(what: string, number: number | null, min = -INTEGER_MAX): string | undefined {
  if (number === null || (Number.isInteger(number) && number >= min && number <= INTEGER_MAX)) return undefined;
  return `${what} is not a whole number of a usual size`;
}

/** The limit of a list. */
export function listLimit(limit: number | undefined): number {
  return Math.max(0, Math.min(limit ?? 100, 1_000));
}
