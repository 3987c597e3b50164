/** The commands of the reconciliation, as an accountant runs them: missing settlements, bank statements, balances. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { UnknownValue } from '../../src/app/index.ts';
import { findThoroughly } from '../../src/entrypoints/alerts/thorough-look.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { type Workspace, withBooks } from '../../src/entrypoints/composition.ts';
import { moneyOf } from '../../src/entrypoints/overview.ts';
import { matchDeposits } from '../../src/entrypoints/work/installation-works.ts';
import { watchGaps } from '../../src/entrypoints/work/watch-works.ts';
import { type Database, sql } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-reconcile-`);
const SHOP = {
  name: 'shop',
  sellerAccount: 'A2RECONCILE',
  amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token' },
  sap: {
    baseUrl: 'https://sap.invalid',
    journalEntryUrl: 'https://sap.invalid/post',
    createdByUser: 'TEST',
    authentication: { type: 'basic', user: 'u', password: 'p' },
  },
  posting: { approval: 'review' },
};
let database: Database;

async function run(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  const argv = ['node', 'seller-ledger', '--home', folder, '--database-url', urlOf(database), ...args];
  const exitCode = await runCli(argv, { SELLER_LEDGER_USER: 'anna' });
  vi.restoreAllMocks();
  return { exitCode, ...text };
}

async function json<Value>(...args: string[]): Promise<{ exitCode: number; value: Value }> {
  const { exitCode, out } = await run(...args, '--json');
  return { exitCode, value: JSON.parse(out) as Value };
}

const codeOf = async (...args: string[]) => (await json<{ problem: { code: string } }>(...args)).value.problem.code;

const inBooks = (work: (workspace: Workspace) => Promise<void>) =>
  withBooks({ environment: {}, home: folder, databaseUrl: urlOf(database) }, work);

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Ninety dollars and five cents, in the time given; the reserve of the one before comes back. */
function settlement(settlementId: string, start: string, end: string, previousReserve: string | null): string {
  const small = smallSettlement(DIALECTS.US);
  const rows = small.rows.map((row) => ({ ...row, day: start }));
  const released = {
    type: 'other-transaction',
    amountType: 'other-transaction',
    description: 'Previous Reserve Amount Balance',
    amount: previousReserve ?? '',
    day: start,
  };
  const facts = {
    ...small,
    settlementId,
    start,
    end,
    deposit: end,
    total: previousReserve === null ? small.total : (Number(small.total) + Number(previousReserve)).toFixed(2),
    rows: previousReserve === null ? rows : [...rows, released],
  };
  return written(`${settlementId}.txt`, settlementBytes(facts, DIALECTS.US));
}

beforeAll(async () => {
  database = await openTestDatabase();
  await run('connections', 'add', '--file', written('shop.yaml', JSON.stringify(SHOP)));
  for (const file of [
    settlement('80000000001', '2026-08-01', '2026-08-15', null),
    settlement('80000000002', '2026-08-15', '2026-08-29', '20.00'),
    settlement('80000000004', '2026-09-12', '2026-09-26', '15.00'),
    settlement('80000000005', '2026-09-26', '2026-10-10', '19.00'),
  ]) {
    expect(await run('settlements', 'import', file, '--connection', 'shop')).toMatchObject({ exitCode: 0 });
  }
}, 60_000);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface ReportDocument {
  readonly sections: readonly { readonly key: string; readonly rows: readonly Record<string, unknown>[] }[];
}
const rowsOf = (document: ReportDocument, key: string) =>
  document.sections.find((each) => each.key === key)?.rows ?? [];

