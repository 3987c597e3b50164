/** The orders model as a whole: revenue is booked once, whatever came first, and the receivable returns to zero. */
import { afterEach, expect, it } from 'vitest';
import { type OrdersModelRun, startOrdersModel } from './orders-model-kit.ts';

let run: OrdersModelRun;
afterEach(() => run.close());

/** Weeks of requests over real sockets take a while on a busy machine. */
const timeoutMs = 120_000;

const FROM = '2026-10-18';
/** Taxes of refunds go to the same account, so they are not compared. */
const withoutTax = ({ 'sales-tax-collected': _, ...sums }: Readonly<Record<string, bigint>>) => sums;

async function receivables() {
  const { books } = run.test;
  return books.listReceivables(run.context.connection.id, { onlyOpen: true, after: null, limit: 1_000 });
}

it(
  'books every order once: when it is shipped, or with its settlement where that came first',
  async () => {
    const from = '2026-11-01';
    run = await startOrdersModel({ seed: 'orders', startAt: `${from}T06:00:00Z`, from, ordersPerDay: 2 });
    await run.switchTo({ model: 'orders', from, summarise: 'day' });
    const reports = await run.liveUntil('2026-11-26', 6);
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    expect(withoutTax(await run.booked())).toEqual(withoutTax(run.truth()));
    const states = new Set((await run.test.books.listEntries()).map(({ state }) => state));
    expect(states).toEqual(new Set(['posted']));
    const { books } = run.test;
    const settled = new Set(
      run.vendors.world.settlements.flatMap(({ events }) => events.map(({ orderId }) => orderId)),
    );
    const open = await receivables();
    expect(open.filter(({ orderId }) => settled.has(orderId))).toEqual([]);
    expect(open.length).toBeGreaterThan(0);
    const residual = open.reduce((sum, { accrued, cleared }) => sum + accrued.minor - cleared.minor, 0n);
    const balances = await books.receivableBalances(run.context.connection.id);
    expect(balances.reduce((sum, { amount }) => sum + amount.minor, 0n)).toBe(residual);
  },
  timeoutMs,
);

it(
  'a model that is changed there and back books every order once, and owes nothing of what was settled',
  async () => {
    run = await startOrdersModel({ seed: 'switch', startAt: `${FROM}T06:00:00Z`, from: FROM, ordersPerDay: 2 });
    const reports = [...(await run.liveUntil('2026-11-03', 8))];
    await run.switchTo({ model: 'orders', from: '2026-11-05', summarise: 'order' });
    reports.push(...(await run.liveUntil('2026-11-11', 4)));
    await run.switchTo({ model: 'settlement', from: '2026-11-14', summarise: 'day' });
    reports.push(...(await run.liveUntil('2026-11-26', 6)));
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    const accrued = await run.test.books.listReceivables(run.context.connection.id, {
      onlyOpen: false,
      after: null,
      limit: 1_000,
    });
    expect(accrued.length).toBeGreaterThan(5);
    const days = new Set(accrued.map(({ accruedOn }) => accruedOn));
    expect([...days].filter((day) => day === null || day < '2026-11-05' || day > '2026-11-13')).toEqual([]);
    const booked = withoutTax(await run.booked());
    const due = withoutTax(run.worthOf(new Set(accrued.map(({ orderId }) => orderId))));
    expect(booked).toEqual(due);
  },
  timeoutMs,
);
