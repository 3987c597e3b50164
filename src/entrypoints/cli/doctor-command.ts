import { type Command, Option } from 'commander';
import type { Check } from '../doctor.ts';
import { sapPauseView } from '../http/views.ts';
import { exitCodeOfChecks, sayChecks } from './checks.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { userActor } from './user.ts';

interface DoctorOptions {
  readonly readOnly?: boolean;
  readonly tryPosting?: boolean;
  readonly only?: 'amazon' | 'sap';
}

export function addDoctorCommands(connections: Command, run: RunCommand): void {
  connections
    .command('doctor')
    .description(
      'try everything the connector does at Amazon and in SAP once, and say what is missing and how to mend it',
    )
    .argument('<name>')
    .addOption(new Option('--only <side>', 'one side alone').choices(['amazon', 'sap']))
    .option('--read-only', 'do not ask Amazon to make the one small report that shows whether reports can be requested')
    .addOption(
      new Option(
        '--try-posting',
        'send SAP an entry out of balance, which it cannot book, to see whether it may',
      ).conflicts('readOnly'),
    )
    .addOption(jsonOption())
    .action(run((context, name: string, options: DoctorOptions) => doctor(context, name, options)));
  connections
    .command('resume')
    .description('let a stopped connection, or one whose SAP is paused, work again; an update of it does that as well')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, name: string, options: { reason: string }) => resume(context, name, options.reason)));
}

function doctor(context: CommandContext, name: string, options: DoctorOptions): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const checks: Check[] = [];
    const show = (more: readonly Check[]) => {
      sayChecks(terminal, more);
      checks.push(...more);
    };
    const { examineAmazon, examineSap } = await import('../doctor.ts');
    const target = { workspace, name, actor: userActor(context.environment) };
    if (options.only !== 'sap') show(await examineAmazon(target, { isReadOnly: options.readOnly ?? false }));
    if (options.only !== 'amazon') show(await examineSap(target, { tryPosting: options.tryPosting ?? false }));
    const { id } = await workspace.books.getConnection(name);
    const sapPause = sapPauseView(await workspace.books.sapPauseOf(id));
    if (sapPause) terminal.say(`SAP is paused until ${sapPause.until}: ${sapPause.says}`);
    const ok = checks.every((check) => check.ok || !check.isNeeded);
    terminal.json({ connection: name, ok, checks, sapPause });
    return exitCodeOfChecks(checks);
  });
}

function resume(context: CommandContext, name: string, reason: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const { resumeConnection } = await import('../change-connection.ts');
    const actor = userActor(context.environment);
    const { wasStoppedBy, endedPause } = await resumeConnection(workspace, name, { actor, why: reason });
    if (wasStoppedBy) terminal.say(`Connection ${name} goes on.`);
    if (endedPause) {
      terminal.say(`The pause of SAP for ${name} is over; the next sync calls it: seller-ledger sync ${name}`);
    }
    if (!wasStoppedBy && !endedPause) terminal.say(`Connection ${name} was neither stopped nor paused.`);
    terminal.json({ connection: name, wasStoppedBy: wasStoppedBy ?? null, endedPause: sapPauseView(endedPause) });
    return 0;
  });
}
