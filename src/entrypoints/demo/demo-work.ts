import { elapsedMs } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { startService } from '../service.ts';

/** A person looks on, so what is asked for is begun at once. */
const TICK_MS = 1_000;
/** Enough for one connection, on a machine that runs two vendors and a database beside it. */
const CONCURRENCY = 4;
const LOOK_EVERY_MS = 250;
/** What takes longer goes on behind the page. */
const FIRST_TURNS_MS_MAX = 45_000;

/** Does the work of the schedule as a service does, without a word at the terminal, until stopped. */
export function startDemoWork(workspace: Workspace): ReturnType<typeof startService> {
  const silent = () => {};
  return startService({
    workspace,
    concurrency: CONCURRENCY,
    tickMs: TICK_MS,
    onProgress: silent,
    onReport: silent,
    onFeedReport: silent,
  });
}

/** Waits until every work of the connection that is due has had its turn, whatever came of it; no longer than a person would. */
export async function untilFirstTurns(
  { books, clock }: Workspace,
  { connection, signal }: { readonly connection: string; readonly signal: AbortSignal },
): Promise<void> {
  const { id } = await books.getConnection(connection);
  const sinceMs = elapsedMs(clock);
  while (!signal.aborted && elapsedMs(clock) - sinceMs < FIRST_TURNS_MS_MAX) {
    const nowMs = await books.sharedNowMs();
    const due = (await books.listSchedules(id)).filter(
      ({ isOn, servedAt, problem, nextDueAt }) =>
        isOn && ((servedAt === null && problem === null) || Date.parse(nextDueAt) <= nowMs),
    );
    // Before the first plan is made there is nothing in the list.
    if (due.length === 0 && (await books.listSchedules(id)).length > 0) return;
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => {});
  }
}
