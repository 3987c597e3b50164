/** An entry that a new proposal replaced stays on record, and is taken for nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFault } from '../../sim/sap/index.ts';
import { type EntryRecord, type SettlementRecord, syncConnection } from '../../src/app/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { accountTable, startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startTestPage, type TestPage } from './test-page.ts';

let vendors: Vendors;
let test: TestBooks;
let page: TestPage;
let settlement: SettlementRecord;
let withdrawn: EntryRecord;
/** Of the settlement, the withdrawn ones too. */
let all: readonly EntryRecord[];

beforeAll(async () => {
  vendors = await startVendors({ seed: 'withdrawn' });
  test = await openTestBooks({ clock: vendors.clock });
  const context = await vendors.context(test);
  addFault(vendors.sap.world.faults, { kind: 'periodClosed' });
  const { entries } = await syncConnection(context, { waitForUnknown: true });
  const refused = entries.find(({ state }) => state === 'rejected')!;
  settlement = await test.books.getSettlement(refused.origin.key);
  const table = readAccountTable({ name: 'changed', text: accountTable.text.replaceAll('65003400', '65003300') });
  await syncConnection({ ...context, table }, { waitForUnknown: true });
  withdrawn = await test.books.getEntry(refused.id);
  all = await test.books.listEntries({ originKey: settlement.key });
  page = await startTestPage(test);
});

afterAll(async () => {
  await page.close();
  await test.close();
  await vendors.close();
});

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`);
  return { status: answer.status, body: await answer.json() };
}

const posted = () => all.filter(({ state }) => state === 'posted');

describe('a withdrawn entry', () => {
  it('ENTRY_WITHDRAWN: has no rows, because the numbers behind its lines belong to another proposal', async () => {
    expect(withdrawn).toMatchObject({ state: 'withdrawn' });
    for (const line of withdrawn.entry.lines.keys()) {
      expect(await get(`entries/${withdrawn.id}/lines/${line + 1}/rows`)).toMatchObject({
        status: 409,
        body: {
          code: 'ENTRY_WITHDRAWN',
          kind: 'conflict',
          next: expect.stringContaining(`settlements show ${settlement.settlementId}`),
        },
      });
    }
  });

  it('control: its numbers would find rows, and the lines of the entry that took its place show theirs', async () => {
    const numbers = withdrawn.entry.lines.map(({ buckets }) => test.books.rowsOfBuckets(settlement.key, buckets));
    expect((await Promise.all(numbers)).flat().length).toBeGreaterThan(3);
    for (const { id, entry } of posted()) {
      for (const [line, { buckets }] of entry.lines.entries()) {
        expect(await get(`entries/${id}/lines/${line + 1}/rows`)).toMatchObject({
          status: 200,
          body: { tiesToLine: buckets.length > 0 ? true : null },
        });
      }
    }
  });

  it('offers no rows and nothing to do', async () => {
    const { body } = await get(`entries/${withdrawn.id}`);
    const { lines, ...rest } = body as { lines: { hasRows: boolean }[] };
    expect(rest).toMatchObject({ state: 'withdrawn', problem: null, document: null });
    expect(lines.filter(({ hasRows }) => hasRows)).toEqual([]);
    expect(lines.length).toBeGreaterThan(3);
  });

  it('does not count: its settlement is posted when the entries in its place are', async () => {
    const count = posted().length;
    expect([count > 0, all.length]).toEqual([true, 2 * count]);
    const progress = { entryCount: count, postedCount: count, progress: `${count} of ${count} posted` };
    expect((await get(`settlements/${settlement.key}`)).body).toMatchObject({ state: 'proposed', ...progress });
    const listed = (await get('settlements')).body as { items: { id: string }[] };
    expect(listed.items.find(({ id }) => id === settlement.key)).toMatchObject(progress);
    for (const path of ['settlements?state=quarantined', 'entries?state=rejected', 'entries?state=unknown']) {
      expect((await get(path)).body, path).toMatchObject({ items: [] });
    }
  });
});

describe('the sum of the rows behind a line', () => {
  it('is added up from the file, not from the line: it differs when a row is missing', async () => {
    const books = {
      ...test.books,
      rowsOfBuckets: async (...args: Parameters<TestBooks['books']['rowsOfBuckets']>) =>
        (await test.books.rowsOfBuckets(...args)).slice(1),
    };
    const careless = await startTestPage(test, { books });
    const [current] = posted();
    const line = current!.entry.lines.findIndex(({ buckets }) => buckets.length > 0) + 1;
    const address = careless.url.replace('localhost', '127.0.0.1');
    const answer = await fetch(`${address}/api/v1/entries/${current!.id}/lines/${line}/rows`);
    expect(await answer.json()).toMatchObject({ tiesToLine: false });
    await careless.close();
  });
});
