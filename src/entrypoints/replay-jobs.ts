import { toProblem } from '../core/index.ts';
import type { JobFilter, JobPerson, JobRecords, JobState } from '../jobs/index.ts';

/** States of jobs that nobody tries again by themselves. */
export const FAILED_STATES: readonly JobState[] = ['failed', 'gave-up'];

/** What came of one job of many. */
export interface ReplayedJob {
  readonly id: string;
  readonly state?: JobState;
  readonly problem?: ReturnType<ReturnType<typeof toProblem>['toJSON']>;
}

/** Tries all jobs that failed or gave up again at once, as far as they meet the filter. What moved meanwhile keeps none from its turn. */
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
      if (problem.kind !== 'conflict') throw problem;
      results.push({ id, problem: problem.toJSON() });
    }
  }
  return results;
}
