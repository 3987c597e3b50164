import { formatInstant, type Money, money } from '../../core/index.ts';
import type { Payout } from '../amazon-feeds.ts';
import type { FinanceEventRecord, OrderRecord } from '../feed-stores.ts';
import { sayOrigin } from '../origin.ts';
import type { EntryRecord, SapDocumentKey, SettlementKey } from '../ports.ts';
import { COUNT, MONEY, TEXT } from '../reports/columns.ts';
import type { ReportRow, ReportSection } from '../reports/index.ts';
import type { BookedLine, TracedRow, TracedSettlement } from './collect-rows.ts';

/** The tables that drill-downs are made of. */

/** `0100000010/1710/2026`; empty while there is none. */
export function sayDocument(document: SapDocumentKey | null): string {
  return document ? `${document.sapDocumentNumber}/${document.companyCode}/${document.fiscalYear}` : '';
}

export function rowSection(found: readonly TracedSettlement[]): ReportSection {
  const shown = found.reduce((total, { rows }) => total + rows.length, 0);
  const all = found.reduce((total, { rowCount }) => total + rowCount, 0);
  return {
    key: 'rows',
    title: 'Rows of settlement files, in Amazon’s sign',
    columns: [
      TEXT('settlement', 'settlement'),
      COUNT('row', 'row'),
      TEXT('order', 'order'),
      TEXT('sku', 'SKU'),
      TEXT('what', 'what'),
      TEXT('posted', 'posted'),
      MONEY('amount', 'amount'),
      TEXT('entry', 'entry'),
      COUNT('line', 'line'),
      TEXT('document', 'SAP document'),
    ],
    rows: found.flatMap(({ settlement, rows }) =>
      rows.map((row) => rowCells(row, settlement.settlementId, settlement.header.currency)),
    ),
    notes: shown < all ? [`${shown} of ${all} rows are shown; sums and lines are of all of them.`] : [],
  };
}

function rowCells(row: TracedRow, settlement: string, currency: Money['currency']): ReportRow {
  const { booked } = row;
  return {
    settlement,
    row: row.row,
    order: row.orderId,
    sku: row.sku,
    what: row.words,
    posted: formatInstant(row.postedAt),
    amount: money(currency, row.amountMinor),
    entry: booked ? booked.record.entry.postingKey : '',
    line: booked ? booked.lineNumber : null,
    document: booked ? sayDocument(booked.record.document) : '',
  };
}

export function lineSection(found: readonly TracedSettlement[]): ReportSection {
  return {
    key: 'lines',
    title: 'Journal lines that these rows are in',
    columns: [
      TEXT('settlement', 'settlement'),
      TEXT('entry', 'entry'),
      COUNT('line', 'line'),
      TEXT('kind', 'kind'),
      TEXT('companyCode', 'company code'),
      TEXT('glAccount', 'G/L account'),
      TEXT('document', 'SAP document'),
      TEXT('state', 'state'),
      COUNT('rows', 'rows'),
      MONEY('part', 'of these rows'),
      MONEY('amount', 'whole line'),
    ],
    rows: found.flatMap(({ settlement, lines }) =>
      lines.map(({ booked, count, sumMinor }) => ({
        settlement: settlement.settlementId,
        ...lineCells(booked),
        rows: count,
        // A line has Amazon's amount with the other sign.
        part: money(settlement.header.currency, -sumMinor),
      })),
    ),
    notes: ['Debit positive: a line is the sum of its rows with the other sign.'],
  };
}

function lineCells({ record, lineNumber, line }: BookedLine): ReportRow {
  return {
    entry: record.entry.postingKey,
    line: lineNumber,
    kind: line.kind,
    companyCode: record.entry.companyCode,
    glAccount: line.glAccount,
    document: sayDocument(record.document),
    state: record.state,
    amount: line.amount,
  };
}

