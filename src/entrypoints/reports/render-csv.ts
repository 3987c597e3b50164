import type { Report, ReportColumn, ReportSection, ReportValue } from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import { factText, layOut, plainText } from './layout.ts';

export interface CsvOptions {
  /** Only this table, without headings: what another program reads. */
  readonly section?: string | undefined;
  /** A byte order mark, by which Excel knows UTF-8. */
  readonly bom?: boolean | undefined;
}

/**
 * A report as CSV (RFC 4180: commas, CRLF). All of it, with titles between the tables, or one table alone. Amounts are
 * decimal text with a point. A text that a spreadsheet would take for a formula gets an apostrophe before it. Raises
 * `REPORT_SECTION_UNKNOWN` (invalid).
 */
export function renderCsv(report: Report, { section, bom }: CsvOptions = {}): string {
  const records = section === undefined ? wholeReport(report) : tableOf(sectionOf(report, section));
  return `${bom ? '\ufeff' : ''}${records.map((record) => `${record.join(',')}\r\n`).join('')}`;
}

function wholeReport(report: Report): string[][] {
  return [
    [quoted(report.title)],
    ...report.facts.map(({ title, value }) => [quoted(title), quoted(factText(value, (each) => textOf(each)))]),
    ...report.sections.flatMap((section) => [
      [],
      [quoted(section.title)],
      ...tableOf(section),
      ...(section.notes ?? []).map((note) => [quoted(note)]),
    ]),
    ...(report.notes.length === 0 ? [] : [[], ...report.notes.map((note) => [quoted(note)])]),
  ];
}

function sectionOf({ name, sections }: Report, key: string): ReportSection {
  const section = sections.find((each) => each.key === key);
  if (section) return section;
  throw new Problem({
    code: 'REPORT_SECTION_UNKNOWN',
    kind: 'invalid',
    says: `The report ${name} has no table ${JSON.stringify(key)}.`,
    next: `Name one of its tables: ${sections.map((each) => each.key).join(', ')}.`,
    data: key,
  });
}

function tableOf(section: ReportSection): string[][] {
  const { columns, rows, total } = layOut(section);
  const lines = total === null ? rows : [...rows, total];
  return [
    columns.map(({ title }) => quoted(title)),
    ...lines.map((line) => line.map((cell, index) => quoted(textOf(cell, columns[index]?.kind)))),
  ];
}

/** Excel and its relatives compute what begins with one of these, also after a tab or a line break. */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function textOf(value: ReportValue, kind?: ReportColumn['kind']): string {
  const text = plainText(value, kind);
  return typeof value === 'string' && FORMULA_START.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
