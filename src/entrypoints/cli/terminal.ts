import { styleText } from 'node:util';
import type { Problem, ProgressShare } from '../../core/index.ts';
import { SECOND_MS } from '../../core/index.ts';
import { shorten } from './text-width.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Where a command writes: results to `out`, everything about the work to `err`. Colours only on a terminal. */
export interface Terminal {
  readonly isJson: boolean;
  /** The room for a table; `undefined` where everything is printed: in a pipe, in a file, and with `--wide`. */
  readonly columns: number | undefined;
  /** One line of the result. Silent with `--json`. */
  say(line?: string): void;
  /** The one result object of `--json`. Silent without it. */
  json(value: unknown): void;
  /** Whether that result was printed. */
  readonly hasValue: boolean;
  /** About the work, on standard error. */
  note(line: string): void;
  paint(style: Style, text: string): string;
  /** The same for a text on standard error. */
  paintNote(style: Style, text: string): string;
  readonly isInteractive: boolean;
  /** Whether what is said is seen by a person, and not written into a file. */
  readonly isTerminal: boolean;
  /**
   * Replaces the line of progress, with a bar where it is known how much there is. Silent where standard error is not a
   * terminal, and with `--json`.
   */
  progress(line: string, share?: ProgressShare): void;
  endProgress(): void;
}

export interface TerminalStreams {
  readonly out: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  readonly err: { write(text: string): unknown; isTTY?: boolean; columns?: number };
}

export interface TerminalOptions {
  readonly isJson: boolean;
  readonly noColor: boolean;
  /** Tables in full, however narrow the terminal is. */
  readonly isWide?: boolean;
  /** Milliseconds, for how long a work has taken. */
  readonly nowMs?: () => number;
}

/** Shorter than that nobody wonders. */
const SECONDS_UNSAID = 3;

export function createTerminal({ out, err }: TerminalStreams, options: TerminalOptions): Terminal {
  const { isJson, noColor, isWide = false, nowMs = Date.now } = options;
  const painter = (stream: { isTTY?: boolean }) => {
    const isPainted = Boolean(stream.isTTY) && !noColor && !isJson;
    return (style: Style, text: string) => (isPainted ? styleText(style, text, { validateStream: false }) : text);
  };
  let hasValue = false;
  let shown: string | undefined;
  let sinceMs: number | undefined;
  let clock: NodeJS.Timeout | undefined;
  const draw = () => {
    const seconds = Math.floor((nowMs() - (sinceMs ?? nowMs())) / SECOND_MS);
    const waited = seconds >= SECONDS_UNSAID ? ` (${seconds} s)` : '';
    const width = (err.columns || 80) - 1 - waited.length;
    err.write(`\r\u001b[2K${shorten(shown ?? '', width)}${waited}`);
  };
  const endProgress = () => {
    if (shown === undefined) return;
    clearInterval(clock);
    err.write('\r\u001b[2K');
    shown = undefined;
    sinceMs = undefined;
    clock = undefined;
  };
  const print = (value: unknown) => {
    endProgress();
    hasValue = true;
    out.write(`${JSON.stringify(value, null, 2)}\n`);
  };
  return {
    isJson,
    columns: out.isTTY && !isWide ? out.columns || undefined : undefined,
    isTerminal: Boolean(out.isTTY) && !isJson,
    isInteractive: Boolean(err.isTTY),
    get hasValue() {
      return hasValue;
    },
    say: (line = '') => {
      if (isJson) return;
      endProgress();
      out.write(`${line}\n`);
    },
    json: (value) => {
      if (isJson) print(value);
    },
    note: (line) => {
      endProgress();
      err.write(`${line}\n`);
    },
    paint: painter(out),
    paintNote: painter(err),
    progress: (line, share) => {
      if (!err.isTTY || isJson) return;
      shown = share ? `${drawBar(share)} ${line}` : line;
      sinceMs ??= nowMs();
      // A line that stands still looks like a program that does.
      clock ??= setInterval(draw, SECOND_MS).unref();
      draw();
    },
    endProgress,
  };
}

const BAR_WIDTH = 20;

/** `[#####---------------]  25 %`, in letters that every terminal has. */
function drawBar({ done, of }: ProgressShare): string {
  const share = of > 0 ? Math.min(1, Math.max(0, done / of)) : 1;
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = '#'.repeat(filled) + '-'.repeat(BAR_WIDTH - filled);
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/**
 * A problem in its four parts: where, the data, what is wrong, what to do next. With `--json` it is one line of JSON on standard
 * error, and the document on standard output unless a command had printed its own already.
 */
export function sayProblem(
  terminal: Terminal,
  problem: Problem,
  {
    command,
    typed = (text) => text,
  }: {
    readonly command?: string;
    /** The next step with its commands as this person can type them. */
    readonly typed?: (text: string) => string;
  } = {},
): void {
  if (terminal.isJson) {
    if (!terminal.hasValue) terminal.json({ problem: problem.toJSON() });
    terminal.note(JSON.stringify({ problem: problem.toJSON() }));
    return;
  }
  const { where } = problem;
  const place = where
    ? [where.file, where.row && `row ${where.row}`, where.column && `column ${where.column}`, where.path]
        .filter(Boolean)
        .join(', ')
    : '';
  terminal.note(`${terminal.paintNote('red', 'Problem')} ${problem.code} (${problem.kind})`);
  if (place || command) terminal.note(`  where  ${place || command}`);
  if (problem.data !== undefined) terminal.note(`  data   ${problem.data.split('\n').join('\n         ')}`);
  terminal.note(`  what   ${problem.says}`);
  terminal.note(`  next   ${typed(problem.next)}`);
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
