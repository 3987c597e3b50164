import { randomUUID } from 'node:crypto';
import { Command, CommanderError, Option } from 'commander';
import { inActivity, Problem, toProblem, traced } from '../../core/index.ts';
import { type ServiceAddress, serviceAddressOf } from '../api-client/service-address.ts';
import { databaseUrlOf } from '../database-url.ts';
import { type Environment, homeOf } from '../environment.ts';
import { programVersion } from '../package-root.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { commandGroupsFor } from './command-groups.ts';
import { commandAt, globalsFirst, namedAsEverywhere, namesCommand } from './command-line.ts';
import { notByService, reachOf } from './on-api.ts';
import { asTyped } from './own-command.ts';
import { createTerminal, sayProblem, type Terminal } from './terminal.ts';

/** What every command gets: where to write, and where the books are. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly home: string;
  readonly databaseUrl: string | undefined;
  /** Of the demo, where its books are meant; otherwise the usual one. */
  readonly databaseName?: string;
  /** A running service, whose books are meant instead of those that this process could open. */
  readonly service?: ServiceAddress;
}

/** Wraps a command: builds its context from the global options and turns its result into an exit code. */
export type RunCommand = (
  work: (context: CommandContext, ...args: never[]) => Promise<number>,
) => (...args: unknown[]) => Promise<void>;

interface GlobalOptions {
  readonly json?: boolean;
  readonly color: boolean;
  readonly wide?: boolean;
  readonly demo?: boolean;
  readonly home?: string;
  readonly databaseUrl?: string;
  readonly service?: string;
  readonly tokenFile?: string;
  readonly serviceWithoutTls?: boolean;
}

/** Runs one command line and returns the exit code: 0, or the code of the problem's kind (docs/problems.md). */
export async function runCli(argv: readonly string[], environment: Environment): Promise<number> {
  let exitCode = 0;
  const line = globalsFirst(argv);
  const terminalOf = ({ json = false, wide = false, color }: Omit<GlobalOptions, 'home'>) =>
    createTerminal(
      { out: process.stdout, err: process.stderr },
      { isJson: json, isWide: wide, noColor: !color || Boolean(environment.NO_COLOR) },
    );
  const run: RunCommand =
    (work) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const globals = program.opts<GlobalOptions>();
      const json = globals.json ?? command.opts<{ json?: boolean }>().json ?? false;
      const terminal = terminalOf({ ...globals, json });
      const home = globals.home ?? homeOf(environment);
      const contextOf = async (): Promise<CommandContext> => {
        if (reachOf(work) !== 'without books') {
          const service = serviceIn(program, globals, environment);
          if (service && !reachOf(work)) throw notByService(nameOf(command));
          if (service) return { terminal, environment, home, databaseUrl: undefined, service };
        }
        const databaseUrl = databaseUrlOf(globals.databaseUrl, environment);
        const books = globals.demo ? await booksOfDemo(home) : { databaseUrl };
        return { terminal, environment, home, ...books };
      };
      const activity = { correlationId: randomUUID(), name: `command ${command.name()}` };
      const perform = () =>
        guard({ terminal, environment, command: nameOf(command) }, () =>
          traced('command', { name: command.name() }, async () => work(await contextOf(), ...(args as never[]))),
        );
      exitCode = await inActivity(activity, () => whileTracing(environment, perform));
    };
  const program = await createProgram(line, run);
  const isJson = argv.includes('--json');
  if (!isJson && !namesCommand(line)) return sayWelcome(terminalOf({ color: !argv.includes('--no-color') }), program);
  try {
    await program.parseAsync(namedAsEverywhere(program, line));
  } catch (error) {
    const terminal = terminalOf({ json: isJson, color: !argv.includes('--no-color') });
    const command = commandAt(program, line);
    if (error instanceof CommanderError) return endUsage(terminal, { error, command, environment });
    // An option that cannot be read, found before any command runs.
    return guard({ terminal, environment, command: nameOf(command) }, () => Promise.reject(error));
  }
  return exitCode;
}

