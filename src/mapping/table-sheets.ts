/**
 * Account tables as spreadsheets have them: a sheet for each section, or one flat list. What a spreadsheet program may have
 * made of a value is put right where there is one reading, and named where there are two.
 */
import type { SectionShape } from './account-table-rows.ts';
import { nearestNames } from './nearest-names.ts';
import { listTableIssues } from './read-account-table.ts';
import { columnsOf, type TableCells, type TableContent, tableSections } from './table-content.ts';
import { printTable } from './table-print.ts';

/** A cell's value as the file holds it. */
export type RawValue =
  | { readonly kind: 'text'; readonly text: string }
  /** `text` is the number as the file writes it; `format` how it is shown, where the file says. */
  | { readonly kind: 'number'; readonly text: string; readonly format: string | null }
  /** `YYYY-MM-DD`. */
  | { readonly kind: 'date'; readonly text: string }
  /** Nothing that an account table can hold: a formula, an error, a truth value. */
  | { readonly kind: 'other'; readonly says: string };

export interface RawCell {
  /** 1-based, as the program that shows the file counts. */
  readonly row: number;
  /** 0-based. */
  readonly column: number;
  readonly value: RawValue;
}

/** One sheet; empty cells are not there. */
export interface RawSheet {
  /** `null`: the only one of a CSV file. */
  readonly name: string | null;
  readonly cells: readonly RawCell[];
}

/** One thing that is wrong in a spreadsheet, and where. */
export interface SheetIssue {
  readonly sheet: string | null;
  /** 0: the sheet as a whole. */
  readonly row: number;
  /** As the program shows it, for example `C`; `null`: the row as a whole. */
  readonly column: string | null;
  readonly says: string;
}

export interface SheetReading {
  readonly content: TableContent;
  /** Everything for which the spreadsheet cannot become an account table, in its order. */
  readonly issues: readonly SheetIssue[];
}

/** The first column of a flat list: to which section a row belongs. */
export const SECTION_COLUMN = 'section';

/** Rows of all sections as one list, for a file that has no sheets. */
export function flatColumns(): readonly string[] {
  return [SECTION_COLUMN, ...new Set(tableSections().flatMap(columnsOf))];
}

/**
 * Reads an account table out of the sheets. Sheets are named like sections and begin with a row of column names. Nothing is
 * skipped: what is no row of the table is an issue.
 */
export function readSheets(sheets: readonly RawSheet[]): SheetReading {
  const reader = new SheetReader();
  for (const sheet of sheets) reader.readSheet(sheet);
  return reader.done();
}

/** The same for one flat list whose first column names the section. */
export function readFlatSheet(sheet: RawSheet): SheetReading {
  const reader = new SheetReader();
  reader.readFlat(sheet);
  return reader.done();
}

interface Place {
  readonly sheet: string | null;
  readonly row: number;
  readonly columns: ReadonlyMap<string, number>;
}

class SheetReader {
  readonly #rows = new Map<string, { readonly cells: TableCells; readonly place: Place }[]>();
  readonly #issues: SheetIssue[] = [];

  readSheet({ name, cells }: RawSheet): void {
    if (cells.length === 0) return;
    const section = tableSections().find((each) => each.name.toLowerCase() === (name ?? '').trim().toLowerCase());
    if (!section) {
      const names = tableSections().map((each) => each.name);
      const [near] = nearestNames(name ?? '', names, 1);
      const hint = near === undefined ? `; there are ${names.join(', ')}` : `; did you mean ${near}?`;
      this.#add({ sheet: name, row: 0, column: null, says: `the sheet is no section of an account table${hint}` });
      return;
    }
    const [header = [], ...rows] = groupRows(cells);
    const columns = this.#readHeader(name, header, columnsOf(section));
    for (const row of rows) this.#readRow({ section, sheet: name, columns, row });
  }

  readFlat({ name, cells }: RawSheet): void {
    const [header = [], ...rows] = groupRows(cells);
    const columns = this.#readHeader(name, header, flatColumns());
    const at = columns.get(SECTION_COLUMN);
    for (const row of rows) {
      const cell = row.find(({ column }) => column === at);
      const text = cell?.value.kind === 'text' ? cell.value.text.trim() : '';
      const section = tableSections().find((each) => each.name === text);
      if (section) {
        this.#readRow({ section, sheet: name, columns, row: row.filter((each) => each !== cell) });
        continue;
      }
      const number = row[0]?.row ?? 0;
      const says =
        text === '' ? 'the row does not say to which section it belongs' : `${text} is no section of an account table`;
      this.#add({ sheet: name, row: number, column: cell ? letterOf(cell.column) : null, says });
    }
  }

