import type { Command } from 'commander';
import {
  compareSummaries,
  continuityFindings,
  continuitySections,
  daysAfter,
  gatherConnection,
  ledgerSections,
  monthReconciliation,
  movementSection,
  orderSections,
  pairSection,
  payoutSections,
  type Reconciliation,
  reconcile,
  reconcileOrders,
  reconciliationReport,
  recordMatches,
  summarySections,
  unmatchedDeposits,
} from '../../app/index.ts';
import { type LocalDate, PROBLEM_KINDS, Problem, parseLocalDate, type YearMonth } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addReportCommand, type ReportWithExit } from './report-commands.ts';
import { parseMonth } from './report-period.ts';
import { userActor } from './user.ts';

/** Without `--from` a look goes back so far. */
const DAYS_BACK = 92;
const OPEN = PROBLEM_KINDS.unproven.exitCode;

interface PeriodOptions {
  readonly from?: LocalDate;
  readonly until?: LocalDate;
}

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

function addContinuity(group: Command, run: RunCommand): void {
  addReportCommand(group, run, {
    name: 'continuity',
    description: 'missing settlements with the days left to fetch them, reserves and debts that do not carry over',
    declare: withConnection,
    make: (context: CommandContext, name: string): Promise<ReportWithExit> =>
      withBooks(context, async (workspace) => {
        const { reconciliation, connections } = await openReconciliation(context, workspace, name);
        const facts = await gatherConnection(reconciliation, connections.one);
        const findings = continuityFindings(facts, reconciliation.today);
        const about = { connection: name, until: reconciliation.today };
        const notes = findings.problems.flatMap(({ code, says, next }) => [`${code}: ${says}`, `next: ${next}`]);
        const sections = continuitySections(facts, findings);
        const report = reconciliationReport('continuity', 'Continuity of settlements', about, sections, notes);
        return { report, exitCode: findings.problems.length > 0 ? OPEN : 0 };
      }),
  });
}

function addMoney(group: Command, run: RunCommand): void {
  addReportCommand(group, run, {
    name: 'payouts',
    description: 'where the money of each settlement is: expected, on its way, in the bank, late, returned, or a debt',
    declare: withPeriod,
    make: (context: CommandContext, name: string, options: PeriodOptions): Promise<ReportWithExit> =>
      look(context, name, options, (found) => {
        const lines = found.payouts.filter(
          ({ settlement }) => settlement.endOn >= found.from && settlement.endOn <= found.until,
        );
        const report = reconciliationReport('payouts', 'Payouts and bank', aboutOf(found), [
          ...payoutSections(lines, unmatchedDeposits(found.bank)),
          pairSection(found.pairs),
        ]);
        const isOpen = lines.some(({ isOverdue, candidates }) => isOverdue || candidates !== null);
        return { report, exitCode: isOpen ? OPEN : 0 };
      }),
  });
  addReportCommand(group, run, {
    name: 'ledgers',
    description:
      'balances with Amazon (payouts, reserve, debt, carried amounts) with their open items, from the entries',
    declare: (command) => withPeriod(command).option('--movements', 'also every movement of the period'),
    make: (
      context: CommandContext,
      name: string,
      options: PeriodOptions & { readonly movements?: boolean },
    ): Promise<ReportWithExit> =>
      look(context, name, options, (found) => {
        const sections = [
          ...ledgerSections(found.ledgers),
          ...(options.movements ? [movementSection(found.ledgers)] : []),
        ];
        const report = reconciliationReport('ledgers', 'Balances with Amazon', aboutOf(found), sections);
        return { report, exitCode: found.ledgers.some(({ proof }) => proof?.ok === false) ? OPEN : 0 };
      }),
  });
}

