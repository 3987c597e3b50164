/** A reversed entry and its reversal, as the page's API and the command line tell of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EntryRecord, reverseEntry, reverseSettlement } from '../../src/app/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { openReversalWorld, type ReversalWorld, WISH } from '../simulation/reversal-kit.ts';
import { TEST_KEY, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';
import { startTestPage, type TestPage } from './test-page.ts';

const home = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-reversed-`);
let world: ReversalWorld;
let page: TestPage;

beforeAll(async () => {
  world = await openReversalWorld();
  page = await startTestPage(world.test);
});

afterAll(async () => {
  await page.close();
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

async function get<Body = Record<string, unknown>>(path: string): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`);
  return { status: answer.status, body: (await answer.json()) as Body };
}

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

const settlementPath = ({ origin: { key: settlementKey } }: EntryRecord) => `settlements/${settlementKey}`;

/** Lists of what a person has to do something about. */
const NEEDING = ['settlements?state=quarantined', 'entries?state=rejected', 'entries?state=unknown'];

describe('a reversed entry', () => {
  let entry: EntryRecord;
  let reversal: EntryRecord;
  beforeAll(async () => {
    entry = (await world.posted(2))[0]!;
    reversal = (await reverseEntry(world.context, entry, WISH)).reversal!;
  });

  it('names its reversal and the document that took it back, and the reversal names the entry', async () => {
    expect((await get(`entries/${entry.id}`)).body).toMatchObject({
      state: 'reversed',
      reverses: null,
      reversalKey: reversal.entry.postingKey,
      reversedBy: { sapDocumentNumber: reversal.document!.sapDocumentNumber },
      isCurrent: true,
    });
    expect((await get(`entries/${reversal.entry.postingKey}`)).body).toMatchObject({
      state: 'posted',
      reverses: {
        postingKey: entry.entry.postingKey,
        sapDocumentNumber: entry.document!.sapDocumentNumber,
        reason: '01',
      },
      reversalKey: null,
      reversedBy: null,
    });
    const shown = await run('entries', 'show', entry.entry.postingKey);
    expect(shown.out).toContain(`reversed by SAP document ${reversal.document!.sapDocumentNumber}`);
    const mirrored = await run('entries', 'show', reversal.entry.postingKey);
    expect(mirrored.out).toContain(`reverses ${entry.entry.postingKey}`);
  });

  it('is counted apart, and its reversal is not counted among the entries of the settlement', async () => {
    const progress = { entryCount: 2, postedCount: 1, reversedCount: 1, progress: '1 of 2 posted, 1 reversed' };
    expect((await get(settlementPath(entry))).body).toMatchObject(progress);
    const listed = await get<{ items: { id: string }[] }>('settlements');
    expect(listed.body.items.find(({ id }) => id === entry.origin.key)).toMatchObject(progress);
    const counts = await world.test.books.countRecords();
    expect(counts).toMatchObject({ currentEntries: { posted: 1, reversed: 1 }, reversals: { posted: 1 } });
  });

  it('keeps Amazon’s rows behind its lines; the reversal has none', async () => {
    type Detail = { lines: { hasRows: boolean; line: number }[] };
    const { body } = await get<Detail>(`entries/${entry.id}`);
    const { line } = body.lines.find(({ hasRows }) => hasRows)!;
    const tied = await get(`entries/${entry.id}/lines/${line}/rows`);
    expect(tied).toMatchObject({ status: 200, body: { tiesToLine: true } });
    const mirror = await get<Detail>(`entries/${reversal.id}`);
    expect(mirror.body.lines.some(({ hasRows }) => hasRows)).toBe(false);
    expect((await get(`entries/${reversal.id}/lines/1/rows`)).body).toMatchObject({ rowCount: 0, tiesToLine: null });
  });

  it('needs nobody', async () => {
    for (const path of NEEDING) expect((await get(path)).body, path).toMatchObject({ items: [] });
  });

  it('ENTRY_WITHDRAWN: once its settlement is proposed anew its rows are behind the new entries', async () => {
    const settlement = await world.test.books.getSettlement(entry.origin.key);
    await reverseSettlement(world.context, settlement, { ...WISH, proposeAgain: false });
    expect((await get(settlementPath(entry))).body).toMatchObject({ progress: 'reversed', reversedCount: 2 });
    await reverseSettlement(world.context, settlement, { ...WISH, proposeAgain: true });
    expect((await get(settlementPath(entry))).body).toMatchObject({ progress: '0 of 2 posted', reversedCount: 0 });
    expect((await get(`entries/${entry.id}`)).body).toMatchObject({ state: 'reversed', isCurrent: false });
    const rows = await get(`entries/${entry.id}/lines/1/rows`);
    expect(rows).toMatchObject({ status: 409, body: { code: 'ENTRY_WITHDRAWN' } });
    await world.sync();
    expect((await get(settlementPath(entry))).body).toMatchObject({ progress: '2 of 2 posted' });
    const counts = await world.test.books.countRecords();
    expect(counts).toMatchObject({ currentEntries: { posted: 2 }, reversals: { posted: 2 } });
    // control: those of the earlier proposal are still in the list of all.
    expect(counts.entries).toMatchObject({ posted: 4, reversed: 2 });
  });
});

