import { type Command, Option } from 'commander';
import type { Report } from '../../app/index.ts';
import { PROBLEM_KINDS } from '../../core/index.ts';
import type { MadeReport, ReportDesk } from '../reports/period-makers.ts';
import { REPORT_FORMATS, type ReportOptions, writeReport } from '../reports/write-report.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { REPORTS } from './report-registry.ts';
import { userActor } from './user.ts';

/**
 * One report as a command. `declare` gives the command its arguments and options, `make` gets them as the action of a
 * command does (arguments, then options) and makes the report. How it looks and where it goes is the frame's business.
 */
export interface ReportCommand {
  readonly name: string;
  readonly description: string;
  readonly declare?: (command: Command) => void;
  readonly make: (context: CommandContext, ...args: never[]) => Promise<Report | ReportWithExit>;
}

/** A report that also tells a script how things stand. */
export interface ReportWithExit {
  readonly report: Report;
  readonly exitCode: number;
}

/** The group `reports`: every report of the registry, in whatever format. */
export function addReportCommands(program: Command, run: RunCommand): void {
  const reports = program
    .command('reports')
    .description('reports for accountants and auditors, with --format table, csv, json, xlsx or pdf');
  for (const report of REPORTS) addReportCommand(reports, run, report);
}

/** Adds one report to a group, with the options that all reports have. */
export function addReportCommand(
  group: Command,
  run: RunCommand,
  { name, description, declare, make }: ReportCommand,
): void {
  const command = group.command(name).description(description);
  declare?.(command);
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
    .action(
      run(async (context, ...args: unknown[]) => {
        context.terminal.progress(`putting together: ${description}`);
        const made = await make(context, ...(args as never[]));
        context.terminal.endProgress();
        const { report, exitCode } = 'report' in made ? made : { report: made, exitCode: 0 };
        await writeReport(context.terminal, report, optionsIn(args));
        return exitCode;
      }),
    );
}

/** A report of the books, made as by whoever runs the command; its exit code says whether something is open. */
export function reportOf(
  context: CommandContext,
  make: (desk: ReportDesk) => Promise<MadeReport>,
): Promise<ReportWithExit> {
  return withBooks(context, async (workspace) => {
    const { report, isOpen } = await make({ workspace, actor: userActor(context.environment) });
    return { report, exitCode: isOpen ? PROBLEM_KINDS.unproven.exitCode : 0 };
  });
}

/** The options come after the arguments, followed by the command itself. */
function optionsIn(args: readonly unknown[]): ReportOptions {
  return args.at(-2) as ReportOptions;
}