describe('reconcile continuity', () => {
  it('SETTLEMENT_GAP and RESERVE_BROKEN: tells what is missing and what does not carry over, with exit code 3', async () => {
    const { exitCode, out } = await run('reconcile', 'continuity', 'shop');
    expect(exitCode).toBe(3);
    expect(out).toContain(
      'SETTLEMENT_GAP: No settlement of shop for Amazon.com (USD) from 2026-08-29 to 2026-09-12, 14 days',
    );
    expect(out).toContain('RESERVE_BROKEN: Settlement 80000000004 holds back a reserve of 20.00 USD');
    const { value } = await json<ReportDocument>('reconcile', 'continuity', 'shop');
    expect(rowsOf(value, 'gaps')).toMatchObject([
      { after: '80000000002', before: '80000000004', deletedOn: '2026-12-11' },
    ]);
    expect(rowsOf(value, 'broken')).toHaveLength(1);
  });

  it('is told by the daily look of the service, once', async () => {
    await withBooks({ environment: {}, home: folder, databaseUrl: urlOf(database) }, async (workspace) => {
      const said: unknown[] = [];
      const log = { write: (_level: string, event: string, facts?: object) => said.push([event, facts]) };
      await watchGaps({ ...workspace, log }, 'shop');
      const warnings = said.filter((each) => (each as [string])[0] === 'connection.warning');
      expect(warnings.map((each) => (each as [string, { code: string }])[1].code)).toEqual([
        'SETTLEMENT_GAP',
        'RESERVE_BROKEN',
      ]);
      said.length = 0;
      await watchGaps({ ...workspace, log }, 'shop');
      await matchDeposits({ ...workspace, log });
      expect(said).toMatchObject([['deposits.done', {}]]);
    });
  });
});

const CSV = [
  'Date,Amount,Currency,Account,Name,Text',
  '2026-08-17,90.05,USD,US123,AMAZON.COM SERVICES,payout 80000000001',
  '2026-09-01,110.05,USD,US123,AMAZON.COM SERVICES,payout',
  '2026-09-28,105.00,USD,US123,AMAZON.COM SERVICES,payout 80000000004',
  '2026-09-28,77.00,USD,US123,Somebody Else,rent',
].join('\n');

describe('deposits', () => {
  it('takes Amazon’s movements of a statement, matches what is certain, and takes nothing twice', async () => {
    const file = written('bank.csv', CSV);
    const first = await json<Record<string, unknown>>('deposits', 'import', file);
    expect(first.value).toMatchObject({ recorded: { length: 3 }, known: 0, leftOut: 1, matched: 2, undecided: 1 });
    const again = await json<Record<string, unknown>>('deposits', 'import', file);
    expect(again.value).toMatchObject({ recorded: [], known: 3, matched: 0 });
    const { value } = await json<Record<string, unknown>[]>('deposits', 'list');
    expect(value.map(({ settlementId, matchedBy }) => [settlementId, matchedBy])).toEqual([
      ['80000000001', 'reference'],
      ['80000000002', 'amount'],
      [null, null],
    ]);
    expect(JSON.stringify(value)).not.toContain('Somebody');
  });

  it('leaves what differs to a person, who decides with a reason and may change the mind', async () => {
    const { value, exitCode } = await json<ReportDocument>('reconcile', 'payouts', 'shop', '--from', '2026-08-01');
    expect(exitCode).toBe(3);
    const states = rowsOf(value, 'payouts').map(({ settlement: id, state }) => [id, state]);
    expect(states.slice(0, 3)).toEqual([
      ['80000000001', 'arrived'],
      ['80000000002', 'arrived'],
      ['80000000004', 'untold'],
    ]);
    const [open] = rowsOf(value, 'deposits');
    const id = String(open?.id);
    expect(await codeOf('reconcile', 'match', id)).toBe('MATCH_INCOMPLETE');
    expect((await run('reconcile', 'match', id, '80000000004', '--why', 'fee of the bank')).exitCode).toBe(0);
    const after = await json<ReportDocument>('reconcile', 'payouts', 'shop', '--from', '2026-08-01');
    expect(rowsOf(after.value, 'payouts')[2]).toMatchObject({
      state: 'arrived',
      says: expect.stringContaining('difference of -0.05'),
    });
    expect((await run('reconcile', 'unmatch', id.slice(0, 13), '--why', 'no')).exitCode).toBe(0);
    expect((await run('reconcile', 'match')).out).toContain('0 matched.');
  });

  it('one may be entered by hand and withdrawn', async () => {
    const given = ['--account', 'US123', '--day', '2026-10-12', '--currency', 'usd', '--why', 'by phone'];
    const added = await json<{ recorded: { id: string }[] }>(
      'deposits',
      'add',
      ...given,
      '--amount',
      '5.00',
      '--reference',
      'phone-1',
    );
    expect(added.value.recorded).toMatchObject([{ amount: { amount: '5.00', currency: 'USD' } }]);
    expect((await run('deposits', 'withdraw', 'phone-1', '--why', 'of another firm')).exitCode).toBe(0);
    expect(await codeOf('deposits', 'add', ...given, '--amount', '6.00', '--reference', 'phone-1')).toBe(
      'DEPOSIT_CHANGED',
    );
  });

  it('BANK_COLUMN_INVALID and BANK_STATEMENT_UNREADABLE: what cannot be read is refused with its place', async () => {
    const file = written('odd.csv', 'When,What\n1,2\n');
    expect(await codeOf('deposits', 'import', file, '--column', 'colour=When')).toBe('BANK_COLUMN_INVALID');
    expect(await codeOf('deposits', 'import', file)).toBe('BANK_STATEMENT_UNREADABLE');
  });
});

