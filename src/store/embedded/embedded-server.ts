import { spawn } from 'node:child_process';
import { open, realpath } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Clock, isProblem, type Log, Problem } from '../../core/index.ts';
import { databaseProblem } from '../database-problem.ts';
import type { ProcessTable } from '../processes.ts';
import { prepareBinaries } from './binaries.ts';
import {
  assertFreeSpace,
  assertOwnDisk,
  DATABASE_USER,
  dataDirectoryOf,
  diskFull,
  findDataOwner,
  initialiseData,
  readPassword,
} from './data-directory.ts';
import { passGate } from './gate.ts';
import { locateCluster } from './home.ts';
import { findLockHolder, type LockFile } from './lock-file.ts';
import { canEnter, chooseServerUser } from './os-user.ts';
import { type OsUser, PROGRAM_ENVIRONMENT } from './run.ts';
import { findServer, type RunningServer, startServer } from './server.ts';
import { SUPERVISOR_LOCK } from './supervisor.ts';

export interface EmbeddedServerOptions {
  readonly home: string;
  readonly databaseName: string;
  readonly isRoot: boolean;
  /** As root: an existing user to run the server as. Without it one named `seller-ledger` is made. */
  readonly serverUser?: string | undefined;
  /** As root: where data and programs go that the server's user cannot reach elsewhere. */
  readonly systemDirectory: string;
  readonly supervisorCommand: readonly string[];
  readonly idleStopMs: number;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly log: Log;
}

/** How to reach a database of the embedded server; with the password, so never for people or logs. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Our stake in the embedded server: while it is held, the server is not stopped for want of clients. */
export interface EmbeddedServer {
  readonly cluster: string;
  readonly address: ServerAddress;
  leave(): Promise<void>;
}

const SUPERVISOR_POLL_MS = 25;
const SUPERVISOR_START_MS_MAX = 30_000;
const CONNECT_TRIES_MAX = 20;
const CONNECT_RETRY_MS = 250;
const RETURN_DELAY_MS = 250;
const RETURN_DELAY_MS_MAX = 30_000;

/**
 * Makes sure that the server of this home runs and has the database, and keeps one connection to it as a sign of
 * presence. When the server is killed while we are connected, it is started again. Safe for any number of processes.
 */
export async function joinEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  assertPlatform(platform());
  const chosenUser = options.isRoot ? chooseUserOf(options) : undefined;
  const { directory: cluster } = await locateCluster({
    home: options.home,
    systemDirectory: options.systemDirectory,
    canServerEnter: chosenUser ? async (directory) => canEnter(directory, await chosenUser()) : null,
  }).catch(diskFull(options.home));
  await assertOwnDisk(cluster);
  const user = (await findDataOwner(cluster, options.isRoot)) ?? (await chosenUser?.());
  const context = { options, cluster, user: options.isRoot ? user : undefined };
  const leaving = new AbortController();
  let presence = await enter(context);
  let returning: Promise<void> = Promise.resolve();

  const comeBack = async () => {
    options.log.write('warn', 'database.lost', { cluster });
    // A service must find its database again whenever it comes back, so only leaving ends this.
    for (let delayMs = RETURN_DELAY_MS; !leaving.signal.aborted; delayMs = Math.min(2 * delayMs, RETURN_DELAY_MS_MAX)) {
      try {
        presence = await enter(context);
        watch();
        options.log.write('info', 'database.back', { cluster });
        return;
      } catch (error) {
        options.log.write('error', 'database.return-failed', { says: error instanceof Error ? error.message : '' });
        await options.clock.sleep(delayMs, leaving.signal).catch(() => {});
      }
    }
  };
  const watch = () => {
    presence.client.once('end', () => {
      if (!leaving.signal.aborted) returning = comeBack();
    });
  };
  watch();
  return {
    cluster,
    address: presence.address,
    async leave() {
      leaving.abort();
      await returning;
      await presence.client.end();
    },
  };
}

/** Raises `DATABASE_NOT_EMBEDDABLE` (invalid) where the embedded server was never run. */
export function assertPlatform(name: NodeJS.Platform): void {
  if (name === 'linux' || name === 'darwin') return;
  throw new Problem({
    code: 'DATABASE_NOT_EMBEDDABLE',
    kind: 'invalid',
    says: `The embedded database runs on Linux and macOS, not on ${name}.`,
    next: 'Use a PostgreSQL server of your own: set DATABASE_URL.',
  });
}

interface Context {
  readonly options: EmbeddedServerOptions;
  readonly cluster: string;
  readonly user: OsUser | undefined;
}

interface Presence {
  readonly client: Client;
  readonly address: ServerAddress;
}

/** Looked up or created at most once, and only when the data has no owner yet. */
function chooseUserOf(options: EmbeddedServerOptions): () => Promise<OsUser> {
  let chosen: Promise<OsUser> | undefined;
  return () => {
    chosen ??= chooseServerUser(options.serverUser).then(({ uid, gid }) => ({ uid, gid }));
    return chosen;
  };
}

