import { assert, DAY_MS, elapsedMs, HOUR_MS, isProblem, Problem, type Sha256 } from '../core/index.ts';
import { type FeedName, STOPPING_CODES, type TimeWindow } from './amazon-feeds.ts';
import type { ReportBytes, ReportOrder, RequestedReportKind } from './amazon-reports.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';
import type { ReportRequest } from './feed-stores.ts';

export type ObtainedReport =
  | { readonly state: 'stored'; readonly sha256: Sha256; readonly bytes: ReportBytes }
  | { readonly state: 'no-data' }
  | { readonly state: 'failed'; readonly problem: Problem };

/** A report of a part of the window that was asked for. */
export interface ObtainedPart {
  readonly window: TimeWindow;
  readonly obtained: ObtainedReport;
}

/** Amazon seldom says why a report failed; asking a third time has never been reported to help after two. */
export const REPORT_ATTEMPTS_MAX = 3;
/** For so long a report that failed is not asked for again, so that a feed that runs every half hour does not hammer. */
const FAILED_REST_MS = 6 * HOUR_MS;
/** After a lost answer Amazon may take a moment to list what it took. */
const QUIET_MS = 60_000;
/** The database's clock may be ahead of Amazon's. A day is harmless, because only the very same window counts. */
const CLOCK_SLACK_MS = DAY_MS;
/** Amazon keeps reports 90 days. */
const KEPT_MS = 89 * DAY_MS;
/** One that takes longer hangs, and Amazon has been seen to hang for weeks. */
const HUNG_MS = 24 * HOUR_MS;
const REST_PIECE_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
/** Below, Amazon's trouble is not the size of the window. */
const HALVED_MS_MIN = 2 * HOUR_MS;

const FEED_OF: Readonly<Record<RequestedReportKind, FeedName>> = {
  'orders-by-last-update': 'orders',
  'fba-reimbursements': 'reimbursements',
  'vat-calculation': 'vat',
  'vat-transactions': 'vat',
};

/**
 * Takes one report as far as it goes: asked for, waited for, downloaded, kept as evidence. Callable again at any state,
 * also after a crash; what was asked for is not asked for twice, and a stored one is given again. A report that fails is
 * asked for at most three times, then not for six hours. Raises what Amazon's side raises (`REPORT_NOT_READY` and
 * `AMAZON_REQUEST_LOST` among it); the next call goes on.
 */
export function obtainReport(
  context: FeedContext,
  order: ReportOrder,
  options: FeedRunOptions,
): Promise<ObtainedReport> {
  return obtain(context, order, followingOf(context, options), REPORT_ATTEMPTS_MAX);
}

/**
 * The same for one that may be too much for Amazon: after a failure both halves of its window are asked for, and the
 * halves of those. The parts come in the order of time and cover the window. Once there is anything of the halves the whole
 * is not asked for again, so that no row is ever delivered in both. `asked` is what `requestInParts` gave.
 */
export async function obtainInParts(
  context: FeedContext,
  order: ReportOrder,
  options: FeedRunOptions,
  asked?: ReportRequest,
): Promise<readonly ObtainedPart[]> {
  return obtainParts(context, order, followingOf(context, options), { attempt: 1, asked });
}

/**
 * Asks for the whole of what may be too much for Amazon, for asking for several before waiting for the first; `undefined`
 * when its halves are what is to be asked for.
 */
export async function requestInParts(
  context: FeedContext,
  order: ReportOrder,
  options: FeedRunOptions,
): Promise<ReportRequest | undefined> {
  if (await isInHalves(context, order, 1)) return undefined;
  return requestReport(context, order, options, halvesOf(order).length === 0 ? REPORT_ATTEMPTS_MAX : 1);
}

