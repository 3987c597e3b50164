import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { useFormat } from '../texts/format.ts';
import { reportTexts } from '../texts/report.ts';
import { reportCodes } from '../texts/report-codes.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

type Section = ReportAnswer['sections'][number];
export type ReportCell = Section['rows'][number][string];

/** To be filled in on paper. */
const LINE = /^_+$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONTH = /^\d{4}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/;

/** A cell of a report as text in the reader's language; `key` tells the words of which column it may be. */
export function useReportText(): (cell: ReportCell | undefined, kind?: string, key?: string) => string {
  const words = useTexts(reportTexts);
  const format = useFormat();
  const service = useServiceWords();
  const codes: Codes = useTexts(reportCodes);
  return (cell, kind = 'text', key = '') => {
    if (cell === null || cell === undefined) return '';
    if (typeof cell === 'object') return `${format.amount(cell.amount)} ${cell.currency}`;
    if (typeof cell === 'boolean') return cell ? words.yes : words.no;
    if (typeof cell === 'number') return kind === 'percent' ? format.percent(cell) : format.count(cell);
    if (INSTANT.test(cell)) return format.instant(cell);
    const code = wordOf(codes, key.toLowerCase() === 'model' ? 'model' : key, cell);
    if (code !== undefined) return code;
    if (MONTH.test(cell) && /month/i.test(key)) return format.month(cell);
    return DAY.test(cell) ? format.day(cell) : service.cell(key, cell);
  };
}

type Codes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Of one code, or of several as in `reference, amount`. */
function wordOf(codes: Codes, key: string, cell: string): string | undefined {
  const words = Object.hasOwn(codes, key) ? codes[key] : undefined;
  if (words === undefined) return undefined;
  const found = cell.split(', ').map((each) => (Object.hasOwn(words, each) ? words[each] : undefined));
  if (found.every((each) => each !== undefined)) return found.join(', ');
  return Object.hasOwn(words, cell) ? words[cell] : undefined;
}

/** The columns in which something stands, beside lines to write on; without them all there would be no table at all. */
export function filledColumns<Column extends { readonly key: string }>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<string, ReportCell>>[],
): readonly Column[] {
  const filled = columns.filter(({ key }) => rows.some((row) => isFilled(row[key])));
  return filled.length > 0 ? filled : columns;
}

function isFilled(cell: ReportCell | undefined): boolean {
  return cell !== null && cell !== undefined && cell !== '' && !(typeof cell === 'string' && LINE.test(cell));
}

/** Whether it is there to be signed: that is done on the printed one. */
export function isForm(section: Section): boolean {
  const [, ...others] = section.columns;
  const isLine = (cell: ReportCell | undefined) => typeof cell === 'string' && LINE.test(cell);
  return section.rows.length > 0 && section.rows.every((row) => others.every(({ key }) => isLine(row[key])));
}

/** Amounts and numbers stand at the right edge. */
export function alignOf(kind: string): 'left' | 'right' {
  return kind === 'money' || kind === 'count' || kind === 'percent' ? 'right' : 'left';
}

const SHORT_PX = 64;
const LONG_PX = 240;
const CHARACTER_PX = 7.6;
const EDGES_PX = 20;
/** A width is guessed from so many rows at most. */
export const ROWS_MEASURED = 30;

/** As wide as its words want it; amounts and numbers are never cut. */
export function widthOf(kind: string, title: string, texts: readonly string[]): number {
  const longest = Math.max(title.length, ...texts.slice(0, ROWS_MEASURED).map((text) => text.length));
  const px = Math.max(SHORT_PX, Math.ceil(longest * CHARACTER_PX) + EDGES_PX);
  return alignOf(kind) === 'right' ? px : Math.min(LONG_PX, px);
}

/** With a capital at its beginning, as titles stand on a page. */
export function capital(title: string): string {
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
}
