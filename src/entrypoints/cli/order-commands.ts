import type { Command } from 'commander';
import type { OrderCharge, OrderFilter, OrderRecord, OrderStatus } from '../../app/index.ts';
import { type Money, Problem, parseLocalDate } from '../../core/index.ts';
import { buyerGone, chargesTotal, orderView } from '../order-views.ts';
import { formatForPeople } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { limitOption } from './list-part.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import { legible } from './terminal.ts';
import { userActor } from './user.ts';

const ORDERS_SHOWN = 100;
const STATUSES: readonly OrderStatus[] = [
  'pending-availability',
  'pending',
  'unshipped',
  'partially-shipped',
  'shipped',
  'cancelled',
  'unfulfillable',
  'other',
];

export function addOrderCommands(program: Command, run: RunCommand): void {
  const orders = program.command('orders').description('orders as Amazon tells them; they are not booked');
  orders
    .command('list')
    .description('orders of a connection, the latest changed first')
    .argument('<connection>')
    .option('--from <day>', 'changed on this day (UTC) or later', parseDay)
    .option('--until <day>', 'changed before this day (UTC)', parseDay)
    .option('--status <status>', STATUSES.join(', '), parseStatus)
    .addOption(limitOption(ORDERS_SHOWN))
    .addOption(jsonOption())
    .action(run((context, name: string, options: ListOptions) => list(context, name, options)));
  orders
    .command('show')
    .description('one order with its items and amounts')
    .argument('<order>', 'Amazon order id')
    .option('--buyer', 'also who bought it, where that is kept; each use is recorded')
    .option('--why <text>', 'why the buyer is looked at, for the audit log; needed with --buyer')
    .addOption(jsonOption())
    .action(run((context, orderId: string, options: ShowOptions) => show(context, orderId, options)));
}

interface ShowOptions {
  readonly buyer?: boolean;
  readonly why?: string;
}

/** Each look at a buyer is in the audit log, with what it was for. */
function buyerWithoutReason(orderId: string): Problem {
  return new Problem({
    code: 'BUYER_REASON_MISSING',
    kind: 'invalid',
    says: 'It is not said why the buyer is looked at.',
    next: `Say it: seller-ledger orders show ${orderId} --buyer --why TEXT`,
  });
}

interface ListOptions {
  readonly from?: string;
  readonly until?: string;
  readonly status?: OrderStatus;
  readonly limit: number;
}

/** Midnight of a day as the stores write moments. */
export function parseDay(text: string): string {
  return `${parseLocalDate(text)}T00:00:00.000Z`;
}

function parseStatus(text: string): OrderStatus {
  const status = STATUSES.find((known) => known === text);
  if (status) return status;
  throw new Problem({
    code: 'ORDER_STATUS_UNKNOWN',
    kind: 'invalid',
    says: `There is no order status ${JSON.stringify(text)}.`,
    next: `Name one of these: ${STATUSES.join(', ')}.`,
  });
}

function list(context: CommandContext, name: string, options: ListOptions): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const { from, until, status, limit } = options;
    const filter: OrderFilter = {
      connectionId: (await books.getConnection(name)).id,
      limit,
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
      ...(status !== undefined && { status }),
    };
    const records = await feedBooks.listOrders(filter);
    terminal.json(records.map(orderView));
    if (records.length === 0) terminal.say(`No such order. Fetch them: seller-ledger feeds sync ${name} --feed orders`);
    sayTable(terminal, records, [
      { title: 'order', value: ({ order }) => legible(order.orderId) },
      { title: 'placed', value: ({ order }) => order.createdAt.slice(0, 10) },
      { title: 'changed', value: ({ order }) => order.lastUpdatedAt.slice(0, 16).replace('T', ' '), yields: 1 },
      { title: 'marketplace', value: ({ order }) => legible(order.marketplaceName ?? ''), yields: 2 },
      { title: 'status', value: ({ order }) => order.status },
      { title: 'by', value: ({ order }) => order.fulfilledBy ?? '', yields: 1 },
      { title: 'items', value: ({ order }) => String(order.items.length), align: 'right' },
      { title: 'charges', value: ({ order }) => textOf(chargesTotal(order)), align: 'right' },
      { title: '', value: ({ order }) => order.currency ?? '' },
      { title: 'from', value: ({ order }) => order.detail, yields: 1 },
    ]);
    return 0;
  });
}

function show(context: CommandContext, orderId: string, options: ShowOptions): Promise<number> {
  const { buyer: isWithBuyer = false, why = '' } = options;
  if (isWithBuyer && why.trim() === '') throw buyerWithoutReason(orderId);
  return withBooks(context, async ({ feedBooks }) => {
    const { terminal } = context;
    const record = await feedBooks.getOrder(orderId);
    const buyer = isWithBuyer
      ? await feedBooks.openBuyer(record.connectionId, orderId, userActor(context.environment), why)
      : undefined;
    if (options.buyer && !buyer) throw buyerGone(orderId);
    terminal.json({ ...orderView(record), ...(buyer && { buyer }) });
    sayOrder(context, record);
    for (const [name, value] of Object.entries(buyer ?? {})) {
      if (value !== null && name !== 'orderId') terminal.say(`  buyer ${name}: ${legible(JSON.stringify(value))}`);
    }
    return 0;
  });
}

function sayOrder({ terminal }: CommandContext, { order }: OrderRecord): void {
  terminal.say(`${terminal.paint('bold', `Order ${legible(order.orderId)}`)}  ${order.status}`);
  terminal.say(
    `  placed ${order.createdAt}, changed ${order.lastUpdatedAt}, ${legible(order.marketplaceName ?? 'no marketplace')}, told by ${order.detail === 'api' ? 'the orders interface' : 'a report'}`,
  );
  if (order.lacksTaxData) terminal.say('  without tax and payment: the application has no role for them');
  for (const item of order.items) {
    terminal.say(
      `  ${item.quantityOrdered} × ${legible(item.sku ?? '(no SKU)')}${item.isCancelled ? ' cancelled' : ''}  ${legible(item.title ?? '')}`,
    );
    for (const charge of item.charges) terminal.say(`      ${describeCharge(charge)}`);
  }
  for (const charge of order.charges) terminal.say(`  ${describeCharge(charge)}`);
  terminal.say(
    `  charges ${textOf(chargesTotal(order))} ${order.currency ?? ''}, Amazon says ${textOf(order.grandTotal)}`,
  );
}

function describeCharge({ kind, subject, amount }: OrderCharge): string {
  return `${`${subject} ${kind}`.padEnd(20)} ${formatForPeople(amount).padStart(14)} ${amount.currency}`;
}

function textOf(amount: Money | null): string {
  return amount === null ? '–' : formatForPeople(amount);
}
