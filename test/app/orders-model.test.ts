/** The orders model on a real database: what is accrued, what a settlement clears, and that nothing is booked twice. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  accrueShippedOrders,
  type ConnectionContext,
  type FinanceEvent,
  type ModelPeriod,
  markBookedByOrders,
  orderReceivableReport,
  previewModelSwitch,
  profitOf,
  receiveEvidence,
  SYSTEM,
  statementOf,
  surveyShipments,
  switchModel,
  waitingProblem,
} from '../../src/app/index.ts';
import { reconsiderSettlements } from '../../src/app/propose-settlement.ts';
import { formatMoney, parseLocalDate, parseYearMonth } from '../../src/core/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { DIALECTS, settlementBytes } from '../entrypoints/settlement-files.ts';
import { bookEntry } from '../simulation/month-end-kit.ts';
import { eur, openTestFeeds, order, type TestFeeds } from '../store/feed-samples.ts';
import { bytesOf } from '../store/samples.ts';
import { ONE, ordersContext, shipped, TWO } from './orders-books.ts';

const hooks = { keepAlive: async () => {} };

let test: TestFeeds;
let context: ConnectionContext;
beforeAll(async () => {
  test = await openTestFeeds();
});
afterAll(() => test.close());
/** Each test has a connection, and so books, of its own. */
beforeEach(async () => {
  sellers += 1;
  context = await ordersContext(test, `SELLER-ORDERS-${sellers}`);
});
let sellers = 0;

const id = () => context.connection.id;
const entries = () => test.books.listEntries({ connectionId: id() });
const period = (model: ModelPeriod['model'], from: string): ModelPeriod => {
  return { model, from: parseLocalDate(from), summarise: 'day' };
};
const inOrders = (from = '2026-10-01') => test.books.recordModelPeriod(id(), period('orders', from), SYSTEM, 'test');

async function read(events: readonly FinanceEvent[], until = '2026-10-10T00:00:00.000Z'): Promise<void> {
  await test.feeds.putFinanceEvents(id(), events);
  const before = await test.feeds.readCursor(id(), 'finances:front');
  if (before && before.watermark >= until) return;
  await test.feeds.writeCursor(id(), 'finances:front', { watermark: until, open: null, memory: {} });
}

async function accrue() {
  const { accruals, waiting } = await accrueShippedOrders(context, hooks);
  return { names: accruals.map(({ name, revision }) => `${name} r${revision}`), waiting };
}

/** A settlement that pays this for product and keeps a fee. */
async function settle(
  settlementId: string,
  paid: Readonly<Record<string, string>>,
  days = { start: '2026-10-01', end: '2026-10-15' },
) {
  const sold = Object.entries(paid).map(([orderId, amount]) => {
    return {
      type: 'Order',
      amountType: 'ItemPrice',
      description: 'Principal',
      amount,
      day: '2026-10-03',
      order: orderId,
    };
  });
  const cents = Object.values(paid).reduce((sum, amount) => sum + Math.round(Number(amount) * 100), 0);
  const bytes = settlementBytes(
    { settlementId, ...days, deposit: '2026-10-17', total: (cents / 100).toFixed(2), rows: sold },
    DIALECTS.DE,
  );
  const { sha256 } = await test.books.putEvidence(bytesOf(bytes.toString('latin1')), {
    origin: 'test',
    contentType: 'text/plain; charset=utf-8',
    headers: {},
  });
  return receiveEvidence(context, sha256, settlementId);
}

/** Kind and amount of all lines that stand. */
async function booked(): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, bigint> = {};
  for (const { entry, state } of await entries()) {
    if (state === 'withdrawn') continue;
    for (const { kind, amount } of entry.lines) sums[kind] = (sums[kind] ?? 0n) + amount.minor;
  }
  return Object.fromEntries(Object.entries(sums).map(([kind, minor]) => [kind, formatMoney(eur(minor))]));
}

