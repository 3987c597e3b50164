import { SYSTEM, type SyncProgress, type SyncReport, syncConnection } from '../app/index.ts';
import { toProblem } from '../core/index.ts';
import { type Jobs, startJobs } from '../jobs/index.ts';
import { openConnection, type Workspace } from './composition.ts';

/** Settlements close every two weeks and appear hours later; four times an hour costs little of Amazon's quota. */
const SYNC_SCHEDULE = '*/15 * * * *';
const CONCURRENCY = 4;

export interface ServiceOptions {
  readonly workspace: Workspace;
  readonly onProgress: (connection: string, event: SyncProgress) => void;
  readonly onReport: (connection: string, report: SyncReport) => void;
}

/** Syncs every connection now and on schedule, until stopped. Several services may run against one database. */
export async function startService({ workspace, onProgress, onReport }: ServiceOptions): Promise<Jobs> {
  const { books, clock, log, database } = workspace;
  const enqueueAll = async () => {
    for (const { name } of await books.listConnections()) {
      await jobs.enqueue({ name: 'sync', payload: { connection: name }, key: `sync:${name}`, queue: `sync:${name}` });
    }
  };
  const jobs = await startJobs({
    pool: database.pool,
    concurrency: CONCURRENCY,
    clock,
    log,
    schedules: [{ name: 'sync-all', cron: SYNC_SCHEDULE }],
    kinds: [
      { name: 'sync-all', run: enqueueAll },
      {
        name: 'sync',
        run: async (payload, signal) => {
          const name = (payload as { connection: string }).connection;
          const report = await syncOnce(workspace, name, signal, (event) => onProgress(name, event));
          if (report) onReport(name, report);
        },
      },
    ],
  });
  try {
    await enqueueAll();
    return jobs;
  } catch (error) {
    await jobs.stop();
    throw error;
  }
}

async function syncOnce(
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
  onProgress: (event: SyncProgress) => void,
): Promise<SyncReport | undefined> {
  const connection = await openConnection(workspace, name, { actor: SYSTEM, onProgress });
  try {
    return await syncConnection(connection.context, { waitForUnknown: true, signal });
  } catch (thrown) {
    const problem = toProblem(thrown);
    // Another process is at it, or we are asked to stop: the next sync goes on from there.
    if (problem.code === 'SYNC_RUNNING' || signal.aborted) return undefined;
    workspace.log.write('error', 'sync.failed', { connection: name, code: problem.code, says: problem.says });
    throw problem;
  } finally {
    await connection.close();
  }
}
