import {
  FEED_NAMES,
  type FeedName,
  type FeedReport,
  purgeBuyers,
  SYSTEM,
  syncFeed,
  watchCredentials,
} from '../app/index.ts';
import { formatInstant, parseLocalDate, toProblem } from '../core/index.ts';
import type { JobKind, JobRequest, JobSchedule } from '../jobs/index.ts';
import { openFeeds, type Workspace } from './composition.ts';
import { settingsOf } from './connection-file.ts';
import { credentialAgesOf, dayOf } from './credential-facts.ts';

const MINUTE_MS = 60_000;
/** How old a feed may be before it is read again. Orders cost one request of Amazon's allowance of ten in that time. */
const EVERY_MS: Readonly<Record<FeedName, number>> = {
  orders: 30 * MINUTE_MS,
  finances: 60 * MINUTE_MS,
  payouts: 360 * MINUTE_MS,
  reimbursements: 1440 * MINUTE_MS,
  vat: 1440 * MINUTE_MS,
};
/** A schedule that comes a little early must not skip a turn. */
const EARLY_MS = 5 * MINUTE_MS;
/** Workers that are never given to feeds, so that settlements do not wait behind the first loads of large sellers. */
const FEEDS_AT_ONCE_MAX = 8;
const RETURN_AFTER_MS = MINUTE_MS;
/** Jobs of a lower number come first; a settlement sync has none. */
const FEED_PRIORITY = 10;
/** No job holds a worker for the hours that a first load may take; it goes on in its next turn. */
const RUN_MS_MAX = 15 * MINUTE_MS;

interface FeedPayload {
  readonly connection: string;
  readonly feed: FeedName;
}

export interface FeedJobsOptions {
  readonly workspace: Workspace;
  readonly enqueue: (request: JobRequest) => Promise<void>;
  readonly onFeedReport: (connection: string, report: FeedReport) => void;
}

export const FEED_SCHEDULES: readonly JobSchedule[] = [
  { name: 'feeds-all', cron: '*/30 * * * *' },
  { name: 'watch-credentials', cron: '43 5 * * *' },
];

/** The kinds of work that the feeds add to the service. Each is safe to repeat. */
export function feedJobKinds(options: FeedJobsOptions): readonly JobKind[] {
  const { workspace } = options;
  let running = 0;
  return [
    { name: 'feeds-all', run: () => enqueueDueFeeds(options) },
    {
      name: 'feed',
      run: async (payload, signal) => {
        if (running >= FEEDS_AT_ONCE_MAX) {
          await options.enqueue({ ...requestFor(payload as FeedPayload), delayMs: RETURN_AFTER_MS });
          return;
        }
        running += 1;
        try {
          await runFeed(options, payload as FeedPayload, signal);
        } finally {
          running -= 1;
        }
      },
    },
    { name: 'watch-credentials', run: () => watchConnections(workspace) },
  ];
}

/** Asks for every feed that is switched on and old enough, of every connection that is not stopped. */
export async function enqueueDueFeeds({ workspace, enqueue }: FeedJobsOptions): Promise<void> {
  const { books, feedBooks, log } = workspace;
  const nowMs = await books.sharedNowMs();
  for (const connection of await books.listConnections()) {
    const stop = await feedBooks.stoppedBy(connection.id);
    if (stop) {
      log.write('warn', 'feeds.stopped', { connection: connection.name, code: stop.code, says: stop.says });
      continue;
    }
    const { feeds } = settingsOf(connection);
    const runs = new Map((await feedBooks.listFeedRuns(connection.id)).map((run) => [run.feed, run]));
    for (const feed of FEED_NAMES) {
      const last = runs.get(feed);
      const ageMs = last ? nowMs - Date.parse(last.startedAt) : Number.POSITIVE_INFINITY;
      if (feeds[feed].enabled && (!last?.isUpToDate || ageMs >= EVERY_MS[feed] - EARLY_MS)) {
        await enqueue(requestFor({ connection: connection.name, feed }));
      }
    }
  }
}

function requestFor(payload: FeedPayload): JobRequest {
  const key = `feed:${payload.feed}:${payload.connection}`;
  return { name: 'feed', payload, key, queue: key, priority: FEED_PRIORITY };
}

async function runFeed(options: FeedJobsOptions, payload: FeedPayload, signal: AbortSignal): Promise<void> {
  const { workspace, enqueue, onFeedReport } = options;
  const { connection: name, feed } = payload;
  const feeds = await openFeeds(workspace, name, { actor: SYSTEM, signal });
  try {
    const report = await syncFeed(feeds.feedContext, feed, { runMsMax: RUN_MS_MAX, signal });
    onFeedReport(name, report);
    // Not only by night: a machine that is on for an hour a day must not keep buyers for ever.
    if (feed === 'orders') await purge(workspace);
    // The next turn comes behind everybody who waits; one large seller does not keep the others from theirs.
    const isHeldUp = report.problems.some(({ code }) => code !== 'FEED_RECORD_UNREADABLE');
    if (!report.isUpToDate && !isHeldUp) await enqueue(requestFor(payload));
  } catch (thrown) {
    const problem = toProblem(thrown);
    // Another process is at it, the feed was switched off, or we are asked to stop.
    const passing = ['FEED_RUNNING', 'FEED_OFF', 'CONNECTION_STOPPED'];
    if (passing.includes(problem.code) || signal.aborted) return;
    workspace.log.write('error', 'feed.failed', { connection: name, feed, code: problem.code, says: problem.says });
    throw problem;
  } finally {
    await feeds.close();
  }
}

/** Deletes the buyers whose time is over. */
export async function purge({ feedBooks }: Workspace): Promise<void> {
  await purgeBuyers({ books: feedBooks, actor: SYSTEM });
}

/** Warns in the log of secrets and authorisations that end soon, and of seller accounts without a settlement. */
export async function watchConnections(workspace: Workspace): Promise<void> {
  const { books, feedBooks, log } = workspace;
  const today = dayOf(await books.sharedNowMs());
  for (const connection of await books.listConnections()) {
    const ages = await credentialAgesOf(connection, { books: feedBooks, today });
    const [newest] = await books.listSettlements({ connectionId: connection.id, limit: 1 });
    const lastSettlementOn = newest ? parseLocalDate(formatInstant(newest.header.endAt).slice(0, 10)) : null;
    await watchCredentials({ connection, books: feedBooks, log }, { ages, lastSettlementOn, today });
  }
}
