import { Problem } from '../../core/index.ts';
import {
  type AccountTable,
  columnsOf,
  flatColumns,
  printTable,
  type RawSheet,
  readAccountTable,
  readFlatSheet,
  readSheets,
  readTableContent,
  SECTION_COLUMN,
  type SheetIssue,
  type SheetReading,
  type TableContent,
  tableSections,
} from '../../mapping/index.ts';
import { loadAccountTable, readBytes } from '../files.ts';

/** Far above any real table. */
const SPREADSHEET_BYTES_MAX = 16 * 1024 * 1024;
const ISSUES_SHOWN_MAX = 20;

/** An account table as a file can hold it. */
export const TABLE_FORMATS = ['yaml', 'xlsx', 'csv'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** By the ending of its name; anything else is YAML. */
export function tableFormatOf(path: string): TableFormat {
  if (/\.xlsx$/i.test(path)) return 'xlsx';
  return /\.csv$/i.test(path) ? 'csv' : 'yaml';
}

/**
 * The text of an account table that is in a file: YAML as it is, a spreadsheet as rows without comments. Raises
 * `SPREADSHEET_UNREADABLE` (invalid) for bytes that are no such file, and `SPREADSHEET_INVALID` (invalid) with sheet, row and
 * column of everything that is wrong.
 */
export async function textOfTableFile(name: string, bytes: Uint8Array): Promise<string> {
  const format = tableFormatOf(name);
  if (format === 'yaml') return Buffer.from(bytes).toString('utf8');
  if (bytes.length > SPREADSHEET_BYTES_MAX) {
    throw unreadable(name, `it has ${bytes.length} bytes; at most ${SPREADSHEET_BYTES_MAX} are read`);
  }
  const { content, issues } =
    format === 'xlsx' ? await readWorkbook(name, bytes) : readFlatSheet(await readCsv(name, bytes));
  if (issues.length > 0) throw invalid(name, issues);
  return printTable(content);
}

/** The account table in a file of any format; without a path the template. Raises as `textOfTableFile` and `readAccountTable`. */
export async function openAccountTable(path?: string): Promise<AccountTable> {
  if (path === undefined || tableFormatOf(path) === 'yaml') return loadAccountTable(path);
  return readAccountTable({ name: path, text: await textOfTableFile(path, readBytes(path)) });
}

// The libraries are loaded by whoever reads a spreadsheet, not by every command.
async function readWorkbook(name: string, bytes: Uint8Array): Promise<SheetReading> {
  const { readXlsx } = await import('./read-xlsx.ts');
  const file = readXlsx(bytes);
  if (!file) throw unreadable(name, 'it is not a workbook in the format XLSX');
  const reading = readSheets(file.sheets);
  return { ...reading, issues: [...file.issues, ...reading.issues] };
}

/** Commas, semicolons or tabs between the values: what Excel writes depends on the country. */
async function readCsv(name: string, bytes: Uint8Array): Promise<RawSheet> {
  const { parse } = await import('csv-parse/sync');
  const text = decodeUtf8(name, bytes);
  const [header = ''] = text.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t'].find((mark) => header.split(mark)[0]?.replaceAll('"', '') === SECTION_COLUMN);
  if (delimiter === undefined) throw unreadable(name, `its first column is not named ${SECTION_COLUMN}`);
  let records: readonly (readonly string[])[];
  try {
    records = parse(text, { delimiter, relax_column_count: true });
  } catch (cause) {
    const says = cause instanceof Error ? cause.message.replace(/\.$/, '') : 'it is not CSV';
    throw unreadable(name, says);
  }
  const cells = records.flatMap((record, at) =>
    record.map((cell, column) => ({ row: at + 1, column, value: valueOfCsv(records[0]?.[column], cell) })),
  );
  return { name: null, cells };
}

/** A CSV file cannot say that 1 was 0001, so a company code that is too short is told like a number. */
function valueOfCsv(column: string | undefined, cell: string): RawSheet['cells'][number]['value'] {
  const text = withoutApostrophe(cell);
  return column === 'companyCode' && /^\d{1,3}$/.test(text.trim())
    ? { kind: 'number', text: text.trim(), format: null }
    : { kind: 'text', text };
}

function decodeUtf8(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(name, 'it is not in UTF-8: save it as "CSV UTF-8"');
  }
}

/** What a spreadsheet program would compute instead of showing it; an apostrophe before it says that it is text. */
const FORMULA_START = /^'*[=+\-@\t\r]/;

function withApostrophe(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

function withoutApostrophe(text: string): string {
  return text.startsWith("'") && FORMULA_START.test(text) ? text.slice(1) : text;
}

/** The bytes of an account table in a format; the same rows give the same bytes. YAML is given word for word. */
export async function tableFileOf(text: string, format: TableFormat): Promise<Uint8Array> {
  switch (format) {
    case 'yaml':
      return Buffer.from(text);
    case 'csv':
      return Buffer.from(printCsv(readTableContent(text)));
    case 'xlsx':
      return (await import('./write-xlsx.ts')).writeTableXlsx(readTableContent(text));
  }
}

/** With the mark by which Excel knows UTF-8. */
function printCsv(content: TableContent): string {
  const columns = flatColumns();
  const line = (cells: readonly string[]) => `${cells.map(quoted).join(',')}\r\n`;
  const rows = tableSections().flatMap((section) =>
    (content.get(section.name) ?? []).map((cells) =>
      line(
        columns.map((column) => {
          if (column === SECTION_COLUMN) return section.name;
          return columnsOf(section).includes(column) ? withApostrophe(cells.get(column) ?? '') : '';
        }),
      ),
    ),
  );
  return `\ufeff${line(columns)}${rows.join('')}`;
}

function quoted(text: string): string {
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function sayPlace({ sheet, row, column }: SheetIssue): string {
  const parts = [
    sheet === null ? '' : `sheet ${sheet}`,
    row === 0 ? '' : `row ${row}`,
    column === null ? '' : `column ${column}`,
  ];
  return parts.filter(Boolean).join(', ') || 'the file';
}

function invalid(name: string, issues: readonly SheetIssue[]): Problem {
  const [first] = issues;
  const more = issues.length - ISSUES_SHOWN_MAX;
  const lines = issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => `${sayPlace(issue)}: ${issue.says}`);
  return new Problem({
    code: 'SPREADSHEET_INVALID',
    kind: 'invalid',
    says: `The spreadsheet ${name} has ${issues.length === 1 ? '1 problem' : `${issues.length} problems`}; the first is in ${first ? sayPlace(first) : 'the file'}: ${first?.says}.`,
    next: 'Correct the cells that are named, and import it again. How a sheet looks: seller-ledger mapping export NAME --format xlsx --output FILE',
    where: {
      file: name,
      ...(first && first.row > 0 && { row: first.row }),
      ...(first?.column && { column: first.column }),
      ...(first?.sheet && { path: first.sheet }),
    },
    data: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
  });
}

function unreadable(name: string, why: string): Problem {
  return new Problem({
    code: 'SPREADSHEET_UNREADABLE',
    kind: 'invalid',
    says: `${name} cannot be read as an account table: ${why}.`,
    next: 'Save it as an XLSX workbook or as CSV in UTF-8, as mapping export writes them: seller-ledger mapping export NAME --format xlsx --output FILE',
    where: { file: name },
  });
}
