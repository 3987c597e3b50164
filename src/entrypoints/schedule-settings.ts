import { z } from 'zod';
import {
  type ClosedDays,
  type DaySpan,
  leavesOpenDays,
  type MinuteOfDay,
  minutesLeft,
  type PostingHours,
  type RuleWish,
  type ScheduleWishes,
  type Weekday,
  WORK_NAMES,
  type WorkName,
  type WorkWish,
} from '../app/index.ts';
import { MINUTE_MS, parseTimeZone, type TimeZone } from '../core/index.ts';
import type { AccountTable } from '../mapping/index.ts';

const UNITS_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 1_440 * MINUTE_MS };
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** A week, so that no work is forgotten by a slip of the pen. */
const EVERY_MS_MAX = 7 * 1_440 * MINUTE_MS;
/** Amazon allows one call for orders in three minutes and one for reports in 45 seconds, for all that a connection does. */
const EVERY_MS_MIN = 5 * MINUTE_MS;
/** What is not quiet in a week has to be enough to work in. */
const WORKING_MINUTES_MIN = 60;

/** A longer time without postings is a pause: `schedule pause`. */
const CLOSED_DAYS_MAX = 366;
const ISO_DAY = 'YYYY-MM-DD'.length;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day, for example "06:10"' });
const endTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'must be a time of day, for example "22:00", or "24:00"' });
const weekdays = z.array(z.enum(WEEKDAYS)).min(1).max(7);
const duration = z
  .string()
  .regex(/^[1-9]\d{0,3}[mhd]$/, { error: 'must be a time such as 15m, 4h or 1d' })
  .refine((text) => msOf(text) >= EVERY_MS_MIN && msOf(text) <= EVERY_MS_MAX, { error: 'must be from 5m to 7d' });

const span = z
  .strictObject({ from: time, to: endTime, weekdays: weekdays.optional() })
  .refine(({ from, to }) => from !== to, { error: 'must not end when it begins; the whole day is "00:00" to "24:00"' });

const closedDay = z.string().refine((text) => text.split('/').every(isDay) && text.split('/').length <= 2, {
  error: 'must be a day such as 2026-12-24 or, for every year, 12-24, or two of a kind: 2026-12-24/2027-01-01',
});

const closed = z.strictObject({
  on: closedDay.superRefine((text, context) => {
    const [from = '', to = from] = text.split('/');
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (from.length !== to.length) fault('must have a year in both days or in none');
    else if (from.length === ISO_DAY && to < from) fault('must not end before it begins');
    else if (from.length === ISO_DAY && daysBetween(from, to) > CLOSED_DAYS_MAX)
      fault('must not be longer than a year');
  }),
  why: z.string().trim().min(1, { error: 'must say why' }).max(100),
});

const work = z.strictObject({
  enabled: z.boolean().default(true),
  every: duration.optional(),
  at: z.array(time).min(1).max(24).optional(),
  weekdays: weekdays.optional(),
  days: z.array(z.int().min(1).max(31)).min(1).max(31).optional(),
});

type WorkSettings = z.output<typeof work>;

const checkWork = (
  { every, at, weekdays: onWeekdays, days }: Omit<WorkSettings, 'enabled'>,
  context: z.RefinementCtx,
): void => {
  const fault = (message: string) => context.addIssue({ code: 'custom', message });
  if (every !== undefined && at !== undefined) fault('has every and at; give one of them');
  if (at === undefined && (onWeekdays ?? days) !== undefined) fault('has days but no at');
  if (onWeekdays !== undefined && days !== undefined) fault('has weekdays and days; give one of them');
};

const regular = work.superRefine(checkWork).optional();

const accrual = z
  .strictObject({
    enabled: z.boolean().default(true),
    onDay: z.int().min(1).max(31).optional(),
    onWorkday: z.int().min(1).max(15).optional(),
    at: time.default('05:00'),
  })
  .refine(({ onDay, onWorkday }) => (onDay === undefined) !== (onWorkday === undefined), {
    error: 'must have onDay or onWorkday, one of them',
  })
  .optional();