async function obtainParts(
  context: FeedContext,
  order: ReportOrder,
  options: Following,
  { attempt, asked }: { readonly attempt: number; readonly asked?: ReportRequest | undefined },
): Promise<readonly ObtainedPart[]> {
  const halves = attempt < REPORT_ATTEMPTS_MAX ? halvesOf(order) : [];
  if (asked !== undefined || !(await isInHalves(context, order, attempt))) {
    const attemptsMax = halves.length === 0 ? REPORT_ATTEMPTS_MAX - attempt + 1 : 1;
    const obtained = await obtain(context, order, options, attemptsMax, asked);
    const isTooMuch = obtained.state === 'failed' && obtained.problem.code === 'REPORT_FAILED';
    if (!isTooMuch || halves.length === 0) return [{ window: order.window, obtained }];
  }
  const parts: ObtainedPart[] = [];
  for (const half of halves) parts.push(...(await obtainParts(context, half, options, { attempt: attempt + 1 })));
  return parts;
}

/** The whole has failed, and at least one of its parts has not. */
async function isInHalves({ books, connection }: FeedContext, order: ReportOrder, attempt: number): Promise<boolean> {
  const hasAny = async (wanted: ReportOrder) =>
    (await books.reportRequestsOf(connection.id, wanted)).some(({ state }) => state !== 'failed');
  const hasHalf = async (whole: ReportOrder, depth: number): Promise<boolean> => {
    for (const half of depth < REPORT_ATTEMPTS_MAX ? halvesOf(whole) : [])
      if ((await hasAny(half)) || (await hasHalf(half, depth + 1))) return true;
    return false;
  };
  return !(await hasAny(order)) && hasHalf(order, attempt);
}

/**
 * Asks Amazon for the report, unless that was done: afterwards it is `requested` or further. A report that Amazon refuses to
 * make, or that failed too often, comes back `failed`.
 */
export async function requestReport(
  context: FeedContext,
  order: ReportOrder,
  options: FeedRunOptions,
  attemptsMax = REPORT_ATTEMPTS_MAX,
): Promise<ReportRequest> {
  const { books, connection, actor } = context;
  const same = await books.reportRequestsOf(connection.id, order);
  const open = same.find(({ state }) => state === 'intended' || state === 'requested' || state === 'ready');
  const latest = same.at(-1);
  if (!open && (latest?.state === 'stored' || latest?.state === 'no-data')) return latest;
  const failures = same.filter((request) => isRestingFailure(request, context.clock.nowMs()));
  if (!open && latest?.state === 'failed' && failures.length >= attemptsMax) return latest;
  const request = open ?? (await books.intendReport(connection.id, order, actor));
  if (request.state !== 'intended') return request;
  const attempt = failures.length + 1;
  return sendRequest(context, { request, attempt, isOurs: open === undefined }, options);
}

async function obtain(
  context: FeedContext,
  order: ReportOrder,
  options: Following,
  attemptsMax: number,
  asked?: ReportRequest,
): Promise<ObtainedReport> {
  for (let attempt = 1; ; attempt += 1) {
    const isAsked = attempt === 1 && asked !== undefined;
    const request = isAsked ? asked : await requestReport(context, order, options, attemptsMax);
    const obtained = await followRequest(context, request, options);
    // Asked again, a report that has failed too often is only told, so this ends. One that hung would hang again.
    const isFinal = request.state === 'failed' || isHung(request, context.clock.nowMs());
    if (obtained.state !== 'failed' || isFinal || attempt >= attemptsMax) return obtained;
  }
}

interface Sending {
  readonly request: ReportRequest;
  readonly attempt: number;
  /** The intent was just recorded: nobody can have sent it. */
  readonly isOurs: boolean;
}

