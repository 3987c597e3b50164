import type { Command } from 'commander';
import {
  type AccrueWish,
  accrueMonthEnd,
  type MonthEndAccrual,
  reverseAccrual,
  withdrawUnbooked,
} from '../../app/index.ts';
import {
  formatMoney,
  type LocalDate,
  nextYearMonth,
  parseLocalDate,
  parseYearMonth,
  type YearMonth,
} from '../../core/index.ts';
import { unansweredQuestions } from '../close-questions.ts';
import { accrualSummary, entrySummary } from '../http/views.ts';
import { countEntries, describeEntry, formatForPeople, sayEntry } from './format-entry.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addReportCommand, askReport } from './report-commands.ts';
import { sayUnanswered } from './say-unanswered.ts';
import { exitCodeOfEntry, exitCodeOfProblems } from './sync-report.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { userActor } from './user.ts';

interface MonthOptions {
  readonly why?: string;
  readonly dryRun?: boolean;
  readonly leaveOutUnknown?: boolean;
  readonly mayBeIncomplete?: boolean;
}

/** Accruals of what Amazon has not settled at a month end. */
export function addMonthEndCommands(accruals: Command, run: RunCommand): void {
  const monthly = (name: string, description: string, sides: AccrueWish['sides']) =>
    accruals
      .command(name)
      .description(description)
      .argument('<connection>')
      .argument('<month>', 'YYYY-MM', parseYearMonth)
      .option('--dry-run', 'show what it comes to; record and close nothing')
      .option('--leave-out-unknown', 'accrue without what nobody knows; needs --why')
      .option('--may-be-incomplete', 'although Amazon has not told of the whole month; needs --why')
      .option('--why <text>', 'why, for the audit log')
      .addOption(jsonOption())
      .action(
        run((context, connection: string, month: YearMonth, options: MonthOptions) =>
          accrue(context, connection, { month, sides, options }),
        ),
      );
  monthly(
    'month',
    'accrue what Amazon has not settled at the end of a month, release it on the next day, close the month',
    'both',
  );
  monthly('open', 'the first month: compute what was open, book the release alone, close the month', 'opening');
  accruals
    .command('withdraw')
    .description('take an accrual back of which nothing is in SAP; the month stays closed')
    .argument('<accrual>', 'name')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { why: string }) => withdraw(context, ref, options.why)));
  accruals
    .command('reverse')
    .description('take every posted entry of an accrual back by reversal documents in SAP, and withdraw it')
    .argument('<accrual>', 'name')
    .requiredOption('--reason <code>', 'SAP’s reversal reason, for example 01')
    .requiredOption('--why <text>', 'why, for the audit log')
    .option('--date <day>', 'posting date of the reversals, YYYY-MM-DD; without it that of each entry', parseLocalDate)
    .addOption(jsonOption())
    .action(
      run((context, ref: string, options: { reason: string; why: string; date?: LocalDate }) =>
        reverse(context, ref, options),
      ),
    );
}

/** Reports about a month that was closed, or is to be. */
export function addPeriodReports(periods: Command, run: RunCommand): void {
  const declare = (command: Command) => {
    command.argument('<connection>').argument('<month>', 'YYYY-MM', parseYearMonth);
  };
  addReportCommand(periods, run, {
    name: 'check',
    description: 'whether profit and loss of a month is settled plus accrued less released, by group',
    declare,
    ask: (connection: string, month: YearMonth) => askReport('month-check', { connection, month }),
  });
  addReportCommand(periods, run, {
    name: 'cut-off',
    description: 'rows that are booked in another month than their own, and why',
    declare,
    ask: (connection: string, month: YearMonth) => askReport('cut-off', { connection, month }),
  });
}

/** The exit code of a number that does not tie. */
const UNPROVEN = 3;

function accrue(
  context: CommandContext,
  name: string,
  { month, sides, options }: { month: YearMonth; sides: AccrueWish['sides']; options: MonthOptions },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, name, silent);
    try {
      const done = await accrueMonthEnd(connection.context, workspace.feedBooks, {
        month,
        sides,
        why: options.why ?? null,
        isDryRun: options.dryRun ?? false,
        leaveOutUnknown: options.leaveOutUnknown ?? false,
        mayBeIncomplete: options.mayBeIncomplete ?? false,
      });
      const closed = { connection: name, month, actor: silent.actor };
      const unanswered = done.record ? await unansweredQuestions(workspace, closed) : undefined;
      terminal.json({ ...accrualDocument(month, done), ...(unanswered && { unanswered }) });
      sayAccrual(terminal, { name, month, sides }, done);
      if (unanswered) sayUnanswered(terminal, closed, unanswered);
      return done.draft.obstacles.length > 0 && done.record === null ? UNPROVEN : 0;
    } finally {
      await connection.close();
    }
  });
}

