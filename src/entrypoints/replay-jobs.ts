import { WORK_NAMES } from '../app/index.ts';
import { toProblem } from '../core/index.ts';
import type { JobFilter, JobPerson, JobRecords, JobState } from '../jobs/index.ts';
import { noSuchWork } from './schedules.ts';
import { INSTALLATION_WORKS } from './work/installation-works.ts';

/** States of jobs that nobody tries again by themselves. */
export const FAILED_STATES: readonly JobState[] = ['failed', 'gave-up'];

/** What came of one job of many. */
export interface ReplayedJob {
  readonly id: string;
  readonly state?: JobState;
  readonly problem?: ReturnType<ReturnType<typeof toProblem>['toJSON']>;
}

/** Tries all jobs that failed or gave up again at once, as far as they meet the filter. What moved or is gone meanwhile keeps none from its turn. */
export async function replayFailed(
  records: JobRecords,
  filter: JobFilter,
  { person, why }: { readonly person: JobPerson; readonly why: string },
): Promise<readonly ReplayedJob[]> {
  const failed = await records.listJobs({ ...filter, states: FAILED_STATES });
  const results: ReplayedJob[] = [];
  for (const { id } of failed) {
    try {
      const { state } = await records.replayJob(id, person, why);
      results.push({ id, state });
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind !== 'conflict' && problem.code !== 'JOB_UNKNOWN') throw problem;
      results.push({ id, problem: problem.toJSON() });
    }
  }
  return results;
}

/**
 * Raises `SCHEDULE_WORK_UNKNOWN` (invalid) for a name that no work has, so that nobody takes "none of them failed" for an answer
 * about it. A name that only an older program gave its jobs is one.
 */
export async function assertWorkOfJobs(records: JobRecords, name: string): Promise<void> {
  const known = [...WORK_NAMES, ...INSTALLATION_WORKS.map((work) => work.name)];
  if (known.includes(name) || (await records.listJobs({ name, limit: 1 })).length > 0) return;
  throw noSuchWork(name, known);
}
