import {
  accrueOwed,
  type ConnectionContext,
  isPassingForAccrual,
  type OwedAccruals,
  type OwedMonth,
  owedMonths,
  planWork,
  type ScheduleRecord,
  SYSTEM,
  spanAround,
  type WorkPlan,
} from '../../app/index.ts';
import { HOUR_MS, type ProblemFacts, toProblem } from '../../core/index.ts';
import { unansweredProblem, unansweredQuestions } from '../close-questions.ts';
import { openConnection, type Workspace } from '../composition.ts';
import { settingsOf } from '../connection-file.ts';
import { scheduleWishesOf, zoneOf } from '../schedule-settings.ts';
import { nameOf } from './sync-works.ts';
import { DONE, type TurnPayload, type TurnResult, type Work } from './turn.ts';

/** Until Amazon has told of the whole month, or what was accrued before is in SAP. */
const SOON_MS = HOUR_MS;
/** A person has to act; the work looks a few times a day whether somebody has. */
const AFTER_A_PERSON_MS = 6 * HOUR_MS;

/**
 * Accrues each month whose day has come, on the day that the connection names: also those whose day was missed, in their order.
 * Once: what a person took back is not made again.
 */
export function accrualWork(workspace: Workspace): Work {
  return { name: 'accrual', run: (turn, signal) => runAccrual(workspace, turn, signal) };
}

async function runAccrual(workspace: Workspace, turn: TurnPayload, signal: AbortSignal): Promise<TurnResult> {
  const name = nameOf(turn);
  const opened = await openConnection(workspace, name, { actor: SYSTEM, signal });
  try {
    return await accrueDue(workspace, opened.context, turn);
  } catch (thrown) {
    signal.throwIfAborted();
    const problem = toProblem(thrown);
    // A defect is tried again as any other job.
    if (problem.kind === 'defect' || (problem.kind === 'unavailable' && !isPassingForAccrual(problem))) throw problem;
    return waitsFor(workspace, name, problem.toJSON());
  } finally {
    await opened.close();
  }
}

async function accrueDue(workspace: Workspace, context: ConnectionContext, turn: TurnPayload): Promise<TurnResult> {
  const { books, feedBooks, log } = workspace;
  const { connection } = context;
  const record = (await books.listSchedules(connection.id)).find(({ key }) => key === turn.key);
  const plan = planOf(context);
  // The settings name no day any more.
  if (!plan) return DONE;
  const dueAt = Date.parse(turn.dueAt ?? turn.slotAt);
  // Where the clock was set back, the turn is ahead of it.
  const now = Math.max(dueAt, await books.sharedNowMs());
  // A machine that comes back in them does not begin what it missed.
  const quiet = turn.isAsked ? undefined : spanAround(plan.calendar.quietHours, now, plan.calendar.timeZone);
  if (quiet) return { state: 'waits', problem: record?.problem ?? null, againAfterMs: quiet.endMs - now };
  const months = monthsOf(plan, { record, turn, dueAt, now });
  // What was passed over waits no more, and is told until the next turn has ended.
  const waits = record?.problem && record.problem.code !== 'ACCRUAL_PASSED_OVER' ? record.problem : null;
  // It waited, and another day was set meanwhile: it is owed until that has come.
  if (months.length === 0 && waits) return { state: 'waits', problem: waits, againAfterMs: null };
  const waitsSince = waits && record ? record.waitsSince : null;
  const owed = await accrueOwed(context, feedBooks, { months, waitsSince });
  const questions = await tellQuestions(workspace, connection.name, owed);
  const tells = questions && { tells: questions };
  for (const month of owed.known) log.write('info', 'accrual.exists', { connection: connection.name, month });
  for (const { month, eventCount, draft } of owed.made) {
    const facts = { connection: connection.name, month, events: eventCount, entries: draft.entries.length };
    log.write('info', 'accrual.done', facts);
  }
  for (const { code, says } of owed.passedOver) {
    log.write('error', 'accrual.passed-over', { connection: connection.name, code, says });
  }
  const [first, ...others] = owed.passedOver;
  if (owed.waitsFor) {
    return { ...waitsFor(workspace, connection.name, together(owed.waitsFor, owed.passedOver)), ...tells };
  }
  return { ...DONE, ...(first && { problem: together(first, others) }), ...tells };
}

/**
 * What whoever closes a month at the command line is told, where nobody sits there: in the log, in the audit log of the accrual, and with
 * the job. The months are closed all the same.
 */
async function tellQuestions(
  workspace: Workspace,
  connection: string,
  { made }: OwedAccruals,
): Promise<ProblemFacts | undefined> {
  const told: ProblemFacts[] = [];
  for (const { month, record } of made) {
    const questions = await unansweredQuestions(workspace, { connection, month, actor: SYSTEM });
    const problem = unansweredProblem({ connection, month }, questions);
    if (!problem || !record) continue;
    const { code, says } = problem;
    workspace.log.write('warn', 'accrual.questions-open', { connection, month, code, says });
    const after = {
      month,
      open: [...questions.open],
      notChecked: [...questions.notChecked],
      unknown: questions.unknown,
    };
    const subject = `accrual/${record.key}` as const;
    await workspace.books.record({ actor: SYSTEM, action: 'accrual.questions', subject, why: says, after });
    told.push(problem);
  }
  const [first, ...others] = told;
  return first && together(first, others);
}

function together(first: ProblemFacts, others: readonly ProblemFacts[]): ProblemFacts {
  return { ...first, says: [first, ...others].map(({ says }) => says).join(' ') };
}

function monthsOf(
  plan: WorkPlan,
  facts: {
    readonly record: ScheduleRecord | undefined;
    readonly turn: TurnPayload;
    readonly dueAt: number;
    readonly now: number;
  },
): readonly OwedMonth[] {
  const { record, turn, dueAt, now } = facts;
  const owedSince = Math.min(
    dueAt,
    ...[record?.owedSince, record?.wishedAt].flatMap((at) => (at ? [Date.parse(at)] : [])),
  );
  const wishedAt = record?.wishedAt ? Date.parse(record.wishedAt) : null;
  return owedMonths(plan, { owedSince, now, askedAt: turn.isAsked ? now : wishedAt });
}

/** As the settings are now: a turn of older ones finds what is owed by these. */
function planOf({ connection, table }: ConnectionContext): WorkPlan | undefined {
  const wishes = scheduleWishesOf(settingsOf(connection).schedule);
  return planWork('accrual', connection.id, { wishes, timeZone: zoneOf(wishes, table) });
}

function waitsFor({ log }: Workspace, connection: string, problem: ProblemFacts): TurnResult {
  const isPassing = isPassingForAccrual(problem);
  log.write(isPassing ? 'info' : 'error', 'accrual.waits', { connection, code: problem.code, says: problem.says });
  return { state: 'waits', problem, againAfterMs: isPassing ? SOON_MS : AFTER_A_PERSON_MS };
}
