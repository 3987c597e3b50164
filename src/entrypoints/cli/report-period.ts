import type { Command } from 'commander';
import { firstDayOf, type LocalDate, lastDayOf, Problem, parseLocalDate, type YearMonth } from '../../core/index.ts';

/** As the options of a period come from the command line. */
export interface PeriodOptions {
  readonly month?: YearMonth;
  readonly from?: LocalDate;
  readonly to?: LocalDate;
}

/** `--month`, or `--from` and `--to`. */
export function addPeriodOptions(command: Command): void {
  command
    .option('--month <month>', 'a month, YYYY-MM', parseMonth)
    .option('--from <day>', 'the first day, YYYY-MM-DD', parseLocalDate)
    .option('--to <day>', 'the last day, YYYY-MM-DD', parseLocalDate);
}

/** Raises `PERIOD_INVALID` (invalid). */
export function parseMonth(text: string): YearMonth {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text as YearMonth;
  throw new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a month.`,
    next: 'Write the month as YYYY-MM, for example 2026-10.',
    data: text,
  });
}

/** The period that the options name. Raises `PERIOD_INVALID` (invalid) when they name none, or one that ends first. */
export function periodOf({ month, from, to }: PeriodOptions): { readonly from: LocalDate; readonly to: LocalDate } {
  if (month !== undefined && from === undefined && to === undefined) {
    return { from: firstDayOf(month), to: lastDayOf(month) };
  }
  const next = 'Name one period: --month 2026-10, or --from 2026-10-01 --to 2026-12-31';
  if (month === undefined && from !== undefined && to !== undefined) {
    if (from > to) throw endsFirst(from, to, next);
    return { from, to };
  }
  throw new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says: 'A report needs a month, or a first and a last day.',
    next,
  });
}

/** The problem `PERIOD_INVALID` (invalid) of a period that ends before it begins. */
export function endsFirst(from: LocalDate, to: LocalDate, next: string): Problem {
  return new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says: `The period ends on ${to}, before it begins on ${from}.`,
    next,
  });
}
