/** Closing a month at the command line: what an accountant types from the first look to the identity that holds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ScheduleRecord } from '../../src/app/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { withBooks } from '../../src/entrypoints/composition.ts';
import { accrualWork } from '../../src/entrypoints/work/accrual-work.ts';
import { createFeedBooks } from '../../src/store/index.ts';
import { openReversalWorld, type ReversalWorld } from '../simulation/reversal-kit.ts';
import { TEST_KEY, urlOf } from '../store/database.ts';
import { event } from '../store/feed-samples.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';
import { startTestPage } from './test-page.ts';

const home = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-month-end-`);
let world: ReversalWorld;

function connectionFile(url: string) {
  return {
    name: 'shop',
    sellerAccount: 'A2SHOP',
    amazon: { region: 'EU', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token' },
    sap: {
      baseUrl: url,
      journalEntryUrl: `${url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: 'TEST',
      authentication: {
        type: 'oauth2',
        tokenUrl: `${url}/sap/bc/sec/oauth2/token`,
        clientId: 'sap-test',
        clientSecret: 'sap-secret',
      },
    },
  };
}

/** An event of September, and the feed read to the end of the month. */
async function tellOf(name: string): Promise<void> {
  const feeds = createFeedBooks(world.test);
  const { id } = await world.test.books.getConnection(name);
  const posted = { postedAt: '2026-09-20T12:00:00.000Z', settlementId: null, eventGroupId: null, relatedIds: [] };
  await feeds.putFinanceEvents(id, [event('sold', posted)]);
  await feeds.recordFeedRun(id, 'finances', {
    startedAt: '2026-10-03T00:00:00.000Z',
    isUpToDate: true,
    completeUntil: '2026-10-03T00:00:00.000Z',
    problems: [],
  });
}

beforeAll(async () => {
  world = await openReversalWorld();
  writeFileSync(join(home, 'shop.json'), JSON.stringify(connectionFile(world.vendors.sap.url)));
  expect(await run('connections', 'add', '--file', join(home, 'shop.json'))).toMatchObject({ exitCode: 0 });
  await tellOf('shop');
});