  /** What the table itself finds wrong is told by the place in the spreadsheet. */
  done(): SheetReading {
    const content = new Map(
      tableSections().map(({ name }) => [name, (this.#rows.get(name) ?? []).map(({ cells }) => cells)]),
    );
    if (this.#issues.length === 0) {
      for (const { path, says } of listTableIssues(printTable(content))) this.#add({ ...this.#placeOf(path), says });
    }
    return { content, issues: this.#issues };
  }

  #placeOf(path: string): Omit<SheetIssue, 'says'> {
    const [, section = path, index, column] = /^(\w+)(?:\[(\d+)\])?(?:\.(\w+))?$/.exec(path) ?? [];
    const place = index === undefined ? undefined : this.#rows.get(section)?.[Number(index)]?.place;
    if (!place) return { sheet: section === 'file' ? null : section, row: 0, column: null };
    const at = column === undefined ? undefined : place.columns.get(column);
    return { sheet: place.sheet, row: place.row, column: at === undefined ? null : letterOf(at) };
  }

  #readHeader(sheet: string | null, header: readonly RawCell[], known: readonly string[]): ReadonlyMap<string, number> {
    const columns = new Map<string, number>();
    for (const { row, column, value } of header) {
      const written = value.kind === 'other' ? '' : value.text.trim();
      const name = known.find((each) => each.toLowerCase() === written.toLowerCase());
      const fault = (says: string) => this.#add({ sheet, row, column: letterOf(column), says });
      if (name === undefined) {
        const [near] = nearestNames(written, known, 1);
        fault(`column ${written} is not known${near === undefined ? '' : `; did you mean ${near}?`}`);
      } else if (columns.has(name)) fault(`column ${name} is given twice`);
      else columns.set(name, column);
    }
    return columns;
  }

  #readRow({ section, sheet, columns, row }: RowToRead): void {
    const [first] = row;
    if (!first) return;
    const names = new Map([...columns].map(([name, at]) => [at, name]));
    const own = columnsOf(section);
    const cells = new Map<string, string>();
    for (const { column, value } of row) {
      const fault = (says: string) => this.#add({ sheet, row: first.row, column: letterOf(column), says });
      const name = names.get(column);
      if (name === undefined) fault('the value stands under no column name');
      else if (!own.includes(name)) fault(`${section.name} has no column ${name}`);
      else {
        const read = readValue(name, value);
        if ('says' in read) fault(read.says);
        else if (read.text !== '') cells.set(name, read.text);
      }
    }
    if (cells.size === 0) return;
    const known = this.#rows.get(section.name) ?? [];
    this.#rows.set(section.name, [...known, { cells, place: { sheet, row: first.row, columns } }]);
  }

  #add(issue: SheetIssue): void {
    this.#issues.push(issue);
  }
}

interface RowToRead {
  readonly section: SectionShape;
  readonly sheet: string | null;
  readonly columns: ReadonlyMap<string, number>;
  readonly row: readonly RawCell[];
}

/** Rows with at least one value, each in the order of its columns. */
function groupRows(cells: readonly RawCell[]): RawCell[][] {
  const rows = new Map<number, RawCell[]>();
  const filled = cells.filter(({ value }) => value.kind !== 'text' || value.text.trim() !== '');
  for (const cell of filled) {
    const known = rows.get(cell.row);
    if (known) known.push(cell);
    else rows.set(cell.row, [cell]);
  }
  return [...rows.entries()].sort(([a], [b]) => a - b).map(([, row]) => row.sort((a, b) => a.column - b.column));
}

const CODES = ['companyCode', 'glAccount', 'customer', 'costCenter', 'profitCenter'];
const COMPANY_CODE_LENGTH = 4;
/** Digits that a spreadsheet's number keeps exactly. */
const EXACT_DIGITS = 15;

function readValue(column: string, value: RawValue): { readonly text: string } | { readonly says: string } {
  switch (value.kind) {
    case 'other':
      return { says: value.says };
    case 'date':
      return column === 'validFrom'
        ? { text: value.text }
        : { says: `${column} is the day ${value.text}; write it as text` };
    case 'number':
      return readNumber(column, value);
    case 'text':
      return { text: column === 'validFrom' ? value.text.trim() : textOf(column, value.text) };
  }
}

/** Spaces at the ends, also those that do not break, and the decimals that a code never has. */
function textOf(column: string, text: string): string {
  const trimmed = text.replace(/^[\s\u00a0]+|[\s\u00a0]+$/g, '');
  return CODES.includes(column) ? trimmed.replace(/^(\d+)[.,]0+$/, '$1') : trimmed;
}

function readNumber(
  column: string,
  { text, format }: { readonly text: string; readonly format: string | null },
): { readonly text: string } | { readonly says: string } {
  if (column === 'validFrom') return { says: `the number ${text} is no day: write it as a date or as 2027-01-31` };
  if (column === 'rate') return readRate(text, format);
  const digits = /^(\d+)(?:\.0+)?$/.exec(text)?.[1];
  if (digits === undefined || digits.length > EXACT_DIGITS) {
    return { says: `${column} is the number ${text}: write it as text, digit by digit` };
  }
  const padded = /^0+$/.test(format ?? '') ? digits.padStart((format ?? '').length, '0') : digits;
  if (column === 'companyCode' && padded.length < COMPANY_CODE_LENGTH) {
    return { says: `companyCode is the number ${padded}, which may have lost its leading zeros: write it as text` };
  }
  return { text: padded };
}

/** `0.19` that is shown as 19 % is 19; other numbers are what they are. */
function readRate(text: string, format: string | null): { readonly text: string } | { readonly says: string } {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return { says: `rate is the number ${text}: write it as text` };
  const [, whole = '', decimals = ''] = match;
  if (!(format ?? '').includes('%')) return { text: decimals === '' ? whole : `${whole}.${decimals}` };
  const shifted = decimals.padEnd(2, '0');
  const percent = BigInt(`${whole}${shifted.slice(0, 2)}`).toString();
  const rest = shifted.slice(2).replace(/0+$/, '');
  return { text: rest === '' ? percent : `${percent}.${rest}` };
}

const LETTERS = 26;

/** The column as spreadsheet programs name it: A, B, … Z, AA. */
export function letterOf(column: number): string {
  const rest = Math.floor(column / LETTERS);
  const last = String.fromCharCode('A'.charCodeAt(0) + (column % LETTERS));
  return rest === 0 ? last : letterOf(rest - 1) + last;
}
