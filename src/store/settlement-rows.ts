import { endianness } from 'node:os';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { OrderRun, OriginKey, SettlementKey, SettlementRows } from '../app/index.ts';
import { assert } from '../core/index.ts';
import { type Session, sql } from './sql.ts';

const deflateBytes = promisify(deflate);
const inflateBytes = promisify(inflate);

/** 1 MiB of bucket numbers before deflation. Every block but the last one of a settlement has as many. */
export const ROWS_PER_BLOCK = 262_144;
const RUNS_PER_BLOCK = 4_096;

type StoredRun = readonly [orderId: string, sku: string, firstRow: number, rowCount: number];

/** Replaces which bucket each row is in and which rows an order has. */
export async function recordRows(session: Session, key: SettlementKey, rows: SettlementRows): Promise<void> {
  await removeRows(session, key);
  for (let first = 0; first < rows.bucketOfRow.length; first += ROWS_PER_BLOCK) {
    const block = rows.bucketOfRow.subarray(first, first + ROWS_PER_BLOCK);
    const bytes = await deflateBytes(toLittleEndian(block));
    await session.query(sql`
      insert into settlement_row_bucket (settlement_key, first_row, row_count, bytes)
      values (${key}, ${first}, ${block.length}, ${bytes})`);
  }
  const runs = rows.runs.map((run): StoredRun => [run.orderId, run.sku, run.firstRow, run.rowCount]);
  runs.sort((a, b) => (a[0] === b[0] ? a[2] - b[2] : a[0] < b[0] ? -1 : 1));
  for (let first = 0; first < runs.length; first += RUNS_PER_BLOCK) {
    const block = runs.slice(first, first + RUNS_PER_BLOCK);
    const bytes = await deflateBytes(JSON.stringify(block));
    await session.query(sql`
      insert into settlement_run (settlement_key, ordinal, first_order_id, last_order_id, bytes)
      values (${key}, ${first / RUNS_PER_BLOCK}, ${block[0]?.[0]}, ${block.at(-1)?.[0]}, ${bytes})`);
  }
}

export async function removeRows(session: Session, key: OriginKey): Promise<void> {
  await session.query(sql`delete from settlement_row_bucket where settlement_key = ${key}`);
  await session.query(sql`delete from settlement_run where settlement_key = ${key}`);
}

/** Physical rows that are in one of the buckets, ascending. Reads one block at a time. */
export async function rowsOfBuckets(
  session: Session,
  key: SettlementKey,
  buckets: readonly number[],
): Promise<readonly number[]> {
  const wanted = new Set(buckets);
  const found: number[] = [];
  for (let first = 0; ; ) {
    const [block] = await session.query<{ row_count: number; bytes: Buffer }>(sql`
      select row_count, bytes from settlement_row_bucket where settlement_key = ${key} and first_row = ${first}`);
    if (!block) return found;
    const bucketOfRow = fromLittleEndian(await inflateBytes(block.bytes));
    for (const [index, bucket] of bucketOfRow.entries()) {
      if (wanted.has(bucket)) found.push(first + index);
    }
    first += block.row_count;
  }
}

/** The bucket of each physical row, all blocks together. */
export async function readBucketOfRow(session: Session, key: SettlementKey): Promise<Uint32Array> {
  const blocks = await session.query<{ first_row: number; row_count: number; bytes: Buffer }>(sql`
    select first_row, row_count, bytes from settlement_row_bucket where settlement_key = ${key} order by first_row`);
  const last = blocks.at(-1);
  const bucketOfRow = new Uint32Array(last ? last.first_row + last.row_count : 0);
  for (const block of blocks) bucketOfRow.set(fromLittleEndian(await inflateBytes(block.bytes)), block.first_row);
  return bucketOfRow;
}

/** Runs of one order in the order of the file. */
export async function runsOfOrder(session: Session, key: SettlementKey, orderId: string): Promise<readonly OrderRun[]> {
  // Compared here and not by the database, whose order of texts is not the one the runs were sorted by.
  const blocks = await session.query<{ ordinal: number; first_order_id: string; last_order_id: string }>(
    sql`select ordinal, first_order_id, last_order_id from settlement_run where settlement_key = ${key} order by ordinal`,
  );
  const runs: OrderRun[] = [];
  for (const block of blocks) {
    if (orderId < block.first_order_id || orderId > block.last_order_id) continue;
    const [stored] = await session.query<{ bytes: Buffer }>(
      sql`select bytes from settlement_run where settlement_key = ${key} and ordinal = ${block.ordinal}`,
    );
    assert(stored !== undefined, `block ${block.ordinal} of the runs of settlement ${key} is missing`);
    const entries = JSON.parse((await inflateBytes(stored.bytes)).toString('utf8')) as readonly StoredRun[];
    for (const [id, sku, firstRow, rowCount] of entries) {
      if (id === orderId) runs.push({ orderId: id, sku, firstRow, rowCount });
    }
  }
  return runs;
}

/** The bucket of every row; empty when none are recorded. */
export async function bucketColumn(session: Session, key: SettlementKey): Promise<Uint32Array> {
  const [end] = await session.query<{ row_count: number | null }>(
    sql`select max(first_row + row_count) as row_count from settlement_row_bucket where settlement_key = ${key}`,
  );
  const column = new Uint32Array(end?.row_count ?? 0);
  for (let first = 0; first < column.length; ) {
    const [block] = await session.query<{ row_count: number; bytes: Buffer }>(sql`
      select row_count, bytes from settlement_row_bucket where settlement_key = ${key} and first_row = ${first}`);
    // A new proposal may take the rows away between two looks.
    if (!block) return new Uint32Array(0);
    column.set(fromLittleEndian(await inflateBytes(block.bytes)), first);
    first += block.row_count;
  }
  return column;
}

export interface RunBlock {
  readonly key: SettlementKey;
  readonly ordinal: number;
  readonly first: string;
  readonly last: string;
}

/** Every block of runs of every settlement, without its runs. */
export async function runBlocks(session: Session): Promise<readonly RunBlock[]> {
  return session.query<RunBlock>(sql`
    select settlement_key as key, ordinal, first_order_id as first, last_order_id as last
    from settlement_run order by settlement_key, ordinal`);
}

/** The runs of one block, in the order of their orders; none when the block is gone by now. */
export async function readRunBlock(session: Session, { key, ordinal }: RunBlock): Promise<readonly OrderRun[]> {
  const [stored] = await session.query<{ bytes: Buffer }>(
    sql`select bytes from settlement_run where settlement_key = ${key} and ordinal = ${ordinal}`,
  );
  if (!stored) return [];
  const runs = JSON.parse((await inflateBytes(stored.bytes)).toString('utf8')) as readonly StoredRun[];
  return runs.map(([orderId, sku, firstRow, rowCount]) => ({ orderId, sku, firstRow, rowCount }));
}

// The stored form is little-endian on every machine.
function toLittleEndian(numbers: Uint32Array): Buffer {
  const bytes = Buffer.from(numbers.slice().buffer);
  return endianness() === 'LE' ? bytes : bytes.swap32();
}

function fromLittleEndian(bytes: Buffer): Uint32Array {
  const ordered = endianness() === 'LE' ? bytes : bytes.swap32();
  return new Uint32Array(ordered.buffer.slice(ordered.byteOffset, ordered.byteOffset + ordered.byteLength));
}
