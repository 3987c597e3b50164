import { Problem, type ProblemFacts, toProblem, traced } from '../core/index.ts';
import { FEED_NAMES, type FeedName, type FeedReport, STOPPING_CODES, type UtcInstant } from './amazon-feeds.ts';
import { collectFinances } from './collect-finances.ts';
import { collectOnRequest } from './collect-on-request.ts';
import { collectOrders } from './collect-orders.ts';
import { collectPayouts } from './collect-payouts.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import type { Lease } from './ports.ts';
import { type HeldElsewhere, withLease } from './with-lease.ts';
import { feedOutcome } from './work-outcome.ts';

/**
 * Longer than any call between two signs of life: one that Amazon turns away six times waits an hour for its quota. A process
 * that died on the same machine is noticed at once.
 */
const FEED_LEASE_MS = 2 * 60 * 60_000;

export type FeedCollector = (context: FeedContext, options: FeedRunOptions) => Promise<FeedReport>;

const COLLECTORS: Readonly<Record<FeedName, FeedCollector>> = {
  orders: collectOrders,
  finances: collectFinances,
  payouts: collectPayouts,
  reimbursements: (context, options) => collectOnRequest('reimbursements', context, options),
  vat: (context, options) => collectOnRequest('vat', context, options),
};

export interface SyncFeedOptions {
  /** Ends between two pages once this much time has passed; `null`: only when up to date. */
  readonly runMsMax: number | null;
  readonly signal?: AbortSignal;
}

/** Raises `FEED_UNKNOWN` (invalid) and names the ones there are. */
export function parseFeedName(text: string): FeedName {
  const name = FEED_NAMES.find((each) => each === text);
  if (name !== undefined) return name;
  throw new Problem({
    code: 'FEED_UNKNOWN',
    kind: 'invalid',
    says: `There is no feed named ${JSON.stringify(text)}; there is: ${FEED_NAMES.join(', ')}.`,
    next: 'Use one of these names.',
    data: text,
  });
}

/**
 * Reads one feed of a connection as far as time allows and records how it went. Safe to stop at any moment and to call
 * again. Raises `FEED_OFF` (invalid), `FEED_RUNNING` (conflict) while another process reads it, and for scheduled work
 * `CONNECTION_STOPPED` (conflict). Whatever only a person can mend stops the connection; when a person runs the feed
 * and Amazon answers, a stopped connection goes on.
 */
export async function syncFeed(
  context: FeedContext,
  feed: FeedName,
  options: SyncFeedOptions,
  collect: FeedCollector = COLLECTORS[feed],
): Promise<FeedReport> {
  if (!context.rules.enabled[feed]) throw feedOff(context, feed);
  const stop = await context.books.stoppedBy(context.connection.id);
  if (stop && context.actor.kind === 'system') throw connectionStopped(context, stop);
  const startedAt = await sharedNow(context);
  const wanted = {
    name: `feed:${feed}:${context.connection.id}`,
    leaseMs: FEED_LEASE_MS,
    refuse: (held: HeldElsewhere) => feedRunning(context, feed, held),
  };
  return traced('feed', { connection: context.connection.name, feed }, async (note) => {
    const report = await withLease(context, wanted, (lease) =>
      runFeed(context, { feed, startedAt, options, collect, lease, isStopped: stop !== undefined }),
    );
    const { counts, isUpToDate, problems } = report;
    note({ ...counts, isUpToDate, problems: problems.length, outcome: feedOutcome(report) });
    return report;
  });
}

interface FeedRunInput {
  readonly feed: FeedName;
  /** By the shared clock: others compare it with what they wrote. */
  readonly startedAt: UtcInstant;
  readonly options: SyncFeedOptions;
  readonly collect: FeedCollector;
  readonly lease: Lease;
  readonly isStopped: boolean;
}

async function runFeed(context: FeedContext, input: FeedRunInput): Promise<FeedReport> {
  const { feed, startedAt, options, collect, lease, isStopped } = input;
  const { books, connection, onProgress } = context;
  onProgress({ step: 'feed', feed, says: 'reading what is new' });
  const keepAlive = () => keepLease(context, { feed, lease, signal: options.signal });
  let report: FeedReport;
  try {
    report = await collect(context, { runMsMax: options.runMsMax, keepAlive });
  } catch (thrown) {
    options.signal?.throwIfAborted();
    const problem = toProblem(thrown);
    // Whoever took over tells of its own run.
    if (problem.code !== 'LEASE_LOST') await recordFailure(context, { feed, startedAt, problem });
    throw thrown;
  }
  const { isUpToDate, completeUntil, problems } = report;
  await books.recordFeedRun(connection.id, feed, { startedAt, isUpToDate, completeUntil, problems });
  const stopping = problems.find(isStopping);
  if (stopping) await stop(context, stopping, startedAt);
  else if (isStopped && hasRead(report)) {
    await books.resumeConnection(connection.id, context.actor, `the ${feed} feed was read`);
  }
  onProgress({ step: 'feed', feed, says: toldOf(report) });
  return report;
}

