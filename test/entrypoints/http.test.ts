import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectionContext, type EntryRecord, receiveEvidence, syncConnection } from '../../src/app/index.ts';
import type { Log } from '../../src/core/index.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import {
  DIALECTS,
  minorOf,
  readDetailRows,
  settlementBytes,
  settlementWithUnknownFee,
  smallSettlement,
} from './settlement-files.ts';
import { startTestPage, type TestPage } from './test-page.ts';

const DECIMAL_TEXT = /^-?\d+(\.\d+)?$/;
const ORDERS = 260;

/** More rows behind one line than one answer shows, in a file with letters that only its own encoding knows. */
const LARGE = smallSettlement(DIALECTS.DE, {
  settlementId: '70000000903',
  total: '273.00',
  rows: Array.from({ length: ORDERS }, (_, index) => ({
    type: 'Order',
    amountType: 'ItemPrice',
    description: 'Principal',
    order: `302-0000009-${String(index).padStart(7, '0')}`,
    sku: 'TEE-GRÜN',
    amount: '1.05',
    day: '2026-10-03',
  })),
});
const LARGE_BYTES = settlementBytes(LARGE, DIALECTS.DE);

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;
let page: TestPage;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends the path as it stands: neither `fetch` nor `URL` lets `..` through. */
function get(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const { port } = new URL(page.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, ...options }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on('error', reject).end();
  });
}

async function getJson<Body>(path: string): Promise<Body> {
  const { status, text } = await get(path);
  expect(status, text).toBe(200);
  return JSON.parse(text) as Body;
}

async function receive(bytes: Buffer, contentType: string | null = null) {
  const chunks = (async function* () {
    yield bytes;
  })();
  const { sha256 } = await test.books.putEvidence(chunks, { origin: 'test', contentType, headers: {} });
  return receiveEvidence(context, sha256, 'test');
}

async function entryOf(settlementId: string): Promise<EntryRecord> {
  const found = (await test.books.listEntries()).find((entry) => entry.origin.name === settlementId);
  return found!;
}

beforeAll(async () => {
  vendors = await startVendors({ seed: 'page' });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
  await receive(settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US));
  await receive(settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));
  await receive(LARGE_BYTES, 'text/plain; charset=windows-1252');
  await syncConnection(context, { waitForUnknown: true });
  page = await startTestPage(test);
});

afterAll(async () => {
  await page.close();
  await test.close();
  await vendors.close();
});

interface List {
  readonly items: readonly Record<string, unknown>[];
}

describe('the lists', () => {
  it('have settlements and entries, amounts as decimal text, and how far each is in SAP', async () => {
    const { items: settlements } = await getJson<List>('/api/v1/settlements');
    const { items: entries } = await getJson<List>('/api/v1/entries');
    expect(settlements.find(({ settlementId }) => settlementId === '70000000901')).toMatchObject({
      state: 'proposed',
      currency: 'USD',
      totalAmount: '90.05',
      lineCount: 7,
      proofsHold: true,
      problem: null,
      startTime: '2026-10-01T12:00:00Z',
      depositDate: '2026-10-17',
      entryCount: 1,
      postedCount: 1,
    });
    expect(settlements.find(({ settlementId }) => settlementId === '70000000902')).toMatchObject({
      state: 'quarantined',
      entryCount: 0,
      postedCount: 0,
    });
    for (const { totalAmount } of settlements) expect(totalAmount).toMatch(DECIMAL_TEXT);
    for (const { debitTotal } of entries) expect(debitTotal).toMatch(DECIMAL_TEXT);
    expect(settlements).toHaveLength((await test.books.listSettlements()).length);
    expect(entries).toHaveLength((await test.books.listEntries()).length);
  });

  it('shows nothing of the connection besides its name and its seller account', async () => {
    const { text } = await get('/api/v1/overview');
    expect(text).not.toContain('settings');
    expect(text).not.toContain('secret');
  });
});

