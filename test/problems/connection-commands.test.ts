/** Problems of the commands about connections. Runs them in this process, on a database of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-connections-`);
let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, sellerAccount: string, password: string): string {
  const path = join(folder, `${name}-${sellerAccount}.yaml`);
  const settings = {
    name,
    sellerAccount,
    amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: `token-of-${sellerAccount}` },
    sap: {
      baseUrl: 'https://sap.invalid',
      journalEntryUrl: 'https://sap.invalid/post',
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'u', password },
    },
  };
  writeFileSync(path, JSON.stringify(settings));
  return path;
}

async function run(...args: string[]): Promise<{ exitCode: number; printed: unknown }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const options = ['--json', '--home', folder, '--database-url', urlOf(database)];
  const exitCode = await runCli(['node', 'seller-ledger', ...options, ...args], { SELLER_LEDGER_USER: 'anna' });
  vi.restoreAllMocks();
  return { exitCode, printed: JSON.parse(out) };
}

/** Settings and encrypted secrets of all connections, as they stand in the database. */
async function stored(): Promise<unknown> {
  const { rows } = await database.pool.query(
    'select c.name as connection, c.settings::text, s.* from connection c join secret s on s.connection_id = c.id order by 1, s.name',
  );
  return rows;
}

describe('connections update', () => {
  it('CONNECTION_FILE_OTHER: never stores the file of another connection or another seller account', async () => {
    const [first, second] = [file('shop-a', 'A2FIRST', 'one'), file('shop-b', 'A2SECOND', 'two')];
    expect(await run('connections', 'add', '--file', first)).toMatchObject({ exitCode: 0 });
    expect(await run('connections', 'add', '--file', second)).toMatchObject({ exitCode: 0 });
    const before = await stored();
    for (const wrong of [second, file('shop-a', 'A2SECOND', 'two'), file('shop-b', 'A2FIRST', 'two')]) {
      const { exitCode, printed } = await run('connections', 'update', 'shop-a', '--file', wrong, '--reason', 'test');
      expect(printed).toMatchObject({
        problem: { code: 'CONNECTION_FILE_OTHER', kind: 'conflict', where: { file: wrong } },
      });
      expect(exitCode).toBe(7);
    }
    expect(await stored()).toEqual(before);
    // control: its own file is stored.
    const own = file('shop-a', 'A2FIRST', 'three');
    expect(await run('connections', 'update', 'shop-a', '--file', own, '--reason', 'test')).toMatchObject({
      exitCode: 0,
    });
    expect(await stored()).not.toEqual(before);
  });
});

describe('connections add', () => {
  it('SELLER_ACCOUNT_CONNECTED: a second connection of the same seller account is refused, and the first one named', async () => {
    const { exitCode, printed } = await run('connections', 'add', '--file', file('shop-again', 'A2FIRST', 'one'));
    expect(printed).toMatchObject({ problem: { code: 'SELLER_ACCOUNT_CONNECTED', data: 'shop-a' } });
    expect(exitCode).toBe(7);
  });

  it('CONNECTION_NOT_WORKING: with --try nothing is stored of what does not log on, and the audit log says who tried it', async () => {
    const path = join(folder, 'tried.yaml');
    const nobody = 'http://127.0.0.1:9';
    const settings = {
      name: 'tried',
      sellerAccount: 'A2TRIED',
      amazon: {
        region: 'NA',
        endpoint: nobody,
        lwaUrl: nobody,
        clientId: 'amzn1.test',
        clientSecret: 'canary-1',
        refreshToken: 'canary-2',
      },
      sap: {
        baseUrl: nobody,
        journalEntryUrl: `${nobody}/post`,
        createdByUser: 'TEST',
        authentication: { type: 'basic', user: 'AMZ_POST', password: 'canary-3' },
      },
    };
    writeFileSync(path, JSON.stringify(settings));
    const { exitCode, printed } = await run('connections', 'add', '--file', path, '--try');
    expect(printed).toMatchObject({ problem: { code: 'CONNECTION_NOT_WORKING' } });
    expect(exitCode).toBe(2);
    expect(JSON.stringify(await stored())).not.toContain('tried');
    const { rows } = await database.pool.query<{ event: string }>(
      "select event from audit_event where subject = 'installation/connections'",
    );
    const [event, ...others] = rows.map((row) => JSON.parse(row.event) as unknown);
    expect(event).toMatchObject({
      action: 'secret.try',
      actor: { name: 'anna' },
      correlationId: expect.any(String),
      after: { amazonClientId: 'amzn1.test', sapLogOn: 'basic AMZ_POST', outcome: 'does-not-work' },
    });
    expect(others).toEqual([]);
    expect(JSON.stringify(rows)).not.toContain('canary');
    // control: untried it is stored.
    expect(await run('connections', 'add', '--file', path)).toMatchObject({ exitCode: 0 });
    const update = ['connections', 'update', 'tried', '--file', path, '--reason', 'test', '--try'];
    expect((await run(...update)).printed).toMatchObject({ problem: { code: 'CONNECTION_NOT_WORKING' } });
  });
});
