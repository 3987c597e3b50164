import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { reportProbes } from '../../src/amazon/requested-reports/index.ts';
import { REPORT_KINDS } from '../../src/amazon/requested-reports/report-kinds.ts';
import type { ReportOrder } from '../../src/app/index.ts';
import { collect, problemOf, type Reply, START_MS, serve, VirtualClock } from './amazon-stand-in.ts';
import {
  type Asked,
  ORDERED,
  requestedReports,
  type Scripted,
  scriptedApi,
  told,
  WINDOW,
} from './requested-reports-kit.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function client(answer: (asked: Asked) => Scripted) {
  const whole = requestedReports(answer);
  closers.push(whole.close);
  return whole;
}

describe('asking for a report', () => {
  it('names the type, the marketplaces and the window, and nothing else', async () => {
    const { reports, asked } = client(() => ({ body: { reportId: 'R7' } }));
    expect(await reports.create(ORDERED)).toBe('R7');
    expect(asked).toMatchObject([
      {
        operation: 'createReport',
        body: {
          reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
          marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
          dataStartTime: WINDOW.from,
          dataEndTime: WINDOW.until,
        },
      },
    ]);
    expect(Object.keys(asked[0]?.body as object)).toHaveLength(4);
  });

  const days = (from: string, until: string) => ({ from: `${from}T00:00:00.000Z`, until: `${until}T00:00:00.000Z` });
  // The clock says 2026-11-23.
  it.each<[string, Partial<ReportOrder>]>([
    ['no marketplace', { marketplaceIds: [] }],
    ['26 marketplaces', { marketplaceIds: Array.from({ length: 26 }, (_, i) => `M${i}`) }],
    ['a window backwards', { window: days('2026-11-08', '2026-11-01') }],
    ['a window in the future', { window: days('2026-11-20', '2026-11-24') }],
    ['orders of 8 days', { window: days('2026-11-01', '2026-11-09') }],
    ['reimbursements of 31 days', { kind: 'fba-reimbursements', window: days('2026-10-01', '2026-11-01') }],
    ['a calculation of 32 days', { kind: 'vat-calculation', window: days('2026-10-01', '2026-11-02') }],
    ['a calculation until yesterday', { kind: 'vat-calculation', window: days('2026-11-01', '2026-11-22') }],
    ['transactions of half a month', { kind: 'vat-transactions', window: days('2026-10-01', '2026-10-15') }],
    ['transactions of two months', { kind: 'vat-transactions', window: days('2026-09-01', '2026-11-01') }],
  ])('refuses %s, which Amazon would refuse or never finish', async (_, change) => {
    const { reports, asked } = client(() => ({ body: { reportId: 'R7' } }));
    const problem = await problemOf(reports.create({ ...ORDERED, ...change }));
    expect(problem).toMatchObject({ code: 'REPORT_ORDER_INVALID', kind: 'invalid' });
    expect(asked).toEqual([]);
  });

  it.each<[string, Partial<ReportOrder>]>([
    ['reimbursements of 30 days', { kind: 'fba-reimbursements', window: days('2026-10-02', '2026-11-01') }],
    ['a calculation until three days ago', { kind: 'vat-calculation', window: days('2026-10-20', '2026-11-20') }],
    ['transactions of a month', { kind: 'vat-transactions', window: days('2026-10-01', '2026-11-01') }],
    ['transactions over a new year', { kind: 'vat-transactions', window: days('2025-12-01', '2026-01-01') }],
  ])('control: asks for %s', async (_, change) => {
    const { reports, asked } = client(() => ({ body: { reportId: 'R7' } }));
    await reports.create({ ...ORDERED, ...change });
    expect(asked).toHaveLength(1);
  });

  it('asks for the transactions of a month from the 4th of the next', async () => {
    const { reports, clock } = client(() => ({ body: { reportId: 'R7' } }));
    const order: ReportOrder = { ...ORDERED, kind: 'vat-transactions', window: days('2026-11-01', '2026-12-01') };
    clock.advance(Date.parse('2026-12-03T23:59:59Z') - START_MS);
    expect(await problemOf(reports.create(order))).toMatchObject({ code: 'REPORT_ORDER_INVALID' });
    clock.advance(1_000);
    expect(await reports.create(order)).toBe('R7');
  });
});

