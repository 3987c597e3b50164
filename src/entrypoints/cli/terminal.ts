import { styleText } from 'node:util';
import type { Problem } from '../../core/index.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Where a command writes: results to `out`, everything about the work to `err`. Colours only on a terminal. */
export interface Terminal {
  readonly isJson: boolean;
  /** One line of the result. Silent with `--json`. */
  say(line?: string): void;
  /** The one result object of `--json`. Silent without it. */
  json(value: unknown): void;
  /** About the work, on standard error. */
  note(line: string): void;
  paint(style: Style, text: string): string;
  readonly isInteractive: boolean;
  /** Whether what is said is seen by a person, and not written into a file. */
  readonly isTerminal: boolean;
  /** Replaces the line of progress; does nothing where standard error is not a terminal. */
  progress(line: string): void;
  endProgress(): void;
}

export interface TerminalStreams {
  readonly out: { write(text: string): unknown; isTTY?: boolean };
  readonly err: { write(text: string): unknown; isTTY?: boolean; columns?: number };
}

export function createTerminal(streams: TerminalStreams, options: { isJson: boolean; noColor: boolean }): Terminal {
  const colour = Boolean(streams.out.isTTY) && !options.noColor && !options.isJson;
  let hasProgress = false;
  const endProgress = () => {
    if (hasProgress) streams.err.write('\r\u001b[2K');
    hasProgress = false;
  };
  return {
    isJson: options.isJson,
    isInteractive: Boolean(streams.err.isTTY),
    isTerminal: Boolean(streams.out.isTTY) && !options.isJson,
    say: (line = '') => {
      if (options.isJson) return;
      endProgress();
      streams.out.write(`${line}\n`);
    },
    json: (value) => {
      if (!options.isJson) return;
      endProgress();
      streams.out.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    note: (line) => {
      endProgress();
      streams.err.write(`${line}\n`);
    },
    paint: (style, text) => (colour ? styleText(style, text) : text),
    progress: (line) => {
      if (!streams.err.isTTY) return;
      const width = (streams.err.columns ?? 80) - 1;
      streams.err.write(`\r\u001b[2K${line.slice(0, width)}`);
      hasProgress = true;
    },
    endProgress,
  };
}

/** A problem in its four parts: where, the data, what is wrong, what to do next. */
export function sayProblem(terminal: Terminal, problem: Problem): void {
  const { where } = problem;
  const place = where
    ? [where.file, where.row && `row ${where.row}`, where.column && `column ${where.column}`, where.path]
        .filter(Boolean)
        .join(', ')
    : '';
  terminal.note(`${terminal.paint('red', 'Problem')} ${problem.code} (${problem.kind})`);
  if (place) terminal.note(`  where  ${place}`);
  if (problem.data !== undefined) terminal.note(`  data   ${problem.data.split('\n').join('\n         ')}`);
  terminal.note(`  what   ${problem.says}`);
  terminal.note(`  next   ${problem.next}`);
}

/** The longest text from a file that is shown in a table. */
const FOREIGN_TEXT_MAX = 80;

/**
 * Text that comes from a file, as a terminal may show it: cut, and with what cannot be seen made visible. A control
 * character could move the cursor, and a zero-width space is why a word that looks right is not known.
 */
export function legible(text: string): string {
  const characters = [...text];
  const cut = characters.length > FOREIGN_TEXT_MAX ? `${characters.slice(0, FOREIGN_TEXT_MAX - 1).join('')}…` : text;
  return showInvisible(cut);
}

/** The same text with what cannot be seen written as `\u200b`. */
export function showInvisible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'right';
}

/** Plain columns, wide enough for their content. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], indent = ''): string[] {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, index) =>
    cells.reduce((width, row) => Math.max(width, [...(row[index] ?? '')].length), column.title.length),
  );
  const pad = (text: string, index: number) => {
    const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - [...text].length));
    return columns[index]?.align === 'right' ? space + text : text + space;
  };
  const line = (texts: readonly string[]) => (indent + texts.map(pad).join('  ')).trimEnd();
  return [line(columns.map((column) => column.title)), ...cells.map(line)];
}
