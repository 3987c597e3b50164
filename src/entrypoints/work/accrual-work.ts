import { accrueMonthEnd, localDayAt, SYSTEM } from '../../app/index.ts';
import { HOUR_MS, previousYearMonth, toProblem, yearMonthOf } from '../../core/index.ts';
import { openConnection, type Workspace } from '../composition.ts';
import { settingsOf } from '../connection-file.ts';
import { postingHoursOf } from '../schedule-settings.ts';
import { nameOf } from './sync-works.ts';
import { DONE, type TurnPayload, type TurnResult, type Work } from './turn.ts';

/** Until Amazon has told of the whole month, or the sync that holds the connection has ended. */
const SOON_MS = HOUR_MS;
/** A person has to act; the work looks a few times a day whether somebody has. */
const AFTER_A_PERSON_MS = 6 * HOUR_MS;
/** What passes by itself. */
const PASSING: readonly string[] = [
  'FINANCES_NOT_COMPLETE',
  'SYNC_RUNNING',
  'MONTH_NOT_OVER',
  'PERIOD_HAS_OPEN_ENTRIES',
];

/** Accrues the month that is over, on the day that the connection names. Once: what a person took back is not made again. */
export function accrualWork(workspace: Workspace): Work {
  return { name: 'accrual', run: (turn, signal) => runAccrual(workspace, turn, signal) };
}

async function runAccrual(workspace: Workspace, turn: TurnPayload, signal: AbortSignal): Promise<TurnResult> {
  const { books, feedBooks, log } = workspace;
  const name = nameOf(turn);
  const opened = await openConnection(workspace, name, { actor: SYSTEM, signal });
  try {
    const { context } = opened;
    const { connection, table } = context;
    const { timeZone } = postingHoursOf(settingsOf(connection).schedule, table);
    const month = previousYearMonth(yearMonthOf(localDayAt(Date.parse(turn.dueAt ?? turn.slotAt), timeZone)));
    const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end' });
    if (accruals.some((accrual) => accrual.name === month)) {
      log.write('info', 'accrual.exists', { connection: name, month });
      return DONE;
    }
    const { draft, eventCount } = await accrueMonthEnd(context, feedBooks, {
      month,
      sides: 'both',
      why: 'month-end accrual on the day that the schedule sets',
      isDryRun: false,
      leaveOutUnknown: false,
      mayBeIncomplete: false,
    });
    log.write('info', 'accrual.done', { connection: name, month, events: eventCount, entries: draft.entries.length });
    return DONE;
  } catch (thrown) {
    signal.throwIfAborted();
    const problem = toProblem(thrown);
    const isPassing = PASSING.includes(problem.code);
    // A defect is tried again as any other job.
    if (problem.kind === 'defect' || (problem.kind === 'unavailable' && !isPassing)) throw problem;
    const { code, says } = problem;
    log.write(isPassing ? 'info' : 'error', 'accrual.waits', { connection: name, code, says });
    return { state: 'waits', problem: problem.toJSON(), againAfterMs: isPassing ? SOON_MS : AFTER_A_PERSON_MS };
  } finally {
    await opened.close();
  }
}
