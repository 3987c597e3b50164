import type { Report, ReportColumn, ReportValue } from '../../app/index.ts';
import { groupThousands } from '../cli/format-entry.ts';
import { fitTable } from '../cli/table.ts';
import { showInvisible } from '../cli/terminal.ts';
import { factText, isMoney, layOut, plainText } from './layout.ts';

/** How a report is shown: marked titles and totals, and tables of at most `width` columns where that is given. */
export interface TextLook {
  readonly strong?: (text: string) => string;
  readonly width?: number | undefined;
}

/** A report as lines of text. Without a width its tables are as wide as their content. */
export function renderText(report: Report, look: TextLook = {}): string[] {
  const { strong = (text) => text, width: room = Infinity } = look;
  const width = Math.max(0, ...report.facts.map(({ title }) => title.length));
  const facts = report.facts.map(
    ({ title, value }) => `  ${title.padEnd(width)}  ${factText(value, (each) => textForPeople(each))}`,
  );
  const sections = report.sections.flatMap((section) => {
    const { columns, rows, total } = layOut(section);
    const { lines, hasHeading, leftOut } = fitTable(
      total === null ? rows : [...rows, total],
      columns.map((column, index) => ({
        title: column.title,
        value: (row: readonly ReportValue[]) => textForPeople(row[index] ?? null, column.kind),
        ...(column.isNumber && { align: 'right' as const }),
        // The first column says what a row is about.
        ...(column.kind === 'text' && !column.isCurrency && { yields: index === 0 ? (3 as const) : (2 as const) }),
      })),
      { width: room, indent: '  ' },
    );
    const hasTotal = total !== null && hasHeading;
    const shown = hasTotal ? [...lines.slice(0, -1), strong(lines.at(-1) ?? '')] : lines;
    const narrow = leftOut.length > 0 ? [`  Not shown for want of room: ${leftOut.join(', ')}; --wide shows it.`] : [];
    const notes = [...narrow, ...(section.notes ?? []).map((note) => `  ${note}`)];
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
