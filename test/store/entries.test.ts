import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection, EntryRecord, EntryState } from '../../src/app/index.ts';
import { money } from '../../src/core/index.ts';
import {
  type CompanyCode,
  type CustomerNumber,
  entryDigest,
  type GlAccount,
  type JournalLine,
} from '../../src/ledger/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import {
  ANNA,
  addConnection,
  EUR,
  entry,
  exchange,
  line,
  postingKey,
  problemCode,
  proposalOf,
  propose,
  receive,
  SOME_SHA,
  SYSTEM_ACTOR,
} from './samples.ts';

let test: TestBooks;
let connection: Connection;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
});
afterAll(() => test.close());

const DOCUMENT = { companyCode: '1710' as CompanyCode, fiscalYear: '2026', sapDocumentNumber: '1900000001' };
const CREATED_AT = '2026-11-01T10:00:00.123456Z';

let made = 0;
async function proposed(lines: readonly JournalLine[] = [line(100n), line(-100n)]): Promise<EntryRecord> {
  made += 1;
  const settlement = await receive(test.books, connection, `2${String(made).padStart(6, '0')}`);
  await propose(test.books, settlement, proposalOf([entry(postingKey(made), lines)]));
  return (await test.books.listEntries({ originKey: settlement.key }))[0]!;
}

const approve = (record: EntryRecord, digest = record.digest) =>
  test.books.moveEntry({
    id: record.id,
    from: 'proposed',
    to: 'approved',
    actor: ANNA,
    why: 'checked',
    approvedDigest: digest,
  });
const send = (record: EntryRecord) =>
  test.books.moveEntry({
    id: record.id,
    from: 'approved',
    to: 'sending',
    actor: SYSTEM_ACTOR,
    why: 'sent',
    messageCreatedAt: CREATED_AT,
  });
const settle = (record: EntryRecord, to: EntryState, facts: object = {}) =>
  test.books.moveEntry({
    id: record.id,
    from: 'sending',
    to,
    attempt: record.attempt,
    actor: SYSTEM_ACTOR,
    why: 'answer',
    ...facts,
  });
const sending = async () => send(await approve(await proposed()));

const text = (max: number) =>
  fc.string({ unit: 'grapheme', maxLength: max }).map((value) => value.replaceAll('\0', ''));
const minor = fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n });
const lineArbitrary = fc.record({
  kind: text(20),
  glAccount: text(10) as fc.Arbitrary<GlAccount>,
  costCenter: fc.option(text(10)),
  profitCenter: fc.option(text(10)),
  taxCode: fc.constantFrom('A1', 'V0'),
  base: minor,
  tax: fc.option(minor),
  text: text(50),
});

it('whatever an entry says, it reads back the same to the last digit and character', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lineArbitrary, { minLength: 1, maxLength: 6 }), async (facts) => {
      const lines = facts.map(({ base, tax, taxCode, ...rest }, index) =>
        line(base, {
          ...rest,
          taxCode: tax === null ? null : taxCode,
          tax: tax === null ? null : { taxCode, base: money(EUR, base), amount: money(EUR, tax) },
          amount: money(EUR, base + (tax ?? 0n)),
          buckets: [index * 2 + 1, index * 2],
        }),
      );
      const total = lines.reduce((sum, { amount }) => sum + amount.minor, 0n);
      const record = await proposed([...lines, line(-total)]);
      expect(record.entry).toEqual(entry(record.entry.postingKey, [...lines, line(-total)]));
      expect(record.digest).toBe(entryDigest(record.entry));
    }),
    { numRuns: 25, seed: 1 },
  );
});

it('the customer of a line is kept, and a line without one has none', async () => {
  const customer = { customer: '0001000123' as CustomerNumber, kind: 'payout', buckets: [] };
  const lines = [line(7n, customer), line(5n, { ...customer, customer: 'AMZ-DE' as CustomerNumber }), line(-12n)];
  const record = await proposed(lines);
  expect(record.entry.lines).toEqual(lines);
  expect(record.entry.lines[2]).not.toHaveProperty('customer');
  expect(record.digest).toBe(entryDigest(record.entry));
});

it('an entry of 900 lines with many buckets reads back in order', async () => {
  const lines = Array.from({ length: 899 }, (_, index) => line(1n, { buckets: [index * 3 + 2, index * 3] }));
  const record = await proposed([...lines, line(-899n)]);
  expect(record.entry.lines).toEqual([...lines, line(-899n)]);
});

