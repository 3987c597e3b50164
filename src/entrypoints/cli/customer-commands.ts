import type { Command } from 'commander';
import {
  adoptCustomer,
  CUSTOMER_STATES,
  type CustomerRecord,
  type CustomerReport,
  type CustomerState,
  customerName,
  fieldInWords,
  maintainCustomers,
} from '../../app/index.ts';
import { customerReference, customerView } from '../customer-views.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type ListOptions, limitOption, stateOption } from './list-part.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { abortWhen, whileStoppable } from './stop.ts';
import { exitCodeOfProblems } from './sync-report.ts';
import { sayTable } from './table.ts';
import { legible } from './terminal.ts';
import { userActor } from './user.ts';

const CUSTOMERS_SHOWN = 200;

export function addCustomerCommands(program: Command, run: RunCommand): void {
  const customers = program
    .command('customers')
    .description('customers in SAP: one for each marketplace, or for each buyer, as the connection file says');
  customers
    .command('sync')
    .description('create the customers that are missing and bring the others up to date; safe to stop and to repeat')
    .argument('<connection>', 'name of the connection')
    .option('--overwrite', 'what the connection file says goes before what people entered in SAP')
    .addOption(jsonOption())
    .action(
      run((context, name: string, options: { overwrite?: boolean }) => sync(context, name, options.overwrite === true)),
    );
  customers
    .command('list')
    .description('the key map: which number in SAP each customer has, to be named in the account table')
    .argument('[connection]')
    .addOption(limitOption(CUSTOMERS_SHOWN))
    .addOption(stateOption(CUSTOMER_STATES))
    .addOption(jsonOption())
    .action(
      run((context, name: string | undefined, options: ListOptions<CustomerState>) => list(context, name, options)),
    );
  customers
    .command('show')
    .description('one customer with its history; nothing of a buyer beside the order')
    .argument('<customer>', 'key, number in SAP, marketplace or order id')
    .addOption(jsonOption())
    .action(run((context, ref: string) => show(context, ref)));
  customers
    .command('adopt')
    .description('say which business partner in SAP a customer is; what SAP holds of it stays')
    .argument('<customer>')
    .requiredOption('--number <number>', 'of the business partner')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { number: string; why: string }) => adopt(context, ref, options)));
}

function sync(context: CommandContext, name: string, overwrite: boolean): Promise<number> {
  return withBooks(context, (workspace) =>
    whileStoppable(async (stopped) => {
      const { terminal } = context;
      const signal = abortWhen(stopped);
      const opened = await openConnection(workspace, name, { actor: userActor(context.environment), signal });
      try {
        const customers = opened.customerContext((says) => terminal.progress(says));
        const report = await maintainCustomers(customers, { overwrite, signal });
        terminal.endProgress();
        terminal.json({ connection: name, ...report });
        sayReport(context, report);
        return exitCodeOfProblems(report.problems);
      } finally {
        await opened.close();
      }
    }),
  );
}

function sayReport({ terminal }: CommandContext, report: CustomerReport): void {
  const { created, adopted, changed, unchanged, refused, open, problems } = report;
  const light = problems.length > 0 ? terminal.paint('yellow', '!') : terminal.paint('green', '✓');
  const usual = `${created} created, ${adopted} found in SAP, ${changed} changed, ${unchanged} as before`;
  const rest = `${refused > 0 ? `, ${refused} refused` : ''}${open > 0 ? `, ${open} still open` : ''}`;
  terminal.say(`${light} ${usual}${rest}`);
  for (const problem of problems) {
    terminal.say(`    ${terminal.paint('red', problem.code)}: ${problem.says}`);
    terminal.say(`    next: ${problem.next}`);
  }
}

