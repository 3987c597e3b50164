import { isProblem, type Money, money } from '../../core/index.ts';
import type { SettlementLine } from '../../mapping/index.ts';
import type { FinanceEventRecord, OrderRecord } from '../feed-stores.ts';
import type { EntryRecord, SettlementKey, SettlementRecord } from '../ports.ts';
import { progressOf } from '../posting-progress.ts';
import type { Report, ReportSection } from '../reports/index.ts';
import { collectRows, type TracedSettlement } from './collect-rows.ts';
import { orderIdForms } from './names.ts';
import { type AccruedOrders, accrualsOf, accruedLineSection } from './trace-accrual.ts';
import { nothingFound, type TraceContext } from './trace-context.ts';
import { paymentSections } from './trace-payments.ts';
import {
  entrySection,
  eventSection,
  lineSection,
  orderSection,
  rowSection,
  settlementSection,
} from './trace-sections.ts';

/** Rows in one answer. A SKU may have a hundred thousand. */
const ROWS_SHOWN_MAX = 500;
const EVENTS_SHOWN_MAX = 500;

/**
 * Everything that is known of an order: every row of every settlement, the journal lines and documents they are booked in, the
 * accruals it was part of, its finance events, and the payouts. Its number may be written with or without hyphens. Settlements
 * that are not proposed are read from start to end, because no rows are recorded of them. Raises `TRACE_NOTHING_FOUND` (invalid).
 */
export async function traceOrder(context: TraceContext, text: string): Promise<Report> {
  const orderIds = orderIdForms(text);
  const { books, feeds } = context;
  const found = await collectFrom(context, {
    recorded: new Set(await books.findSettlementsOfOrders(orderIds)),
    wants: (line) => orderIds.includes(line.orderId()),
  });
  const order = await orderOf(feeds, orderIds);
  const events = await eventsOf(feeds, orderIds);
  const accrued = await accrualsOf(books, orderIds);
  if (found.length === 0 && !order && events.length === 0 && accrued.entries.length === 0) {
    throw nothingFound(`order ${text.trim()}`, 'any settlement, order, finance event or accrual');
  }
  return report(context, {
    name: 'order-trace',
    title: `Order ${order?.order.orderId ?? orderIds.at(-1) ?? ''}`,
    found,
    accrued,
    before: order ? [orderSection(order)] : [],
    after: [eventSection(events)],
    settlementIds: events.flatMap(({ event }) => event.settlementId ?? []),
  });
}

/**
 * The same of a SKU, over all orders, and of rows that have a SKU and no order, such as a reimbursement: therefore every
 * settlement is read. Raises `TRACE_NOTHING_FOUND` (invalid).
 */
export async function traceSku(context: TraceContext, text: string): Promise<Report> {
  const sku = text.trim();
  const found = await collectFrom(context, { recorded: 'all', wants: (line) => line.sku() === sku });
  if (found.length === 0) throw nothingFound(`SKU ${sku}`, 'any settlement');
  return report(context, {
    name: 'sku-trace',
    title: `SKU ${sku}`,
    found,
    accrued: { entries: [], lines: [] },
    before: [],
    after: [],
    settlementIds: [],
  });
}

interface Wanted {
  /** Proposed settlements whose recorded rows have it, or all of them. */
  readonly recorded: ReadonlySet<SettlementKey> | 'all';
  readonly wants: (line: SettlementLine) => boolean;
}

async function collectFrom(context: TraceContext, { recorded, wants }: Wanted): Promise<TracedSettlement[]> {
  const found: TracedSettlement[] = [];
  let left = ROWS_SHOWN_MAX;
  for (const settlement of await context.books.listSettlements()) {
    if (recorded !== 'all' && settlement.state === 'proposed' && !recorded.has(settlement.key)) continue;
    const each = await collectRows(context, settlement, { wants, rowsMax: left });
    if (each.rowCount === 0) continue;
    left -= each.rows.length;
    found.push(each);
  }
  return found;
}

async function orderOf(feeds: TraceContext['feeds'], orderIds: readonly string[]): Promise<OrderRecord | undefined> {
  for (const orderId of orderIds) {
    try {
      return await feeds.getOrder(orderId);
    } catch (thrown) {
      if (!isProblem(thrown) || thrown.code !== 'ORDER_UNKNOWN') throw thrown;
    }
  }
  return undefined;
}

async function eventsOf(feeds: TraceContext['feeds'], orderIds: readonly string[]): Promise<FinanceEventRecord[]> {
  const events: FinanceEventRecord[] = [];
  for (const orderId of orderIds) {
    events.push(...(await feeds.listFinanceEvents({ orderId, limit: EVENTS_SHOWN_MAX })));
  }
  return events;
}

async function report(
  context: TraceContext,
  parts: {
    readonly name: string;
    readonly title: string;
    readonly found: readonly TracedSettlement[];
    readonly accrued: AccruedOrders;
    readonly before: readonly ReportSection[];
    readonly after: readonly ReportSection[];
    readonly settlementIds: readonly string[];
  },
): Promise<Report> {
  const { found } = parts;
  const progress = await progressOf(
    context.books,
    found.map(({ settlement }) => settlement),
  );
  const entries = [...(await entriesOf(context, found)), ...parts.accrued.entries];
  return {
    name: parts.name,
    title: parts.title,
    facts: [
      { title: 'rows', value: found.reduce((total, { rowCount }) => total + rowCount, 0) },
      ...sumsOf(found).map((sum) => ({ title: `sum in ${sum.currency}`, value: sum })),
      { title: 'settlements', value: found.map(({ settlement }) => settlement.settlementId).join(', ') },
    ],
    sections: [
      ...parts.before,
      settlementSection(found, progress),
      rowSection(found),
      lineSection(found),
      ...(parts.accrued.lines.length > 0 ? [accruedLineSection(parts.accrued.lines)] : []),
      entrySection(entries, 'Entries, with what was reversed and withdrawn of the same settlements'),
      ...parts.after,
      ...(await paymentSections(
        context,
        found.map(({ settlement }) => settlement),
        parts.settlementIds,
      )),
    ],
    notes: waitingNotes(found.map(({ settlement }) => settlement)),
  };
}

/** Entries that these rows are in, and of earlier proposals all, because their rows are known for the current one only. */
async function entriesOf({ books }: TraceContext, found: readonly TracedSettlement[]): Promise<EntryRecord[]> {
  const entries: EntryRecord[] = [];
  for (const { settlement, lines } of found) {
    const booked = new Set(lines.map((line) => line.booked.record.id));
    const all = await books.listEntries({ originKey: settlement.key });
    const keys = new Set(all.filter(({ id }) => booked.has(id)).map(({ entry }) => entry.postingKey));
    entries.push(
      ...all.filter(
        ({ id, isCurrent, entry }) =>
          booked.has(id) || !isCurrent || (entry.reversal !== undefined && keys.has(entry.reversal.postingKey)),
      ),
    );
  }
  return entries;
}

function sumsOf(found: readonly TracedSettlement[]): Money[] {
  const sums = new Map<Money['currency'], bigint>();
  for (const { settlement, sumMinor } of found) {
    const { currency } = settlement.header;
    sums.set(currency, (sums.get(currency) ?? 0n) + sumMinor);
  }
  return [...sums].map(([currency, minor]) => money(currency, minor));
}

function waitingNotes(settlements: readonly SettlementRecord[]): string[] {
  return settlements
    .filter(({ state }) => state !== 'proposed')
    .map(({ settlementId, state }) => `Settlement ${settlementId} is ${state}, so its rows are in no entry.`);
}
