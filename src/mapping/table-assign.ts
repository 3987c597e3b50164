/** The row by which a person gives a kind its account, from what the person says and what the table says already. */
import { isLineKind, lineKindFacts } from './line-kind.ts';
import { ANY_MARKETPLACE } from './marketplace.ts';
import { isDated, rowKeyOf, type TableCells, type TableContent, tableSections } from './table-content.ts';

/** Either of two cost objects, or a customer, which has none. */
const COST_OBJECTS = ['costCenter', 'profitCenter'];
const NOT_WITH_CUSTOMER = [...COST_OBJECTS, 'taxCode'];
/** What makes a row another one than its model. */
const PLACE_COLUMNS = ['marketplace', 'channel', 'sku'];

/**
 * A row of `assignments`, or of `balances` where a purpose is named. What is not given stays as it is in the row that the new
 * one takes the place of, or else in the one that holds today in its place; where no row is, costs take the cost centre of
 * the marketplace and revenue its profit centre.
 */
export function assignedRow(
  content: TableContent,
  given: TableCells,
): { readonly section: string; readonly cells: TableCells } {
  const section = given.has('purpose') ? 'balances' : 'assignments';
  const naming = given.get('purpose') ?? given.get('kind') ?? '';
  const wanted = new Map([['marketplace', ANY_MARKETPLACE], ...given] as const);
  const rows = (content.get(section) ?? []).filter((row) => (row.get('purpose') ?? row.get('kind')) === naming);
  const model = modelOf(section, rows, wanted);
  const cells = new Map([...(model ? withoutRivals(model, given) : firstCells(naming, content)), ...wanted]);
  if (given.get('customer') === 'none') cells.delete('customer');
  return { section, cells };
}

/** The row of the same name, else the nearest one that holds where the new row is to hold. */
function modelOf(name: string, rows: readonly TableCells[], wanted: TableCells): TableCells | undefined {
  const section = tableSections().find((each) => each.name === name);
  if (!section) return undefined;
  const same = rows.find((row) => rowKeyOf(section, row) === rowKeyOf(section, wanted));
  if (same) return same;
  const until = wanted.get('validFrom') ?? '9999-12-31';
  const holding = rows.filter((row) => row.has('glAccount') && nearnessOf(row, wanted) >= 0);
  const begun = holding.filter((row) => (row.get('validFrom') ?? '') <= until);
  const rank = (row: TableCells) => `${nearnessOf(row, wanted)} ${row.get('validFrom') ?? ''}`;
  const [nearest] = begun.toSorted((a, b) => (rank(a) > rank(b) ? -1 : 1));
  if (!nearest) return undefined;
  const own = new Map([...nearest].filter(([column]) => !PLACE_COLUMNS.includes(column)));
  if (isDated(section)) own.delete('validFrom');
  return own;
}

/** How many columns of its place a row shares with the wanted one; below zero when it is for other rows of a settlement. */
function nearnessOf(row: TableCells, wanted: TableCells): number {
  const fold = (cells: TableCells, column: string) => (cells.get(column) ?? '').toLowerCase();
  let shared = 0;
  for (const column of PLACE_COLUMNS) {
    const own = fold(row, column);
    if (own !== '' && own === fold(wanted, column)) shared += 1;
    else if (own !== '' && own !== ANY_MARKETPLACE) return -1;
  }
  return shared;
}

/** A cost object that is given takes the place of the other one, a customer that of both. */
function withoutRivals(model: TableCells, given: TableCells): TableCells {
  const isGiven = (column: string) => !['', 'none'].includes(given.get(column) ?? '');
  const rivals = isGiven('customer')
    ? NOT_WITH_CUSTOMER
    : COST_OBJECTS.some(isGiven)
      ? [...COST_OBJECTS, 'customer']
      : [];
  return new Map([...model].filter(([column]) => !rivals.includes(column)));
}

/** Only what every marketplace has can be taken from the marketplace. */
function firstCells(naming: string, content: TableContent): TableCells {
  if (!isLineKind(naming)) return new Map([['text', `Amazon ${naming.replaceAll('-', ' ')}`]]);
  const { nature, title } = lineKindFacts(naming);
  const text: [string, string] = ['text', title];
  const ofMarketplace = (column: string): TableCells => {
    const isEverywhere = (content.get('marketplaces') ?? []).every(
      (row) => !['', 'none'].includes(row.get(column) ?? ''),
    );
    return new Map(isEverywhere ? [[column, 'default'], text] : [text]);
  };
  switch (nature) {
    case 'expense':
      return ofMarketplace('costCenter');
    case 'revenue':
    case 'contra-revenue':
    case 'other-income':
      return ofMarketplace('profitCenter');
    case 'tax':
    case 'balance-sheet':
      return new Map([text]);
  }
}
