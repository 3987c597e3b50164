import type { Command } from 'commander';
import {
  acceptCommand,
  acceptRuleChanges,
  type EntryRecord,
  refuseEntry,
  reverseCommand,
  type WaitingApproval,
  waitingApprovals,
} from '../../app/index.ts';
import { isProblem } from '../../core/index.ts';
import { waitingView } from '../approvals.ts';
import { entrySummary } from '../http/views.ts';
import { sayAmount, sayMissing, sayRuleChanges } from './approval-words.ts';
import { openApprovals, waitingChangesOf, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { userActor } from './user.ts';

export function addApprovalCommands(program: Command, run: RunCommand): void {
  const approvals = program.command('approvals').description('what people have to approve before it is booked');
  approvals
    .command('list')
    .description('entries and reversals that wait for people: amounts, who has approved, who is missing')
    .argument('[connection]', 'name; without it all connections')
    .addOption(jsonOption())
    .action(run((context, name?: string) => list(context, name)));
  approvals
    .command('accept-rules')
    .description('accept that somebody else loosened who approves; until then the stricter rules hold')
    .argument('<connection>')
    .requiredOption('--why <text>', 'for the audit log')
    .addOption(jsonOption())
    .action(run((context, name: string, options: { why: string }) => acceptRules(context, name, options.why)));
}

function acceptRules(context: CommandContext, name: string, why: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const connection = await workspace.books.getConnection(name);
    const waiting = await waitingChangesOf(workspace, connection);
    const accepted = await acceptRuleChanges(workspace.books, connection, waiting, {
      actor: userActor(context.environment),
      why,
    });
    const left = waiting.length - accepted.length;
    context.terminal.say(
      left === 0
        ? `The approval rules of ${name} hold as they are set.`
        : `Accepted. What you loosened yourself waits for another user: ${acceptCommand(name)}`,
    );
    context.terminal.json({ connection: name, accepted: accepted.length, waiting: left });
    return 0;
  });
}

function list(context: CommandContext, name: string | undefined): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { books } = workspace;
    const connections = name === undefined ? await books.listConnections() : [await books.getConnection(name)];
    const waiting: WaitingApproval[] = [];
    const changes: string[] = [];
    for (const connection of connections) {
      try {
        const { rules } = await openApprovals(workspace, connection.name);
        waiting.push(...(await waitingApprovals(books, connection, rules)));
        changes.push(...sayRuleChanges(connection.name, await waitingChangesOf(workspace, connection)));
      } catch (thrown) {
        // One connection whose settings an older program wrote does not hide what waits at the others.
        if (name !== undefined || !isProblem(thrown)) throw thrown;
        context.terminal.note(`${thrown.code}: ${thrown.says}`);
      }
    }
    context.terminal.json(waiting.map(waitingView));
    if (waiting.length > 0 || changes.length === 0) sayWaiting(context.terminal, waiting);
    for (const line of changes) context.terminal.say(line);
    return 0;
  });
}

function sayWaiting(terminal: Terminal, waiting: readonly WaitingApproval[]): void {
  if (waiting.length === 0) {
    terminal.say('Nothing waits for a person.');
    return;
  }
  sayTable(terminal, waiting, [
    { title: 'waits', value: ({ record, reversal }) => `${reversal ? 'reversal of ' : ''}${record.entry.postingKey}` },
    { title: 'books', value: ({ record }) => `${record.origin.kind} ${record.origin.name}`, yields: 2 },
    { title: 'connection', value: ({ record }) => record.connectionName, yields: 2 },
    { title: 'amount', value: sayAmount, align: 'right' },
    { title: 'approved by', value: ({ standing }) => standing.given.map(({ person }) => person).join(', '), yields: 2 },
    { title: 'missing', value: sayMissing },
    {
      title: 'because',
      yields: 1,
      value: ({ needs, standing }) => (standing.refusal ? sayRefusal(standing.refusal) : needs.because),
    },
  ]);
  for (const command of commandsOf(waiting)) terminal.say(command);
}

function sayRefusal({ person, why }: { readonly person: string; readonly why: string }): string {
  return `refused by ${person}: ${why}`;
}

/** What to paste, once for each kind of thing that waits. */
function commandsOf(waiting: readonly WaitingApproval[]): string[] {
  const entry = waiting.find(({ reversal }) => reversal === null);
  const asked = waiting.find(({ reversal }) => reversal !== null);
  return [
    ...(entry ? [`Approve: seller-ledger entries approve ${entry.record.entry.postingKey} --reason TEXT`] : []),
    ...(asked?.reversal ? [`Agree: ${reverseCommand(asked.record.entry.postingKey, asked.reversal)}`] : []),
    ...(waiting[0] ? [`Refuse: seller-ledger entries refuse ${waiting[0].record.entry.postingKey} --why TEXT`] : []),
  ];
}

/** `entries refuse`. */
export function addRefuseCommand(entries: Command, run: RunCommand): void {
  entries
    .command('refuse')
    .description('refuse an entry as it is, or a reversal that was asked for of it; everybody is told')
    .argument('<entry>')
    .requiredOption('--why <text>', 'what is wrong, for whoever has to mend it and for the audit log')
    .addOption(jsonOption())
    .action(run((context, ref: string, options: { why: string }) => refuse(context, ref, options.why)));
}

function refuse(context: CommandContext, ref: string, why: string): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const record = await books.getEntry(ref);
    const after = await refuseEntry(books, record, userActor(context.environment), why);
    const what = after.state === 'posted' ? `The reversal of ${after.entry.postingKey}` : after.entry.postingKey;
    context.terminal.say(`${what} is refused; earlier approvals of it do not count any more.`);
    context.terminal.json(entrySummary(after));
    return 0;
  });
}

/** What an approval came to: sent by the next sync, or who is missing. */
export function sayApproved(
  terminal: Terminal,
  after: readonly EntryRecord[],
  approvals: ReadonlyMap<EntryRecord['id'], WaitingApproval>,
): void {
  for (const { id, state, entry } of after) {
    const approval = approvals.get(id);
    if (state === 'approved' || !approval) terminal.say(`${entry.postingKey} is ${state}.`);
    else
      terminal.say(
        `${entry.postingKey}: your approval is recorded. It waits for ${sayMissing(approval)}: ${approval.needs.because}`,
      );
  }
}
