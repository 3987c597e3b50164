import { type Command, Option } from 'commander';
import type { Deposit, ImportReport } from '../../app/index.ts';
import { importDeposits } from '../../app/index.ts';
import { type LocalDate, Problem, parseCurrencyCode, parseLocalDate, parseMoney, sha256Of } from '../../core/index.ts';
import type { CsvField, CsvOptions } from '../bank-statement/read-csv.ts';
import type { BankStatement } from '../bank-statement/statement.ts';
import { readBytes } from '../files.ts';
import { moneyAsText } from '../order-views.ts';
import { formatForPeople } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import { legible } from './terminal.ts';
import { userActor } from './user.ts';

/** How banks write Amazon's name. */
const AMAZON = /amazon|amzn/i;

interface ImportOptions extends Omit<CsvOptions, 'columns'> {
  readonly column: Readonly<Partial<Record<CsvField, string>>>;
  readonly containing?: string;
  readonly everything?: boolean;
  readonly why: string;
}

interface AddOptions {
  readonly account: string;
  readonly day: LocalDate;
  readonly amount: string;
  readonly currency: string;
  readonly reference: string;
  readonly text: string;
  readonly why: string;
}

export function addDepositCommands(program: Command, run: RunCommand): void {
  const deposits = program.command('deposits').description('what the bank shows: movements that pay settlements');
  addImport(deposits, run);
  addAdd(deposits, run);
  deposits
    .command('list')
    .description('movements of bank accounts and what they pay')
    .option('--from <day>', 'booked on this day or later', parseLocalDate)
    .option('--until <day>', 'booked on this day or earlier', parseLocalDate)
    .addOption(jsonOption())
    .action(run((context, options: { from?: LocalDate; until?: LocalDate }) => list(context, options)));
  deposits
    .command('withdraw')
    .description('take back a movement that was entered by mistake; it stays on record')
    .argument('<deposit>', 'id, or the start of it')
    .requiredOption('--why <text>', 'why it is wrong')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { why: string }) => withdraw(context, ref, options.why)));
}

function addImport(deposits: Command, run: RunCommand): void {
  deposits
    .command('import')
    .description('take Amazon’s movements from a bank statement, camt.053 or CSV, and match what is certain')
    .argument('<file>')
    .option(
      '--column <field=heading>',
      'CSV: which column is booked, value, amount, currency, name, text, reference or account',
      collectColumn,
      {},
    )
    .option('--currency <code>', 'CSV without a column for it')
    .option('--account <number>', 'CSV without a column for it: the bank account')
    .addOption(new Option('--days <order>', 'CSV with days like 03/04/2026').choices(['dmy', 'mdy']))
    .option('--containing <text>', 'take movements whose name or text contains this, instead of Amazon’s name')
    .option('--everything', 'take every movement')
    .option('--why <text>', 'recorded in the audit log', 'import of a bank statement')
    .addOption(jsonOption())
    .action(run((context, file: string, options: ImportOptions) => importFile(context, file, options)));
}

function addAdd(deposits: Command, run: RunCommand): void {
  deposits
    .command('add')
    .description('enter a movement that a bank shows, without a file')
    .requiredOption('--account <number>', 'the bank account')
    .requiredOption('--day <day>', 'when the bank booked it', parseDayOnly)
    .requiredOption('--amount <amount>', 'with a decimal point; negative when it went out')
    .requiredOption('--currency <code>', 'for example EUR')
    .requiredOption('--reference <text>', 'the bank’s reference, unique in the account')
    .option('--text <text>', 'what the bank writes', '')
    .requiredOption('--why <text>', 'where you have it from')
    .addOption(jsonOption())
    .action(run((context, options: AddOptions) => add(context, options)));
}

async function importFile(context: CommandContext, file: string, options: ImportOptions): Promise<number> {
  const bytes = readBytes(file);
  const statement = await readStatement(bytes, file, options);
  const isTaken = ({ counterparty, text }: Deposit) => {
    const said = `${counterparty} ${text}`;
    if (options.everything) return true;
    return options.containing === undefined
      ? AMAZON.test(said)
      : said.toLowerCase().includes(options.containing.toLowerCase());
  };
  const taken = statement.movements.filter(isTaken);
  return store(context, {
    deposits: taken,
    leftOut: statement.movements.length - taken.length,
    statementSha256: sha256Of(bytes),
    origin: `bank statement (${statement.format})`,
    why: options.why,
  });
}

