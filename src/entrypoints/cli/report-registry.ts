import { journalReport, type ProfitView, profitOf, statementOf } from '../../app/index.ts';
import { settlementReader, withBooks } from './lazy.ts';
import type { CommandContext } from './program.ts';
import type { ReportCommand } from './report-commands.ts';
import { addPeriodOptions, type PeriodOptions, periodOf } from './report-period.ts';

const settlement: ReportCommand = {
  name: 'settlement',
  description: 'the statement of one settlement: from opening to payout, kinds, proofs, entries, lines to sign',
  declare: (command) => command.argument('<settlement>', 'settlement id'),
  make: (context: CommandContext, ref: string) =>
    withBooks(context, ({ books, feedBooks }) => statementOf({ ...books, listPayouts: feedBooks.listPayouts }, ref)),
};

const journal: ReportCommand = {
  name: 'journal',
  description: 'entries of a period with their SAP documents, every line, and balances by account',
  declare: (command) => addPeriodOptions(command.argument('<connection>', 'name of the connection')),
  make: (context: CommandContext, name: string, options: PeriodOptions) => {
    const period = periodOf(options);
    return withBooks(context, ({ books }) => journalReport(books, name, period));
  },
};

function profit(name: ProfitView, description: string): ReportCommand {
  return {
    name,
    description,
    declare: (command) => addPeriodOptions(command.argument('<connection>', 'name of the connection')),
    make: (context: CommandContext, connection: string, options: PeriodOptions) => {
      const period = periodOf(options);
      return withBooks(context, async ({ books }) =>
        profitOf(books, await settlementReader(), { view: name, connection, ...period }),
      );
    },
  };
}

/** Every report of the group `reports`, in the order in which help lists them. A report is added here and nowhere else. */
export const REPORTS: readonly ReportCommand[] = [
  settlement,
  journal,
  profit('fees', 'what Amazon charged by kind, marketplace and month, and per cent of net sales'),
  profit('sales', 'revenue, refunds and promotions by kind, marketplace and month'),
  profit('profit', 'sales, fees and other income together, by kind, marketplace and month'),
];