describe('a settlement', () => {
  it('comes with its proofs, their numbers, and its entries', async () => {
    const found = await getJson<Record<string, unknown>>('/api/v1/settlements/70000000901');
    expect(found).toMatchObject({
      settlementId: '70000000901',
      evidenceSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      quarantine: [],
      entries: [{ companyCode: '1710', state: 'posted', debitTotal: expect.stringMatching(DECIMAL_TEXT) }],
    });
    expect(found.proofs).toContainEqual(
      expect.objectContaining({ name: 'rows-equal-total', ok: true, expected: '90.05', actual: '90.05' }),
    );
  });

  it('in quarantine says what stops it: value, count, amount and first row', async () => {
    const found = await getJson<Record<string, unknown>>('/api/v1/settlements/70000000902');
    expect(found).toMatchObject({
      state: 'quarantined',
      problem: { kind: 'unmapped', says: expect.any(String), next: expect.any(String) },
      entries: [],
      quarantine: [{ amountDescription: 'FeeOfTomorrow', count: 2, amount: '-1.11', firstRow: 10 }],
    });
  });
});

interface EntryBody {
  readonly currency: string;
  readonly lines: readonly { line: number; amount: string; hasRows: boolean; text: string }[];
  readonly history: readonly { action: string; actor: string; why: string }[];
  readonly attempts: readonly { outcome: string }[];
  readonly document: { sapDocumentNumber: string; companyCode: string } | null;
}

describe('an entry', () => {
  it('balances, and comes with its SAP document, its attempts and its history', async () => {
    const { entry } = await entryOf('70000000901');
    const found = await getJson<EntryBody>(`/api/v1/entries/${entry.postingKey}`);
    expect(found.lines.reduce((sum, line) => sum + minorOf(line.amount, 2), 0n)).toBe(0n);
    expect(found.lines.map(({ line }) => line)).toEqual(entry.lines.map((_, index) => index + 1));
    expect(found.document).toMatchObject({ companyCode: '1710', sapDocumentNumber: expect.stringMatching(/^\d+$/) });
    expect(found.attempts.map(({ outcome }) => outcome)).toEqual(['posted']);
    expect(found.history.map(({ action }) => action)).toEqual(['entry.approved', 'entry.sending', 'entry.posted']);
    expect(vendors.ledger().map(({ documentReferenceId }) => documentReferenceId)).toContain(entry.postingKey);
  });

  it('is found by posting key, SAP document number and id alike', async () => {
    const all = await test.books.listEntries();
    const numberOf = (entry: EntryRecord) => entry.document?.sapDocumentNumber;
    // Each company code of SAP counts for itself, so a number alone may be that of several documents.
    const record = all.find(
      (one) => numberOf(one) && all.filter((two) => numberOf(two) === numberOf(one)).length === 1,
    )!;
    const refs = [record.id, record.entry.postingKey, numberOf(record)];
    const [first, ...others] = await Promise.all(refs.map((ref) => getJson<unknown>(`/api/v1/entries/${ref}`)));
    for (const other of others) expect(other).toEqual(first);
  });
});

interface Rows {
  readonly evidenceSha256: string;
  readonly rowCount: number;
  readonly nextCursor: string | null;
  readonly total: number;
  readonly header: readonly string[];
  readonly items: readonly { row: number; cells: readonly string[] }[];
}

