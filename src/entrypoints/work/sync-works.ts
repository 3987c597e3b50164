import {
  type ConnectionContext,
  holdingProblem,
  logProblems,
  priorityOf,
  queueOf,
  STOPPING_CODES,
  SYSTEM,
  type SyncProgress,
  type SyncReport,
  syncConnection,
  syncOutcome,
} from '../../app/index.ts';
import { toProblem } from '../../core/index.ts';
import type { JobRequest } from '../../jobs/index.ts';
import { openConnection, type Workspace } from '../composition.ts';
import { isQuietAt } from './quiet.ts';
import { DONE, requestFor, type TurnPayload, type TurnResult, type Work } from './turn.ts';

export interface SyncWorksOptions {
  readonly workspace: Workspace;
  readonly enqueue: (request: JobRequest) => Promise<void>;
  readonly onProgress: (connection: string, event: SyncProgress) => void;
  readonly onReport: (connection: string, report: SyncReport) => void;
}

/** `settlements` asks Amazon what is new; `posting` brings to an end what is under way, and asks SAP alone. */
export function syncWorks(options: SyncWorksOptions): readonly Work[] {
  return [
    { name: 'settlements', run: (turn, signal) => syncNow(options, turn, { signal, withAmazon: true }) },
    {
      name: 'posting',
      run: async (turn, signal) =>
        (await hasWork(options.workspace, nameOf(turn))) ? syncNow(options, turn, { signal, withAmazon: false }) : DONE,
    },
  ];
}

export function nameOf({ connection }: TurnPayload): string {
  return connection ?? '';
}

/** Most of the time nothing is under way, and neither secrets nor SAP have to be opened to see that. */
async function hasWork({ books }: Workspace, name: string): Promise<boolean> {
  const { id } = await books.getConnection(name);
  if (await books.sapPauseOf(id)) return true;
  if ((await books.listModelPeriods(id)).length > 0) return true;
  if ((await books.listTakeBacks(id)).some(({ decision }) => decision.outcome === 'propose-again')) return true;
  const states = ['proposed', 'approved', 'sending', 'unknown', 'rejected'] as const;
  return (await books.listEntries({ connectionId: id, states: [...states], limit: 1 })).length > 0;
}

interface SyncTurn {
  readonly signal: AbortSignal;
  readonly withAmazon: boolean;
}

function syncNow(options: SyncWorksOptions, turn: TurnPayload, how: SyncTurn): Promise<TurnResult> {
  const work = () => runSync(options, turn, how);
  return withSettingsOfNow(options.workspace, { connection: nameOf(turn), work });
}

async function runSync(
  options: SyncWorksOptions,
  turn: TurnPayload,
  { signal, withAmazon }: SyncTurn,
): Promise<TurnResult> {
  const { workspace, onProgress, onReport } = options;
  const { books, feedBooks, log } = workspace;
  const name = nameOf(turn);
  const startedAt = new Date(await books.sharedNowMs()).toISOString();
  const stop = await feedBooks.stoppedBy((await books.getConnection(name)).id);
  const connection = await openConnection(workspace, name, {
    actor: SYSTEM,
    onProgress: (event) => onProgress(name, event),
    signal,
  });
  try {
    const { context } = connection;
    if (stop) log.write('warn', 'sync.without-amazon', { connection: name, code: stop.code, says: stop.says });
    // What is under way to SAP goes on although Amazon lets us in no more.
    const reports: ConnectionContext['reports'] =
      stop || !withAmazon ? { ...context.reports, list: async function* () {} } : context.reports;
    const report = await syncConnection(
      { ...context, reports, ...sinceOf(turn, startedAt) },
      { waitForUnknown: true, signal },
    );
    const problem = report.problems.find(({ code }) => STOPPING_CODES.has(code));
    // Asking Amazon again and again with a login that only a person can mend helps nobody.
    if (problem) await feedBooks.stopConnection(context.connection.id, problem, SYSTEM, startedAt);
    if (report.forWindow) log.write('info', 'sync.outside-posting-windows', { connection: name, ...report.forWindow });
    onReport(name, report);
    logProblems(log, name, report);
    await askAfterPause(options, turn);
    const holding = holdingProblem(report);
    return holding ? { state: 'waits', problem: holding, againAfterMs: null, outcome: syncOutcome(report) } : DONE;
  } catch (thrown) {
    const problem = toProblem(thrown);
    // Another process is at it: it does what there is to do.
    if (problem.code === 'SYNC_RUNNING' && !signal.aborted) return DONE;
    throw problem;
  } finally {
    await connection.close();
  }
}

/** Who changes settings again and again ends his work before it goes on. */
const SETTINGS_READ_MAX = 3;

/** The work with the settings as they are now, and once more where they were changed while it was done. */
export async function withSettingsOfNow<Result>(
  { log }: Pick<Workspace, 'log'>,
  { connection, work }: { readonly connection: string; readonly work: () => Promise<Result> },
): Promise<Result> {
  for (let read = 1; ; read += 1) {
    try {
      return await work();
    } catch (thrown) {
      const { code, says } = toProblem(thrown);
      if (code !== 'SETTINGS_OUTDATED' || read >= SETTINGS_READ_MAX) throw thrown;
      log.write('info', 'settings.read-anew', { connection, says });
    }
  }
}

/**
 * A turn that is under way, or waits for a worker, when a person pauses it sends nothing more. One that a person asks for in a
 * pause does: it stands for the moment of the wish, which is after that of the pause. No turn stands for a moment to come: the look
 * after a pause of SAP may be tried before its time. `startedAt`: ISO 8601 UTC.
 */
export function sinceOf(
  { slotAt, dueAt = slotAt }: Pick<TurnPayload, 'slotAt' | 'dueAt'>,
  startedAt: string,
): Required<Pick<ConnectionContext, 'since'>> {
  return { since: Date.parse(dueAt) < Date.parse(startedAt) ? dueAt : startedAt };
}

/** The look after a pause does not wait for the schedule. */
async function askAfterPause({ workspace, enqueue }: SyncWorksOptions, turn: TurnPayload): Promise<void> {
  const { books } = workspace;
  const name = nameOf(turn);
  const { id } = await books.getConnection(name);
  const pause = await books.sapPauseOf(id);
  const delayMs = pause ? Date.parse(pause.until) - (await books.sharedNowMs()) : 0;
  if (!pause || delayMs <= 0) return;
  if (await isQuietAt(workspace, { turn, work: 'posting' }, Date.parse(pause.until))) return;
  const after: TurnPayload = { key: null, connection: name, connectionId: id, slotAt: pause.until, part: 1 };
  const place = { queue: queueOf('posting', name), priority: priorityOf('posting'), delayMs };
  await enqueue({ ...requestFor('posting', after, place), key: `posting-after-pause:${name}` });
}
