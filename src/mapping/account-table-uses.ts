import { type LocalDate, parseLocalDate } from '../core/index.ts';
import type { AccountTable, BalancePurpose } from './account-table.ts';
import { type Row, readTableFile, type TableFile } from './account-table-rows.ts';
import type { LineKind } from './line-kind.ts';
import { ANY_MARKETPLACE, foldName } from './marketplace.ts';
import { SECTIONS } from './read-account-table.ts';

/** Where something stands in the file. */
export interface TablePlace {
  readonly row: number;
  readonly column: number;
  /** For example `assignments[3].glAccount`. */
  readonly path: string;
  /** The row in words: `"referral-fee", any marketplace`. */
  readonly label: string;
}

export interface TableValue {
  readonly text: string;
  readonly place: TablePlace;
}

/** One row of the table in one marketplace it holds for: what SAP would get of it. */
export interface TableUse {
  readonly kind: LineKind | BalancePurpose;
  readonly companyCode: string;
  /** A posting date on which the row holds: today, or the nearest day. */
  readonly on: LocalDate;
  readonly place: TablePlace;
  readonly glAccount: TableValue;
  /** A value that a row takes from its marketplace by `default` stands there. */
  readonly customer: TableValue | null;
  readonly costCenter: TableValue | null;
  readonly profitCenter: TableValue | null;
  readonly taxCode: TableValue | null;
}

/** Everything in a table that names something in SAP. */
export interface TableUses {
  readonly companyCodes: readonly { readonly companyCode: TableValue; readonly documentTypes: readonly TableValue[] }[];
  readonly uses: readonly TableUse[];
}

const OBJECT_COLUMNS = ['customer', 'costCenter', 'profitCenter'] as const;
/** The second one is for entries with a line to a customer. */
const DOCUMENT_TYPES = ['documentType', 'documentTypeWithCustomer'];
type ObjectColumn = (typeof OBJECT_COLUMNS)[number];

/**
 * Reads a checked table once more for the places of its values. A row for any marketplace is listed for each one that has no
 * row of its own, so that everything it would come to is there.
 */
export function listTableUses(table: AccountTable, today: LocalDate): TableUses {
  const file = readTableFile(table.text, Object.values(SECTIONS));
  const marketplaces = file.rowsOf(SECTIONS.marketplaces);
  const rows = [
    ...file.rowsOf(SECTIONS.assignments).map((row) => ({ row, kind: textOf(row, 'kind') })),
    ...file.rowsOf(SECTIONS.balances).map((row) => ({ row, kind: textOf(row, 'purpose') })),
  ] as readonly KindRow[];
  const days = groupFirstDays(rows);
  return {
    companyCodes: file.rowsOf(SECTIONS.companyCodes).map((row) => ({
      companyCode: cellOf(file, row, 'companyCode'),
      documentTypes: DOCUMENT_TYPES.filter((column) => row.cells.has(column)).map((column) =>
        cellOf(file, row, column),
      ),
    })),
    uses: rows
      .filter(({ row }) => row.cells.has('glAccount'))
      .flatMap((each) =>
        marketplaces
          .filter((place) => holdsFor(each, place, days))
          .map((place) => useOf(file, each, { place, days, today })),
      ),
  };
}

interface KindRow {
  readonly row: Row;
  readonly kind: LineKind | BalancePurpose;
}

/** First days of the rows that compete for the same lines; blank: from always. */
type FirstDays = ReadonlyMap<string, readonly string[]>;

function groupFirstDays(rows: readonly KindRow[]): FirstDays {
  const days = new Map<string, string[]>();
  for (const { row, kind } of rows) {
    const key = groupOf(kind, textOf(row, 'marketplace'));
    const known = days.get(key);
    if (known) known.push(textOf(row, 'validFrom'));
    else days.set(key, [textOf(row, 'validFrom')]);
  }
  for (const group of days.values()) group.sort();
  return days;
}

function groupOf(kind: string, marketplace: string): string {
  return `${kind}\n${foldName(marketplace)}`;
}

/** A row of its own from always takes the marketplace away from the one for any. */
function holdsFor({ row, kind }: KindRow, place: Row, days: FirstDays): boolean {
  const name = textOf(place, 'name');
  const wanted = textOf(row, 'marketplace');
  if (wanted !== ANY_MARKETPLACE) return foldName(wanted) === foldName(name);
  return !(days.get(groupOf(kind, name)) ?? []).includes('');
}

function useOf(
  file: TableFile,
  { row, kind }: KindRow,
  { place, days, today }: { readonly place: Row; readonly days: FirstDays; readonly today: LocalDate },
): TableUse {
  const object = (column: ObjectColumn): TableValue | null => {
    const cell = row.cells.get(column);
    if (cell === undefined || cell.text === 'none') return null;
    const source = cell.text === 'default' ? place : row;
    const from = source.cells.get(column);
    return from === undefined || from.text === 'none' ? null : cellOf(file, source, column);
  };
  const taxCode = row.cells.get('taxCode');
  return {
    kind,
    companyCode: textOf(place, 'companyCode'),
    on: dayOf({ row, kind }, days, today),
    place: placeOf(file, row, row),
    glAccount: cellOf(file, row, 'glAccount'),
    customer: object('customer'),
    costCenter: object('costCenter'),
    profitCenter: object('profitCenter'),
    taxCode: taxCode === undefined || taxCode.text === 'none' ? null : cellOf(file, row, 'taxCode'),
  };
}

/** Today, unless the row begins later or was followed by another one; then its first day, or the last day before that. */
function dayOf({ row, kind }: KindRow, days: FirstDays, today: LocalDate): LocalDate {
  const from = textOf(row, 'validFrom');
  if (from > today) return parseLocalDate(from);
  const successor = (days.get(groupOf(kind, textOf(row, 'marketplace'))) ?? []).find(
    (day) => day > from && day <= today,
  );
  return successor === undefined ? today : dayBefore(successor);
}

function dayBefore(day: string): LocalDate {
  const at = new Date(`${day}T00:00:00Z`).getTime() - 86_400_000;
  return parseLocalDate(new Date(at).toISOString().slice(0, 10));
}

function textOf(row: Row, column: string): string {
  return row.cells.get(column)?.text ?? '';
}

function cellOf(file: TableFile, row: Row, column: string): TableValue {
  const cell = row.cells.get(column);
  return { text: cell?.text ?? '', place: placeOf(file, cell ?? row, row) };
}

function placeOf(file: TableFile, at: { readonly at: number; readonly path: string }, row: Row): TablePlace {
  const { line, column } = file.placeOf(at);
  return { row: line, column, path: at.path, label: labelOf(row) };
}

function labelOf(row: Row): string {
  const companyCode = textOf(row, 'companyCode');
  if (row.cells.has('name')) return `marketplace ${textOf(row, 'name')}`;
  const name = textOf(row, 'kind') || textOf(row, 'purpose');
  if (name === '') return `company code ${companyCode}`;
  const marketplace = textOf(row, 'marketplace');
  return `"${name}", ${marketplace === ANY_MARKETPLACE ? 'any marketplace' : marketplace}`;
}
