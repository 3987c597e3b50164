/** Reports, months and the audit log over the API: the reports of the command line, and what people do at a month's end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syncConnection } from '../../src/app/index.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startTestPage, type TestPage } from './test-page.ts';

let vendors: Vendors;
let test: TestBooks;
let page: TestPage;

beforeAll(async () => {
  vendors = await startVendors({ seed: 'reports over http' });
  test = await openTestBooks({ clock: vendors.clock });
  await syncConnection(await vendors.context(test), { waitForUnknown: true });
  page = await startTestPage(test);
});

afterAll(async () => {
  await page.close();
  await test.close();
  await vendors.close();
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1${path}`, init);
const write = (path: string, body: unknown) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const connection = async () => (await test.books.listConnections())[0]!.name;

describe('a report', () => {
  it('of every kind in the list comes as JSON, and the same books give the same file', async () => {
    const name = await connection();
    const [settlement] = await test.books.listSettlements({ limit: 1 });
    const { items } = (await (await ask('/reports')).json()) as { items: { name: string; takes: string[] }[] };
    expect(items.length).toBeGreaterThan(12);
    for (const { name: report } of items) {
      const query = new URLSearchParams({ connection: name, settlement: settlement!.settlementId, month: '2026-09' });
      const answer = await ask(`/reports/${report}?${query}`);
      const body = (await answer.json()) as { sections: unknown[] };
      expect(answer.status, `${report}: ${JSON.stringify(body)}`).toBe(200);
      expect(body.sections.length, report).toBeGreaterThan(0);
    }
    const file = async () => Buffer.from(await (await ask(`/reports/journal?connection=${name}&month=2026-09&format=xlsx`)).arrayBuffer());
    const first = await file();
    expect(first.subarray(0, 2).toString()).toBe('PK');
    expect((await file()).equals(first)).toBe(true);
  });

  it('that there is not, or without what it takes, is refused with the place', async () => {
    const unknown = await ask('/reports/wishes?connection=x');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: 'REPORT_UNKNOWN' });
    const incomplete = await ask('/reports/close');
    expect(incomplete.status).toBe(400);
    expect(await incomplete.json()).toMatchObject({ code: 'REPORT_WISH_INCOMPLETE', where: { path: 'connection' } });
    const month = await ask('/reports/close?connection=x&month=2026-13');
    expect(await month.json()).toMatchObject({ code: 'QUERY_INVALID', fields: [{ path: 'month' }] });
  });
});

describe('a month', () => {
  it('is closed and opened again with a reason, and is in the list meanwhile', async () => {
    const wish = { connection: await connection(), month: '2026-08', why: 'agreed' };
    expect(await (await write('/periods/close', { ...wish, why: ' ' })).json()).toMatchObject({
      code: 'BODY_INVALID',
      fields: [{ path: 'why' }],
    });
    expect((await write('/periods/close', wish)).status).toBe(200);
    const listed = (await (await ask(`/periods?connection=${wish.connection}`)).json()) as { items: object[] };
    expect(listed.items).toContainEqual(expect.objectContaining({ month: '2026-08', closedBy: 'tester', why: 'agreed' }));
    expect((await write('/periods/reopen', wish)).status).toBe(200);
    expect(await (await ask(`/periods?connection=${wish.connection}`)).json()).toEqual({ items: [] });
  });
});

describe('the audit log', () => {
  it('is read from the latest back, each event once, and proven', async () => {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const part: { items: { position: number }[]; nextCursor: string | null } = await (
        await ask(`/audit/events?limit=7${cursor ? `&cursor=${cursor}` : ''}`)
      ).json();
      seen.push(...part.items.map(({ position }) => position));
      cursor = part.nextCursor;
    } while (cursor);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
    expect(seen.length).toBeGreaterThan(10);
    expect(await (await ask('/audit/verify?everything=true')).json()).toMatchObject({ ok: true, firstBroken: null });
    await test.database.pool.query("update settlement set state = 'quarantined' where ctid = (select min(ctid) from settlement)");
    // Control: what was changed past the program is found.
    const after = (await (await ask('/audit/verify?everything=true')).json()) as { ok: boolean };
    expect(after.ok).toBe(false);
  });

  it('leads from a posting key to its entry', async () => {
    const [entry] = await test.books.listEntries({ limit: 1 });
    const found = (await (await ask(`/find?text=${entry!.entry.postingKey}`)).json()) as { items: object[] };
    expect(found.items).toContainEqual(expect.objectContaining({ kind: 'entry', href: `/entries/${entry!.id}` }));
  });
});