function list(
  context: CommandContext,
  name: string | undefined,
  { limit, state }: ListOptions<CustomerState>,
): Promise<number> {
  return withBooks(context, async ({ books, customers }) => {
    const { terminal } = context;
    const connection = name === undefined ? undefined : await books.getConnection(name);
    const all = await customers.listCustomers({
      limit,
      ...(connection && { connectionId: connection.id }),
      ...(state && { states: [state] }),
    });
    // Lines stay for ever, also those that nobody wants any more and that SAP never got.
    const records = state ? all : all.filter(({ problem }) => problem?.code !== 'CUSTOMER_NOT_WANTED');
    terminal.json(records.map(customerView));
    if (records.length === 0) {
      terminal.say(
        state
          ? `No customer is ${state}.`
          : `No customer yet. Create them: seller-ledger customers sync ${name ?? 'NAME'}`,
      );
      return 0;
    }
    sayTable(terminal, records, [
      { title: 'customer', value: whoIs },
      { title: 'connection', value: (row) => row.connectionName, yields: 2 },
      { title: 'SAP system', value: (row) => legible(row.sapSystem), yields: 1 },
      { title: 'customer number', value: (row) => row.customerNumber ?? '' },
      { title: 'business partner', value: (row) => row.partnerNumber ?? '', yields: 1 },
      { title: 'state', value: (row) => row.state },
      { title: 'problem', value: (row) => row.problem?.code ?? '' },
      { title: 'key', value: (row) => row.key, yields: 2 },
    ]);
    sayRows(context, records);
    return 0;
  });
}

/** Ready to be pasted into the account table. */
function sayRows({ terminal }: CommandContext, records: readonly CustomerRecord[]): void {
  const rows = records.filter(({ kind, customerNumber }) => kind === 'marketplace' && customerNumber !== null);
  if (rows.length === 0) return;
  terminal.say('In the rows of these marketplaces the account table names them so:');
  for (const row of rows) terminal.say(`  ${whoIs(row)}: customer: ${row.customerNumber}`);
}

function show(context: CommandContext, ref: string): Promise<number> {
  return withBooks(context, async ({ books, customers }) => {
    const { terminal } = context;
    const record = await customers.getCustomer(customerReference(ref));
    const events = await books.listEvents({ subject: `connection/${record.connectionId}` });
    const history = events.filter(({ after, before }) =>
      [after, before].some((each) => each?.customerKey === record.key),
    );
    terminal.json({ ...customerView(record), history });
    terminal.say(`${terminal.paint('bold', `Customer ${whoIs(record)}`)}  ${record.state}`);
    terminal.say(`  key ${record.key}, connection ${record.connectionName}, SAP system ${legible(record.sapSystem)}`);
    terminal.say(
      `  business partner ${record.partnerNumber ?? 'not known'}, customer ${record.customerNumber ?? 'not known'}`,
    );
    if (record.edited.length > 0) terminal.say(`  not as wanted: ${record.edited.map(fieldInWords).join('; ')}`);
    const { problem } = record;
    if (problem) terminal.say(`  ${problem.code}: ${problem.says} Next: ${problem.next}`);
    for (const event of history) terminal.say(`  ${event.at}  ${event.actor.name}  ${event.action}: ${event.why}`);
    return 0;
  });
}

function adopt(context: CommandContext, ref: string, options: { number: string; why: string }): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const record = await workspace.customers.getCustomer(customerReference(ref));
    const opened = await openConnection(workspace, record.connectionName, { actor: userActor(context.environment) });
    try {
      const decision = { partnerNumber: options.number, why: options.why };
      const { customer, nameInSap } = await adoptCustomer(
        opened.customerContext(() => {}),
        record,
        decision,
      );
      terminal.json({ ...customerView(customer), nameInSap });
      const named = nameInSap === null ? '' : ` (${legible(nameInSap)})`;
      terminal.say(
        `${whoIs(customer)} is business partner ${customer.partnerNumber}${named}. Compare it: seller-ledger customers sync ${customer.connectionName}`,
      );
      return 0;
    } finally {
      await opened.close();
    }
  });
}

function whoIs(record: CustomerRecord): string {
  return legible(customerName(record));
}