describe('looking whether a report was made', () => {
  it('takes those of that type, exactly that window and those marketplaces, newest first', async () => {
    const { reports, asked } = client(() => ({
      body: {
        reports: [
          told({ reportId: 'older' }),
          told({ reportId: 'newer', createdTime: '2026-11-22T01:00:00+00:00', processingStatus: 'CANCELLED' }),
          told({ reportId: 'silent', createdTime: '2026-11-21T01:00:00Z', marketplaceIds: undefined }),
          told({ reportId: 'other end', dataEndTime: '2026-11-07T00:00:00Z' }),
          told({ reportId: 'other start', dataStartTime: '2026-11-01T00:00:01Z' }),
          told({ reportId: 'no window', dataStartTime: null }),
          told({ reportId: 'other store', marketplaceIds: ['A1PA6795UKMFR9'] }),
          told({ reportId: 'other type', reportType: 'GET_FBA_REIMBURSEMENTS_DATA' }),
        ],
      },
    }));
    expect(await reports.find(ORDERED, '2026-11-21T23:55:00.000Z')).toEqual(['newer', 'older', 'silent']);
    expect(asked[0]?.query).toEqual({
      reportTypes: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
      pageSize: '100',
      createdSince: '2026-11-21T23:55:00.000Z',
    });
  });

  it('goes on with the next token alone, and looks back at most 89 days', async () => {
    const { reports, asked } = client(({ query }) => ({
      body: query.nextToken ? { reports: [told({ reportId: 'R2' })] } : { reports: [told()], nextToken: 'a+b/c==' },
    }));
    expect(await reports.find(ORDERED, '2020-01-01T00:00:00.000Z')).toEqual(['R1', 'R2']);
    expect(asked[0]?.query.createdSince).toBe('2026-08-26T00:00:00.000Z');
    expect(asked[1]?.query).toEqual({ nextToken: 'a+b/c==' });
  });

  it('ends when a page comes twice', async () => {
    const { reports, asked } = client(() => ({ body: { reports: [], nextToken: 'same' } }));
    expect(await problemOf(reports.find(ORDERED, WINDOW.from))).toMatchObject({ code: 'REPORT_LIST_ENDLESS' });
    expect(asked).toHaveLength(2);
  });
});

describe('the state of a report', () => {
  const state = (body: unknown, status = 200) => client(() => ({ body, status })).reports.state('R/1');

  it.each(['IN_QUEUE', 'IN_PROGRESS', 'A_STATUS_OF_NEXT_YEAR'])(
    'is waiting while Amazon says %s',
    async (processingStatus) => {
      expect(await state(told({ processingStatus }))).toEqual({ state: 'waiting' });
    },
  );

  it('is ready with a document, and failed without one', async () => {
    const reportDocumentId = 'D1';
    expect(await state(told({ processingStatus: 'DONE', reportDocumentId }))).toEqual({
      state: 'ready',
      reportDocumentId,
    });
    expect(await state(told({ processingStatus: 'DONE' }))).toMatchObject({
      state: 'failed',
      explanation: expect.stringContaining('names no document'),
    });
  });

  it('is no data when Amazon cancelled it', async () => {
    expect(await state(told({ processingStatus: 'CANCELLED' }))).toEqual({ state: 'no-data' });
  });

  it('is failed when Amazon does not know it any more', async () => {
    expect(await state({ errors: [] }, 404)).toMatchObject({ state: 'failed', reportDocumentId: null });
  });

  it('encodes the report id into the path', async () => {
    const { reports, asked } = client(() => ({ body: told() }));
    await reports.state('R/1');
    expect(asked[0]?.path).toBe('/reports/2021-06-30/reports/R%2F1');
  });
});

const STORAGE = '/bucket/document';