/** Whoever finds an intent does not know whether it was sent: then Amazon's list is looked at first. */
async function sendRequest(context: FeedContext, sending: Sending, options: FeedRunOptions): Promise<ReportRequest> {
  const { amazon, books, connection } = context;
  const { request, attempt } = sending;
  const move = (reportId: string) =>
    books.moveReportRequest(request.id, 'intended', { to: 'requested', reportId, attempt });
  const lookUp = async () => {
    await options.keepAlive();
    const since = new Date(Date.parse(request.intendedAt) - CLOCK_SLACK_MS).toISOString();
    const found = await amazon.requested.find(request.order, since);
    const all = await books.listReportRequests(connection.id);
    return found.find((id) => !all.some(({ reportId }) => reportId === id));
  };
  if (!sending.isOurs) {
    // It may have left long after it was intended: it waits for its turn under Amazon's allowance.
    await rest(context, options, QUIET_MS);
    const found = await lookUp();
    if (found !== undefined) return move(found);
  }
  try {
    return await move(await amazon.requested.create(request.order));
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code === 'AMAZON_REQUEST_LOST') {
      say(context, request.order, 'the answer to the request for a report is lost; looking whether Amazon makes it');
      await rest(context, options, QUIET_MS);
      const found = await lookUp();
      return move(found ?? (await amazon.requested.create(request.order)));
    }
    if (!isRefusal(thrown)) throw thrown;
    return books.moveReportRequest(request.id, 'intended', { to: 'failed', problem: thrown.toJSON(), attempt });
  }
}

/** In pieces, so that whoever stops the program does not wait for the whole of it. */
async function rest({ clock }: FeedContext, options: FeedRunOptions, ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= REST_PIECE_MS) {
    await clock.sleep(Math.min(leftMs, REST_PIECE_MS));
    await options.keepAlive();
  }
}

type Following = FeedRunOptions & { readonly untilMs: number | null };

/** One end for all that is done for one call. */
function followingOf({ clock }: FeedContext, options: FeedRunOptions): Following {
  return { ...options, untilMs: options.runMsMax === null ? null : clock.nowMs() + options.runMsMax };
}

async function followRequest(
  context: FeedContext,
  request: ReportRequest,
  options: Following,
): Promise<ObtainedReport> {
  if (request.state === 'requested')
    return followRequest(context, await awaitReport(context, request, options), options);
  if (request.state === 'ready') return followRequest(context, await storeReport(context, request, options), options);
  if (request.state === 'no-data') return { state: 'no-data' };
  if (request.state === 'stored') {
    assert(request.sha256 !== null, `report request ${request.id} is stored without its bytes`);
    return { state: 'stored', sha256: request.sha256, bytes: await bytesOf(context, request, request.sha256) };
  }
  assert(request.problem !== null, `report request ${request.id} failed without saying why`);
  return { state: 'failed', problem: new Problem(request.problem) };
}

async function awaitReport(context: FeedContext, request: ReportRequest, options: Following): Promise<ReportRequest> {
  const { amazon, books, clock } = context;
  const { reportId, order } = request;
  assert(reportId !== null, `report request ${request.id} was sent without a report id`);
  const requestedAtMs = Date.parse(request.intendedAt);
  const fail = (explanation: string | null) => failReport(context, request, explanation);
  if (isForgotten(request, clock.nowMs())) return fail(FORGOTTEN);
  say(context, order, `waiting for report ${reportId}`);
  const { untilMs, keepAlive } = options;
  let state: Awaited<ReturnType<typeof amazon.requested.wait>>;
  try {
    state = await amazon.requested.wait(reportId, requestedAtMs, { untilMs, onPoll: keepAlive });
  } catch (thrown) {
    const isStill = isProblem(thrown) && thrown.code === 'REPORT_NOT_READY';
    if (!isStill || !isHung(request, clock.nowMs())) throw thrown;
    return fail('Amazon has not finished it within 24 hours');
  }
  if (state.state === 'failed') return fail(state.explanation);
  if (state.state === 'no-data') return books.moveReportRequest(request.id, 'requested', { to: 'no-data' });
  const { reportDocumentId } = state;
  return books.moveReportRequest(request.id, 'requested', { to: 'ready', reportDocumentId });
}

const FORGOTTEN = 'it was asked for more than 89 days ago, and Amazon has forgotten it';

function failReport({ books }: FeedContext, request: ReportRequest, explanation: string | null) {
  const problem = reportFailed(request.order, request.reportId ?? 'without an id', explanation).toJSON();
  return books.moveReportRequest(request.id, request.state, { to: 'failed', problem });
}

function isForgotten({ intendedAt }: ReportRequest, nowMs: number): boolean {
  return nowMs - Date.parse(intendedAt) > KEPT_MS;
}

