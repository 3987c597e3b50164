import { HOUR_MS, MINUTE_MS, sha256Of, type TimeZone } from '../../core/index.ts';
import type { FeedName } from '../amazon-feeds.ts';
import type { ConnectionId } from '../ports.ts';
import type { ClosedDays } from './closed-days.ts';
import { expectedClosings, type KnownClosing, nextNearClosing } from './closings.ts';
import { type DaySpan, spanAround } from './day-spans.ts';
import type { InstantMs, MinuteOfDay } from './local-time.ts';
import { nextOpening } from './posting-windows.ts';
import { type DaysOfRule, nextDue, type ScheduleRule, type WorkCalendar } from './rules.ts';

/**
 * What is done by itself for a connection. `settlements` asks Amazon for new reports and books them; `posting` brings to an end
 * what is under way, without Amazon; `accrual` accrues the last month.
 */
export const WORK_NAMES = [
  'settlements',
  'posting',
  'orders',
  'finances',
  'payouts',
  'reimbursements',
  'vat',
  'customers',
  'reconciliation',
  'credentials',
  'accrual',
] as const;

export type WorkName = (typeof WORK_NAMES)[number];

/** When a person wants a work done. */
export type RuleWish =
  | { readonly everyMs: number }
  | { readonly times: readonly MinuteOfDay[]; readonly days: DaysOfRule | null };

export interface WorkWish {
  readonly enabled: boolean;
  /** `null`: the usual. */
  readonly rule: RuleWish | null;
  /** For settlements, around expected closings; `null`: no more often than else. Absent: the usual, unless there is a rule. */
  readonly nearClosingsMs?: number | null;
}

/** What a connection says of its schedule. */
export interface ScheduleWishes {
  /** `null`: that of its company code. */
  readonly timeZone: TimeZone | null;
  readonly quietHours: readonly DaySpan[];
  /** Entries are sent to SAP only in these; empty: at any time. */
  readonly postingWindows: readonly DaySpan[];
  /** And on none of these days. */
  readonly closedDays: readonly ClosedDays[];
  readonly works: Readonly<Partial<Record<WorkName, WorkWish>>>;
}

/** All that the turns of one work are computed from. Kept with its row, so that a dispatcher needs nothing else. */
export interface WorkPlan {
  readonly rule: ScheduleRule;
  readonly calendar: WorkCalendar;
  readonly nearClosings: { readonly nearMs: number; readonly phaseMs: number } | null;
  /** For posting: it is due when one of these begins, too. */
  readonly windows: readonly DaySpan[];
  /** For posting: nothing is sent on them. Absent: none. */
  readonly closedDays?: readonly ClosedDays[];
}

/** Amazon allows one call for orders in three minutes and one for reports in 45 seconds, with twenty and ten saved up. */
const SETTLEMENTS_NEAR_MS = 20 * MINUTE_MS;

/** Daily work of all connections is spread over two hours, so that a thousand do not come at once. */
const SPREAD_MINUTES = 120;

/** The usual. A number is an interval; `from` is the hour at which the two hours of a daily work begin. */
const USUAL: Readonly<Record<Exclude<WorkName, 'accrual'>, { everyMs: number } | { from: number }>> = {
  settlements: { everyMs: 4 * HOUR_MS },
  posting: { everyMs: 15 * MINUTE_MS },
  orders: { everyMs: 15 * MINUTE_MS },
  finances: { everyMs: HOUR_MS },
  payouts: { everyMs: 6 * HOUR_MS },
  reimbursements: { from: 2 },
  vat: { from: 2 },
  customers: { from: 3 },
  credentials: { from: 4 },
  // Behind the feeds of the night and before people come.
  reconciliation: { from: 4 },
};

const FEED_LANES: Readonly<Record<FeedName, number>> = {
  orders: 0,
  finances: 1,
  payouts: 2,
  reimbursements: 2,
  vat: 2,
};

/** What only looks waits with the feeds that are read least. */
const LAST_LANE = 2;

/** The feed that a work reads; `undefined` when it is none. */
export function feedOfWork(work: WorkName): FeedName | undefined {
  return work in FEED_LANES ? (work as FeedName) : undefined;
}

/**
 * Where a work waits. What may write to SAP is one queue for each connection, so that there is one writer; its feeds are three,
 * so that one large seller holds at most four workers.
 */
export function queueOf(work: WorkName, connectionName: string): string {
  const feed = feedOfWork(work);
  if (feed) return `feed:${connectionName}:${FEED_LANES[feed]}`;
  return work === 'reconciliation' || work === 'credentials'
    ? `feed:${connectionName}:${LAST_LANE}`
    : `sync:${connectionName}`;
}