function addControls(group: Command, run: RunCommand): void {
  addReportCommand(group, run, {
    name: 'orders',
    description: 'orders, Amazon’s financial events and settlement rows order by order, with residuals that add up',
    declare: withPeriod,
    make: (context: CommandContext, name: string, options: PeriodOptions): Promise<ReportWithExit> =>
      withBooks(context, async (workspace) => {
        const { reconciliation, connections } = await openReconciliation(context, workspace, name);
        const period = periodOf(options, reconciliation.today);
        const matching = await reconcileOrders(
          reconciliation,
          await gatherConnection(reconciliation, connections.one),
          period,
        );
        const about = { connection: name, ...period };
        const report = reconciliationReport(
          'orders',
          'Orders, events and settlements',
          about,
          orderSections(matching),
          [await completeness(workspace, name)],
        );
        const isOpen = matching.orderResiduals.length + matching.eventResiduals.length > 0;
        return { report, exitCode: isOpen ? OPEN : 0 };
      }),
  });
  addReportCommand(group, run, {
    name: 'summaries',
    description: 'each settlement beside Amazon’s own summary of it, by group where they differ',
    declare: withConnection,
    make: (context: CommandContext, name: string): Promise<ReportWithExit> =>
      withBooks(context, async (workspace) => {
        const { reconciliation, connections } = await openReconciliation(context, workspace, name);
        const compared = await compareSummaries(
          reconciliation,
          await gatherConnection(reconciliation, connections.one),
        );
        const about = { connection: name, until: reconciliation.today };
        const report = reconciliationReport('summaries', 'Amazon’s summaries', about, summarySections(compared));
        return { report, exitCode: compared.some(({ differenceMinor }) => differenceMinor !== 0n) ? OPEN : 0 };
      }),
  });
  addReportCommand(group, run, {
    name: 'month',
    description: 'everything of a month on one report, for its close',
    declare: (command) => {
      withConnection(command)
        .argument('<month>', 'YYYY-MM', parseMonth)
        .option('--with-orders', 'also match orders, which reads the settlement files');
    },
    make: (
      context: CommandContext,
      name: string,
      month: YearMonth,
      options: { readonly withOrders?: boolean },
    ): Promise<ReportWithExit> =>
      withBooks(context, async (workspace) => {
        const { reconciliation, connections } = await openReconciliation(context, workspace, name);
        const withOrders = options.withOrders ?? false;
        const { report, checks } = await monthReconciliation(reconciliation, connections, month, { withOrders });
        return { report, exitCode: checks.every(({ ok }) => ok) ? 0 : OPEN };
      }),
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
      const { matched, ambiguous } = await matchNow(workspace, context);
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

/** Matches what is certain over all connections, on behalf of whoever runs the command. */
export async function matchNow(workspace: Workspace, context: Pick<CommandContext, 'environment'>) {
  const { allConnections, reconciliationContext } = await import('../reconciliation.ts');
  const reconciliation = await reconciliationContext(workspace, userActor(context.environment));
  const facts = [];
  for (const each of await allConnections(workspace)) facts.push(await gatherConnection(reconciliation, each));
  return recordMatches(reconciliation, facts);
}

/** What a reconciliation of a connection looks at; also for the close pack of a month. */
export async function openReconciliation(context: CommandContext, workspace: Workspace, name: string) {
  const { reconciledConnections, reconciliationContext } = await import('../reconciliation.ts');
  return {
    connections: await reconciledConnections(workspace, name),
    reconciliation: await reconciliationContext(workspace, userActor(context.environment)),
  };
}

function look(
  context: CommandContext,
  name: string,
  options: PeriodOptions,
  toReport: (found: Reconciliation) => ReportWithExit,
): Promise<ReportWithExit> {
  return withBooks(context, async (workspace) => {
    const { reconciliation, connections } = await openReconciliation(context, workspace, name);
    return toReport(await reconcile(reconciliation, connections, periodOf(options, reconciliation.today)));
  });
}

function aboutOf({ facts, from, until }: Reconciliation) {
  return { connection: facts.connection.name, from, until };
}

function periodOf({ from, until }: PeriodOptions, today: LocalDate) {
  const end = until ?? today;
  const period = { from: from ?? daysAfter(end, -DAYS_BACK), until: end };
  if (period.from <= period.until) return period;
  throw new Problem({
    code: 'PERIOD_INVALID',
    kind: 'invalid',
    says: `The period would run from ${period.from} to ${period.until}.`,
    next: 'Give the earlier day with --from and the later one with --until.',
  });
}

/** Until when the feeds are complete: an order that is missing here may not have been read yet. */
async function completeness({ books, feedBooks }: Workspace, name: string): Promise<string> {
  const runs = await feedBooks.listFeedRuns((await books.getConnection(name)).id);
  const of = (feed: string) =>
    runs
      .find((each) => each.feed === feed)
      ?.completeUntil?.slice(0, 16)
      .replace('T', ' ') ?? 'never read';
  return `Complete until (UTC): orders ${of('orders')}, financial events ${of('finances')}.`;
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