describe('an order', () => {
  it('that was accrued is cleared by its settlement, and its revenue is booked once', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    expect(await accrue()).toEqual({ names: ['orders 2026-10-03 r0'], waiting: [] });
    expect(await booked()).toEqual({ 'product-sale': '-125.00', 'order-receivable': '125.00' });
    expect((await settle('70000000901', { [ONE]: '125.00' })).state).toBe('proposed');
    expect(await booked()).toEqual({ 'product-sale': '-125.00', 'order-receivable': '0.00', payout: '125.00' });
    expect(await test.books.listReceivables(id(), { onlyOpen: true, after: null, limit: 10 })).toEqual([]);
    expect(await accrue()).toEqual({ names: [], waiting: [] });
  });

  it('that was accrued stands on the statement of its settlement, which comes to the total', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    const { key } = await settle('70000000901', { [ONE]: '125.00', [TWO]: '10.00' });
    const stores = { ...test.books, listPayouts: async () => [], listDeposits: async () => [] };
    const report = await statementOf({ ...stores, listDepositMatches: async () => [] }, key);
    const section = (key: string) => report.sections.find((each) => each.key === key);
    const accrued = 'Orders booked when they were shipped';
    expect(section('movement')?.rows).toContainEqual({ what: accrued, amount: eur(12_500n) });
    expect(section('movement')).toMatchObject({ total: { amount: eur(13_500n) }, notes: [] });
    expect(section('kinds')?.rows.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['10 Product sales', eur(1_000n)],
      [accrued, eur(12_500n)],
    ]);
    expect(section('kinds')?.total).toMatchObject({ count: 2, amount: eur(13_500n) });
    const days = { from: parseLocalDate('2026-10-01'), to: parseLocalDate('2026-11-30') };
    const wanted = { view: 'sales', connection: context.connection.name, ...days } as const;
    const sales = await profitOf(test.books, context.readSettlement, wanted);
    expect(sales.notes?.at(-1)).toMatch(/^Not in it: what 1 entry of these days books of orders/);
  });

  it('control: in the settlement model is not accrued and stays revenue of its settlement', async () => {
    await read([shipped('e1', ONE, 12_500n)]);
    expect(await accrue()).toEqual({ names: [], waiting: [] });
    await settle('70000000901', { [ONE]: '125.00' });
    expect(await booked()).toEqual({ 'product-sale': '-125.00', payout: '125.00' });
  });

  it('whose settlement came first is revenue there and is never accrued, however late its event comes', async () => {
    await inOrders();
    await settle('70000000901', { [ONE]: '125.00' });
    await read([shipped('e1', ONE, 12_500n), shipped('e2', ONE, 300n, { postedAt: '2026-10-05T12:00:00.000Z' })]);
    expect(await accrue()).toEqual({ names: [], waiting: [] });
    expect(await booked()).toEqual({ 'product-sale': '-125.00', payout: '125.00' });
    const [late] = await test.books.listRevenueOrders(id(), { settledAfter: parseLocalDate('2026-10-01'), limit: 10 });
    expect(late).toMatchObject({ orderId: ONE, settlementId: '70000000901' });
  });

  it('shipped in parts is accrued part by part, also after its settlement cleared the first', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 10_000n)]);
    await accrue();
    await settle('70000000901', { [ONE]: '125.00' });
    const later = shipped('e2', ONE, 2_500n, { postedAt: '2026-10-05T12:00:00.000Z' });
    await read([later]);
    expect((await accrue()).names).toEqual(['orders 2026-10-05 r0']);
    expect(await booked()).toMatchObject({ 'product-sale': '-125.00', 'order-receivable': '0.00' });
  });

  it('told twice, or as a deferred shipment and its release, is accrued once', async () => {
    await inOrders();
    const deferred = shipped('e1', ONE, 12_500n, { status: 'deferred' });
    await read([deferred, deferred]);
    await accrue();
    const release = shipped('e9', ONE, 12_500n, {
      relatedIds: [{ name: 'DEFERRED_TRANSACTION_ID', value: 'e1' }],
      postedAt: '2026-10-08T12:00:00.000Z',
    });
    await read([{ ...deferred, status: 'deferred-released' }, release]);
    expect((await accrue()).names).toEqual([]);
    expect(await booked()).toMatchObject({ 'product-sale': '-125.00' });
  });

  it('that becomes known after its day was accrued is a batch of its own, and an unfinished day waits', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)], '2026-10-03T20:00:00.000Z');
    expect((await accrue()).names).toEqual([]);
    await read([], '2026-10-04T00:00:00.000Z');
    expect((await accrue()).names).toEqual(['orders 2026-10-03 r0']);
    await read([shipped('e2', TWO, 100n)]);
    expect((await accrue()).names).toEqual(['orders 2026-10-03/2 r0']);
  });

  it('of a withdrawn accrual is accrued anew under the next revision, with other posting keys', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    const before = (await entries()).map(({ entry }) => entry.postingKey);
    const [accrual] = await test.books.listAccruals({ connectionId: id() });
    await test.books.withdrawAccrual({ key: accrual!.key, actor: SYSTEM, why: 'wrong account' });
    expect((await accrue()).names).toEqual(['orders 2026-10-03 r1']);
    const after = (await entries()).map(({ entry }) => entry.postingKey);
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
  });

  it('of another sales channel, or worth nothing, is neither accrued nor waits', async () => {
    await inOrders();
    await read([shipped('e1', 'S02-1234567-1234567', 500n), shipped('e2', TWO, 0n)]);
    expect(await accrue()).toEqual({ names: [], waiting: [] });
  });
});

