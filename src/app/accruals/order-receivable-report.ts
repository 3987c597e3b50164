import {
  addMoney,
  DAY_MS,
  type LocalDate,
  type Money,
  money,
  negateMoney,
  parseLocalDate,
  utcDayOf,
} from '../../core/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { Report, ReportRow, ReportSection } from '../reports/report.ts';
import type { WaitingShipment } from './open-shipments.ts';
import type { ReceivableBalance, ReceivableOrder, RevenueOrder } from './orders-model.ts';
import { modelNow, surveyShipments } from './switch-model.ts';

const PAGE_ORDERS = 1_000;
/** Listed one by one; all of them are in the sums. */
const ORDERS_LISTED_MAX = 20_000;

export interface ReceivableOptions {
  /** After so many days an order that is not paid is overdue. */
  readonly overdueDays: number;
}

/** Why the receivable of an order is not zero. */
export type ReceivableState = 'not paid yet' | 'overdue' | 'amount differs' | 'cleared, not accrued';

/** Everything the report is made of. */
export interface ReceivableFacts {
  readonly connectionName: string;
  readonly today: LocalDate;
  readonly model: string;
  readonly completeUntil: string | null;
  readonly overdueDays: number;
  readonly open: readonly ReceivableOrder[];
  readonly revenue: readonly RevenueOrder[];
  readonly waiting: readonly WaitingShipment[];
  readonly balances: readonly ReceivableBalance[];
}

/**
 * The receivable of orders, order by order: what is not paid, what was paid otherwise than it was accrued, what settlements
 * booked as revenue because it was not accrued, and what waits. Proven: the open orders together are what the entries leave on the receivable, currency by currency.
 */
export async function orderReceivableReport(
  context: ConnectionContext,
  { overdueDays }: ReceivableOptions,
): Promise<Report> {
  const { books, connection } = context;
  const periods = await books.listModelPeriods(connection.id);
  const completeUntil = await books.shipmentsCompleteUntil(connection.id);
  const today = utcDayOf((await books.sharedNowMs()) / 1000);
  const first = periods.find(({ model }) => model === 'orders');
  return receivableReport({
    connectionName: connection.name,
    today,
    model: modelNow(periods, today),
    completeUntil,
    overdueDays,
    open: await openReceivables(context),
    revenue: first
      ? await books.listRevenueOrders(connection.id, { settledAfter: first.from, limit: PAGE_ORDERS })
      : [],
    waiting: (await surveyShipments(context, periods, completeUntil)).waiting,
    balances: await books.receivableBalances(connection.id),
  });
}

async function openReceivables({ books, connection }: ConnectionContext): Promise<readonly ReceivableOrder[]> {
  const open: ReceivableOrder[] = [];
  let after: Pick<ReceivableOrder, 'orderId' | 'marketplace'> | null = null;
  for (;;) {
    const page: readonly ReceivableOrder[] = await books.listReceivables(connection.id, {
      onlyOpen: true,
      after,
      limit: PAGE_ORDERS,
    });
    open.push(...page);
    after = page.at(-1) ?? null;
    if (page.length < PAGE_ORDERS || after === null) return open;
  }
}

/** Pure: the report of these facts. */
export function receivableReport(facts: ReceivableFacts): Report {
  const sums = sumsByCurrency(facts);
  return {
    name: 'order-receivable',
    title: 'Receivable of orders',
    facts: [
      { title: 'Connection', value: facts.connectionName },
      { title: 'As of', value: facts.today },
      { title: 'Model', value: facts.model },
      { title: 'Shipments known until', value: facts.completeUntil },
      { title: 'Proven', value: sums.every(({ difference }) => difference.minor === 0n) },
    ],
    sections: [
      proofSection(sums),
      stateSection(facts),
      orderSection(facts),
      revenueSection(facts.revenue),
      waitingSection(facts.waiting),
    ],
    notes: [
      'An open order is what was accrued of it less what settlements cleared. Fees and refunds are booked by settlements and are not in it.',
      'A difference in the proof stands for an entry that was reversed or withdrawn while its accrual or settlement still stands.',
      'Small residuals are not written off by the program: book them in SAP where they are final.',
    ],
  };
}

export function stateOf(
  order: ReceivableOrder,
  facts: Pick<ReceivableFacts, 'today' | 'overdueDays'>,
): ReceivableState {
  const { accrued, cleared, accruedOn } = order;
  if (accruedOn === null || (accrued.minor === 0n && cleared.minor !== 0n)) return 'cleared, not accrued';
  if (cleared.minor !== 0n) return 'amount differs';
  const ageDays = (Date.parse(facts.today) - Date.parse(accruedOn)) / DAY_MS;
  return ageDays > facts.overdueDays ? 'overdue' : 'not paid yet';
}

function residualOf({ accrued, cleared }: ReceivableOrder): Money {
  return addMoney(accrued, negateMoney(cleared));
}

