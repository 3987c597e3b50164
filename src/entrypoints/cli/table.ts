import type { Terminal } from './terminal.ts';
import { shorten, widthOf } from './text-width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'right';
  /**
   * In which turn the column gives way where the terminal is too narrow: it is shortened first and left out last. Without one
   * it stays whole; so do numbers, which stand on the right, because a number that is cut is another number.
   */
  readonly yields?: 1 | 2 | 3;
}

/** What is printed of a table, and the titles of what had no room. */
export interface FittedTable {
  readonly lines: readonly string[];
  /** `false`: the lines are blocks, without a line of headings. */
  readonly hasHeading: boolean;
  readonly leftOut: readonly string[];
}

const GAP = '  ';
const TURNS = [1, 2, 3] as const;
/** What is left of a text that is shortened: enough to tell it from others. */
const SHORT = 10;

interface Sized<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** Plain columns, as wide as their content. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], indent = ''): string[] {
  return linesOf(rows, sizedTo(rows, columns), indent);
}

/**
 * The same in at most `width` columns: what may give way is shortened and then left out, in its turn. Where that is not enough,
 * each row becomes a block of lines.
 */
export function fitTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, indent = '' }: { readonly width: number; readonly indent?: string },
): FittedTable {
  const room = width - widthOf(indent);
  let sized = shortened(sizedTo(rows, columns), room);
  const leftOut: string[] = [];
  for (const turn of TURNS) {
    for (const { column } of sized.filter((each) => mayYield(each.column, turn)).toReversed()) {
      if (totalOf(sized) <= room) break;
      sized = sized.filter((each) => each.column !== column);
      leftOut.unshift(column.title);
    }
  }
  if (totalOf(sized) > room) return { lines: blocksOf(rows, columns, indent), hasHeading: false, leftOut: [] };
  // What was left out has made room for the others.
  const kept = sizedTo(
    rows,
    sized.map(({ column }) => column),
  );
  return { lines: linesOf(rows, shortened(kept, room), indent), hasHeading: true, leftOut };
}

function shortened<Row>(sized: readonly Sized<Row>[], room: number): Sized<Row>[] {
  return TURNS.reduce<Sized<Row>[]>((some, turn) => shortenTurn(some, turn, room), [...sized]);
}

/** Prints a table as the terminal has room for it; nothing where there is no row. A pipe gets every column whole. */
export function sayTable<Row>(
  terminal: Terminal,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  indent = '',
): void {
  if (terminal.isJson || rows.length === 0) return;
  const { lines, hasHeading, leftOut } = fitTable(rows, columns, { width: terminal.columns ?? Infinity, indent });
  for (const [index, line] of lines.entries()) {
    terminal.say(hasHeading && index === 0 ? terminal.paint('bold', line) : line);
  }
  if (leftOut.length > 0) terminal.note(`Not shown for want of room: ${leftOut.join(', ')}; --wide shows everything.`);
}

function sizedTo<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Sized<Row>[] {
  return columns.map((column) => ({
    column,
    width: rows.reduce((width, row) => Math.max(width, widthOf(column.value(row))), widthOf(column.title)),
  }));
}

function mayYield<Row>({ align, yields }: Column<Row>, turn: number): boolean {
  return align !== 'right' && yields === turn;
}

function totalOf<Row>(sized: readonly Sized<Row>[]): number {
  return sized.reduce((sum, { width }) => sum + width, GAP.length * Math.max(0, sized.length - 1));
}

/** Takes from the widest of this turn first, so that several long texts end up alike. */
function shortenTurn<Row>(sized: readonly Sized<Row>[], turn: number, room: number): Sized<Row>[] {
  const widths = sized.map(({ width }) => width);
  const least = sized.map(({ column, width }) => Math.min(width, Math.max(SHORT, widthOf(column.title))));
  const turns = sized.flatMap(({ column }, index) => (mayYield(column, turn) ? [index] : []));
  let excess = totalOf(sized) - room;
  while (excess > 0) {
    const over = turns.filter((index) => (widths[index] ?? 0) > (least[index] ?? 0));
    if (over.length === 0) break;
    const widest = over.reduce((a, b) => ((widths[b] ?? 0) > (widths[a] ?? 0) ? b : a));
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return sized.map(({ column }, index) => ({ column, width: widths[index] ?? 0 }));
}

function linesOf<Row>(rows: readonly Row[], sized: readonly Sized<Row>[], indent: string): string[] {
  const pad = (text: string, { column, width }: Sized<Row>) => {
    const shown = shorten(text, width);
    const space = ' '.repeat(Math.max(0, width - widthOf(shown)));
    return column.align === 'right' ? space + shown : shown + space;
  };
  const line = (textOf: (column: Column<Row>) => string) =>
    (indent + sized.map((each) => pad(textOf(each.column), each)).join(GAP)).trimEnd();
  return [line(({ title }) => title), ...rows.map((row) => line(({ value }) => value(row)))];
}

/** One line for each value that a row has, under the first column as its heading. */
function blocksOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], indent: string): string[] {
  const titles = Math.max(...columns.map(({ title }) => widthOf(title)));
  return rows.flatMap((row, index) => {
    const filled = columns.filter(({ value }) => value(row) !== '');
    const lines = filled.map(
      ({ title, value }) => `${indent}${title}${' '.repeat(titles - widthOf(title))}${GAP}${value(row)}`,
    );
    return index === 0 ? lines : ['', ...lines];
  });
}
