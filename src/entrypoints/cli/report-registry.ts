import {
  checkMonth,
  checksFrom,
  closePack,
  cutOffCheck,
  cutOffReport,
  journalReport,
  listCutOff,
  monthCheckReport,
  monthFacts,
  monthReconciliation,
  monthSections,
  type ProfitView,
  profitOf,
  recordedChecks,
  sectionsOf,
  statementOf,
} from '../../app/index.ts';
import type { YearMonth } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { openConnection, settlementReader, withBooks } from './lazy.ts';
import { ORDER_RECEIVABLE } from './order-receivable-command.ts';
import type { CommandContext } from './program.ts';
import { openReconciliation } from './reconcile-commands.ts';
import type { ReportCommand } from './report-commands.ts';
import { addPeriodOptions, type PeriodOptions, parseMonth, periodOf } from './report-period.ts';
import { userActor } from './user.ts';

const settlement: ReportCommand = {
  name: 'settlement',
  description: 'the statement of one settlement: from opening to payout, kinds, proofs, entries, lines to sign',
  declare: (command) => command.argument('<settlement>', 'settlement id'),
  make: (context: CommandContext, ref: string) =>
    withBooks(context, ({ books, feedBooks, reconciliation }) => {
      const { listDeposits, listDepositMatches } = reconciliation;
      return statementOf({ ...books, listPayouts: feedBooks.listPayouts, listDeposits, listDepositMatches }, ref);
    }),
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

const UNFINISHED = 3;

const close: ReportCommand = {
  name: 'close',
  description:
    'the pack of a month end: checklist with numbers and states, lines to sign, and what shows it; 3 while open',
  declare: (command) =>
    command.argument('<connection>', 'name of the connection').argument('<month>', 'YYYY-MM', parseMonth),
  make: (context: CommandContext, name: string, month: YearMonth) =>
    withBooks(context, async (workspace) => {
      const { report, isComplete } = await monthClose(context, workspace, name, month);
      return { report, exitCode: isComplete ? 0 : UNFINISHED };
    }),
};

async function monthClose(context: CommandContext, workspace: Workspace, name: string, month: YearMonth) {
  const { books } = workspace;
  const connection = await books.getConnection(name);
  const facts = await monthFacts(books, connection, month);
  const check = await checkMonth(books, connection, month);
  const reconciled = await reconciliationOf(context, workspace, name, month);
  const opened = await openConnection(workspace, name, { actor: userActor(context.environment) });
  try {
    const late = await listCutOff(opened.context, month);
    const cutOff = cutOffCheck(late, cutOffReport(name, month, late).sections);
    const checks = [...recordedChecks(facts, check), cutOff, ...reconciled];
    const identity = sectionsOf('identity', 'Profit and loss', monthCheckReport(check).sections);
    return closePack({ connection: name, month, checks, sections: [...identity, ...monthSections(facts)] });
  } finally {
    await opened.close();
  }
}

async function reconciliationOf(context: CommandContext, workspace: Workspace, name: string, month: YearMonth) {
  const { reconciliation, connections } = await openReconciliation(context, workspace, name);
  const { report, checks } = await monthReconciliation(reconciliation, connections, month, { withOrders: false });
  return checksFrom({
    prefix: 'reconciliation',
    title: 'Reconciliation',
    next: `seller-ledger reconcile month ${name} ${month}`,
    checks,
    sections: sectionsOf('reconciliation', 'Reconciliation', report.sections),
  });
}

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
