import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMigrations } from '../../src/store/migrate.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { addConnection, bytesOf, problemCode, reading, SOME_SHA, SYSTEM_ACTOR } from './samples.ts';

const MIB = 1024 * 1024;
const FACTS = { origin: 'amazon document 1', contentType: 'text/plain; charset=UTF-8', headers: { 'x-a': 'b' } };

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterAll(() => test.close());

/** Pieces of odd sizes, each different, made as they are asked for. */
async function* stream(byteCount: number, pieceBytes: number, seed = 1): AsyncGenerator<Uint8Array> {
  for (let made = 0, number = seed; made < byteCount; number += 1) {
    const piece = Buffer.alloc(Math.min(pieceBytes, byteCount - made));
    for (let at = 0; at < piece.length; at += 64) piece[at] = (number * 31 + at) & 0xff;
    made += piece.length;
    yield piece;
  }
}

async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<{ sha256: string; byteCount: number }> {
  const digest = createHash('sha256');
  let byteCount = 0;
  for await (const piece of bytes) {
    digest.update(piece);
    byteCount += piece.length;
  }
  return { sha256: digest.digest('hex'), byteCount };
}

async function countChunks(): Promise<{ files: number; chunks: number }> {
  const { rows } = await test.database.pool.query<{ files: number; chunks: number }>(
    'select (select count(*)::int from evidence) as files, (select count(*)::int from evidence_chunk) as chunks',
  );
  return rows[0]!;
}

it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])(
  '%i bytes come back as they went in, any number of times',
  async (size) => {
    const stored = await test.books.putEvidence(stream(size, 70_001), FACTS);
    const expected = await digestOf(stream(size, 70_001));
    expect(stored).toEqual({ ...expected, isKnown: false });
    expect(await digestOf(test.books.openEvidence(stored.sha256))).toEqual(expected);
    expect(await digestOf(test.books.openEvidence(stored.sha256))).toEqual(expected);
  },
);

it('how the bytes are cut into pieces on arrival changes nothing', async () => {
  const whole = await bufferOf(stream(2 * MIB + 5, 999));
  const inOne = await test.books.putEvidence(bytesOfBuffer(whole), FACTS);
  const inMany = await test.books.putEvidence(stream(2 * MIB + 5, 999), FACTS);
  expect(inMany).toEqual({ ...inOne, isKnown: true });
});

it('the same bytes are stored once, whoever delivers them again', async () => {
  const first = await test.books.putEvidence(bytesOf('the same bytes'), FACTS);
  const before = await countChunks();
  const second = await test.books.putEvidence(bytesOf('the same bytes'), { ...FACTS, origin: 'another document' });
  expect([first.isKnown, second.isKnown]).toEqual([false, true]);
  expect(second.sha256).toBe(first.sha256);
  expect(await countChunks()).toEqual(before);
  expect(await test.books.describeEvidence(first.sha256)).toMatchObject({ origin: 'another document', byteCount: 14 });
});

const declared = (origin: string, contentType: string | null) => ({ origin, contentType, headers: {} });

it.each<[what: string, contentTypes: (string | null)[], expected: string | null]>([
  ['another charset', ['text/plain; charset=EUC-JP', 'text/plain; charset=Cp932'], 'text/plain; charset=Cp932'],
  ['a charset for the first time', [null, 'text/plain; Charset = utf-8'], 'text/plain; Charset = utf-8'],
  ['nothing', ['text/plain', null], 'text/plain'],
  ['no charset any more', ['text/plain; charset=utf-8', 'application/gzip'], 'text/plain; charset=utf-8'],
  ['another type, and neither names a charset', ['text/plain', 'application/gzip'], 'application/gzip'],
  ['nothing, as the first did', [null, null], null],
])('bytes delivered again with %s: what says most of them counts', async (what, contentTypes, expected) => {
  const content = `delivered again with ${what}`;
  const stored = [];
  for (const [index, contentType] of contentTypes.entries()) {
    stored.push(await test.books.putEvidence(bytesOf(content), declared(`delivery ${index}`, contentType)));
  }
  const { sha256 } = stored[0]!;
  const facts = await test.books.describeEvidence(sha256);
  const counted = contentTypes.lastIndexOf(expected);
  expect(facts).toMatchObject({ contentType: expected, origin: `delivery ${counted}` });
  const { rows } = await test.database.pool.query(
    'select d.origin, d.content_type from evidence_delivery d join evidence e on e.id = d.evidence_id where sha256 = $1',
    [sha256],
  );
  expect(rows).toEqual(contentTypes.map((type, index) => ({ origin: `delivery ${index}`, content_type: type })));
});

