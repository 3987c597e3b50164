/** Reversals in the store: one of an entry at a time, never changed, and both entries move together. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, EntryRecord, SettlementKey } from '../../src/app/index.ts';
import { type JournalEntry, reversalOf } from '../../src/ledger/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, entry, line, postingKey, problemCode, proposalOf, propose, receive } from './samples.ts';

let test: TestBooks;
let connection: Connection;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
});
afterAll(() => test.close());

let made = 0;

/** A posted entry, alone in its settlement. */
async function posted(): Promise<EntryRecord> {
  made += 1;
  const settlement = await receive(test.books, connection, `3${String(made).padStart(6, '0')}`);
  const lines = [line(119n, { buckets: [1] }), line(-119n, { buckets: [2] })];
  await propose(test.books, settlement, proposalOf([entry(postingKey(made), lines)]));
  const [record] = await test.books.listEntries({ originKey: settlement.key });
  const approved = { id: record!.id, from: 'proposed', to: 'approved', actor: ANNA, why: 'fine' } as const;
  await test.books.moveEntry({ ...approved, approvedDigest: record!.digest });
  return book(record!, String(1_900_000_000 + made));
}

/** Takes an approved entry to `posted`. */
async function book({ id }: EntryRecord, sapDocumentNumber: string): Promise<EntryRecord> {
  const by = { id, actor: ANNA, why: 'sent' };
  const sending = await test.books.moveEntry({
    ...by,
    from: 'approved',
    to: 'sending',
    messageCreatedAt: '2026-11-01T10:00:00Z',
  });
  const document = { companyCode: sending.entry.companyCode, fiscalYear: '2026', sapDocumentNumber };
  return test.books.moveEntry({ ...by, from: 'sending', to: 'posted', attempt: sending.attempt, document });
}

function reversal(record: EntryRecord, round = 0, change: Partial<JournalEntry> = {}): JournalEntry {
  const { fiscalYear, sapDocumentNumber } = record.document!;
  const { postingDate } = record.entry;
  return {
    ...reversalOf(record.entry, { round, postingDate, reason: '01', fiscalYear, sapDocumentNumber }),
    ...change,
  };
}

const record = (original: EntryRecord, made_: JournalEntry) =>
  test.books.recordReversal({ original: original.id, entry: made_, actor: ANNA, why: 'wrong account' });

/** Runs statements in one transaction that is committed, as a mistake in the program would. */
async function attempt(statement: string): Promise<string> {
  return test.database.pool.query(statement).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
}