/** The problem is the news: what fails while it is recorded is only logged. */
async function recordFailure(
  context: FeedContext,
  input: { readonly feed: FeedName; readonly startedAt: UtcInstant; readonly problem: Problem },
): Promise<void> {
  const { feed, startedAt } = input;
  const problem = input.problem.toJSON();
  try {
    if (isStopping(problem)) await stop(context, problem, startedAt);
    const run = { startedAt, isUpToDate: false, completeUntil: null, problems: [problem] };
    await context.books.recordFeedRun(context.connection.id, feed, run);
  } catch (thrown) {
    const { code, says } = toProblem(thrown);
    context.log.write('warn', 'feed.not-recorded', { connection: context.connection.name, feed, code, says });
  }
}

function isStopping({ code }: ProblemFacts): boolean {
  return STOPPING_CODES.has(code);
}

/** A run that began with the old secret must not stop a connection that was mended while it ran. */
async function stop(context: FeedContext, problem: ProblemFacts, startedAt: UtcInstant): Promise<void> {
  const { books, connection, actor, log } = context;
  const facts = { connection: connection.name, code: problem.code };
  if (await books.stopConnection(connection.id, problem, actor, startedAt))
    log.write('error', 'connection.stopped', facts);
  else log.write('warn', 'connection.mended-meanwhile', facts);
}

async function sharedNow({ books }: FeedContext): Promise<UtcInstant> {
  return new Date(await books.sharedNowMs()).toISOString();
}

/** Amazon let us in and answered. */
function hasRead({ counts, isUpToDate }: FeedReport): boolean {
  return isUpToDate || counts.inserted + counts.changed + counts.unchanged + counts.unreadable > 0;
}

function toldOf({ counts, isUpToDate }: FeedReport): string {
  const { inserted, changed, unreadable } = counts;
  const aside = unreadable > 0 ? `, ${unreadable} kept aside` : '';
  return `${inserted} new, ${changed} changed${aside}; ${isUpToDate ? 'up to date' : 'there is more to read'}`;
}

function feedRunning({ connection }: FeedContext, feed: FeedName, { heldBy, until }: HeldElsewhere): Problem {
  return new Problem({
    code: 'FEED_RUNNING',
    kind: 'conflict',
    says: `The ${feed} feed of ${connection.name} is being read by ${heldBy}, whose lease runs until ${until}.`,
    next: 'Wait for it, or try again after that time.',
  });
}

async function keepLease(
  context: FeedContext,
  held: { readonly feed: FeedName; readonly lease: Lease; readonly signal: AbortSignal | undefined },
): Promise<void> {
  held.signal?.throwIfAborted();
  if (await held.lease.renew()) return;
  throw new Problem({
    code: 'LEASE_LOST',
    kind: 'conflict',
    says: `Another process took over the ${held.feed} feed of ${context.connection.name} while this one was stopped.`,
    next: 'Nothing to do: the other process goes on from here.',
  });
}

function feedOff({ connection }: FeedContext, feed: FeedName): Problem {
  return new Problem({
    code: 'FEED_OFF',
    kind: 'invalid',
    says: `The ${feed} feed of ${connection.name} is switched off.`,
    next: `Switch it on in the connection file (feeds), then: seller-ledger connections update ${connection.name} --file FILE --why TEXT`,
    data: feed,
  });
}

function connectionStopped(
  { connection }: FeedContext,
  stop: ProblemFacts & { readonly stoppedAt: UtcInstant },
): Problem {
  return new Problem({
    code: 'CONNECTION_STOPPED',
    kind: 'conflict',
    says: `Scheduled work on ${connection.name} has been stopped since ${stop.stoppedAt.slice(0, 10)} because of ${stop.code}: ${stop.says}`,
    next: `${stop.next} Then: seller-ledger connections update ${connection.name} --file FILE --why TEXT, or where nothing had to change: seller-ledger connections resume ${connection.name} --why TEXT`,
    data: stop.code,
  });
}
