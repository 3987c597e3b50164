/** What waits for people, over the API: all of it, or so much of it, and how much there is in all. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApprovalsWaiting } from '../../src/entrypoints/http/contract/approvals.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('approvals-api');
  for (const settlementId of ['73000000001', '73000000002', '73000000003'])
    await shop.receive(settlementBytes(smallSettlement(DIALECTS.US, { settlementId }), DIALECTS.US));
}, 60_000);
afterAll(() => shop.close());

const ask = (query: string) => fetch(`${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/approvals${query}`);
const waiting = async (query: string) => (await (await ask(query)).json()) as ApprovalsWaiting;
const keysOf = ({ items }: ApprovalsWaiting) => items.map(({ entry }) => entry.postingKey);

it('a limit leaves out what comes later, and still says how many wait in all', async () => {
  // Control: without one all of them come.
  const all = await waiting('');
  expect(keysOf(all)).toHaveLength(3);
  expect(all.total).toBe(3);
  const some = await waiting('?limit=2');
  expect(keysOf(some)).toEqual(keysOf(all).slice(0, 2));
  expect(some.total).toBe(3);
  expect(keysOf(await waiting('?limit=1000&connection=shop'))).toEqual(keysOf(all));
});

it.each(['0', '1001', '1.5', 'many'])('a limit of %s is refused, and named', async (limit) => {
  const answer = await ask(`?limit=${limit}`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 'QUERY_INVALID', fields: [{ path: 'limit' }] });
});
