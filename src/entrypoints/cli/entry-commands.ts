import type { Command } from 'commander';
import { closedBy, type EntryState, opensAt, postOneEntry } from '../../app/index.ts';
import { formatMinute } from '../../core/index.ts';
import { type Api, readList } from '../api-client/api.ts';
import { EntryDetail, EntryItem, EntryList } from '../http/contract/entries.ts';
import { entrySummary } from '../http/views.ts';
import { addRefuseCommand, sayApproved } from './approval-commands.ts';
import { sayApproval } from './approval-words.ts';
import { describeItem, formatDocument, groupThousands, sayLines } from './format-entry.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type ListOptions, limitOption, noteMore, stateOption } from './list-part.ts';
import { hereOrByService, onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { addEntryReversal } from './reverse-commands.ts';
import { sayLinks } from './say-corrections.ts';
import { exitCodeOfEntry } from './sync-report.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';
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
    .action(run(onApi(list)));
  entries
    .command('show')
    .description('one entry with its lines, SAP’s messages and its history')
    .argument('<entry>', 'posting key, SAP document (number, or number/company code/year) or id')
    .addOption(jsonOption())
    .action(run(onApi(show)));
  entries
    .command('approve')
    .description('approve one entry exactly as it is now; a large one may take two people')
    .argument('<entry>')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(approve)));
  addRefuseCommand(entries, run);
  entries
    .command('post')
    .description('send one approved entry to SAP')
    .argument('<entry>')
    .addOption(jsonOption())
    .action(run(hereOrByService(post, postByService)));
  addEntryReversal(entries, run);
}

async function list(
  { terminal }: CommandContext,
  api: Api,
  { limit, state }: ListOptions<EntryState>,
): Promise<number> {
  const { items: entries, total } = await readList(limit, (part) =>
    api.ask({ path: '/entries', query: { ...part, state, withTotal: part.cursor === undefined }, answer: EntryList }),
  );
  terminal.json(entries);
  if (entries.length === 0) {
    terminal.say(state ? `No entry is ${state}.` : 'No entry yet. Fetch settlements first: seller-ledger sync NAME');
    return 0;
  }
  sayTable(terminal, entries, [
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
  noteMore(terminal, { command: 'entries list', state, shown: entries.length, total });
  return 0;
}

async function show({ terminal }: CommandContext, api: Api, id: string): Promise<number> {
  const entry = await api.ask({ path: '/entries/:id', params: { id }, answer: EntryDetail });
  const { approval, messages, problem, heldBack, history } = entry;
  terminal.json(entry);
  sayLines(terminal, entry, describeItem(entry));
  sayLinks(terminal, entry);
  sayApproval(terminal, entry.state, approval);
  for (const message of messages) terminal.say(`  SAP ${message.typeId} ${message.text}`);
  for (const each of [problem, heldBack]) if (each) terminal.say(`  ${each.code}: ${each.says} Next: ${each.next}`);
  for (const { at, actor, action, why } of history) terminal.say(`  ${at}  ${actor}  ${action}: ${why}`);
  return 0;
}

async function approve(
  { terminal }: CommandContext,
  api: Api,
  id: string,
  { why }: { readonly why: string },
): Promise<number> {
  const after = await api.ask({
    method: 'POST',
    path: '/entries/:id/approve',
    params: { id },
    body: { why },
    answer: EntryDetail,
  });
  sayApproved(terminal, [after]);
  if (after.heldBack) terminal.say(`${after.heldBack.says} Next: ${after.heldBack.next}`);
  else if (after.state === 'approved') terminal.say(`Send it: seller-ledger entries post ${after.postingKey}`);
  terminal.json(EntryItem.parse(after));
  return 0;
}

/** By the service, which waits for SAP. */
async function postByService({ terminal }: CommandContext, api: Api, id: string): Promise<number> {
  const after = await api.ask({
    method: 'POST',
    path: '/entries/:id/post',
    params: { id },
    body: { why: 'sent at the command line' },
    answer: EntryItem,
  });
  return sayPosted(terminal, after);
}

function sayPosted(terminal: Terminal, after: EntryItem): number {
  terminal.json(after);
  terminal.say(`${after.postingKey} is ${describeItem(after)}.`);
  if (after.problem) terminal.say(`${after.problem.says} Next: ${after.problem.next}`);
  return exitCodeOfEntry(after);
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
      const now = await workspace.books.sharedNowMs();
      const opens = postingHours ? opensAt(postingHours, now) : null;
      if (postingHours && opens !== null) {
        const closed = closedBy(postingHours, now);
        const begins = formatMinute(new Date(opens).toISOString());
        context.terminal.note(
          closed
            ? `Today nothing is posted by itself (${closed.why}; the next window begins ${begins}); sent all the same, on your word.`
            : `Outside the posting windows (the next begins ${begins}); sent all the same, on your word.`,
        );
      }
      return sayPosted(context.terminal, EntryItem.parse(entrySummary(await postOneEntry(connection.context, record))));
    } finally {
      await connection.close();
    }
  });
}