describe('the rows behind a line', () => {
  it('are those of the file, cell by cell, and sum to the line', async () => {
    const bytes = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
    const inFile = new Map(readDetailRows(bytes, 2).map((row) => [row.row, row]));
    const { entry } = await entryOf('70000000901');
    const { lines } = await getJson<EntryBody>(`/api/v1/entries/${entry.postingKey}`);
    const seen: number[] = [];
    for (const line of lines) {
      const path = `/api/v1/entries/${entry.postingKey}/lines/${line.line}/rows`;
      const { items: rows, rowCount, header } = await getJson<Rows>(path);
      expect(rowCount).toBe(rows.length);
      expect(line.hasRows).toBe(rows.length > 0);
      if (!line.hasRows) continue;
      expect(header).toEqual(bytes.toString('utf8').split('\n')[0]!.split('\t'));
      for (const { row, cells } of rows) expect(cells).toEqual(inFile.get(row)!.cells);
      const sum = rows.reduce((total, { row }) => total + inFile.get(row)!.minor, 0n);
      expect(minorOf(line.amount, 2), line.text).toBe(-sum);
      seen.push(...rows.map(({ row }) => row));
    }
    expect(seen.sort((a, b) => a - b)).toEqual([...inFile.keys()]);
  });

  it('come in parts when they are many, all of them and each once, in the letters of the file', async () => {
    const { entry } = await entryOf('70000000903');
    const number = entry.lines.findIndex(({ kind }) => kind === 'product-sale') + 1;
    const path = `/api/v1/entries/${entry.postingKey}/lines/${number}/rows`;
    const first = await getJson<Rows>(path);
    const second = await getJson<Rows>(`${path}?cursor=${first.nextCursor}`);
    expect([first.rowCount, second.rowCount, first.total]).toEqual([ORDERS, ORDERS, ORDERS]);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([200, 60, null]);
    const numbers = [...first.items, ...second.items].map(({ row }) => row);
    expect(numbers).toEqual(readDetailRows(LARGE_BYTES, 2).map(({ row }) => row));
    expect(first.items[0]!.cells).toContain('TEE-GRÜN');
    expect(first.items[0]!.cells).toContain('1,05');
  });

  it('are found by a text in any of their cells, in any case, and still tie to the line as a whole', async () => {
    const { entry } = await entryOf('70000000903');
    const number = entry.lines.findIndex(({ kind }) => kind === 'product-sale') + 1;
    const path = `/api/v1/entries/${entry.postingKey}/lines/${number}/rows`;
    const found = await getJson<Rows>(`${path}?text=302-0000009-0000007`);
    expect(found).toMatchObject({ rowCount: ORDERS, total: 1, nextCursor: null, tiesToLine: true });
    expect(found.items[0]!.cells).toContain('302-0000009-0000007');
    const all = await getJson<Rows>(`${path}?text=${encodeURIComponent('tee-grün')}&limit=1`);
    expect(all.total).toBe(ORDERS);
    expect(all.items).toHaveLength(1);
  });

  it('CURSOR_INVALID: a cursor that was changed is refused', async () => {
    const { entry } = await entryOf('70000000903');
    const { status, text } = await get(`/api/v1/entries/${entry.postingKey}/lines/1/rows?cursor=200`);
    expect({ status, code: JSON.parse(text).code }).toEqual({ status: 400, code: 'CURSOR_INVALID' });
  });

  it('ROWS_TOO_MANY: a text is not looked for among more rows than are searched', async () => {
    const rowsOfBuckets = async () => Array.from({ length: 200_001 }, (_, index) => index + 1);
    const large = await startTestPage(test, { books: { ...test.books, rowsOfBuckets } });
    const { entry } = await entryOf('70000000903');
    const address = `${large.url.replace('localhost', '127.0.0.1')}/api/v1/entries/${entry.postingKey}/lines/1/rows`;
    expect(await (await fetch(`${address}?text=x`)).json()).toMatchObject({ code: 'ROWS_TOO_MANY' });
    await large.close();
  });
});

describe('the audit log', () => {
  it('verifies over HTTP', async () => {
    const result = await getJson<{ ok: boolean; eventCount: number }>('/api/v1/audit/verify');
    expect(result).toMatchObject({ ok: true, firstBroken: null });
    expect(result.eventCount).toBeGreaterThan(5);
  });
});

