import type { FeedReport, SyncProgress, SyncReport } from '../app/index.ts';
import { betweenTraces } from '../core/index.ts';
import { type JobRequest, type Jobs, type JobsOptions, keepRunning, startJobs } from '../jobs/index.ts';
import type { Workspace } from './composition.ts';
import { jobRunnerOf } from './job-runner.ts';
import { accrualWork } from './work/accrual-work.ts';
import { customerWork } from './work/customer-work.ts';
import { feedWorks } from './work/feed-works.ts';
import { INSTALLATION_WORKS } from './work/installation-works.ts';
import { runScheduler } from './work/scheduler.ts';
import { syncWorks } from './work/sync-works.ts';
import { DONE, jobKindOf, type Work } from './work/turn.ts';
import { watchWorks } from './work/watch-works.ts';

/** The database pool of 20 clients allows 16 jobs; each waits for Amazon's pace most of its time. */
const CONCURRENCY = 12;
/** Jobs that are told to give up do so at their next step; one whose step does not end is not waited for. */
const STOP_PATIENCE_MS = 8_000;

export interface ServiceOptions {
  readonly workspace: Workspace;
  /** Jobs at once; default 12. */
  readonly concurrency?: number;
  /** How often it looks what is due; default 15 s. */
  readonly tickMs?: number;
  /** For whoever stops it: how long jobs may take to give up before the database is told to; default 8 s. */
  readonly stopPatienceMs?: number;
  readonly onProgress: (connection: string, event: SyncProgress) => void;
  readonly onReport: (connection: string, report: SyncReport) => void;
  readonly onFeedReport: (connection: string, report: FeedReport) => void;
}

/**
 * Does the work of every connection by its schedule, until stopped, and at once what is under way to SAP. Several services may
 * run against one database.
 */
export function startService(options: ServiceOptions): Promise<Jobs> {
  return betweenTraces(() => start(options));
}

async function start(options: ServiceOptions): Promise<Jobs> {
  const { workspace, stopPatienceMs = STOP_PATIENCE_MS } = options;
  const enqueue = (request: JobRequest) => jobs.enqueue(request);
  const runner = jobRunnerOf(workspace);
  const engine: JobsOptions = {
    ...runner,
    concurrency: options.concurrency ?? CONCURRENCY,
    schedules: [],
    kinds: allWorks({ ...options, enqueue }).map((work) => jobKindOf(workspace, work)),
  };
  const { clock, log } = workspace;
  const jobs = await keepRunning(() => startJobs(engine), { clock, log, mayReturn: runner.isCurrent });
  const stopping = new AbortController();
  try {
    await workspace.books.makeWorkDue('posting');
  } catch (error) {
    await jobs.stop();
    throw error;
  }
  const scheduler = runScheduler({ workspace, enqueue, tickMs: options.tickMs }, stopping.signal);
  void jobs.ended.then(() => stopping.abort());
  return {
    ...jobs,
    stop: async () => {
      stopping.abort();
      // Both at once: while a plan of many connections is made, no more work is begun. What is still handed over waits in the
      // database for the next worker.
      const isCut = await workspace.database.cutFor(Promise.all([scheduler, jobs.stop()]), stopPatienceMs);
      if (isCut) log.write('warn', 'jobs.cut-off', { afterMs: stopPatienceMs });
    },
  };
}

/** Everything that is done by itself. Each is safe to repeat. */
export function allWorks(
  options: ServiceOptions & { readonly enqueue: (request: JobRequest) => Promise<void> },
): readonly Work[] {
  const { workspace, concurrency = CONCURRENCY } = options;
  return [
    ...syncWorks(options),
    ...feedWorks({ ...options, concurrency }),
    customerWork(workspace),
    ...watchWorks(workspace),
    accrualWork(workspace),
    ...INSTALLATION_WORKS.map(
      ({ name, run }): Work => ({ name, run: (_turn, signal) => run(workspace, signal).then(() => DONE) }),
    ),
  ];
}
