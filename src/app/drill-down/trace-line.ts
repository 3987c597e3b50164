import { money } from '../../core/index.ts';
import { NO_BUCKET } from '../../mapping/index.ts';
import { showOrigin } from '../origin.ts';
import { COUNT, MONEY, TEXT } from '../reports/columns.ts';
import type { Report } from '../reports/index.ts';
import { collectRows, sourceOf, type TracedSettlement } from './collect-rows.ts';
import { assertLine, findLine, type LinePlace } from './rows-behind.ts';
import { traceAccrualLine } from './trace-accrual.ts';
import { nothingFound, type TraceContext } from './trace-context.ts';
import { paymentSections } from './trace-payments.ts';
import { entrySection, lineSection, rowSection, sayDocument } from './trace-sections.ts';

const ROWS_SHOWN_MAX = 500;
const ORDERS_SHOWN_MAX = 500;

/**
 * One line of an entry down to Amazon's rows and their orders, or to the finance events that an accrual was computed from. The sum of all its rows is added up anew from the stored bytes and
 * stands beside the line. Raises as `findLine`.
 */
export async function traceLine(context: TraceContext, place: LinePlace): Promise<Report> {
  const entry = await context.books.getEntry(place.entryRef);
  if (entry.origin.kind === 'accrual') {
    assertLine(entry, place.lineNumber);
    return traceAccrualLine(context.books, entry, place.lineNumber);
  }
  const { record, line, settlement, rowNumbers } = await findLine(context, place);
  const wanted = new Set(rowNumbers);
  const orders = new Orders();
  const found = await collectRows(context, settlement, {
    wants: (row) => {
      if (!wanted.has(row.row)) return false;
      orders.add(row.orderId(), row.sku(), row.amountMinor);
      return true;
    },
    rowsMax: ROWS_SHOWN_MAX,
  });
  const { currency } = record.entry;
  return {
    name: 'line-trace',
    title: `Entry ${record.entry.postingKey}, line ${place.lineNumber}`,
    facts: [
      { title: 'SAP document', value: sayDocument(record.document) },
      { title: 'state', value: record.state },
      { title: 'kind', value: line.kind },
      { title: 'G/L account', value: line.glAccount },
      { title: 'line', value: line.amount },
      { title: 'rows', value: found.rowCount },
      { title: 'sum of the rows', value: money(currency, found.sumMinor) },
      // A line that only balances the entry has no rows to tie to.
      {
        title: 'rows and line are the same',
        value: rowNumbers.length === 0 ? null : found.sumMinor === -line.amount.minor,
      },
      { title: 'settlement', value: settlement.settlementId },
      { title: 'file', value: settlement.sha256 },
    ],
    sections: [orders.section(currency), rowSection([found])],
    notes: rowNumbers.length === 0 ? ['The line balances the entry; no row of the file stands behind it.'] : [],
  };
}

/** What of a line belongs to which order and SKU. */
class Orders {
  readonly #sums = new Map<string, { orderId: string; sku: string; count: number; minor: bigint }>();

  add(orderId: string, sku: string, minor: bigint): void {
    const key = `${orderId}\t${sku}`;
    const known = this.#sums.get(key);
    if (known) {
      known.count += 1;
      known.minor += minor;
    } else this.#sums.set(key, { orderId, sku, count: 1, minor });
  }

  section(currency: Parameters<typeof money>[0]): Report['sections'][number] {
    const all = [...this.#sums.values()];
    return {
      key: 'orders',
      title: 'Orders and SKUs, in Amazon’s sign',
      columns: [TEXT('order', 'order'), TEXT('sku', 'SKU'), COUNT('rows', 'rows'), MONEY('amount', 'amount')],
      rows: all.slice(0, ORDERS_SHOWN_MAX).map(({ orderId, sku, count, minor }) => ({
        order: orderId,
        sku,
        rows: count,
        amount: money(currency, minor),
      })),
      notes: all.length > ORDERS_SHOWN_MAX ? [`${ORDERS_SHOWN_MAX} of ${all.length} are shown.`] : [],
    };
  }
}

/**
 * One row of a settlement's file up to the journal line and the document in SAP it is booked in, with all its columns. Raises
 * `TRACE_NOTHING_FOUND` (invalid) for a number the file does not have.
 */
export async function traceRow(context: TraceContext, settlementRef: string, row: number): Promise<Report> {
  const { books } = context;
  const settlement = await books.getSettlement(settlementRef);
  const source = await sourceOf(books, settlement);
  if (!Number.isSafeInteger(row) || row < 1) throw nothingFound(`row ${row}`, `settlement ${settlement.settlementId}`);
  const { header, rows } = await context.readRows(source, [row]);
  const found = await collectRows(context, settlement, { wants: (line) => line.row === row, rowsMax: 1 });
  const cells = rows[0]?.cells ?? [];
  const entries = found.lines.map(({ booked }) => booked.record);
  return {
    name: 'row-trace',
    title: `Settlement ${settlement.settlementId}, row ${row}`,
    facts: [
      { title: 'settlement', value: settlement.state },
      { title: 'file', value: settlement.sha256 },
      ...(found.rows[0]
        ? [{ title: 'amount', value: money(settlement.header.currency, found.rows[0].amountMinor) }]
        : []),
    ],
    sections: [
      {
        key: 'cells',
        title: 'As it stands in the file',
        columns: [TEXT('column', 'column'), TEXT('value', 'value')],
        rows: header
          .map((column, index) => ({ column, value: cells[index] ?? '' }))
          .filter(({ value }) => value.trim() !== ''),
      },
      lineSection([found]),
      entrySection(entries, 'Entry'),
      ...(await paymentSections(context, [settlement])),
    ],
    notes: await rowNotes(context, found, row),
  };
}

async function rowNotes({ books }: TraceContext, found: TracedSettlement, row: number): Promise<string[]> {
  const { settlement } = found;
  if (found.rowCount === 0) {
    return row === settlement.header.row
      ? ['It is the summary row, which is the total of all others and is booked as the payout or debt.']
      : ['It is not a detail row: the names of the columns, or a row that says nothing.'];
  }
  if (found.lines.length > 0) {
    const [line] = found.lines;
    return line ? [`More of the entry: ${showOrigin(line.booked.record.origin)}`] : [];
  }
  const bucket = (await books.bucketColumn(settlement.key))[row];
  return bucket === undefined || bucket === NO_BUCKET
    ? [`Settlement ${settlement.settlementId} is ${settlement.state}, so the row is in no entry.`]
    : ['The row is in an entry without an amount, which is not recorded because SAP takes none.'];
}
