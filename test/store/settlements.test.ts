import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection, ProposalToRecord } from '../../src/app/index.ts';
import { money } from '../../src/core/index.ts';
import type { Proof } from '../../src/ledger/index.ts';
import type { QuarantineItem } from '../../src/mapping/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import {
  ANNA,
  addConnection,
  bytesOf,
  EUR,
  entry,
  line,
  postingKey,
  problemCode,
  proposalOf,
  propose,
  reading,
  receive,
  SYSTEM_ACTOR,
} from './samples.ts';

let test: TestBooks;
let connection: Connection;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
});
afterAll(() => test.close());

const PROOF: Proof = {
  name: 'rows-equal-total',
  ok: false,
  expected: '123.45',
  actual: '123.44',
  says: 'Rows and total.',
};
const ITEM: QuarantineItem = {
  code: 'LINE_KIND_UNKNOWN',
  transactionType: 'Order',
  amountType: 'ItemFees',
  amountDescription: 'NewFee',
  marketplace: 'Amazon.de',
  count: 3,
  amount: money(EUR, -9_007_199_254_740_993n),
  firstRow: 17,
  says: 'Unknown.',
  next: 'Add it.',
};
let keys = 0;
const nextKey = () => {
  keys += 1;
  return postingKey(keys);
};
const balanced = (minor = 100n): ProposalToRecord => proposalOf([entry(nextKey(), [line(minor), line(-minor)])]);

it('the same settlement with the same bytes is received once', async () => {
  const first = await receive(test.books, connection, '100');
  expect(first).toMatchObject({ state: 'received', digest: null, lineCount: 6, header: reading('100').header });
  expect(await receive(test.books, connection, '100')).toEqual(first);
  expect(await test.books.listEvents({ subject: `settlement/${first.key}` })).toHaveLength(1);
});

it('the same settlement with other bytes is refused and changes nothing', async () => {
  const first = await receive(test.books, connection, '101');
  expect(await problemCode(receive(test.books, connection, '101', 'a re-issue'))).toBe('SETTLEMENT_REISSUED');
  expect(await test.books.getSettlement(first.key)).toEqual(first);
});

it('the same settlement received by many at once is one settlement', async () => {
  const { sha256 } = await test.books.putEvidence(bytesOf('102'), { origin: 't', contentType: null, headers: {} });
  const input = { connectionId: connection.id, sha256, reading: reading('102') };
  const records = await Promise.all([1, 2, 3, 4].map(() => test.books.receiveSettlement(input, SYSTEM_ACTOR)));
  expect(new Set(records.map((record) => record.key)).size).toBe(1);
  expect(await test.books.listEvents({ subject: `settlement/${records[0]!.key}` })).toHaveLength(1);
});

it('the same settlement id of two seller accounts is two settlements, and the id alone is ambiguous', async () => {
  const other = await addConnection(test.books);
  const mine = await receive(test.books, connection, '103');
  const theirs = await receive(test.books, other, '103');
  expect(theirs.key).not.toBe(mine.key);
  expect(await problemCode(test.books.getSettlement('103'))).toBe('SETTLEMENT_AMBIGUOUS');
  expect(await test.books.getSettlement(theirs.key)).toEqual(theirs);
  expect(await problemCode(test.books.getSettlement('999'))).toBe('SETTLEMENT_UNKNOWN');
});

it('a quarantined settlement keeps its proofs, items and problem to the last digit', async () => {
  const { key } = await receive(test.books, connection, '104');
  const problem = { code: 'SETTLEMENT_UNPROVEN', kind: 'unproven' as const, says: 'One cent.', next: 'Look.' };
  const move = { key, from: 'received' as const, to: 'quarantined' as const, actor: SYSTEM_ACTOR, why: 'one cent' };
  const moved = await test.books.moveSettlement({ ...move, proofs: [PROOF], quarantine: [ITEM], problem });
  expect(moved).toMatchObject({ state: 'quarantined', proofs: [PROOF], quarantine: [ITEM], problem });
  expect(await test.books.getSettlement('104')).toEqual(moved);
  expect(await test.books.listSettlements({ connectionId: connection.id, state: 'quarantined' })).toEqual([moved]);
  const again = await test.books.moveSettlement({ ...move, from: 'quarantined', to: 'received', why: 'mapped now' });
  expect(again).toMatchObject({ state: 'received', proofs: [], quarantine: [], problem: null });
});

