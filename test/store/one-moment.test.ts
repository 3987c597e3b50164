/** A list is of one moment, whatever is moved while it is read. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Connection } from '../../src/app/index.ts';
import { money } from '../../src/core/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { addConnection, EUR, entry, line, postingKey, proposalOf, propose, receive, SYSTEM_ACTOR } from './samples.ts';

let test: TestBooks;
let connection: Connection;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => test.close());

/** Runs `change` as soon as the first statement of a list was answered, before any second one. */
function afterFirstStatement(change: () => Promise<unknown>): { happened: () => boolean } {
  const { pool } = test.database;
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  let changed: Promise<unknown> | undefined;
  vi.spyOn(pool, 'query').mockImplementation((async (...args: unknown[]) => {
    const answer = await query(...args);
    changed ??= change();
    await changed;
    return answer;
  }) as never);
  return { happened: () => changed !== undefined };
}

it('a settlement in quarantine is listed with what holds it there, also when it leaves it meanwhile', async () => {
  const { key } = await receive(test.books, connection, '100');
  const quarantine = [
    {
      code: 'LINE_KIND_UNKNOWN',
      transactionType: 'Order',
      amountType: 'ItemFees',
      amountDescription: 'NewFee',
      marketplace: 'Amazon.de',
      count: 1,
      amount: money(EUR, -100n),
      firstRow: 3,
      says: 'Unknown.',
      next: 'Add it.',
    },
  ];
  const move = { key, actor: SYSTEM_ACTOR, why: 'test' };
  const held = await test.books.moveSettlement({ ...move, from: 'received', to: 'quarantined', quarantine });
  const change = afterFirstStatement(() => test.books.moveSettlement({ ...move, from: 'quarantined', to: 'received' }));
  expect(await test.books.listSettlements()).toEqual([held]);
  expect(change.happened()).toBe(true);
  // control: the next list has the next moment.
  expect(await test.books.listSettlements()).toMatchObject([{ key, state: 'received', quarantine: [] }]);
});

it('an entry is listed with its lines, also when another proposal replaces it meanwhile', async () => {
  const settlement = await receive(test.books, connection, '200');
  const { key } = await propose(test.books, settlement, proposalOf([entry(postingKey(1), [line(100n), line(-100n)])]));
  const before = await test.books.listEntries({ originKey: key });
  expect(before[0]!.entry.lines).toHaveLength(2);
  const move = { key, actor: SYSTEM_ACTOR, why: 'test' };
  const change = afterFirstStatement(() => test.books.moveSettlement({ ...move, from: 'proposed', to: 'received' }));
  expect(await test.books.listEntries({ originKey: key })).toEqual(before);
  expect(change.happened()).toBe(true);
  // control: the next list has the next moment.
  expect(await test.books.listEntries({ originKey: key })).toEqual([]);
});
