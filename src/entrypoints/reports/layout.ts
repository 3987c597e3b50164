import type { ReportColumn, ReportRow, ReportSection, ReportValue } from '../../app/index.ts';
import { formatMinor, formatMoney, type Money } from '../../core/index.ts';

/** One column as it is shown, in whatever form. */
export interface LaidColumn {
  readonly title: string;
  readonly kind: ReportColumn['kind'];
  readonly isNumber: boolean;
  /** It says of what the amounts are, without which they are no amounts. */
  readonly isCurrency: boolean;
  cellOf(row: ReportRow): ReportValue;
}

export interface LaidTable {
  readonly columns: readonly LaidColumn[];
  readonly rows: readonly (readonly ReportValue[])[];
  readonly total: readonly ReportValue[] | null;
}

/**
 * The columns of a table with its currencies in columns of their own, so that every form shows and a spreadsheet can add
 * the bare numbers: one column where no row has two currencies, otherwise one beside each amount. A section that has a
 * column `currency` shows it where it wants.
 */
export function layOut({ columns, rows, total }: ReportSection): LaidTable {
  const moneyKeys = columns.filter(({ kind }) => kind === 'money').map(({ key }) => key);
  const all = total === undefined ? rows : [...rows, total];
  const hasOneEach = all.every((row) => currenciesIn(row, moneyKeys).size <= 1);
  const isShown = moneyKeys.length === 0 || columns.some(({ key }) => key === 'currency');
  const laid = columns.flatMap(({ key, title, kind }): LaidColumn[] => {
    const isCurrency = key === 'currency';
    const column = {
      title,
      kind,
      isNumber: NUMBERS.has(kind),
      isCurrency,
      cellOf: (row: ReportRow) => row[key] ?? null,
    };
    if (kind !== 'money' || isShown) return [column];
    if (!hasOneEach) return [currencyColumn(`${title} currency`, [key]), column];
    return key === moneyKeys[0] ? [currencyColumn('currency', moneyKeys), column] : [column];
  });
  const cellsOf = (row: ReportRow) => laid.map((column) => column.cellOf(row));
  return { columns: laid, rows: rows.map(cellsOf), total: total === undefined ? null : cellsOf(total) };
}

const NUMBERS: ReadonlySet<ReportColumn['kind']> = new Set(['money', 'count', 'percent']);

function currencyColumn(title: string, keys: readonly string[]): LaidColumn {
  return {
    title,
    kind: 'text',
    isNumber: false,
    isCurrency: true,
    cellOf: (row) => [...currenciesIn(row, keys)][0] ?? null,
  };
}

function currenciesIn(row: ReportRow, keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.flatMap((key) => (isMoney(row[key]) ? row[key].currency : [])));
}

export function isMoney(value: ReportValue | undefined): value is Money {
  return typeof value === 'object' && value !== null;
}

/** A value as plain text: amounts as decimal text without their currency, `yes` or `no`, nothing for what is empty. */
export function plainText(value: ReportValue, kind?: ReportColumn['kind']): string {
  if (value === null) return '';
  if (kind === 'percent' && typeof value === 'number') return formatMinor(BigInt(value), 2);
  if (isMoney(value)) return formatMoney(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** An amount outside a table, where no column says its currency. */
export function factText(value: ReportValue, show: (value: ReportValue) => string): string {
  return isMoney(value) ? `${show(value)} ${value.currency}` : show(value);
}
