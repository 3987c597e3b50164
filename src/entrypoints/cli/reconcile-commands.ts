import type { Command } from 'commander';
import { Problem, parseLocalDate, type YearMonth } from '../../core/index.ts';
import type { LookPeriod } from '../reports/reconciliation-makers.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addReportCommand, askReport } from './report-commands.ts';
import { endsFirst, parseMonth } from './report-period.ts';
import { userActor } from './user.ts';

const makers = () => import('../reports/reconciliation-makers.ts');

/** The group `reconcile`: every look ends with exit code 3 when something needs a person. */
export function addReconcileCommands(program: Command, run: RunCommand): void {
  const group = program
    .command('reconcile')
    .description(
      'settlements beside each other, payouts, bank and orders; each ends with exit code 3 when something is open',
    );
  addContinuity(group, run);
  addMoney(group, run);
  addControls(group, run);
  addMatching(group, run);
}

/** As the API names the ends of a period. Raises `PERIOD_INVALID` (invalid). */
function daysOf({ from, until: to }: LookPeriod) {
  if (from !== undefined && to !== undefined && from > to)
    throw endsFirst(from, to, 'Give the earlier day with --from and the later one with --until.');
  return { from, to };
}

function addContinuity(group: Command, run: RunCommand): void {
  addReportCommand(group, run, {
    name: 'continuity',
    description: 'missing settlements with the days left to fetch them, reserves and debts that do not carry over',
    declare: withConnection,
    ask: (connection: string) => askReport('continuity', { connection }),
  });
}

function addMoney(group: Command, run: RunCommand): void {
  addReportCommand(group, run, {
    name: 'payouts',
    description: 'where the money of each settlement is: expected, on its way, in the bank, late, returned, or a debt',
    declare: withPeriod,
    ask: (connection: string, look: LookPeriod) => askReport('payouts', { connection, ...daysOf(look) }),
  });
  addReportCommand(group, run, {
    name: 'ledgers',
    description:
      'balances with Amazon (payouts, reserve, debt, carried amounts) with their open items, from the entries',
    declare: (command) => withPeriod(command).option('--movements', 'also every movement of the period'),
    ask: (connection: string, look: LookPeriod & { readonly movements?: boolean }) =>
      askReport('ledgers', { connection, ...daysOf(look), movements: look.movements }),
  });
}

function addControls(group: Command, run: RunCommand): void {
  addReportCommand(group, run, {
    name: 'orders',
    description: 'orders, Amazon’s financial events and settlement rows order by order, with residuals that add up',
    declare: withPeriod,
    ask: (connection: string, look: LookPeriod) => askReport('orders', { connection, ...daysOf(look) }),
  });
  addReportCommand(group, run, {
    name: 'summaries',
    description: 'each settlement beside Amazon’s own summary of it, by group where they differ',
    declare: withConnection,
    ask: (connection: string) => askReport('summaries', { connection }),
  });
  addReportCommand(group, run, {
    name: 'month',
    description: 'everything of a month on one report, for its close',
    declare: (command) => {
      withConnection(command)
        .argument('<month>', 'YYYY-MM', parseMonth)
        .option('--with-orders', 'also match orders, which reads the settlement files');
    },
    ask: (connection: string, month: YearMonth, { withOrders }: { readonly withOrders?: boolean }) =>
      askReport('month', { connection, month, withOrders }),
  });
}

function addMatching(group: Command, run: RunCommand): void {
  group
    .command('match')
    .description('match deposits with payouts: all that are certain, or one pair on your word')
    .argument('[deposit]', 'id of a deposit, or the start of it')
    .argument('[settlement]', 'settlement that it pays')
    .option('--why <text>', 'why it is that one; needed for a pair')
    .addOption(jsonOption())
    .action(
      run((context, deposit: string | undefined, settlement: string | undefined, options: { why?: string }) =>
        match(context, deposit, settlement, options.why),
      ),
    );
  group
    .command('unmatch')
    .description('take a deposit and its settlement apart; the program does not match them again')
    .argument('<deposit>')
    .requiredOption('--why <text>', 'why they do not belong together')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { why: string }) => unmatch(context, ref, options.why)));
}

function match(
  context: CommandContext,
  depositRef: string | undefined,
  settlementRef: string | undefined,
  why: string | undefined,
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    if (depositRef === undefined) {
      const { matched, ambiguous } = await (await makers()).matchNow({ workspace, actor: userActor(environment) });
      terminal.json({ matched, undecided: ambiguous });
      terminal.say(
        `${matched} matched. ${ambiguous.length} ${ambiguous.length === 1 ? 'payout is' : 'payouts are'} undecided.`,
      );
      return 0;
    }
    if (settlementRef === undefined || why === undefined) throw pairIncomplete();
    const deposit = await workspace.reconciliation.getDeposit(depositRef);
    const settlement = await workspace.books.getSettlement(settlementRef);
    const actor = userActor(environment);
    const pair = { depositId: deposit.id, settlementKey: settlement.key };
    await workspace.reconciliation.matchDeposit({ ...pair, rule: 'person', actor, why });
    terminal.json({ ...pair, settlementId: settlement.settlementId });
    terminal.say(`Deposit ${deposit.id} pays settlement ${settlement.settlementId}.`);
    return 0;
  });
}

function unmatch(context: CommandContext, ref: string, why: string): Promise<number> {
  return withBooks(context, async ({ reconciliation }) => {
    const deposit = await reconciliation.getDeposit(ref);
    await reconciliation.unmatchDeposit(deposit.id, userActor(context.environment), why);
    context.terminal.json({ depositId: deposit.id });
    context.terminal.say(`Deposit ${deposit.id} pays no settlement any more.`);
    return 0;
  });
}

function withConnection(command: Command): Command {
  return command.argument('<connection>', 'name of the connection');
}

function withPeriod(command: Command): Command {
  return withConnection(command)
    .option('--from <day>', 'from this day on (UTC); default: three months before the end', parseLocalDate)
    .option('--until <day>', 'up to and with this day (UTC); default: today', parseLocalDate);
}

function pairIncomplete(): Problem {
  return new Problem({
    code: 'MATCH_INCOMPLETE',
    kind: 'invalid',
    says: 'A pair takes a deposit, a settlement and the reason why they belong together.',
    next: 'seller-ledger reconcile match DEPOSIT SETTLEMENT --why TEXT; without any of them all certain pairs are matched.',
  });
}
