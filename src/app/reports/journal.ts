import { type LocalDate, type Money, money, negateMoney } from '../../core/index.ts';
import { debitTotal } from '../../ledger/index.ts';
import type { Books, EntryRecord, SapDocumentKey } from '../ports.ts';
import type { Report, ReportSection } from './report.ts';

/** `0100000010/1710/2026`: number, company code and fiscal year. */
export function documentText(document: SapDocumentKey | null): string | null {
  return document && `${document.sapDocumentNumber}/${document.companyCode}/${document.fiscalYear}`;
}

/** Entries with their SAP documents, and what reverses them; those of earlier proposals and reversals as well. */
export function entriesSection(entries: readonly EntryRecord[]): ReportSection {
  return {
    key: 'entries',
    title: 'Journal entries',
    columns: [
      { key: 'postingKey', title: 'posting key', kind: 'text' },
      { key: 'origin', title: 'of', kind: 'text' },
      { key: 'companyCode', title: 'company code', kind: 'text' },
      { key: 'postingDate', title: 'posting date', kind: 'date' },
      { key: 'state', title: 'state', kind: 'text' },
      { key: 'document', title: 'SAP document', kind: 'text' },
      { key: 'reversal', title: 'reversal', kind: 'text' },
      { key: 'lines', title: 'lines', kind: 'count' },
      { key: 'debit', title: 'debit total', kind: 'money' },
    ],
    rows: entries.map((record) => ({
      postingKey: record.entry.postingKey,
      origin: `${record.origin.kind} ${record.origin.name}`,
      companyCode: record.entry.companyCode,
      postingDate: record.entry.postingDate,
      state: record.state,
      document: documentText(record.document),
      reversal: reversalText(record),
      lines: record.entry.lines.length,
      debit: debitTotal(record.entry),
    })),
  };
}

function reversalText({ entry, reversalKey }: EntryRecord): string | null {
  if (entry.reversal) return `reverses ${entry.reversal.postingKey}`;
  return reversalKey === null ? null : `reversed by ${reversalKey}`;
}

/** Every line of these entries, as a bookkeeper writes it. */
export function journalSection(entries: readonly EntryRecord[]): ReportSection {
  return {
    key: 'lines',
    title: 'Journal lines',
    columns: [
      { key: 'postingKey', title: 'posting key', kind: 'text' },
      { key: 'companyCode', title: 'company code', kind: 'text' },
      { key: 'postingDate', title: 'posting date', kind: 'date' },
      { key: 'document', title: 'SAP document', kind: 'text' },
      { key: 'line', title: 'line', kind: 'count' },
      { key: 'kind', title: 'kind', kind: 'text' },
      { key: 'glAccount', title: 'G/L account', kind: 'text' },
      { key: 'customer', title: 'customer', kind: 'text' },
      { key: 'costCenter', title: 'cost centre', kind: 'text' },
      { key: 'profitCenter', title: 'profit centre', kind: 'text' },
      { key: 'taxCode', title: 'tax code', kind: 'text' },
      { key: 'text', title: 'text', kind: 'text' },
      { key: 'debit', title: 'debit', kind: 'money' },
      { key: 'credit', title: 'credit', kind: 'money' },
    ],
    rows: entries.flatMap((record) =>
      record.entry.lines.map((line, index) => ({
        postingKey: record.entry.postingKey,
        companyCode: record.entry.companyCode,
        postingDate: record.entry.postingDate,
        document: documentText(record.document),
        line: index + 1,
        kind: line.kind,
        glAccount: line.glAccount,
        customer: line.customer ?? null,
        costCenter: line.costCenter,
        profitCenter: line.profitCenter,
        taxCode: line.taxCode,
        text: line.text,
        debit: line.amount.minor > 0n ? line.amount : null,
        credit: line.amount.minor < 0n ? negateMoney(line.amount) : null,
      })),
    ),
  };
}

const IN_THE_BOOKS: ReadonlySet<EntryRecord['state']> = new Set(['posted', 'reversed']);

/** Debits and credits of what is in SAP, by company code and account: what a trial balance of SAP shows of this program. */
export function balancesSection(entries: readonly EntryRecord[]): ReportSection {
  const balances = new Map<string, { cells: Record<string, string>; debit: Money; credit: Money }>();
  for (const { entry, state } of entries) {
    if (!IN_THE_BOOKS.has(state)) continue;
    for (const { glAccount, customer = '', amount } of entry.lines) {
      const cells = { companyCode: entry.companyCode, glAccount, customer };
      const zero = money(entry.currency, 0n);
      const key = [entry.companyCode, glAccount, customer, entry.currency].join('\n');
      const { debit, credit } = balances.get(key) ?? { debit: zero, credit: zero };
      balances.set(key, {
        cells,
        debit: amount.minor > 0n ? money(entry.currency, debit.minor + amount.minor) : debit,
        credit: amount.minor < 0n ? money(entry.currency, credit.minor - amount.minor) : credit,
      });
    }
  }
  const sorted = [...balances].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    key: 'balances',
    title: 'Balances by account',
    columns: [
      { key: 'companyCode', title: 'company code', kind: 'text' },
      { key: 'glAccount', title: 'G/L account', kind: 'text' },
      { key: 'customer', title: 'customer', kind: 'text' },
      { key: 'debit', title: 'debit', kind: 'money' },
      { key: 'credit', title: 'credit', kind: 'money' },
      { key: 'balance', title: 'balance', kind: 'money' },
    ],
    rows: sorted.map(([, { cells, debit, credit }]) => ({
      ...cells,
      debit,
      credit,
      balance: money(debit.currency, debit.minor - credit.minor),
    })),
    notes: [
      'Entries that are posted or reversed, and their reversals. Included tax stands on the account of its line.',
    ],
  };
}

/** The entries of a period with all lines and balances. Raises `CONNECTION_UNKNOWN` (invalid). */
export async function journalReport(
  books: Pick<Books, 'getConnection' | 'listEntries'>,
  connection: string,
  postingDates: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<Report> {
  const { id, name } = await books.getConnection(connection);
  const entries = await books.listEntries({ connectionId: id, postingDates });
  const standing = entries.filter(({ state }) => state !== 'withdrawn');
  const sent = standing.filter(({ state }) => IN_THE_BOOKS.has(state)).length;
  return {
    name: 'journal',
    title: 'Journal',
    facts: [
      { title: 'connection', value: name },
      { title: 'posting dates from', value: postingDates.from },
      { title: 'to', value: postingDates.to },
      { title: 'entries', value: standing.length },
      { title: 'in SAP', value: sent },
    ],
    sections: [balancesSection(standing), entriesSection(standing), journalSection(standing)],
    notes: sent === standing.length ? [] : [`${standing.length - sent} entries are not in SAP; see their states.`],
  };
}
