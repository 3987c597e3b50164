/** Accruals in the store: one of a name stands at a time, it never changes, and its entries live as those of settlements do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccrualRecord, Connection, EntryRecord } from '../../src/app/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';
import { reversalOf } from '../../src/ledger/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, bytesOf, entry, line, postingKey, problemCode, proposalOf } from './samples.ts';

let test: TestBooks;
let connection: Connection;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
});
afterAll(() => test.close());

let keys = 100;

async function record(name: string, revision = 0): Promise<AccrualRecord> {
  const { sha256 } = await test.books.putEvidence(bytesOf(`sources of ${name} ${revision}`), {
    origin: 'test',
    contentType: null,
    headers: {},
  });
  keys += 2;
  const lines = [line(5n), line(-5n)];
  const mirrored = [line(-5n), line(5n)];
  const {
    rows: _,
    revision: __,
    ...proposal
  } = proposalOf([entry(postingKey(keys), lines), entry(postingKey(keys + 1), mirrored)]);
  return test.books.recordAccrual({
    connectionId: connection.id,
    kind: 'month-end',
    name,
    revision,
    period: { from: parseLocalDate('2026-10-01'), to: parseLocalDate('2026-10-31') },
    asOf: '2026-11-02T08:00:00.000Z',
    sourcesSha256: sha256,
    sourceCount: 2,
    proposal,
    actor: ANNA,
    why: 'month end',
  });
}

const entriesOf = ({ key }: AccrualRecord) => test.books.listEntries({ originKey: key });

async function book(one: EntryRecord, sapDocumentNumber: string): Promise<EntryRecord> {
  const { id, digest } = one;
  const base = { id, actor: ANNA, why: 'test' };
  if (one.state === 'proposed') {
    await test.books.moveEntry({ ...base, from: 'proposed', to: 'approved', approvedDigest: digest });
  }
  await test.books.moveEntry({ ...base, from: 'approved', to: 'sending', messageCreatedAt: '2026-11-02T08:00:00Z' });
  const document = { companyCode: one.entry.companyCode, fiscalYear: '2026', sapDocumentNumber };
  return test.books.moveEntry({ ...base, from: 'sending', to: 'posted', attempt: 1, document });
}

describe('an accrual', () => {
  it('is recorded with its entries, its sources and an audit event', async () => {
    const accrual = await record('2026-10 a');
    expect(accrual).toMatchObject({ kind: 'month-end', revision: 0, sourceCount: 2, withdrawnAt: null });
    expect(accrual.asOf).toBe('2026-11-02T08:00:00.000Z');
    const entries = await entriesOf(accrual);
    expect(entries.map(({ state, isCurrent }) => [state, isCurrent])).toEqual([
      ['proposed', true],
      ['proposed', true],
    ]);
    expect(entries[0]!.origin).toEqual({
      kind: 'accrual',
      key: accrual.key,
      name: '2026-10 a',
      accrualKind: 'month-end',
    });
    expect(entries[0]!.connectionId).toBe(connection.id);
    const [event] = await test.books.listEvents({ subject: `accrual/${accrual.key}` });
    expect(event).toMatchObject({ action: 'accrual.propose', why: 'month end' });
    expect(await test.books.getAccrual('2026-10 a')).toEqual(accrual);
    expect((await test.books.pastOf(connection.id)).companyCodes).toEqual([entries[0]!.entry.companyCode]);
  });

  it('stands once: the same name is refused until it is withdrawn, and then takes a later revision', async () => {
    const first = await record('2026-10 b');
    expect(await problemCode(record('2026-10 b'))).toBe('ACCRUAL_EXISTS');
    expect(await problemCode(record('2026-10 b', 1))).toBe('ACCRUAL_EXISTS');
    const withdrawn = await test.books.withdrawAccrual({ key: first.key, actor: ANNA, why: 'wrong' });
    expect(withdrawn.withdrawnAt).not.toBeNull();
    expect(await entriesOf(first)).toEqual([]);
    expect(await problemCode(record('2026-10 b', 0))).toBe('ACCRUAL_EXISTS');
    const second = await record('2026-10 b', 1);
    expect(await test.books.getAccrual('2026-10 b')).toEqual(second);
    expect(await test.books.listAccruals({ connectionId: connection.id, isStanding: true })).not.toContainEqual(
      withdrawn,
    );
    expect(await problemCode(test.books.withdrawAccrual({ key: first.key, actor: ANNA, why: 'twice' }))).toBe(
      'STATE_MOVED',
    );
  });

  it('is withdrawn only when nothing of it is in SAP: what is posted has to be reversed first', async () => {
    const accrual = await record('2026-10 c');
    const [first, second] = await entriesOf(accrual);
    const posted = await book(first!, '100');
    const wish = { key: accrual.key, actor: ANNA, why: 'wrong' };
    expect(await problemCode(test.books.withdrawAccrual(wish))).toBe('PROPOSAL_FROZEN');
    const reversal = await test.books.recordReversal({
      original: posted.id,
      entry: reversalOf(posted.entry, {
        round: 0,
        reason: '01',
        postingDate: posted.entry.postingDate,
        fiscalYear: '2026',
        sapDocumentNumber: '100',
      }),
      actor: ANNA,
      why: 'wrong',
    });
    expect(reversal.origin.key).toBe(accrual.key);
    await book(reversal, '101');
    const withdrawn = await test.books.withdrawAccrual(wish);
    expect(withdrawn.withdrawnAt).not.toBeNull();
    const left = await entriesOf(accrual);
    expect(left.map(({ state, isCurrent }) => [state, isCurrent])).toEqual([
      ['reversed', false],
      ['posted', false],
    ]);
    expect(left.map(({ id }) => id)).not.toContain(second!.id);
  });

  it('never changes and never goes: the database refuses it', async () => {
    await record('2026-10 d');
    const change = test.database.pool.query("update accrual set name = 'other'");
    await expect(change).rejects.toThrow('append-only');
    await expect(test.database.pool.query('delete from accrual')).rejects.toThrow('append-only');
    const both = test.database.pool.query('update proposal set settlement_key = null, accrual_key = null');
    await expect(both).rejects.toThrow('proposal_has_one_origin');
  });

  it('one that is not there is a named problem', async () => {
    expect(await problemCode(test.books.getAccrual('2020-01'))).toBe('ACCRUAL_UNKNOWN');
  });

  it('a name that two sellers have is asked for by id', async () => {
    const accrual = await record('2026-10 e');
    const mine = connection;
    connection = await addConnection(test.books);
    const other = await record('2026-10 e');
    connection = mine;
    expect(await problemCode(test.books.getAccrual('2026-10 e'))).toBe('ACCRUAL_AMBIGUOUS');
    expect(await test.books.getAccrual(other.key)).toEqual(other);
    expect(accrual.key).not.toBe(other.key);
  });
});
