import type { Command } from 'commander';
import {
  approveEntry,
  correctionLinks,
  type EntryState,
  entriesOfFamily,
  opensAt,
  postOneEntry,
} from '../../app/index.ts';
import { formatMinute } from '../../core/index.ts';
import { approvalsOf, approvalView } from '../approvals.ts';
import { entryDetail, entrySummary, openProblemOf } from '../http/views.ts';
import { addRefuseCommand, sayApproved } from './approval-commands.ts';
import { sayApproval } from './approval-words.ts';
import { describeEntry, formatDocument, groupThousands, sayEntry } from './format-entry.ts';
import { openApprovals, openConnection, withBooks } from './lazy.ts';
import { type ListOptions, limitOption, noteMore, stateOption } from './list-part.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addEntryReversal } from './reverse-commands.ts';
import { sayLinks } from './say-corrections.ts';
import { exitCodeOfEntry } from './sync-report.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

const ENTRIES_SHOWN = 200;
/** A record, so that the compiler misses a state that is left out. */
const STATES: Readonly<Record<EntryState, true>> = {
  proposed: true,
  approved: true,
  sending: true,
  unknown: true,
  rejected: true,
  posted: true,
  reversed: true,
  withdrawn: true,
};

export function addEntryCommands(program: Command, run: RunCommand): void {
  const entries = program.command('entries').description('the journal entries made from settlements');
  entries
    .command('list')
    .description('entries with their state, those of the newest settlements first')
    .addOption(limitOption(ENTRIES_SHOWN))
    .addOption(stateOption(Object.keys(STATES)))
    .addOption(jsonOption())
    .action(run((context, options: ListOptions<EntryState>) => list(context, options)));
  entries
    .command('show')
    .description('one entry with its lines, SAP’s messages and its history')
    .argument('<entry>', 'posting key, SAP document (number, or number/company code/year) or id')
    .addOption(jsonOption())
    .action(run((context, ref: string) => show(context, ref)));
  entries
    .command('approve')
    .description('approve one entry exactly as it is now; a large one may take two people')
    .argument('<entry>')
    .option('--reason <text>', 'why, for the audit log', 'approved at the command line')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { reason: string }) => approve(context, ref, options.reason)));
  addRefuseCommand(entries, run);
  entries
    .command('post')
    .description('send one approved entry to SAP')
    .argument('<entry>')
    .addOption(jsonOption())
    .action(run((context, ref: string) => post(context, ref)));
  addEntryReversal(entries, run);
}

function list(context: CommandContext, { limit, state }: ListOptions<EntryState>): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const records = await books.listEntries({ limit, ...(state && { states: [state] }) });
    const counts = (await books.countRecords()).entries;
    terminal.json(records.map(entrySummary));
    if (records.length === 0) {
      terminal.say(state ? `No entry is ${state}.` : 'No entry yet. Fetch settlements first: seller-ledger sync NAME');
      return 0;
    }
    sayTable(terminal, records.map(entrySummary), [
      { title: 'posting key', value: (row) => row.postingKey },
      {
        title: 'books',
        value: (row) => (row.originKind === 'accrual' ? `accrual ${row.originName}` : row.originName),
        yields: 2,
      },
      { title: 'company code', value: (row) => row.companyCode, yields: 1 },
      { title: 'posting date', value: (row) => row.postingDate },
      { title: 'debit = credit', value: (row) => groupThousands(row.debitTotal), align: 'right' },
      { title: '', value: (row) => row.currency },
      { title: 'state', value: (row) => (row.reverses ? `reversal, ${row.state}` : row.state) },
      { title: 'SAP document', value: (row) => (row.document ? formatDocument(row.document) : '') },
    ]);
    noteMore(terminal, { command: 'entries list', state, shown: records.length, counts });
    return 0;
  });
}

function show(context: CommandContext, ref: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { books } = workspace;
    const { terminal } = context;
    const record = await books.getEntry(ref);
    const approval = (await approvalsOf(workspace, [record])).get(record.id);
    const attempts = await books.listAttempts(record.id);
    const history = await books.listEvents({ subject: `entry/${record.id}` });
    const links = correctionLinks(await entriesOfFamily(books, record)).get(record.id);
    const detail = entryDetail(record, attempts, history, links);
    terminal.json({ ...detail, approval: approval && approvalView(approval) });
    sayEntry(terminal, record.entry, describeEntry(record));
    sayLinks(terminal, record, links);
    sayApproval(terminal, approval);
    for (const message of record.messages) terminal.say(`  SAP ${message.typeId} ${message.text}`);
    const problem = openProblemOf(record);
    if (problem) terminal.say(`  ${problem.code}: ${problem.says} Next: ${problem.next}`);
    for (const event of history) terminal.say(`  ${event.at}  ${event.actor.name}  ${event.action}: ${event.why}`);
    return 0;
  });
}

function approve(context: CommandContext, ref: string, reason: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const record = await workspace.books.getEntry(ref);
    const desk = await openApprovals(workspace, record.connectionName);
    const after = await approveEntry(desk, record, userActor(context.environment), reason);
    sayApproved(terminal, [after], await approvalsOf(workspace, [after]));
    if (after.state === 'approved') terminal.say(`Send it: seller-ledger entries post ${after.entry.postingKey}`);
    terminal.json(entrySummary(after));
    return 0;
  });
}

function post(context: CommandContext, ref: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const record = await workspace.books.getEntry(ref);
    const connection = await openConnection(workspace, record.connectionName, {
      actor: userActor(context.environment),
      onProgress: () => {},
    });
    try {
      const { postingHours } = connection.context;
      const opens = postingHours ? opensAt(postingHours, await workspace.books.sharedNowMs()) : null;
      if (opens !== null) {
        const begins = formatMinute(new Date(opens).toISOString());
        context.terminal.note(
          `Outside the posting windows (the next begins ${begins}); sent all the same, on your word.`,
        );
      }
      const after = await postOneEntry(connection.context, record);
      context.terminal.json(entrySummary(after));
      context.terminal.say(`${after.entry.postingKey} is ${describeEntry(after)}.`);
      if (after.problem) context.terminal.say(`${after.problem.says} Next: ${after.problem.next}`);
      return exitCodeOfEntry(after);
    } finally {
      await connection.close();
    }
  });
}
