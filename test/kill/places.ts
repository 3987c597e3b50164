/** Where the killed program keeps its books. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { systemClock } from '../../src/entrypoints/system.ts';
import { prepareBinaries } from '../../src/store/embedded/binaries.ts';
import { DATABASE_USER } from '../../src/store/embedded/data-directory.ts';
import { chooseServerUser } from '../../src/store/embedded/os-user.ts';
import { runProgram } from '../../src/store/embedded/run.ts';

const PASSWORD = 'kill-password';
const READY_MS_MAX = 60_000;
const isRoot = process.getuid?.() === 0;

export interface KillPlace {
  /** For every process of the program. */
  readonly environment: Record<string, string>;
  /** Runs statements over a connection of their own, as nobody's client afterwards. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The process id of the database server, where it may be killed, too. */
  serverPid(): number | undefined;
  close(): Promise<void>;
}

/** The embedded server of a home below `folder`. The program starts it. */
export function embeddedPlace(folder: string): KillPlace {
  const home = join(folder, 'home');
  const cluster = () => {
    const { directory } = JSON.parse(readFileSync(join(home, 'database.json'), 'utf8')) as { directory: string };
    return resolve(home, directory);
  };
  return {
    environment: { SELLER_LEDGER_HOME: home },
    query: (text, values) => {
      const password = readFileSync(join(cluster(), 'password'), 'utf8').trim();
      return ask(
        { host: join(cluster(), 'run'), user: DATABASE_USER, password, database: DATABASE_USER },
        text,
        values,
      );
    },
    serverPid: () => Number(readFileSync(join(cluster(), 'data', 'postmaster.pid'), 'utf8').split('\n')[0]),
    close: async () => {},
  };
}

/** A PostgreSQL server of its own that is reached over TCP, as one on another machine. */
export async function serverPlace(folder: string): Promise<KillPlace> {
  const place = join(folder, 'server');
  mkdirSync(place);
  const user = isRoot ? await chooseServerUser('nobody') : undefined;
  const binaries = await prepareBinaries({ user, copiesDirectory: place });
  const passwordFile = join(place, 'password');
  writeFileSync(passwordFile, PASSWORD);
  chmodSync(folder, 0o755);
  if (user) for (const path of [place, passwordFile]) chownSync(path, user.uid, user.gid);
  const data = join(place, 'data');
  const made = await runProgram(
    binaries.initdb,
    [
      `--pgdata=${data}`,
      `--username=${DATABASE_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
    ],
    { user },
  );
  if (made.exitCode !== 0) throw new Error(made.output);
  const port = await freePort();
  const options = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
  };
  const server = spawn(
    binaries.postgres,
    ['-D', data, ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...(user && { uid: user.uid, gid: user.gid }), cwd: '/', stdio: 'ignore' },
  );
  const login = { host: '127.0.0.1', port, user: DATABASE_USER, password: PASSWORD };
  await untilReady(() => ask({ ...login, database: 'postgres' }, 'create database books'));
  return {
    environment: {
      SELLER_LEDGER_HOME: join(folder, 'home'),
      DATABASE_URL: `postgres://${DATABASE_USER}:${PASSWORD}@127.0.0.1:${port}/books`,
    },
    query: (text, values) => ask({ ...login, database: 'books' }, text, values),
    serverPid: () => undefined,
    close: () => end(server),
  };
}

interface Login {
  readonly host: string;
  readonly port?: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

async function ask<Row>(login: Login, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const client = new Client(login);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}

async function untilReady(work: () => Promise<unknown>): Promise<void> {
  for (const startedMs = systemClock.nowMs(); ; ) {
    try {
      await work();
      return;
    } catch (error) {
      if (systemClock.nowMs() - startedMs > READY_MS_MAX) throw error;
      await systemClock.sleep(50);
    }
  }
}

async function end(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