describe('reconcile ledgers, orders, summaries and month', () => {
  it('shows the balances from the entries, with what is open and why', async () => {
    const { value, exitCode } = await json<ReportDocument>(
      'reconcile',
      'ledgers',
      'shop',
      '--from',
      '2026-08-01',
      '--movements',
    );
    expect(exitCode).toBe(3);
    const ledgers = rowsOf(value, 'ledgers');
    expect(ledgers.map(({ ledger, proven }) => [ledger, proven])).toEqual([
      // The last payout is due, and nothing is known that it could be compared with.
      ['Payouts on their way to the bank', null],
      ['Reserve', false],
      ['Carried between months', true],
    ]);
    const open = rowsOf(value, 'openItems').filter(({ ledger }) => ledger === 'Reserve');
    expect(open.map(({ origin, isOverdue }) => [origin, isOverdue])).toEqual([
      ['80000000002', false],
      ['80000000004', true],
      ['80000000004', true],
      ['80000000005', false],
    ]);
    expect(rowsOf(value, 'movements').length).toBeGreaterThan(8);
  });

  it('FEEDS_NOT_READ: orders that nobody has read are not called missing', async () => {
    const orders = await json<{ problem: object }>('reconcile', 'orders', 'shop', '--from', '2026-08-01');
    expect(orders.exitCode).toBe(5);
    expect(orders.value.problem).toMatchObject({
      code: 'FEEDS_NOT_READ',
      says: expect.stringContaining('the orders and the financial events were never read'),
      next: 'Read them first: seller-ledger feeds sync shop',
    });
    expect(await codeOf('reconcile', 'month', 'shop', '2026-09', '--with-orders')).toBe('FEEDS_NOT_READ');
  });

  it('says of summaries that there are none, and never that they agree', async () => {
    const summaries = await json<ReportDocument>('reconcile', 'summaries', 'shop');
    expect([summaries.exitCode, rowsOf(summaries.value, 'summaries').length]).toEqual([0, 4]);
    const { out } = await run('reconcile', 'summaries', 'shop', '--format', 'csv');
    expect(out).toMatch(/result,not checked\r\ncompared,0 of 4\r\n/);
  });

  it('puts a month on one report with its checks', async () => {
    const { exitCode, out } = await run('reconcile', 'month', 'shop', '2026-09');
    expect(exitCode).toBe(3);
    for (const title of ['Checks', 'Open items', 'Missing settlements']) expect(out).toContain(title);
  });

  it('PERIOD_INVALID: a time that is none is refused', async () => {
    expect(await codeOf('reconcile', 'month', 'shop', '2026-13')).toBe('PERIOD_INVALID');
    expect(await codeOf('reconcile', 'payouts', 'shop', '--from', '2026-10-02', '--until', '2026-10-01')).toBe(
      'PERIOD_INVALID',
    );
  });
});

