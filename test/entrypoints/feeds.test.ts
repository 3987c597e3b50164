/** The commands of the feeds, as a user runs them, against the pretend vendors. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Database } from '../../src/store/index.ts';
import { firstJson, runCli, startCli } from '../kill/cli.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { runInProcess } from './in-process.ts';

const FEEDS = ['orders', 'finances', 'payouts'];

interface Simulators {
  readonly amazon: string;
  readonly connectionFile: string;
}

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-feeds-`);
let environment: Record<string, string>;
let database: Database;
let simulators: Simulators;
let simulatorProcess: ChildProcess;

beforeAll(async () => {
  database = await openTestDatabase();
  environment = { SELLER_LEDGER_HOME: join(folder, 'home'), DATABASE_URL: urlOf(database) };
  simulatorProcess = startCli(
    ['--json', 'simulators', '--folder', join(folder, 'vendors'), '--clock-speed', '60'],
    environment,
  );
  simulators = await firstJson<Simulators>(simulatorProcess);
  // A few days are enough to need a report, whose making the pretend Amazon takes its time for.
  const file = parse(readFileSync(simulators.connectionFile, 'utf8')) as object;
  const since = new Date(Date.now() - 6 * 86_400_000).toISOString().slice(0, 10);
  writeFileSync(simulators.connectionFile, stringify({ ...file, feeds: { since } }));
  expect(await runCli(['connections', 'add', '--file', simulators.connectionFile], environment)).toMatchObject({
    exitCode: 0,
  });
}, 120_000);

afterAll(async () => {
  simulatorProcess.kill('SIGKILL');
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const command = (...args: string[]) =>
  runInProcess(['--home', environment.SELLER_LEDGER_HOME!, '--database-url', environment.DATABASE_URL!, ...args], {});

async function run<Value>(...args: string[]): Promise<{ exitCode: number; value: Value; err: string }> {
  const { exitCode, out, err } = await command(...args, '--json');
  return { exitCode, err, value: JSON.parse(out) as Value };
}

interface FeedsDocument {
  readonly feeds: readonly { feed: string; counts: { inserted: number }; isUpToDate: boolean; problems: unknown[] }[];
}
interface OrderDocument {
  readonly orderId: string;
  readonly status: string;
  readonly currency: string | null;
  readonly items: readonly { charges: readonly { amount: { currency: string; amount: string } }[] }[];
  readonly chargesTotal: string | null;
}

describe('feeds', () => {
  it('are brought up to date, and a second run finds nothing new', async () => {
    const first = await run<FeedsDocument>('feeds', 'sync', 'pretend');
    expect(first.value.feeds.map(({ feed, problems }) => [feed, problems])).toEqual(FEEDS.map((feed) => [feed, []]));
    expect(first.value.feeds.every(({ isUpToDate, counts }) => isUpToDate && counts.inserted > 0)).toBe(true);
    expect(first.exitCode).toBe(0);
    const second = await run<FeedsDocument>('feeds', 'sync', 'pretend', '--feed', 'payouts');
    expect(second.value.feeds.map(({ counts }) => counts.inserted)).toEqual([0]);
    const status = await run<{ stoppedBy: unknown; feeds: { feed: string }[] }>('feeds', 'status', 'pretend');
    expect(status.value.stoppedBy).toBeNull();
    expect(status.value.feeds.map(({ feed }) => feed).sort()).toEqual([...FEEDS].sort());
    expect((await run<unknown[]>('feeds', 'unreadable', 'pretend')).value).toEqual([]);
  }, 180_000);

  it('show orders with amounts that a person can add up, and nothing about a person', async () => {
    const { value: orders } = await run<OrderDocument[]>('orders', 'list', 'pretend', '--limit', '20');
    expect(orders).toHaveLength(20);
    const shipped = orders.find(({ status }) => status === 'shipped')!;
    const { value: order } = await run<OrderDocument>('orders', 'show', shipped.orderId);
    const cents = (text: string) => BigInt(text.replace('.', ''));
    const charges = order.items.flatMap((item) => item.charges.map(({ amount }) => cents(amount.amount)));
    expect(charges.reduce((sum, amount) => sum + amount, 0n)).toBe(cents(order.chargesTotal!));
    expect(JSON.stringify(order)).not.toMatch(/"(name|email|address|buyerName|recipient)"/);

    const { value: cancelled } = await run<OrderDocument[]>('orders', 'list', 'pretend', '--status', 'cancelled');
    expect(cancelled.every(({ status }) => status === 'cancelled')).toBe(true);
    const withoutReason = await run<{ problem: { code: string } }>('orders', 'show', shipped.orderId, '--buyer');
    expect([withoutReason.exitCode, withoutReason.value.problem.code]).toEqual([2, 'BUYER_REASON_MISSING']);
    const look = ['orders', 'show', shipped.orderId, '--buyer', '--why', 'a parcel came back'];
    const buyer = await run<{ problem: { code: string } }>(...look);
    expect([buyer.exitCode, buyer.value.problem.code]).toEqual([2, 'BUYER_GONE']);
    const unknown = await run<{ problem: { code: string } }>('orders', 'show', '000-0000000-0000000');
    expect([unknown.exitCode, unknown.value.problem.code]).toEqual([2, 'ORDER_UNKNOWN']);
  }, 60_000);

  it('show events, controls and payouts', async () => {
    const { value: events } = await run<{ orderId: string | null; total: { amount: string } | null }[]>(
      'finances',
      'list',
      'pretend',
      '--limit',
      '50',
    );
    expect(events).toHaveLength(50);
    const ofOrder = events.find(({ orderId }) => orderId !== null)!;
    const found = await run<{ orderId: string }[]>('finances', 'list', 'pretend', '--order', ofOrder.orderId!);
    expect(found.value.length).toBeGreaterThan(0);
    expect(found.value.every(({ orderId }) => orderId === ofOrder.orderId)).toBe(true);
    const controls = await run<{ balances: unknown[] }>('finances', 'controls', 'pretend');
    expect(controls.value.balances.length).toBeGreaterThan(0);
    const payouts = await run<{ payoutId: string }[]>('payouts', 'list', 'pretend');
    expect(payouts.value.length).toBeGreaterThan(0);
  }, 60_000);

  it('refuse names that there are not, with the ones there are', async () => {
    const feed = await run<{ problem: { code: string } }>('feeds', 'sync', 'pretend', '--feed', 'weather');
    expect([feed.exitCode, feed.value.problem.code]).toEqual([2, 'FEED_UNKNOWN']);
    const status = await run<{ problem: { code: string } }>('orders', 'list', 'pretend', '--status', 'lost');
    expect([status.exitCode, status.value.problem.code]).toEqual([2, 'ORDER_STATUS_UNKNOWN']);
    const off = await run<{ problem: { code: string } }>('feeds', 'sync', 'pretend', '--feed', 'vat');
    expect([off.exitCode, off.value.problem.code]).toEqual([2, 'FEED_OFF']);
  }, 60_000);
});

describe('connections doctor', () => {
  it('tries each operation and finds nothing missing', async () => {
    const { exitCode, value } = await run<{ checks: { name: string; ok: boolean; isNeeded: boolean; says: string }[] }>(
      'connections',
      'doctor',
      'pretend',
    );
    expect(value.checks.filter(({ ok, isNeeded }) => !ok && isNeeded)).toEqual([]);
    expect(exitCode).toBe(0);
    const names = value.checks.map(({ name }) => name.split(' ')[0]);
    expect(names).toEqual(
      expect.arrayContaining(['login', 'searchOrders', 'getOrder', 'listTransactions', 'listPayouts', 'createReport']),
    );
    expect(names).toEqual(expect.arrayContaining(['log-on', 'session', 'clock', 'company']));
  }, 120_000);

  it('tries SAP alone, and a posting only when told to, which leaves no document', async () => {
    const sap = (...options: string[]) =>
      run<{ ok: boolean; checks: { side: string; name: string; ok: boolean; says: string }[] }>(
        ...['connections', 'doctor', 'pretend', '--only', 'sap', ...options],
      );
    const tried = await sap('--try-posting');
    expect([tried.exitCode, tried.value.ok]).toEqual([0, true]);
    expect(new Set(tried.value.checks.map(({ side }) => side))).toEqual(new Set(['SAP']));
    expect(tried.value.checks.at(-1)).toMatchObject({
      name: 'posting',
      ok: true,
      says: expect.stringContaining('Nothing was booked'),
    });
    const { sap: settings } = parse(readFileSync(simulators.connectionFile, 'utf8')) as { sap: { baseUrl: string } };
    expect(await (await fetch(`${settings.baseUrl}/_sim/ledger`)).json()).toEqual({ documents: [] });
    // control: without being told to, no posting is tried.
    expect((await sap()).value.checks.map(({ name }) => name)).not.toContain('posting');
  }, 120_000);
});

describe('a connection whose login only a person can mend', () => {
  it('is stopped, is told of, and goes on by an update', async () => {
    const file = parse(readFileSync(simulators.connectionFile, 'utf8')) as { amazon: Record<string, unknown> };
    const broken = join(folder, 'broken.yaml');
    writeFileSync(broken, stringify({ ...file, amazon: { ...file.amazon, clientSecret: 'another' } }));
    const update = (path: string) => command('connections', 'update', 'pretend', '--file', path, '--reason', 'test');
    expect(await update(broken)).toMatchObject({ exitCode: 0 });
    const refused = await run<{ problem: { code: string } }>('feeds', 'sync', 'pretend', '--feed', 'payouts');
    expect([refused.exitCode, refused.value.problem.code]).toEqual([4, 'AMAZON_CLIENT_REFUSED']);
    const stopped = await run<{ stoppedBy: { code: string } }>('feeds', 'status', 'pretend');
    expect([stopped.exitCode, stopped.value.stoppedBy.code]).toEqual([4, 'AMAZON_CLIENT_REFUSED']);
    const listed = await run<{ stoppedBy: string; credentials: { kind: string; daysLeft: number }[] }[]>(
      'connections',
      'list',
    );
    expect(listed.value).toMatchObject([
      {
        stoppedBy: 'AMAZON_CLIENT_REFUSED',
        credentials: [
          { kind: 'client-secret', daysLeft: 180 },
          { kind: 'authorisation', daysLeft: 365 },
        ],
      },
    ]);
    expect(await update(simulators.connectionFile)).toMatchObject({ exitCode: 0 });
    expect((await run<{ stoppedBy: unknown }>('feeds', 'status', 'pretend')).value.stoppedBy).toBeNull();
    expect((await run('connections', 'resume', 'pretend', '--reason', 'test')).value).toEqual({
      connection: 'pretend',
      wasStoppedBy: null,
      endedPause: null,
    });
  }, 120_000);
});
