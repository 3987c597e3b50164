import type { EntryRecord } from '../../app/index.ts';
import { formatMoney, type Money } from '../../core/index.ts';
import type { JournalEntry, Proof } from '../../ledger/index.ts';
import type { EntryItem, EntryLine } from '../http/contract/entries.ts';
import type { SapDocument } from '../http/contract/facts.ts';
import { linesView } from '../http/lines-view.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `1,190.00`: thousands apart, for people. Machines get plain decimal text. */
export function formatForPeople(value: Money): string {
  return groupThousands(formatMoney(value));
}

/** The same for plain decimal text. Text that is none stays as it is. */
export function groupThousands(text: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `0100000010/1710/2026`: number, company code and fiscal year, as the commands take it. */
export function formatDocument({ sapDocumentNumber, companyCode, fiscalYear }: SapDocument): string {
  return `${sapDocumentNumber}/${companyCode}/${fiscalYear}`;
}

/** `1 entry`, `3 entries`. */
export function countEntries(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'}`;
}

/** Where an entry stands, with its SAP document once there is one, and what it reverses or was reversed by. */
export function describeEntry({ entry, ...record }: EntryRecord): string {
  return describeItem({ ...record, companyCode: entry.companyCode, reverses: entry.reversal ?? null });
}

/** The same of an entry as the API tells it. */
export function describeItem({
  companyCode,
  state,
  document,
  reverses: reversal,
  reversalKey,
  reversedBy,
}: Pick<EntryItem, 'companyCode' | 'state' | 'document' | 'reverses' | 'reversalKey' | 'reversedBy'>): string {
  const inCompany = (document: { readonly sapDocumentNumber: string; readonly fiscalYear: string }) =>
    formatDocument({ ...document, companyCode });
  const facts = [
    state,
    document && `SAP document ${formatDocument(document)}`,
    reversal && `reverses ${reversal.postingKey}, SAP document ${inCompany(reversal)}, reason ${reversal.reason}`,
    reversedBy ? `reversed by SAP document ${inCompany(reversedBy)}` : reversalKey && 'its reversal is not booked yet',
    reversalKey && `reversal ${reversalKey}`,
  ];
  return facts.filter(Boolean).join(', ');
}

/** An entry as it is shown. */
interface ShownEntry {
  readonly postingKey: string;
  readonly companyCode: string;
  readonly postingDate: string;
  readonly currency: string;
  readonly part: number;
  readonly partCount: number;
  readonly lines: readonly Omit<EntryLine, 'hasRows' | 'kind'>[];
}

/** The entry as a bookkeeper writes it, debit and credit in their own columns. */
export function sayEntry(terminal: Terminal, entry: JournalEntry, about: string): void {
  sayLines(terminal, { ...entry, lines: linesView(entry) }, about);
}

/** The same of an entry as the API tells it. */
export function sayLines(terminal: Terminal, entry: ShownEntry, about: string): void {
  const part = entry.partCount > 1 ? `, part ${entry.part} of ${entry.partCount}` : '';
  terminal.say(
    `${terminal.paint('bold', entry.postingKey)}  company code ${entry.companyCode}, posting date ${entry.postingDate}, ${entry.currency}${part}  ${about}`,
  );
  sayTable(
    terminal,
    entry.lines,
    [
      { title: 'line', value: (row) => String(row.line), align: 'right' },
      { title: 'G/L account', value: accountOf },
      { title: 'cost object', value: costObjectOf, yields: 2 },
      { title: 'tax', value: (row) => row.taxCode ?? '' },
      { title: 'text', value: (row) => (isZero(row.amount) ? `${row.text} (not sent)` : row.text), yields: 1 },
      { title: 'debit', value: ({ amount }) => (isCredit(amount) ? '' : groupThousands(amount)), align: 'right' },
      {
        title: 'credit',
        value: ({ amount }) => (isCredit(amount) ? groupThousands(amount.slice(1)) : ''),
        align: 'right',
      },
    ],
    '  ',
  );
  terminal.say();
}

const isZero = (amount: string) => /^[0.]+$/.test(amount);
const isCredit = (amount: string) => amount.startsWith('-');

function accountOf({ glAccount, customer }: ShownEntry['lines'][number]): string {
  return customer === null ? glAccount : `${glAccount} customer ${customer}`;
}

function costObjectOf(line: ShownEntry['lines'][number]): string {
  if (line.costCenter !== null) return `CC ${line.costCenter}`;
  return line.profitCenter === null ? '' : `PC ${line.profitCenter}`;
}

const PROOF_NAME_WIDTH = 29;

export function sayProofs(terminal: Terminal, proofs: readonly Proof[]): void {
  const numbersOf = ({ ok, expected, actual }: Proof) =>
    ok ? groupThousands(actual) : `expected ${groupThousands(expected)}, found ${groupThousands(actual)}`;
  const width = Math.max(0, ...proofs.map((proof) => numbersOf(proof).length));
  const nameWidth = Math.max(PROOF_NAME_WIDTH, ...proofs.map(({ name }) => name.length));
  for (const proof of proofs) {
    const light = proof.ok ? terminal.paint('green', '✓') : terminal.paint('red', '✗');
    terminal.say(
      `  ${light} ${proof.name.padEnd(nameWidth)} ${numbersOf(proof).padStart(width)}   ${terminal.paint('dim', proof.says)}`,
    );
  }
}

/** A number of things in words, for example `1 accrual` or `1,694 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${groupThousands(String(count))} ${count === 1 ? one : many}`;
}
