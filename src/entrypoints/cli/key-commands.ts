import type { Command } from 'commander';
import { formatMinute, toProblem } from '../../core/index.ts';
import type { DataKeyFacts, VaultKeyFacts } from '../../store/index.ts';
import { withKeys } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { type Column, sayTable } from './table.ts';
import { userActor } from './user.ts';

export function addKeyCommands(program: Command, run: RunCommand): void {
  const keys = program.command('keys').description('the keys that secrets and buyers are encrypted with');
  keys
    .command('list')
    .description('vault keys and data keys, never their content')
    .addOption(jsonOption())
    .action(run(list));
  keys
    .command('rotate')
    .description('put another vault key into use; the one before opens everything until it is retired')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run((context, options: { why: string }) => rotate(context, options.why)));
  keys
    .command('retire')
    .description('end the use of the vault keys before the one in use, when no process needs them any more')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .option('--from-file', 'take them out of vault.key, too, when no other database uses it')
    .addOption(jsonOption())
    .action(run(retire));
  keys
    .command('rotate-data')
    .description(
      'seal secrets and buyers anew with another data key: of one connection, or of all and of the installation',
    )
    .argument('[name]')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run(rotateData));
  keys
    .command('abandon')
    .description('give up all secrets and buyers, when the vault key in use is lost')
    .argument('<key-id>', 'id of the lost key, as keys list shows it')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run((context, id: string, options: { why: string }) => abandon(context, id, options.why)));
}

function list(context: CommandContext): Promise<number> {
  return withKeys(context, async ({ keys }) => {
    const { terminal } = context;
    const overview = await keys.list();
    terminal.json(overview);
    if (overview.vaultKeys.length === 0)
      terminal.say('No vault key yet: the first command that opens the books brings it.');
    else sayTable(terminal, overview.vaultKeys, VAULT_COLUMNS);
    if (overview.dataKeys.length > 0) {
      terminal.say();
      sayTable(terminal, overview.dataKeys, DATA_COLUMNS);
    }
    if (overview.withoutDataKey > 0) {
      terminal.say(`${overview.withoutDataKey} sealed by an older program; the next rotation seals them anew.`);
    }
    return 0;
  });
}

const HERE = new Map<boolean | null, string>([
  [true, 'yes'],
  [false, 'no'],
  [null, 'in the command'],
]);

const VAULT_COLUMNS: readonly Column<VaultKeyFacts>[] = [
  { title: 'vault key', value: ({ id }) => id },
  { title: 'state', value: ({ state }) => state },
  { title: 'since', value: ({ addedAt }) => formatMinute(addedAt), yields: 1 },
  { title: 'retired', value: ({ retiredAt }) => (retiredAt === null ? '' : formatMinute(retiredAt)), yields: 1 },
  { title: 'opens data keys', value: ({ dataKeys }) => String(dataKeys), align: 'right' },
  { title: 'here', value: ({ isHere }) => HERE.get(isHere) ?? '' },
];

const DATA_COLUMNS: readonly Column<DataKeyFacts>[] = [
  { title: 'data key of', value: ({ connection }) => connection ?? '(installation)' },
  { title: 'version', value: ({ version }) => String(version), align: 'right' },
  { title: 'since', value: ({ createdAt }) => formatMinute(createdAt), yields: 1 },
  { title: 'state', value: ({ isCurrent }) => (isCurrent ? 'in use' : 'being replaced') },
];

function rotate(context: CommandContext, why: string): Promise<number> {
  return withKeys(context, async ({ keys }) => {
    const { terminal } = context;
    const rotation = await keys.rotate(userActor(context.environment), why);
    terminal.json(rotation);
    terminal.say(`Vault key ${rotation.to} is in use, and has wrapped ${rotation.dataKeys} data keys.`);
    terminal.say(
      `Vault key ${rotation.from} opens them as well, until it is retired. Make sure that every machine has the new key,`,
    );
    terminal.say('restart what runs with the old one alone, then: seller-ledger keys retire --why TEXT');
    return 0;
  });
}

function retire(context: CommandContext, options: { why: string; fromFile?: boolean }): Promise<number> {
  return withKeys(context, async ({ keys }) => {
    const { terminal } = context;
    const fromFile = options.fromFile ?? false;
    const retired = await keys.retire(userActor(context.environment), options.why, { fromFile });
    terminal.json({ retired });
    if (retired.length === 0) terminal.say('No older vault key is in use: nothing to retire.');
    for (const id of retired) terminal.say(`Vault key ${id} opens nothing of this database any more.`);
    if (retired.length > 0 && !fromFile) {
      terminal.say('Where it is kept it still is. Older backups need it; destroy it with the last of them.');
    }
    return 0;
  });
}

function rotateData(context: CommandContext, name: string | undefined, options: { why: string }): Promise<number> {
  return withKeys(context, async ({ keys, books }) => {
    const { terminal } = context;
    const named = name === undefined ? undefined : await books.getConnection(name);
    const connections = named ? [named] : await books.listConnections();
    const places = [
      ...(named ? [] : [{ id: null, name: 'the installation' }]),
      ...connections.map((connection) => ({ id: connection.id, name: connection.name })),
    ];
    const done: object[] = [];
    let exitCode = 0;
    for (const place of places) {
      const connection = place.id === null ? null : place.name;
      try {
        const { version, resealed } = await keys.rotateData(place.id, userActor(context.environment), options.why);
        done.push({ connection, version, ...resealed });
        const { secrets, buyers } = resealed;
        terminal.say(`${place.name}: data key ${version}; sealed anew: secrets ${secrets}, buyers ${buyers}.`);
      } catch (thrown) {
        const problem = toProblem(thrown);
        // Who may have seen the keys is shut out of everything else: what somebody damaged keeps no other connection from it.
        if (problem.code !== 'SECRET_DAMAGED' || places.length === 1) throw thrown;
        done.push({ connection, problem: problem.toJSON() });
        terminal.say(`${terminal.paint('red', '✗')} ${place.name}: ${problem.code}: ${problem.says}`);
        terminal.say(`  next: ${problem.next} Afterwards: ${rotateAgain(connection)}`);
        exitCode = problem.exitCode;
      }
    }
    terminal.json(done);
    return exitCode;
  });
}

function rotateAgain(connection: string | null): string {
  return `seller-ledger keys rotate-data${connection === null ? '' : ` ${connection}`} --why TEXT`;
}

function abandon(context: CommandContext, id: string, why: string): Promise<number> {
  return withKeys(context, async ({ keys }) => {
    const { terminal } = context;
    const given = await keys.abandon(id, userActor(context.environment), why);
    terminal.json(given);
    terminal.say(`Given up: secrets ${given.secrets}, buyers ${given.buyers}. The books are as they were.`);
    terminal.say('Enter the secrets again: seller-ledger connections update NAME --file FILE --why TEXT');
    return 0;
  });
}
