import { formatInstant, HOUR_MS, type Log, SET_BACK_MS_MAX, toProblem } from '../../core/index.ts';
import type { ConnectionId } from '../ports.ts';
import type { KnownClosing } from './closings.ts';
import { turnsUntil } from './rules.ts';
import type { DueTurn, ScheduleRecord, ScheduleStore, TurnDecision } from './schedule-store.ts';
import { feedOfWork, turnsOf, WORK_NAMES, type WorkName } from './works.ts';

/** One turn, for the workers. */
export interface DispatchedTurn {
  readonly key: string;
  readonly connectionId: ConnectionId | null;
  readonly connectionName: string | null;
  readonly work: string;
  /** ISO 8601 UTC. The same turn has the same one, whoever dispatches it. */
  readonly slotAt: string;
  /** ISO 8601 UTC: the moment it stands for. Another one than `slotAt` only after the clock was set back. */
  readonly dueAt: string;
  /** A person wants it, whatever its time. */
  readonly isAsked: boolean;
}

export interface DispatchContext {
  readonly schedules: Pick<ScheduleStore, 'takeDueTurns'>;
  readonly enqueue: (turn: DispatchedTurn) => Promise<void>;
  readonly closingsOf: (connectionId: ConnectionId) => Promise<readonly KnownClosing[]>;
  readonly log: Log;
}

const BATCH = 50;
/** A turn that could not be dispatched keeps nobody else waiting. */
const AFTER_FAILURE_MS = 5 * 60_000;
/**
 * For three distances, within these bounds, the next turns are joined with one that still waits or runs: asked for again, it
 * would lose its place to others. After that its job is taken to be lost.
 */
const PATIENCE_TURNS = 3;
const PATIENCE_MS_MIN = 2 * HOUR_MS;
const PATIENCE_MS_MAX = 12 * HOUR_MS;

/**
 * Hands every turn that is due to the workers, each once however many dispatchers there are. Turns that passed while nobody
 * worked become one; a turn that comes while the one before still waits or runs is joined with it. Says how many were due.
 */
export async function dispatchDue(context: DispatchContext): Promise<number> {
  let count = 0;
  for (;;) {
    const taken = await context.schedules.takeDueTurns(BATCH, (turn) => decide(context, turn));
    count += taken;
    if (taken < BATCH) return count;
  }
}

async function decide(context: DispatchContext, turn: DueTurn): Promise<TurnDecision> {
  const { record, now, slotAt, dueAt } = turn;
  try {
    const next = await turnsOfRecord(context, record);
    const dueMs = Date.parse(dueAt);
    const isAsked = record.askedAt !== null;
    const isDue = Date.parse(record.nextDueAt) <= now;
    // A person's turn leaves the next one where it is.
    const nextDueAt = isAsked && !isDue ? record.nextDueAt : instantOf(next(Math.max(now, notTwice(record, now))));
    const missedTurns = isAsked ? 0 : turnsUntil({ firstDue: dueMs, now }, next) - 1;
    if (!isAsked && (isUnderWay(turn, next) || isLeftOut(turn))) {
      return { isDispatched: false, nextDueAt, missedTurns };
    }
    const { key, connectionId, work } = record;
    await context.enqueue({ key, connectionId, connectionName: turn.connectionName, work, slotAt, dueAt, isAsked });
    if (missedTurns > 0) {
      const facts = { connection: turn.connectionName ?? undefined, work, slot: slotAt, turns: missedTurns };
      context.log.write('info', 'schedule.catch-up', facts);
    }
    return { isDispatched: true, nextDueAt, missedTurns };
  } catch (thrown) {
    const { code, says } = toProblem(thrown);
    context.log.write('error', 'schedule.dispatch-failed', { key: record.key, code, says });
    const isDue = Date.parse(record.nextDueAt) <= now;
    const nextDueAt = isDue ? instantOf(now + AFTER_FAILURE_MS) : record.nextDueAt;
    return { isDispatched: false, nextDueAt, missedTurns: 0 };
  }
}

async function turnsOfRecord({ closingsOf }: DispatchContext, { plan, connectionId }: ScheduleRecord) {
  return turnsOf(plan, plan.nearClosings && connectionId !== null ? await closingsOf(connectionId) : []);
}

/** Where the clock was set back, no turn is asked for that was asked for before. */
function notTwice({ lastSlotAt }: ScheduleRecord, now: number): number {
  const last = lastSlotAt === null ? 0 : Date.parse(lastSlotAt);
  return last - now < SET_BACK_MS_MAX ? last : 0;
}

function isUnderWay({ record, now, isGivenUp }: DueTurn, next: (after: number) => number): boolean {
  const { lastSlotAt, servedSlotAt, dispatchedAt } = record;
  if (isGivenUp) return false;
  if (lastSlotAt === null || dispatchedAt === null || lastSlotAt === servedSlotAt) return false;
  if (servedSlotAt !== null && servedSlotAt > lastSlotAt) return false;
  const first = next(now);
  const wantedMs = PATIENCE_TURNS * (next(first) - first);
  const patienceMs = Math.min(PATIENCE_MS_MAX, Math.max(PATIENCE_MS_MIN, wantedMs));
  // Far ahead of now it is only after the clock was set back.
  return Math.abs(now - Date.parse(dispatchedAt)) < patienceMs;
}

/** Amazon is not asked with a login that only a person can mend. */
function isLeftOut({ isStopped, record }: DueTurn): boolean {
  return isStopped && isWorkName(record.work) && feedOfWork(record.work) !== undefined;
}

export function isWorkName(text: string): text is WorkName {
  return (WORK_NAMES as readonly string[]).includes(text);
}

/** ISO 8601 UTC, whole seconds. */
export function instantOf(ms: number): string {
  return formatInstant(Math.ceil(ms / 1_000));
}