async function enter(context: Context): Promise<Presence> {
  const { cluster, options } = context;
  const entered = passGate({ cluster, processes: options.processes, clock: options.clock }, async (gate) => {
    // First the supervisor, so that no server is ever left without one. It waits at the gate until we are through.
    await ensureSupervisor(context, gate);
    for (let tries = 1; ; tries += 1) {
      try {
        return await connectFirst(context, gate);
      } catch (error) {
        // The server may have died between our look at it and the connection.
        if (tries >= CONNECT_TRIES_MAX || !isProblem(error) || error.code !== 'DATABASE_UNAVAILABLE') throw error;
        await options.clock.sleep(CONNECT_RETRY_MS);
      }
    }
  });
  return entered.catch(diskFull(cluster));
}

async function connectFirst(context: Context, gate: LockFile): Promise<Presence> {
  const { cluster, options } = context;
  const { host, port } = await findOrStart(context, gate);
  const password = await readPassword(cluster);
  const address = { host, port, user: DATABASE_USER, password, database: options.databaseName };
  // Connected to no database of ours, so that ours can be copied or renamed by their owner.
  const client = await connect({ ...address, database: 'postgres' });
  try {
    await createDatabase(client, options.databaseName, cluster);
    return { client, address };
  } catch (error) {
    await client.end();
    throw databaseProblem(error);
  }
}

async function findOrStart(context: Context, gate: LockFile): Promise<RunningServer> {
  const { options, cluster, user } = context;
  const { processes, clock } = options;
  const running = await findServer(cluster, processes);
  if (running?.isReady) return running;
  if (running) return waitUntilReady(context, gate);
  await assertFreeSpace(cluster);
  const binaries = await prepareBinaries({
    user,
    copiesDirectory: options.isRoot ? options.systemDirectory : cluster,
  });
  await gate.refresh();
  await initialiseData(cluster, binaries, user);
  // A server that nobody can ask anything would run for ever: its supervisor could not see that it is idle.
  await readPassword(cluster);
  const server = await startServer({ cluster, binaries, user, processes, clock, onWait: () => gate.refresh() });
  options.log.write('info', 'database.started', { cluster, pid: server.pid });
  return server;
}

/** Somebody was killed between starting the server and its being ready, or the server is going down. */
async function waitUntilReady(context: Context, gate: LockFile): Promise<RunningServer> {
  const { cluster, options } = context;
  for (;;) {
    const server = await findServer(cluster, options.processes);
    if (!server) return findOrStart(context, gate);
    if (server.isReady) return server;
    await gate.refresh();
    await options.clock.sleep(SUPERVISOR_POLL_MS);
  }
}

async function createDatabase(client: Client, name: string, cluster: string): Promise<void> {
  const facts = await client.query<{ data_directory: string; known: boolean }>(
    "select current_setting('data_directory') as data_directory, exists (select from pg_database where datname = $1) as known",
    [name],
  );
  const data = facts.rows[0]?.data_directory;
  if (data !== (await realpath(dataDirectoryOf(cluster)))) throw foreignServer(cluster, data ?? '');
  if (facts.rows[0]?.known !== true) await client.query(`create database ${client.escapeIdentifier(name)}`);
}

async function connect(address: ServerAddress): Promise<Client> {
  const client = new Client({
    ...address,
    application_name: 'seller-ledger',
    connectionTimeoutMillis: 30_000,
    keepAlive: true,
  });
  // `end` follows and is what we act on; without a listener an error would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw databaseProblem(error);
  }
  return client;
}

/** Waits until a supervisor is there: ours, or the one of somebody before us. */
async function ensureSupervisor({ options, cluster }: Context, gate: LockFile): Promise<void> {
  const { processes, clock } = options;
  const lock = { directory: cluster, name: SUPERVISOR_LOCK, processes, clock };
  if (await findLockHolder(lock)) return;
  const [program, ...args] = options.supervisorCommand;
  const logPath = join(cluster, 'supervisor.log');
  const log = await open(logPath, 'a', 0o600);
  let hasEnded = false;
  try {
    const child = spawn(program ?? '', [...args, cluster, String(options.idleStopMs)], {
      cwd: '/',
      env: PROGRAM_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const onEnd = () => {
      hasEnded = true;
    };
    child.on('exit', onEnd).on('error', onEnd);
    child.unref();
  } finally {
    await log.close();
  }
  const deadline = clock.nowMs() + SUPERVISOR_START_MS_MAX;
  while (!hasEnded && clock.nowMs() < deadline) {
    if (await findLockHolder(lock)) return;
    await gate.refresh();
    await clock.sleep(SUPERVISOR_POLL_MS);
  }
  throw new Problem({
    code: 'DATABASE_SUPERVISOR_FAILED',
    kind: 'unavailable',
    says: `The process that stops the embedded database when nobody uses it did not start: ${options.supervisorCommand.join(' ')}`,
    next: `Look at ${logPath}; when the program file is missing, build or install seller-ledger again.`,
  });
}

function foreignServer(cluster: string, data: string): Problem {
  return new Problem({
    code: 'DATABASE_ADDRESS_TAKEN',
    kind: 'conflict',
    says: `At the address of the embedded database in ${cluster} answers another server, on ${data}.`,
    next: 'Stop the other server, or run the command again to start ours at another address.',
  });
}
