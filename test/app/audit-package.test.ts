/** A package of everything that may stand in the books: orders, closed months, accruals and re-issued files come out of it again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestSettlementContent, readSettlementFile, readSettlementRows } from '../../src/amazon/index.ts';
import {
  type AccrualFeeds,
  accrueMonthEnd,
  accrueShippedOrders,
  type ConnectionContext,
  type FinanceEvent,
  type PackageManifest,
  type Report,
  receiveEvidence,
  replaceSettlement,
  SYSTEM,
  type TraceContext,
  traceLine,
  traceOrder,
  verifyAuditPackage,
  writeAuditPackage,
} from '../../src/app/index.ts';
import { canonicalJson, parseLocalDate, parseYearMonth, sha256Of, silentLog, toProblem } from '../../src/core/index.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import { DIALECTS, settlementBytes } from '../entrypoints/settlement-files.ts';
import { bookEntry } from '../simulation/month-end-kit.ts';
import { eur, event, openTestFeeds, type TestFeeds } from '../store/feed-samples.ts';
import { addConnection, bytesOf } from '../store/samples.ts';

const [ONE, TWO, THREE] = ['302-0000001-0000001', '302-0000002-0000002', '302-0000003-0000003'] as const;
const COMPLETE = '2026-11-20T00:00:00.000Z';

let test: TestFeeds;
let context: ConnectionContext;
/** The package as it was written. */
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  test = await openTestFeeds();
  context = {
    connection: await addConnection(test.books, 'SELLER-PACKAGE'),
    books: test.books,
    ledger: { findByPostingKey: async () => [] },
    table: loadAccountTable(),
    posting: { bookFrom: null, leaseMs: 60_000, leaveWithinMs: 10_000 },
    readSettlement: readSettlementFile,
    digestContent: digestSettlementContent,
    clock: test.time,
    randomness: systemRandomness,
    log: silentLog,
    programVersion: 'test',
    actor: SYSTEM,
    onProgress: () => {},
  } as unknown as ConnectionContext;
  await live();
  files = await pack();
});
afterAll(() => test.close());

const id = () => context.connection.id;

function shipped(key: string, orderId: string, minor: bigint, postedAt: string): FinanceEvent {
  return event(key, {
    orderId,
    postedAt,
    total: eur(minor - 100n),
    settlementId: null,
    eventGroupId: null,
    relatedIds: [{ name: 'ORDER_ID', value: orderId }],
    items: [],
    amounts: [
      { item: null, path: ['Sales', 'ProductCharges', 'OurPricePrincipal'], amount: eur(minor) },
      { item: null, path: ['Expenses', 'AmazonFees', 'Commission'], amount: eur(-100n) },
    ],
  });
}

async function settle(
  settlementId: string,
  days: { start: string; end: string; deposit: string },
  rows: readonly { amount: string; order: string; day: string }[],
) {
  const cents = rows.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0);
  const row = { type: 'Order', amountType: 'ItemPrice', description: 'Principal' };
  const facts = {
    settlementId,
    ...days,
    total: (cents / 100).toFixed(2),
    rows: rows.map((each) => ({ ...row, ...each })),
  };
  const bytes = settlementBytes(facts, DIALECTS.DE).toString('latin1');
  const { sha256 } = await test.books.putEvidence(bytesOf(bytes), {
    origin: 'test',
    contentType: 'text/plain; charset=utf-8',
    headers: {},
  });
  return receiveEvidence(context, sha256, settlementId);
}

async function bookAll(): Promise<void> {
  for (const entry of await test.books.listEntries({ connectionId: id(), states: ['proposed'] })) {
    await bookEntry(context, entry);
  }
}

