import type { Command } from 'commander';
import { type AccrualRecord, approveAccrual, simulateAccrual } from '../../app/index.ts';
import { approvalsOf, approvalView } from '../approvals.ts';
import { accrualDetail, accrualWithProgress, entrySummary, heldFaults, openProblemOf } from '../http/views.ts';
import { approvedItems, sayApproved } from './approval-commands.ts';
import { sayApproval } from './approval-words.ts';
import { describeEntry, sayEntry } from './format-entry.ts';
import { openApprovals, withBooks } from './lazy.ts';
import { addMonthEndCommands } from './month-end-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { simulateOnConnection } from './simulation-commands.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

export function addAccrualCommands(program: Command, run: RunCommand): void {
  const accruals = program.command('accruals').description('what is booked before a settlement books it');
  accruals
    .command('list')
    .description('accruals in the order of their periods')
    .option('--all', 'also those that are withdrawn')
    .addOption(jsonOption())
    .action(run((context, options: { all?: boolean }) => list(context, options.all ?? false)));
  accruals
    .command('show')
    .description('one accrual with its entries')
    .argument('<accrual>', 'name')
    .addOption(jsonOption())
    .action(run((context, ref: string) => show(context, ref)));
  accruals
    .command('approve')
    .description('approve every proposed entry of an accrual exactly as it is now; they are sent only together')
    .argument('<accrual>', 'name')
    .option('--reason <text>', 'why, for the audit log', 'approved at the command line')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { reason: string }) => approve(context, ref, options.reason)));
  accruals
    .command('simulate')
    .description('say what SAP would refuse of an accrual’s entries, by its master data; changes nothing')
    .argument('<accrual>', 'name')
    .option('--refresh', 'read the master data anew first')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { refresh?: boolean }) => simulate(context, ref, options)));
  addMonthEndCommands(accruals, run);
}

function list(context: CommandContext, all: boolean): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const records = await books.listAccruals({ isStanding: !all });
    const counts = await books.countEntries(records.map(({ key }) => key));
    const held = heldFaults(await books.listEntries({ states: ['proposed', 'approved'] }));
    const rows = records.map((record) =>
      accrualWithProgress(record, counts.get(record.key) ?? {}, held.get(record.key)),
    );
    terminal.json(rows);
    if (records.length === 0) {
      terminal.say('No accrual yet. Accrue a month: seller-ledger accruals month NAME 2026-10');
      return 0;
    }
    sayTable(terminal, rows, [
      { title: 'accrual', value: (row) => row.name },
      { title: 'kind', value: (row) => row.kind, yields: 2 },
      { title: 'connection', value: (row) => row.connection, yields: 2 },
      { title: 'from', value: (row) => row.from },
      { title: 'to', value: (row) => row.to },
      { title: 'sources', value: (row) => String(row.sourceCount), align: 'right' },
      { title: 'revision', value: (row) => String(row.revision), align: 'right' },
      { title: 'as of', value: (row) => row.asOf, yields: 1 },
      { title: 'state', value: (row) => row.progress },
    ]);
    return 0;
  });
}

function show(context: CommandContext, ref: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { books } = workspace;
    const { terminal } = context;
    const record = await books.getAccrual(ref);
    const entries = await books.listEntries({ originKey: record.key });
    const approvals = await approvalsOf(workspace, entries);
    terminal.json(accrualDetail(record, entries));
    terminal.say(`${terminal.paint('bold', `Accrual ${record.name}`)}  ${describe(record)}`);
    terminal.say();
    for (const each of entries) {
      sayEntry(terminal, each.entry, describeEntry(each));
      const approval = approvals.get(each.id);
      sayApproval(terminal, each.state, approval && approvalView(approval));
      const problem = openProblemOf(each);
      if (problem) terminal.say(`  ${problem.code}: ${problem.says} Next: ${problem.next}\n`);
    }
    return 0;
  });
}

function describe({ kind, period, asOf, sourceCount, sourcesSha256, withdrawnAt }: AccrualRecord): string {
  const state = withdrawnAt === null ? '' : `, withdrawn ${withdrawnAt}`;
  return `${kind}, ${period.from} to ${period.to}, as of ${asOf}, from ${sourceCount} sources (${sourcesSha256.slice(0, 12)})${state}`;
}

function approve(context: CommandContext, ref: string, reason: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const record = await workspace.books.getAccrual(ref);
    const desk = await openApprovals(workspace, record.connectionName);
    const after = await approveAccrual(desk, record, userActor(context.environment), reason);
    terminal.json(after.map(entrySummary));
    const approvals = await approvalsOf(workspace, after);
    sayApproved(terminal, approvedItems(after, approvals));
    if (after.every(({ state }) => state === 'approved')) {
      terminal.say(`Send: seller-ledger sync ${record.connectionName}`);
    }
    return 0;
  });
}

function simulate(
  context: CommandContext,
  ref: string,
  { refresh = false }: { readonly refresh?: boolean },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const record = await workspace.books.getAccrual(ref);
    return simulateOnConnection(context, workspace, {
      connectionName: record.connectionName,
      about: `Accrual ${record.name}`,
      facts: { accrual: record.name },
      isForced: refresh,
      simulate: (simulation, options) => simulateAccrual(simulation, record, options),
    });
  });
}