async function readStatement(bytes: Buffer, file: string, options: ImportOptions): Promise<BankStatement> {
  const { readCamt, STATEMENT_BYTES_MAX } = await import('../bank-statement/read-camt.ts');
  const { unreadableStatement } = await import('../bank-statement/statement.ts');
  if (bytes.length > STATEMENT_BYTES_MAX) throw unreadableStatement(`The file has ${bytes.length} bytes.`, { file });
  const text = decode(bytes);
  if (text.trimStart().startsWith('<')) return readCamt(text, file);
  const { readBankCsv } = await import('../bank-statement/read-csv.ts');
  return readBankCsv(text, file, { ...options, columns: options.column });
}

/** Banks export UTF-8 or the charset of Windows; what is not the one is the other. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function add(context: CommandContext, options: AddOptions): Promise<number> {
  const amount = parseMoney(options.amount, parseCurrencyCode(options.currency.toUpperCase()));
  const deposit: Deposit = {
    bankAccount: options.account.replace(/\s+/g, ''),
    statementId: 'entered by hand',
    entryReference: options.reference,
    bookedOn: options.day,
    valueOn: null,
    amount,
    counterparty: '',
    text: options.text,
  };
  const { why } = options;
  return store(context, { deposits: [deposit], leftOut: 0, statementSha256: null, origin: 'entered by hand', why });
}

function store(context: CommandContext, input: Parameters<typeof importDeposits>[1]): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { books, reconciliation } = workspace;
    const report = await importDeposits({ books, reconciliation, actor: userActor(context.environment) }, input);
    const { matchNow } = await import('../reports/reconciliation-makers.ts');
    const { matched, ambiguous } = await matchNow({ workspace, actor: userActor(context.environment) });
    sayImport(context, report, { matched, undecided: ambiguous.length });
    return 0;
  });
}

function sayImport(
  { terminal }: CommandContext,
  { recorded, known, leftOut }: ImportReport,
  { matched, undecided }: { readonly matched: number; readonly undecided: number },
): void {
  terminal.json({ recorded: recorded.map(moneyAsText), known, leftOut, matched, undecided });
  terminal.say(`${recorded.length} new, ${known} known before, ${leftOut} not Amazon’s and left out.`);
  terminal.say(
    `${matched} matched with their settlement. ${undecided} undecided${undecided === 0 ? '.' : ': seller-ledger reconcile payouts NAME'}`,
  );
}

function list(context: CommandContext, filter: { from?: LocalDate; until?: LocalDate }): Promise<number> {
  return withBooks(context, async ({ books, reconciliation }) => {
    const { terminal } = context;
    const deposits = await reconciliation.listDeposits(filter);
    const standing = (await reconciliation.listDepositMatches()).filter(({ endedAt }) => endedAt === null);
    const pays = new Map(standing.map((match) => [match.depositId, match]));
    const names = new Map((await books.listSettlements()).map(({ key, settlementId }) => [key, settlementId]));
    const rows = deposits.map((deposit) => {
      const match = pays.get(deposit.id);
      const settlementId = match ? (names.get(match.settlementKey) ?? null) : null;
      return { ...deposit, settlementId, matchedBy: match?.rule ?? null };
    });
    terminal.json(rows.map(moneyAsText));
    if (rows.length === 0) terminal.say('No deposit yet. Import a bank statement: seller-ledger deposits import FILE');
    sayTable(terminal, rows, [
      { title: 'deposit', value: ({ id }) => id.slice(0, 8) },
      { title: 'booked', value: ({ bookedOn }) => bookedOn },
      { title: 'amount', value: ({ amount }) => formatForPeople(amount), align: 'right' },
      { title: '', value: ({ amount }) => amount.currency },
      { title: 'settlement', value: ({ settlementId }) => settlementId ?? '' },
      { title: 'by', value: ({ matchedBy }) => matchedBy ?? '', yields: 2 },
      { title: 'text', value: ({ counterparty, text }) => legible(`${counterparty} ${text}`.trim()), yields: 1 },
    ]);
    return 0;
  });
}

function withdraw(context: CommandContext, ref: string, why: string): Promise<number> {
  return withBooks(context, async ({ reconciliation }) => {
    const { id } = await reconciliation.getDeposit(ref);
    await reconciliation.withdrawDeposit(id, userActor(context.environment), why);
    context.terminal.json({ depositId: id });
    context.terminal.say(`Deposit ${id} is withdrawn.`);
    return 0;
  });
}

function collectColumn(text: string, before: Readonly<Partial<Record<CsvField, string>>>) {
  const [, field, heading] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const fields = ['booked', 'value', 'amount', 'currency', 'name', 'text', 'reference', 'account'];
  if (field !== undefined && fields.includes(field)) return { ...before, [field]: heading };
  throw new Problem({
    code: 'BANK_COLUMN_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} does not say which column is what.`,
    next: `Write FIELD=HEADING, for example --column amount=Betrag; a field is one of ${fields.join(', ')}.`,
  });
}

function parseDayOnly(text: string): LocalDate {
  return parseLocalDate(text);
}