/** October in the orders model, accrued and closed; a settlement after that, which comes again with other content. */
async function live(): Promise<void> {
  const { books, feeds } = test;
  const from = parseLocalDate('2026-10-01');
  await books.recordModelPeriod(id(), { model: 'orders', from, summarise: 'order' }, SYSTEM, 'test');
  await feeds.putFinanceEvents(id(), [
    shipped('e1', ONE, 12_500n, '2026-10-03T12:00:00.000Z'),
    shipped('e3', THREE, 700n, '2026-10-30T12:00:00.000Z'),
  ]);
  await feeds.writeCursor(id(), 'finances:front', { watermark: COMPLETE, open: null, memory: {} });
  await feeds.recordFeedRun(id(), 'finances', {
    startedAt: COMPLETE,
    isUpToDate: true,
    completeUntil: COMPLETE,
    problems: [],
  });
  await accrueShippedOrders(context, { keepAlive: async () => {} });
  await settle('70000000901', { start: '2026-10-01', end: '2026-10-15', deposit: '2026-10-17' }, [
    { amount: '125.00', order: ONE, day: '2026-10-03' },
    { amount: '9.99', order: TWO, day: '2026-10-05' },
  ]);
  await bookAll();
  await accrueMonthEnd(context, feeds as unknown as AccrualFeeds, {
    month: parseYearMonth('2026-10'),
    sides: 'both',
    why: null,
    isDryRun: false,
    leaveOutUnknown: false,
    mayBeIncomplete: false,
  });
  await bookAll();
  // Shipped in the closed month and known after it: accrued in November.
  await feeds.putFinanceEvents(id(), [shipped('e4', '302-0000004-0000004', 50n, '2026-10-29T12:00:00.000Z')]);
  await accrueShippedOrders(context, { keepAlive: async () => {} });
  const days = { start: '2026-10-15', end: '2026-11-01', deposit: '2026-11-03' };
  const rows = (amount: string) => [{ amount, order: '', day: '2026-10-20' }];
  const record = await settle('70000000902', days, rows('20.00'));
  const [entry] = await books.listEntries({ originKey: record.key });
  const approval = { from: 'proposed', to: 'approved', approvedDigest: entry!.digest } as const;
  await books.moveEntry({ id: entry!.id, actor: SYSTEM, why: 'test', ...approval });
  expect(await settle('70000000902', days, rows('21.00')).catch(toProblem)).toMatchObject({
    code: 'SETTLEMENT_REISSUED',
  });
  await replaceSettlement(context, record, { why: 'Amazon corrected it', reason: null, postingDate: null });
}

async function pack(from = '2026-10-01'): Promise<Map<string, Buffer>> {
  const content = new Map<string, Buffer>();
  const [first] = (await test.books.listConnections()).filter((connection) => connection.id === id());
  await writeAuditPackage(
    {
      books: test.books,
      readSettlement: readSettlementFile,
      connections: first ? [first] : [],
      from: parseLocalDate(from),
      to: parseLocalDate('2026-11-30'),
      sample: { size: 100, seed: 'auditor' },
      programVersion: 'test',
      renderCsv: (report, key) => JSON.stringify(report.sections.find((section) => section.key === key)?.rows.length),
      actor: SYSTEM,
    },
    {
      write: async (path, chunks) => {
        const parts: Uint8Array[] = [];
        for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
        const bytes = Buffer.concat(parts);
        content.set(path, bytes);
        return { path, bytes: bytes.length, sha256: sha256Of(bytes) };
      },
    },
  );
  return content;
}

const verify = (content: ReadonlyMap<string, Buffer>) =>
  verifyAuditPackage({
    source: {
      list: async () => [...content.keys()],
      async *open(path) {
        yield content.get(path) as Buffer;
      },
    },
    readSettlement: readSettlementFile,
  });

const pathOf = (pattern: RegExp) => [...files.keys()].find((path) => pattern.test(path)) ?? `no ${pattern}`;
const record = (path: string) => JSON.parse(String(files.get(path)));

/** As somebody who changes files and then makes the manifest agree. */
function forged(...changes: readonly (readonly [path: string, change: (text: string) => string])[]) {
  const all = new Map(files);
  for (const [path, change] of changes) {
    const text = String(files.get(path));
    expect(change(text), path).not.toBe(text);
    all.set(path, Buffer.from(change(text)));
  }
  const manifest = JSON.parse(String(files.get('manifest.json'))) as PackageManifest;
  const listed = manifest.files.map(({ path }) => {
    const bytes = all.get(path) as Buffer;
    return { path, bytes: bytes.length, sha256: sha256Of(bytes) };
  });
  const text = canonicalJson(JSON.parse(JSON.stringify({ ...manifest, files: listed })));
  return all.set('manifest.json', Buffer.from(text));
}

