import { rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Report } from '../../app/index.ts';
import { Problem, sha256Of } from '../../core/index.ts';
import type { Terminal } from '../cli/terminal.ts';
import { renderCsv } from './render-csv.ts';
import { reportJson } from './render-json.ts';
import type { Paper } from './render-pdf.ts';
import { renderText } from './render-text.ts';

export const REPORT_FORMATS = ['table', 'csv', 'json', 'xlsx', 'pdf'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** How a report shall look and where it goes. */
export interface ReportOptions {
  readonly format?: ReportFormat | undefined;
  readonly output?: string | undefined;
  /** One table alone, of CSV. */
  readonly section?: string | undefined;
  readonly bom?: boolean | undefined;
  readonly paper?: Paper | undefined;
}

/**
 * Shows a report on the terminal, or writes it to a file and says its SHA-256. Raises `REPORT_FORMAT_UNCLEAR`,
 * `REPORT_OUTPUT_MISSING`, `REPORT_SECTION_UNKNOWN` and `FILE_NOT_WRITTEN` (all invalid).
 */
export async function writeReport(terminal: Terminal, report: Report, options: ReportOptions): Promise<void> {
  const format = formatOf(terminal, options);
  if (options.output === undefined) return showReport(terminal, report, { ...options, format });
  const content = await renderReport(report, format, options);
  await replaceFile(options.output, content);
  const sha256 = sha256Of(content);
  terminal.say(`${options.output}: ${report.title}, ${format}, ${content.length} bytes. SHA-256 ${sha256}`);
  terminal.json({ file: options.output, report: report.name, format, bytes: content.length, sha256 });
}

/** The bytes of a report in a format; the same report gives the same bytes. */
export async function renderReport(
  report: Report,
  format: ReportFormat,
  options: ReportOptions = {},
): Promise<Uint8Array> {
  switch (format) {
    case 'table':
      return Buffer.from(`${renderText(report).join('\n')}\n`);
    case 'csv':
      return Buffer.from(renderCsv(report, options));
    case 'json':
      return Buffer.from(`${JSON.stringify(reportJson(report), null, 2)}\n`);
    // Their libraries are loaded by whoever wants them, not by every command.
    case 'xlsx':
      return (await import('./render-xlsx.ts')).renderXlsx(report);
    case 'pdf':
      return (await import('./render-pdf.ts')).renderPdf(report, options.paper);
  }
}

function showReport(
  terminal: Terminal,
  report: Report,
  { format, ...options }: ReportOptions & { format: ReportFormat },
): void {
  if (format === 'xlsx' || format === 'pdf' || (terminal.isJson && format !== 'json')) {
    throw new Problem({
      code: 'REPORT_OUTPUT_MISSING',
      kind: 'invalid',
      says: `${format} needs a file${terminal.isJson ? ', because --json takes the terminal' : ': a terminal cannot show it'}.`,
      next: `Name one: --output ${report.name}.${format === 'table' ? 'txt' : format}`,
    });
  }
  terminal.json(reportJson(report));
  if (format === 'json') terminal.say(JSON.stringify(reportJson(report), null, 2));
  else if (format === 'csv') terminal.say(renderCsv(report, options).replace(/\r\n$/, '\r'));
  else {
    const look = { strong: (text: string) => terminal.paint('bold', text), width: terminal.columns };
    for (const line of renderText(report, look)) terminal.say(line);
  }
}

const FORMAT_OF_ENDING: Readonly<Record<string, ReportFormat>> = {
  '.txt': 'table',
  '.csv': 'csv',
  '.json': 'json',
  '.xlsx': 'xlsx',
  '.pdf': 'pdf',
};

/** What was asked for, or what the name of the file says. */
function formatOf(terminal: Terminal, { format, output }: ReportOptions): ReportFormat {
  if (format) return format;
  if (output === undefined) return terminal.isJson ? 'json' : 'table';
  const ending = FORMAT_OF_ENDING[extname(output).toLowerCase()];
  if (ending) return ending;
  throw new Problem({
    code: 'REPORT_FORMAT_UNCLEAR',
    kind: 'invalid',
    says: `The name ${output} does not say which format is wanted.`,
    next: `Say it with --format (${REPORT_FORMATS.join(', ')}), or end the name with ${Object.keys(FORMAT_OF_ENDING).join(', ')}.`,
    where: { file: output },
  });
}

/** Writes a file whole or not at all: it takes its name when it is complete. Raises `FILE_NOT_WRITTEN` (invalid). */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, content);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw notWritten(path, cause);
  }
}

/** Why a file could not be written, as a problem; what is no fault of the file stays as it is. */
export function notWritten(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== 'string' || !code.startsWith('E')) return cause;
  const why: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    EACCES: 'this user may not write there',
    EISDIR: 'it is a folder',
    ENOSPC: 'the disk is full',
    EEXIST: 'it exists',
    ENOTEMPTY: 'it is not empty',
  };
  return new Problem(
    {
      code: 'FILE_NOT_WRITTEN',
      kind: 'invalid',
      says: `${path} cannot be written: ${why[code] ?? code}.`,
      next: 'Name a file in a folder that exists and that you may write to.',
      where: { file: path },
    },
    { cause },
  );
}
