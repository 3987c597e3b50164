import { type Command, Option } from 'commander';
import { type ImpactRequest, prepareRows, type RowsGiven } from '../../app/index.ts';
import { sayWords } from '../../mapping/index.ts';
import type { Api } from '../api-client/api.ts';
import { type TableRow, type UnknownValue, UnknownValues } from '../http/contract/mapping.ts';
import { assignment, assignmentColumns, hasWords, isOfKind, taughtRow } from '../mapping-changes.ts';
import { changeView, impactView } from '../mapping-views.ts';
import { groupThousands } from './format-entry.ts';
import { openMapping, withBooks } from './lazy.ts';
import { dryRunOption, recordAndCarryOn, sayImpactOf, WHY_CHANGED } from './mapping-import-commands.ts';
import { sayChanges } from './mapping-words.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { showInvisible, type Terminal } from './terminal.ts';

const SETTLEMENTS_SHOWN_MAX = 5;
const SHELL_SAFE = /^[A-Za-z0-9_./-]+$/;

interface TeachOptions {
  readonly transactionType: string;
  readonly amountType: string;
  readonly amountDescription: string;
  readonly kind: string;
  readonly why: string;
  readonly dryRun?: boolean;
}

/** One option for each column of an assignment. */
type AssignOptions = Readonly<Record<string, unknown>> & Pick<TeachOptions, 'why' | 'dryRun'>;

export function addTeachCommands(mapping: Command, run: RunCommand): void {
  mapping
    .command('unknown')
    .description('every value that holds settlements up, over all of them, with what could be done about it')
    .argument('[connection]')
    .addOption(jsonOption())
    .action(run(onApi(unknown)));
  mapping
    .command('teach')
    .description('say what words mean that the program does not know; what waited for it goes on')
    .argument('<connection>')
    .option('--transaction-type <text>', 'as the file writes it; blank when left out', '')
    .option('--amount-type <text>', 'the same', '')
    .option('--amount-description <text>', 'the same', '')
    .requiredOption('--kind <kind>', 'a kind of docs/mapping-guide.md')
    .requiredOption('--why <text>', WHY_CHANGED)
    .addOption(dryRunOption('show what would be booked, and record nothing'))
    .addOption(jsonOption())
    .action(run((context, name: string, options: TeachOptions) => teach(context, name, options)));
  addAssignCommand(mapping, run);
}

/** What the columns of an assignment are, for the help. */
const COLUMN_WORDS: Readonly<Record<string, string>> = {
  kind: 'a kind of docs/mapping-guide.md',
  purpose: 'a purpose of balances instead of a kind, for example tax-residual',
  marketplace: 'one marketplace, or any (default: any)',
  validFrom: 'from this posting date on, for example 2027-01-01',
  customer: 'a customer in SAP whose open item it is',
  text: 'of the journal line (at first: the name of the kind)',
};

function addAssignCommand(mapping: Command, run: RunCommand): void {
  const command = mapping
    .command('assign')
    .description(
      'give a kind its account, or a balancing line; what is not given stays as it is, and what waited goes on',
    )
    .argument('<connection>');
  for (const column of assignmentColumns()) {
    const option = new Option(
      `--${kebab(column)} <value>`,
      COLUMN_WORDS[column] ?? `column ${column} of the account table`,
    );
    command.addOption(option.makeOptionMandatory(column === 'glAccount'));
  }
  command
    .requiredOption('--why <text>', WHY_CHANGED)
    .addOption(dryRunOption('show what would be booked, and record nothing'))
    .addOption(jsonOption())
    .action(run((context, name: string, options: AssignOptions) => assign(context, name, options)));
}

