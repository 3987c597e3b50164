import { type Command, Option } from 'commander';
import type { Report } from '../../app/index.ts';
import { PROBLEM_KINDS } from '../../core/index.ts';
import type { Api, Asked } from '../api-client/api.ts';
import { ReportAnswer } from '../http/contract/report.ts';
import { REPORT_FORMATS, type ReportOptions, writeReport } from '../reports/write-report.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { REPORTS } from './report-registry.ts';

interface AnyReport {
  readonly name: string;
  readonly description: string;
  /** Gives the command its arguments and options. */
  readonly declare?: (command: Command) => void;
}

/** A report of the API as a command: what it asks for, by what its action gets (arguments, then options). */
export interface ReportCommand extends AnyReport {
  readonly ask: (...args: never[]) => Asked;
}

/** A report that is made on the books themselves. */
export interface OwnReportCommand extends AnyReport {
  readonly make: (context: CommandContext, ...args: never[]) => Promise<Report>;
}

/** A report of the catalogue, with what it takes. */
export function askReport(name: string, query: Asked['query']): Asked {
  return { path: '/reports/:name', params: { name }, query: query ?? {} };
}

/** The group `reports`: every report of the registry, in whatever format. */
export function addReportCommands(program: Command, run: RunCommand): void {
  const reports = program
    .command('reports')
    .description('reports for accountants and auditors, with --format table, csv, json, xlsx or pdf');
  for (const report of REPORTS) addReportCommand(reports, run, report);
}

/** Adds one report to a group, with the options that all reports have. How it looks and where it goes is decided here. */
export function addReportCommand(group: Command, run: RunCommand, report: ReportCommand | OwnReportCommand): void {
  const { name, description, declare } = report;
  const command = group.command(name).description(description);
  declare?.(command);
  const begin = ({ terminal }: CommandContext) => terminal.progress(`putting together: ${description}`);
  const work =
    'ask' in report
      ? onApi(async (context, api, ...args: unknown[]) => {
          begin(context);
          return sayAnswer(context, await askedOf(api, report.ask(...(args as never[]))), optionsIn(args));
        })
      : async (context: CommandContext, ...args: unknown[]) => {
          begin(context);
          return sayReport(context, await report.make(context, ...(args as never[])), optionsIn(args));
        };
  command
    .addOption(
      new Option('--format <format>', 'how it looks (default: what the name of the file says, else table)').choices(
        REPORT_FORMATS,
      ),
    )
    .option('--output <file>', 'write it to this file instead of the terminal')
    .option('--section <key>', 'csv: one table alone, without titles')
    .option('--bom', 'csv: begin with a byte order mark, by which Excel knows UTF-8')
    .addOption(new Option('--paper <size>', 'pdf: size of the paper').choices(['a4', 'letter']).default('a4'))
    .addOption(jsonOption())
    .action(run(work));
}

const AnyAnswer = ReportAnswer.partial({ isOpen: true, verdict: true, compared: true });
type AnyAnswer = ReturnType<typeof AnyAnswer.parse>;

function askedOf(api: Api, asked: Asked): Promise<AnyAnswer> {
  return api.ask({ ...asked, answer: AnyAnswer });
}

/** Its exit code says whether something in it is open. */
async function sayAnswer(context: CommandContext, answer: AnyAnswer, options: ReportOptions): Promise<number> {
  const { reportFromJson } = await import('../reports/read-json.ts');
  await sayReport(context, reportFromJson(answer), options);
  return answer.isOpen ? PROBLEM_KINDS.unproven.exitCode : 0;
}

async function sayReport({ terminal }: CommandContext, report: Report, options: ReportOptions): Promise<number> {
  terminal.endProgress();
  await writeReport(terminal, report, options);
  return 0;
}

/** The options come after the arguments, followed by the command itself. */
function optionsIn(args: readonly unknown[]): ReportOptions {
  return args.at(-2) as ReportOptions;
}
