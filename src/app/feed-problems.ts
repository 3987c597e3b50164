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

/** Pages that go round in a circle, or on for ever; in the words of Amazon's client, which says it of the lists it follows. */
export function endlessPagesProblem(operation: string, pages: number): Problem {
  return new Problem({
    code: 'AMAZON_PAGES_ENDLESS',
    kind: 'unavailable',
    says: `The pages of ${operation} did not end after ${pages}, or Amazon named one of them twice.`,
    next: 'Sync again later; what was read so far is stored. If it stays so, report it.',
  });
}

/**
 * Whether a run of a feed may not pass over it: a defect, a lease that was lost, a stop, a login that only a person can mend.
 * Any other problem ends a part of the run, and the next run goes on.
 */
export function mustStop({ code, kind }: Pick<ProblemFacts, 'code' | 'kind'>): boolean {
  if (code === 'LEASE_LOST' || code === 'STOPPED' || STOPPING_CODES.has(code)) return true;
  return kind === 'defect' || kind === 'conflict' || kind === 'unproven';
}

/** The problem with which a run of a feed ends early but well: what was stored stays. Raises again what must stop it. */
export function endingProblem(thrown: unknown): ProblemFacts {
  const problem = toProblem(thrown);
  if (mustStop(problem)) throw thrown;
  return problem.toJSON();
}
