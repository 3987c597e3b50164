import type { SectionShape } from './account-table-rows.ts';
import {
  columnsOf,
  rowKeyOf,
  sameness,
  sayRow,
  type TableCells,
  type TableContent,
  tableSections,
} from './table-content.ts';

export interface ColumnChange {
  readonly column: string;
  /** `null`: the column was left out. */
  readonly before: string | null;
  readonly after: string | null;
}

/** One row that is not as it was. */
export interface RowChange {
  readonly section: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Which row it is, in words. */
  readonly row: string;
  /** The columns that differ; for a row that was added or removed, all it has. */
  readonly columns: readonly ColumnChange[];
  readonly before: TableCells | null;
  readonly after: TableCells | null;
}

/**
 * What is different between two account tables, row by row, by section and name of the row. The order of rows, comments, and
 * spellings that mean the same are no difference. `diffTables(b, a)` is the mirror image of `diffTables(a, b)`.
 */
export function diffTables(before: TableContent, after: TableContent): readonly RowChange[] {
  return tableSections().flatMap((section) => diffSection(section, before, after));
}

function diffSection(section: SectionShape, before: TableContent, after: TableContent): RowChange[] {
  const old = groupByKey(section, before.get(section.name) ?? []);
  const now = groupByKey(section, after.get(section.name) ?? []);
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => {
    const olds = old.get(key) ?? [];
    const nows = now.get(key) ?? [];
    const count = Math.max(olds.length, nows.length);
    return Array.from({ length: count }, (_, at) => compareRows(section, olds[at] ?? null, nows[at] ?? null)).flatMap(
      (change) => change ?? [],
    );
  });
}

/** Rows of one name come in an order that depends on them alone. */
function groupByKey(section: SectionShape, rows: readonly TableCells[]): ReadonlyMap<string, readonly TableCells[]> {
  const groups = new Map<string, TableCells[]>();
  for (const cells of rows) {
    const key = rowKeyOf(section, cells);
    groups.set(key, [...(groups.get(key) ?? []), cells]);
  }
  const textOf = (cells: TableCells) =>
    columnsOf(section)
      .map((column) => sameness(column, cells.get(column)))
      .join('\n');
  for (const group of groups.values()) group.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  return groups;
}

function compareRows(
  section: SectionShape,
  before: TableCells | null,
  after: TableCells | null,
): RowChange | undefined {
  const either = after ?? before;
  if (either === null) return undefined;
  const columns = columnsOf(section).flatMap((column): ColumnChange[] => {
    const [old, now] = [before?.get(column), after?.get(column)];
    const isSame = before && after ? sameness(column, old) === sameness(column, now) : old === now;
    return isSame ? [] : [{ column, before: old ?? null, after: now ?? null }];
  });
  if (before && after && columns.length === 0) return undefined;
  const change = before === null ? 'added' : after === null ? 'removed' : 'changed';
  return { section: section.name, change, row: sayRow(section, either), columns, before, after };
}

/** One change as a sentence: `assignments: referral-fee, any marketplace: glAccount 65000000 → 65000001`. */
export function sayRowChange({ section, change, row, columns }: RowChange): string {
  const values = columns
    .map(({ column, before, after }) => {
      if (change === 'added') return `${column} ${after}`;
      if (change === 'removed') return `${column} ${before}`;
      return `${column} ${before ?? '(none)'} → ${after ?? '(none)'}`;
    })
    .join(', ');
  const what = change === 'changed' ? '' : ` ${change}`;
  return `${section}: ${row}${what}: ${values}`;
}
