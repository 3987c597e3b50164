import type { Command } from 'commander';
import { readInstallationFile } from '../installation-file.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { userActor } from './user.ts';

export function addSettingsCommands(program: Command, run: RunCommand): void {
  const settings = program.command('settings').description('what holds for all connections of these books');
  settings
    .command('show')
    .description('the settings in use; of secrets the names only')
    .addOption(jsonOption())
    .action(run(show));
  settings
    .command('update')
    .description('replace the settings by those of a file')
    .requiredOption('--file <file>', 'YAML or JSON')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run(update));
}

function show(context: CommandContext): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const settings = await books.installationSettings();
    const secretNames = await books.installationSecretNames();
    terminal.json({ settings, secretNames });
    terminal.say(JSON.stringify(settings, null, 2));
    for (const name of secretNames) terminal.say(`secret: ${name}`);
    return 0;
  });
}

function update(context: CommandContext, options: { file: string; why: string }): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const stored = {
      settings: await books.installationSettings(),
      secretNames: await books.installationSecretNames(),
    };
    const file = readInstallationFile(options.file, (name) => context.environment[name], stored);
    await books.changeInstallation(file, userActor(context.environment), options.why);
    context.terminal.json({ settings: file.settings, secretNames: await books.installationSecretNames() });
    context.terminal.say('The settings hold from now on.');
    return 0;
  });
}
