import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { useFormat } from '../texts/format.ts';
import { reportTexts } from '../texts/report.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

type Section = ReportAnswer['sections'][number];
export type ReportCell = Section['rows'][number][string];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/;

/** A cell of a report as text in the reader's language; `key` tells the words of which column it may be. */
export function useReportText(): (cell: ReportCell | undefined, kind?: string, key?: string) => string {
  const words = useTexts(reportTexts);
  const format = useFormat();
  const service = useServiceWords();
  return (cell, kind = 'text', key = '') => {
    if (cell === null || cell === undefined) return '';
    if (typeof cell === 'object') return `${format.amount(cell.amount)} ${cell.currency}`;
    if (typeof cell === 'boolean') return cell ? words.yes : words.no;
    if (typeof cell === 'number') return kind === 'percent' ? format.percent(cell) : format.count(cell);
    if (INSTANT.test(cell)) return format.instant(cell);
    return DAY.test(cell) ? format.day(cell) : service.cell(key, cell);
  };
}

/** The columns in which something stands; without them all there would be no table at all. */
export function filledColumns<Column extends { readonly key: string }>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<string, ReportCell>>[],
): readonly Column[] {
  const filled = columns.filter(({ key }) => rows.some((row) => (row[key] ?? '') !== ''));
  return filled.length > 0 ? filled : columns;
}

/** Amounts and numbers stand at the right edge. */
export function alignOf(kind: string): 'left' | 'right' {
  return kind === 'money' || kind === 'count' || kind === 'percent' ? 'right' : 'left';
}
