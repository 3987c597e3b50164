import { type Command, InvalidArgumentError } from 'commander';
import {
  assertErasable,
  eraseSeller,
  erasurePlanReport,
  erasureReport,
  type HoldScope,
  holdsReport,
  keptReport,
  purgeReport,
  type Report,
} from '../../app/index.ts';
import { DAY_MS, Problem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { retentionRulesIn } from '../retention.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addReportCommand } from './report-commands.ts';
import { userActor } from './user.ts';

export function addPrivacyCommands(program: Command, run: RunCommand): void {
  const privacy = program
    .command('privacy')
    .description('what is kept about sellers and buyers: purge, legal holds, erasure of a seller');
  addReportCommand(privacy, run, {
    name: 'report',
    description: 'what is kept about a seller and its buyers: where, whom it is about, why and until when',
    declare: (command) => command.argument('<connection>', 'name of the connection'),
    make: (context: CommandContext, name: string) => withBooks(context, (workspace) => keptOf(workspace, name)),
  });
  addReportCommand(privacy, run, {
    name: 'purge',
    description: 'remove the buyers whose time is over; it also happens by itself every day',
    declare: (command) => command.option('--dry-run', 'only say what would be removed'),
    make: (context: CommandContext, { dryRun = false }: { dryRun?: boolean }) =>
      withBooks(context, async ({ privacy: store }) => {
        const options = { isDryRun: dryRun };
        return purgeReport(await store.purgeBuyersWithReport(userActor(context.environment), options));
      }),
  });
  addReportCommand(privacy, run, {
    name: 'erase',
    description: 'remove everything of a seller that nobody has to keep; it cannot be taken back, and may be repeated',
    declare: (command) =>
      command
        .argument('<connection>', 'name of the connection')
        .option('--why <text>', 'reason, for the audit log')
        .option('--confirm <connection>', 'the name of the connection once more')
        .option('--dry-run', 'only say what would be removed and what would stay'),
    make: (context: CommandContext, name: string, options: EraseOptions) => erase(context, name, options),
  });
  addHoldCommands(privacy, run);
}

async function keptOf(workspace: Workspace, name: string): Promise<Report> {
  const { books, privacy } = workspace;
  const { id } = await books.getConnection(name);
  return keptReport({
    connectionName: name,
    kept: await privacy.countKept(id),
    rules: await retentionRulesIn(books),
    holds: await privacy.listHolds({ all: true, connectionId: id }),
    partners: await privacy.leftPartners(id),
    erasure: await privacy.findErasure(id),
  });
}

interface EraseOptions {
  readonly why?: string;
  readonly confirm?: string;
  readonly dryRun?: boolean;
}

function erase(context: CommandContext, name: string, { why, confirm, dryRun }: EraseOptions): Promise<Report> {
  return withBooks(context, async (workspace) => {
    const { books, privacy, log } = workspace;
    const connection = await books.getConnection(name);
    const erasing = { books, privacy, connection, actor: userActor(context.environment), log };
    const rules = await retentionRulesIn(books);
    if (dryRun) {
      if (!connection.erasedAt) await assertErasable(erasing);
      return erasurePlanReport(name, await privacy.countKept(connection.id), rules);
    }
    if (why === undefined || confirm !== name) throw notConfirmed(name);
    const report = await eraseSeller(erasing, why);
    return erasureReport(report, await privacy.countKept(connection.id), rules);
  });
}

function notConfirmed(name: string): Problem {
  return new Problem({
    code: 'ERASE_NOT_CONFIRMED',
    kind: 'invalid',
    says: 'An erasure cannot be taken back, so it needs a reason and the name of the connection once more.',
    next: `Look first: seller-ledger privacy erase ${name} --dry-run. Then: seller-ledger privacy erase ${name} --confirm ${name} --why TEXT`,
  });
}

interface HoldOptions {
  readonly connection?: string;
  readonly order: readonly string[];
  readonly allBuyers?: boolean;
  readonly why: string;
  readonly until?: string;
}

function addHoldCommands(privacy: Command, run: RunCommand): void {
  const hold = privacy.command('hold').description('records that somebody needs longer than they would be kept');
  hold
    .command('add')
    .description('keep all records of a connection, those of some orders, or buyers, until the hold ends')
    .option(
      '--connection <name>',
      'everything of this connection; with --order or --all-buyers, of this connection only',
    )
    .option('--order <id>', 'records of this order; may be repeated', (id, ids: string[]) => [...ids, id], [])
    .option('--all-buyers', 'buyers and nothing else')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .option(
      '--until <day>',
      'it ends by itself after this day (YYYY-MM-DD); without: when somebody releases it',
      parseDay,
    )
    .addOption(jsonOption())
    .action(run((context, options: HoldOptions) => placeHold(context, options)));
  hold
    .command('release')
    .description('end a hold: what it covered goes when its time is over')
    .argument('<number>', 'its number', parseNumber)
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run((context, number: number, { why }: { why: string }) => releaseHold(context, number, why)));
  addReportCommand(hold, run, {
    name: 'list',
    description: 'the holds that stand',
    declare: (command) => command.option('--all', 'also those that ended'),
    make: (context: CommandContext, { all = false }: { all?: boolean }) =>
      withBooks(context, async ({ privacy: store }) => holdsReport(await store.listHolds({ all }))),
  });
}

function placeHold(context: CommandContext, options: HoldOptions): Promise<number> {
  const covers = scopeOf(options);
  return withBooks(context, async ({ books, privacy }) => {
    const connection = options.connection === undefined ? null : await books.getConnection(options.connection);
    const { order: orderIds, why, until = null } = options;
    const endsAt = until === null ? null : new Date(Date.parse(until) + DAY_MS).toISOString();
    if (until !== null && endsAt !== null && Date.parse(endsAt) <= (await books.sharedNowMs())) throw holdOver(until);
    const wanted = { covers, connectionId: connection?.id ?? null, orderIds, why, endsAt };
    const hold = await privacy.placeHold(wanted, userActor(context.environment));
    context.terminal.json(hold);
    context.terminal.say(`Hold ${hold.number} stands. See it: seller-ledger privacy hold list`);
    return 0;
  });
}

/** Who mistypes the year would believe that the records stay, and they would go with the next run. */
function holdOver(until: string): Problem {
  return new Problem({
    code: 'HOLD_ENDED',
    kind: 'conflict',
    says: `A hold until ${until} is over already and would keep nothing.`,
    next: 'Give a day to come with --until; without it the hold stands until somebody releases it.',
  });
}

/** Raises `HOLD_SCOPE_UNCLEAR` (invalid). */
function scopeOf({ connection, order, allBuyers }: HoldOptions): HoldScope {
  if (order.length > 0 && !allBuyers) return 'orders';
  if (allBuyers && order.length === 0) return 'buyers';
  if (connection !== undefined && order.length === 0) return 'connection';
  throw new Problem({
    code: 'HOLD_SCOPE_UNCLEAR',
    kind: 'invalid',
    says: 'A hold covers a connection, some orders, or buyers: one of these has to be named.',
    next: 'Give one of: --connection NAME, --order ID, --all-buyers',
  });
}

function releaseHold(context: CommandContext, number: number, why: string): Promise<number> {
  return withBooks(context, async ({ privacy }) => {
    const hold = await privacy.releaseHold(number, userActor(context.environment), why);
    context.terminal.json(hold);
    context.terminal.say(
      `Hold ${number} is released: what is due and covered by no other one goes with the next daily run.`,
    );
    return 0;
  });
}

function parseDay(text: string): string {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(ms).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('must be a day, YYYY-MM-DD');
}

function parseNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('must be the number of a hold');
}