it('a move the life cycle does not know is refused before anything is touched', async () => {
  const { key } = await receive(test.books, connection, '105');
  const move = { key, from: 'received' as const, to: 'proposed' as const, actor: ANNA, why: 'skip' };
  expect(await problemCode(test.books.moveSettlement({ ...move, proposal: balanced() }))).toBe('STATE_MOVE_IMPOSSIBLE');
  expect((await test.books.getSettlement(key)).state).toBe('received');
});

it('of several that move a settlement at once, one wins and the others are told', async () => {
  const { key } = await receive(test.books, connection, '106');
  const move = { key, from: 'received' as const, to: 'proven' as const, actor: SYSTEM_ACTOR, why: 'race' };
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => test.books.moveSettlement(move)));
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  expect(results.flatMap((r) => (r.status === 'rejected' ? [r.reason.code] : []))).toEqual(
    Array(4).fill('STATE_MOVED'),
  );
  const actions = (await test.books.listEvents({ subject: `settlement/${key}` })).map((event) => event.action);
  expect(actions).toEqual(['settlement.receive', 'settlement.proven']);
});

it('a proposal is recorded with its move, and the audit event carries both digests', async () => {
  const settlement = await receive(test.books, connection, '107');
  const proposal = balanced();
  const proposed = await propose(test.books, settlement, proposal);
  expect(proposed).toMatchObject({ state: 'proposed', digest: proposal.digest });
  const entries = await test.books.listEntries({ originKey: settlement.key });
  expect(entries.map((record) => [record.state, record.entry])).toEqual([['proposed', proposal.entries[0]]]);
  const event = (await test.books.listEvents({ subject: `settlement/${settlement.key}` })).at(-1)!;
  expect(event).toMatchObject({
    action: 'settlement.proposed',
    before: { state: 'proven', digest: null },
    after: { digest: proposal.digest, mapping: proposal.mappingSha256, postingKeys: [proposal.entries[0]!.postingKey] },
  });
});

it('when one entry of a proposal cannot be recorded, nothing of it is, and the settlement has not moved', async () => {
  const settlement = await receive(test.books, connection, '108');
  const good = entry(nextKey(), [line(5n), line(-5n)]);
  const unbalanced = entry(nextKey(), [line(5n), line(-4n)]);
  await expect(propose(test.books, settlement, proposalOf([good, unbalanced]))).rejects.toThrow(
    'sums to 1, not to zero',
  );
  expect((await test.books.getSettlement(settlement.key)).state).toBe('proven');
  expect(await test.books.listEntries({ originKey: settlement.key })).toEqual([]);
  expect((await test.books.listEvents({ subject: `settlement/${settlement.key}` })).at(-1)?.action).toBe(
    'settlement.proven',
  );
});

it('a proposal is replaced while all its entries are still proposed', async () => {
  const settlement = await receive(test.books, connection, '109');
  const { key } = settlement;
  const first = balanced(100n);
  await propose(test.books, settlement, first);
  const actor = ANNA;
  const why = 'mapping changed';
  const quarantined = await test.books.moveSettlement({ key, from: 'proposed', to: 'quarantined', actor, why });
  expect(quarantined.digest).toBeNull();
  expect(await test.books.listEntries({ originKey: key })).toEqual([]);
  const received = await test.books.moveSettlement({ key, from: 'quarantined', to: 'received', actor, why });
  // The same posting key with another content: the settlement's booking keeps its identity.
  const second = proposalOf([entry(first.entries[0]!.postingKey, [line(200n), line(-200n)])]);
  const proposed = await propose(test.books, received, second);
  expect(proposed.digest).toBe(second.digest);
  expect((await test.books.listEntries({ originKey: key })).map((record) => record.entry)).toEqual(second.entries);
});