/** A client whose documents are at a real server. */
async function withStorage(
  reply: Reply,
  more: { status?: Readonly<Record<string, unknown>>; documentStatus?: number } = {},
) {
  const server = await serve(() => reply);
  let tokens = 0;
  const whole = client(({ operation }) => {
    if (operation === 'createRestrictedDataToken') {
      tokens += 1;
      return { body: { restrictedDataToken: `Atz.sprdt|canary-${tokens}`, expiresIn: 3600 } };
    }
    if (operation === 'getReport') return { body: told(more.status) };
    const url = `${server.url}${STORAGE}?X-Amz-Signature=canary`;
    return { status: more.documentStatus ?? 200, body: { reportDocumentId: 'D1', url } };
  });
  return { ...whole, server };
}

describe('a report that failed', () => {
  const fatal = { processingStatus: 'FATAL', reportDocumentId: 'D1' };
  const told400 = { state: 'failed', reportDocumentId: 'D1' };

  it('is explained by its document, without tokens, in at most 2,000 characters', async () => {
    const text = `Report failed:\r\n  the range is too long\nAtza|canary-token\n${'x y\n'.repeat(9_000)}`;
    const { reports } = await withStorage({ body: gzipSync(text) }, { status: fatal });
    const state = await reports.state('R1');
    expect(state).toMatchObject(told400);
    const { explanation } = state as { explanation: string };
    expect(explanation).toMatch(/^Report failed: the range is too long \[token\] x y x y/);
    expect(explanation).toHaveLength(2_000);
  });

  it.each<[string, Reply, number]>([
    ['cannot be downloaded', { status: 404 }, 200],
    ['is refused', { body: 'x' }, 403],
    ['is empty', { body: '' }, 200],
    ['is damaged', { body: gzipSync('a long text'.repeat(50)).subarray(0, 20) }, 200],
  ])('is failed without an explanation when its document %s', async (_, reply, documentStatus) => {
    const { reports } = await withStorage(reply, { status: fatal, documentStatus });
    expect(await reports.state('R1')).toEqual({ ...told400, explanation: null });
  });

  it('and is of a restricted kind is explained with a restricted token', async () => {
    const status = { ...fatal, reportType: 'GET_VAT_TRANSACTION_DATA' };
    const { reports, asked } = await withStorage({ body: 'too early' }, { status });
    expect(await reports.state('R1')).toEqual({ ...told400, explanation: 'too early' });
    const rows = `${'too early '.repeat(50)}\nCanary Person\tCanary street`;
    const longer = await withStorage({ body: rows }, { status });
    const { explanation } = (await longer.reports.state('R1')) as { explanation: string };
    // What follows the first line may be rows with buyers in them.
    expect(explanation).toBe('too early '.repeat(20));
    expect(asked.map(({ operation }) => operation)).toEqual([
      'getReport',
      'createRestrictedDataToken',
      'getReportDocument',
    ]);
  });
});

