import { FEED_NAMES, type FeedName, type FeedReport, priorityOf, queueOf, SYSTEM, syncFeed } from '../../app/index.ts';
import { toProblem } from '../../core/index.ts';
import type { JobRequest } from '../../jobs/index.ts';
import { openFeeds, type Workspace } from '../composition.ts';
import { purge } from './installation-works.ts';
import { isQuietAt } from './quiet.ts';
import { nameOf } from './sync-works.ts';
import { DONE, requestFor, type TurnPayload, type TurnResult, type Work } from './turn.ts';

/** Workers that are never given to feeds, so that settlements do not wait behind the first loads of large sellers. */
const FEEDS_AT_ONCE_MAX = 8;
const RETURN_AFTER_MS = 60_000;
/** No job holds a worker for the hours that a first load may take; it goes on in its next turn, behind those who wait. */
const RUN_MS_MAX = 5 * 60_000;

export interface FeedWorksOptions {
  readonly workspace: Workspace;
  readonly enqueue: (request: JobRequest) => Promise<void>;
  readonly onFeedReport: (connection: string, report: FeedReport) => void;
}

/** The feeds, each a work of its own. */
export function feedWorks(options: FeedWorksOptions): readonly Work[] {
  let running = 0;
  return FEED_NAMES.map((feed) => ({
    name: feed,
    mayBegin: () => running < FEEDS_AT_ONCE_MAX,
    run: async (turn, signal) => {
      // Several that were looked for at once.
      if (running >= FEEDS_AT_ONCE_MAX) return goOn(options, { feed, turn, delayMs: RETURN_AFTER_MS });
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
  // A long load stops for the quiet hours; the turn at their end goes on from where it is.
  if (await isQuietAt(workspace, { turn, work: feed }, await workspace.books.sharedNowMs())) return DONE;
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
    const holding = report.problems.find(({ code }) => code !== 'FEED_RECORD_UNREADABLE');
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