function isHung({ state, intendedAt }: ReportRequest, nowMs: number): boolean {
  return state === 'requested' && nowMs - Date.parse(intendedAt) > HUNG_MS;
}

/** Bytes that are no report at all (`invalid`) are a failure of this report; everything else may go by itself. */
async function storeReport(context: FeedContext, request: ReportRequest, options: Following): Promise<ReportRequest> {
  const { amazon, books } = context;
  const { reportDocumentId, order } = request;
  assert(reportDocumentId !== null, `report request ${request.id} is ready without a document`);
  if (isForgotten(request, context.clock.nowMs())) return failReport(context, request, FORGOTTEN);
  await options.keepAlive();
  say(context, order, `downloading report document ${reportDocumentId}`);
  try {
    const { bytes, contentType, headers } = await amazon.requested.download(order.kind, reportDocumentId);
    const origin = `amazon:report-document:${reportDocumentId}`;
    const { sha256 } = await books.putEvidence(keepingAlive(context, bytes, options), { origin, contentType, headers });
    return books.moveReportRequest(request.id, 'ready', { to: 'stored', sha256 });
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind !== 'invalid') throw thrown;
    return books.moveReportRequest(request.id, 'ready', { to: 'failed', problem: thrown.toJSON() });
  }
}

/** A large report takes longer to arrive than a lease lasts. */
async function* keepingAlive(
  { clock }: FeedContext,
  bytes: AsyncIterable<Uint8Array>,
  options: FeedRunOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let keptAtMs = elapsedMs(clock);
  for await (const piece of bytes) {
    yield piece;
    if (elapsedMs(clock) - keptAtMs < KEEP_ALIVE_MS) continue;
    keptAtMs = elapsedMs(clock);
    await options.keepAlive();
  }
}

async function bytesOf({ books }: FeedContext, request: ReportRequest, sha256: Sha256): Promise<ReportBytes> {
  const { contentType } = await books.describeEvidence(sha256);
  return { name: request.reportDocumentId ?? sha256, contentType, open: () => books.openEvidence(sha256) };
}

/** One that Amazon took and could not make. What it refused to take can be asked for again as soon as a person has seen to it. */
function isRestingFailure({ state, reportId, finishedAt }: ReportRequest, nowMs: number): boolean {
  return state === 'failed' && reportId !== null && nowMs - Date.parse(finishedAt ?? '') < FAILED_REST_MS;
}

/** Certainly not done, and not for a reason that stops the whole connection. */
function isRefusal(thrown: unknown): thrown is Problem {
  const isKnown = isProblem(thrown) && (thrown.kind === 'rejected' || thrown.kind === 'invalid');
  return isKnown && !STOPPING_CODES.has(thrown.code);
}

/** A VAT report of transactions is of a calendar month and of nothing else. */
function halvesOf(order: ReportOrder): readonly ReportOrder[] {
  const { from, until } = order.window;
  const lengthMs = Date.parse(until) - Date.parse(from);
  if (order.kind === 'vat-transactions' || lengthMs < HALVED_MS_MIN) return [];
  const middle = new Date(Date.parse(from) + Math.floor(lengthMs / 2_000) * 1_000).toISOString();
  return [
    { ...order, window: { from, until: middle } },
    { ...order, window: { from: middle, until } },
  ];
}

function say({ onProgress }: FeedContext, { kind, window }: ReportOrder, says: string): void {
  onProgress({ step: 'feed', feed: FEED_OF[kind], says: `${kind} from ${window.from} until ${window.until}: ${says}` });
}

function reportFailed({ kind, window }: ReportOrder, reportId: string, explanation: string | null): Problem {
  return new Problem({
    code: 'REPORT_FAILED',
    kind: 'rejected',
    says: `Amazon could not make report ${reportId}, ${kind} from ${window.from} until ${window.until}${explanation === null ? ', and does not say why' : ''}.`,
    next: 'Nothing to do at first: it is asked for again, and in smaller parts where that is possible. If it stays so, ask Amazon with the report id.',
    ...(explanation !== null && { data: explanation }),
  });
}
