import { spawn } from 'node:child_process';
import { chown, mkdir, open, readFile, readlink, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Clock, Problem } from '../../core/index.ts';
import type { ProcessTable } from '../processes.ts';
import type { Binaries } from './binaries.ts';
import { dataDirectoryOf } from './data-directory.ts';
import { type OsUser, PROGRAM_ENVIRONMENT } from './run.ts';

/** A PostgreSQL server process on our data. */
export interface RunningServer {
  readonly pid: number;
  /** Folder of its socket, or the loopback address. */
  readonly host: string;
  readonly port: number;
  readonly isReady: boolean;
}

const SOCKET_PORT = 5432;
/** The kernel's limit of a socket path is 107 bytes on Linux and 103 on macOS. */
const SOCKET_PATH_BYTES_MAX = 103;
const POLL_MS = 25;
/** Recovery after a crash replays up to a gigabyte of log; a start that takes longer than this is stuck. */
const START_MS_MAX = 300_000;
/** After a crash the old server's processes need a moment to notice and let go of the shared memory. */
const START_TRIES_MAX = 20;
const START_RETRY_MS = 250;
const LOG_BYTES_MAX = 10 * 1024 * 1024;

/** The server that runs on the cluster's data, as its own pid file tells it; `undefined` when none does. */
export async function findServer(cluster: string, processes: ProcessTable): Promise<RunningServer | undefined> {
  const data = dataDirectoryOf(cluster);
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pidText, , , portText, socketDirectory, listenAddress, , status] = text.split('\n').map((line) => line.trim());
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !(await isServerOn(pid, data, processes))) return undefined;
  return {
    pid,
    host: socketDirectory || listenAddress || '127.0.0.1',
    port: Number(portText) || SOCKET_PORT,
    isReady: status === 'ready',
  };
}

/** A pid file may outlive its server, and its pid may belong to another program by now, or to a copied folder's server. */
async function isServerOn(pid: number, data: string, processes: ProcessTable): Promise<boolean> {
  const { host } = processes.self;
  if ((await processes.stateOf({ host, pid, startedAt: null })) !== 'alive') return false;
  // A server works in its data directory. Where that cannot be seen, the pid alone must do.
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return directory === undefined || directory === (await realpath(data).catch(() => data));
}

/**
 * Starts a server on the cluster's data and waits until it accepts connections. It runs in a session of its own and
 * survives us. The caller holds the gate. Raises `DATABASE_START_FAILED` (unavailable) with the server's own words.
 */
export async function startServer(input: {
  cluster: string;
  binaries: Binaries;
  user: OsUser | undefined;
  processes: ProcessTable;
  clock: Clock;
  onWait: () => Promise<void>;
}): Promise<RunningServer> {
  const { cluster, processes, clock } = input;
  let failure = '';
  // Only a server that ended without cleaning up can have left processes behind that are worth waiting for.
  const triesMax = (await exists(join(dataDirectoryOf(cluster), 'postmaster.pid'))) ? START_TRIES_MAX : 1;
  for (let tries = 0; tries < triesMax; tries += 1) {
    await disownReusedPid(dataDirectoryOf(cluster), processes);
    const attempt = await launch(input);
    const deadline = clock.nowMs() + START_MS_MAX;
    while (attempt.isRunning() && clock.nowMs() < deadline) {
      const server = await findServer(cluster, processes);
      if (server?.isReady) return server;
      await input.onWait();
      await clock.sleep(POLL_MS);
    }
    failure = await attempt.readLog();
    if (attempt.isRunning()) break;
    if (tries + 1 < triesMax) await clock.sleep(START_RETRY_MS);
  }
  throw new Problem({
    code: 'DATABASE_START_FAILED',
    kind: 'unavailable',
    says: `The embedded PostgreSQL in ${cluster} did not start.`,
    next: `Mend what PostgreSQL names below and start again; its log is ${join(cluster, 'server.log')}`,
    data: failure.slice(-2_000),
  });
}

// Larger than any pid of the systems we run on.
const NO_PID = 2_147_483_647;

/**
 * A pid file left by a killed server may name a pid that another program of the same user has by now, and PostgreSQL
 * then refuses to start. The file itself must stay: by its shared memory key PostgreSQL sees whether processes of the
 * old server still work on the data.
 */
async function disownReusedPid(data: string, processes: ProcessTable): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  if ((await processes.stateOf({ host: processes.self.host, pid, startedAt: null })) !== 'alive') return;
  if (await isServerOn(pid, data, processes)) return;
  await writeFile(path, text.replace(/^\d+/, String(NO_PID)));
}

interface Launch {
  isRunning(): boolean;
  /** What the server wrote since it was launched. */
  readLog(): Promise<string>;
}

async function launch(input: { cluster: string; binaries: Binaries; user: OsUser | undefined }): Promise<Launch> {
  const { cluster, user } = input;
  const address = await chooseAddress(cluster, user);
  const logPath = join(cluster, 'server.log');
  await rotate(logPath);
  const log = await open(logPath, 'a', 0o600);
  try {
    const { size } = await log.stat();
    const child = spawn(input.binaries.postgres, ['-D', dataDirectoryOf(cluster), ...settings(address)], {
      ...user,
      cwd: '/',
      env: PROGRAM_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let running = true;
    const onEnd = () => {
      running = false;
    };
    child.on('exit', onEnd).on('error', onEnd);
    child.unref();
    return {
      isRunning: () => running,
      readLog: async () => (await readFile(logPath)).subarray(size).toString('utf8'),
    };
  } finally {
    await log.close();
  }
}

interface Address {
  readonly socketDirectory: string;
  readonly listenAddresses: string;
  readonly port: number;
}

/** A socket that only the server's user (and root) can reach; a loopback port where the path would be too long for one. */
async function chooseAddress(cluster: string, user: OsUser | undefined): Promise<Address> {
  const directory = join(cluster, 'run');
  if (Buffer.byteLength(join(directory, `.s.PGSQL.${SOCKET_PORT}`)) > SOCKET_PATH_BYTES_MAX) {
    return { socketDirectory: '', listenAddresses: '127.0.0.1', port: await findFreePort(await readPort(cluster)) };
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (user) await chown(directory, user.uid, user.gid);
  return { socketDirectory: directory, listenAddresses: '', port: SOCKET_PORT };
}

function settings(address: Address): string[] {
  const values: Readonly<Record<string, string>> = {
    unix_socket_directories: quotePath(address.socketDirectory),
    unix_socket_permissions: '0700',
    listen_addresses: address.listenAddresses,
    port: String(address.port),
    // Books must survive a power cut.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    max_connections: '200',
    // Files instead of /dev/shm, which is 64 MB in a container and cleared at logout for ordinary users.
    dynamic_shared_memory_type: 'mmap',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // Statements can carry data that does not belong in a log.
    log_min_error_statement: 'panic',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The setting is a list: a comma or space in the path would split it. */
function quotePath(path: string): string {
  return path === '' ? '' : `"${path.replaceAll('"', '""')}"`;
}

/** The port of the last start if it is still free: other processes may want to find the server again. */
async function findFreePort(preferred: number): Promise<number> {
  return (await probePort(preferred)) ?? (await probePort(0)) ?? 0;
}

function probePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

async function readPort(cluster: string): Promise<number> {
  const text = await readFile(join(dataDirectoryOf(cluster), 'postmaster.opts'), 'utf8').catch(() => '');
  return Number(/"port=(\d+)"/.exec(text)?.[1] ?? 0);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function rotate(path: string): Promise<void> {
  const size = await stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(path, `${path}.1`);
}
