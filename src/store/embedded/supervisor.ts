import { Client } from 'pg';
import type { Clock, Log } from '../../core/index.ts';
import type { ProcessTable } from '../processes.ts';
import { DATABASE_USER, readPassword } from './data-directory.ts';
import { passGate } from './gate.ts';
import { type LockFile, tryLock } from './lock-file.ts';
import { findServer, type RunningServer } from './server.ts';

export interface SupervisorOptions {
  /** The folder of the embedded server. */
  readonly cluster: string;
  /** The server is stopped when nobody has been connected for this long. */
  readonly idleStopMs: number;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly log: Log;
  /** Sends SIGINT, PostgreSQL's fast shutdown. */
  readonly interrupt: (pid: number) => void;
}

export const SUPERVISOR_LOCK = 'supervisor';

const POLL_MS_MAX = 1_000;
const STOP_POLL_MS = 50;
const STOP_MS_MAX = 120_000;

/**
 * Watches the embedded server and stops it when no client has been connected for `idleStopMs`, whatever became of the
 * clients. Returns when the server is gone, or at once when another supervisor watches it already.
 */
export async function runSupervisor(options: SupervisorOptions): Promise<void> {
  const { cluster, processes, clock, log } = options;
  const lock = await tryLock({ directory: cluster, name: SUPERVISOR_LOCK, processes, clock });
  if ('heldBy' in lock) return;
  log.write('info', 'supervisor.started', { cluster });
  let idleSinceMs = clock.nowMs();
  const watch = watchClients(cluster);
  for (;;) {
    await lock.refresh();
    const server = await findServer(cluster, processes);
    const clients = server ? await watch.count(server) : 0;
    const nowMs = clock.nowMs();
    if (clients > 0) idleSinceMs = nowMs;
    const mayStop = !server || nowMs - idleSinceMs >= options.idleStopMs;
    if (mayStop && (await stopWhenIdle(options, lock, watch))) return;
    await clock.sleep(Math.min(POLL_MS_MAX, options.idleStopMs));
  }
}

/**
 * Behind the gate nobody can connect for the first time, so an idle server can be stopped without hitting a newcomer.
 * The supervisor's lock goes in the same breath: whoever passes next knows to bring a new supervisor.
 */
function stopWhenIdle(options: SupervisorOptions, lock: LockFile, watch: ClientWatch): Promise<boolean> {
  const { cluster, processes, clock, log } = options;
  return passGate(options, async (gate) => {
    const server = await findServer(cluster, processes);
    if (server && (await watch.count(server)) > 0) return false;
    await watch.close();
    if (server) {
      interruptIfRunning(options, server.pid);
      const deadline = clock.nowMs() + STOP_MS_MAX;
      while (await findServer(cluster, processes)) {
        if (clock.nowMs() >= deadline) {
          log.write('error', 'supervisor.stop-failed', { pid: server.pid });
          return false;
        }
        await Promise.all([gate.refresh(), lock.refresh()]);
        await clock.sleep(STOP_POLL_MS);
      }
      log.write('info', 'supervisor.stopped-server', { pid: server.pid });
    }
    await lock.release();
    return true;
  });
}

function interruptIfRunning({ interrupt, log }: SupervisorOptions, pid: number): void {
  try {
    interrupt(pid);
  } catch (error) {
    log.write('warn', 'supervisor.server-already-gone', { pid, says: error instanceof Error ? error.message : '' });
  }
}

interface ClientWatch {
  /** Clients besides this one. A server that cannot be asked counts as used. */
  count(server: RunningServer): Promise<number>;
  close(): Promise<void>;
}

function watchClients(cluster: string): ClientWatch {
  let client: Client | undefined;
  const close = async () => {
    const old = client;
    client = undefined;
    await old?.end().catch(() => {});
  };
  return {
    close,
    async count({ host, port }) {
      try {
        client ??= await connect(host, port, await readPassword(cluster));
        const result = await client.query<{ count: number }>(
          "select count(*)::int as count from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
        );
        return result.rows[0]?.count ?? 0;
      } catch {
        await close();
        return 1;
      }
    },
  };
}

async function connect(host: string, port: number, password: string): Promise<Client> {
  const client = new Client({
    host,
    port,
    password,
    user: DATABASE_USER,
    database: 'postgres',
    application_name: 'seller-ledger supervisor',
    connectionTimeoutMillis: 10_000,
  });
  // The next query tells; without a listener a lost connection would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}
