import { type Command, Option } from 'commander';
import {
  type BooksModel,
  type Connection,
  type ModelPeriod,
  type ModelSwitch,
  previewModelSwitch,
  type RecordedModelPeriod,
  switchModel,
} from '../../app/index.ts';
import { formatMoney, type LocalDate, Problem, parseLocalDate } from '../../core/index.ts';
import { formatForPeople } from './format-entry.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { userActor } from './user.ts';

interface ModelOptions {
  readonly to?: BooksModel;
  readonly from?: LocalDate;
  readonly summarise: ModelPeriod['summarise'];
  readonly why?: string;
  readonly dryRun?: boolean;
}

/** `connections model`: which accounting model holds from which day, and the guided change to another. */
export function addModelCommand(connections: Command, run: RunCommand): void {
  connections
    .command('model')
    .description('whether orders are booked when they are settled or when they are shipped; with --to change it')
    .argument('<name>')
    .addOption(new Option('--to <model>', 'the model to change to').choices(['settlement', 'orders']))
    .option('--from <day>', 'the first day of shipping it holds for, YYYY-MM-DD', parseLocalDate)
    .addOption(
      new Option('--summarise <how>', 'orders: one entry for a day or for each order')
        .choices(['day', 'order'])
        .default('day'),
    )
    .option('--why <text>', 'why, for the audit log')
    .option('--dry-run', 'show what the change does, and change nothing')
    .addOption(jsonOption())
    .action(run((context, name: string, options: ModelOptions) => model(context, name, options)));
}

function model(context: CommandContext, name: string, options: ModelOptions): Promise<number> {
  return withBooks(context, async (workspace) => {
    const connection = await workspace.books.getConnection(name);
    if (options.to === undefined) {
      return sayHistory(context.terminal, connection, await workspace.books.listModelPeriods(connection.id));
    }
    const { from, why, summarise } = options;
    if (from === undefined || (why === undefined && !options.dryRun)) throw incomplete(name, options.to);
    const opened = await openConnection(workspace, name, { actor: userActor(context.environment) });
    try {
      const to: ModelPeriod = { model: options.to, from, summarise };
      const found = options.dryRun
        ? await previewModelSwitch(opened.context, to)
        : await switchModel(opened.context, to, why ?? '');
      return saySwitch(context.terminal, connection, { found, isDryRun: options.dryRun ?? false });
    } finally {
      await opened.close();
    }
  });
}

function sayHistory(terminal: Terminal, { name }: Connection, periods: readonly RecordedModelPeriod[]): number {
  terminal.json({ connection: name, periods });
  if (periods.length === 0) {
    terminal.say(`Connection ${name} is in the settlement model: orders are booked when they are settled.`);
    return 0;
  }
  sayTable(terminal, periods, [
    { title: 'from', value: (row) => row.from },
    { title: 'model', value: (row) => row.model },
    { title: 'entries for', value: (row) => (row.model === 'orders' ? `each ${row.summarise}` : '') },
    { title: 'recorded at', value: (row) => row.recordedAt },
  ]);
  return 0;
}

function saySwitch(
  terminal: Terminal,
  { name }: Connection,
  { found, isDryRun }: { readonly found: ModelSwitch; readonly isDryRun: boolean },
): number {
  const { to, ready, waiting, completeUntil, openSettlements, receivable } = found;
  const amounts = ready.amounts.map((amount) => `${formatForPeople(amount)} ${amount.currency}`);
  const owed = receivable.map(
    ({ companyCode, amount }) => `${formatForPeople(amount)} ${amount.currency} (${companyCode})`,
  );
  terminal.json({
    connection: name,
    isDryRun,
    to,
    completeUntil,
    ready: {
      shipments: ready.shipments,
      amounts: ready.amounts.map((amount) => ({ currency: amount.currency, amount: formatMoney(amount) })),
    },
    waiting: waiting.length,
    openSettlements,
    receivable: receivable.map(({ companyCode, amount }) => {
      return { companyCode, currency: amount.currency, amount: formatMoney(amount) };
    }),
  });
  terminal.say(
    isDryRun
      ? `Connection ${name} would be in the ${to.model} model from ${to.from}. Nothing was changed.`
      : `Connection ${name} is in the ${to.model} model from ${to.from}.`,
  );
  terminal.say(`- What is shipped before ${to.from} keeps its model, whenever it is settled.`);
  terminal.say(
    `- The next sync accrues ${count(ready.shipments, 'shipment')} that ${ready.shipments === 1 ? 'is' : 'are'} known${amounts.length > 0 ? `: ${amounts.join(', ')}` : ''}.`,
  );
  if (waiting.length > 0)
    terminal.say(`- ${count(waiting.length, 'shipment')} would wait; the first: ${waiting[0]?.says}`);
  terminal.say(
    `- ${count(openSettlements, 'settlement')} not booked yet; ${owed.length > 0 ? `orders owe ${owed.join(', ')}, which settlements clear` : 'no order owes anything'}.`,
  );
  if (completeUntil === null && to.model === 'orders') {
    terminal.say(`- Nothing is accrued before the finances feed has run: seller-ledger feeds sync ${name}`);
  }
  return 0;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function incomplete(name: string, to: BooksModel): Problem {
  return new Problem({
    code: 'MODEL_CHANGE_INCOMPLETE',
    kind: 'invalid',
    says: 'A change of the model needs its first day and a reason.',
    next: `See first what it does: seller-ledger connections model ${name} --to ${to} --from 2026-12-01 --dry-run; then the same with --why TEXT in place of --dry-run.`,
  });
}
