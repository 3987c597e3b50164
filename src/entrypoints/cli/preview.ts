import { statSync } from 'node:fs';
import { readSettlementFile } from '../../amazon/index.ts';
import { evaluateSettlement, type SettlementEvaluation } from '../../app/index.ts';
import { formatInstant, formatMoney, type ProgressShare } from '../../core/index.ts';
import { hasAmount } from '../../ledger/index.ts';
import type { AccountTable, QuarantineItem, SettlementSource } from '../../mapping/index.ts';
import { fileSource } from '../files.ts';
import { formatForPeople, sayEntry, sayProofs } from './format-entry.ts';
import { sayTable } from './table.ts';
import { legible, showInvisible, type Terminal } from './terminal.ts';

/** What a preview without a connection uses in place of the seller account, which is part of every posting key. */
export const PREVIEW_SELLER = 'preview';
const EXIT_WOULD_NOT_POST = 3;
/** As many reasons as a person reads; a file with its columns moved has thousands. */
const REASONS_SHOWN_MAX = 50;

export interface PreviewInput {
  readonly file: string;
  readonly table: AccountTable;
  readonly sellerAccount: string;
  /** Overrides what the bytes look like; for files whose download header is gone. */
  readonly charset: string | undefined;
}

/** Shows what a settlement file comes to, without database, credentials or network. Returns the exit code. */
export async function preview(terminal: Terminal, input: PreviewInput): Promise<number> {
  const bytes = countBytes(fileSource(input.file, input.charset && `text/plain; charset=${input.charset}`));
  const evaluation = await evaluateSettlement({
    source: bytes.source,
    readSettlement: readSettlementFile,
    table: input.table,
    sellerAccount: input.sellerAccount,
    withOrderRuns: false,
    onRows: (rows) => terminal.progress(`${rows.toLocaleString('en-US')} rows of ${input.file}`, bytes.share()),
  });
  terminal.endProgress();
  if (terminal.isJson) terminal.json(previewDocument(evaluation));
  else sayPreview(terminal, evaluation, input);
  return evaluation.proposal.digest === null ? EXIT_WOULD_NOT_POST : 0;
}

/** The same source, and how much of it was read in all, each time that it was opened. */
function countBytes(source: SettlementSource): { source: SettlementSource; share: () => ProgressShare | undefined } {
  const size = statSync(source.name, { throwIfNoEntry: false })?.size;
  let done = 0;
  async function* counted() {
    for await (const chunk of source.open()) {
      done += chunk.length;
      yield chunk;
    }
  }
  // It is read twice: for what it is, and for what it comes to.
  return { source: { ...source, open: counted }, share: () => (size ? { done, of: 2 * size } : undefined) };
}

/** The one object of `preview --json`: a contract that others build on, written down in docs/preview-json.md. */
export function previewDocument({ reading, proposal, rows }: SettlementEvaluation) {
  const { header } = reading;
  const rowsOf = rowsByBucket(rows.bucketOfRow);
  return {
    settlement: {
      settlementId: header.settlementId,
      startTime: formatInstant(header.startAt),
      endTime: formatInstant(header.endAt),
      depositDate: formatInstant(header.depositAt).slice(0, 10),
      currency: header.currency,
      totalAmount: formatMoney(header.total),
      lineCount: reading.lineCount,
    },
    proofs: proposal.proofs.map(({ name, ok, expected, actual }) => ({ name, ok, expected, actual })),
    quarantine: proposal.quarantine.map((item) => ({
      code: item.code,
      transactionType: item.transactionType,
      amountType: item.amountType,
      amountDescription: item.amountDescription,
      count: item.count,
      amount: formatMoney(item.amount),
      firstRow: item.firstRow,
    })),
    entries: proposal.entries.map((entry) => ({
      companyCode: entry.companyCode,
      postingDate: entry.postingDate,
      currency: entry.currency,
      reference: entry.postingKey,
      lines: entry.lines.map((line) => ({
        kind: line.kind,
        glAccount: line.glAccount,
        // Absent without one: the members of every other line are a contract.
        ...(line.customer !== undefined && { customer: line.customer }),
        costCenter: line.costCenter,
        profitCenter: line.profitCenter,
        taxCode: line.taxCode,
        amount: formatMoney(line.amount),
        text: line.text,
        sourceRows: line.buckets.flatMap((bucket) => rowsOf.get(bucket) ?? []).sort((a, b) => a - b),
      })),
    })),
    digest: proposal.digest,
  };
}

