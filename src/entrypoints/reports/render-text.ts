import type { Report, ReportColumn, ReportValue } from '../../app/index.ts';
import { groupThousands } from '../cli/format-entry.ts';
import { formatTable, showInvisible } from '../cli/terminal.ts';
import { factText, isMoney, layOut, plainText } from './layout.ts';

/** A report as lines for a terminal. `strong` marks titles and totals. */
export function renderText(report: Report, strong: (text: string) => string = (text) => text): string[] {
  const width = Math.max(0, ...report.facts.map(({ title }) => title.length));
  const facts = report.facts.map(
    ({ title, value }) => `  ${title.padEnd(width)}  ${factText(value, (each) => textForPeople(each))}`,
  );
  const sections = report.sections.flatMap((section) => {
    const { columns, rows, total } = layOut(section);
    const lines = formatTable(
      total === null ? rows : [...rows, total],
      columns.map((column, index) => ({
        title: column.title,
        value: (row: readonly ReportValue[]) => textForPeople(row[index] ?? null, column.kind),
        ...(column.isNumber && { align: 'right' as const }),
      })),
      '  ',
    );
    const shown = total === null ? lines : [...lines.slice(0, -1), strong(lines.at(-1) ?? '')];
    const notes = (section.notes ?? []).map((note) => `  ${note}`);
    const table = rows.length === 0 && total === null ? ['  (none)'] : shown;
    return ['', strong(section.title), ...table, ...notes];
  });
  const notes = report.notes.length === 0 ? [] : ['', ...report.notes];
  return [strong(report.title), ...facts, ...sections, ...notes];
}

/** A value as people read it: thousands apart, and nothing in it that a terminal or a printer would act upon. */
export function textForPeople(value: ReportValue, kind?: ReportColumn['kind']): string {
  const text = plainText(value, kind);
  return isMoney(value) || typeof value === 'number' ? groupThousands(text) : showInvisible(text);
}
