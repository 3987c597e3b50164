import type { Command } from 'commander';
import { closePeriod, type PeriodResult, type PeriodWish, reopenPeriod } from '../../app/index.ts';
import { parseYearMonth, type YearMonth } from '../../core/index.ts';
import { unansweredQuestions } from '../close-questions.ts';
import { settlementSummary } from '../http/views.ts';
import { openConnection, withBooks } from './lazy.ts';
import { addPeriodReports } from './month-end-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayUnanswered } from './say-unanswered.ts';
import { exitCodeOfProblems } from './sync-report.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

interface PeriodOptions {
  readonly why: string;
  readonly companyCode?: string;
}

/** Months that take no more entries of settlements. */
export function addPeriodCommands(program: Command, run: RunCommand): void {
  const periods = program.command('periods').description('months that take no more entries of settlements');
  periods
    .command('list')
    .description('the closed months of a connection, by company code')
    .argument('<connection>')
    .option('--all', 'also those that were opened again')
    .addOption(jsonOption())
    .action(run((context, name: string, options: { all?: boolean }) => list(context, name, options.all ?? false)));
  withPeriodOptions(
    periods
      .command('close')
      .description('close a month: what Amazon settles later goes to the next open month')
      .argument('<connection>')
      .argument('<month>', 'YYYY-MM', parseYearMonth),
  ).action(
    run((context, name: string, month: YearMonth, options: PeriodOptions) =>
      move(context, name, { how: closePeriod, wish: wishOf(month, options) }),
    ),
  );
  withPeriodOptions(
    periods
      .command('reopen')
      .description('open the last closed month again')
      .argument('<connection>')
      .argument('<month>', 'YYYY-MM', parseYearMonth),
  ).action(
    run((context, name: string, month: YearMonth, options: PeriodOptions) =>
      move(context, name, { how: reopenPeriod, wish: wishOf(month, options) }),
    ),
  );
  addPeriodReports(periods, run);
}

function withPeriodOptions(command: Command): Command {
  return command
    .requiredOption('--why <text>', 'why, for the audit log')
    .option('--company-code <code>', 'only this one; without it all of the account table')
    .addOption(jsonOption());
}

function wishOf(month: YearMonth, { why, companyCode }: PeriodOptions): PeriodWish {
  return { month, why, companyCode: companyCode ?? null };
}

function list(context: CommandContext, name: string, all: boolean): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const connection = await books.getConnection(name);
    const periods = await books.listClosedPeriods(connection.id, { withReopened: all });
    terminal.json(periods.map(({ connectionId: _, ...period }) => period));
    if (periods.length === 0) {
      terminal.say(`Connection ${name} has no closed month.`);
      return 0;
    }
    sayTable(terminal, periods, [
      { title: 'company code', value: (row) => row.companyCode },
      { title: 'month', value: (row) => row.month },
      { title: 'closed', value: (row) => row.closedAt },
      { title: 'by', value: (row) => row.closedBy.name, yields: 2 },
      { title: 'why', value: (row) => row.why, yields: 2 },
      { title: '', value: (row) => (row.reopened ? `reopened ${row.reopened.at}: ${row.reopened.why}` : '') },
    ]);
    return 0;
  });
}

function move(
  context: CommandContext,
  name: string,
  { how, wish }: { readonly how: typeof closePeriod; readonly wish: PeriodWish },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, name, silent);
    try {
      const result = await how(connection.context, wish);
      const closed = { connection: name, month: wish.month, actor: silent.actor };
      const unanswered = how === closePeriod ? await unansweredQuestions(workspace, closed) : undefined;
      const settlements = result.settlements.map((record) => settlementSummary(record));
      terminal.json({ ...result, settlements, ...(unanswered && { unanswered }) });
      for (const sentence of sayPeriods(result)) terminal.say(sentence);
      if (unanswered) sayUnanswered(terminal, closed, unanswered);
      return exitCodeOfProblems(result.problems);
    } finally {
      await connection.close();
    }
  });
}

function* sayPeriods({ closedThrough, settlements, problems }: PeriodResult): Generator<string> {
  const months = Object.entries(closedThrough);
  for (const [companyCode, month] of months) yield `Company code ${companyCode} is closed through ${month}.`;
  if (months.length === 0) yield 'No month is closed.';
  for (const { settlementId, state } of settlements) yield `Settlement ${settlementId} was worked out anew: ${state}.`;
  for (const { code, says, next } of problems) yield `${code}: ${says} Next: ${next}`;
}