describe('ORDERS_NOT_ACCRUED: what cannot be accrued waits and is told, and the others are accrued', () => {
  it('for an amount that nobody knows, amounts that do not add up, a store without a company code', async () => {
    await inOrders();
    await read([
      shipped('e1', ONE, 12_500n),
      shipped('e2', TWO, 1n, { amounts: [{ item: null, path: ['Sales', 'Mystery'], amount: eur(1n) }] }),
      shipped('e3', '302-0000003-0000003', 1n, { ties: false }),
    ]);
    const { names, waiting } = await accrue();
    expect(names).toEqual(['orders 2026-10-03 r0']);
    expect(waiting.map(({ reason }) => reason)).toEqual(['amount-unknown', 'does-not-add-up']);
    expect(waitingProblem('shop', waiting)).toMatchObject({
      code: 'ORDERS_NOT_ACCRUED',
      kind: 'unmapped',
      says: expect.stringContaining(`2 shipped orders are not accrued: ${TWO}`),
    });
    expect(waitingProblem('shop', [])).toBeNull();
  });

  it('for a missing receivable account, until the account table has it', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    const text = context.table.text.replace(/.*purpose: order-receivable.*\n/, '');
    const complete = context;
    context = { ...context, table: readAccountTable({ name: 'without', text }) };
    expect((await accrue()).waiting).toMatchObject([{ reason: 'account-missing' }]);
    context = complete;
    expect((await accrue()).names).toEqual(['orders 2026-10-03 r0']);
  });
});

describe('a change of the model', () => {
  it('keeps what was shipped before: orders by then stay with settlements, accrued ones are cleared after a way back', async () => {
    await inOrders('2026-10-03');
    await read([shipped('e0', TWO, 700n, { postedAt: '2026-10-02T12:00:00.000Z' }), shipped('e1', ONE, 12_500n)]);
    expect((await accrue()).names).toEqual(['orders 2026-10-03 r0']);
    await switchModel(context, period('settlement', '2026-10-04'), 'back again');
    await read([shipped('e2', '302-0000003-0000003', 900n, { postedAt: '2026-10-05T12:00:00.000Z' })]);
    expect((await accrue()).names).toEqual([]);
    await settle('70000000901', { [ONE]: '125.00', [TWO]: '7.00', '302-0000003-0000003': '9.00' });
    expect(await booked()).toEqual({ 'product-sale': '-141.00', 'order-receivable': '0.00', payout: '141.00' });
  });

  it('an order whose first part was shipped before stays with its settlement altogether', async () => {
    await inOrders('2026-10-03');
    await read([
      shipped('e0', ONE, 700n, { postedAt: '2026-10-02T12:00:00.000Z' }),
      shipped('e1', ONE, 300n, { postedAt: '2026-10-04T12:00:00.000Z' }),
    ]);
    expect((await accrue()).names).toEqual([]);
  });

  it('says before what it does, and changes nothing in a preview', async () => {
    await read([shipped('e1', ONE, 12_500n)]);
    const found = await previewModelSwitch(context, period('orders', '2026-10-01'));
    expect(found).toMatchObject({ ready: { shipments: 1, amounts: [eur(12_500n)] }, waiting: [], openSettlements: 0 });
    expect(await test.books.listModelPeriods(id())).toEqual([]);
  });

  it('MODEL_DATE_BOOKED, MODEL_DATE_TAKEN, MODEL_UNCHANGED: never for a day that the other model has booked', async () => {
    await settle('70000000901', { [ONE]: '125.00' });
    await expect(switchModel(context, period('orders', '2026-10-15'), 'x')).rejects.toMatchObject({
      code: 'MODEL_DATE_BOOKED',
      next: 'Choose a day after 2026-10-15.',
    });
    const booked = { ...context, posting: { ...context.posting, bookFrom: '2026-11-01' } };
    await expect(previewModelSwitch(booked, period('orders', '2026-10-20'))).rejects.toMatchObject({
      code: 'MODEL_DATE_BOOKED',
    });
    await expect(previewModelSwitch(context, period('settlement', '2026-10-20'))).rejects.toMatchObject({
      code: 'MODEL_UNCHANGED',
    });
    await switchModel(context, period('orders', '2026-10-16'), 'x');
    await expect(inOrders('2026-10-16')).rejects.toMatchObject({ code: 'MODEL_DATE_TAKEN' });
    await read([shipped('e1', TWO, 100n, { postedAt: '2026-10-17T12:00:00.000Z' })], '2026-10-20T00:00:00.000Z');
    await accrue();
    await expect(switchModel(context, period('settlement', '2026-10-17'), 'x')).rejects.toMatchObject({
      code: 'MODEL_DATE_BOOKED',
    });
  });
});

