import { type Command, Option } from 'commander';
import type { FinanceEventRecord } from '../../app/index.ts';
import { type CurrencyCode, formatMoney, money } from '../../core/index.ts';
import { moneyAsText } from '../order-views.ts';
import { formatForPeople } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { limitOption } from './list-part.ts';
import { parseDay } from './order-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import { legible } from './terminal.ts';

const EVENTS_SHOWN = 100;
const EVENT_STATUSES = ['deferred', 'released', 'deferred-released', 'other'] as const;

interface ListOptions {
  readonly from?: string;
  readonly until?: string;
  readonly status?: (typeof EVENT_STATUSES)[number];
  readonly order?: string;
  readonly settlement?: string;
  readonly limit: number;
}

export function addFinanceCommands(program: Command, run: RunCommand): void {
  const finances = program.command('finances').description('Amazon’s financial events: controls, never booked');
  finances
    .command('list')
    .description('events of a connection, the latest first')
    .argument('<connection>')
    .option('--from <day>', 'posted on this day (UTC) or later', parseDay)
    .option('--until <day>', 'posted before this day (UTC)', parseDay)
    .addOption(new Option('--status <status>', 'only those of this status').choices(EVENT_STATUSES))
    .option('--order <order>', 'of this order')
    .option('--settlement <settlement>', 'of this settlement')
    .addOption(limitOption(EVENTS_SHOWN))
    .addOption(jsonOption())
    .action(run((context, name: string, options: ListOptions) => list(context, name, options)));
  finances
    .command('controls')
    .description('what Amazon says of its settlements and balances beside what its files say')
    .argument('<connection>')
    .addOption(jsonOption())
    .action(run((context, name: string) => controls(context, name)));
  const payouts = program.command('payouts').description('money on its way to the bank');
  payouts
    .command('list')
    .description('payouts of a connection, the latest first')
    .argument('<connection>')
    .option('--settlement <settlement>', 'of this settlement')
    .addOption(limitOption(EVENTS_SHOWN))
    .addOption(jsonOption())
    .action(
      run((context, name: string, options: { settlement?: string; limit: number }) =>
        listPayouts(context, name, options),
      ),
    );
}

function list(context: CommandContext, name: string, options: ListOptions): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const records = await feedBooks.listFinanceEvents({
      connectionId: (await books.getConnection(name)).id,
      limit: options.limit,
      ...(options.from !== undefined && { from: options.from }),
      ...(options.until !== undefined && { until: options.until }),
      ...(options.status !== undefined && { status: options.status }),
      ...(options.order !== undefined && { orderId: options.order }),
      ...(options.settlement !== undefined && { settlementId: options.settlement }),
    });
    terminal.json(records.map(eventDocument));
    if (records.length === 0)
      terminal.say(`No such event. Fetch them: seller-ledger feeds sync ${name} --feed finances`);
    sayTable(terminal, records, [
      { title: 'posted', value: ({ event }) => event.postedAt?.slice(0, 16).replace('T', ' ') ?? '' },
      { title: 'type', value: ({ event }) => legible(event.eventType), yields: 2 },
      { title: 'status', value: ({ event }) => event.status, yields: 2 },
      { title: 'order', value: ({ event }) => legible(event.orderId ?? ''), yields: 3 },
      { title: 'settlement', value: ({ event }) => legible(event.settlementId ?? '') },
      { title: 'total', value: ({ event }) => (event.total ? formatForPeople(event.total) : '–'), align: 'right' },
      { title: '', value: ({ event }) => event.total?.currency ?? '' },
      { title: 'ties', value: ({ event }) => (event.ties === null ? '' : event.ties ? 'yes' : 'no') },
    ]);
    return 0;
  });
}

function eventDocument({ event, firstSeenAt, changedAt, revision }: FinanceEventRecord) {
  const { source: _source, ...facts } = event;
  return { ...moneyAsText(facts), firstSeenAt, changedAt, revision };
}

function controls(context: CommandContext, name: string): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const { id } = await books.getConnection(name);
    const differences = (await feedBooks.listSummaryDifferences(id)).map((row) => ({
      settlementId: row.settlementId,
      currency: row.currency,
      settlement: textOf(row.currency, row.settlementMinor),
      summary: textOf(row.currency, row.summaryMinor),
      difference: textOf(row.currency, row.differenceMinor),
    }));
    const balances = await feedBooks.listBalances(id);
    terminal.json({ summaries: differences, balances: balances.map(moneyAsText) });
    sayTable(terminal, differences, [
      { title: 'settlement', value: (row) => legible(row.settlementId) },
      { title: 'file', value: (row) => row.settlement, align: 'right' },
      { title: 'Amazon’s summary', value: (row) => row.summary, align: 'right' },
      { title: 'difference', value: (row) => row.difference, align: 'right' },
      { title: '', value: (row) => row.currency },
    ]);
    terminal.say();
    sayTable(terminal, balances, [
      { title: 'taken', value: (row) => row.takenAt },
      { title: 'as of', value: (row) => row.asOf ?? 'now' },
      { title: 'balance', value: (row) => row.balanceType },
      { title: 'marketplace', value: (row) => row.marketplaceId ?? '', yields: 1 },
      { title: 'amount', value: (row) => formatForPeople(row.amount), align: 'right' },
      { title: '', value: (row) => row.amount.currency },
    ]);
    return 0;
  });
}

function textOf(currency: string, minor: bigint): string {
  return formatMoney(money(currency as CurrencyCode, minor));
}

function listPayouts(
  context: CommandContext,
  name: string,
  options: { settlement?: string; limit: number },
): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const payouts = await feedBooks.listPayouts({
      connectionId: (await books.getConnection(name)).id,
      limit: options.limit,
      ...(options.settlement !== undefined && { settlementId: options.settlement }),
    });
    terminal.json(payouts.map(({ source: _source, connectionId: _id, ...payout }) => moneyAsText(payout)));
    if (payouts.length === 0)
      terminal.say(`No payout yet. Fetch them: seller-ledger feeds sync ${name} --feed payouts`);
    sayTable(terminal, payouts, [
      { title: 'payout', value: (row) => legible(row.payoutId) },
      { title: 'created', value: (row) => row.createdAt?.slice(0, 10) ?? '' },
      { title: 'status', value: (row) => row.status, yields: 2 },
      { title: 'amount', value: (row) => (row.amount ? formatForPeople(row.amount) : '–'), align: 'right' },
      { title: '', value: (row) => row.amount?.currency ?? '' },
      { title: 'to', value: (row) => (row.accountTail === null ? '' : `…${legible(row.accountTail)}`), yields: 2 },
      { title: 'trace', value: (row) => legible(row.traceId ?? ''), yields: 1 },
      { title: 'settlements', value: (row) => legible(row.settlementIds.join(', ')), yields: 2 },
    ]);
    return 0;
  });
}
