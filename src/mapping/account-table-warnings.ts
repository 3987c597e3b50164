/** What a table says that is allowed, and that an accountant would ask about. */
import { parseLocalDate } from '../core/index.ts';
import type { AccountTable } from './account-table.ts';
import { type Row, readTableFile } from './account-table-rows.ts';
import { isLineKind, lineKindFacts } from './line-kind.ts';
import { SECTIONS } from './read-account-table.ts';

export interface TableWarning {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** For example `assignments[3].costCenter`. */
  readonly path: string;
  readonly says: string;
}

/**
 * Reads a checked table once more: revenue that carries a cost centre, costs that carry none, and tax that would be split
 * out of tax. In the order of the file.
 */
export function listTableWarnings(table: AccountTable): TableWarning[] {
  const file = readTableFile(table.text, Object.values(SECTIONS));
  const assignments = file.rowsOf(SECTIONS.assignments).filter((row) => row.cells.has('glAccount'));
  const warnings = assignments.flatMap((row) => {
    const found = warningOf(row, table);
    if (found === undefined) return [];
    const cell = row.cells.get(found.column) ?? row;
    return { ...file.placeOf(cell), path: cell.path, says: found.says };
  });
  return warnings.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function warningOf(row: Row, table: AccountTable): { column: string; says: string } | undefined {
  const kind = textOf(row, 'kind');
  if (!isLineKind(kind) || isNamed(row, 'customer')) return undefined;
  const { nature } = lineKindFacts(kind);
  const taxCode = textOf(row, 'taxCode');
  switch (nature) {
    case 'revenue':
    case 'contra-revenue':
    case 'other-income':
      return isNamed(row, 'costCenter')
        ? { column: 'costCenter', says: `${kind} is revenue: it carries a profit centre, not a cost centre` }
        : undefined;
    case 'expense':
      return isNamed(row, 'costCenter')
        ? undefined
        : {
            column: 'kind',
            says: `${kind} is a cost and has no cost centre; SAP asks for one unless it fills it in itself`,
          };
    case 'tax':
      return hasRate(table, taxCode)
        ? { column: 'taxCode', says: `${kind} is tax already: tax code ${taxCode} would split tax out of it once more` }
        : undefined;
    case 'balance-sheet':
      return undefined;
  }
}

function hasRate(table: AccountTable, taxCode: string): boolean {
  const rate = taxCode === '' ? undefined : table.taxCode(taxCode, LATEST)?.rate;
  return rate !== undefined && rate > 0n;
}

/** After every date of a table. */
const LATEST = parseLocalDate('9999-12-31');

function isNamed(row: Row, column: string): boolean {
  return !['', 'none'].includes(textOf(row, column));
}

function textOf(row: Row, column: string): string {
  return row.cells.get(column)?.text ?? '';
}
