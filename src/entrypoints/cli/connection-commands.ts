import type { Command } from 'commander';
import { assertFileIsVersion, type Connection, SYSTEM } from '../../app/index.ts';
import { formatMinute, Problem } from '../../core/index.ts';
import type { ConnectionFile } from '../connection-file.ts';
import { sapPauseView } from '../http/views.ts';
import { sayRuleChanges } from './approval-words.ts';
import { type Check, exitCodeOfChecks, sayChecks } from './checks.ts';
import { addDoctorCommands } from './doctor-command.ts';
import { mappingOf, openConnection, waitingChangesOf, withBooks } from './lazy.ts';
import { addModelCommand, assertModelIsOf } from './model-command.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addShowCommand } from './show-command.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

export function addConnectionCommands(program: Command, run: RunCommand): void {
  const connections = program.command('connections').description('one seller account joined to one SAP system');
  connections
    .command('add')
    .description('store a connection; its secrets are encrypted')
    .requiredOption('--file <file>', 'connection file (docs/connection-file.md)')
    .addOption(jsonOption())
    .action(run((context, options: { file: string }) => add(context, options.file)));
  connections
    .command('update')
    .description('replace the settings of a connection, and the secrets that the file names')
    .argument('<name>')
    .requiredOption('--file <file>', 'connection file')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(
      run((context, name: string, options: { file: string; reason: string }) =>
        update(context, name, options.file, options.reason),
      ),
    );
  connections.command('list').description('the connections there are').addOption(jsonOption()).action(run(list));
  connections
    .command('ping')
    .description('try every login and every service of a connection once')
    .argument('<name>')
    .addOption(jsonOption())
    .action(run((context, name: string) => ping(context, name)));
  addShowCommand(connections, run);
  addModelCommand(connections, run);
  addDoctorCommands(connections, run);
}

async function readFile(context: CommandContext, path: string): Promise<ConnectionFile> {
  const { readConnectionFile } = await import('../connection-file.ts');
  return readConnectionFile(path, (name) => context.environment[name]);
}

async function add(context: CommandContext, path: string): Promise<number> {
  const file = await readFile(context, path);
  return withBooks(context, async ({ books }) => {
    const connection = await books.addConnection(file, userActor(context.environment));
    await mappingOf(books, connection, { mapping: file.mapping }, userActor(context.environment));
    context.terminal.say(
      `Connection ${connection.name} is stored. Try it: seller-ledger connections ping ${connection.name}`,
    );
    context.terminal.json({ name: connection.name, sellerAccount: connection.sellerAccount });
    return 0;
  });
}

async function update(context: CommandContext, name: string, path: string, reason: string): Promise<number> {
  const file = await readFile(context, path);
  return withBooks(context, async (workspace) => {
    const { books } = workspace;
    const connection = await books.getConnection(name);
    assertFileIsOf(connection, file, path);
    assertModelIsOf(connection, file, await books.listModelPeriods(connection.id));
    // Before the settings change: a connection without versions has its first one in them.
    const { storedTableOf } = await import('../connection-file.ts');
    const inUse = await mappingOf(books, connection, { mapping: storedTableOf(connection) });
    if (file.mapping) await assertFileIsVersion({ books, connection, inUse }, file.mapping);
    const after = await books.updateConnection(connection.id, file, userActor(context.environment), reason);
    context.terminal.say(`Connection ${name} is updated.`);
    for (const line of sayRuleChanges(name, await waitingChangesOf(workspace, after))) context.terminal.say(line);
    context.terminal.json({ name });
    return 0;
  });
}

/** A file of another connection would put its secrets and its seller account's reports under this one's name. */
function assertFileIsOf(connection: Connection, file: ConnectionFile, path: string): void {
  const { name, sellerAccount } = connection;
  if (file.name === name && file.sellerAccount === sellerAccount) return;
  throw new Problem({
    code: 'CONNECTION_FILE_OTHER',
    kind: 'conflict',
    says: `${path} is the file of ${file.name} (seller account ${file.sellerAccount}), not of ${name} (${sellerAccount}).`,
    next: `Give the file of ${name}, or update the other one: seller-ledger connections update ${file.name} --file ${path}`,
    where: { file: path },
  });
}

function list(context: CommandContext): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const { credentialAgesOf, dayOf } = await import('../credential-facts.ts');
    const today = dayOf(await books.sharedNowMs());
    const rows = await Promise.all(
      (await books.listConnections({ withErased: true })).map(async (connection) => ({
        name: connection.name,
        sellerAccount: connection.sellerAccount,
        createdAt: connection.createdAt,
        stoppedBy: (await feedBooks.stoppedBy(connection.id))?.code ?? null,
        erasedAt: connection.erasedAt ?? null,
        sapPause: sapPauseView(await books.sapPauseOf(connection.id)),
        credentials: (await credentialAgesOf(connection, { books: feedBooks, today })).map(
          ({ kind, expiresOn, daysLeft }) => ({ kind, expiresOn, daysLeft }),
        ),
      })),
    );
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
  });
}

function ping(context: CommandContext, name: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const connection = await openConnection(workspace, name, { actor: SYSTEM, onProgress: () => {} });
    try {
      const amazon = await connection.pingAmazon();
      const sap = await connection.pingSap();
      const checks: Check[] = [
        ...amazon.map((check) => ({ side: 'Amazon' as const, isNeeded: true, ...check })),
        ...sap.map((check) => ({ side: 'SAP' as const, ...check })),
      ];
      sayChecks(terminal, checks);
      terminal.json({ connection: name, ok: checks.every((check) => check.ok), checks });
      return exitCodeOfChecks(checks);
    } finally {
      await connection.close();
    }
  });
}
