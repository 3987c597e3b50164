import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryRecord } from '../../src/app/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, entry, line, postingKey, proposalOf, propose, receive } from './samples.ts';

// The program keeps these laws itself. Here the database is asked to break them, as a mistake in the program would.

let test: TestBooks;
let proposed: EntryRecord;
let approved: EntryRecord;
beforeAll(async () => {
  test = await openTestBooks();
  const connection = await addConnection(test.books);
  const settlement = await receive(test.books, connection, '1');
  const lines = [line(5n, { buckets: [1] }), line(-5n, { buckets: [2] })];
  const entries = [entry(postingKey(1), lines), entry(postingKey(2), [line(9n), line(-9n)])];
  await propose(test.books, settlement, proposalOf(entries));
  const records = await test.books.listEntries();
  proposed = records[0]!;
  approved = await test.books.moveEntry({
    id: records[1]!.id,
    from: 'proposed',
    to: 'approved',
    actor: ANNA,
    why: 'fine',
    approvedDigest: records[1]!.digest,
  });
});
afterAll(() => test.close());

/** Runs the statements in one transaction that is committed, so that deferred checks run. */
async function attempt(...statements: string[]): Promise<string> {
  const client = await test.database.pool.connect();
  try {
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    await client.query('commit');
    return 'accepted';
  } catch (error) {
    await client.query('rollback');
    return (error as Error).message;
  } finally {
    client.release();
  }
}

/** A copy of the proposed entry under another id and posting key, with these facts changed. */
function copyEntry(changes: Record<string, string> = {}): string {
  const columns = ['id', 'proposal_id', 'settlement_key', 'ordinal', 'posting_key', 'company_code', 'document_type'];
  columns.push('document_date', 'posting_date', 'currency', 'header_text', 'header_reference', 'part', 'part_count');
  columns.push('line_count', 'digest', 'state', 'updated_at');
  const values: Record<string, string> = {
    id: 'gen_random_uuid()',
    ordinal: '99',
    posting_key: "'AMZCOPY'",
    ...changes,
  };
  const list = columns.map((column) => values[column] ?? column);
  return `insert into entry (${columns.join()}) select ${list.join()} from entry where id = '${proposed.id}'`;
}

function copyLines(amounts: readonly number[]): string[] {
  return amounts.map(
    (amount, index) => `
      insert into entry_line (entry_id, line_count, ordinal, kind, gl_account, amount_minor, text)
      select id, line_count, ${index + 1}, 'k', '1', ${amount}, 't' from entry where posting_key = 'AMZCOPY'`,
  );
}

it('control: a balanced copy under another posting key is accepted', async () => {
  const key = { posting_key: "'AMZCONTROL'" };
  const lines = copyLines([4, -4]).map((statement) => statement.replace('AMZCOPY', 'AMZCONTROL'));
  expect(await attempt(copyEntry(key), ...lines)).toBe('accepted');
  expect(await attempt("delete from entry where posting_key = 'AMZCONTROL'")).toBe('accepted');
});

