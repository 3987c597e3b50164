import type { ProfitView } from '../../app/index.ts';
import type { YearMonth } from '../../core/index.ts';
import { ORDER_RECEIVABLE } from './order-receivable-command.ts';
import type { CommandContext } from './program.ts';
import { type ReportCommand, reportOf } from './report-commands.ts';
import { addPeriodOptions, type PeriodOptions, parseMonth, periodOf } from './report-period.ts';

const makers = () => import('../reports/period-makers.ts');

const settlement: ReportCommand = {
  name: 'settlement',
  description: 'the statement of one settlement: from opening to payout, kinds, proofs, entries, lines to sign',
  declare: (command) => command.argument('<settlement>', 'settlement id'),
  make: (context: CommandContext, ref: string) =>
    reportOf(context, async (desk) => (await makers()).makeStatement(desk, ref)),
};

const journal: ReportCommand = {
  name: 'journal',
  description: 'entries of a period with their SAP documents, every line, and balances by account',
  declare: (command) => addPeriodOptions(command.argument('<connection>', 'name of the connection')),
  make: (context: CommandContext, name: string, options: PeriodOptions) => {
    const period = periodOf(options);
    return reportOf(context, async (desk) => (await makers()).makeJournal(desk, name, period));
  },
};

function profit(name: ProfitView, description: string): ReportCommand {
  return {
    name,
    description,
    declare: (command) => addPeriodOptions(command.argument('<connection>', 'name of the connection')),
    make: (context: CommandContext, connection: string, options: PeriodOptions) => {
      const period = periodOf(options);
      return reportOf(context, async (desk) => (await makers()).makeProfit(desk, name, connection, period));
    },
  };
}

const close: ReportCommand = {
  name: 'close',
  description:
    'the pack of a month end: checklist with numbers and states, lines to sign, and what shows it; 3 while open',
  declare: (command) =>
    command.argument('<connection>', 'name of the connection').argument('<month>', 'YYYY-MM', parseMonth),
  make: (context: CommandContext, name: string, month: YearMonth) =>
    reportOf(context, async (desk) => (await makers()).makeClose(desk, name, month)),
};

/** Every report of the group `reports`, in the order in which help lists them. A report is added here and nowhere else. */
export const REPORTS: readonly ReportCommand[] = [
  settlement,
  journal,
  profit('fees', 'what Amazon charged by kind, marketplace and month, and per cent of net sales'),
  profit('sales', 'revenue, refunds and promotions by kind, marketplace and month'),
  profit('profit', 'sales, fees and other income together, by kind, marketplace and month'),
  ORDER_RECEIVABLE,
  close,
];
