import type { Command } from 'commander';
import { PROBLEM_KINDS } from '../../core/index.ts';
import { sapPauseView } from '../http/views.ts';
import { openFeeds, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { userActor } from './user.ts';

export function addDoctorCommands(connections: Command, run: RunCommand): void {
  connections
    .command('doctor')
    .description('call each of Amazon’s operations once and say what is missing, and how to mend it')
    .argument('<name>')
    .option('--read-only', 'do not ask Amazon to make the one small report that shows whether reports can be requested')
    .addOption(jsonOption())
    .action(
      run((context, name: string, options: { readOnly?: boolean }) => doctor(context, name, options.readOnly ?? false)),
    );
  connections
    .command('resume')
    .description('let a stopped connection, or one whose SAP is paused, work again; an update of it does that as well')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, name: string, options: { reason: string }) => resume(context, name, options.reason)));
}

function doctor(context: CommandContext, name: string, isReadOnly: boolean): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const feeds = await openFeeds(workspace, name, { actor: userActor(context.environment) });
    try {
      const checks = await feeds.doctor({ isReadOnly });
      for (const check of checks) {
        const light = check.ok ? terminal.paint('green', '✓') : terminal.paint('red', '✗');
        terminal.say(`${light} ${check.name.padEnd(30)} ${check.says}`);
        if (!check.ok) terminal.say(`    next: ${check.next}`);
      }
      const ok = checks.every((check) => check.ok);
      terminal.json({ connection: name, ok, checks });
      return ok ? 0 : PROBLEM_KINDS.rejected.exitCode;
    } finally {
      await feeds.close();
    }
  });
}

function resume(context: CommandContext, name: string, reason: string): Promise<number> {
  return withBooks(context, async ({ books, feedBooks }) => {
    const { terminal } = context;
    const { id } = await books.getConnection(name);
    const actor = userActor(context.environment);
    const wasStoppedBy = await feedBooks.stoppedBy(id);
    if (wasStoppedBy) await feedBooks.resumeConnection(id, actor, reason);
    const endedPause = await books.endSapPause(id, actor, reason);
    if (wasStoppedBy) terminal.say(`Connection ${name} goes on.`);
    if (endedPause)
      terminal.say(`The pause of SAP for ${name} is over; the next sync calls it: seller-ledger sync ${name}`);
    if (!wasStoppedBy && !endedPause) terminal.say(`Connection ${name} was neither stopped nor paused.`);
    terminal.json({ connection: name, wasStoppedBy: wasStoppedBy ?? null, endedPause: sapPauseView(endedPause) });
    return 0;
  });
}
