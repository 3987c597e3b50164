import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionId, ReportOrder, ReportRequest } from '../../src/app/index.ts';
import { type CurrencyCode, money } from '../../src/core/index.ts';
import { createFeedBooks } from '../../src/store/index.ts';
import { eur, openTestFeeds, reimbursement, type TestFeeds, vatLine } from './feed-samples.ts';
import { ANNA, addConnection, problemCode } from './samples.ts';

let test: TestFeeds;
let id: ConnectionId;
beforeAll(async () => {
  test = await openTestFeeds();
  id = test.connection.id;
});
afterAll(() => test.close());

let days = 0;
/** A report nobody has asked for yet. */
function reportOrder(facts: Partial<ReportOrder> = {}): ReportOrder {
  days += 1;
  const at = (offset: number) => new Date(Date.UTC(2026, 0, days + offset)).toISOString();
  return { kind: 'fba-reimbursements', marketplaceIds: ['M1', 'M2'], window: { from: at(0), until: at(7) }, ...facts };
}

const intend = (order: ReportOrder, connectionId = id) => test.feeds.intendReport(connectionId, order, ANNA);
const counts = (facts: object) => ({ inserted: 0, changed: 0, unchanged: 0, unreadable: 0, ...facts });

describe('a report', () => {
  it('that is asked for is on record, with an event, before anything leaves', async () => {
    const order = reportOrder();
    const request = await intend(order);
    expect(request).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      connectionId: id,
      order,
      state: 'intended',
      intendedAt: new Date(test.time.nowMs()).toISOString(),
      reportId: null,
      reportDocumentId: null,
      sha256: null,
      finishedAt: null,
      problem: null,
      attempt: 0,
    });
    expect(await test.feeds.listReportRequests(id)).toEqual([request]);
    const [event] = (await test.books.listEvents({ subject: `connection/${id}` })).slice(-1);
    expect(event).toMatchObject({
      actor: ANNA,
      action: 'report.intend',
      after: { requestId: request.id, kind: order.kind, from: order.window.from },
    });
  });

  it('is found by what it asks for, with those before it, the oldest first', async () => {
    const order = reportOrder();
    const first = await intend(order);
    const failed = { to: 'failed', problem: { code: 'X', kind: 'rejected', says: 'x', next: 'x' } } as const;
    await test.feeds.moveReportRequest(first.id, 'intended', failed);
    await test.time.sleep(1_000);
    const second = await intend(order);
    await intend({ ...order, kind: 'vat-transactions' });
    const found = await test.feeds.reportRequestsOf(id, { ...order, marketplaceIds: ['M2', 'M1'] });
    expect(found.map((request) => request.id)).toEqual([first.id, second.id]);
    expect(await test.feeds.reportRequestsOf(id, reportOrder())).toEqual([]);
  });

  it('is asked for once while it is open, whatever the order of the marketplaces', async () => {
    const order = reportOrder();
    const first = await intend(order);
    expect(await intend({ ...order, marketplaceIds: ['M2', 'M1'] })).toEqual(first);
    // control: another window, kind, marketplace or connection is another report.
    const others = await Promise.all([
      intend({ ...order, window: { ...order.window, until: '2026-12-31T00:00:00.000Z' } }),
      intend({ ...order, kind: 'vat-transactions' }),
      intend({ ...order, marketplaceIds: ['M1'] }),
      intend(order, (await addConnection(test.books, 'OTHER')).id),
    ]);
    expect(new Set([first, ...others].map((each) => each.id)).size).toBe(5);
  });

  it('that many processes want at once is asked for once', async () => {
    const order = reportOrder();
    const before = await test.books.listEvents();
    const requests = await Promise.all(
      Array.from({ length: 8 }, () => createFeedBooks(test).intendReport(id, order, ANNA)),
    );
    expect(new Set(requests.map((each) => each.id)).size).toBe(1);
    expect(await test.books.listEvents()).toHaveLength(before.length + 1);
  });

  it('goes from its intent to its bytes, and once it has ended it can be asked for again', async () => {
    const order = reportOrder();
    const { id: requestId } = await intend(order);
    const sha256 = await test.evidence('a report');
    const requested = await test.feeds.moveReportRequest(requestId, 'intended', {
      to: 'requested',
      reportId: '77',
      attempt: 1,
    });
    expect(requested).toMatchObject({ state: 'requested', reportId: '77', attempt: 1, finishedAt: null });
    await test.feeds.moveReportRequest(requestId, 'requested', { to: 'ready', reportDocumentId: 'doc' });
    expect(await test.feeds.moveReportRequest(requestId, 'ready', { to: 'stored', sha256 })).toMatchObject({
      state: 'stored',
      reportId: '77',
      reportDocumentId: 'doc',
      sha256,
      finishedAt: new Date(test.time.nowMs()).toISOString(),
    });
    const again = await intend(order);
    expect(again.id).not.toBe(requestId);
    expect(await test.feeds.listReportRequests(id, ['stored'])).toHaveLength(1);
  });

  it('that starts over has no report at Amazon yet, but its attempts are counted', async () => {
    const { id: requestId } = await intend(reportOrder());
    const problem = { code: 'REPORT_FAILED', kind: 'rejected', says: 's', next: 'n' } as const;
    await test.feeds.moveReportRequest(requestId, 'intended', { to: 'requested', reportId: '78', attempt: 1 });
    const over = await test.feeds.moveReportRequest(requestId, 'requested', { to: 'intended', problem });
    expect(over).toMatchObject({ state: 'intended', reportId: null, attempt: 1, problem });
    const failed = await test.feeds.moveReportRequest(requestId, 'intended', { to: 'failed' });
    expect(failed).toMatchObject({ state: 'failed', problem });
    expect(failed.finishedAt).not.toBeNull();
  });

  it('STATE_MOVED: of two processes that take it on, one is told that the other was faster', async () => {
    const { id: requestId } = await intend(reportOrder());
    const take = (reportId: string) =>
      test.feeds.moveReportRequest(requestId, 'intended', { to: 'requested', reportId });
    const results = await Promise.allSettled([take('1'), take('2')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [refused] = results.filter((each): each is PromiseRejectedResult => each.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'STATE_MOVED', kind: 'conflict' });
    expect(await problemCode(take('3'))).toBe('STATE_MOVED');
  });

  it.each<[ReportRequest['state'], ReportRequest['state']]>([
    ['intended', 'stored'],
    ['requested', 'stored'],
    ['stored', 'intended'],
    ['no-data', 'requested'],
    ['failed', 'intended'],
  ])('does not go from %s to %s', async (from, to) => {
    const { id: requestId } = await intend(reportOrder());
    await expect(test.feeds.moveReportRequest(requestId, from, { to })).rejects.toMatchObject({ kind: 'defect' });
  });
});

