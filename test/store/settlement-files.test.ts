/** The files of a settlement that came more than once: none is lost, and one of them is used. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from '../../src/app/index.ts';
import { sha256Of } from '../../src/core/index.ts';
import { sql } from '../../src/store/sql.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, bytesOf, problemCode, reading, receive } from './samples.ts';

let test: TestBooks;
let connection: Connection;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
});
afterAll(() => test.close());

/** A settlement that came twice, the second time with another total. */
async function twice(settlementId: string) {
  const { key, sha256: first } = await receive(test.books, connection, settlementId);
  const { sha256 } = await test.books.putEvidence(bytesOf(`again ${settlementId}`), {
    origin: 'file:again.txt',
    contentType: null,
    headers: {},
  });
  const input = { key, sha256, usedContentSha256: first, contentSha256: sha256Of(settlementId), actor: ANNA };
  await test.books.recordSettlementFile({ ...input, reading: reading(settlementId, 1n) });
  return { key, first, sha256, input };
}

it('another content is kept once, and changes nothing about the settlement', async () => {
  const { key, first, sha256, input } = await twice('501');
  await test.books.recordSettlementFile({ ...input, reading: reading('501', 1n) });
  const files = await test.books.listSettlementFiles(key);
  expect(files.map((file) => [file.sha256, file.state])).toEqual([
    [first, 'used'],
    [sha256, 'waiting'],
  ]);
  expect((await test.books.getSettlement(key)).sha256).toBe(first);
  expect(await test.books.listFilesIn(connection.id, ['waiting'])).toHaveLength(1);
});

it('only a wanted file takes the place of the used one, and the one in use cannot be decided about', async () => {
  const { key, first, sha256 } = await twice('502');
  const why = 'test';
  const replace = () =>
    test.books.replaceSettlementFile({ key, from: 'received', sha256, actor: ANNA, why, withdraws: 'untouched' });
  expect(await problemCode(replace())).toBe('STATE_MOVED');
  const decide = (file: typeof first) =>
    test.books.decideSettlementFile({ key, sha256: file, to: 'wanted', actor: ANNA, why });
  expect(await problemCode(decide(first))).toBe('STATE_MOVED');
  await decide(sha256);
  expect(await replace()).toMatchObject({ state: 'received', sha256, header: { total: { minor: 1n } } });
  expect((await test.books.listSettlementFiles(key)).map(({ state }) => state)).toEqual(['replaced', 'used']);
  expect((await test.books.verify()).ok).toBe(true);
});

it('the schema refuses to change or remove a file, and two that are used', async () => {
  const { key, sha256 } = await twice('503');
  const { database } = test;
  const refused = [
    sql`delete from settlement_file where settlement_key = ${key}`,
    sql`update settlement_file set total_minor = 2 where settlement_key = ${key}`,
    sql`update settlement_file set state = 'used' where sha256 = ${sha256}`,
    sql`truncate settlement_file`,
  ];
  for (const statement of refused) await expect(database.query(statement)).rejects.toThrow();
});
