import {
  FEED_NAMES,
  type FeedName,
  type FeedReport,
  feedHolding,
  priorityOf,
  queueOf,
  SYSTEM,
  syncFeed,
} from '../../app/index.ts';
import { toProblem } from '../../core/index.ts';
import type { JobRequest } from '../../jobs/index.ts';
import { openFeeds, type Workspace } from '../composition.ts';
import { purge } from './installation-works.ts';
import { isQuietAt } from './quiet.ts';
import { nameOf } from './sync-works.ts';
import { DONE, requestFor, type TurnPayload, type TurnResult, type Work } from './turn.ts';

const FEEDS_AT_ONCE_MAX = 8;
/** Never given to feeds, so that settlements and what is to be posted do not wait behind the first loads of large sellers. */
const PLACES_KEPT = 2;
const RETURN_AFTER_MS = 60_000;
/** No job holds a worker for the hours that a first load may take; it goes on in its next turn, behind those who wait. */
const RUN_MS_MAX = 5 * 60_000;

export interface FeedWorksOptions {
  readonly workspace: Workspace;
  readonly enqueue: (request: JobRequest) => Promise<void>;
  readonly onFeedReport: (connection: string, report: FeedReport) => void;
  /** Jobs of this process at once. */
  readonly concurrency: number;
}

/** How many of the jobs that a process does at once may be feeds. At least one, so that feeds are read by a process for one job, too. */
export function feedsAtOnce(concurrency: number): number {
  return Math.max(1, Math.min(FEEDS_AT_ONCE_MAX, concurrency - PLACES_KEPT));
}

/** The feeds, each a work of its own. */
export function feedWorks(options: FeedWorksOptions): readonly Work[] {
  const atOnceMax = feedsAtOnce(options.concurrency);
  let running = 0;
  return FEED_NAMES.map((feed) => ({
    name: feed,
    mayBegin: () => running < atOnceMax,
    run: async (turn, signal) => {
      // Several that were looked for at once.
      if (running >= atOnceMax) return goOn(options, { feed, turn, delayMs: RETURN_AFTER_MS });
      running += 1;
      try {
        return await runFeed(options, { feed, turn, signal });
      } finally {
        running -= 1;
      }
    },
  }));
}

async function goOn(
  { workspace, enqueue }: FeedWorksOptions,
  { feed, turn, delayMs }: { readonly feed: FeedName; readonly turn: TurnPayload; readonly delayMs?: number },
): Promise<TurnResult> {
  // A long load stops for the quiet hours, unless a person wants it; the turn at their end goes on from where it is.
  const isQuiet = await isQuietAt(workspace, { turn, work: feed }, await workspace.books.sharedNowMs());
  if (isQuiet && !turn.isAsked) return { state: 'waits', problem: null, againAfterMs: null };
  const place = {
    queue: queueOf(feed, nameOf(turn)),
    priority: priorityOf(feed),
    ...(delayMs !== undefined && { delayMs }),
  };
  await enqueue(requestFor(feed, { ...turn, part: turn.part + 1 }, place));
  return { state: 'goes on' };
}

async function runFeed(
  options: FeedWorksOptions,
  { feed, turn, signal }: { readonly feed: FeedName; readonly turn: TurnPayload; readonly signal: AbortSignal },
): Promise<TurnResult> {
  const { workspace, onFeedReport } = options;
  const name = nameOf(turn);
  const feeds = await openFeeds(workspace, name, { actor: SYSTEM, signal });
  try {
    const report = await syncFeed(feeds.feedContext, feed, { runMsMax: RUN_MS_MAX, signal });
    onFeedReport(name, report);
    // Not only by night: a machine that is on for an hour a day must not keep buyers for ever.
    if (feed === 'orders') await purge(workspace);
    const holding = feedHolding(report);
    if (holding) return { state: 'waits', problem: holding, againAfterMs: null };
    return report.isUpToDate ? DONE : await goOn(options, { feed, turn });
  } catch (thrown) {
    const problem = toProblem(thrown);
    // Another process is at it, or the feed was switched off.
    if (['FEED_RUNNING', 'FEED_OFF'].includes(problem.code)) return DONE;
    if (problem.code === 'CONNECTION_STOPPED') return { state: 'waits', problem: problem.toJSON(), againAfterMs: null };
    throw problem;
  } finally {
    await feeds.close();
  }
}