describe('reimbursements', () => {
  const put = async (content: string, ...rows: Parameters<typeof test.feeds.putReimbursements>[2]) =>
    test.feeds.putReimbursements(id, await test.evidence(content), rows);
  const stored = async () => {
    const { rows } = await test.database.pool.query(
      `select sku, ordinal, total_minor::int as total from fba_reimbursement
       where connection_id = $1 order by reimbursement_id, sku, ordinal`,
      [id],
    );
    return rows;
  };

  it('are stored once, whatever reports and batches tell them', async () => {
    const twin = { amountTotal: eur(300n) };
    expect(await put('r-1', reimbursement(2), reimbursement(3))).toEqual(counts({ inserted: 2 }));
    expect(await put('r-1', reimbursement(4, twin), reimbursement(5, { sku: null }))).toEqual(counts({ inserted: 2 }));
    const all = [
      { sku: '', ordinal: 0, total: 200 },
      { sku: 'SKU-1', ordinal: 0, total: 200 },
      { sku: 'SKU-1', ordinal: 1, total: 200 },
      { sku: 'SKU-1', ordinal: 2, total: 300 },
    ];
    expect(await stored()).toEqual(all);
    // The same report again, and another one that tells the same with a row before it, over two batches.
    expect(await put('r-1', reimbursement(2), reimbursement(3), reimbursement(4, twin))).toEqual(
      counts({ unchanged: 3 }),
    );
    expect(await put('r-2', reimbursement(9, { reimbursementId: 'R0', sku: 'A' }), reimbursement(10))).toEqual(
      counts({ inserted: 1, unchanged: 1 }),
    );
    expect(await put('r-2', reimbursement(11), reimbursement(12, twin))).toEqual(counts({ unchanged: 2 }));
    expect(await stored()).toEqual([{ sku: 'A', ordinal: 0, total: 200 }, ...all]);
  });

  it('that a later report tells otherwise are replaced', async () => {
    expect(await put('r-3', reimbursement(2, { reason: 'Damaged' }))).toEqual(counts({ changed: 1 }));
  });

  it('that cannot be stored as they are, are kept aside', async () => {
    const bad = reimbursement(7, { amountPerUnit: money('USD' as CurrencyCode, 1n) });
    expect(await put('r-4', bad)).toEqual(counts({ unreadable: 1 }));
    expect(await test.feeds.listUnreadable(id, { feed: 'reimbursements', withSource: true })).toMatchObject([
      { says: expect.stringContaining('row 7: an amount is in USD'), source: { row: 7, reimbursementId: 'R1' } },
    ]);
  });
});

describe('lines of a VAT report', () => {
  it('are stored by their rows, and reading them again changes only what is read otherwise', async () => {
    const sha256 = await test.evidence('vat');
    const put = (...rows: Parameters<typeof test.feeds.putVatLines>[2]) => test.feeds.putVatLines(id, sha256, rows);
    const empty = vatLine(3, { currency: null, netTotal: null, vatTotal: null, grossTotal: null, taxDay: null });
    expect(await put(vatLine(2), empty)).toEqual(counts({ inserted: 2 }));
    expect(await put(vatLine(2), vatLine(3), vatLine(4))).toEqual(counts({ inserted: 1, changed: 1, unchanged: 1 }));
    expect(await put(vatLine(5, { currency: null }))).toEqual(counts({ unreadable: 1 }));
    const { rows } = await test.database.pool.query(
      'select row_number, tax_day::text as day, vat_minor::int as vat, facts from vat_line order by row_number',
    );
    expect(rows).toMatchObject(
      [2, 3, 4].map((row) => ({ row_number: row, day: '2026-10-31', vat: 190, facts: { row } })),
    );
  });
});