it('an entry is found by its id, its posting key and its SAP document number', async () => {
  const posted = await settle(await sending(), 'posted', { document: { ...DOCUMENT, sapDocumentNumber: '42' } });
  const { companyCode, fiscalYear } = posted.document!;
  for (const ref of [posted.id, posted.entry.postingKey, '42', `42/${companyCode}/${fiscalYear}`])
    expect(await test.books.getEntry(ref)).toEqual(posted);
  for (const ref of ['AMZNOTHERE', `42/9999/${fiscalYear}`, `42/${companyCode}/1999`]) {
    expect(await problemCode(test.books.getEntry(ref))).toBe('ENTRY_UNKNOWN');
  }
});

it('a document number that two entries have is ambiguous, not guessed', async () => {
  for (const _ of [1, 2])
    await settle(await sending(), 'posted', { document: { ...DOCUMENT, sapDocumentNumber: '77' } });
  await expect(test.books.getEntry('77')).rejects.toMatchObject({
    code: 'ENTRY_AMBIGUOUS',
    says: expect.stringMatching(new RegExp(`77/${DOCUMENT.companyCode}/${DOCUMENT.fiscalYear}, .*77/`)),
  });
});

it('entries are listed by connection and state', async () => {
  const other = await addConnection(test.books);
  const settlement = await receive(test.books, other, '1');
  const lines = [line(1n), line(-1n)];
  await propose(test.books, settlement, proposalOf([8001, 8002].map((number) => entry(postingKey(number), lines))));
  const [first, second] = await test.books.listEntries({ connectionId: other.id });
  const approved = await approve(first!);
  expect(await test.books.listEntries({ connectionId: other.id, states: ['approved'] })).toEqual([approved]);
  expect(await test.books.listEntries({ connectionId: other.id, states: ['proposed', 'sending'] })).toEqual([second]);
  expect(await test.books.listEntries({ connectionId: other.id, states: [] })).toEqual([]);
});

it('an approval pins the digest of what was approved, and another digest is refused', async () => {
  const record = await proposed();
  expect(await problemCode(approve(record, SOME_SHA))).toBe('ENTRY_CHANGED');
  expect((await test.books.getEntry(record.id)).state).toBe('proposed');
  expect(await approve(record)).toMatchObject({ state: 'approved', approvedDigest: record.digest });
});

it('the intent to send is one more attempt, and the time of the message stays that of the first', async () => {
  const first = await sending();
  expect(first).toMatchObject({ attempt: 1, messageCreatedAt: CREATED_AT, sendingSince: expect.any(String) });
  const back = await settle(first, 'approved');
  const second = await test.books.moveEntry({
    id: back.id,
    from: 'approved',
    to: 'sending',
    actor: SYSTEM_ACTOR,
    why: 'again',
    messageCreatedAt: '2030-01-01T00:00:00Z',
  });
  expect(second).toMatchObject({ attempt: 2, messageCreatedAt: CREATED_AT });
});

it('each attempt keeps what became of it', async () => {
  const problem = { code: 'SAP_UNAVAILABLE', kind: 'unavailable' as const, says: 'No answer.', next: 'Wait.' };
  const messages = [{ typeId: '507(F5)', severity: 'error' as const, text: 'Period 010/2026 is not open' }];
  const back = await settle(await sending(), 'approved', { problem, exchange: { ...exchange('1'), httpStatus: null } });
  const refused = await settle(await send(back), 'rejected', { messages, problem, exchange: exchange('2') });
  expect(refused).toMatchObject({ state: 'rejected', messages, problem, attempt: 2 });
  const corrected = { id: refused.id, from: 'rejected' as const, to: 'approved' as const, actor: ANNA, why: 'opened' };
  const third = await send(await test.books.moveEntry({ ...corrected, problem: null }));
  expect(await test.books.listAttempts(refused.id)).toMatchObject([
    { attempt: 1, outcome: 'unavailable', httpStatus: null, problem, durationMs: 12 },
    { attempt: 2, outcome: 'rejected', httpStatus: 200, messages, requestSha256: exchange('2').requestSha256 },
    { attempt: 3, outcome: null, finishedAt: null, startedAt: third.sendingSince },
  ]);
});

it('an outcome of an earlier attempt is not recorded for the current one', async () => {
  const first = await sending();
  const second = await send(await settle(first, 'approved'));
  expect(await problemCode(settle(first, 'posted', { document: DOCUMENT }))).toBe('STATE_MOVED');
  expect(await test.books.getEntry(first.id)).toEqual(second);
});

it('leaving `sending` without saying which attempt is a defect', async () => {
  const { id } = await sending();
  const move = { id, from: 'sending' as const, to: 'unknown' as const, actor: SYSTEM_ACTOR, why: 'crash' };
  expect(await problemCode(test.books.moveEntry(move))).toBe('DEFECT');
});

