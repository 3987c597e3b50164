import type { FeedReport } from './amazon-feeds.ts';
import { STOPPING_CODES } from './amazon-feeds.ts';
import type { SyncReport } from './sync-connection.ts';

/**
 * What came of a sync, for who counts: the code of what kept it from its goal, which is that Amazon and SAP have told and taken
 * what there was; otherwise `done`. What waits for a person is no outcome of it.
 */
export function syncOutcome({ problems, listProblem }: Pick<SyncReport, 'problems' | 'listProblem'>): string {
  const holding =
    problems.find(({ code }) => STOPPING_CODES.has(code)) ??
    problems.find(({ kind }) => kind === 'unavailable') ??
    listProblem;
  return holding?.code ?? 'done';
}

/** The same of a run of a feed. `waits`: there is more to read, and its next turn goes on. */
export function feedOutcome({ problems, isUpToDate }: Pick<FeedReport, 'problems' | 'isUpToDate'>): string {
  // Records that are kept aside hold nothing up.
  const holding = problems.find(({ code }) => code !== 'FEED_RECORD_UNREADABLE');
  return holding?.code ?? (isUpToDate ? 'done' : 'waits');
}
