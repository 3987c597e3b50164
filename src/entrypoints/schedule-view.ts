import {
  closedBy,
  closedDaysAhead,
  isPausedAt,
  localDayAt,
  opensAt,
  type ScheduleRecord,
  sayClosedDays,
  sayDuration,
  sayRule,
  wallTimeAt,
} from '../app/index.ts';
import type { ProblemFacts, TimeZone } from '../core/index.ts';

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
  /** Of `posting`, where there are windows or closed days: since when nothing is sent to SAP. */
  readonly posting: PostingView | null;
  readonly problem: ProblemFacts | null;
  readonly paused: {
    readonly by: string;
    readonly why: string;
    readonly at: string;
    readonly until: string | null;
  } | null;
}

/** When entries are sent to SAP. */
export interface PostingView {
  /** `null`: now is a time for it. Otherwise the next moment, which no closed day holds back. */
  readonly opensAt: string | null;
  /** The same by the clocks of the zone. */
  readonly opensLocal: string | null;
  /** Why today is a closed day; `null`: it is none. */
  readonly closedFor: string | null;
  /** Those of today and to come, the next ones first. */
  readonly closedDays: readonly { readonly on: string; readonly why: string }[];
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
  const isPaused = isPausedAt(record, now);
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
    nextDueLocal: localText(Date.parse(nextDueAt), timeZone),
    underWaySince: isUnderWay ? record.dispatchedAt : null,
    missedTurns: record.missedTurns,
    posting: postingOf(record, now),
    problem: record.problem,
    paused: isPaused && pause ? { by: pause.by.name, why: pause.why, at: pause.at, until: pause.until } : null,
  };
}

function localText(at: number, timeZone: TimeZone): string {
  return new Date(wallTimeAt(at, timeZone)).toISOString().slice(0, 16).replace('T', ' ');
}

function postingOf({ plan, work }: ScheduleRecord, now: number): PostingView | null {
  const { windows, closedDays = [], calendar } = plan;
  if (work !== 'posting' || (windows.length === 0 && closedDays.length === 0)) return null;
  const { timeZone } = calendar;
  const hours = { windows, closedDays, timeZone };
  const opens = opensAt(hours, now);
  return {
    opensAt: opens === null ? null : new Date(opens).toISOString(),
    opensLocal: opens === null ? null : localText(opens, timeZone),
    closedFor: closedBy(hours, now)?.why ?? null,
    closedDays: closedDaysAhead(closedDays, localDayAt(now, timeZone)).map((each) => ({
      on: sayClosedDays(each),
      why: each.why,
    })),
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
  const closed = plan.closedDays ? ', sending nothing on closed days' : '';
  const quiet = plan.calendar.quietHours.length > 0 ? ', not in quiet hours' : '';
  return `${sayRule(plan.rule)}${near}${opening}${quiet}${closed}`;
}
