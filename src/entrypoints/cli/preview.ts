import { statSync } from 'node:fs';
import { readSettlementFile } from '../../amazon/index.ts';
import { evaluateSettlement, type SettlementEvaluation, whyNotBooked } from '../../app/index.ts';
import { formatInstant, formatMoney, type ProgressShare } from '../../core/index.ts';
import { hasAmount } from '../../ledger/index.ts';
import type { AccountTable, SettlementSource } from '../../mapping/index.ts';
import { fileSource } from '../files.ts';
import type { QuarantineItem } from '../http/contract/settlements.ts';
import { previewDocument } from '../preview.ts';
import { formatForPeople, groupThousands, sayEntry, sayProofs } from './format-entry.ts';
import { sayTable } from './table.ts';
import { legible, showInvisible, type Terminal } from './terminal.ts';

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

function sayPreview(terminal: Terminal, { reading, proposal }: SettlementEvaluation, input: PreviewInput): void {
  const { header, format } = reading;
  terminal.say(
    `${terminal.paint('bold', `Settlement ${header.settlementId}`)}  ${formatInstant(header.startAt)} to ${formatInstant(header.endAt)}, deposit ${formatInstant(header.depositAt).slice(0, 10)}`,
  );
  terminal.say(
    `  total ${formatForPeople(header.total)} ${header.currency} in ${reading.lineCount.toLocaleString('en-US')} ${reading.lineCount === 1 ? 'row' : 'rows'}; read as ${format.charset} (${format.charsetFrom}), dates ${format.datePattern}, decimal mark ${format.decimalMark}`,
  );
  terminal.say(`  mapping ${input.table.name}`);
  terminal.say();
  terminal.say('Proofs');
  sayProofs(terminal, proposal.proofs);
  terminal.say();
  if (proposal.quarantine.length > 0) {
    const items = proposal.quarantine.map((item) => ({ ...item, amount: formatMoney(item.amount) }));
    sayQuarantine(terminal, items);
  }
  for (const entry of proposal.entries) sayEntry(terminal, entry, '');
  if (proposal.digest !== null) {
    const count = proposal.entries.filter(hasAmount).length;
    terminal.say(
      `${terminal.paint('green', 'Would post')} ${count} ${count === 1 ? 'document' : 'documents'}. Digest ${proposal.digest}`,
    );
  } else {
    // What is in quarantine has said so above, reason by reason.
    const problem = proposal.quarantine.length === 0 && whyNotBooked(header.settlementId, proposal, { isKept: false });
    if (problem) terminal.say(`${problem.code}: ${problem.says} Next: ${problem.next}\n`);
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
      { title: 'amount', value: (item) => groupThousands(item.amount), align: 'right' },
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
