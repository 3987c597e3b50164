/** What becomes of accrued orders that SAP refused, whose answer was lost, or whose month is closed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  accrueShippedOrders,
  assertReversalMonthOpen,
  type ConnectionContext,
  closePeriod,
  type FinanceEvent,
  markBookedByOrders,
  reverseAccrual,
  SYSTEM,
  withdrawRefusedAccruals,
} from '../../src/app/index.ts';
import { Problem, parseLocalDate, parseYearMonth } from '../../src/core/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { bookEntry } from '../simulation/month-end-kit.ts';
import { openTestFeeds, type TestFeeds } from '../store/feed-samples.ts';
import { ONE, ordersContext, shipped } from './orders-books.ts';

let test: TestFeeds;
let context: ConnectionContext;
let sellers = 0;
beforeAll(async () => {
  test = await openTestFeeds();
});
afterAll(() => test.close());
/** Each test has a connection, and so books, of its own. */
beforeEach(async () => {
  sellers += 1;
  context = await ordersContext(test, `SELLER-ACCRUALS-${sellers}`);
});

const id = () => context.connection.id;
const entries = () => test.books.listEntries({ connectionId: id() });
const inOrders = () =>
  test.books.recordModelPeriod(
    id(),
    { model: 'orders', from: parseLocalDate('2026-10-01'), summarise: 'day' },
    SYSTEM,
    'test',
  );

async function read(events: readonly FinanceEvent[]): Promise<void> {
  await test.feeds.putFinanceEvents(id(), events);
  const watermark = '2026-10-10T00:00:00.000Z';
  await test.feeds.writeCursor(id(), 'finances:front', { watermark, open: null, memory: {} });
}

async function accrue() {
  const { accruals } = await accrueShippedOrders(context, { keepAlive: async () => {} });
  return { names: accruals.map(({ name, revision }) => `${name} r${revision}`) };
}

describe('accrued orders that SAP refused', () => {
  const refuse = async () => {
    const [open] = await entries();
    const move = { id: open!.id, actor: SYSTEM, why: 'test' };
    await test.books.moveEntry({ ...move, from: 'proposed', to: 'approved', approvedDigest: open!.digest });
    await test.books.moveEntry({ ...move, from: 'approved', to: 'sending', messageCreatedAt: '2026-10-10T00:00:00Z' });
    await test.books.moveEntry({ ...move, from: 'sending', to: 'rejected', attempt: 1 });
  };
  const withTable = (ledger: () => Promise<unknown[]>): ConnectionContext => {
    const table = readAccountTable({ name: 'corrected', text: `${context.table.text}# corrected\n` });
    return { ...context, table, ledger: { findByPostingKey: ledger } } as unknown as ConnectionContext;
  };

  it('are accrued anew once the account table is another one', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    await refuse();
    expect(await withdrawRefusedAccruals(context), 'control: not with the same table').toEqual({
      withdrawn: [],
      problems: [],
    });
    context = withTable(async () => []);
    expect((await withdrawRefusedAccruals(context)).withdrawn).toMatchObject([{ name: 'orders 2026-10-03' }]);
    expect((await accrue()).names).toEqual(['orders 2026-10-03 r1']);
    expect((await withdrawRefusedAccruals(context)).withdrawn).toEqual([]);
    const standing = (await entries()).filter(({ state }) => state !== 'withdrawn');
    expect(standing.map(({ entry, state }) => [entry.lines.length, state])).toEqual([[2, 'proposed']]);
  });

  it('stay while SAP cannot say that it has nothing of them', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    await refuse();
    context = withTable(() =>
      Promise.reject(new Problem({ code: 'X', kind: 'unavailable', says: 'away', next: 'wait' })),
    );
    expect(await withdrawRefusedAccruals(context)).toMatchObject({ withdrawn: [], problems: [{ code: 'X' }] });
    expect((await accrue()).names).toEqual([]);
  });
});

describe('a month with accrued orders', () => {
  const OCTOBER = { month: parseYearMonth('2026-10'), companyCode: null, why: 'test' } as const;

  it('PERIOD_HAS_OPEN_ENTRIES: is not closed before they are booked, because they are not worked out anew for the next', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    const [open] = await entries();
    await expect(closePeriod(context, OCTOBER)).rejects.toMatchObject({
      code: 'PERIOD_HAS_OPEN_ENTRIES',
      says: expect.stringContaining(`${open!.entry.postingKey} of accrual orders 2026-10-03 (proposed, 2026-10-03)`),
    });
    await bookEntry(context, open!);
    expect((await closePeriod(context, OCTOBER)).closedThrough).toMatchObject({ [open!.entry.companyCode]: '2026-10' });
  });

  it('PERIOD_CLOSED: takes no reversal of them once it is closed, unless it is dated after it', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    const [open] = await entries();
    await bookEntry(context, open!);
    const reverseOn = (day: string) => assertReversalMonthOpen(context, open!, parseLocalDate(day));
    await reverseOn('2026-10-03');
    await closePeriod(context, OCTOBER);
    await expect(reverseOn('2026-10-03')).rejects.toMatchObject({
      code: 'PERIOD_CLOSED',
      next: expect.stringContaining('--date 2026-11-01'),
    });
    await reverseOn('2026-11-01');
  });

  it('ACCRUAL_UNSETTLED: nothing of an accrual is taken back while it is not known what of it is in SAP', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    const [open] = await entries();
    const move = { id: open!.id, actor: SYSTEM, why: 'test' };
    await test.books.moveEntry({ ...move, from: 'proposed', to: 'approved', approvedDigest: open!.digest });
    await test.books.moveEntry({ ...move, from: 'approved', to: 'sending', messageCreatedAt: '2026-10-10T00:00:00Z' });
    await test.books.moveEntry({ ...move, from: 'sending', to: 'unknown', attempt: 1 });
    const [accrual] = await test.books.listAccruals({ connectionId: id() });
    const wish = { reason: '01', postingDate: null, why: 'test' };
    await expect(reverseAccrual(context, accrual!, wish)).rejects.toMatchObject({
      code: 'ACCRUAL_UNSETTLED',
      kind: 'conflict',
      says: expect.stringContaining('is unknown'),
    });
  });

  it('that are dated after it, because it was closed, are in its month-end accrual all the same', async () => {
    await inOrders();
    await closePeriod(context, OCTOBER);
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    expect((await entries()).map(({ entry }) => entry.postingDate)).toEqual(['2026-11-01']);
    const facts = { revision: 1, postedAt: 0, marketplaceId: null, total: null, isBookedByOrders: false, amounts: [] };
    const told = [{ ...facts, key: 'e1', orderId: ONE, eventType: 'Shipment' }];
    const isMarkedIn = async (month: string) =>
      (await markBookedByOrders(context, told, parseYearMonth(month)))[0]?.isBookedByOrders;
    expect(await isMarkedIn('2026-10')).toBe(false);
    expect(await isMarkedIn('2026-11')).toBe(true);
  });
});
