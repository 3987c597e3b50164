import { hostname } from 'node:os';
import { graphileEngine, type JobHistory, type JobRecords, type JobsOptions, prepareQueue } from '../jobs/index.ts';
import { createJobHistory, createJobRecords, isSchemaOurs } from '../store/index.ts';
import type { Workspace } from './composition.ts';

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

/** The history as people read it and decide in it, also where no worker has ever run. */
export async function jobRecordsOf({ database, log }: Pick<Workspace, 'database' | 'log'>): Promise<JobRecords> {
  await prepareQueue(database.pool, log);
  return createJobRecords({ database, engine: graphileEngine });
}
