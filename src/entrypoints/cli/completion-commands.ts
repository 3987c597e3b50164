import { hostname } from 'node:os';
import { Argument, type Command } from 'commander';
import { withoutBooks } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];
const KINDS = ['connection', 'settlement', 'entry'] as const;
/** What a person looks through with the tab key. */
const WORDS_MAX = 200;

export function addCompletionCommands(program: Command, run: RunCommand): void {
  const completion = program.command('completion').description('the tab key of your shell completes this program');
  for (const shell of SHELLS) {
    completion
      .command(shell)
      .description(`print the completion script for ${shell}`)
      .addOption(jsonOption())
      .action(run(withoutBooks((context) => printScript(context, shell))));
  }
  completion
    .command('words')
    .description('names that the books have; empty where no database answers at once, and never an error')
    .addArgument(new Argument('<kind>', 'of what').choices(KINDS))
    .argument('[beginning]', 'only those that begin with it', '')
    .addOption(jsonOption())
    .action(
      run(
        withoutBooks(async (context, kind: (typeof KINDS)[number], beginning: string) =>
          // The tab key asks no service, and the books here are not those that are meant.
          context.environment.SELLER_LEDGER_SERVICE ? 0 : words(context, kind, beginning),
        ),
      ),
    );
}

async function printScript({ terminal }: CommandContext, shell: Shell): Promise<number> {
  const { createProgram } = await import('./program.ts');
  const { completionTree } = await import('./completion/completion-tree.ts');
  const { completionScript } = await import('./completion/scripts.ts');
  const script = completionScript(shell, completionTree(await createProgram([], () => async () => {})));
  terminal.say(script.trimEnd());
  terminal.json({ shell, script });
  return 0;
}

/** Asked at every press of the tab key, so it neither starts a database nor waits for one, and nothing it meets is told. */
async function words(
  { terminal, home, databaseUrl, databaseName }: CommandContext,
  kind: (typeof KINDS)[number],
  beginning: string,
): Promise<number> {
  const { readNames, readProcessTable } = await import('../../store/index.ts');
  const processes = await readProcessTable({ pid: process.pid, hostName: hostname() });
  const found = await readNames({ home, databaseUrl, databaseName, processes, kind, beginning, countMax: WORDS_MAX });
  for (const word of found) terminal.say(word);
  terminal.json(found);
  return 0;
}
