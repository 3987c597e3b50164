import type { Command } from 'commander';
import { formatMinute } from '../../core/index.ts';
import { type Api, readList } from '../api-client/api.ts';
import type { ConnectionFile } from '../connection-file.ts';
import { ConnectionSummary } from '../http/contract/connections.ts';
import { partOf } from '../http/contract/list.ts';
import { sayRuleChanges } from './approval-words.ts';
import { exitCodeOfChecks, sayChecks } from './checks.ts';
import { addDoctorCommands, askDoctor } from './doctor-command.ts';
import { waitingChangesOf, withBooks } from './lazy.ts';
import { addModelCommand } from './model-command.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addShowCommand } from './show-command.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

interface AddOptions {
  readonly file: string;
  readonly try?: true;
}

interface UpdateOptions extends AddOptions {
  readonly why: string;
  readonly sameSapSystem?: true;
}

const TRY = 'log on at Amazon and in SAP with it first, and store nothing where that fails';

export function addConnectionCommands(program: Command, run: RunCommand): void {
  const connections = program.command('connections').description('one seller account joined to one SAP system');
  connections
    .command('add')
    .description('store a connection; its secrets are encrypted')
    .requiredOption('--file <file>', 'connection file (docs/connection-file.md)')
    .option('--try', TRY)
    .addOption(jsonOption())
    .action(run((context, options: AddOptions) => add(context, options)));
  connections
    .command('update')
    .description('replace the settings of a connection, and the secrets that the file names')
    .argument('<name>')
    .requiredOption('--file <file>', 'connection file')
    .requiredOption('--why <text>', 'why, for the audit log')
    .option('--try', TRY)
    .option(
      '--same-sap-system',
      'the file names the SAP system in which the documents are, under another address or another client',
    )
    .addOption(jsonOption())
    .action(run((context, name: string, options: UpdateOptions) => update(context, name, options)));
  connections
    .command('list')
    .description('the connections there are')
    .addOption(jsonOption())
    .action(run(onApi(list)));
  connections
    .command('ping')
    .description('try every login and every service of a connection once')
    .argument('<name>')
    .addOption(jsonOption())
    .action(run(onApi(ping)));
  addShowCommand(connections, run);
  addModelCommand(connections, run);
  addDoctorCommands(connections, run);
}

async function readFile(context: CommandContext, path: string): Promise<ConnectionFile> {
  const { readConnectionFile } = await import('../connection-file.ts');
  return readConnectionFile(path, (name) => context.environment[name]);
}

async function add(context: CommandContext, options: AddOptions): Promise<number> {
  const file = await readFile(context, options.file);
  return withBooks(context, async (workspace) => {
    const { addConnection } = await import('../change-connection.ts');
    const actor = userActor(context.environment);
    if (options.try) {
      const { assertConnectionWorks } = await import('../try-connection.ts');
      await assertConnectionWorks(workspace, { file, actor });
    }
    const connection = await addConnection(workspace, file, actor);
    context.terminal.say(
      `Connection ${connection.name} is stored. Try it: seller-ledger connections ping ${connection.name}`,
    );
    context.terminal.json({ name: connection.name, sellerAccount: connection.sellerAccount });
    return 0;
  });
}

async function update(context: CommandContext, name: string, options: UpdateOptions): Promise<number> {
  const { file: path, why, try: isTried = false, sameSapSystem: isSameSapSystem = false } = options;
  const file = await readFile(context, path);
  return withBooks(context, async (workspace) => {
    const { replaceSettings } = await import('../change-connection.ts');
    const actor = userActor(context.environment);
    const after = await replaceSettings(workspace, name, { file, path, actor, why, isTried, isSameSapSystem });
    context.terminal.say(`Connection ${name} is updated.`);
    const changes = (await waitingChangesOf(workspace, after)).map(({ change }) => change);
    for (const line of sayRuleChanges(name, changes)) context.terminal.say(line);
    context.terminal.json({ name });
    return 0;
  });
}

const CONNECTIONS_MAX = 100_000;

async function list({ terminal }: CommandContext, api: Api): Promise<number> {
  const { items } = await readList(CONNECTIONS_MAX, (query) =>
    api.ask({ path: '/connections', query, answer: partOf(ConnectionSummary) }),
  );
  const rows = items.map(({ region: _, stoppedBy, ...row }) => ({ ...row, stoppedBy: stoppedBy?.code ?? null }));
  terminal.json(rows);
  if (rows.length === 0) terminal.say('No connection yet. Add one: seller-ledger connections add --file FILE');
  const daysLeft = (row: (typeof rows)[number], kind: string) =>
    String(row.credentials.find((each) => each.kind === kind)?.daysLeft ?? '');
  sayTable(terminal, rows, [
    { title: 'name', value: (row) => row.name },
    { title: 'seller account', value: (row) => row.sellerAccount, yields: 2 },
    { title: 'since', value: (row) => formatMinute(row.createdAt), yields: 1 },
    {
      title: 'stopped by',
      value: (row) => (row.erasedAt ? `erased ${row.erasedAt.slice(0, 10)}` : (row.stoppedBy ?? '')),
    },
    { title: 'SAP paused until', value: (row) => (row.sapPause ? formatMinute(row.sapPause.until) : ''), yields: 2 },
    { title: 'days left: secret', value: (row) => daysLeft(row, 'client-secret'), align: 'right' },
    { title: 'authorisation', value: (row) => daysLeft(row, 'authorisation'), align: 'right' },
  ]);
  return 0;
}

async function ping({ terminal }: CommandContext, api: Api, name: string): Promise<number> {
  const { checks } = await askDoctor(api, name, { how: 'ping' });
  sayChecks(terminal, checks);
  terminal.json({ connection: name, ok: checks.every((check) => check.ok), checks });
  return exitCodeOfChecks(checks);
}