describe('a request that cannot be answered', () => {
  it.each([
    ['/api/v1/entries/NOSUCHENTRY', 404, 'ENTRY_UNKNOWN'],
    ['/api/v1/settlements/0', 404, 'SETTLEMENT_UNKNOWN'],
    ['/api/v1/entries/NOSUCHENTRY/lines/1/rows', 404, 'ENTRY_UNKNOWN'],
    ['/api/v1/entries/NOSUCHENTRY/lines/x/rows', 400, 'QUERY_INVALID'],
    ['/api/v1/trace/orders/111-0000000-0000000', 404, 'TRACE_NOTHING_FOUND'],
    ['/api/v1/nothing', 404, 'PATH_UNKNOWN'],
    ['/nothing.html', 404, 'PATH_UNKNOWN'],
    ['/api/v1/entries/%zz', 400, 'REQUEST_INVALID'],
    [`/api/v1/entries/${encodeURIComponent("'; drop table entries; --")}`, 404, 'ENTRY_UNKNOWN'],
    ['/api/v1/entries/%00', 400, 'REQUEST_INVALID'],
    [`/api/v1/entries/${'9'.repeat(2_000)}`, 404, 'PATH_UNKNOWN'],
  ])('%s is a problem+json', async (path, status, code) => {
    const answer = await get(path);
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect({ status: answer.status, code: body.code }).toEqual({ status, code });
    expect(body).toMatchObject({
      title: body.code,
      status: answer.status,
      detail: body.says,
      kind: 'invalid',
      next: expect.stringMatching(/\.|:/),
    });
    expect(answer.text).not.toMatch(/\.ts:|node_modules|\\n +at /);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is refused where only reading is possible', async (method) => {
    for (const path of ['/api/v1/overview', '/api/v1/entries/1', '/api/v1/settlements/1', '/']) {
      expect([404, 405]).toContain((await get(path, { method })).status);
    }
  });

  it('is logged when it is our fault, and answered without a stack', async () => {
    const logged: unknown[][] = [];
    const log: Log = { write: (...facts) => logged.push(facts) };
    const books = { ...test.books, listConnections: () => Promise.reject(new TypeError('x is not a function')) };
    const broken = await startTestPage(test, { books, log });
    const answer = await fetch(`${broken.url.replace('localhost', '127.0.0.1')}/api/v1/overview`);
    const text = await answer.text();
    await broken.close();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'DEFECT', kind: 'defect' });
    expect(text).not.toContain('.ts:');
    expect(logged.filter(([level]) => level === 'error')).toEqual([
      ['error', 'page.failed', expect.objectContaining({ path: '/api/v1/overview' })],
      ['error', 'http.answered', expect.objectContaining({ status: 500, route: '/api/v1/overview' })],
    ]);
  });
});

describe('the page itself', () => {
  it.each(['/', '/settlements/7', '/icon.svg'])('serves %s with headers that keep others out', async (path) => {
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('keeps figures of the books out of caches', async () => {
    expect((await get('/api/v1/overview')).headers['cache-control']).toBe('no-store');
  });

  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/%2e%2e%2fpackage.json',
    '/..%5cpackage.json',
    '/web/../../package.json',
    '//etc/passwd',
    '/%2fetc/passwd',
    '/.git/config',
    '/app.js%00.html',
  ])('does not serve %s', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).not.toContain('"dependencies"');
    expect(text).not.toContain('root:');
  });

  it('answers to this machine only: the port is open on no other address', async () => {
    const { port } = new URL(page.url);
    const opened = await new Promise<boolean>((resolve) => {
      // Loopback is a whole network; a server that listens everywhere would answer here too.
      const socket = connect({ host: '127.0.0.2', port: Number(port) }, () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    expect(opened).toBe(false);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost:1@evil.example'])(
    'refuses the host name %s, whatever is asked for',
    async (host) => {
      for (const path of ['/', '/app.js', '/api/v1/overview', '/nothing']) {
        const answer = await get(path, { headers: { host } });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.text).not.toContain('70000000901');
        expect(answer.text).not.toContain('<html');
      }
      expect([400, 421]).toContain((await get('/', { headers: { host } })).status);
    },
  );

  it('does not take another host from a header that proxies set', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
    expect((await get('/api/v1/overview', { headers })).status).toBe(421);
  });

  it('is well while it runs', async () => {
    expect(await getJson('/health')).toEqual({ ok: true });
  });
});
