import type { SettlementEvaluation } from '../../src/app/index.ts';
import { formatInstant, formatMoney, type Money, negateMoney } from '../../src/core/index.ts';
import { debitTotal, type JournalEntry, type JournalLine } from '../../src/ledger/index.ts';
import { NO_BUCKET, type QuarantineItem } from '../../src/mapping/index.ts';

/** What a settlement comes to, as a bookkeeper would write it: for people to read as a difference. */
export function renderBooks({ reading, proposal, rows }: SettlementEvaluation): string {
  const { header, format } = reading;
  const rowsOf = rowsByBucket(rows.bucketOfRow);
  const verdict =
    proposal.digest === null
      ? 'Nothing is booked.'
      : `${proposal.entries.length} ${proposal.entries.length === 1 ? 'entry' : 'entries'}. Digest ${proposal.digest}`;
  return [
    `Settlement ${header.settlementId}: ${formatInstant(header.startAt)} to ${formatInstant(header.endAt)}`,
    `Total ${formatMoney(header.total)} ${header.currency} in ${reading.lineCount} rows; dates ${format.datePattern}, decimal mark ${format.decimalMark}`,
    '',
    ...proposal.entries.flatMap((entry) => [...renderEntry(entry, rowsOf), '']),
    ...proposal.quarantine.flatMap((item) => [...renderQuarantine(item), '']),
    'Proofs',
    ...proposal.proofs.map(
      (proof) =>
        `  ${proof.ok ? 'holds' : 'FAILS'}  ${proof.name.padEnd(24)}  expected ${proof.expected}, found ${proof.actual}. ${proof.says}`,
    ),
    '',
    verdict,
    '',
  ].join('\n');
}

function renderEntry(entry: JournalEntry, rowsOf: ReadonlyMap<number, number[]>): string[] {
  const part = entry.partCount > 1 ? `, part ${entry.part} of ${entry.partCount}` : '';
  const body = entry.lines.flatMap((line) => renderLine(line, rowsOf));
  const total = debitTotal(entry);
  return [
    `${entry.postingKey}  company code ${entry.companyCode}, ${entry.documentType}, posting date ${entry.postingDate}, document date ${entry.documentDate}, ${entry.currency}${part}`,
    `  "${entry.headerText}", reference ${entry.headerReference}`,
    columns(['account', 'cost object', 'tax', 'text', 'debit', 'credit', 'rows']),
    ...body,
    columns(['', '', '', '', formatMoney(total), formatMoney(total), '']),
  ];
}

function renderLine(line: JournalLine, rowsOf: ReadonlyMap<number, number[]>): string[] {
  const rows = line.buckets.flatMap((bucket) => rowsOf.get(bucket) ?? []).sort((a, b) => a - b);
  const tax = line.tax
    ? [columns(['', '', line.tax.taxCode, `  base ${formatMoney(line.tax.base)}, tax ${formatMoney(line.tax.amount)}`])]
    : [];
  return [
    columns([
      line.glAccount,
      costObject(line),
      line.taxCode ?? '',
      line.text,
      line.amount.minor >= 0n ? formatMoney(line.amount) : '',
      line.amount.minor < 0n ? formatMoney(negateMoney(line.amount)) : '',
      rows.length === 0 ? '' : `${rows.length === 1 ? 'row' : 'rows'} ${rows.join(' ')}`,
    ]),
    ...tax,
  ];
}

function costObject(line: JournalLine): string {
  if (line.customer !== undefined) return `D ${line.customer}`;
  if (line.costCenter !== null) return `CC ${line.costCenter}`;
  return line.profitCenter === null ? '' : `PC ${line.profitCenter}`;
}

const WIDTHS = [10, 11, 3, 50, 12, 12, 0];

function columns(cells: readonly string[]): string {
  const padded = cells.map((cell, at) =>
    at === 4 || at === 5 ? cell.padStart(WIDTHS[at] ?? 0) : cell.padEnd(WIDTHS[at] ?? 0),
  );
  return `  ${padded.join('  ')}`.trimEnd();
}

function renderQuarantine(item: QuarantineItem): string[] {
  const words = [item.transactionType, item.amountType, item.amountDescription].map((word) => word || '(blank)');
  return [
    `${item.code}: ${words.join(' | ')}`,
    `  marketplace ${item.marketplace || '(blank)'}, ${item.count} ${item.count === 1 ? 'row' : 'rows'} from row ${item.firstRow}, ${signed(item.amount)}`,
    `  ${item.says}`,
    `  ${item.next}`,
  ];
}

function signed(amount: Money): string {
  return `${formatMoney(amount)} ${amount.currency}`;
}

function rowsByBucket(bucketOfRow: Uint32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const [row, bucket] of bucketOfRow.entries()) {
    if (bucket !== NO_BUCKET) rows.set(bucket, [...(rows.get(bucket) ?? []), row]);
  }
  return rows;
}
