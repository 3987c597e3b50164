import type { Command } from 'commander';
import { PROBLEM_KINDS } from '../../core/index.ts';
import type { Database, SchemaState } from '../../store/index.ts';
import { counted } from './format-entry.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';

/** What an upgrade needs of the database, and needs no vault key for. */
export function addDatabaseCommands(program: Command, run: RunCommand): void {
  const database = program.command('database').description('the schema of the database, for upgrades');
  database
    .command('migrate')
    .description('bring the schema up to this program; safe to repeat, and when several do it at once')
    .addOption(jsonOption())
    .action(run(migrate));
  database
    .command('status')
    .description('say how far the schema is, changing nothing; exit code 7 while migrations are pending')
    .addOption(jsonOption())
    .action(run(status));
}

function migrate(context: CommandContext): Promise<number> {
  return withDatabase(context, async (database) => {
    const { migrateToCurrent } = await import('../../store/index.ts');
    const { applied, pending } = await migrateToCurrent(database);
    const schema = applied + pending.length;
    context.terminal.json({ place: database.place, schema, applied: pending });
    for (const name of pending) context.terminal.say(`  applied ${name}`);
    context.terminal.say(
      pending.length > 0
        ? `${database.place} has schema ${schema}, after ${counted(pending.length, 'migration')}.`
        : `${database.place} has schema ${schema} already.`,
    );
    return 0;
  });
}

function status(context: CommandContext): Promise<number> {
  return withDatabase(context, async (database) => {
    const { readSchemaState } = await import('../../store/index.ts');
    const state = await readSchemaState(database);
    context.terminal.json({ place: database.place, ...state });
    sayState(context, database.place, state);
    return state.pending.length > 0 ? PROBLEM_KINDS.conflict.exitCode : 0;
  });
}

function sayState({ terminal }: CommandContext, place: string, { applied, pending }: SchemaState): void {
  if (pending.length === 0) {
    terminal.say(`${place} has schema ${applied}, which is that of this program.`);
    return;
  }
  terminal.say(`${place} has schema ${applied}; pending: ${counted(pending.length, 'migration')}.`);
  for (const name of pending) terminal.say(`  pending ${name}`);
  terminal.say('Back up first, then: seller-ledger database migrate');
}

async function withDatabase(context: CommandContext, work: (database: Database) => Promise<number>): Promise<number> {
  const { openDatabaseFor } = await import('../composition.ts');
  const database = await openDatabaseFor(context);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