describe('a reversal', () => {
  it('is recorded as approved beside its entry, and reads back as it was made', async () => {
    const original = await posted();
    const made = reversal(original);
    const recorded = await record(original, made);
    expect(recorded).toMatchObject({ state: 'approved', attempt: 0, isCurrent: true, approvedDigest: recorded.digest });
    expect(recorded.entry).toEqual(made);
    expect(await test.books.getEntry(original.id)).toMatchObject({ state: 'posted', reversalKey: made.postingKey });
    expect(await test.books.listReversals(original.id)).toEqual([recorded]);
    const events = await test.books.listEvents({ subject: `entry/${original.id}` });
    expect(events.at(-1)).toMatchObject({ action: 'entry.reversal', actor: ANNA, why: 'wrong account' });
  });

  it('that is posted takes its entry along, with an audit event each, in one database transaction', async () => {
    const original = await posted();
    const booked = await book(await record(original, reversal(original)), '1900009001');
    expect(booked).toMatchObject({ state: 'posted', reversedBy: null });
    expect(await test.books.getEntry(original.id)).toMatchObject({
      state: 'reversed',
      document: original.document,
      reversedBy: { fiscalYear: '2026', sapDocumentNumber: '1900009001' },
    });
    const events = await test.books.listEvents();
    expect(events.slice(-2).map(({ action, subject }) => [action, subject])).toEqual([
      ['entry.posted', `entry/${booked.id}`],
      ['entry.reversed', `entry/${original.id}`],
    ]);
    expect((await test.books.verify()).ok).toBe(true);
  });

  it('REVERSAL_OPEN: of one entry there is one, until it is withdrawn', async () => {
    const original = await posted();
    const first = await record(original, reversal(original));
    expect(await problemCode(record(original, reversal(original, 1)))).toBe('REVERSAL_OPEN');
    const withdrawn = { id: first.id, from: 'approved', to: 'withdrawn', actor: ANNA, why: 'another day' } as const;
    await test.books.moveEntry(withdrawn);
    const second = await record(original, reversal(original, 1));
    expect((await test.books.listReversals(original.id)).map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  it('of several at once, one is recorded', async () => {
    const original = await posted();
    const results = await Promise.allSettled([0, 1, 2, 3].map((round) => record(original, reversal(original, round))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))).toEqual(
      Array(3).fill('REVERSAL_OPEN'),
    );
  });

  it('of an entry that is not posted is refused', async () => {
    const original = await posted();
    await book(await record(original, reversal(original)), '1900009002');
    expect(await problemCode(record(original, reversal(original, 1)))).toBe('STATE_MOVED');
  });

  it('that is open is withdrawn together with the finding that somebody else reversed the document', async () => {
    const original = await posted();
    const open = await record(original, reversal(original));
    const found = { id: original.id, from: 'posted', to: 'reversed', actor: ANNA, why: 'found in SAP' } as const;
    const after = await test.books.moveEntry({ ...found, reversedBy: { fiscalYear: '2026', sapDocumentNumber: '77' } });
    expect(after).toMatchObject({ state: 'reversed', reversalKey: null, reversedBy: { sapDocumentNumber: '77' } });
    expect(await test.books.getEntry(open.id)).toMatchObject({ state: 'withdrawn' });
  });

  it('that may be in SAP keeps its entry from being taken for reversed by somebody else', async () => {
    const original = await posted();
    const { id } = await record(original, reversal(original));
    const sending = { id, from: 'approved', to: 'sending', actor: ANNA, why: 'sent' } as const;
    await test.books.moveEntry({ ...sending, messageCreatedAt: '2026-11-01T10:00:00Z' });
    const found = {
      id: original.id,
      from: 'posted',
      to: 'reversed',
      actor: ANNA,
      why: 'found',
      reversedBy: null,
    } as const;
    expect(await problemCode(test.books.moveEntry(found))).toBe('STATE_MOVE_IMPOSSIBLE');
    expect(await test.books.getEntry(original.id)).toMatchObject({ state: 'posted' });
  });

  it('keeps the proposal of its settlement in its place until it is booked', async () => {
    const original = await posted();
    const open = await record(original, reversal(original));
    const back = {
      key: original.origin.key as SettlementKey,
      from: 'proposed',
      to: 'received',
      actor: ANNA,
      why: 'anew',
      withdraws: 'reversed',
    } as const;
    expect(await problemCode(test.books.moveSettlement(back))).toBe('PROPOSAL_FROZEN');
    await book(open, '1900009003');
    expect(await test.books.moveSettlement(back)).toMatchObject({ state: 'received', revision: 1 });
    expect(await test.books.getEntry(original.id)).toMatchObject({ state: 'reversed', isCurrent: false });
    expect((await test.books.countEntries([original.origin.key])).size).toBe(0);
  });
});

describe('the database refuses', () => {
  let original: EntryRecord;
  let open: EntryRecord;
  beforeAll(async () => {
    original = await posted();
    open = await record(original, reversal(original));
  });

  it.each<[string, () => string, string]>([
    [
      'a second reversal of an entry',
      () =>
        `insert into entry select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'posting_key',
          'AMZSECOND', 'ordinal', 99))).* from entry e where id = '${open.id}'`,
      'one_reversal_of_entry',
    ],
    ['another reason', () => `update entry set reversal_reason = '02' where id = '${open.id}'`, 'what entry'],
    ['that it reverses nothing', () => `update entry set reverses_id = null where id = '${open.id}'`, 'never changes'],
    [
      'a reversal that is reversed',
      () =>
        `update entry set state = 'reversed', attempt = 1, sending_since = now(), message_created_at = 'x',
          sap_company_code = '1710', fiscal_year = '2026', sap_document_number = '1' where id = '${open.id}'`,
      'reversal_has_its_own_life',
    ],
    [
      'a document that reversed what is not reversed',
      () =>
        `update entry set reversed_by_fiscal_year = '2026', reversed_by_document_number = '1' where id = '${original.id}'`,
      'reversed_by_is_whole',
    ],
  ])('%s', async (_, statement, says) => {
    expect(await attempt(statement())).toContain(says);
  });

  it('a reversal of another document, of another company code, or of a reversal', async () => {
    const other = await posted();
    const foreign = reversal(other, 0, { reversal: { ...reversal(other).reversal!, sapDocumentNumber: '4711' } });
    await expect(record(other, foreign)).rejects.toThrow('does not reverse entry');
    const elsewhere = reversal(other, 0, { companyCode: '1010' as JournalEntry['companyCode'] });
    await expect(record(other, elsewhere)).rejects.toThrow('does not reverse entry');
    const booked = await book(await record(other, reversal(other)), '1900009004');
    await expect(record(booked, reversal(booked))).rejects.toThrow('does not reverse entry');
    expect(await test.books.listReversals(other.id)).toHaveLength(1);
  });
});
