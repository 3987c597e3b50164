import type { ProblemFacts } from '../../core/index.ts';
import type { ScheduleView } from '../schedule-view.ts';
import type { ScheduleRow } from './contract/connections.ts';
import type { Told } from './contract/told.ts';

/** What is told of a problem beside a record. */
export function toldOf(problem: Pick<ProblemFacts, 'code' | 'says' | 'next'> | null): Told | null {
  return problem && { code: problem.code, says: problem.says, next: problem.next };
}

export function scheduleRow(view: ScheduleView): ScheduleRow {
  const { posting } = view;
  return {
    ...view,
    posting: posting && { ...posting, closedDays: [...posting.closedDays] },
    problem: toldOf(view.problem),
  };
}
