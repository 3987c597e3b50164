import type { LocalDate } from '../../core/index.ts';

/**
 * Days on which nothing is posted, such as a public holiday or the close of a year: from one day to another, both of them
 * included. `2026-12-24` is that day, `12-24` is that day of every year; those of every year may run over its end.
 */
export interface ClosedDays {
  readonly from: string;
  readonly to: string;
  /** For people who wonder why nothing is posted. */
  readonly why: string;
}

/** The ones that a day belongs to; `undefined`: it is open. */
export function closedOn(closed: readonly ClosedDays[], day: LocalDate): ClosedDays | undefined {
  return closed.find(({ from, to }) => {
    const own = isYearly(from) ? day.slice(5) : day;
    return from <= to ? from <= own && own <= to : own >= from || own <= to;
  });
}

/** `12-24/12-26`, or a single day. */
export function sayClosedDays({ from, to }: ClosedDays): string {
  return from === to ? from : `${from}/${to}`;
}

/** Whether at least one day of every year is open, as far as days of every year say. */
export function leavesOpenDays(closed: readonly ClosedDays[]): boolean {
  const yearly = closed.filter(({ from }) => isYearly(from));
  // A year with 29 February has every day that any year has.
  for (let month = 1; month <= 12; month += 1) {
    for (let day = 1; day <= new Date(Date.UTC(2028, month, 0)).getUTCDate(); day += 1) {
      const text = `2028-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` as LocalDate;
      if (!closedOn(yearly, text)) return true;
    }
  }
  return false;
}

function isYearly(day: string): boolean {
  return day.length === 'MM-DD'.length;
}
