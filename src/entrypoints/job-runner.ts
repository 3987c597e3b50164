import { hostname } from 'node:os';
import { graphileEngine, type JobHistory, type JobsOptions } from '../jobs/index.ts';
import { createJobHistory } from '../store/index.ts';
import type { Workspace } from './composition.ts';

/** What jobs need of a workspace, whatever they do. */
export function jobRunnerOf(
  workspace: Workspace,
): Pick<JobsOptions, 'pool' | 'clock' | 'randomness' | 'log' | 'history' | 'process'> {
  const { database, clock, randomness, log, programVersion } = workspace;
  return {
    pool: database.pool,
    clock,
    randomness,
    log,
    history: jobHistoryOf(workspace),
    process: { host: hostname(), pid: process.pid, version: programVersion },
  };
}

/** The history of jobs on the database of a workspace. */
export function jobHistoryOf({ database }: Pick<Workspace, 'database'>): JobHistory {
  return createJobHistory({ database, engine: graphileEngine });
}