afterAll(async () => {
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  const all = ['node', 'seller-ledger', '--home', home, '--database-url', urlOf(world.test.database), ...args];
  const exitCode = await runCli(all, { SELLER_LEDGER_USER: 'anna', SELLER_LEDGER_KEY: TEST_KEY });
  vi.restoreAllMocks();
  return { exitCode, ...text };
}

describe('the commands of a month end', () => {
  it('say what is wrong with a month, a company code and a missing reason', async () => {
    expect(await run('periods', 'close', 'shop', '2026-13', '--why', 'x')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('MONTH_UNREADABLE'),
    });
    expect(await run('periods', 'close', 'shop', '2026-09')).toMatchObject({ exitCode: 2 });
    expect(await run('periods', 'close', 'shop', '2026-09', '--why', 'x', '--company-code', '9999')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('COMPANY_CODE_NOT_IN_TABLE'),
    });
    expect((await run('periods', 'list', 'shop')).out).toContain('Connection shop has no closed month.');
  });

  it('show an accrual before anything is recorded', async () => {
    const dry = await run('accruals', 'month', 'shop', '2026-09', '--dry-run');
    expect(dry.exitCode).toBe(0);
    expect(dry.out).toContain('2026-09: 1 events are not settled');
    expect(dry.out).toMatch(/Amazon product sales 2026-09 +20\.00/);
    expect(dry.out).toMatch(/Amazon not yet settled 2026-09 +15\.00/);
    expect(dry.out).toContain('Nothing was recorded and nothing was closed.');
    expect(JSON.parse((await run('accruals', 'list', '--json')).out)).toEqual([]);
  });

  it('open the first month, whose accrual others booked, and close it', async () => {
    const opened = await run('accruals', 'open', 'shop', '2026-09');
    expect(opened).toMatchObject({ exitCode: 0, out: expect.stringContaining('AMZ release 2026-09') });
    expect(opened.out).not.toContain('AMZ accrual 2026-09');
    expect(opened.out).toContain('2026-09 is closed: what is settled later is dated from 2026-10 on.');
    expect(opened.out).toMatch(/Still open for 2026-09: Settlements cover the month, or it is accrued/);
    // It was closed just now, though nothing is booked in it.
    expect(opened.out).not.toMatch(/Still open .*The month is closed for entries/);
    expect(opened.out).toMatch(/Compared with nothing: .*SAP has the same documents/);
    expect(opened.out).toContain('Look: seller-ledger reports close shop 2026-09');
    const list = JSON.parse((await run('periods', 'list', 'shop', '--json')).out) as { companyCode: string }[];
    expect(list.map(({ companyCode }) => companyCode)).toContain('1010');
    expect(await run('periods', 'reopen', 'shop', '2026-09', '--why', 'x')).toMatchObject({
      exitCode: 7,
      err: expect.stringContaining('PERIOD_HAS_ACCRUAL'),
    });
  });

  it('take an unsent accrual back, and make the month anew with both sides', async () => {
    const withdrawn = await run('accruals', 'withdraw', '2026-09', '--why', 'both sides after all');
    expect(withdrawn).toMatchObject({ exitCode: 0, out: expect.stringContaining('is withdrawn') });
    const made = JSON.parse((await run('accruals', 'month', 'shop', '2026-09', '--json')).out) as {
      accrual: { revision: number };
      entries: { postingDate: string; lines: { kind: string; amount: string }[] }[];
    };
    expect(made.accrual.revision).toBe(1);
    expect(made.entries.map(({ postingDate }) => postingDate)).toEqual(['2026-09-30', '2026-10-01']);
    expect(made.entries[0]?.lines.at(-1)).toMatchObject({ kind: 'unsettled', amount: '15.00' });
  });

  it('check the month: not proven while the accrual is not in SAP, proven once it is', async () => {
    const open = await run('periods', 'check', 'shop', '2026-09');
    expect(open).toMatchObject({ exitCode: 3, out: expect.stringContaining('Sales – product') });
    await run('accruals', 'approve', '2026-09', '--why', 'as checked');
    for (const { id } of await world.test.books.listEntries({ states: ['approved'] })) {
      const { entry } = await world.test.books.getEntry(id);
      expect(await run('entries', 'post', entry.postingKey)).toMatchObject({ exitCode: 0 });
    }
    const report = JSON.parse((await run('periods', 'check', 'shop', '2026-09', '--json')).out) as object;
    expect(JSON.stringify(report)).toContain('month-check');
    expect((await run('periods', 'check', 'shop', '2026-09')).exitCode).toBe(0);
    expect((await run('periods', 'check', 'shop', '2026-10')).exitCode).toBe(0);
  });

  it('say of each accrual how much of it is in SAP, also on the page, with what became of earlier ones', async () => {
    const list = await run('accruals', 'list');
    expect(list.out).toMatch(/2026-09 +month-end .* 2 of 2 posted/);
    expect((await run('accruals', 'list', '--all')).out).toMatch(/2026-09 +month-end .* 0 .* withdrawn/);
    const page = await startTestPage(world.test);
    const get = async (path: string) => (await fetch(`${page.url.replace('localhost', '127.0.0.1')}${path}`)).json();
    expect(await get('/api/v1/accruals')).toMatchObject({
      total: 2,
      nextCursor: null,
      items: [
        { name: '2026-09', revision: 1, progress: '2 of 2 posted', entryCount: 2, postedCount: 2 },
        { name: '2026-09', revision: 0, progress: 'withdrawn', entryCount: 0 },
      ],
    });
    const { nextCursor } = (await get('/api/v1/accruals?limit=1')) as { nextCursor: string };
    expect(await get(`/api/v1/accruals?cursor=${nextCursor}`)).toMatchObject({ items: [{ revision: 0 }] });
    expect(await get('/api/v1/accruals/2026-09')).toMatchObject({ progress: '2 of 2 posted', entries: [{}, {}] });
    expect(await world.test.books.countRecords()).toMatchObject({ accruals: { standing: 1, withdrawn: 1 } });
    expect(await get('/api/v1/entries')).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ originKind: 'accrual', originName: '2026-09' })]),
    });
    await page.close();
  });

  it('have no rows of a file behind their lines: ENTRY_WITHOUT_ROWS', async () => {
    const page = await startTestPage(world.test);
    const accrual = await world.test.books.getAccrual('2026-09');
    const [entry] = await world.test.books.listEntries({ originKey: accrual.key });
    const path = `/api/v1/entries/${entry!.id}/lines/1/rows`;
    const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}${path}`);
    expect(await answer.json()).toMatchObject({ code: 'ENTRY_WITHOUT_ROWS' });
    // So the page offers none.
    const detail = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/entries/${entry!.id}`);
    const { lines } = (await detail.json()) as { lines: { hasRows: boolean }[] };
    expect(lines.map(({ hasRows }) => hasRows)).not.toContain(true);
    await page.close();
  });

  it('list what is booked in another month than its own', async () => {
    const file = smallSettlement(DIALECTS.DE, { settlementId: '72000000009', start: '2026-09-24', end: '2026-10-08' });
    const rows = file.rows.map((row, index) => ({ ...row, day: index === 0 ? '2026-09-28' : '2026-10-03' }));
    writeFileSync(join(home, 'late.txt'), settlementBytes({ ...file, deposit: '2026-10-10', rows }, DIALECTS.DE));
    await run('settlements', 'import', join(home, 'late.txt'), '--connection', 'shop');
    const list = await run('periods', 'cut-off', 'shop', '2026-09');
    expect(list.exitCode).toBe(0);
    expect(list.out).toMatch(/72000000009 +1010 +2026-09 +2026-10 +month closed/);
    const csv = await run('periods', 'cut-off', 'shop', '2026-09', '--format', 'csv');
    expect(csv.out).toContain('72000000009');
  });

  it('take a booked accrual back in SAP, entry by entry, and say why SAP does not', async () => {
    const kept = await run('accruals', 'withdraw', '2026-09', '--why', 'wrong events');
    expect(kept).toMatchObject({ exitCode: 7, err: expect.stringContaining('ACCRUAL_BOOKED') });
    expect(kept.err).toContain('seller-ledger accruals reverse 2026-09 --reason 01 --why TEXT');
    const page = await startTestPage(world.test);
    const reverse = async (reason: string) => {
      const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/accruals/2026-09/reverse`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reason, why: 'wrong events' }),
      });
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    expect(await reverse('ZZ')).toMatchObject({ status: 422, code: 'SAP_ENTRY_REJECTED' });
    // Control: nothing of it was taken back.
    expect((await run('accruals', 'list')).out).toMatch(/2026-09 +month-end .* 2 of 2 posted/);
    expect(await reverse('01')).toMatchObject({ status: 200, progress: 'withdrawn', withdrawnAt: expect.any(String) });
    expect(await reverse('01')).toMatchObject({ status: 409, code: 'ACCRUAL_NOT_BOOKED' });
    await page.close();
    const again = await run('accruals', 'reverse', '2026-09', '--reason', '01', '--why', 'wrong events');
    expect(again).toMatchObject({ exitCode: 7, err: expect.stringContaining('ACCRUAL_NOT_BOOKED') });
  });
});

describe('the accrual that the schedule makes on its day', () => {
  /** At the moment of the turn, unless it comes late. */
  const accrue = (
    slotAt: string,
    { now = slotAt, isAsked = false, row }: { now?: string; isAsked?: boolean; row?: Partial<ScheduleRecord> } = {},
  ) =>
    withBooks(
      { environment: { SELLER_LEDGER_KEY: TEST_KEY }, home, databaseUrl: urlOf(world.test.database) },
      async ({ books: realBooks, ...workspace }) => {
        const { id } = await realBooks.getConnection('shop-two');
        const turn = { key: `${id}:accrual`, connection: 'shop-two', connectionId: id, slotAt, part: 1 };
        const rows = async () => (row ? [{ key: turn.key, ...row } as ScheduleRecord] : []);
        const books = { ...realBooks, sharedNowMs: async () => Date.parse(now), listSchedules: rows };
        const work = accrualWork({ ...workspace, books });
        return work.run({ ...turn, ...(isAsked && { isAsked }) }, new AbortController().signal);
      },
    );
  const accrualsOf = async () => {
    const { id } = await world.test.books.getConnection('shop-two');
    return world.test.books.listAccruals({ connectionId: id });
  };

  beforeAll(async () => {
    const file = { ...connectionFile(world.vendors.sap.url), name: 'shop-two', sellerAccount: 'A2SHOPTWO' };
    const schedule = {
      accrual: { onDay: 3, at: '05:00' },
      timeZone: 'UTC',
      quietHours: [{ from: '22:00', to: '04:00' }],
    };
    writeFileSync(join(home, 'two.json'), JSON.stringify({ ...file, schedule }));
    expect(await run('connections', 'add', '--file', join(home, 'two.json'))).toMatchObject({ exitCode: 0 });
  });

  it('waits until Amazon has told of the whole month, and says so', async () => {
    expect(await accrue('2026-10-03T05:00:00Z')).toMatchObject({
      state: 'waits',
      problem: { code: 'FINANCES_NOT_COMPLETE' },
      againAfterMs: 3_600_000,
    });
    expect(await accrualsOf()).toEqual([]);
  });

  it('is of the month before, made once, and not made again after a person took it back', async () => {
    await tellOf('shop-two');
    const first = await accrue('2026-10-03T06:00:00Z');
    expect(first).toMatchObject({ state: 'done', tells: { code: 'MONTH_QUESTIONS_OPEN', data: '2026-09' } });
    expect(await accrualsOf()).toMatchObject([{ name: '2026-09', revision: 0, withdrawnAt: null }]);
    expect(await accrue('2026-10-03T07:00:00Z')).toEqual({ state: 'done' });
    const [made] = await accrualsOf();
    // Nobody sits beside the schedule: what the command line says where a person closes a month has to be found afterwards.
    const says = first.state === 'done' ? (first.tells?.says ?? '') : '';
    expect(says).toMatch(
      /^2026-09 of shop-two is accrued and closed, .* Still open: .*Compared with nothing: .*SAP has the/,
    );
    const [told] = (await world.test.books.listEvents({ subject: `accrual/${made!.key}` })).filter(
      ({ action }) => action === 'accrual.questions',
    );
    expect(told).toMatchObject({ why: says, actor: { kind: 'system' }, after: { month: '2026-09', unknown: null } });
    const pack = (await run('reports', 'close', 'shop-two', '2026-09')).out;
    const { open, notChecked } = told!.after as { open: string[]; notChecked: string[] };
    for (const title of [...open, ...notChecked]) expect(pack, 'the same as the close pack').toContain(title);
    await run('accruals', 'withdraw', made?.key ?? '', '--why', 'booked by hand');
    expect(await accrue('2026-10-03T08:00:00Z')).toEqual({ state: 'done' });
    expect(await accrualsOf()).toMatchObject([{ revision: 0, withdrawnAt: expect.any(String) }]);
  });

  it('is begun in no quiet hours, also by a machine that comes back in them', async () => {
    expect(await accrue('2026-11-03T05:00:00Z', { now: '2026-11-05T02:00:00Z' })).toEqual({
      state: 'waits',
      problem: null,
      againAfterMs: 2 * 3_600_000,
    });
    const asked = await accrue('2026-11-03T05:00:00Z', { now: '2026-11-05T02:00:00Z', isAsked: true });
    expect(asked, 'control: a person may ask for it').toMatchObject({ problem: { code: 'FINANCES_NOT_COMPLETE' } });
  });

  it('comes for the month of its day alone before the next day has come', async () => {
    expect(await accrue('2026-10-03T05:00:00Z', { now: '2026-11-02T05:00:00Z' })).toEqual({ state: 'done' });
    const late = await accrue('2026-10-03T05:00:00Z', { now: '2026-11-03T05:00:00Z' });
    expect(late, 'control: then October is owed').toMatchObject({ problem: { data: '2026-10' } });
  });

  it('is made also before its day where a person asked for it, at a later try, and is owed until then', async () => {
    const problem = { code: 'FINANCES_NOT_COMPLETE', kind: 'unavailable', says: 'Not yet.', next: 'Wait.' } as const;
    const asked = { owedSince: '2026-11-01T10:00:00Z', waitsSince: '2026-11-01T10:00:00Z', problem };
    const again = (wishedAt: string | null) => accrue('2026-11-01T11:00:00Z', { row: { ...asked, wishedAt } });
    const still = await again('2026-11-01T10:00:00Z');
    expect(still).toMatchObject({ state: 'waits', problem: { data: '2026-10' }, againAfterMs: 3_600_000 });
    expect(await again(null), 'nobody asked, but it waited').toEqual({ state: 'waits', problem, againAfterMs: null });
    const other = { ...asked, problem: null, waitsSince: null, wishedAt: null };
    expect(await accrue('2026-11-01T11:00:00Z', { row: other }), 'control').toEqual({ state: 'done' });
  });

  it('has the time that people have to mend it, also after a month that was passed over', async () => {
    const feeds = createFeedBooks(world.test);
    const { id } = await world.test.books.getConnection('shop-two');
    const sold = { postedAt: '2026-10-20T12:00:00.000Z', settlementId: null, eventGroupId: null, relatedIds: [] };
    const [known] = event('sold').amounts;
    const strange = [{ ...known!, path: ['Sales', 'WeatherSurcharge'] }];
    await feeds.putFinanceEvents(id, [event('strange', { ...sold, amounts: strange })]);
    const until = '2026-12-03T00:00:00.000Z';
    await feeds.recordFeedRun(id, 'finances', {
      startedAt: until,
      isUpToDate: true,
      completeUntil: until,
      problems: [],
    });
    const waits = { owedSince: '2026-11-03T05:00:00Z', waitsSince: '2026-11-03T05:00:00Z' };
    const problemOf = (code: string) => ({ code, kind: 'conflict', says: 'x', next: 'x' }) as const;
    const at = (code: string) => accrue('2026-12-06T06:00:00Z', { row: { ...waits, problem: problemOf(code) } });
    expect(await at('ACCRUAL_PASSED_OVER')).toMatchObject({ state: 'waits', problem: { code: 'ACCRUAL_STOPPED' } });
    const closed = async () => Object.values(await world.test.books.closedMonths(id));
    expect(await closed()).not.toContain('2026-10');
    const left = await at('ACCRUAL_STOPPED');
    expect(await closed(), 'control: it waited for that all the while').toContain('2026-10');
    // What November waits for is not all that people have to know.
    expect(left).toMatchObject({
      state: 'waits',
      problem: {
        code: 'ACCRUAL_STOPPED',
        says: expect.stringMatching(/^2026-11 is not accrued, .* 2026-10 has no accrual, and the later months went on/),
      },
    });
  });
});
