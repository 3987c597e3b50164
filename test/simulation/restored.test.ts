/** Books that were restored from a backup book nothing again that was booked after it was made. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ConnectionContext, type GeneralLedger, syncConnection } from '../../src/app/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { backUp, restoreBooks } from '../store/restored.ts';
import { startVendors, type Vendors } from './vendors.ts';

let vendors: Vendors;
let test: TestBooks;

beforeEach(async () => {
  vendors = await startVendors({ seed: 'rules' });
  test = await openTestBooks({ clock: vendors.clock });
});

afterEach(async () => {
  await vendors.close();
  await test.close();
});

const sync = (context: ConnectionContext) => syncConnection(context, { waitForUnknown: false });
const numbers = () => vendors.ledger().map(({ accountingDocument }) => accountingDocument);

/** Like the general ledger, but a backup is made when the second entry is on its way, before SAP has it. */
function backingUpAtTheSecond(ledger: GeneralLedger, keep: (bytes: Buffer) => void): GeneralLedger {
  let posts = 0;
  return {
    ...ledger,
    post: async (message) => {
      posts += 1;
      if (posts === 2) keep(await backUp(test.database));
      return ledger.post(message);
    },
  };
}

it('every document is in SAP once, although an entry was on its way and others came after the backup', async () => {
  let backup: Buffer = Buffer.alloc(0);
  const context = await vendors.context(test);
  const before = await sync({ ...context, ledger: backingUpAtTheSecond(context.ledger, (bytes) => (backup = bytes)) });
  const booked = numbers();
  expect(booked.length, 'control: entries came after the backup').toBeGreaterThan(2);

  await test.close();
  test = await restoreBooks(backup, vendors.clock);
  const states = (await test.books.listEntries()).map(({ state }) => state);
  expect(states, 'control: one was on its way').toContain('sending');
  expect(states.filter((state) => state === 'posted')).toHaveLength(1);

  const after = await sync(await vendors.context(test));
  expect(after.problems).toEqual([]);
  await sync(await vendors.context(test));
  expect(numbers()).toEqual(booked);
  const documentsOf = async () =>
    (await test.books.listEntries()).map(({ entry, state, document }) => [entry.postingKey, state, document]).sort();
  expect(await documentsOf()).toEqual(
    before.entries.map(({ entry, state, document }) => [entry.postingKey, state, document]).sort(),
  );
  expect((await test.books.verify()).ok).toBe(true);
});