it('a connection whose settings this program does not take hides nothing of the others', async () => {
  const other = { ...SHOP, name: 'older', sellerAccount: 'A2OLDER' };
  expect(await run('connections', 'add', '--file', written('older.yaml', JSON.stringify(other)))).toMatchObject({
    exitCode: 0,
  });
  await database.query(
    sql`update connection set settings = '{"posting": {"of": "an older program"}}' where name = 'older'`,
  );
  expect(await codeOf('sync', 'older')).toBe('CONNECTION_FILE_INVALID');

  expect((await run('reconcile', 'continuity', 'shop')).out).toContain('SETTLEMENT_GAP');
  expect((await json<ReportDocument>('reports', 'close', 'shop', '2026-09')).exitCode).toBe(3);
  await withBooks({ environment: {}, home: folder, databaseUrl: urlOf(database) }, async (workspace) => {
    const { found, rules } = await findThoroughly(workspace);
    expect(rules).toContain('settlement-missing');
    expect(found.map(({ rule }) => rule)).toContain('settlement-missing');
  });
});

it('a connection whose account table this program does not take hides nothing of the others', async () => {
  const elder = { ...SHOP, name: 'elder', sellerAccount: 'A2ELDER' };
  expect(await run('connections', 'add', '--file', written('elder.yaml', JSON.stringify(elder)))).toMatchObject({
    exitCode: 0,
  });
  const file = written('unknown.txt', settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));
  expect(await run('settlements', 'import', file, '--connection', 'elder')).toMatchObject({ exitCode: 3 });
  const [payouts, values] = [
    await json<ReportDocument>('reconcile', 'payouts', 'shop'),
    await json<readonly UnknownValue[]>('mapping', 'unknown'),
  ];
  expect(values.value).toMatchObject([{ connection: 'elder', amountDescription: 'FeeOfTomorrow' }]);

  await database.query(sql`insert into mapping_text (sha256, text) values (encode(sha256('{}'), 'hex'), '{}')`);
  await database.query(sql`
    insert into mapping_version (connection_id, number, name, sha256, author_kind, author_name, reason, recorded_at,
      approver_kind, approver_name, approval_reason, approved_at)
    select id, 2, 'elder.yaml', encode(sha256('{}'), 'hex'), 'user', 'anna', 'an older program', now(), 'user', 'anna', 'it', now()
    from connection where name = 'elder'`);
  expect(await codeOf('sync', 'elder')).toBe('MAPPING_INVALID');
  expect(await codeOf('mapping', 'unknown', 'elder')).toBe('MAPPING_INVALID');

  const again = await json<ReportDocument>('reconcile', 'payouts', 'shop');
  expect(again.exitCode).toBe(payouts.exitCode);
  expect(rowsOf(again.value, 'payouts')).toEqual(rowsOf(payouts.value, 'payouts'));
  expect(rowsOf(again.value, 'payouts').length).toBeGreaterThan(0);
  expect((await json<readonly UnknownValue[]>('mapping', 'unknown')).value).toEqual(values.value);
  await inBooks(async (workspace) => {
    expect(await moneyOf(workspace)).toMatchObject([{ currency: 'USD' }]);
    await matchDeposits(workspace);
    expect((await findThoroughly(workspace)).rules).toContain('settlement-missing');
  });
});

it('deposits are matched for nobody while a connection cannot be looked at, and its problem is told', async () => {
  await database.transaction(async (session) => {
    await session.query(sql`set local session_replication_role = replica`);
    await session.query(sql`
      delete from settlement_sums where sha256 in (select sha256 from settlement where seller_account = 'A2ELDER')`);
    await session.query(sql`
      update evidence_chunk set bytes = '\\x00' where evidence_id in (
        select e.id from evidence e join settlement s on s.sha256 = e.sha256 where s.seller_account = 'A2ELDER')`);
  });
  await inBooks(async (workspace) => {
    const said: unknown[] = [];
    const log = { write: (_level: string, event: string, facts?: object) => said.push([event, facts]) };
    await expect(matchDeposits({ ...workspace, log })).rejects.toMatchObject({ code: 'EVIDENCE_DAMAGED' });
    expect(said).toMatchObject([['deposits.failed', { connection: 'elder', code: 'EVIDENCE_DAMAGED' }]]);
  });
});
