import { unzipSync, type Zippable, zipSync } from 'fflate';
import writeExcelFile, { type CellObject, type Row, type Sheet } from 'write-excel-file/node';
import type { Report, ReportColumn, ReportSection, ReportValue } from '../../app/index.ts';
import { currencyDecimals, daysFromCivil, formatMoney, type Money } from '../../core/index.ts';
import { factText, isMoney, type LaidColumn, layOut, plainText } from './layout.ts';

/** Digits that a spreadsheet's binary number keeps exactly. */
const EXACT_DIGITS = 15;
const WIDTH_MAX = 60;
const SHEET_NAME_MAX = 31;
/** Day 0 of a spreadsheet is 1899-12-30. */
const SERIAL_OF_1970 = 25_569;
/** A cell holds no more characters. */
const CELL_TEXT_MAX = 32_767;

/**
 * A report as a spreadsheet: a first sheet with its facts and notes, then one sheet per table. Amounts and counts are
 * numbers with the decimals of their currency, days are days; an amount with more digits than a spreadsheet keeps is text.
 * The same report gives the same bytes.
 */
export async function renderXlsx(report: Report): Promise<Uint8Array> {
  const names = new Set<string>();
  const sheets: Sheet<Buffer>[] = [
    { sheet: sheetName('Report', names), data: frontSheet(report), columns: [{ width: 28 }, { width: WIDTH_MAX }] },
    ...report.sections.map((section) => sheetOf(section, names)),
  ];
  const bytes = await writeExcelFile(sheets as never).toBuffer();
  return withoutTimes(bytes);
}

function frontSheet(report: Report): Row[] {
  const notes = [
    ...report.notes,
    ...report.sections.flatMap(({ title, notes: own }) => (own ?? []).map((note) => `${title}: ${note}`)),
  ];
  return [
    [{ ...textCell(report.title), fontWeight: 'bold', fontSize: 14 }],
    ...report.facts.map(
      ({ title, value }): Row => [
        textCell(title),
        isMoney(value) ? textCell(factText(value, plainText)) : { ...cellOf(value), align: 'left' },
      ],
    ),
    [],
    ...notes.map((note): Row => [textCell(note)]),
  ];
}

function sheetOf(section: ReportSection, names: Set<string>): Sheet<Buffer> {
  const { columns, rows, total } = layOut(section);
  const header = columns.map(
    (column): CellObject => ({
      ...textCell(column.title),
      fontWeight: 'bold',
      align: column.isNumber ? 'right' : 'left',
      bottomBorderStyle: 'thin',
    }),
  );
  const lines = rows.map((row) => row.map((value, index) => cellOf(value, columns[index]?.kind)));
  const last = (total ?? []).map(
    (value, index): CellObject => ({
      ...cellOf(value, columns[index]?.kind),
      fontWeight: 'bold',
      topBorderStyle: 'thin',
    }),
  );
  return {
    sheet: sheetName(section.title, names),
    data: [header, ...lines, ...(total === null ? [] : [last])],
    columns: columns.map((column, index) => ({ width: widthOf(column, index, rows) })),
    stickyRowsCount: 1,
    orientation: 'landscape',
  };
}

function widthOf({ title, kind }: LaidColumn, index: number, rows: readonly (readonly ReportValue[])[]): number {
  const longest = rows.reduce(
    (width, row) => Math.max(width, plainText(row[index] ?? null, kind).length),
    title.length,
  );
  return Math.min(WIDTH_MAX, longest + 3);
}

function cellOf(value: ReportValue, kind?: ReportColumn['kind']): CellObject {
  if (value === null) return {};
  if (isMoney(value)) return moneyCell(value);
  if (kind === 'percent' && typeof value === 'number') return { value: value / 100, type: Number, format: '0.00' };
  if (typeof value === 'number') return { value, type: Number, format: '#,##0' };
  if (kind === 'date' && typeof value === 'string') return dateCell(value);
  return textCell(plainText(value));
}

/** The day as a spreadsheet counts it, whatever the time zone of this machine is. */
function dateCell(text: string): CellObject {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const days = daysFromCivil(year, month, day);
  return Number.isNaN(days) ? textCell(text) : { value: days + SERIAL_OF_1970, type: Number, format: 'yyyy-mm-dd' };
}

function moneyCell(value: Money): CellObject {
  const text = formatMoney(value);
  if (text.replace(/\D/g, '').replace(/^0+/, '').length > EXACT_DIGITS) return { ...textCell(text), align: 'right' };
  const decimals = currencyDecimals(value.currency);
  return { value: Number(text), type: Number, format: decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}` };
}

/** Text stays text, also when it looks like a formula. */
function textCell(text: string): CellObject {
  return { value: text.slice(0, CELL_TEXT_MAX), type: String };
}

/** What Excel takes as the name of a sheet: no more than 31 characters, none of `[]:*?/\`, and each name once. */
function sheetName(title: string, taken: Set<string>): string {
  const base =
    title
      .replace(/[[\]:*?/\\]/g, ' ')
      .replace(/^'+|'+$/g, '')
      .trim()
      .slice(0, SHEET_NAME_MAX) || 'Table';
  let name = base;
  for (let count = 2; taken.has(name.toLowerCase()); count++) {
    const end = ` ${count}`;
    name = `${base.slice(0, SHEET_NAME_MAX - end.length)}${end}`;
  }
  taken.add(name.toLowerCase());
  return name;
}

/** The files of an archive carry the time at which they were written, so that the same content would differ. */
export function withoutTimes(archive: Uint8Array): Uint8Array {
  const files: Zippable = {};
  for (const [name, content] of Object.entries(unzipSync(archive)))
    files[name] = [content, { mtime: FIRST_TIME, level: 6 }];
  return zipSync(files);
}

/** The first time that an archive can hold. It is told in local time, so this is the same everywhere. */
const FIRST_TIME = new Date(1980, 0, 1);