function rowsByBucket(bucketOfRow: Uint32Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < bucketOfRow.length; row += 1) {
    const bucket = bucketOfRow[row];
    if (bucket === undefined || bucket === 0xffff_ffff) continue;
    const list = rows.get(bucket);
    if (list) list.push(row);
    else rows.set(bucket, [row]);
  }
  return rows;
}

function sayPreview(terminal: Terminal, { reading, proposal }: SettlementEvaluation, input: PreviewInput): void {
  const { header, format } = reading;
  terminal.say(
    `${terminal.paint('bold', `Settlement ${header.settlementId}`)}  ${formatInstant(header.startAt)} to ${formatInstant(header.endAt)}, deposit ${formatInstant(header.depositAt).slice(0, 10)}`,
  );
  terminal.say(
    `  total ${formatForPeople(header.total)} ${header.currency} in ${reading.lineCount.toLocaleString('en-US')} rows; read as ${format.charset} (${format.charsetFrom}), dates ${format.datePattern}, decimal mark ${format.decimalMark}`,
  );
  terminal.say(`  mapping ${input.table.name}`);
  terminal.say();
  terminal.say('Proofs');
  sayProofs(terminal, proposal.proofs);
  terminal.say();
  if (proposal.quarantine.length > 0) sayQuarantine(terminal, proposal.quarantine);
  for (const entry of proposal.entries) sayEntry(terminal, entry, '');
  if (proposal.digest !== null) {
    const count = proposal.entries.filter(hasAmount).length;
    terminal.say(
      `${terminal.paint('green', 'Would post')} ${count} ${count === 1 ? 'document' : 'documents'}. Digest ${proposal.digest}`,
    );
  } else {
    terminal.say(`${terminal.paint('red', 'Would not post')}: nothing of a settlement is booked unless all of it is.`);
  }
}

export function sayQuarantine(terminal: Terminal, items: readonly QuarantineItem[]): void {
  terminal.say(terminal.paint('yellow', 'Cannot be booked'));
  const shown = items.slice(0, REASONS_SHOWN_MAX);
  sayTable(
    terminal,
    shown,
    [
      { title: 'why', value: (item) => item.code, yields: 3 },
      { title: 'transaction type', value: (item) => legible(item.transactionType) || '(blank)', yields: 2 },
      { title: 'amount type', value: (item) => legible(item.amountType) || '(blank)', yields: 2 },
      { title: 'amount description', value: (item) => legible(item.amountDescription) || '(blank)', yields: 3 },
      { title: 'marketplace', value: (item) => legible(item.marketplace) || '(blank)', yields: 1 },
      { title: 'rows', value: (item) => String(item.count), align: 'right' },
      { title: 'amount', value: (item) => formatForPeople(item.amount), align: 'right' },
      { title: 'first row', value: (item) => String(item.firstRow), align: 'right' },
    ],
    '  ',
  );
  if (shown.length < items.length) {
    const rows = items.slice(REASONS_SHOWN_MAX).reduce((sum, item) => sum + item.count, 0);
    const rest = (items.length - shown.length).toLocaleString('en-US');
    terminal.say(`  and ${rest} more with ${rows.toLocaleString('en-US')} rows; --json lists all of them`);
  }
  for (const next of new Set(shown.map((item) => `${item.says} ${item.next}`))) {
    terminal.say(`  next: ${showInvisible(next)}`);
  }
  terminal.say();
}
