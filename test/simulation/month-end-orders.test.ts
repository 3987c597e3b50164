/** Orders booked when they are shipped and months accrued on top, with the real store: the books of a smaller world. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSellerWorld } from '../../sim/world/index.ts';
import { checkMonth, readSources, SYSTEM } from '../../src/app/index.ts';
import { parseLocalDate, parseYearMonth, yearMonthOf } from '../../src/core/index.ts';
import { accrueMonth } from '../../src/mapping/index.ts';
import { type ClosingSeller, startClosing } from './month-end-kit.ts';
import { accountTable } from './vendors.ts';
import { type BooksPlan, type Schedule, scheduleOf } from './world-books-kit.ts';
import { add, type Sums, truthOfBooks, UNSETTLED } from './world-books-truth.ts';

const plan: BooksPlan = {
  model: 'orders',
  accrues: true,
  table: accountTable,
  from: parseLocalDate('2026-09-22'),
  to: parseLocalDate('2026-10-25'),
};
const world = createSellerWorld({
  seed: 'stored books',
  sellerId: 'A2STORED',
  accounts: [{ marketplace: 'US' }],
  from: plan.from,
  to: plan.to,
  ordersPerDay: 1,
});
const schedule: Schedule = scheduleOf(plan);
const ONLY_BALANCING = ['12509800', '12509900', UNSETTLED];
let seller: ClosingSeller;

beforeAll(async () => {
  seller = await startClosing({ world, at: '2026-09-22T05:00:00Z', since: '2026-09-20', accruesOrders: true });
  const { books, connection } = seller.context;
  const period = { model: 'orders', from: plan.from, summarise: 'day' } as const;
  await books.recordModelPeriod(connection.id, period, SYSTEM, 'for the test');
  for (const at of schedule.syncs) {
    await seller.feeds.clock.sleep(at * 1000 - seller.feeds.clock.nowMs());
    await seller.catchUp();
    await seller.book();
    const closing = schedule.closings.find((each) => each.at === at);
    if (closing) await seller.accrue(closing.month);
    await seller.book();
  }
}, 300_000);

afterAll(() => seller?.close());

async function sums(isCounted: (headerText: string) => boolean): Promise<Sums> {
  const found: Sums = new Map();
  for (const { entry } of await seller.entries()) {
    const { companyCode, currency, postingDate, lines, headerText } = entry;
    if (!isCounted(headerText)) continue;
    for (const { glAccount, amount } of lines)
      add(found, `${companyCode} ${currency} ${glAccount} ${yearMonthOf(postingDate)}`, amount.minor);
  }
  return found;
}

function shown(found: Sums, isShown: (key: string) => boolean = () => true): Record<string, bigint> {
  const kept = [...found].filter(
    ([key, minor]) => minor !== 0n && !ONLY_BALANCING.includes(key.split(' ')[2] ?? '') && isShown(key),
  );
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isMonthEnd = (headerText: string) => /^AMZ (accrual|release)/.test(headerText);

it('equal what happened, account by account and month by month', async () => {
  const truth = truthOfBooks(world, plan, schedule);
  expect(shown(await sums((text) => !isMonthEnd(text)))).toEqual(shown(truth.booked));
  const accounts = new Set([...truth.happened.keys()].map((key) => key.split(' ')[2]));
  for (const { month } of schedule.closings) {
    const inMonth = (key: string) => key.endsWith(month) && accounts.has(key.split(' ')[2]);
    expect(shown(await sums(() => true), inMonth)).toEqual(shown(truth.happened, inMonth));
    // control: without the accruals they are not.
    expect(shown(await sums((text) => !isMonthEnd(text)), inMonth)).not.toEqual(shown(truth.happened, inMonth));
  }
});

it('have nothing left that is unsettled, and pass the check of every month', async () => {
  const left = [...(await sums(() => true))].filter(([key]) => key.includes(UNSETTLED));
  expect(left.length).toBeGreaterThan(1);
  expect(left.reduce((sum, [, minor]) => sum + minor, 0n)).toBe(0n);
  const { books, connection } = seller.context;
  for (const month of ['2026-09', '2026-10'].map(parseYearMonth)) {
    expect(await checkMonth(books, connection, month)).toMatchObject({ holds: true, unbooked: [] });
  }
});

it('come to the same accrual when it is computed from what was kept, although orders were accrued', async () => {
  const { books, connection } = seller.context;
  const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end' });
  expect(accruals).toHaveLength(schedule.closings.length);
  for (const { name, sourcesSha256, digest, revision } of accruals) {
    const events = await readSources(books, sourcesSha256);
    const facts = { table: accountTable, sellerAccount: connection.sellerAccount, revision, sides: 'both' } as const;
    expect(accrueMonth({ ...facts, month: parseYearMonth(name), events }).digest).toBe(digest);
  }
});
