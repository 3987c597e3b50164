import { randomUUID } from 'node:crypto';
import { Command, CommanderError, Option } from 'commander';
import { inActivity, Problem, toProblem, traced } from '../../core/index.ts';
import { databaseUrlOf } from '../database-url.ts';
import { type Environment, homeOf } from '../environment.ts';
import { programVersion } from '../files.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { commandGroupsFor } from './command-groups.ts';
import { createTerminal, sayProblem, type Terminal } from './terminal.ts';

/** What every command gets: where to write, and where the books are. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly home: string;
  readonly databaseUrl: string | undefined;
}

/** Wraps a command: builds its context from the global options and turns its result into an exit code. */
export type RunCommand = (
  work: (context: CommandContext, ...args: never[]) => Promise<number>,
) => (...args: unknown[]) => Promise<void>;

/** Runs one command line and returns the exit code: 0, or the code of the problem's kind (docs/problems.md). */
export async function runCli(argv: readonly string[], environment: Environment): Promise<number> {
  const program = createProgram();
  let exitCode = 0;
  const terminalOf = (isJson: boolean) =>
    createTerminal(
      { out: process.stdout, err: process.stderr },
      { isJson, noColor: !program.opts<{ color: boolean }>().color || environment.NO_COLOR !== undefined },
    );
  const run: RunCommand =
    (work) =>
    async (...args) => {
      const globals = program.opts<{ json?: boolean; home?: string; databaseUrl?: string }>();
      const command = args.at(-1) as Command;
      const isJson = Boolean(globals.json ?? command.opts<{ json?: boolean }>().json);
      const terminal = terminalOf(isJson);
      const contextOf = (): CommandContext => ({
        terminal,
        environment,
        home: globals.home ?? homeOf(environment),
        databaseUrl: databaseUrlOf(globals.databaseUrl, environment),
      });
      const activity = { correlationId: randomUUID(), name: `command ${command.name()}` };
      const perform = () =>
        guard(terminal, () =>
          traced('command', { name: command.name() }, () => work(contextOf(), ...(args as never[]))),
        );
      exitCode = await inActivity(activity, () => whileTracing(environment, perform));
    };
  for (const add of await commandGroupsFor(argv)) add(program, run);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const terminal = terminalOf(argv.includes('--json'));
    if (error instanceof CommanderError) return endUsage(terminal, error);
    // An option that cannot be read, found before any command runs.
    return guard(terminal, () => Promise.reject(error));
  }
  return exitCode;
}

/** The program without its commands: its name, and the options that stand before every command. */
export function createProgram(): Command {
  return new Command('seller-ledger')
    .description('Brings Amazon Seller Central into the SAP S/4HANA general ledger: proven to the cent, posted once.')
    .version(programVersion())
    .option('--json', 'print one JSON document instead of text')
    .option('--no-color', 'no colours, also on a terminal')
    .addOption(new Option('--home <folder>', 'where keys and the embedded database live').env('SELLER_LEDGER_HOME'))
    .addOption(
      new Option('--database-url <url>', 'a PostgreSQL server instead of the embedded one').env('DATABASE_URL'),
    )
    .showHelpAfterError('(seller-ledger --help lists the commands)')
    .enablePositionalOptions()
    .exitOverride();
}

/** A trace ends with the command, whatever came of it. */
async function whileTracing(environment: Environment, perform: () => Promise<number>): Promise<number> {
  const tracing = await startTracing(environment, { programVersion: programVersion(), nowMs: Date.now });
  try {
    return await perform();
  } finally {
    await tracing.close();
  }
}

/** The parser has told people already, so only programs are told here. */
function endUsage(terminal: Terminal, error: CommanderError): number {
  if (error.exitCode === 0) return 0;
  const problem = commandLineProblem(error);
  terminal.json({ problem: problem.toJSON() });
  return problem.exitCode;
}

function commandLineProblem({ code, message }: CommanderError): Problem {
  const fault = code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '');
  return new Problem({
    code: 'COMMAND_LINE_INVALID',
    kind: 'invalid',
    says: `The command line cannot be read: ${fault.replace(/\s+/g, ' ').replace(/\.$/, '')}.`,
    next: 'Put --help at the end: the program lists its commands, and each command what it takes.',
  });
}

async function guard(terminal: Terminal, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (thrown) {
    const problem = toProblem(thrown);
    terminal.endProgress();
    terminal.json({ problem: problem.toJSON() });
    sayProblem(terminal, problem);
    if (problem.kind === 'defect' && problem.cause instanceof Error) terminal.note(problem.cause.stack ?? '');
    return problem.exitCode;
  }
}

/** `--json` may stand before or after the name of the command. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document instead of text');
}
