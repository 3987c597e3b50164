import type { Command } from 'commander';
import { keepSettlement, replaceSettlement } from '../../app/index.ts';
import { type LocalDate, parseLocalDate } from '../../core/index.ts';
import { fileView } from '../http/correction-views.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addReportCommand } from './report-commands.ts';
import { exitCodeOfReversal, sayReversal } from './reverse-commands.ts';
import { userActor } from './user.ts';

interface FileOptions {
  readonly with?: string;
  readonly why: string;
}

const WITH = ['--with <digest>', 'the other file, by the beginning of its SHA-256'] as const;

/** What a person does about a settlement that came again with other content. */
export function addReissueCommands(settlements: Command, run: RunCommand): void {
  addReportCommand(settlements, run, {
    name: 'compare',
    description: 'compare the file of a settlement with another one that came for it: row by row, and in the books',
    declare: (command) => command.argument('<settlement>').option(...WITH),
    ask: (id: string, options: { with?: string }) => ({
      path: '/settlements/:id/comparison',
      params: { id },
      query: { with: options.with },
    }),
  });
  settlements
    .command('keep')
    .description('stay with the file that a settlement was read from; the other one is kept as evidence only')
    .argument('<settlement>')
    .option(...WITH)
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: FileOptions) => keep(context, ref, options)));
  settlements
    .command('replace')
    .description('work a settlement out anew from the other file, after what is booked of it was reversed in SAP')
    .argument('<settlement>')
    .option(...WITH)
    .requiredOption('--why <text>', 'why, for the audit log')
    .option('--reason <code>', 'SAP’s reversal reason, for example 01; needed where something is booked')
    .option(
      '--date <day>',
      'posting date of the reversals, YYYY-MM-DD; without it those of the entries',
      parseLocalDate,
    )
    .addOption(jsonOption())
    .action(
      run((context, ref: string, options: FileOptions & { reason?: string; date?: LocalDate }) =>
        replace(context, ref, options),
      ),
    );
}

function keep(context: CommandContext, ref: string, options: FileOptions): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal, environment } = context;
    const record = await books.getSettlement(ref);
    const files = await keepSettlement({ books, actor: userActor(environment) }, record, {
      digest: options.with,
      why: options.why,
    });
    terminal.json({ settlementId: record.settlementId, files: files.map(fileView) });
    for (const { sha256, state } of files) terminal.say(`File ${sha256.slice(0, 12)} is ${state}.`);
    terminal.say(`Settlement ${record.settlementId} stays with file ${record.sha256.slice(0, 12)}.`);
    return 0;
  });
}

function replace(
  context: CommandContext,
  ref: string,
  options: FileOptions & { reason?: string; date?: LocalDate },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const { books } = workspace;
    const record = await books.getSettlement(ref);
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, record.connectionName, silent);
    try {
      const done = await replaceSettlement(connection.context, record, {
        digest: options.with,
        why: options.why,
        reason: options.reason ?? null,
        postingDate: options.date ?? null,
      });
      const { settlement } = done;
      const { progress } = await sayReversal(context, books, done);
      terminal.say(`Settlement ${settlement.settlementId}: ${progress}, file ${settlement.sha256.slice(0, 12)}`);
      terminal.say(
        done.isProposedAgain
          ? `Post what is approved: seller-ledger sync ${record.connectionName}`
          : 'Not replaced yet, because something of it is still in SAP. The next sync goes on.',
      );
      return exitCodeOfReversal(done);
    } finally {
      await connection.close();
    }
  });
}