/** Lower is sooner: what brings entries to SAP does not wait behind the first loads of large sellers. */
export function priorityOf(work: WorkName): number {
  return work === 'settlements' || work === 'posting' ? 0 : 10;
}

/** How a work of one connection is planned; `undefined` for one that is not wanted. */
export function planWork(
  work: WorkName,
  connectionId: ConnectionId,
  { wishes, timeZone }: { readonly wishes: ScheduleWishes; readonly timeZone: TimeZone },
): WorkPlan | undefined {
  const wish = wishes.works[work];
  if (wish?.enabled === false) return undefined;
  const rule = ruleOf(work, connectionId, wish?.rule ?? null);
  if (!rule) return undefined;
  const { closedDays } = wishes;
  const hasClosed = closedDays.length > 0;
  return {
    rule,
    calendar: { timeZone, quietHours: wishes.quietHours, ...(isOfWorkdays(rule) && hasClosed && { closedDays }) },
    nearClosings: work === 'settlements' ? nearOf(connectionId, wish) : null,
    windows: work === 'posting' ? wishes.postingWindows : [],
    ...(work === 'posting' && hasClosed && { closedDays }),
  };
}

function isOfWorkdays(rule: ScheduleRule): boolean {
  return rule.kind === 'at' && rule.days !== null && 'workday' in rule.days;
}

function nearOf(connectionId: ConnectionId, wish: WorkWish | undefined): WorkPlan['nearClosings'] {
  const nearMs = wish?.nearClosingsMs === undefined ? (wish?.rule ? null : SETTLEMENTS_NEAR_MS) : wish.nearClosingsMs;
  return nearMs === null ? null : { nearMs, phaseMs: phaseOf(`near:${connectionId}`, nearMs) };
}

function ruleOf(work: WorkName, connectionId: ConnectionId, wish: RuleWish | null): ScheduleRule | undefined {
  if (wish && 'everyMs' in wish) return every(work, connectionId, wish.everyMs);
  if (wish) return { kind: 'at', times: [...wish.times].sort((a, b) => a - b), days: wish.days };
  // A month is closed by it, so nobody gets it without asking.
  if (work === 'accrual') return undefined;
  const usual = USUAL[work];
  if ('everyMs' in usual) return every(work, connectionId, usual.everyMs);
  const minutes = phaseOf(`${work}:${connectionId}`, SPREAD_MINUTES * MINUTE_MS) / MINUTE_MS;
  return { kind: 'at', times: [usual.from * 60 + Math.floor(minutes)], days: null };
}

function every(work: WorkName, connectionId: ConnectionId, everyMs: number): ScheduleRule {
  return { kind: 'every', everyMs, phaseMs: phaseOf(`${work}:${connectionId}`, everyMs) };
}

/** At least 0 and below the interval, whole seconds, the same every time. */
export function phaseOf(seed: string, everyMs: number): number {
  const seconds = Math.max(1, Math.floor(everyMs / 1_000));
  return (Number.parseInt(sha256Of(seed).slice(0, 12), 16) % seconds) * 1_000;
}

/** The first turn of a work after that moment. `known` are the settlements there are, for a plan with `nearClosings`. */
export function nextTurn(plan: WorkPlan, after: InstantMs, known: readonly KnownClosing[] = []): InstantMs {
  return turnsOf(plan, known)(after);
}

/** The same for somebody who asks for many turns, one after the other: looks for each opening once. */
export function turnsOf(plan: WorkPlan, known: readonly KnownClosing[] = []): (after: InstantMs) => InstantMs {
  const { rule, calendar, nearClosings, windows, closedDays = [] } = plan;
  const hours = { windows, closedDays, timeZone: calendar.timeZone };
  let opening: { readonly after: InstantMs; readonly at: InstantMs | undefined } | undefined;
  return (after) => {
    const near = nearClosings && nextNearClosing(expectedClosings(known, after), after, nearClosings);
    const isStillNext = opening && opening.after <= after && after < (opening.at ?? Number.POSITIVE_INFINITY);
    if (!opening || !isStillNext) opening = { after, at: nextOpening(hours, after) };
    const others = [near, opening.at]
      .filter((at) => at !== null && at !== undefined)
      .map((at) => spanAround(calendar.quietHours, at, calendar.timeZone)?.endMs ?? at);
    return Math.min(nextDue(rule, after, calendar), ...others);
  };
}
