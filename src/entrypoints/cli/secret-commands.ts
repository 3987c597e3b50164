import type { Command } from 'commander';
import { formatMinute, Problem } from '../../core/index.ts';
import { readText } from '../files.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

interface SetOptions {
  readonly why: string;
  readonly file?: string;
  readonly env?: string;
  readonly stdin?: boolean;
}

export function addSecretCommands(program: Command, run: RunCommand): void {
  const secrets = program.command('secrets').description('secrets of a connection: written, never shown');
  secrets
    .command('list')
    .description('their names, and how old they are')
    .argument('<name>', 'of the connection')
    .addOption(jsonOption())
    .action(run((context, name: string) => list(context, name)));
  secrets
    .command('set')
    .description('replace one secret without the whole connection file')
    .argument('<name>', 'of the connection')
    .argument('<secret>', 'for example amazon.refreshToken')
    .option('--file <file>', 'its text, from a file')
    .option('--env <variable>', 'from an environment variable')
    .option('--stdin', 'from standard input')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(
      run((context, name: string, secret: string, options: SetOptions) => set(context, { name, secret, options })),
    );
}

function list(context: CommandContext, name: string): Promise<number> {
  return withBooks(context, async ({ books, secrets }) => {
    const { terminal } = context;
    const stored = await secrets.listSecrets((await books.getConnection(name)).id);
    terminal.json(stored);
    if (stored.length === 0) terminal.say(`Connection ${name} has no secrets.`);
    sayTable(terminal, stored, [
      { title: 'secret', value: (row) => row.name },
      {
        title: 'entered',
        value: ({ storedAt }) => (storedAt === null ? 'not known' : formatMinute(storedAt)),
        yields: 1,
      },
      { title: 'days', value: ({ ageDays }) => String(ageDays ?? ''), align: 'right' },
    ]);
    return 0;
  });
}

async function set(
  context: CommandContext,
  { name, secret, options }: { readonly name: string; readonly secret: string; readonly options: SetOptions },
): Promise<number> {
  const value = await secretText(context, options);
  const { replaceSecret } = await import('../change-connection.ts');
  return withBooks(context, async (workspace) => {
    const done = await replaceSecret(workspace, name, {
      name: secret,
      value,
      actor: userActor(context.environment),
      why: options.why,
    });
    context.terminal.json({ connection: name, secret, ...done });
    context.terminal.say(
      `Secret ${secret} of ${name} is ${done.wasStored ? 'replaced' : 'stored'}. Try it: seller-ledger connections ping ${name}`,
    );
    return 0;
  });
}

/** A value on the command line would stand in the list of processes and in the history of the shell. */
async function secretText(context: CommandContext, { file, env, stdin }: SetOptions): Promise<string> {
  const ways = [file, env, stdin].filter((way) => way !== undefined);
  if (ways.length !== 1) throw unusable('One of --file, --env and --stdin says where the secret comes from');
  const text =
    file === undefined ? (env === undefined ? await readStandardInput() : context.environment[env]) : readText(file);
  if (text === undefined) throw unusable(`The environment variable ${env} is not set`);
  // A text file ends with a line end, which is no part of a secret; one within it is, as in a key.
  const value = text.replace(/\r?\n$/, '');
  if (value === '') throw unusable('The secret is empty');
  return value;
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

function unusable(says: string): Problem {
  return new Problem({
    code: 'SECRET_VALUE_MISSING',
    kind: 'invalid',
    says: `${says}.`,
    next: 'For example: seller-ledger secrets set NAME amazon.refreshToken --file token.txt --why TEXT',
  });
}