describe('waiting for a report', () => {
  /** Ready after so long. */
  function readyAfter(ms: number) {
    const polledAtMs: number[] = [];
    const whole = client(() => {
      polledAtMs.push(whole.clock.nowMs() - START_MS);
      const isReady = whole.clock.nowMs() >= START_MS + ms;
      return { body: told(isReady ? { processingStatus: 'DONE', reportDocumentId: 'D1' } : {}) };
    });
    return { ...whole, polledAtMs };
  }

  it('looks after 10 seconds, then ever more slowly, every minute at the slowest', async () => {
    const { reports, polledAtMs } = readyAfter(110 * 60_000);
    expect(await reports.wait('R1', START_MS)).toEqual({ state: 'ready', reportDocumentId: 'D1' });
    const gaps = polledAtMs.slice(1).map((at, i) => at - (polledAtMs[i] ?? 0));
    expect(polledAtMs[0]).toBe(10_000);
    expect(gaps[0]).toBe(2_000);
    expect([...gaps].sort((a, b) => a - b)).toEqual(gaps);
    expect(Math.max(...gaps)).toBe(60_000);
  });

  it.each([4 * 60_000, 15 * 60_000, 60 * 60_000])(
    'knows one that took %i ms no later than a hundredth of that',
    async (ms) => {
      const { reports, clock } = readyAfter(ms);
      await reports.wait('R1', START_MS);
      expect(clock.nowMs() - START_MS).toBeLessThanOrEqual(ms * 1.01 + 1);
    },
  );

  it('gives up after two hours, and says that the next run goes on', async () => {
    const { reports, clock } = readyAfter(Number.POSITIVE_INFINITY);
    const problem = await problemOf(reports.wait('R1', START_MS));
    expect(problem).toMatchObject({ code: 'REPORT_NOT_READY', kind: 'unavailable' });
    expect(problem.says).toContain('after 119 minutes');
    expect(clock.nowMs() - START_MS).toBeLessThanOrEqual(121 * 60_000);
  });

  it.each([
    ['nine minutes old is not known yet', 9 * 60_000, { state: 'ready', reportDocumentId: 'D1' }],
    ['eleven minutes old is not known any more', 11 * 60_000, { state: 'failed', reportDocumentId: null }],
  ])('that Amazon does not know and that is %s', async (_, ageMs, expected) => {
    let polls = 0;
    const { reports } = client(() => {
      polls += 1;
      if (polls === 1) return { status: 404, body: { errors: [] } };
      return { body: told({ processingStatus: 'DONE', reportDocumentId: 'D1' }) };
    });
    expect(await reports.wait('R1', START_MS - ageMs)).toMatchObject(expected);
  });

  it('gives up earlier when it is told to', async () => {
    const { reports, clock } = readyAfter(Number.POSITIVE_INFINITY);
    const untilMs = START_MS + 15 * 60_000;
    expect(await problemOf(reports.wait('R1', START_MS, { untilMs }))).toMatchObject({ code: 'REPORT_NOT_READY' });
    expect(clock.nowMs()).toBeLessThanOrEqual(untilMs + 60_000);
  });

  it('looks once at one that was asked for long ago', async () => {
    const { reports, polledAtMs } = readyAfter(Number.POSITIVE_INFINITY);
    expect(await problemOf(reports.wait('R1', START_MS - 86_400_000))).toMatchObject({ code: 'REPORT_NOT_READY' });
    expect(polledAtMs).toEqual([0]);
    const ready = readyAfter(0);
    expect(await ready.reports.wait('R1', START_MS - 86_400_000)).toMatchObject({ state: 'ready' });
  });

  it('says so before it looks, and ends with what is raised then', async () => {
    const { reports, polledAtMs } = readyAfter(Number.POSITIVE_INFINITY);
    let polls = 0;
    const onPoll = async () => {
      polls += 1;
      if (polls === 3) throw new Error('the lease is lost');
    };
    await expect(reports.wait('R1', START_MS, { onPoll })).rejects.toThrow('the lease is lost');
    expect(polledAtMs).toHaveLength(2);
  });

  it('tells whoever waits, once a minute at most', async () => {
    const { reports, waits } = readyAfter(10 * 60_000);
    await reports.wait('R1', START_MS);
    expect(waits[0]).toMatchObject({ operation: 'getReport', reason: 'report', untilMs: START_MS + 10_000 });
    expect(waits[0]?.says).toContain('R1');
    expect(waits.length).toBeLessThanOrEqual(11);
    expect(waits.length).toBeGreaterThan(5);
  });
});

const VAT = `${[...REPORT_KINDS['vat-transactions'].shape.required, 'BUYER_NAME', 'ARRIVAL_CITY'].join('\t')}\n`;