describe('the commands that reverse', () => {
  it.each([
    ['entries', 'AMZ'],
    ['settlements', '1'],
  ])('%s reverse wants a reason, words for the audit log, and a day that exists', async (group, ref) => {
    expect(await run(group, 'reverse', ref, '--why', 'wrong')).toMatchObject({ exitCode: 2 });
    expect(await run(group, 'reverse', ref, '--reason', '01')).toMatchObject({ exitCode: 2 });
    const date = await run(group, 'reverse', ref, '--reason', '01', '--why', 'wrong', '--date', '2026-02-30');
    expect(date).toMatchObject({ exitCode: 2, err: expect.stringContaining('2026-02-30') });
  });

  it('take an entry and then its settlement back, and say what became of each', async () => {
    const { url } = world.vendors.sap;
    const file = join(home, 'told.json');
    const connection = {
      name: 'told',
      sellerAccount: 'A2TOLD',
      amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token' },
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
    writeFileSync(file, JSON.stringify(connection));
    expect(await run('connections', 'add', '--file', file)).toMatchObject({ exitCode: 0 });
    const bytes = settlementBytes(smallSettlement(DIALECTS.US, { settlementId: '72000000001' }), DIALECTS.US);
    writeFileSync(join(home, 'settlement.txt'), bytes);
    await run('settlements', 'import', join(home, 'settlement.txt'), '--connection', 'told');
    await run('settlements', 'approve', '72000000001', '--why', 'as checked');
    const [record] = (await world.test.books.listEntries()).filter(({ connectionName }) => connectionName === 'told');
    const key = record!.entry.postingKey;
    expect(await run('entries', 'reverse', key, '--reason', '01', '--why', 'early')).toMatchObject({ exitCode: 7 });
    expect(await run('entries', 'post', key)).toMatchObject({ exitCode: 0 });

    const refused = await run('entries', 'reverse', key, '--reason', 'ZZ', '--why', 'wrong account');
    expect(refused).toMatchObject({ exitCode: 4, out: expect.stringContaining('ZZ') });
    expect((await run('settlements', 'show', '72000000001')).out).toMatch(/^ {2}SAP_ENTRY_REJECTED: .*ZZ.* Next: /m);
    const reversed = await run('entries', 'reverse', key, '--reason', '01', '--why', 'wrong account');
    expect(reversed).toMatchObject({ exitCode: 0, out: expect.stringContaining(`${key} is reversed, SAP document`) });
    const twice = await run('entries', 'reverse', key, '--reason', '01', '--why', 'wrong account');
    expect(twice).toMatchObject({ exitCode: 7, err: expect.stringContaining('ENTRY_NOT_REVERSIBLE') });
    expect((await run('settlements', 'show', '72000000001')).out).toContain('Settlement 72000000001  reversed');

    const wish = ['--reason', '01', '--why', 'wrong account'];
    const nothing = await run('settlements', 'reverse', '72000000001', ...wish);
    expect(nothing).toMatchObject({ exitCode: 7, err: expect.stringContaining('NOTHING_TO_REVERSE') });
    const left = await run('settlements', 'leave', '72000000001', '--why', 'booked by hand');
    expect(left).toMatchObject({ exitCode: 0, out: expect.stringContaining('72000000001 stays as it is in SAP') });
    const anew = await run('settlements', 'reverse', '72000000001', ...wish, '--propose-again', '--json');
    expect(JSON.parse(anew.out)).toMatchObject({
      settlement: { state: 'proposed', progress: '0 of 1 posted' },
      reversals: [],
      isProposedAgain: true,
      problems: [],
    });
    const shown = (await run('settlements', 'show', '72000000001')).out;
    expect(shown).not.toContain(key);
    expect(shown).toMatch(/[23] earlier: seller-ledger settlements show 72000000001 --all/);
    expect((await run('settlements', 'show', '72000000001', '--all')).out, 'control').toContain(key);
    const [reversal] = await world.test.books.listReversals(record!.id);
    const history = await world.test.books.listEvents({ subject: `entry/${reversal!.id}` });
    expect(history[0]).toMatchObject({ actor: { name: 'anna' }, why: 'wrong account' });
  });
});