describe('a package of orders, closed months, accruals and files that came again', () => {
  it('repeats all of it from its files', async () => {
    expect(await verify(files)).toMatchObject({ differences: [], settlements: 2, accruals: 4, recomputed: 6 });
  });

  it('control: every kind of thing is in it', () => {
    const [first, second] = ['901', '902'].map((end) => record(pathOf(RegExp(`70000000${end}-.*record.json`))));
    expect(first.inputs).toEqual({ accruedOrders: [ONE] });
    expect(second.inputs).toEqual({ accruedOrders: [], closedThrough: expect.anything() });
    expect(second.otherFiles).toMatchObject([{ state: 'replaced', total: '20.00' }]);
    expect(second.earlier).toMatchObject([{ fileSha256: second.otherFiles[0].sha256 }]);
    const month = record(pathOf(/accruals\/2026-10-.*record/));
    expect(month.entries).toHaveLength(2);
    const orders = [...files.keys()].filter((path) => /accruals\/orders.*record/.test(path)).map(record);
    const dates = orders.map(({ entries }) => entries[0].entry.postingDate).sort();
    expect(dates).toEqual(['2026-10-03', '2026-10-30', '2026-11-01']);
    const sources = String(files.get(pathOf(/accruals\/2026-10-.*sources/)));
    expect(sources).toContain('"isBookedByOrders":true');
  });

  it('of the month after has the accrual that is released in it', async () => {
    const november = await pack('2026-11-01');
    const accruals = [...november.keys()].filter((path) => /accruals\/.*record/.test(path));
    expect(accruals.some((path) => path.startsWith('accruals/2026-10-'))).toBe(true);
    // Control: what has nothing in that month stays out.
    expect(accruals.some((path) => path.includes('orders_2026-10-03'))).toBe(false);
    expect(await verify(november)).toMatchObject({ differences: [] });
  });

  it('names every file in which one byte is another', async () => {
    const changed = new Map(files);
    const paths = [...files.keys()].filter((path) => path !== 'manifest.json');
    for (const path of paths) {
      const bytes = Buffer.from(files.get(path) as Buffer);
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      changed.set(path, bytes);
    }
    const { differences } = await verify(changed);
    const named = differences.filter(({ says }) => says.startsWith('It was changed')).map(({ path }) => path);
    expect(named.toSorted()).toEqual(paths.toSorted());
  });

  it.each([
    ['of a month end', /accruals\/2026-10-/, '"minor":"-100"', '"minor":"-200"'],
    ['of orders', /accruals\/orders_2026-10-03-/, '"amount":"125.00"', '"amount":"126.00"'],
  ])('names the accrual %s whose sources were changed with their hash', async (_what, folder, from, to) => {
    const sources = pathOf(RegExp(`${folder.source}.*sources`));
    const path = pathOf(RegExp(`${folder.source}.*record`));
    const text = String(files.get(sources)).replaceAll(from, to);
    const { differences } = await verify(
      forged([sources, () => text], [path, (old) => old.replace(record(path).sourcesSha256, sha256Of(text))]),
    );
    expect(differences).toMatchObject([{ path, says: expect.stringMatching(/Worked out anew.* amount is /) }]);
  });

  it('names a settlement that is said to clear other orders, or of other closed months', async () => {
    const first = pathOf(/70000000901-.*record.json/);
    const others = await verify(forged([first, (text) => text.replace(`["${ONE}"]`, `["${TWO}"]`)]));
    expect(others.differences[0]).toMatchObject({ path: first, says: expect.stringContaining('Worked out anew') });
    const second = pathOf(/70000000902-.*record.json/);
    const open = (text: string) => text.replaceAll('"2026-10"', '"2026-08"');
    const months = await verify(forged([second, open]));
    expect(months.differences[0]).toMatchObject({ path: second, says: expect.stringContaining('Worked out anew') });
  });

  it('names a proposal that was replaced and does not come out of its file', async () => {
    const path = pathOf(/70000000902-.*record.json/);
    const [entry] = record(path).entries.filter(({ isCurrent }: { isCurrent: boolean }) => !isCurrent);
    const inSettlementModel = (text: string) => text.replace('"accruedOrders":[],', '');
    const same = (await verify(forged([path, inSettlementModel]))).differences.map(({ says }) => says).join();
    expect(same).not.toContain('of its proposal with revision');
    const { differences } = await verify(
      forged([
        path,
        (text) =>
          inSettlementModel(text)
            .replaceAll(entry.digest, sha256Of('x'))
            .replace('"earlier":[{"closedThrough":{"1', '"earlier":[{"closedThrough":{"9'),
      ]),
    );
    const says = differences.map((each) => each.says).join('\n');
    expect(says).toContain('of its proposal with revision');
    expect(says).toContain('no proposal of the settlement comes to it');
  });

  it('names a file that was replaced and is another one now', async () => {
    const path = pathOf(/files\/[0-9a-f]+\.txt$/);
    const { differences } = await verify(forged([path, (text) => text.replaceAll('20', '22')]));
    expect(differences).toMatchObject([{ path, says: expect.stringContaining('The file beside it has the SHA-256') }]);
  });
});

