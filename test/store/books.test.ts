import { expect, it } from 'vitest';
import { openTestBooks } from './database.ts';

it('opens', async () => {
  const t = Date.now();
  const test = await openTestBooks();
  console.log('open', Date.now() - t);
  expect(await test.books.listConnections()).toEqual([]);
  const u = Date.now();
  await test.close();
  console.log('close', Date.now() - u);
});
