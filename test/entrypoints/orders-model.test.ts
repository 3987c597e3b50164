/** The accounting model at the command line: how a connection begins, the guided change, the report of the receivable. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-model-`);
let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  expect(await run('connections', 'add', '--file', file('by-settlement'))).toMatchObject({ exitCode: 0 });
  const orders = file('by-orders', { model: 'orders', ordersFrom: '2026-10-01', summarise: 'order' });
  expect(await run('connections', 'add', '--file', orders)).toMatchObject({ exitCode: 0 });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, books?: object, feeds?: object): string {
  const path = join(folder, `${name}.yaml`);
  const settings = {
    name,
    sellerAccount: `A2${name.replace('-', '').toUpperCase()}`,
    amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: `token-of-${name}` },
    sap: {
      baseUrl: 'https://sap.invalid',
      journalEntryUrl: 'https://sap.invalid/post',
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'u', password: 'p' },
    },
    ...(books && { books }),
    ...(feeds && { feeds }),
  };
  writeFileSync(path, JSON.stringify(settings));
  return path;
}

async function run(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  const options = ['--home', folder, '--database-url', urlOf(database)];
  const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_USER: 'anna' });
  vi.restoreAllMocks();
  return { exitCode, ...text };
}

const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out);

describe('connections model', () => {
  it('begins as the file says, and is the settlement model where it says nothing', async () => {
    expect(await json('connections', 'model', 'by-settlement')).toEqual({ connection: 'by-settlement', periods: [] });
    expect((await json('connections', 'model', 'by-orders')).periods).toMatchObject([
      { ordinal: 1, model: 'orders', from: '2026-10-01', summarise: 'order' },
    ]);
    expect((await run('connections', 'model', 'by-settlement')).out).toContain('is in the settlement model');
    expect((await run('connections', 'model', 'by-orders')).out).toContain('2026-10-01  orders  each order');
  });

  it('says what a change does, and makes it with a reason that the audit log keeps', async () => {
    const change = ['connections', 'model', 'by-settlement', '--to', 'orders', '--from', '2026-11-01'];
    expect((await run(...change, '--dry-run')).out).toContain('Nothing was changed.');
    expect(await json('connections', 'model', 'by-settlement')).toMatchObject({ periods: [] });
    const { out, exitCode } = await run(...change, '--why', 'receivables wanted');
    expect(exitCode).toBe(0);
    expect(out).toContain('Connection by-settlement is in the orders model from 2026-11-01.');
    expect(out).toContain('seller-ledger feeds sync by-settlement');
    const { rows } = await database.pool.query("select event from audit_event where action = 'connection.model'");
    expect(rows.map(({ event }) => event).join()).toContain('receivables wanted');
    expect(await json('connections', 'model', 'by-settlement')).toMatchObject({ periods: [{ model: 'orders' }] });
  });

  it('MODEL_CHANGE_INCOMPLETE: without a day, or without a reason', async () => {
    const change = ['connections', 'model', 'by-orders', '--to', 'settlement'];
    for (const args of [change, [...change, '--from', '2026-12-01']]) {
      expect(await run(...args)).toMatchObject({
        exitCode: 2,
        err: expect.stringContaining('MODEL_CHANGE_INCOMPLETE'),
      });
    }
  });

  it('MODEL_CHANGED_BY_FILE: a file never changes the model, and one that says the same or nothing is taken', async () => {
    const update = (path: string) => run('connections', 'update', 'by-orders', '--file', path, '--reason', 'test');
    const same = { model: 'orders', ordersFrom: '2026-10-01', summarise: 'order' };
    expect(await update(file('by-orders', same))).toMatchObject({ exitCode: 0 });
    expect(await update(file('by-orders'))).toMatchObject({ exitCode: 0 });
    for (const books of [{ model: 'settlement' }, { ...same, ordersFrom: '2026-11-01' }]) {
      expect(await update(file('by-orders', books))).toMatchObject({
        exitCode: 7,
        err: expect.stringContaining('MODEL_CHANGED_BY_FILE'),
      });
    }
  });

  it('refuses books that contradict themselves', async () => {
    const faults: readonly (readonly [object, object | undefined, string])[] = [
      [{ model: 'orders' }, undefined, 'books.ordersFrom: is missing'],
      [{ model: 'orders', ordersFrom: '2026-13-01' }, undefined, 'books.ordersFrom: must be a calendar day'],
      [{ ordersFrom: '2026-10-01' }, undefined, 'books.ordersFrom: is given'],
      [{ model: 'orders', ordersFrom: '2026-10-01' }, { finances: { enabled: false } }, 'books.model: is orders'],
    ];
    for (const [books, feeds, says] of faults) {
      const { err, exitCode } = await run('connections', 'add', '--file', file('faulty', books, feeds));
      expect(exitCode).toBe(2);
      expect(err).toContain(says);
    }
  });
});

it('reports order-receivable shows what orders owe', async () => {
  const report = await json('reports', 'order-receivable', 'by-orders');
  expect(report).toMatchObject({ name: 'order-receivable' });
  expect((await run('reports', 'order-receivable', 'by-orders')).out).toContain('Shipped, not accrued');
  expect(await run('reports', 'order-receivable', 'by-orders', '--overdue-days', 'x')).toMatchObject({ exitCode: 2 });
});