it('a proposal is frozen as soon as one of its entries was approved', async () => {
  const settlement = await receive(test.books, connection, '110');
  const { key } = settlement;
  await propose(test.books, settlement, proposalOf([1, 2].map(() => entry(nextKey(), [line(7n), line(-7n)]))));
  const [first] = await test.books.listEntries({ originKey: key });
  const approve = { id: first!.id, from: 'proposed' as const, to: 'approved' as const, actor: ANNA, why: 'fine' };
  await test.books.moveEntry({ ...approve, approvedDigest: first!.digest });
  const back = { key, from: 'proposed' as const, to: 'quarantined' as const, actor: ANNA, why: 'second thoughts' };
  expect(await problemCode(test.books.moveSettlement(back))).toBe('PROPOSAL_FROZEN');
  expect((await test.books.getSettlement(key)).state).toBe('proposed');
  expect(await test.books.listEntries({ originKey: key })).toHaveLength(2);
});

it('an approval racing the withdrawal of its proposal: exactly one of the two happens', async () => {
  for (let round = 0; round < 10; round += 1) {
    const settlement = await receive(test.books, connection, `12${round}`);
    const { key } = settlement;
    await propose(test.books, settlement, balanced());
    const [record] = await test.books.listEntries({ originKey: key });
    const { id, digest } = record!;
    const [approval, withdrawal] = await Promise.allSettled([
      test.books.moveEntry({ id, from: 'proposed', to: 'approved', actor: ANNA, why: 'fine', approvedDigest: digest }),
      test.books.moveSettlement({ key, from: 'proposed', to: 'quarantined', actor: ANNA, why: 'no' }),
    ]);
    expect([approval.status, withdrawal.status].sort()).toEqual(['fulfilled', 'rejected']);
    const left = await test.books.listEntries({ originKey: key });
    expect(left.map((found) => found.state)).toEqual(approval.status === 'fulfilled' ? ['approved'] : []);
  }
});

it('drill-down finds the rows of buckets and the runs of an order across block borders', async () => {
  const settlement = await receive(test.books, connection, '130');
  const rowCount = 600_000;
  const bucketOfRow = new Uint32Array(rowCount).fill(0xffff_ffff);
  const wanted = [3, 262_143, 262_144, 524_288, 599_999];
  for (const row of wanted) bucketOfRow[row] = 7;
  bucketOfRow[4] = 0;
  const runs = Array.from({ length: 9_000 }, (_, index) => ({
    orderId: index % 3 === 0 ? '302-ÄÖ-😀' : `302-${index}`,
    sku: `SKU "${index % 5}"`,
    firstRow: 9_000 - index,
    rowCount: (index % 4) + 1,
  }));
  const proposal = { ...balanced(), rows: { bucketOfRow, runs } };
  await propose(test.books, settlement, proposal);
  expect(await test.books.rowsOfBuckets(settlement.key, [7])).toEqual(wanted);
  expect(await test.books.rowsOfBuckets(settlement.key, [7, 0])).toEqual([3, 4, ...wanted.slice(1)]);
  expect(await test.books.rowsOfBuckets(settlement.key, [1])).toEqual([]);
  const expected = runs.filter((run) => run.orderId === '302-ÄÖ-😀').sort((a, b) => a.firstRow - b.firstRow);
  expect(await test.books.runsOfOrder(settlement.key, '302-ÄÖ-😀')).toEqual(expected);
  expect(await test.books.runsOfOrder(settlement.key, '302-4000')).toEqual([runs[4_000]]);
  expect(await test.books.runsOfOrder(settlement.key, '302-9999')).toEqual([]);
});
