/** Reports, months and the audit log over the API: the reports of the command line, and what people do at a month's end. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('reports over http');
  await shop.receive(settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US));
}, 60_000);
afterAll(() => shop.close());

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1${path}`, init);
const write = (path: string, body: unknown) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

describe('a report', () => {
  it('of every kind in the list comes as JSON, and the same books give the same file', async () => {
    const name = 'shop';
    const [settlement] = await shop.test.books.listSettlements({ limit: 1 });
    const { items } = (await (await ask('/reports')).json()) as { items: { name: string; takes: string[] }[] };
    expect(items.length).toBeGreaterThan(12);
    for (const { name: report } of items) {
      const query = new URLSearchParams({ connection: name, settlement: settlement!.settlementId, month: '2026-09' });
      const answer = await ask(`/reports/${report}?${query}`);
      const body = (await answer.json()) as { sections: unknown[] };
      // Nobody has read orders here, and a report says so instead of showing none.
      if (report === 'orders') {
        expect(body).toMatchObject({ code: 'FEEDS_NOT_READ', kind: 'unavailable' });
        continue;
      }
      expect(answer.status, `${report}: ${JSON.stringify(body)}`).toBe(200);
      expect(body.sections.length, report).toBeGreaterThan(0);
    }
    const file = async () =>
      Buffer.from(await (await ask(`/reports/journal?connection=${name}&month=2026-09&format=xlsx`)).arrayBuffer());
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
    expect(await (await ask('/reports/close?connection=shop')).json()).toMatchObject({ fields: [{ path: 'month' }] });
    const month = await ask('/reports/close?connection=x&month=2026-13');
    expect(await month.json()).toMatchObject({ code: 'QUERY_INVALID', fields: [{ path: 'month' }] });
  });
});

describe('a file', () => {
  it.each([
    ['journal?connection=shop&month=2026-09&format=xlsx', 'journal-shop-2026-09.xlsx'],
    ['fees?connection=shop&from=2026-09-01&to=2026-09-30&format=csv', 'fees-shop-2026-09-01-to-2026-09-30.csv'],
    ['close?connection=shop&month=2026-09&format=csv', 'close-shop-2026-09.csv'],
  ])('of a report is told from that of another connection or month by its name: %s', async (path, name) => {
    const answer = await ask(`/reports/${path}`);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
  });

  it('of Amazon has the ending that opens it', async () => {
    const [settlement] = await shop.test.books.listSettlements({ limit: 1 });
    const { key, settlementId } = settlement!;
    const [file] = await shop.test.books.listSettlementFiles(key);
    const answer = await ask(`/settlements/${key}/files/${file!.sha256}`);
    const name = `settlement-${settlementId}-${file!.sha256.slice(0, 12)}.txt`;
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  });

  it('of Amazon that is packed is named so, or it would open as noise', async () => {
    const facts = smallSettlement(DIALECTS.US, { settlementId: '70000000907' });
    const { key, sha256 } = await shop.receive(gzipSync(settlementBytes(facts, DIALECTS.US)));
    const answer = await ask(`/settlements/${key}/files/${sha256}`);
    const name = `settlement-70000000907-${sha256.slice(0, 12)}.txt.gz`;
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
  });
});

describe('what is asked for', () => {
  it.each([
    '/reports/journal?connection=shop&from=2026-11-30&to=2026-11-01',
    '/orders?connection=shop&from=2026-11-30&to=2026-11-01',
    '/audit/events?from=2026-11-30T00:00:00Z&to=2026-11-01T00:00:00Z',
  ])(
    'QUERY_INVALID: an end before the beginning is refused at its field, instead of finding nothing: %s',
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'QUERY_INVALID', fields: [{ path: 'to' }] });
    },
  );

  it.each(['/audit/events?conection=shop', '/overview?conection=shop', '/settlements?foo=abc'])(
    'QUERY_INVALID: %s has a parameter that is not known, and everything would be answered',
    async (path) => {
      const body = await (await ask(path)).json();
      expect(body).toMatchObject({ code: 'QUERY_INVALID', fields: [{ code: 'FIELD_UNKNOWN' }] });
    },
  );
});

describe('a month', () => {
  it('is closed and opened again with a reason, and is in the list meanwhile', async () => {
    const wish = { connection: 'shop', month: '2026-08', why: 'agreed' };
    expect(await (await write('/periods/close', { ...wish, why: ' ' })).json()).toMatchObject({
      code: 'BODY_INVALID',
      fields: [{ path: 'why' }],
    });
    expect((await write('/periods/close', wish)).status).toBe(200);
    const listed = (await (await ask(`/periods?connection=${wish.connection}`)).json()) as { items: object[] };
    expect(listed.items).toContainEqual(
      expect.objectContaining({ month: '2026-08', closedBy: 'tester', why: 'agreed' }),
    );
    expect((await write('/periods/reopen', wish)).status).toBe(200);
    expect(await (await ask(`/periods?connection=${wish.connection}`)).json()).toEqual({ items: [] });
  });
});

describe('the audit log', () => {
  it('is read from the latest back, each event once, and proven', async () => {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const answer = await ask(`/audit/events?limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      const part = (await answer.json()) as { items: { position: number }[]; nextCursor: string | null };
      seen.push(...part.items.map(({ position }) => position));
      cursor = part.nextCursor;
    } while (cursor);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
    expect(seen.length).toBeGreaterThan(10);
    expect(await (await ask('/audit/verify?everything=true')).json()).toMatchObject({ ok: true, firstBroken: null });
    await shop.test.database.pool.query(
      "update settlement set state = 'quarantined' where ctid = (select min(ctid) from settlement)",
    );
    // Control: what was changed past the program is found.
    const after = (await (await ask('/audit/verify?everything=true')).json()) as { ok: boolean };
    expect(after.ok).toBe(false);
  });

  it('leads from a posting key to its entry', async () => {
    const [entry] = await shop.test.books.listEntries({ limit: 1 });
    const found = (await (await ask(`/find?text=${entry!.entry.postingKey}`)).json()) as { items: object[] };
    expect(found.items).toContainEqual(expect.objectContaining({ kind: 'entry', href: `/entries/${entry!.id}` }));
  });

  it('says what a number leads to by facts, which a page can say in its own language', async () => {
    const found = (await (await ask('/find?text=70000000907')).json()) as { items: object[] };
    expect(found.items).toContainEqual(
      expect.objectContaining({
        kind: 'settlement',
        says: 'shop, 90.05 USD, 0 of 1 posted',
        connection: 'shop',
        total: { amount: '90.05', currency: 'USD' },
        progress: { entryCount: 1, postedCount: 0, reversedCount: 0, rejectedCount: 0, unknownCount: 0 },
      }),
    );
  });
});
