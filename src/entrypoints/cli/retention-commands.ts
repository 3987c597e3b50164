import type { Command } from 'commander';
import { retentionReport, retentionRunReport, runRetention } from '../../app/index.ts';
import { withBooks } from './lazy.ts';
import type { CommandContext, RunCommand } from './program.ts';
import { addReportCommand } from './report-commands.ts';
import { userActor } from './user.ts';

export function addRetentionCommands(program: Command, run: RunCommand): void {
  const retention = program.command('retention').description('how long records are kept, and their removal');
  addReportCommand(retention, run, {
    name: 'show',
    description: 'how long each kind of record is kept',
    make: (context: CommandContext) =>
      withBooks(context, async ({ books }) => {
        const { retentionRulesIn } = await import('../retention.ts');
        return retentionReport(await retentionRulesIn(books));
      }),
  });
  addReportCommand(retention, run, {
    name: 'run',
    description: 'remove what is older than its time; it also happens by itself every day',
    declare: (command) => command.option('--dry-run', 'only say what would be removed'),
    make: (context: CommandContext, { dryRun = false }: { dryRun?: boolean }) =>
      withBooks(context, async (workspace) => {
        const { retentionContextOf } = await import('../retention.ts');
        const run = await retentionContextOf(workspace, userActor(context.environment));
        return retentionRunReport(await runRetention(run, { isDryRun: dryRun }));
      }),
  });
}
