/** A start that fails: the process says why, leaves nothing open and ends by itself. Runs the compiled program. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/index.ts';
import { type CliResult, collect, runCli, startCli } from '../kill/cli.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

// In a folder where the embedded server's own user may enter when the tests run as root.
const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-start-`);
const connectionFile = join(folder, 'connection.yaml');
const CONNECTION = `
name: shop
sellerAccount: A2EXAMPLE1234
amazon: { region: NA, clientId: amzn1.application-oa2-client.test, clientSecret: s, refreshToken: t }
sap:
  baseUrl: https://sap.invalid
  journalEntryUrl: https://sap.invalid/post
  createdByUser: TEST
  authentication: { type: basic, user: u, password: p }
`;

let database: Database;
let environment: Record<string, string>;
let taken: Server;
let port: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  environment = { SELLER_LEDGER_HOME: join(folder, 'home'), DATABASE_URL: urlOf(database) };
  writeFileSync(connectionFile, CONNECTION);
  taken = createServer();
  port = await new Promise((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve(String((taken.address() as { port: number }).port)));
  });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  taken.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How a start ended by itself; one that hangs is killed after the test, which then fails. */
function start(args: readonly string[], more: Record<string, string> = {}): Promise<CliResult> {
  const child = startCli(['--json', 'start', ...args], { ...environment, ...more });
  children.push(child);
  return collect(child);
}

const codeOf = ({ out }: CliResult) => (JSON.parse(out) as { problem: { code: string } }).problem.code;

describe('a start that fails ends at once with the exit code of its problem', () => {
  it('the demo, when its port is taken', async () => {
    const ended = await start(['--demo', '--port', port]);
    expect(codeOf(ended)).toBe('PORT_IN_USE');
    expect(ended).toMatchObject({ exitCode: 7, signal: null });
  });

  it('the demo, when its books cannot be opened', async () => {
    const ended = await start(['--demo'], { SELLER_LEDGER_KEY: 'not a key' });
    expect(codeOf(ended)).toMatch(/^VAULT_KEY_/);
    expect(ended).toMatchObject({ exitCode: 2, signal: null });
  });

  it('the service, when its port is taken, and when its job engine cannot start', async () => {
    const added = await runCli(['connections', 'add', '--file', connectionFile], environment);
    expect(added.exitCode, added.err).toBe(0);

    const withoutPort = await start(['--port', port]);
    expect(codeOf(withoutPort)).toBe('PORT_IN_USE');
    expect(withoutPort).toMatchObject({ exitCode: 7, signal: null });

    // A schema of the job engine from the future, which it refuses to work on.
    await database.pool.query('create schema graphile_worker');
    await database.pool.query(
      'create table graphile_worker.migrations (id int primary key, ts timestamptz default now(), breaking boolean)',
    );
    await database.pool.query('insert into graphile_worker.migrations (id, breaking) values (1000000, true)');
    const withoutJobs = await start(['--port', '0']);
    expect(withoutJobs.out + withoutJobs.err).toContain('breaking migration 1000000');
    expect(withoutJobs).toMatchObject({ exitCode: 70, signal: null });
  });
});
