import {
  formatInstant,
  formatMinute,
  HOUR_MS,
  Problem,
  type ProblemFacts,
  parseLocalDate,
  toProblem,
} from '../core/index.ts';
import type { PostingKey } from '../ledger/index.ts';
import type { BusinessPartners } from './business-partners.ts';
import type { ConnectionContext } from './context.ts';
import type { CustomerContext } from './customer-context.ts';
import type { CustomerKey } from './customer-key.ts';
import type { MasterDataSource } from './master-data.ts';
import type { GeneralLedger, PauseStore, SapAway, SapPause, SharedClock } from './ports.ts';

/** Until SAP is looked at again when it names no time itself: the first time, the second, the third, every later one. */
const LOOK_AFTER_MS = [5 * 60_000, 15 * 60_000, 30 * 60_000, 60 * 60_000] as const;
/** A shorter wait is not worth a pause: the client, or the sync, waits it out. */
const SHORT_WAIT_MS_MAX = 60_000;
/** A wrong header must not stop the books for weeks. */
const PAUSE_MS_MAX = 24 * HOUR_MS;
/** No entry has this key (they begin with AMZ): the question is real and its answer is empty. */
const NEVER_BOOKED = 'PAUSE-LOOK' as PostingKey;
/** No business partner carries this key, likewise. */
const NOBODY = 'PAUSE-LOOK' as CustomerKey;

type PauseContext = Pick<ConnectionContext, 'connection' | 'actor' | 'log'> & {
  readonly books: PauseStore & SharedClock;
};

/** How long SAP is left alone after it was found away for the `looks`-th time in a row. */
export function pauseMs(away: SapAway, looks: number): number {
  if (away.retryAfterMs) return Math.min(Math.max(away.retryAfterMs, SHORT_WAIT_MS_MAX), PAUSE_MS_MAX);
  return LOOK_AFTER_MS[Math.min(looks, LOOK_AFTER_MS.length) - 1] ?? PAUSE_MS_MAX;
}

/** The same connection with a SAP that is not asked during a pause, and whose maintenance begins one. */
export function throughSapPause(context: ConnectionContext): ConnectionContext {
  const { ledger, simulation } = context;
  const guarded: GeneralLedger = {
    ...ledger,
    findByPostingKey: (query) => guard(context, () => ledger.findByPostingKey(query)),
    findByPostingKeys: (query) => guard(context, () => ledger.findByPostingKeys(query)),
    findDocument: (document) => guard(context, () => ledger.findDocument(document)),
    async *listDocuments(query) {
      await assertSapOpen(context);
      try {
        yield* ledger.listDocuments(query);
      } catch (thrown) {
        throw await pausedBy(context, thrown);
      }
    },
  };
  if (!simulation) return { ...context, ledger: guarded };
  const { source } = simulation;
  const read: MasterDataSource['read'] = (question, signal) => guard(context, () => source.read(question, signal));
  const guardedSource = { system: source.system, kinds: source.kinds, read };
  return { ...context, ledger: guarded, simulation: { ...simulation, source: guardedSource } };
}

/** Raises `SAP_PAUSED` (unavailable) while SAP is left alone. */
export async function assertSapOpen(context: PauseContext): Promise<void> {
  const problem = await sapPausedProblem(context);
  if (problem) throw problem;
}

/** What there is to say while SAP is left alone; `undefined` when it is not. */
export async function sapPausedProblem(context: PauseContext): Promise<Problem | undefined> {
  const pause = await context.books.sapPauseOf(context.connection.id);
  if (!pause || Date.parse(pause.until) <= (await context.books.sharedNowMs())) return undefined;
  return new Problem(pausedFacts(context.connection.name, pause));
}

/**
 * Once the time of a pause is over, one look decides: SAP answers, then the pause ends; or it is away still, then the
 * pause goes on, longer each time. `context` has the ledger as it is, not the one of `throughSapPause`.
 */
export async function lookAgainAfterPause(context: ConnectionContext): Promise<void> {
  const { books, connection, actor } = context;
  const pause = await books.sapPauseOf(connection.id);
  if (!pause || Date.parse(pause.until) > (await books.sharedNowMs())) return;
  try {
    await look(context);
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.kind === 'unavailable') {
      await beginPause(context, problem.toJSON(), awayOf(problem) ?? { retryAfterMs: null });
      return;
    }
    // Refused is answered: what is wrong now is told by whoever needs SAP next.
    if (problem.kind !== 'rejected') throw thrown;
  }
  await books.endSapPause(connection.id, actor, 'SAP answers again');
}

