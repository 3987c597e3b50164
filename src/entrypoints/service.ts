import {
  type FeedReport,
  STOPPING_CODES,
  SYSTEM,
  type SyncProgress,
  type SyncReport,
  syncConnection,
} from '../app/index.ts';
import { toProblem } from '../core/index.ts';
import { type JobRequest, type Jobs, type JobsOptions, keepRunning, startJobs } from '../jobs/index.ts';
import { BACKUP_SCHEDULES, backupJobKinds } from './backup/backup-jobs.ts';
import { openConnection, type Workspace } from './composition.ts';
import { CUSTOMER_SCHEDULES, customerJobKinds } from './customer-jobs.ts';
import { enqueueDueFeeds, FEED_SCHEDULES, feedJobKinds, purge } from './feed-jobs.ts';
import { RECONCILIATION_SCHEDULES, reconciliationJobKinds } from './reconciliation-jobs.ts';

/** Settlements close every two weeks and appear hours later; four times an hour costs little of Amazon's quota. */
const SYNC_SCHEDULE = '*/15 * * * *';
/** The database pool of 20 clients allows 16 jobs; each waits for Amazon's pace most of its time. */
const CONCURRENCY = 12;

export interface ServiceOptions {
  readonly workspace: Workspace;
  readonly onProgress: (connection: string, event: SyncProgress) => void;
  readonly onReport: (connection: string, report: SyncReport) => void;
  readonly onFeedReport: (connection: string, report: FeedReport) => void;
}

/** Syncs every connection now and on schedule, until stopped. Several services may run against one database. */
export async function startService(options: ServiceOptions): Promise<Jobs> {
  const { workspace, onProgress, onReport } = options;
  const { books, clock, log, database } = workspace;
  const feedJobs = { ...options, enqueue: (request: JobRequest) => jobs.enqueue(request) };
  const enqueueAll = async () => {
    for (const { name } of await books.listConnections()) {
      await jobs.enqueue({ name: 'sync', payload: { connection: name }, key: `sync:${name}`, queue: `sync:${name}` });
    }
  };
  /** The look after a pause does not wait for the schedule. */
  const enqueueAfterPause = async (name: string) => {
    const pause = await books.sapPauseOf((await books.getConnection(name)).id);
    const delayMs = pause ? Date.parse(pause.until) - (await books.sharedNowMs()) : 0;
    if (delayMs <= 0) return;
    const request = { name: 'sync', payload: { connection: name }, queue: `sync:${name}`, delayMs };
    await jobs.enqueue({ ...request, key: `sync-after-pause:${name}` });
  };
  const engine: JobsOptions = {
    pool: database.pool,
    concurrency: CONCURRENCY,
    clock,
    log,
    schedules: [
      { name: 'sync-all', cron: SYNC_SCHEDULE },
      ...FEED_SCHEDULES,
      ...CUSTOMER_SCHEDULES,
      ...RECONCILIATION_SCHEDULES,
      ...BACKUP_SCHEDULES,
    ],
    kinds: [
      { name: 'sync-all', run: enqueueAll },
      {
        name: 'sync',
        run: async (payload, signal) => {
          const name = (payload as { connection: string }).connection;
          const report = await syncOnce(workspace, name, signal, (event) => onProgress(name, event));
          if (!report) return;
          onReport(name, report);
          await enqueueAfterPause(name);
        },
      },
      ...feedJobKinds(feedJobs),
      ...customerJobKinds(feedJobs),
      ...reconciliationJobKinds(workspace),
      ...backupJobKinds(workspace),
    ],
  };
  const jobs = await keepRunning(() => startJobs(engine), { clock, log });
  try {
    await enqueueAll();
    await enqueueDueFeeds(feedJobs);
    await purge(workspace);
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
  const { books, feedBooks, log } = workspace;
  const startedAt = new Date(await books.sharedNowMs()).toISOString();
  const stop = await feedBooks.stoppedBy((await books.getConnection(name)).id);
  const connection = await openConnection(workspace, name, { actor: SYSTEM, onProgress, signal });
  try {
    const { context } = connection;
    if (stop) log.write('warn', 'sync.without-amazon', { connection: name, code: stop.code, says: stop.says });
    // What is under way to SAP goes on although Amazon lets us in no more.
    const reports = stop ? { ...context.reports, list: async function* () {} } : context.reports;
    const report = await syncConnection({ ...context, reports }, { waitForUnknown: true, signal });
    const problem = report.problems.find(({ code }) => STOPPING_CODES.has(code));
    // Asking Amazon again and again with a login that only a person can mend helps nobody.
    if (problem) await feedBooks.stopConnection(context.connection.id, problem, SYSTEM, startedAt);
    return report;
  } catch (thrown) {
    const problem = toProblem(thrown);
    // Another process is at it, or we are asked to stop: the next sync goes on from there.
    if (problem.code === 'SYNC_RUNNING' || signal.aborted) return undefined;
    log.write('error', 'sync.failed', { connection: name, code: problem.code, says: problem.says });
    throw problem;
  } finally {
    await connection.close();
  }
}
