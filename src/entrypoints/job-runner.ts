import { hostname } from 'node:os';
import {
  graphileEngine,
  type JobHistory,
  type JobRecords,
  type JobState,
  type JobsOptions,
  prepareQueue,
} from '../jobs/index.ts';
import { createJobHistory, createJobRecords, isSchemaOurs } from '../store/index.ts';
import type { Workspace } from './composition.ts';
import { assertMayReplay } from './work/may-begin.ts';

/** What jobs need of a workspace, whatever they do. */
export function jobRunnerOf(
  workspace: Workspace,
): Pick<JobsOptions, 'pool' | 'clock' | 'randomness' | 'log' | 'history' | 'process' | 'hasEnded' | 'isCurrent'> {
  const { database, clock, randomness, log, programVersion, processes } = workspace;
  const { host: machine } = processes.self;
  const ownHost = hostname();
  return {
    pool: database.pool,
    clock,
    randomness,
    log,
    history: jobHistoryOf(workspace),
    hasEnded: async ({ host, pid }) =>
      host === ownHost && (await processes.stateOf({ host: machine, pid, startedAt: null })) === 'dead',
    isCurrent: () => isSchemaOurs(database),
    process: { host: ownHost, pid: process.pid, version: programVersion },
  };
}

/** The history of jobs on the database of a workspace. */
export function jobHistoryOf({ database }: Pick<Workspace, 'database'>): JobHistory {
  return createJobHistory({ database, engine: graphileEngine });
}

/**
 * The history as people read it and decide in it, also where no worker has ever run. To try a job again whose work is held back
 * raises `JOB_HELD_BACK` (conflict) besides: it would do nothing.
 */
export async function jobRecordsOf({
  database,
  log,
  books,
}: Pick<Workspace, 'database' | 'log' | 'books'>): Promise<JobRecords> {
  await prepareQueue(database.pool, log);
  const records = createJobRecords({ database, engine: graphileEngine });
  return {
    ...records,
    async replayJob(id, person, why) {
      const { job } = await records.showJob(id);
      if (!NEVER_REPLAYED.has(job.state)) await assertMayReplay({ books }, job);
      return records.replayJob(id, person, why);
    },
  };
}

/** These are refused for their state, whatever their work. */
const NEVER_REPLAYED: ReadonlySet<JobState> = new Set(['running', 'done', 'replaced']);