describe('the database refuses', () => {
  it.each<[what: string, statements: () => string[], says: string]>([
    ['an entry that does not balance', () => [copyEntry(), ...copyLines([4, -3])], 'sums to 1, not to zero'],
    ['an entry without its lines', () => [copyEntry()], 'has 0 of 2 lines'],
    ['an entry that lacks a line', () => [copyEntry(), ...copyLines([0])], 'has 1 of 2 lines'],
    ['a line more than the entry has', () => [copyEntry(), ...copyLines([1, -1, 0])], 'entry_line_check'],
    [
      'a line added to a recorded entry',
      () => [
        `insert into entry_line (entry_id, line_count, ordinal, kind, gl_account, amount_minor, text)
         values ('${proposed.id}', 3, 3, 'k', '1', 0, 't')`,
      ],
      'foreign key',
    ],
    [
      'a customer line with a cost centre, which SAP would not take',
      () => [
        copyEntry(),
        ...copyLines([4, -4]).map((statement) =>
          statement
            .replace('gl_account,', 'gl_account, customer, cost_center,')
            .replace("'1',", "'1', '1000123', 'CC',"),
        ),
      ],
      'customer_line_is_plain',
    ],
    ['the same posting key twice', () => [copyEntry({ posting_key: 'posting_key' })], 'entry_posting_key_key'],
    [
      'a posting key that SAP would not hold',
      () => [copyEntry({ posting_key: "'AMZ45678901234567'" })],
      'posting_key_check',
    ],
    [
      'a state that does not exist',
      () => [
        `update entry set state = 'paid', attempt = 1, sending_since = now(), message_created_at = 'x' where id = '${approved.id}'`,
      ],
      'entry_state_check',
    ],
    [
      'approval without a digest',
      () => [`update entry set state = 'approved' where id = '${proposed.id}'`],
      'approved_as_it_is',
    ],
    [
      'approval of another content',
      () => [`update entry set state = 'approved', approved_digest = repeat('a', 64) where id = '${proposed.id}'`],
      'approved_as_it_is',
    ],
    [
      'sending without an attempt',
      () => [`update entry set state = 'sending' where id = '${approved.id}'`],
      'sent_means_attempted',
    ],
    [
      'a booked entry without a document',
      () => [
        `update entry set state = 'posted', attempt = 1, sending_since = now(), message_created_at = 'x' where id = '${approved.id}'`,
      ],
      'booked_means_document',
    ],
    [
      'an attempt that skips a number',
      () => [`update entry set attempt = 2 where id = '${approved.id}'`],
      'counted one by one',
    ],
    [
      'a changed content',
      () => [`update entry set posting_date = '2026-11-30' where id = '${proposed.id}'`],
      'never changes',
    ],
    [
      'a changed amount',
      () => [`update entry_line set amount_minor = 0 where entry_id = '${proposed.id}'`],
      'never change',
    ],
    ['a removed line', () => [`delete from entry_line where entry_id = '${proposed.id}'`], 'never change'],
    [
      'a changed row link',
      () => [`update entry_line_bucket set bucket = 77 where entry_id = '${proposed.id}'`],
      'never change',
    ],
    ['removing an approved entry', () => [`delete from entry where id = '${approved.id}'`], 'is never removed'],
    ['emptying the entries', () => ['truncate entry cascade'], 'append-only'],
    [
      'a row that belongs to two lines',
      () => [
        `insert into entry_line_bucket (proposal_id, bucket, entry_id, ordinal, position)
         select proposal_id, bucket, '${approved.id}', 1, 0 from entry_line_bucket where bucket = 1`,
      ],
      'entry_line_bucket_pkey',
    ],
    [
      'the same settlement of a seller account twice',
      () => [
        `insert into settlement select gen_random_uuid(), connection_id, seller_account, settlement_id, sha256, state,
           start_at, end_at, deposit_at, currency, total_minor, summary_row, line_count, last_row, file_format, problem,
           received_at from settlement`,
      ],
      'settlement_seller_account_settlement_id_key',
    ],
    [
      'a settlement in a state that does not exist',
      () => ["update settlement set state = 'parked'"],
      'settlement_state_check',
    ],
    [
      'a second current proposal',
      () => [
        `insert into proposal (settlement_key, digest, mapping_sha256, program_version, recorded_at)
         select settlement_key, digest, mapping_sha256, program_version, recorded_at from proposal`,
      ],
      'one_current_proposal',
    ],
    [
      'an attempt that ended without an outcome',
      () => [
        `insert into attempt (entry_id, attempt, started_at, finished_at) values ('${approved.id}', 1, now(), now())`,
      ],
      'finished_means_outcome',
    ],
    [
      'tax that is not part of the amount',
      () => [
        copyEntry(),
        `insert into entry_line (entry_id, line_count, ordinal, kind, gl_account, tax_code, amount_minor, tax_base_minor, tax_amount_minor, text)
         select id, line_count, 1, 'k', '1', 'A1', 119, 100, 18, 't' from entry where posting_key = 'AMZCOPY'`,
      ],
      'tax_is_part_of_amount',
    ],
  ])('%s', async (_what, statements, says) => {
    const before = await test.books.listEntries();
    expect(await attempt(...statements())).toContain(says);
    expect(await test.books.listEntries()).toEqual(before);
  });
});
