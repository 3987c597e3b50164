/** Steps that several sections of an account table are read with. */
import type { FieldReader } from './account-table-fields.ts';
import type { Row, TableFile } from './account-table-rows.ts';
import { foldName } from './marketplace.ts';
import { didYouMean } from './nearest-names.ts';

/** Reports the second row that says something about the same thing, and names the line of the first. */
export function onlyOnce(source: TableFile, seen = new Map<string, number>()): (row: Row, what: string) => void {
  return (row, what) => {
    const first = seen.get(what);
    if (first !== undefined) source.issues.add(row, `${what} is already given in line ${first}`);
    else seen.set(what, source.lineOf(row));
  };
}

/** Where a column stands, or its row when it is not there. */
export function cellOr(row: Row, column: string): { readonly at: number; readonly path: string } {
  return row.cells.get(column) ?? row;
}

/** The folded name of a marketplace that the table describes; another one is reported. */
export function readMarketplaceName(
  row: Row,
  fields: FieldReader,
  source: TableFile,
  names: ReadonlySet<string>,
): string | undefined {
  const name = fields.text('marketplace');
  if (name === undefined || names.has(foldName(name))) return name && foldName(name);
  const says = `marketplace ${name} is not in marketplaces${didYouMean(name, names)}`;
  source.issues.add(cellOr(row, 'marketplace'), says);
  return undefined;
}

/** A company code that the table describes; another one is reported, and stays what the row says. */
export function checkCompanyCode(
  row: Row,
  companyCode: string | undefined,
  source: TableFile,
  known: ReadonlySet<string>,
): void {
  if (companyCode === undefined || known.has(companyCode)) return;
  const says = `company code ${companyCode} is not in companyCodes${didYouMean(companyCode, known)}`;
  source.issues.add(cellOr(row, 'companyCode'), says);
}