it('an entry found in SAP is adopted from `unknown` with its document', async () => {
  const unknown = await settle(await sending(), 'unknown');
  const posted = await test.books.moveEntry({
    id: unknown.id,
    from: 'unknown',
    to: 'posted',
    actor: SYSTEM_ACTOR,
    why: 'found',
    document: DOCUMENT,
  });
  expect(posted).toMatchObject({ state: 'posted', document: DOCUMENT, attempt: 1 });
  expect(await test.books.listAttempts(posted.id)).toMatchObject([{ outcome: 'unknown' }]);
});

it('of several that send an entry at once, one does', async () => {
  const approved = await approve(await proposed());
  const results = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => send(approved)));
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  expect(results.flatMap((r) => (r.status === 'rejected' ? [r.reason.code] : []))).toEqual(
    Array(5).fill('STATE_MOVED'),
  );
  expect(await test.books.listAttempts(approved.id)).toHaveLength(1);
});

it('a move the life cycle does not know is refused', async () => {
  const { id } = await proposed();
  const move = { id, from: 'proposed' as const, to: 'sending' as const, actor: ANNA, why: 'skip' };
  expect(await problemCode(test.books.moveEntry(move))).toBe('STATE_MOVE_IMPOSSIBLE');
});

it('an entry that was not sent becomes posted only when its document was found in SAP', async () => {
  const { id, digest } = await proposed();
  const move = {
    id,
    from: 'proposed' as const,
    to: 'posted' as const,
    actor: ANNA,
    why: 'its document is in SAP',
    document: DOCUMENT,
    approvedDigest: digest,
  };
  expect(await problemCode(test.books.moveEntry(move))).toBe('DEFECT');
  const found = await test.books.moveEntry({ ...move, isFoundInSap: true });
  expect(found).toMatchObject({ state: 'posted', attempt: 0, document: DOCUMENT, approvedDigest: digest });
  expect(await test.books.listAttempts(id)).toEqual([]);
  const [event] = await test.books.listEvents({ subject: `entry/${id}` });
  expect(event).toMatchObject({ action: 'entry.posted', why: 'its document is in SAP', before: { state: 'proposed' } });
});

it('each move is one audit event with who, why, before and after', async () => {
  const posted = await settle(await sending(), 'posted', { document: DOCUMENT });
  const events = await test.books.listEvents({ subject: `entry/${posted.id}` });
  expect(events.map(({ action, actor, before, after }) => [action, actor.name, before?.state, after?.state])).toEqual([
    ['entry.approved', 'anna', 'proposed', 'approved'],
    ['entry.sending', 'seller-ledger', 'approved', 'sending'],
    ['entry.posted', 'seller-ledger', 'sending', 'posted'],
  ]);
  expect(events.at(-1)?.after).toMatchObject({ document: DOCUMENT, digest: posted.digest, attempt: 1 });
});

it('a move that fails leaves no audit event', async () => {
  const record = await proposed();
  await approve(record);
  const before = await test.books.listEvents({ subject: `entry/${record.id}` });
  expect(await problemCode(approve(record))).toBe('STATE_MOVED');
  expect(await test.books.listEvents({ subject: `entry/${record.id}` })).toEqual(before);
});

it('a problem is kept with an entry whose state does not change, and only while it does not', async () => {
  const unknown = await settle(await sending(), 'unknown');
  const problem = { code: 'SAP_DOCUMENT_DIFFERS', kind: 'conflict' as const, says: 'Two totals.', next: 'Compare.' };
  const note = { id: unknown.id, actor: SYSTEM_ACTOR, problem };
  expect(await test.books.annotateEntry({ ...note, state: 'unknown' })).toMatchObject({ state: 'unknown', problem });
  expect(await problemCode(test.books.annotateEntry({ ...note, state: 'approved' }))).toBe('STATE_MOVED');
  expect((await test.books.listEvents({ subject: `entry/${unknown.id}` })).at(-1)).toMatchObject({
    action: 'entry.annotate',
    after: { problem: 'SAP_DOCUMENT_DIFFERS' },
  });
  expect(await test.books.annotateEntry({ ...note, problem: null, state: 'unknown' })).toMatchObject({ problem: null });
  expect((await test.books.listEvents({ subject: `entry/${unknown.id}` })).at(-1)).toMatchObject({
    action: 'entry.annotate',
    before: { problem: 'SAP_DOCUMENT_DIFFERS' },
    after: { problem: null },
  });
});
