/** The orders model as a whole: revenue is booked once, whatever came first, and the receivable returns to zero. */
import { afterEach, expect, it } from 'vitest';
import { type OrdersModelRun, startOrdersModel } from './orders-model-kit.ts';

let run: OrdersModelRun;
afterEach(() => run.close());

const FROM = '2026-10-01';
/** Taxes of refunds go to the same account, so they are not compared. */
const withoutTax = ({ 'sales-tax-collected': _, ...sums }: Readonly<Record<string, bigint>>) => sums;

async function receivables() {
  const { books } = run.test;
  return books.listReceivables(run.context.connection.id, { onlyOpen: true, after: null, limit: 1_000 });
}

it('books every order once: when it is shipped, or with its settlement where that came first', async () => {
  run = await startOrdersModel({ seed: 'orders', startAt: `${FROM}T06:00:00Z`, from: FROM, ordersPerDay: 3 });
  await run.switchTo({ model: 'orders', from: FROM, summarise: 'day' });
  const reports = await run.liveUntil('2026-11-26', 4);
  expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
  expect(withoutTax(await run.booked())).toEqual(withoutTax(run.truth()));
  const states = new Set((await run.test.books.listEntries()).map(({ state }) => state));
  expect(states).toEqual(new Set(['posted']));
  const { books } = run.test;
  const settled = new Set(run.vendors.world.settlements.flatMap(({ events }) => events.map(({ orderId }) => orderId)));
  const open = await receivables();
  expect(open.filter(({ orderId }) => settled.has(orderId))).toEqual([]);
  expect(open.length).toBeGreaterThan(0);
  const residual = open.reduce((sum, { accrued, cleared }) => sum + accrued.minor - cleared.minor, 0n);
  const balances = await books.receivableBalances(run.context.connection.id);
  expect(balances.reduce((sum, { amount }) => sum + amount.minor, 0n)).toBe(residual);
});