/** When a connection works by itself. Every member is optional. */
export const scheduleSettingsSchema = z
  .strictObject({
    timeZone: z.string().refine(isTimeZone, { error: 'must be a time zone, for example Europe/Berlin' }).optional(),
    quietHours: z.array(span).max(20).default([]),
    postingWindows: z.array(span).max(20).default([]),
    closedDays: z.array(closed).max(200).default([]),
    settlements: work
      .extend({ nearClosings: z.union([z.literal('off'), duration]).optional() })
      .superRefine(checkWork)
      .optional(),
    posting: regular,
    orders: regular,
    finances: regular,
    payouts: regular,
    reimbursements: regular,
    vat: regular,
    customers: regular,
    reconciliation: regular,
    credentials: regular,
    accrual,
  })
  .superRefine(({ quietHours, postingWindows, closedDays }, context) => {
    const quiet = quietHours.map(spanOf);
    const working = minutesLeft(quiet);
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (working < WORKING_MINUTES_MIN) fault('quietHours', 'leaves less than an hour of the week');
    if (postingWindows.length > 0 && minutesLeft([...quiet, ...postingWindows.map(spanOf)]) === working) {
      fault('postingWindows', 'lies in the quiet hours, so nothing would ever be sent');
    }
    if (!leavesOpenDays(closedDays.map(closedDaysOf))) fault('closedDays', 'closes every day of the year');
  })
  .prefault({});

export type ScheduleSettings = Readonly<z.output<typeof scheduleSettingsSchema>>;

/** The settings in the words of the use cases. */
export function scheduleWishesOf(settings: ScheduleSettings): ScheduleWishes {
  const works: Partial<Record<WorkName, WorkWish>> = {};
  for (const name of WORK_NAMES) {
    if (name === 'accrual') continue;
    const wish = settings[name];
    if (wish) works[name] = { enabled: wish.enabled, rule: ruleOf(wish) };
  }
  const { settlements, accrual: onDay } = settings;
  if (settlements?.nearClosings !== undefined && works.settlements) {
    const { nearClosings } = settlements;
    works.settlements = { ...works.settlements, nearClosingsMs: nearClosings === 'off' ? null : msOf(nearClosings) };
  }
  if (onDay) {
    const days = onDay.onWorkday === undefined ? { daysOfMonth: [onDay.onDay ?? 1] } : { workday: onDay.onWorkday };
    works.accrual = { enabled: onDay.enabled, rule: { times: [minuteOf(onDay.at)], days } };
  }
  return {
    timeZone: settings.timeZone === undefined ? null : parseTimeZone(settings.timeZone),
    quietHours: settings.quietHours.map(spanOf),
    postingWindows: settings.postingWindows.map(spanOf),
    closedDays: settings.closedDays.map(closedDaysOf),
    works,
  };
}

/** When a sync of the connection may send entries. */
export function postingHoursOf(settings: ScheduleSettings, table: AccountTable): PostingHours {
  const wishes = scheduleWishesOf(settings);
  return { windows: wishes.postingWindows, closedDays: wishes.closedDays, timeZone: zoneOf(wishes, table) };
}

/** The zone that the connection names, else that of its first company code. */
export function zoneOf({ timeZone }: Pick<ScheduleWishes, 'timeZone'>, table: AccountTable): TimeZone {
  return timeZone ?? table.companyCodes()[0]?.timeZone ?? parseTimeZone('UTC');
}

function ruleOf({ every, at, weekdays: onWeekdays, days }: WorkSettings): RuleWish | null {
  if (every !== undefined) return { everyMs: msOf(every) };
  if (at === undefined) return null;
  const onDays = onWeekdays ? { weekdays: onWeekdays.map(weekdayOfName) } : days ? { daysOfMonth: days } : null;
  return { times: at.map(minuteOf), days: onDays };
}

function spanOf({ from, to, weekdays: onWeekdays }: z.output<typeof span>): DaySpan {
  return { from: minuteOf(from), to: minuteOf(to), weekdays: onWeekdays?.map(weekdayOfName) ?? null };
}

function closedDaysOf({ on, why }: z.output<typeof closed>): ClosedDays {
  const [from = '', to = from] = on.split('/');
  return { from, to, why };
}

/** `2026-12-24`, or `12-24` of every year; 29 February is a day of every year that has it. */
function isDay(text: string): boolean {
  const full = text.length === ISO_DAY ? text : `2028-${text}`;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(full)) return false;
  const at = new Date(`${full}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(full);
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / (1_440 * MINUTE_MS);
}

function weekdayOfName(name: (typeof WEEKDAYS)[number]): Weekday {
  return (WEEKDAYS.indexOf(name) + 1) as Weekday;
}

function minuteOf(text: string): MinuteOfDay {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function msOf(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS_MS[text.slice(-1)] ?? Number.NaN);
}

function isTimeZone(text: string): boolean {
  try {
    parseTimeZone(text);
    return true;
  } catch {
    return false;
  }
}
