import type { ProfitView } from '../../app/index.ts';
import type { YearMonth } from '../../core/index.ts';
import { ORDER_RECEIVABLE } from './order-receivable-command.ts';
import { askReport, type ReportCommand } from './report-commands.ts';
import { addPeriodOptions, type PeriodOptions, parseMonth, periodOf } from './report-period.ts';

const settlement: ReportCommand = {
  name: 'settlement',
  description: 'the statement of one settlement: from opening to payout, kinds, proofs, entries, lines to sign',
  declare: (command) => command.argument('<settlement>', 'settlement id'),
  ask: (settlement: string) => askReport('settlement', { settlement }),
};

const journal: ReportCommand = {
  name: 'journal',
  description: 'entries of a period with their SAP documents, every line, and balances by account',
  declare: (command) => addPeriodOptions(command.argument('<connection>', 'name of the connection')),
  ask: (connection: string, options: PeriodOptions) => askReport('journal', { connection, ...periodOf(options) }),
};

function profit(name: ProfitView, description: string): ReportCommand {
  return {
    name,
    description,
    declare: (command) => addPeriodOptions(command.argument('<connection>', 'name of the connection')),
    ask: (connection: string, options: PeriodOptions) => askReport(name, { connection, ...periodOf(options) }),
  };
}

const close: ReportCommand = {
  name: 'close',
  description:
    'the pack of a month end: checklist with numbers and states, lines to sign, and what shows it; 3 while open',
  declare: (command) =>
    command.argument('<connection>', 'name of the connection').argument('<month>', 'YYYY-MM', parseMonth),
  ask: (connection: string, month: YearMonth) => askReport('close', { connection, month }),
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