/** `progress`: how far each is in SAP, in words. */
export function settlementSection(
  found: readonly TracedSettlement[],
  progress: ReadonlyMap<SettlementKey, string>,
): ReportSection {
  return {
    key: 'settlements',
    title: 'Settlements',
    columns: [
      TEXT('settlement', 'settlement'),
      TEXT('connection', 'connection'),
      TEXT('progress', 'state'),
      TEXT('from', 'from'),
      TEXT('to', 'to'),
      COUNT('rows', 'rows'),
      MONEY('amount', 'of these rows'),
      TEXT('file', 'file'),
    ],
    rows: found.map(({ settlement, rowCount, sumMinor }) => ({
      settlement: settlement.settlementId,
      connection: settlement.connectionName,
      progress: progress.get(settlement.key) ?? settlement.state,
      from: formatInstant(settlement.header.startAt).slice(0, 10),
      to: formatInstant(settlement.header.endAt).slice(0, 10),
      rows: rowCount,
      amount: money(settlement.header.currency, sumMinor),
      file: settlement.sha256,
    })),
  };
}

export function entrySection(entries: readonly EntryRecord[], title = 'Entries'): ReportSection {
  return {
    key: 'entries',
    title,
    columns: [
      TEXT('entry', 'entry'),
      TEXT('origin', 'of'),
      TEXT('state', 'state'),
      TEXT('companyCode', 'company code'),
      TEXT('postingDate', 'posting date'),
      TEXT('document', 'SAP document'),
      TEXT('about', 'about'),
    ],
    rows: entries.map((record) => ({
      entry: record.entry.postingKey,
      origin: sayOrigin(record.origin),
      state: record.state,
      companyCode: record.entry.companyCode,
      postingDate: record.entry.postingDate,
      document: sayDocument(record.document),
      about: sayAbout(record),
    })),
  };
}

/** What somebody has to know who finds this entry. */
export function sayAbout({ entry, state, isCurrent, reversalKey, reversedBy }: EntryRecord): string {
  const facts = [
    entry.reversal && `reverses ${entry.reversal.postingKey}`,
    reversedBy && `reversed by ${reversedBy.sapDocumentNumber}/${entry.companyCode}/${reversedBy.fiscalYear}`,
    !reversedBy && reversalKey && `its reversal ${reversalKey} is not booked yet`,
    !isCurrent && 'of an earlier proposal: the rows are behind the entries of the current one',
    isCurrent && state === 'withdrawn' && 'withdrawn, never booked',
  ];
  return facts.filter(Boolean).join('; ');
}

export function payoutSection(payouts: readonly Payout[]): ReportSection {
  return {
    key: 'payouts',
    title: 'Payouts',
    columns: [
      TEXT('payout', 'payout'),
      TEXT('settlements', 'settlements'),
      TEXT('status', 'status'),
      MONEY('amount', 'amount'),
      TEXT('trace', 'trace id'),
      TEXT('created', 'created'),
    ],
    rows: payouts.map((payout) => ({
      payout: payout.payoutId,
      settlements: payout.settlementIds.join(', '),
      status: payout.status,
      amount: payout.amount,
      trace: payout.traceId,
      created: payout.createdAt,
    })),
  };
}

export function eventSection(events: readonly FinanceEventRecord[]): ReportSection {
  return {
    key: 'events',
    title: 'Finance events',
    columns: [
      TEXT('event', 'event'),
      TEXT('type', 'type'),
      TEXT('status', 'status'),
      TEXT('posted', 'posted'),
      TEXT('settlement', 'settlement'),
      MONEY('amount', 'amount'),
    ],
    rows: events.map(({ event }) => ({
      event: event.eventKey,
      type: event.eventType,
      status: event.status,
      posted: event.postedAt,
      settlement: event.settlementId,
      amount: event.total,
    })),
  };
}

export function orderSection({ order }: OrderRecord): ReportSection {
  return {
    key: 'items',
    title: `Order ${order.orderId}: ${order.status}, ordered ${order.createdAt}, shipped ${order.shippedAt ?? 'not yet'}`,
    columns: [
      TEXT('sku', 'SKU'),
      TEXT('title', 'title'),
      COUNT('ordered', 'ordered'),
      COUNT('shipped', 'shipped'),
      MONEY('proceeds', 'proceeds'),
    ],
    rows: order.items.map((item) => ({
      sku: item.sku,
      title: item.title,
      ordered: item.quantityOrdered,
      shipped: item.quantityShipped,
      proceeds: item.proceedsTotal,
    })),
  };
}