/** The program with the commands that a command line may mean; with all of them where it names none. */
export async function createProgram(argv: readonly string[], run: RunCommand): Promise<Command> {
  const program: Command = new Command('seller-ledger')
    .description('Brings Amazon Seller Central into the SAP S/4HANA general ledger: proven to the cent, posted once.')
    .version(programVersion())
    .option('--json', 'print one JSON document instead of text')
    .option('--wide', 'tables in full, however narrow the terminal is')
    .option('--demo', 'the books of the demo instead of your own')
    .option('--no-color', 'no colours, also on a terminal')
    .addOption(new Option('--home <folder>', 'where keys and the embedded database live').env('SELLER_LEDGER_HOME'))
    .addOption(
      new Option('--database-url <url>', 'a PostgreSQL server instead of the embedded one').env('DATABASE_URL'),
    )
    .addOption(
      new Option('--service <url>', 'the books of a running service, through its API').env('SELLER_LEDGER_SERVICE'),
    )
    .addOption(
      new Option(
        '--token-file <file>',
        'file with the token for the service; without it the token is in the variable SELLER_LEDGER_TOKEN',
      ).env('SELLER_LEDGER_TOKEN_FILE'),
    )
    .option('--service-without-tls', 'let the token go to a service by http:// on a network that is safe by itself')
    // What is wrong is told as a problem, in the four parts that all have.
    .configureOutput({ outputError: () => {} })
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: (command) => (command === program ? [] : shownEverywhere(program)),
    })
    .commandsGroup('More:')
    .helpCommand('help [command]', 'the help of a command')
    .enablePositionalOptions()
    .exitOverride();
  const groups = await commandGroupsFor(argv);
  for (const add of groups) add(program, run);
  if (argv.slice(2).some((word) => word === '--help' || word === '-h' || word === 'help')) {
    const { addHelpTexts } = await import('./help-texts.ts');
    addHelpTexts(program);
  }
  return program;
}

/** Each command that prints facts has a `--json` of its own. */
function shownEverywhere(program: Command): Option[] {
  return program.options.filter(({ long }) => long !== '--json' && long !== '--version');
}

/**
 * The service that is meant, if any. What stands in the command line goes before a variable, so that a laptop that usually looks at
 * a service can still open a database. Raises `SERVICE_OR_DATABASE` (invalid).
 */
function serviceIn(program: Command, globals: GlobalOptions, environment: Environment): ServiceAddress | undefined {
  const { service = '', tokenFile, serviceWithoutTls: mayBePlain = false } = globals;
  if (service === '') return undefined;
  const isSaid = (name: keyof GlobalOptions) => program.getOptionValueSource(name) === 'cli';
  const others = (['databaseUrl', 'home', 'demo'] as const).filter(isSaid);
  if (others.length === 0) return serviceAddressOf({ service, tokenFile, mayBePlain }, environment);
  if (!isSaid('service')) return undefined;
  const names = others.map((name) => ({ databaseUrl: '--database-url', home: '--home', demo: '--demo' })[name]);
  throw new Problem({
    code: 'SERVICE_OR_DATABASE',
    kind: 'invalid',
    says: `It is not clear whose books are meant: those of --service, or those of ${names.join(' and ')}.`,
    next: 'Leave one of them out.',
  });
}

/** The demo has a database of its own in the embedded server, which runs beside that of the home. */
async function booksOfDemo(home: string): Promise<{ databaseUrl: undefined; databaseName: string }> {
  const { demoMonth } = await import('../demo/demo-month.ts');
  return { databaseUrl: undefined, databaseName: demoMonth(home, Date.now() / 1000).databaseName };
}

/** `seller-ledger settlements show` */
function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

async function sayWelcome(terminal: Terminal, program: Command): Promise<number> {
  const { welcomeLines } = await import('./help-texts.ts');
  for (const line of welcomeLines(program, (text) => terminal.paint('bold', text))) terminal.say(line);
  return 0;
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

async function endUsage(
  terminal: Terminal,
  line: { readonly error: CommanderError; readonly command: Command; readonly environment: Environment },
): Promise<number> {
  if (line.error.exitCode === 0) return 0;
  const { commandLineProblem } = await import('./command-line-problem.ts');
  const problem = commandLineProblem(line);
  sayProblem(terminal, problem, { typed: (text) => asTyped(text, line.environment) });
  return problem.exitCode;
}

async function guard(
  {
    terminal,
    environment,
    command,
  }: { readonly terminal: Terminal; readonly environment: Environment; readonly command: string },
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (thrown) {
    const problem = toProblem(thrown);
    terminal.endProgress();
    if (problem.kind === 'defect' && problem.cause instanceof Error) terminal.note(problem.cause.stack ?? '');
    sayProblem(terminal, problem, { command, typed: (text) => asTyped(text, environment) });
    return problem.exitCode;
  }
}

/** `--json` may stand before or after the name of the command. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document instead of text');
}
