import { describe, expect, it } from 'vitest';
import {
  collect,
  createWorld,
  problemOf,
  REPORT_TYPE,
  REPORTS,
  type Reply,
  report,
  START_MS,
} from './amazon-stand-in.ts';

const SINCE = '2026-11-01T00:00:00Z';
const DAY_MS = 86_400_000;

/** Serves the pages one after the other, by next token, and refuses what Amazon refuses. */
function pages(...all: readonly object[][]) {
  return createWorld((request): Reply => {
    const token = request.query.get('nextToken');
    if (token !== null && request.query.size > 1) return { status: 400, body: { errors: [{ code: 'InvalidInput' }] } };
    if (token === null && !request.query.get('reportTypes')) return { status: 400 };
    const index = token === null ? 0 : Number(token.replace('page+/=', ''));
    const nextToken = index + 1 < all.length ? `page+/=${index + 1}` : undefined;
    return { body: { reports: all[index], ...(nextToken && { nextToken }) } };
  });
}

describe('the list of settlement reports', () => {
  it('asks for finished settlement reports, a hundred at a time', async () => {
    const world = await pages([]);
    await collect(world.amazon.reports.list(SINCE));
    expect(world.asked()[0]?.path).toBe(REPORTS);
    expect(Object.fromEntries(world.asked()[0]!.query)).toEqual({
      reportTypes: REPORT_TYPE,
      processingStatuses: 'DONE',
      pageSize: '100',
      createdSince: '2026-11-01T00:00:00.000Z',
    });
  });

  it('never asks for more than 89 days, because the 90th day races with the clock', async () => {
    const world = await pages([]);
    for (const days of [90, 1_000])
      await collect(world.amazon.reports.list(new Date(START_MS - days * DAY_MS).toISOString()));
    await collect(world.amazon.reports.list(new Date(START_MS - 88 * DAY_MS).toISOString()));
    const asked = world.asked().map((request) => (START_MS - Date.parse(request.query.get('createdSince')!)) / DAY_MS);
    expect(asked).toEqual([89, 89, 88]);
  });

  it('reads every page, sending the next token alone', async () => {
    const world = await pages([report('1'), report('2')], [report('3')], [report('4')]);
    const listed = await collect(world.amazon.reports.list(SINCE));
    expect(listed.map((listing) => listing.reportId)).toEqual(['R1', 'R2', 'R3', 'R4']);
    expect(
      world
        .asked()
        .slice(1)
        .map((request) => [...request.query]),
    ).toEqual([[['nextToken', 'page+/=1']], [['nextToken', 'page+/=2']]]);
  });

  it('goes on after an empty page', async () => {
    const world = await pages([], [report('1')], [], [report('2')]);
    const listed = await collect(world.amazon.reports.list(SINCE));
    expect(listed.map((listing) => listing.reportId)).toEqual(['R1', 'R2']);
  });

  it('asks for a page only when somebody wants it', async () => {
    const world = await pages([report('1')], [report('2')]);
    for await (const listing of world.amazon.reports.list(SINCE)) {
      expect(listing.reportId).toBe('R1');
      break;
    }
    expect(world.asked()).toHaveLength(1);
  });

  it('gives each report as Amazon tells it', async () => {
    const world = await pages([
      report('1'),
      report('2', { dataStartTime: null, dataEndTime: undefined, marketplaceIds: null }),
    ]);
    expect(await collect(world.amazon.reports.list(SINCE))).toEqual([
      {
        reportId: 'R1',
        reportDocumentId: 'amzn1.spdoc.1',
        createdAt: '2026-11-20T04:00:00+00:00',
        periodStart: '2026-11-05T00:00:00+00:00',
        periodEnd: '2026-11-19T00:00:00+00:00',
        marketplaceIds: ['A1PA6795UKMFR9'],
      },
      {
        reportId: 'R2',
        reportDocumentId: 'amzn1.spdoc.2',
        createdAt: '2026-11-20T04:00:00+00:00',
        periodStart: null,
        periodEnd: null,
        marketplaceIds: [],
      },
    ]);
  });

  it('tolerates members nobody knows yet', async () => {
    const world = await pages([report('1', { settlementGroup: { id: 1 } })]);
    expect(await collect(world.amazon.reports.list(SINCE))).toHaveLength(1);
  });

  it.each([
    ['a status nobody knows', { processingStatus: 'ARCHIVED' }],
    ['a status that was not asked for', { processingStatus: 'FATAL' }],
    ['another type', { reportType: 'GET_V9_SETTLEMENT' }],
    ['no document', { reportDocumentId: undefined }],
  ])('leaves out a report with %s, says so in the log, and lists the others', async (_, change) => {
    const world = await pages([report('1', change), report('2')]);
    const listed = await collect(world.amazon.reports.list(SINCE));
    expect(listed.map((listing) => listing.reportId)).toEqual(['R2']);
    expect(JSON.stringify(world.logged)).toMatch(/amazon\.report\.skipped.*"R1"/);
  });

  it('does not guess when a report has no id', async () => {
    const world = await pages([report('1', { reportId: undefined })]);
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE' });
    expect(problem.says).toContain('reports.0.reportId');
  });

  it('stops when Amazon names the same page twice', async () => {
    const world = await createWorld(() => ({ body: { reports: [report('1')], nextToken: 'again' } }));
    const problem = await problemOf(collect(world.amazon.reports.list(SINCE)));
    expect(problem).toMatchObject({ code: 'REPORT_LIST_ENDLESS', kind: 'unavailable' });
    expect(world.asked()).toHaveLength(2);
  });

  it('stops after 200 pages', async () => {
    let page = 0;
    const world = await createWorld(() => {
      page += 1;
      return { headers: { 'x-amzn-RateLimit-Limit': '1000' }, body: { reports: [], nextToken: `page ${page}` } };
    });
    expect(await problemOf(collect(world.amazon.reports.list(SINCE)))).toMatchObject({ code: 'REPORT_LIST_ENDLESS' });
    expect(world.asked()).toHaveLength(200);
  });

  it('is refused without asking Amazon when the time is not one', async () => {
    const world = await pages([]);
    const problem = await problemOf(collect(world.amazon.reports.list('last week')));
    expect(problem).toMatchObject({ code: 'CREATED_SINCE_INVALID', kind: 'invalid' });
    expect(world.server.received).toHaveLength(0);
  });
});