describe('the download of a report on request', () => {
  const row = `${REPORT_KINDS['vat-transactions'].shape.required.map(() => '1').join('\t')}\tEve Canary\tCanary Town\n`;
  const delivered = gzipSync(`${VAT}${row}`);

  it('of a restricted kind is opened by a token for that document alone, which goes nowhere else', async () => {
    const { reports, asked, server, logged, waits } = await withStorage({ body: delivered });
    const download = await reports.download('vat-transactions', 'amzn1.spdoc.1/x');
    await collect(download.bytes);
    const path = '/reports/2021-06-30/documents/amzn1.spdoc.1%2Fx';
    expect(asked).toEqual([
      expect.objectContaining({
        operation: 'createRestrictedDataToken',
        body: { restrictedResources: [{ method: 'GET', path }] },
      }),
      expect.objectContaining({ operation: 'getReportDocument', path, restrictedToken: 'Atz.sprdt|canary-1' }),
    ]);
    expect(JSON.stringify(server.received.map(({ headers }) => headers))).not.toContain('canary');
    expect(JSON.stringify([logged, waits, download.headers])).not.toContain('canary');
  });

  it('asks for a new token each time', async () => {
    const { reports, asked } = await withStorage({ body: delivered });
    for (const _ of [1, 2]) await collect((await reports.download('vat-transactions', 'D1')).bytes);
    expect(asked.flatMap(({ restrictedToken }) => restrictedToken ?? [])).toEqual([
      'Atz.sprdt|canary-1',
      'Atz.sprdt|canary-2',
    ]);
  });

  it('has empty columns where there was something about a person, and the digest of what was delivered', async () => {
    const { reports } = await withStorage({ body: delivered, headers: { 'content-type': 'text/plain;charset=UTF-8' } });
    const { bytes, headers, contentType } = await reports.download('vat-transactions', 'D1');
    const text = gunzipSync(Buffer.concat(await collect(bytes))).toString();
    expect(text).toBe(`${VAT}${row.replace('Eve Canary\tCanary Town', '\t')}`);
    expect(headers.originalSha256).toBe(createHash('sha256').update(delivered).digest('hex'));
    expect(contentType).toBe('text/plain;charset=UTF-8');
  });

  it('control: reimbursements come without a token and byte for byte', async () => {
    const { reports, asked } = await withStorage({ body: delivered });
    const { bytes, headers } = await reports.download('fba-reimbursements', 'D1');
    expect(Buffer.concat(await collect(bytes)).equals(delivered)).toBe(true);
    expect(headers).not.toHaveProperty('originalSha256');
    expect(asked).toEqual([expect.objectContaining({ operation: 'getReportDocument', restrictedToken: null })]);
  });

  it('of orders has no postal codes, and needs no token', async () => {
    const columns = [...REPORT_KINDS['orders-by-last-update'].shape.required, 'ship-postal-code'];
    const table = `${columns.join('\t')}\n${columns.map((name) => (name === 'ship-postal-code' ? '50667' : '1')).join('\t')}\n`;
    const { reports, asked } = await withStorage({ body: table });
    const text = Buffer.concat(await collect((await reports.download('orders-by-last-update', 'D1')).bytes)).toString();
    expect(text).toBe(table.replace('50667', ''));
    expect(asked).toHaveLength(1);
  });
});

describe('the probes of the doctor', () => {
  it('try each operation once, with what the ones before found', async () => {
    const { api, asked } = scriptedApi(({ operation }) => {
      if (operation === 'getReports') return { body: { reports: [told({ reportDocumentId: 'D1' })] } };
      if (operation === 'getReport') return { body: told({ processingStatus: 'IN_QUEUE' }) };
      if (operation === 'createReport') return { body: { reportId: 'R9' } };
      if (operation === 'createRestrictedDataToken')
        return { body: { restrictedDataToken: 'Atz.sprdt|canary', expiresIn: 60 } };
      return { body: { reportDocumentId: 'D1', url: 'https://example.com/?X-Amz-Signature=canary' } };
    });
    const said: unknown[] = [];
    const probes = reportProbes({ api, clock: new VirtualClock() });
    for (const probe of probes) said.push(await probe.run());
    expect(asked.map(({ operation }) => operation)).toEqual(probes.map(({ name }) => name));
    expect(new Set(probes.map(({ name }) => name)).size).toBe(5);
    expect(asked[2]?.body).toMatchObject({
      marketplaceIds: ['A13V1IB3VIYZZH'],
      dataStartTime: '2026-11-22T23:00:00.000Z',
      dataEndTime: '2026-11-23T00:00:00.000Z',
    });
    expect(said.join()).not.toContain('canary');
    expect(said[3]).toBe('report R9 is IN_QUEUE');
  });

  it('make nothing where there is nothing to go by', async () => {
    const { api, asked } = scriptedApi(() => ({ body: { reports: [] } }));
    const said: unknown[] = [];
    for (const probe of reportProbes({ api, clock: new VirtualClock() })) said.push(await probe.run());
    expect(asked.map(({ operation }) => operation)).toEqual(['getReports']);
    const untried = { says: expect.stringMatching(/^nothing to try/), isTried: false };
    expect(said.slice(1)).toEqual([untried, untried, untried, untried]);
  });
});