it('once a settlement was read from the bytes, a later delivery is kept and changes nothing of how they are read', async () => {
  const put = (contentType: string) => test.books.putEvidence(bytesOf('read already'), declared('x', contentType));
  const { sha256 } = await put('text/plain; charset=windows-1252');
  const connection = await addConnection(test.books);
  const input = { connectionId: connection.id, sha256, reading: reading('70000000001') };
  await test.books.receiveSettlement(input, SYSTEM_ACTOR);
  const before = await test.books.describeEvidence(sha256);
  await put('text/plain; charset=utf-8');
  expect(await test.books.describeEvidence(sha256)).toEqual(before);
  const { rows } = await test.database.pool.query(
    `select after_reading, d.content_type from evidence_delivery d join evidence e on e.id = d.evidence_id
     where sha256 = $1 order by d.id`,
    [sha256],
  );
  expect(rows).toEqual([
    { after_reading: false, content_type: 'text/plain; charset=windows-1252' },
    { after_reading: true, content_type: 'text/plain; charset=utf-8' },
  ]);
});

it('files stored before deliveries were recorded keep the facts they were stored with', async () => {
  const { sha256 } = await test.books.putEvidence(bytesOf('of an older program'), FACTS);
  const before = await test.books.describeEvidence(sha256);
  const { pool } = test.database;
  await pool.query('drop table evidence_delivery');
  const migration = (await readMigrations()).find(({ name }) => name === '0008-evidence-deliveries.sql');
  await pool.query(migration!.text);
  expect(await test.books.describeEvidence(sha256)).toEqual(before);
  const { rows } = await pool.query(
    'select d.origin from evidence_delivery d join evidence e on e.id = d.evidence_id where sha256 = $1',
    [sha256],
  );
  expect(rows).toEqual([{ origin: FACTS.origin }]);
});

it('the same bytes arriving twice at once are stored once', async () => {
  const before = await countChunks();
  const stored = await Promise.all([1, 2, 3].map(() => test.books.putEvidence(stream(MIB, 50_000, 77), FACTS)));
  expect(stored.filter((evidence) => !evidence.isKnown)).toHaveLength(1);
  expect(await countChunks()).toEqual({ files: before.files + 1, chunks: before.chunks + 1 });
});

it('a download that breaks off leaves nothing behind', async () => {
  const before = await countChunks();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* stream(2 * MIB, 100_000, 5);
    throw new Error('connection reset');
  }
  await expect(test.books.putEvidence(broken(), FACTS)).rejects.toThrow('connection reset');
  expect(await countChunks()).toEqual(before);
});

it('60 MB pass through in bounded memory, in and out', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heldBytes = async () => {
    // Buffers found dead by one collection are given back in the background, and counted out by the next.
    collectGarbage();
    await new Promise(setImmediate);
    collectGarbage();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  const size = 60 * MIB;
  const bound = 20 * MIB;
  const baseline = await heldBytes();
  let peak = 0;
  async function* watched(bytes: AsyncIterable<Uint8Array>, keep?: Uint8Array[]): AsyncGenerator<Uint8Array> {
    let seen = 0;
    for await (const piece of bytes) {
      keep?.push(piece);
      seen += 1;
      if (seen % Math.ceil((7 * MIB) / piece.length) === 0) peak = Math.max(peak, (await heldBytes()) - baseline);
      yield piece;
    }
  }
  const stored = await test.books.putEvidence(watched(stream(size, 64 * 1024)), FACTS);
  expect(stored.byteCount).toBe(size);
  expect(peak).toBeLessThan(bound);
  peak = 0;
  expect((await digestOf(watched(test.books.openEvidence(stored.sha256)))).sha256).toBe(stored.sha256);
  expect(peak).toBeLessThan(bound);
  // control: a reader that keeps what it reads goes over the bound.
  await digestOf(watched(test.books.openEvidence(stored.sha256), []));
  expect(peak).toBeGreaterThan(bound);
});

it('stored bytes cannot be changed or removed', async () => {
  const { sha256 } = await test.books.putEvidence(bytesOf('fixed'), FACTS);
  for (const statement of [
    "update evidence_chunk set bytes = '\\x00'",
    'delete from evidence_chunk',
    'truncate evidence_chunk',
    `update evidence set origin = 'forged' where sha256 = '${sha256}'`,
    `delete from evidence where sha256 = '${sha256}'`,
    'truncate evidence cascade',
    "update evidence_delivery set content_type = 'forged'",
    'delete from evidence_delivery',
    'truncate evidence_delivery',
  ]) {
    await expect(test.database.pool.query(statement), statement).rejects.toThrow('append-only');
  }
});

it('bytes changed behind the back of the program are noticed when they are read', async () => {
  const { sha256 } = await test.books.putEvidence(bytesOf('to be forged'), FACTS);
  const client = await test.database.pool.connect();
  await client.query("set session_replication_role = 'replica'");
  await client.query(
    `update evidence_chunk set bytes = convert_to('to be f0rged', 'UTF8')
     where evidence_id = (select id from evidence where sha256 = $1)`,
    [sha256],
  );
  await client.query('reset session_replication_role');
  client.release();
  expect(await problemCode(digestOf(test.books.openEvidence(sha256)))).toBe('EVIDENCE_DAMAGED');
});

it('unknown evidence is refused by its digest', async () => {
  expect(await problemCode(test.books.describeEvidence(SOME_SHA))).toBe('EVIDENCE_UNKNOWN');
  expect(await problemCode(digestOf(test.books.openEvidence(SOME_SHA)))).toBe('EVIDENCE_UNKNOWN');
});

async function bufferOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* bytesOfBuffer(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