function accrualDocument(month: YearMonth, { record, draft, waiting, ...facts }: MonthEndAccrual) {
  return {
    month,
    ...facts,
    accrual: record && accrualSummary(record),
    closes: draft.companyCodes,
    obstacles: draft.obstacles.map(({ amount, ...rest }) => ({
      ...rest,
      amount: formatMoney(amount),
      currency: amount.currency,
    })),
    quarantined: waiting.map(({ settlementId }) => settlementId),
    entries: draft.entries.map(({ lines, ...entry }) => ({
      ...entry,
      lines: lines.map(({ kind, glAccount, costCenter, profitCenter, taxCode, amount, text }) => ({
        kind,
        glAccount,
        costCenter,
        profitCenter,
        taxCode,
        amount: formatMoney(amount),
        text,
      })),
    })),
  };
}

function sayAccrual(
  terminal: Terminal,
  { name, month, sides }: { name: string; month: YearMonth; sides: AccrueWish['sides'] },
  done: MonthEndAccrual,
): void {
  const { record, draft, waiting, missing, unclear } = done;
  terminal.say(
    `${month}: ${draft.events} events are not settled, as of ${done.asOf}; Amazon’s events are read until ${done.completeUntil ?? 'never'}.`,
  );
  terminal.say();
  for (const entry of draft.entries) sayEntry(terminal, entry, entry.headerText);
  if (draft.obstacles.length > 0) {
    terminal.say('Not accrued:');
    sayTable(terminal, draft.obstacles, [
      { title: 'code', value: (row) => row.code },
      { title: 'event', value: (row) => row.eventType, yields: 2 },
      { title: 'amount', value: (row) => row.path, yields: 1 },
      { title: 'count', value: (row) => String(row.count), align: 'right' },
      { title: 'together', value: (row) => formatForPeople(row.amount), align: 'right' },
      { title: '', value: (row) => row.amount.currency },
    ]);
    for (const says of new Set(draft.obstacles.map((each) => `${each.says} Next: ${each.next}`))) terminal.say(says);
  }
  for (const { settlementId, state } of waiting)
    terminal.say(`Settlement ${settlementId} is ${state}: what it contains is accrued as if it had not come.`);
  if (missing.length > 0)
    terminal.say(`Amazon has closed settlements whose files have not come: ${missing.join(', ')}.`);
  if (unclear > 0)
    terminal.say(
      `${unclear} events of no order name no settlement, and several were open at their time: they are accrued.`,
    );
  if (record === null) {
    terminal.say('Nothing was recorded and nothing was closed.');
    return;
  }
  if (sides === 'opening') {
    terminal.say(
      `Only the release is booked here. The account for what is unsettled must hold the opposite of it on the last day of ${month}: compare it, and book what is missing by hand.`,
    );
  }
  terminal.say(
    `${month} is closed: what is settled later is dated from ${nextYearMonth(month)} on. Send: seller-ledger sync ${name}`,
  );
}

function withdraw(context: CommandContext, ref: string, why: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const record = await workspace.books.getAccrual(ref);
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, record.connectionName, silent);
    try {
      const withdrawn = await withdrawUnbooked(connection.context, record, why);
      terminal.json(accrualSummary(withdrawn));
      terminal.say(`Accrual ${withdrawn.name} is withdrawn. What it closed stays closed.`);
      return 0;
    } finally {
      await connection.close();
    }
  });
}

function reverse(
  context: CommandContext,
  ref: string,
  { reason, why, date }: { readonly reason: string; readonly why: string; readonly date?: LocalDate },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const record = await workspace.books.getAccrual(ref);
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, record.connectionName, silent);
    try {
      const wish = { reason, why, postingDate: date ?? null };
      const { accrual, entries, problems } = await reverseAccrual(connection.context, record, wish);
      terminal.json({ accrual: accrualSummary(accrual), entries: entries.map(entrySummary), problems });
      for (const entry of entries) terminal.say(`${entry.entry.postingKey} is ${describeEntry(entry)}.`);
      for (const { code, says, next } of problems) terminal.say(`${code}: ${says} Next: ${next}`);
      terminal.say(
        accrual.withdrawnAt === null
          ? `Accrual ${accrual.name} still stands: ${countEntries(entries.length)} taken back.`
          : `Accrual ${accrual.name} is taken back and withdrawn.`,
      );
      const last = entries.at(-1);
      return problems.length > 0 ? exitCodeOfProblems(problems) : last ? exitCodeOfEntry(last) : 0;
    } finally {
      await connection.close();
    }
  });
}
