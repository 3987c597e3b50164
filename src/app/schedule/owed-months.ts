import { firstDayOf, nextYearMonth, previousYearMonth, type YearMonth, yearMonthOf } from '../../core/index.ts';
import { spanAround } from './day-spans.ts';
import { type InstantMs, localDayAt, momentOf } from './local-time.ts';
import { nextDue } from './rules.ts';
import type { WorkPlan } from './works.ts';

/** A month whose accrual is due, and since when. */
export interface OwedMonth {
  readonly month: YearMonth;
  readonly dueAt: InstantMs;
}

/**
 * The months that turns of a work stand for which comes on a day of the month, each for the month before, in their order: from
 * the oldest turn that has not reached its goal until now. `askedAt`: a person wanted it then, also before its day.
 */
export function owedMonths(
  { rule, calendar }: Pick<WorkPlan, 'rule' | 'calendar'>,
  {
    owedSince,
    now,
    askedAt,
  }: { readonly owedSince: InstantMs; readonly now: InstantMs; readonly askedAt: InstantMs | null },
): readonly OwedMonth[] {
  const { timeZone, quietHours } = calendar;
  const monthBefore = (at: InstantMs) => previousYearMonth(yearMonthOf(localDayAt(at, timeZone)));
  const dueOf = (month: YearMonth): InstantMs => {
    const start = momentOf(firstDayOf(nextYearMonth(month)), 0, timeZone);
    const day = nextDue(rule, start - 1, { ...calendar, quietHours: [] });
    return spanAround(quietHours, day, timeZone)?.endMs ?? day;
  };
  const first = monthBefore(owedSince);
  const before = previousYearMonth(first);
  // Quiet hours may end in the month after that of the day.
  let month = dueOf(before) >= owedSince ? before : first;
  const owed: OwedMonth[] = [];
  for (;;) {
    const dueAt = dueOf(month);
    if (dueAt > now && !(askedAt !== null && month <= monthBefore(askedAt))) return owed;
    owed.push({ month, dueAt: Math.min(dueAt, now) });
    month = nextYearMonth(month);
  }
}