interface CurrencySum {
  readonly currency: Money['currency'];
  readonly orders: Money;
  readonly entries: Money;
  readonly difference: Money;
}

function sumsByCurrency({ open, balances }: ReceivableFacts): CurrencySum[] {
  const currencies = [
    ...new Set([...open.map(({ accrued }) => accrued.currency), ...balances.map(({ amount }) => amount.currency)]),
  ].sort();
  return currencies.map((currency) => {
    let ofOrders = 0n;
    for (const order of open) if (order.accrued.currency === currency) ofOrders += residualOf(order).minor;
    let ofEntries = 0n;
    for (const { amount } of balances) if (amount.currency === currency) ofEntries += amount.minor;
    return {
      currency,
      orders: money(currency, ofOrders),
      entries: money(currency, ofEntries),
      difference: money(currency, ofEntries - ofOrders),
    };
  });
}

function proofSection(sums: readonly CurrencySum[]): ReportSection {
  return {
    key: 'proof',
    title: 'Open orders against the account',
    columns: [
      { key: 'currency', title: 'Currency', kind: 'text' },
      { key: 'orders', title: 'Open orders', kind: 'money' },
      { key: 'entries', title: 'On the receivable', kind: 'money' },
      { key: 'difference', title: 'Difference', kind: 'money' },
    ],
    rows: sums.map((sum): ReportRow => ({ ...sum })),
  };
}

function stateSection(facts: ReceivableFacts): ReportSection {
  const groups = new Map<string, { state: string; marketplace: string; count: number; residual: Money }>();
  for (const order of facts.open) {
    const state = stateOf(order, facts);
    const residual = residualOf(order);
    const key = [state, order.marketplace, residual.currency].join('\n');
    const known = groups.get(key) ?? {
      state,
      marketplace: order.marketplace,
      count: 0,
      residual: money(residual.currency, 0n),
    };
    groups.set(key, { ...known, count: known.count + 1, residual: addMoney(known.residual, residual) });
  }
  return {
    key: 'residuals',
    title: 'Residuals by reason',
    columns: [
      { key: 'state', title: 'Reason', kind: 'text' },
      { key: 'marketplace', title: 'Marketplace', kind: 'text' },
      { key: 'count', title: 'Orders', kind: 'count' },
      { key: 'residual', title: 'Residual', kind: 'money' },
    ],
    rows: [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]): ReportRow => group),
  };
}

function orderSection(facts: ReceivableFacts): ReportSection {
  const listed = facts.open.slice(0, ORDERS_LISTED_MAX);
  const left = facts.open.length - listed.length;
  return {
    key: 'orders',
    title: 'Open orders',
    columns: [
      { key: 'orderId', title: 'Order', kind: 'text' },
      { key: 'marketplace', title: 'Marketplace', kind: 'text' },
      { key: 'accruedOn', title: 'Shipped', kind: 'date' },
      { key: 'accrued', title: 'Accrued', kind: 'money' },
      { key: 'cleared', title: 'Cleared', kind: 'money' },
      { key: 'residual', title: 'Residual', kind: 'money' },
      { key: 'state', title: 'Reason', kind: 'text' },
    ],
    rows: listed.map((order): ReportRow => {
      return { ...order, residual: residualOf(order), state: stateOf(order, facts) };
    }),
    ...(left > 0 && { notes: [`${left} more are not listed; they are in the sums above.`] }),
  };
}

function revenueSection(revenue: readonly RevenueOrder[]): ReportSection {
  return {
    key: 'settledAsRevenue',
    title: 'Paid, not accrued: revenue of their settlement',
    columns: [
      { key: 'orderId', title: 'Order', kind: 'text' },
      { key: 'marketplace', title: 'Marketplace', kind: 'text' },
      { key: 'settlementId', title: 'Settlement', kind: 'text' },
      { key: 'amount', title: 'Amount', kind: 'money' },
    ],
    rows: revenue.map((order): ReportRow => ({ ...order })),
    ...(revenue.length === PAGE_ORDERS && { notes: [`The latest ${PAGE_ORDERS}; there may be more.`] }),
  };
}

function waitingSection(waiting: readonly WaitingShipment[]): ReportSection {
  return {
    key: 'waiting',
    title: 'Shipped, not accrued',
    columns: [
      { key: 'orderId', title: 'Order', kind: 'text' },
      { key: 'shippedOn', title: 'Shipped', kind: 'date' },
      { key: 'reason', title: 'Reason', kind: 'text' },
      { key: 'says', title: 'Why', kind: 'text' },
    ],
    rows: waiting.map(({ shipment, reason, says }): ReportRow => {
      return { orderId: shipment.orderId, shippedOn: parseLocalDate(shipment.postedAt.slice(0, 10)), reason, says };
    }),
  };
}
