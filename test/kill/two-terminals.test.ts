/**
 * The service and commands in other terminals on one embedded database, as processes: there is one server, whoever started it,
 * and it belongs to nobody who could take it away from the others.
 */
import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHome, postmastersOf, supervisorsOf, waitFor } from '../store/processes.ts';
import { type CliResult, collect, runCli, startCli } from './cli.ts';

const home = newHome();
// Nothing listens there, so the service has a database and nobody to talk to.
const NOWHERE = 'http://127.0.0.1:9';
const environment = { SELLER_LEDGER_HOME: home };
const CONNECTION = {
  name: 'shop',
  sellerAccount: 'A2EXAMPLE1234',
  amazon: {
    region: 'NA',
    clientId: 'amzn1.application-oa2-client.test',
    clientSecret: 's',
    refreshToken: 't',
    endpoint: NOWHERE,
    lwaUrl: `${NOWHERE}/token`,
  },
  sap: {
    baseUrl: NOWHERE,
    journalEntryUrl: `${NOWHERE}/post`,
    createdByUser: 'TEST',
    authentication: { type: 'basic', user: 'u', password: 'p' },
  },
};
const children: ChildProcess[] = [];

function cluster(): string {
  const { directory } = JSON.parse(readFileSync(join(home, 'database.json'), 'utf8')) as { directory: string };
  return resolve(home, directory);
}

/** Processes of servers on our data, by the folder they are told to work in. */
const servers = () => postmastersOf(cluster()).map(({ pid }) => pid);

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
}

/** Ready when it says so on its first line. */
async function running(args: readonly string[], sign: RegExp): Promise<Running> {
  const child = startCli(args, { ...environment, SELLER_LEDGER_LOG: 'info' });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  const ended = collect(child);
  await waitFor(`${args.join(' ')} to run, which says: ${text}`, async () => {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended: ${text}`);
    return sign.test(text);
  });
  return { child, ended };
}

const names = async (): Promise<unknown> => {
  const { exitCode, out, err } = await runCli(['connections', 'list', '--json'], environment);
  return exitCode === 0 ? (JSON.parse(out) as { name: string }[]).map(({ name }) => name) : err;
};

/** As somebody who looks at the server past the program. */
async function connect(): Promise<Client> {
  const client = new Client({
    host: join(cluster(), 'run'),
    user: 'seller_ledger',
    database: 'seller_ledger',
    password: readFileSync(join(cluster(), 'password'), 'utf8').trim(),
  });
  await client.connect();
  return client;
}

beforeAll(async () => {
  const file = join(home, 'shop.json');
  writeFileSync(file, JSON.stringify(CONNECTION));
  expect(await runCli(['connections', 'add', '--file', file], environment)).toMatchObject({ exitCode: 0 });
}, 120_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const pid of [...supervisorsOf(cluster()).map((each) => each.pid), ...servers()]) process.kill(pid, 'SIGQUIT');
  await waitFor('the server to end', async () => servers().length === 0);
  rmSync(cluster(), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}, 60_000);

describe('one embedded database and several terminals', () => {
  it('a service and many commands at once share one server, and a command outlives the service', async () => {
    const service = await running(['start', '--port', '0'], /is running/);
    const [server] = servers();
    expect(await Promise.all([names(), names(), names(), names()])).toEqual(Array(4).fill(['shop']));
    expect(servers()).toEqual([server]);

    const holder = await connect();
    await holder.query('begin');
    await holder.query('lock table deposit in access exclusive mode');
    const command = runCli(['deposits', 'list', '--json'], environment);
    const isWaiting = "select from pg_locks where not granted and relation = 'deposit'::regclass";
    await waitFor('the command to be in the middle', async () => (await holder.query(isWaiting)).rowCount);
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ exitCode: 0 });
    await holder.query('rollback');
    await holder.end();
    expect(await command).toMatchObject({ exitCode: 0, out: '[]\n' });
    expect(servers()).toEqual([server]);
  }, 120_000);

  it('a service goes on when the process that started its server is killed, and one server is all there is', async () => {
    // Nobody has a server now: the next process has to start one.
    for (const pid of servers()) process.kill(pid, 'SIGINT');
    await waitFor('the server to stop', async () => servers().length === 0);
    const worker = await running(['worker'], /database\.started/);
    const service = await running(['start', '--port', '0'], /is running/);
    const [server] = servers();

    worker.child.kill('SIGKILL');
    expect(await worker.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(await names()).toEqual(['shop']);
    expect(servers()).toEqual([server]);
    expect(supervisorsOf(cluster())).toHaveLength(1);
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ exitCode: 0 });
    // Who comes within the idle time finds the same server; nobody took it along.
    expect(await names()).toEqual(['shop']);
    expect(servers()).toEqual([server]);
  }, 120_000);
});
