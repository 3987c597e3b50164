import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Deposit,
  type DepositRecord,
  importDeposits,
  LEDGER_KINDS,
  type ReconciliationStore,
  type SettlementRecord,
} from '../../src/app/index.ts';
import { type LocalDate, money, sha256Of } from '../../src/core/index.ts';
import { createReconciliationStore } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, EUR, entry, line, postingKey, proposalOf, propose, receive } from './samples.ts';

let test: TestBooks;
let store: ReconciliationStore;
let settlement: SettlementRecord;

beforeAll(async () => {
  test = await openTestBooks();
  store = createReconciliationStore(test.database);
  settlement = await receive(test.books, await addConnection(test.books), '11000000001');
});
afterAll(() => test.close());

const movement = (reference: string, facts: Partial<Deposit> = {}): Deposit => ({
  bankAccount: 'DE02120300000000202051',
  statementId: '2026/10',
  entryReference: reference,
  bookedOn: '2026-10-15' as LocalDate,
  valueOn: null,
  amount: money(EUR, 12_345n),
  counterparty: 'AMAZON PAYMENTS EUROPE',
  text: 'payout',
  ...facts,
});
const importing = (...deposits: Deposit[]) =>
  importDeposits(
    { books: test.books, reconciliation: store, actor: ANNA },
    { deposits, leftOut: 3, statementSha256: sha256Of('the statement'), origin: 'bank statement', why: 'month end' },
  );
const only = async (reference: string): Promise<DepositRecord> => store.getDeposit(reference);

it('a movement is recorded once, also when another statement shows it again, with its evidence and its audit event', async () => {
  const first = await importing(movement('a'), movement('b', { amount: money(EUR, -5n) }));
  expect([first.recorded.length, first.known, first.leftOut]).toEqual([2, 0, 3]);
  const again = await importing(movement('a', { statementId: '2026/Q4' }), movement('c'));
  expect([again.recorded.map(({ entryReference }) => entryReference), again.known]).toEqual([['c'], 1]);
  const record = await only('a');
  expect(record).toMatchObject({ ...movement('a'), statementSha256: sha256Of('the statement'), withdrawnAt: null });
  const bytes: Uint8Array[] = [];
  for await (const chunk of test.books.openEvidence(record.evidenceSha256)) bytes.push(chunk);
  expect(Buffer.concat(bytes).toString()).toContain('"entryReference":"a"');
  const events = await test.books.listEvents({ subject: `deposit/${record.id}` });
  expect(events).toMatchObject([{ action: 'deposit.record', actor: ANNA, why: 'month end' }]);
});

it('DEPOSIT_CHANGED: a known movement with another amount stops the import, and nothing of it is recorded', async () => {
  await expect(importing(movement('new'), movement('a', { amount: money(EUR, 1n) }))).rejects.toMatchObject({
    code: 'DEPOSIT_CHANGED',
    kind: 'conflict',
  });
  await expect(only('new')).rejects.toMatchObject({ code: 'DEPOSIT_UNKNOWN' });
});

it('a pair stands until it is taken apart, which stays on record; each change has its reason', async () => {
  const { id } = await only('a');
  const pair = { depositId: id, settlementKey: settlement.key, actor: ANNA };
  await store.matchDeposit({ ...pair, rule: 'reference', why: 'trace id' });
  await store.matchDeposit({ ...pair, rule: 'person', why: 'again' });
  expect(await store.listDepositMatches()).toMatchObject([{ depositId: id, rule: 'reference', endedAt: null }]);
  const other = await receive(test.books, await addConnection(test.books), '11000000002');
  await expect(
    store.matchDeposit({ ...pair, settlementKey: other.key, rule: 'person', why: 'x' }),
  ).rejects.toMatchObject({
    code: 'DEPOSIT_MATCHED',
  });
  await expect(store.withdrawDeposit(id, ANNA, 'x')).rejects.toMatchObject({ code: 'DEPOSIT_MATCHED' });
  await store.unmatchDeposit(id, ANNA, 'it is of another seller');
  await expect(store.unmatchDeposit(id, ANNA, 'x')).rejects.toMatchObject({ code: 'DEPOSIT_NOT_MATCHED' });
  expect(await store.listDepositMatches()).toMatchObject([{ endedWhy: 'it is of another seller' }]);
  await store.matchDeposit({ ...pair, settlementKey: other.key, rule: 'person', why: 'that one' });
  const events = await test.books.listEvents({ subject: `deposit/${id}` });
  expect(events.map(({ action }) => action).sort()).toEqual([
    'deposit.match',
    'deposit.match',
    'deposit.record',
    'deposit.unmatch',
  ]);
  expect((await test.books.verify()).ok).toBe(true);
});

it('what was entered by mistake is withdrawn, out of the list and not deleted; nothing of a deposit ever changes', async () => {
  const { id } = await only('c');
  await store.withdrawDeposit(id, ANNA, 'a typing error');
  expect((await store.listDeposits()).map(({ entryReference }) => entryReference)).toEqual(['a', 'b']);
  expect((await only('c')).withdrawnAt).not.toBeNull();
  const run = (statement: string) => test.database.pool.query(statement);
  await expect(run(`update deposit set amount_minor = 1`)).rejects.toThrow(/never changes/);
  await expect(run(`delete from deposit`)).rejects.toThrow(/never changes/);
  await expect(run(`truncate deposit cascade`)).rejects.toThrow();
});

it('DEPOSIT_UNKNOWN: by a start of an id that several have, or that none has', async () => {
  await expect(store.getDeposit('ffffffff-ffff')).rejects.toMatchObject({ code: 'DEPOSIT_UNKNOWN' });
  await expect(store.getDeposit('nothing')).rejects.toMatchObject({ code: 'DEPOSIT_UNKNOWN' });
  const { id } = await only('b');
  expect((await store.getDeposit(id.slice(0, 13))).id).toBe(id);
});

it('ledger lines are those of recorded entries, without lines of other kinds and without withdrawn entries', async () => {
  const payout = line(100n, { kind: 'payout' });
  const entries = [entry(postingKey(1), [payout, line(-100n)])];
  await propose(test.books, settlement, proposalOf(entries));
  const lines = await store.listLedgerLines(settlement.connectionId, LEDGER_KINDS);
  expect(lines).toEqual([
    {
      postingKey: postingKey(1),
      companyCode: '1710',
      currency: 'EUR',
      postingDate: '2026-10-31',
      originKey: settlement.key,
      originName: '11000000001',
      kind: 'payout',
      minor: 100n,
      isBooked: false,
    },
  ]);
});

it('BANK_STATEMENT_TOO_LONG: a file of more movements than one import takes is refused before anything is stored', async () => {
  const many = Array.from({ length: 100_001 }, () => movement('many'));
  await expect(importing(...many)).rejects.toMatchObject({ code: 'BANK_STATEMENT_TOO_LONG', kind: 'invalid' });
  await expect(only('many')).rejects.toMatchObject({ code: 'DEPOSIT_UNKNOWN' });
});