function kebab(column: string): string {
  return column.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function unknown({ terminal }: CommandContext, api: Api, connection: string | undefined): Promise<number> {
  const { items } = await api.ask({ path: '/mapping/unknown', query: { connection }, answer: UnknownValues });
  terminal.json(items);
  if (items.length === 0) terminal.say('Nothing holds a settlement up.');
  for (const value of items) sayUnknown(terminal, value);
  return 0;
}

function sayUnknown(terminal: Terminal, value: UnknownValue): void {
  const { connection, code, marketplace, rowCount, amounts, settlements, firstSeenAt, proposal } = value;
  const sums = amounts.map(({ amount, currency }) => `${groupThousands(amount)} ${currency}`).join(', ');
  const words = rowCount === 0 ? '' : ` ${showInvisible(sayWords(value))}`;
  terminal.say(`${terminal.paint('bold', code)}${words}${marketplace === '' ? '' : `, ${showInvisible(marketplace)}`}`);
  const shown = settlements.slice(0, SETTLEMENTS_SHOWN_MAX).join(', ');
  const more = settlements.length > SETTLEMENTS_SHOWN_MAX ? ', …' : '';
  terminal.say(
    `  ${rowCount} ${rowCount === 1 ? 'row' : 'rows'}, ${sums}; ${connection} since ${firstSeenAt.slice(0, 10)}`,
  );
  terminal.say(`  ${settlements.length} waiting: ${shown}${more}`);
  terminal.say(`  ${showInvisible(value.says)}`);
  for (const { kind, because } of proposal.suggestions) {
    terminal.say(`  perhaps ${kind}: ${because}`);
    terminal.say(`    ${teachCommand(value, kind)}`);
  }
  if (proposal.suggestions.length === 0 && code === 'LINE_KIND_UNKNOWN') {
    terminal.say(`  Nothing known is like it. ${teachCommand(value, 'KIND')}`);
  }
  if (proposal.row) {
    terminal.say(`  perhaps, because ${proposal.row.because}, in ${proposal.row.section}:`);
    terminal.say(`    ${showInvisible(proposal.row.text)}`);
    if (proposal.row.section === 'assignments') terminal.say(`    ${assignCommand(connection, proposal.row.cells)}`);
  }
  terminal.say();
}

/** A command to paste; what the shell would change stands in quotation marks. */
function teachCommand(
  { connection, transactionType, amountType, amountDescription }: UnknownValue,
  kind: string,
): string {
  const words = [
    ['--transaction-type', transactionType],
    ['--amount-type', amountType],
    ['--amount-description', amountDescription],
  ].flatMap(([option = '', word = '']) => (word === '' ? [] : [`${option} ${shellText(word)}`]));
  return `seller-ledger mapping teach ${connection} ${words.join(' ')} --kind ${kind} --why TEXT`;
}

function assignCommand(connection: string, cells: TableRow): string {
  const options = Object.entries(cells).map(([column, text]) => `--${kebab(column)} ${shellText(text)}`);
  return `seller-ledger mapping assign ${connection} ${options.join(' ')} --why TEXT`;
}

function shellText(text: string): string {
  return SHELL_SAFE.test(text) ? text : `'${showInvisible(text).replaceAll("'", `'\\''`)}'`;
}

function teach(context: CommandContext, name: string, options: TeachOptions): Promise<number> {
  const { transactionType, amountType, amountDescription, kind } = options;
  const triple = { transactionType, amountType, amountDescription };
  const row = taughtRow(triple, kind);
  const given = { name: `taught: ${sayWords(triple)}`, rows: () => [row] };
  return changeRows(context, name, { given, isAsked: hasWords(triple) }, options);
}

function assign(context: CommandContext, name: string, options: AssignOptions): Promise<number> {
  const cells = new Map(
    assignmentColumns().flatMap((column): [string, string][] => {
      const value = options[column];
      return typeof value === 'string' ? [[column, value]] : [];
    }),
  );
  return changeRows(context, name, { given: assignment(cells), isAsked: isOfKind(cells.get('kind')) }, options);
}

function changeRows(
  context: CommandContext,
  name: string,
  { given, isAsked }: { readonly given: RowsGiven } & Pick<ImpactRequest, 'isAsked'>,
  { why: reason, dryRun = false }: Pick<TeachOptions, 'why' | 'dryRun'>,
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const mapping = await openMapping(workspace, name);
    const prepared = await prepareRows(mapping, given);
    sayChanges(context.terminal, prepared.changes);
    const changes = prepared.changes.map(changeView);
    if (dryRun) {
      const impact = await sayImpactOf(context, workspace, { name, after: prepared.table, isAsked });
      context.terminal.say('Nothing is recorded.');
      context.terminal.json({ connection: name, version: null, changes, impact: impactView(impact) });
      return 0;
    }
    const recorded = await recordAndCarryOn(context, workspace, { mapping, prepared, reason });
    context.terminal.json({ connection: name, ...recorded, changes });
    return 0;
  });
}
