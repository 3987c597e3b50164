import type { ProblemFacts, ProblemKind } from '../core/index.ts';
import type { FeedReport } from './amazon-feeds.ts';
import { STOPPING_CODES } from './amazon-feeds.ts';
import type { SyncReport } from './sync-connection.ts';

/** Of what keeps a settlement in quarantine. */
const IN_QUARANTINE: ReadonlySet<ProblemKind> = new Set(['unmapped', 'unproven']);

type OfSync = Pick<SyncReport, 'problems' | 'listProblem'>;
type OfFeed = Pick<FeedReport, 'problems' | 'isUpToDate'>;

/**
 * What a sync waits for: what kept it from its goal, which is that Amazon and SAP have told and taken what there was, Amazon itself
 * before any single thing that it has; then what waits for a person. `undefined`: nothing does. A settlement in quarantine and
 * an entry that SAP refused are dealt with, and wait for people under their own names.
 */
export function holdingProblem(report: OfSync): ProblemFacts | undefined {
  return keptFromGoal(report) ?? report.problems.find(({ kind }) => !IN_QUARANTINE.has(kind));
}

/** What came of a sync, for who counts: the code of what kept it from its goal, otherwise `done`. What waits for a person is no outcome of it. */
export function syncOutcome(report: OfSync): string {
  return keptFromGoal(report)?.code ?? 'done';
}

function keptFromGoal({ problems, listProblem }: OfSync): ProblemFacts | undefined {
  return (
    problems.find(({ code }) => STOPPING_CODES.has(code)) ??
    listProblem ??
    problems.find(({ kind }) => kind === 'unavailable')
  );
}

/** What a run of a feed waits for. Records that are kept aside hold nothing up. */
export function feedHolding({ problems }: Pick<OfFeed, 'problems'>): ProblemFacts | undefined {
  return problems.find(({ code }) => code !== 'FEED_RECORD_UNREADABLE');
}

/** What came of a run of a feed, for who counts. `waits`: there is more to read, and its next turn goes on. */
export function feedOutcome(report: OfFeed): string {
  return feedHolding(report)?.code ?? (report.isUpToDate ? 'done' : 'waits');
}
