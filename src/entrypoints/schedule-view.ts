import { type ScheduleRecord, sayDuration, sayRule, wallTimeAt } from '../app/index.ts';
import type { ProblemFacts } from '../core/index.ts';

/** A work as it is shown. */
export interface ScheduleView {
  readonly connection: string | null;
  readonly work: string;
  readonly isOn: boolean;
  /** In words. */
  readonly cadence: string;
  readonly timeZone: string;
  readonly state: 'off' | 'paused' | 'overdue' | 'asked for' | 'under way' | 'waits';
  readonly lastDoneAt: string | null;
  readonly nextDueAt: string;
  /** The same by the clocks of the zone, `2026-11-26 07:00`. */
  readonly nextDueLocal: string;
  readonly underWaySince: string | null;
  /** Turns that the last one made up for. */
  readonly missedTurns: number;
  readonly problem: ProblemFacts | null;
  readonly paused: {
    readonly by: string;
    readonly why: string;
    readonly at: string;
    readonly until: string | null;
  } | null;
}

/** A running service takes what is due within a quarter of a minute; after this time none seems to run. */
const OVERDUE_AFTER_MS = 5 * 60_000;

/** How a work stands at that moment. */
export function viewOf(
  record: ScheduleRecord,
  { connection, now }: { readonly connection: string | null; readonly now: number },
): ScheduleView {
  const { plan, pause, lastSlotAt, servedSlotAt, nextDueAt } = record;
  const { timeZone } = plan.calendar;
  const isPaused = pause !== null && (pause.until === null || Date.parse(pause.until) > now);
  const isUnderWay = lastSlotAt !== null && (servedSlotAt === null || servedSlotAt < lastSlotAt);
  return {
    connection,
    work: record.work,
    isOn: record.isOn,
    cadence: cadenceOf(record),
    timeZone,
    state: stateOf(record, { isPaused, isUnderWay, now }),
    lastDoneAt: record.servedAt,
    nextDueAt,
    nextDueLocal: new Date(wallTimeAt(Date.parse(nextDueAt), timeZone)).toISOString().slice(0, 16).replace('T', ' '),
    underWaySince: isUnderWay ? record.dispatchedAt : null,
    missedTurns: record.missedTurns,
    problem: record.problem,
    paused: isPaused && pause ? { by: pause.by.name, why: pause.why, at: pause.at, until: pause.until } : null,
  };
}

function stateOf(
  { isOn, askedAt, nextDueAt }: ScheduleRecord,
  { isPaused, isUnderWay, now }: { isPaused: boolean; isUnderWay: boolean; now: number },
): ScheduleView['state'] {
  if (!isOn) return 'off';
  if (askedAt !== null) return 'asked for';
  if (isPaused) return 'paused';
  if (now - Date.parse(nextDueAt) > OVERDUE_AFTER_MS) return 'overdue';
  return isUnderWay ? 'under way' : 'waits';
}

function cadenceOf({ plan }: ScheduleRecord): string {
  const near = plan.nearClosings ? `, every ${sayDuration(plan.nearClosings.nearMs)} around expected closings` : '';
  const opening = plan.windows.length > 0 ? ', and when a posting window begins' : '';
  const quiet = plan.calendar.quietHours.length > 0 ? ', not in quiet hours' : '';
  return `${sayRule(plan.rule)}${near}${opening}${quiet}`;
}