describe('the receivable report', () => {
  it('does not count what a settlement cleared whose documents were all reversed, or what an accrual booked', async () => {
    await inOrders();
    await read([shipped('e1', ONE, 12_500n)]);
    await accrue();
    await settle('70000000901', { [ONE]: '125.00' });
    const proof = async () => (await orderReceivableReport(context, { overdueDays: 7 })).sections[0]?.rows;
    const proven = (minor: bigint) => ({ orders: eur(minor), entries: eur(minor), difference: eur(0n) });
    const takeBack = async (kind: 'settlement' | 'accrual') => {
      for (const entry of (await entries()).filter(({ origin }) => origin.kind === kind)) {
        await bookEntry(context, entry);
        const move = { id: entry.id, actor: SYSTEM, why: 'by a person in SAP', reversedBy: null };
        await test.books.moveEntry({ ...move, from: 'posted', to: 'reversed' });
      }
    };
    await takeBack('settlement');
    expect(await proof()).toEqual([{ currency: 'EUR', ...proven(12_500n) }]);
    await takeBack('accrual');
    expect(await proof()).toEqual([]);
  });

  it('gives each residual its reason, and proves that they are the balance of the account', async () => {
    await inOrders();
    const three = '302-0000003-0000003';
    await read([shipped('e1', ONE, 12_500n), shipped('e2', TWO, 1_000n), shipped('e3', three, 500n)]);
    await accrue();
    await settle('70000000901', { [ONE]: '125.00', [TWO]: '9.99', '302-0000004-0000004': '3.00' });
    const report = await orderReceivableReport(context, { overdueDays: 7 });
    const rows = (key: string) => report.sections.find((section) => section.key === key)?.rows;
    expect(rows('proof')).toEqual([{ currency: 'EUR', orders: eur(501n), entries: eur(501n), difference: eur(0n) }]);
    expect(rows('orders')).toMatchObject([
      { orderId: TWO, residual: eur(1n), state: 'amount differs' },
      { orderId: three, residual: eur(500n), state: 'overdue' },
    ]);
    expect(rows('settledAsRevenue')).toMatchObject([{ orderId: '302-0000004-0000004', amount: eur(300n) }]);
    const young = await orderReceivableReport(context, { overdueDays: 400 });
    expect(young.sections.find(({ key }) => key === 'residuals')?.rows).toMatchObject([
      { state: 'amount differs', count: 1 },
      { state: 'not paid yet', count: 1 },
    ]);
  });
});

it('a proposal that is worked out anew follows what was accrued in between', async () => {
  await inOrders();
  const settlement = await settle('70000000901', { [ONE]: '125.00' });
  await test.books.moveSettlement({
    key: settlement.key,
    from: 'proposed',
    to: 'received',
    actor: SYSTEM,
    why: 'to be worked out anew',
  });
  await read([shipped('e1', ONE, 12_500n)]);
  await accrue();
  await reconsiderSettlements(context, { ...hooks, onProblem: (problem) => expect(problem).toBeUndefined() });
  expect(await booked()).toEqual({ 'product-sale': '-125.00', 'order-receivable': '0.00', payout: '125.00' });
});

it('a month-end accrual knows which shipments the orders model has booked; another one of the same order is open', async () => {
  await inOrders();
  await read([shipped('e1', ONE, 12_500n)]);
  await accrue();
  const base = { revision: 1, postedAt: 0, marketplaceId: null, total: null, isBookedByOrders: false, amounts: [] };
  const told = [
    ['e1', ONE, 'Shipment'],
    ['e2', ONE, 'Shipment'],
    ['e3', TWO, 'Shipment'],
    ['e4', ONE, 'Refund'],
  ] as const;
  const events = told.map(([key, orderId, eventType]) => ({ ...base, key, orderId, eventType }));
  const marked = await markBookedByOrders(context, events, parseYearMonth('2026-10'));
  expect(marked.filter(({ isBookedByOrders }) => isBookedByOrders).map(({ key }) => key)).toEqual(['e1']);
});

it('the channel of an order comes from the orders feed, and says where it is booked', async () => {
  await inOrders();
  await test.feeds.putOrders(id(), [order({ orderId: ONE, fulfilledBy: 'merchant' })], { reportSha256: null });
  await read([shipped('e1', ONE, 12_500n)]);
  const text = context.table.text.replace(
    'assignments:\n',
    'assignments:\n  - { kind: product-sale, marketplace: any, channel: MFN, glAccount: 41009999, text: By ourselves }\n',
  );
  context = { ...context, table: readAccountTable({ name: 'channels', text }) };
  expect(
    await surveyShipments(context, await test.books.listModelPeriods(id()), '2026-10-10T00:00:00.000Z'),
  ).toMatchObject({
    ready: { shipments: 1 },
  });
  await accrue();
  const [{ entry } = { entry: undefined }] = await entries();
  expect(entry?.lines[0]).toMatchObject({ kind: 'product-sale', glAccount: '41009999' });
});
