/** Reads the tax codes of an account table, and which of them are a marketplace's own. */
import type { TaxCodeRule } from './account-table.ts';
import { readFields } from './account-table-fields.ts';
import type { AssignmentRow } from './account-table-lookup.ts';
import type { Row, TableFile } from './account-table-rows.ts';
import { ANY_MARKETPLACE, foldName } from './marketplace.ts';
import { didYouMean } from './nearest-names.ts';
import { cellOr, onlyOnce } from './read-table-cells.ts';
import { DEFAULT_TAX_CODE, OWN_TAX_COLUMNS, taxDirectionOfKind } from './tax-code.ts';

/** A tax code has a rate from always, and may have others from later days. Its direction never changes. */
export function readTaxCodes(source: TableFile, rows: readonly Row[]): TaxCodeRule[] {
  const once = onlyOnce(source);
  const found: { readonly row: Row; readonly rule: TaxCodeRule }[] = [];
  for (const row of rows) {
    const fields = readFields(row, source.issues);
    const taxCode = fields.taxCode('taxCode');
    const rate = fields.rate('rate');
    const direction = fields.oneOf('direction', ['output', 'input']);
    const validFrom = fields.date('validFrom') ?? null;
    if (taxCode !== undefined) once(row, `tax code ${taxCode}${validFrom === null ? '' : ` from ${validFrom}`}`);
    if (taxCode === undefined || rate === undefined || direction === undefined) continue;
    found.push({ row, rule: { taxCode, validFrom, rate, direction } });
  }
  for (const { row, rule } of found) {
    const others = found.filter((other) => other.rule.taxCode === rule.taxCode);
    const [first] = others;
    if (first && first.rule.direction !== rule.direction) {
      const says = `tax code ${rule.taxCode} is ${first.rule.direction} in line ${source.lineOf(first.row)}; a tax code has one direction`;
      source.issues.add(cellOr(row, 'direction'), says);
    }
    if (row === first?.row && others.every((other) => other.rule.validFrom !== null)) {
      source.issues.add(row, `tax code ${rule.taxCode} has no rate from always: give one row without validFrom`);
    }
  }
  return found.map(({ rule }) => rule);
}

/** `none` says on purpose that sales or fees of the marketplace carry no tax code. */
export function readOwnTaxCodes(
  source: TableFile,
  row: Row,
  taxCodes: readonly TaxCodeRule[],
): { readonly outputTaxCode: string | null; readonly inputTaxCode: string | null } {
  return {
    outputTaxCode: readOwnTaxCode(source, row, { taxCodes, direction: 'output' }),
    inputTaxCode: readOwnTaxCode(source, row, { taxCodes, direction: 'input' }),
  };
}

function readOwnTaxCode(
  source: TableFile,
  row: Row,
  { taxCodes, direction }: { readonly taxCodes: readonly TaxCodeRule[]; readonly direction: 'output' | 'input' },
): string | null {
  const cell = row.cells.get(OWN_TAX_COLUMNS[direction]);
  if (cell === undefined || cell.text === 'none') return null;
  const rule = taxCodes.find((each) => each.taxCode === cell.text);
  if (rule === undefined) {
    const known = taxCodes.map(({ taxCode }) => taxCode);
    source.issues.add(cell, `tax code ${cell.text} is not in taxCodes${didYouMean(cell.text, known)}`);
  } else if (rule.direction !== direction) {
    source.issues.add(cell, `tax code ${cell.text} is ${rule.direction}; this column takes one that is ${direction}`);
  }
  return cell.text;
}

interface TaxedPlace {
  readonly row: Row;
  readonly name: string;
}

/** A row that takes the marketplace's own tax code needs a marketplace that says which, or that there is none. */
export function checkTaxDefaults(
  source: TableFile,
  places: readonly TaxedPlace[],
  rows: readonly (AssignmentRow & { readonly row: Row })[],
): void {
  const takers = rows.filter((row) => row.account?.taxCode === DEFAULT_TAX_CODE);
  for (const taker of takers) {
    if (taxDirectionOfKind(taker.for) !== undefined) continue;
    const says = `taxCode default is for revenue and costs; ${taker.for} is neither`;
    source.issues.add(cellOr(taker.row, 'taxCode'), says);
  }
  for (const direction of ['output', 'input'] as const) {
    const column = OWN_TAX_COLUMNS[direction];
    const own = takers.filter((row) => taxDirectionOfKind(row.for) === direction);
    for (const place of places) {
      const needed = own.filter((row) => [ANY_MARKETPLACE, foldName(place.name)].includes(row.marketplace)).length;
      if (needed === 0 || place.row.columns.has(column)) continue;
      const says = `marketplace ${place.name} has no ${column}, which ${needed} row(s) take by default; give one, or none`;
      source.issues.add(place.row, says);
    }
  }
}
