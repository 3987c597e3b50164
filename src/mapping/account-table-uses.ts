import { DAY_MS, type LocalDate, parseLocalDate } from '../core/index.ts';
import type { AccountTable, BalancePurpose } from './account-table.ts';
import { type Row, readTableFile, type TableFile } from './account-table-rows.ts';
import { isLineKind, type LineKind } from './line-kind.ts';
import { ANY_MARKETPLACE, foldName } from './marketplace.ts';
import { SECTIONS } from './read-account-table.ts';
import { foldSku } from './sku-pattern.ts';
import { DEFAULT_TAX_CODE, OWN_TAX_COLUMNS, taxDirectionOfKind } from './tax-code.ts';

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
  const rules = distinctRules(file.rowsOf(SECTIONS.dimensions));
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
          .flatMap((place) => [
            useOf(file, each, { place, rule: undefined, days, today }),
            ...rules
              .filter((rule) => changes(rule, each, place))
              .map((rule) => useOf(file, each, { place, rule, days, today })),
          ]),
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
    const key = groupOf(kind, row, textOf(row, 'marketplace'));
    const known = days.get(key);
    if (known) known.push(textOf(row, 'validFrom'));
    else days.set(key, [textOf(row, 'validFrom')]);
  }
  for (const group of days.values()) group.sort();
  return days;
}

/** Rows for another channel or SKU do not compete. */
function groupOf(kind: string, row: Row, marketplace: string): string {
  return [kind, textOf(row, 'channel'), foldSku(textOf(row, 'sku')), foldName(marketplace)].join('\n');
}

/** A row of its own from always takes the marketplace away from the one for any. */
function holdsFor({ row, kind }: KindRow, place: Row, days: FirstDays): boolean {
  const name = textOf(place, 'name');
  const wanted = textOf(row, 'marketplace');
  if (wanted !== ANY_MARKETPLACE) return foldName(wanted) === foldName(name);
  return !(days.get(groupOf(kind, row, name)) ?? []).includes('');
}

function useOf(file: TableFile, { row, kind }: KindRow, { place, rule, days, today }: UseContext): TableUse {
  const object = (column: ObjectColumn): TableValue | null => {
    const cell = row.cells.get(column);
    if (cell === undefined || cell.text === 'none') return null;
    const source = cell.text === 'default' ? sourceOfDefault(column, place, rule) : row;
    const from = source.cells.get(column);
    return from === undefined || from.text === 'none' ? null : cellOf(file, source, column);
  };
  const since = rule === undefined ? '' : textOf(rule, 'validFrom');
  const on = dayOf({ row, kind }, days, today);
  return {
    kind,
    companyCode: (rule && textOf(rule, 'companyCode')) || textOf(place, 'companyCode'),
    on: since > on ? parseLocalDate(since) : on,
    place: placeOf(file, row, row),
    glAccount: cellOf(file, row, 'glAccount'),
    customer: object('customer'),
    costCenter: object('costCenter'),
    profitCenter: object('profitCenter'),
    taxCode: taxCodeOf(file, { row, kind }, place),
  };
}

interface UseContext {
  readonly place: Row;
  /** The rule by channel or SKU that says what `default` means. */
  readonly rule: Row | undefined;
  readonly days: FirstDays;
  readonly today: LocalDate;
}

/** One rule for each set of values: thousands of SKUs share a few profit centres. */
function distinctRules(rules: readonly Row[]): Row[] {
  const distinct = new Map<string, Row>();
  for (const rule of rules) {
    const values = ['companyCode', 'costCenter', 'profitCenter'].map((column) => textOf(rule, column));
    const key = [foldName(textOf(rule, 'marketplace')), ...values].join('\n');
    if (!distinct.has(key)) distinct.set(key, rule);
  }
  return [...distinct.values()];
}

/** Whether a line would look otherwise to SAP under the rule. */
function changes(rule: Row, { row, kind }: KindRow, place: Row): boolean {
  const wanted = textOf(rule, 'marketplace');
  if (!isLineKind(kind) || (wanted !== ANY_MARKETPLACE && foldName(wanted) !== foldName(textOf(place, 'name')))) {
    return false;
  }
  if (movesCompany(rule, place)) return true;
  return (['costCenter', 'profitCenter'] as const).some(
    (column) => textOf(row, column) === 'default' && rule.cells.has(column),
  );
}

function movesCompany(rule: Row, place: Row): boolean {
  const companyCode = textOf(rule, 'companyCode');
  return companyCode !== '' && companyCode !== textOf(place, 'companyCode');
}

function sourceOfDefault(column: ObjectColumn, place: Row, rule: Row | undefined): Row {
  if (rule === undefined || column === 'customer') return place;
  return rule.cells.has(column) || movesCompany(rule, place) ? rule : place;
}

function taxCodeOf(file: TableFile, { row, kind }: KindRow, place: Row): TableValue | null {
  const cell = row.cells.get('taxCode');
  if (cell === undefined || cell.text === 'none') return null;
  if (cell.text !== DEFAULT_TAX_CODE) return cellOf(file, row, 'taxCode');
  const direction = taxDirectionOfKind(kind);
  const own = direction && place.cells.get(OWN_TAX_COLUMNS[direction]);
  return direction === undefined || own === undefined || own.text === 'none'
    ? null
    : cellOf(file, place, OWN_TAX_COLUMNS[direction]);
}

/** Today, unless the row begins later or was followed by another one; then its first day, or the last day before that. */
function dayOf({ row, kind }: KindRow, days: FirstDays, today: LocalDate): LocalDate {
  const from = textOf(row, 'validFrom');
  if (from > today) return parseLocalDate(from);
  const successor = (days.get(groupOf(kind, row, textOf(row, 'marketplace'))) ?? []).find(
    (day) => day > from && day <= today,
  );
  return successor === undefined ? today : dayBefore(successor);
}

function dayBefore(day: string): LocalDate {
  const at = new Date(`${day}T00:00:00Z`).getTime() - DAY_MS;
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
