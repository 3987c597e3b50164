import { Problem, type ProblemFacts, toProblem } from '../core/index.ts';
import { type FeedName, STOPPING_CODES, type UnreadableRecord } from './amazon-feeds.ts';

/** Stands for the first record when the store kept it aside: it was read well, and only the store knows its reason. */
export const UNFIT: UnreadableRecord = { recordId: null, says: 'it does not fit the books', source: {} };

/** What a run says about the records it kept aside. `count` is at least 1; `first` is one of them. */
export function unreadableProblem(kept: {
  readonly feed: FeedName;
  readonly connectionName: string;
  readonly count: number;
  readonly first: UnreadableRecord;
}): Problem {
  const { feed, connectionName, count, first } = kept;
  const which = first.recordId === null ? 'the first' : `the first (${first.recordId})`;
  return new Problem({
    code: 'FEED_RECORD_UNREADABLE',
    kind: 'unmapped',
    says: `${count} ${count === 1 ? 'record' : 'records'} of ${feed} ${count === 1 ? 'is' : 'are'} kept aside, ${which} because ${first.says}.`,
    next: `Look at what was kept: seller-ledger feeds unreadable ${connectionName}. Everything else was stored; a newer program may be able to read these.`,
  });
}

/** Pages that go round in a circle, or on for ever. */
export function endlessPagesProblem(operation: string, pages: number): Problem {
  return new Problem({
    code: 'AMAZON_PAGES_ENDLESS',
    kind: 'unavailable',
    says: `The pages of ${operation} did not end after ${pages}, or one came twice.`,
    next: 'Sync again later; what was read is stored, and the window is read again from its start. If it stays so, report it.',
  });
}

/**
 * The problem with which a run of a feed ends early but well: what was stored stays, and the next run goes on. What nobody may
 * pass over is raised again: a defect, a lease that was lost, a stop, a login that only a person can mend.
 */
export function endingProblem(thrown: unknown): ProblemFacts {
  const problem = toProblem(thrown);
  const isPassing = problem.kind !== 'defect' && problem.kind !== 'conflict' && problem.kind !== 'unproven';
  const mustStop = problem.code === 'LEASE_LOST' || problem.code === 'STOPPED' || STOPPING_CODES.has(problem.code);
  if (!isPassing || mustStop) throw thrown;
  return problem.toJSON();
}
