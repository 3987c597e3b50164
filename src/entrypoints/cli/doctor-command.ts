import { type Command, Option } from 'commander';
import { isProblem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { sapPauseView } from '../http/views.ts';
import { type Check, exitCodeOfChecks, sayChecks } from './checks.ts';
import { openConnection, openFeeds, withBooks } from './lazy.ts';
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
    const target = { workspace, name, actor: userActor(context.environment) };
    if (options.only !== 'sap') show(await examineAmazon(target, options));
    if (options.only !== 'amazon') show(await examineSap(target, options));
    const { id } = await workspace.books.getConnection(name);
    const sapPause = sapPauseView(await workspace.books.sapPauseOf(id));
    if (sapPause) terminal.say(`SAP is paused until ${sapPause.until}: ${sapPause.says}`);
    const ok = checks.every((check) => check.ok || !check.isNeeded);
    terminal.json({ connection: name, ok, checks, sapPause });
    return exitCodeOfChecks(checks);
  });
}

interface Target {
  readonly workspace: Workspace;
  readonly name: string;
  readonly actor: ReturnType<typeof userActor>;
}

async function examineAmazon({ workspace, name, actor }: Target, options: DoctorOptions): Promise<Check[]> {
  const feeds = await openFeeds(workspace, name, { actor });
  try {
    const checks = await feeds.doctor({ isReadOnly: options.readOnly ?? false });
    return checks.map((check) => ({ side: 'Amazon', isNeeded: true, ...check }));
  } finally {
    await feeds.close();
  }
}

/** Settings that cannot be used are a finding like any other: Amazon's side was examined before them. */
async function examineSap({ workspace, name, actor }: Target, { tryPosting }: DoctorOptions): Promise<Check[]> {
  try {
    const connection = await openConnection(workspace, name, { actor });
    try {
      const checks = await connection.doctorSap({ tryPosting: tryPosting ?? false });
      return checks.map((check) => ({ side: 'SAP', ...check }));
    } finally {
      await connection.close();
    }
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind !== 'invalid' || !thrown.code.startsWith('SAP_')) throw thrown;
    const { says, next, code, kind } = thrown;
    return [{ side: 'SAP', name: 'settings', ok: false, isNeeded: true, says, next, code, kind }];
  }
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
    if (endedPause) {
      terminal.say(`The pause of SAP for ${name} is over; the next sync calls it: seller-ledger sync ${name}`);
    }
    if (!wasStoppedBy && !endedPause) terminal.say(`Connection ${name} was neither stopped nor paused.`);
    terminal.json({ connection: name, wasStoppedBy: wasStoppedBy ?? null, endedPause: sapPauseView(endedPause) });
    return 0;
  });
}