describe('a line of an accrual', () => {
  const tracing = (): TraceContext => ({
    books: test.books,
    feeds: test.feeds,
    readSettlement: readSettlementFile,
    readRows: readSettlementRows,
  });
  const factsOf = ({ facts }: Report) => Object.fromEntries(facts.map(({ title, value }) => [title, value]));
  const rowsOf = (report: Report, key: string) => report.sections.find((section) => section.key === key)?.rows ?? [];

  it('is the sum of the events and orders behind it, added up anew to the cent', async () => {
    const entries = await test.books.listEntries({ connectionId: id() });
    const lines = entries
      .filter(({ origin }) => origin.kind === 'accrual')
      .flatMap(({ entry }) => entry.lines.map((line, index) => ({ key: entry.postingKey, line, number: index + 1 })));
    expect(lines).toHaveLength(10);
    for (const { key, line, number } of lines) {
      const report = await traceLine(tracing(), { entryRef: key, lineNumber: number });
      const facts = factsOf(report);
      expect(facts, `${key} ${line.kind}`).toMatchObject({ 'amounts and line are the same': true, line: line.amount });
      expect(rowsOf(report, 'events').length).toBeGreaterThan(0);
    }
  });

  it('ENTRY_LINE_UNKNOWN: that does not exist', async () => {
    const accrual = await test.books.getAccrual('2026-10');
    const [entry] = await test.books.listEntries({ originKey: accrual.key });
    const place = { entryRef: entry!.entry.postingKey, lineNumber: 99 };
    expect(await traceLine(tracing(), place).catch(toProblem)).toMatchObject({ code: 'ENTRY_LINE_UNKNOWN' });
  });

  it('is found from its order, with what of it is the order’s: its worth when it was shipped, its fee at the month end', async () => {
    const report = await traceOrder(tracing(), THREE);
    const lines = rowsOf(report, 'accrued').map(({ kind, postingDate, part }) => [kind, postingDate, part]);
    expect(lines).toEqual([
      ['product-sale', '2026-10-30', eur(-700n)],
      ['order-receivable', '2026-10-30', eur(700n)],
      ['referral-fee', '2026-10-31', eur(100n)],
      ['unsettled', '2026-10-31', eur(-100n)],
      ['referral-fee', '2026-11-01', eur(-100n)],
      ['unsettled', '2026-11-01', eur(100n)],
    ]);
    expect(rowsOf(report, 'entries')).toHaveLength(3);
  });

  it('control: an order that was not accrued is in none', async () => {
    const report = await traceOrder(tracing(), TWO);
    expect(rowsOf(report, 'accrued')).toEqual([]);
    expect(rowsOf(report, 'lines')).toHaveLength(1);
  });
});