/**
 * After an answer to a posting that speaks of SAP as a whole. A long time that SAP named is kept at once; otherwise one
 * look decides, because a single page of a gateway is no maintenance. Raises nothing for what SAP does.
 */
export async function noteAway(context: ConnectionContext, away: SapAway, problem: ProblemFacts): Promise<void> {
  await decideAway(context, away, problem, () => look(context));
}

/**
 * The same after an answer to the write of a customer; the look is one for a business partner. Says how long the next request
 * has to wait, when SAP asked for less than a pause.
 */
export async function noteAwayOfCustomers(
  context: CustomerContext,
  away: SapAway,
  problem: ProblemFacts,
): Promise<{ readonly waitMs: number }> {
  await decideAway(context, away, problem, () => context.partners.find(NOBODY, null));
  return { waitMs: isLong(away) ? 0 : (away.retryAfterMs ?? 0) };
}

/** The same customers with a SAP that is not asked during a pause, and whose maintenance begins one. */
export function customersThroughSapPause(context: CustomerContext): CustomerContext {
  const { partners } = context;
  const guarded: BusinessPartners = {
    ...partners,
    find: (key, partnerNumber) => guard(context, () => partners.find(key, partnerNumber)),
    revise: (partner, decide, limits) => guard(context, () => partners.revise(partner, decide, limits)),
  };
  return { ...context, partners: guarded };
}

async function decideAway(
  context: PauseContext,
  away: SapAway,
  problem: ProblemFacts,
  lookAtSap: () => Promise<unknown>,
): Promise<void> {
  if (isLong(away)) {
    await beginPause(context, problem, away);
    return;
  }
  if (away.retryAfterMs) return;
  try {
    await lookAtSap();
  } catch (thrown) {
    const found = toProblem(thrown);
    if (found.kind !== 'unavailable' && found.kind !== 'rejected') throw thrown;
    if (found.code !== 'SAP_PAUSED') await pausedBy(context, found);
  }
}

async function look({ ledger, table, books }: ConnectionContext): Promise<void> {
  const [first] = table.companyCodes();
  if (!first) return;
  const postingDate = parseLocalDate(formatInstant((await books.sharedNowMs()) / 1000).slice(0, 10));
  await ledger.findByPostingKey({ postingKey: NEVER_BOOKED, companyCode: first.companyCode, postingDate });
}

async function guard<Result>(context: PauseContext, ask: () => Promise<Result>): Promise<Result> {
  await assertSapOpen(context);
  try {
    return await ask();
  } catch (thrown) {
    throw await pausedBy(context, thrown);
  }
}

/** What is to be raised: `SAP_PAUSED` when a pause began with it, otherwise the same. */
async function pausedBy(context: PauseContext, thrown: unknown): Promise<unknown> {
  const problem = toProblem(thrown);
  const away = awayOf(problem);
  if (!away || (away.retryAfterMs && !isLong(away))) return thrown;
  return new Problem(pausedFacts(context.connection.name, await beginPause(context, problem.toJSON(), away)));
}

async function beginPause(context: PauseContext, { code, kind, says, next }: ProblemFacts, away: SapAway) {
  const { books, connection, actor, log } = context;
  const looks = ((await books.sapPauseOf(connection.id))?.looks ?? 0) + 1;
  const until = new Date((await books.sharedNowMs()) + pauseMs(away, looks)).toISOString();
  const pause = await books.pauseSap(connection.id, { problem: { code, kind, says, next }, until, looks }, actor);
  log.write('warn', 'sap.paused', { connection: connection.name, code, until: pause.until, looks });
  return pause;
}

function isLong({ retryAfterMs }: SapAway): boolean {
  return retryAfterMs !== null && retryAfterMs > SHORT_WAIT_MS_MAX;
}

/** The client says so on the problem it raises; a problem of another origin says nothing. */
function awayOf(problem: Problem): SapAway | null {
  return problem.kind === 'unavailable' && 'away' in problem ? (problem.away as SapAway | null) : null;
}

/** A pause in words, for whoever is told of it. */
export function pausedFacts(connectionName: string, pause: SapPause): ProblemFacts {
  return {
    code: 'SAP_PAUSED',
    kind: 'unavailable',
    says: `SAP has been away for connection ${connectionName} since ${formatMinute(pause.since)}, so nothing is sent or looked up there before ${formatMinute(pause.until)}. ${pause.problem.says}`,
    next: `Nothing to do: the first sync after that time looks again. When SAP works before: seller-ledger connections resume ${connectionName} --why TEXT`,
    data: pause.problem.code,
  };
}
