import type { Command } from 'commander';
import { simulateAccrual } from '../../app/index.ts';
import { type Api, readList } from '../api-client/api.ts';
import { AccrualDetail, type AccrualItem, AccrualList } from '../http/contract/accruals.ts';
import { EntryDetail } from '../http/contract/entries.ts';
import { approveAll, sayApproved } from './approval-commands.ts';
import { sayApproval } from './approval-words.ts';
import { describeItem, sayLines } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { addMonthEndCommands } from './month-end-commands.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { simulateOnConnection } from './simulation-commands.ts';
import { sayTable } from './table.ts';

export function addAccrualCommands(program: Command, run: RunCommand): void {
  const accruals = program.command('accruals').description('what is booked before a settlement books it');
  accruals
    .command('list')
    .description('accruals in the order of their periods')
    .option('--all', 'also those that are withdrawn')
    .addOption(jsonOption())
    .action(run(onApi(list)));
  accruals
    .command('show')
    .description('one accrual with its entries')
    .argument('<accrual>', 'name')
    .addOption(jsonOption())
    .action(run(onApi(show)));
  accruals
    .command('approve')
    .description('approve every proposed entry of an accrual exactly as it is now; they are sent only together')
    .argument('<accrual>', 'name')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(approve)));
  accruals
    .command('simulate')
    .description('say what SAP would refuse of an accrual’s entries, by its master data; changes nothing')
    .argument('<accrual>', 'name')
    .option('--refresh', 'read the master data anew first')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { refresh?: boolean }) => simulate(context, ref, options)));
  addMonthEndCommands(accruals, run);
}

const ACCRUALS_MAX = 100_000;

async function list(
  { terminal }: CommandContext,
  api: Api,
  { all = false }: { readonly all?: boolean },
): Promise<number> {
  const { items } = await readList(ACCRUALS_MAX, (query) => api.ask({ path: '/accruals', query, answer: AccrualList }));
  const rows = items.filter(({ withdrawnAt }) => all || withdrawnAt === null).reverse();
  terminal.json(rows);
  if (rows.length === 0) {
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
}

async function show({ terminal }: CommandContext, api: Api, id: string): Promise<number> {
  const accrual = await api.ask({ path: '/accruals/:id', params: { id }, answer: AccrualDetail });
  terminal.json(accrual);
  if (terminal.isJson) return 0;
  terminal.say(`${terminal.paint('bold', `Accrual ${accrual.name}`)}  ${describe(accrual)}`);
  terminal.say();
  for (const { id: entryId } of accrual.entries) {
    const entry = await api.ask({ path: '/entries/:id', params: { id: entryId }, answer: EntryDetail });
    sayLines(terminal, entry, describeItem(entry));
    sayApproval(terminal, entry.state, entry.approval);
    if (entry.problem) terminal.say(`  ${entry.problem.code}: ${entry.problem.says} Next: ${entry.problem.next}\n`);
  }
  return 0;
}

function describe({ kind, from, to, asOf, sourceCount, sourcesSha256, withdrawnAt }: AccrualItem): string {
  const state = withdrawnAt === null ? '' : `, withdrawn ${withdrawnAt}`;
  return `${kind}, ${from} to ${to}, as of ${asOf}, from ${sourceCount} sources (${sourcesSha256.slice(0, 12)})${state}`;
}

async function approve(
  { terminal }: CommandContext,
  api: Api,
  id: string,
  { why }: { readonly why: string },
): Promise<number> {
  const after = await approveAll(api, 'accruals', id, why);
  terminal.json(after.entries);
  sayApproved(terminal, after.approved);
  if (after.entries.every(({ state }) => state === 'approved')) {
    terminal.say(`Send: seller-ledger sync ${after.connection}`);
  }
  return 0;
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
