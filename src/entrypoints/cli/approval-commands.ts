import type { Command } from 'commander';
import { z } from 'zod';
import { acceptCommand, reverseCommand } from '../../app/index.ts';
import type { Api } from '../api-client/api.ts';
import { ApprovalsWaiting, RulesAccepted, type WaitingForPeople } from '../http/contract/approvals.ts';
import { EntryItem } from '../http/contract/entries.ts';
import { ApprovalView } from '../http/contract/facts.ts';
import { sayMissing, sayRuleChanges } from './approval-words.ts';
import { groupThousands } from './format-entry.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export function addApprovalCommands(program: Command, run: RunCommand): void {
  const approvals = program.command('approvals').description('what people have to approve before it is booked');
  approvals
    .command('list')
    .description('entries and reversals that wait for people: amounts, who has approved, who is missing')
    .argument('[connection]', 'name; without it all connections')
    .addOption(jsonOption())
    .action(run(onApi(list)));
  approvals
    .command('accept-rules')
    .description('accept that somebody else loosened who approves; until then the stricter rules hold')
    .argument('<connection>')
    .requiredOption('--why <text>', 'for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(acceptRules)));
}

async function acceptRules(
  { terminal }: CommandContext,
  api: Api,
  connection: string,
  { why }: { readonly why: string },
): Promise<number> {
  const after = await api.ask({
    method: 'POST',
    path: '/approvals/:connection/accept-rules',
    params: { connection },
    body: { why },
    answer: RulesAccepted,
  });
  terminal.say(
    after.waiting === 0
      ? `The approval rules of ${connection} hold as they are set.`
      : `Accepted. What you loosened yourself waits for another user: ${acceptCommand(connection)}`,
  );
  terminal.json(after);
  return 0;
}

async function list({ terminal }: CommandContext, api: Api, connection: string | undefined): Promise<number> {
  const { items, tables, loosened, unreadable } = await api.ask({
    path: '/approvals',
    query: { connection },
    answer: ApprovalsWaiting,
  });
  for (const { code, says } of unreadable) terminal.note(`${code}: ${says}`);
  // As the rows of other lists, the entry is not a part of its own.
  terminal.json(items.map(({ entry, ...approval }) => ({ ...entry, ...approval })));
  if (items.length > 0 || tables.length + loosened.length === 0) sayWaiting(terminal, items);
  for (const table of tables) terminal.say(sayTableWaiting(table));
  for (const name of new Set(loosened.map((each) => each.connection))) {
    const changes = loosened.filter((each) => each.connection === name);
    for (const line of sayRuleChanges(name, changes)) terminal.say(line);
  }
  return 0;
}

function sayWaiting(terminal: Terminal, waiting: readonly WaitingForPeople[]): void {
  if (waiting.length === 0) {
    terminal.say('Nothing waits for a person.');
    return;
  }
  sayTable(terminal, waiting, [
    { title: 'waits', value: ({ entry, reversal }) => `${reversal ? 'reversal of ' : ''}${entry.postingKey}` },
    { title: 'books', value: ({ entry }) => `${entry.originKind} ${entry.originName}`, yields: 2 },
    { title: 'connection', value: ({ entry }) => entry.connection, yields: 2 },
    { title: 'amount', value: ({ amount, entry }) => `${groupThousands(amount)} ${entry.currency}`, align: 'right' },
    { title: 'approved by', value: ({ given }) => given.map(({ person }) => person).join(', '), yields: 2 },
    { title: 'missing', value: sayMissing },
    { title: 'because', yields: 1, value: ({ because, refusal }) => (refusal ? sayRefusal(refusal) : because) },
  ]);
  for (const command of commandsOf(waiting)) terminal.say(command);
}

function sayTableWaiting({ connection, version, author, reason }: ApprovalsWaiting['tables'][number]): string {
  return `Version ${version} of the account table of ${connection} by ${author} (${reason}) waits for another user: seller-ledger mapping approve ${connection} --why TEXT`;
}

function sayRefusal({ person, why }: { readonly person: string; readonly why: string }): string {
  return `refused by ${person}: ${why}`;
}

/** What to paste, once for each kind of thing that waits. */
function commandsOf(waiting: readonly WaitingForPeople[]): string[] {
  const entry = waiting.find(({ reversal }) => reversal === null);
  const asked = waiting.find(({ reversal }) => reversal !== null);
  return [
    ...(entry ? [`Approve: seller-ledger entries approve ${entry.entry.postingKey} --why TEXT`] : []),
    ...(asked?.reversal ? [`Agree: ${reverseCommand(asked.entry.postingKey, asked.reversal)}`] : []),
    ...(waiting[0] ? [`Refuse: seller-ledger entries refuse ${waiting[0].entry.postingKey} --why TEXT`] : []),
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
    .action(run(onApi(refuse)));
}

async function refuse(
  { terminal }: CommandContext,
  api: Api,
  id: string,
  { why }: { readonly why: string },
): Promise<number> {
  const after = await api.ask({
    method: 'POST',
    path: '/entries/:id/refuse',
    params: { id },
    body: { why },
    answer: EntryItem,
  });
  const what = after.state === 'posted' ? `The reversal of ${after.postingKey}` : after.postingKey;
  terminal.say(`${what} is refused; earlier approvals of it do not count any more.`);
  terminal.json(after);
  return 0;
}

/** An entry that somebody approved, and what is still missing. */
export interface ApprovedItem {
  readonly postingKey: string;
  readonly state: string;
  readonly approval: ApprovalView | null;
}

/** What came of the approval of every proposed entry of a settlement or an accrual. */
export interface AllApproved {
  readonly connection: string;
  readonly entries: readonly EntryItem[];
  readonly approved: readonly ApprovedItem[];
}

/** Approves every proposed entry of a settlement or an accrual, exactly as it is now. */
export async function approveAll(
  api: Api,
  of: 'settlements' | 'accruals',
  id: string,
  why: string,
): Promise<AllApproved> {
  const params = { id };
  const before = await api.ask({ path: `/${of}/:id`, params, answer: OfEntries });
  const open = new Set(before.entries.flatMap((entry) => (entry.state === 'proposed' ? [entry.id] : [])));
  const path = `/${of}/:id/approve` as const;
  const after = await api.ask({ method: 'POST', path, params, body: { why }, answer: OfEntries });
  const entries = after.entries.filter((entry) => open.has(entry.id));
  const approved = entries.map(({ postingKey, state }) => {
    const approval = after.approvals.find((each) => each.postingKey === postingKey) ?? null;
    return { postingKey, state, approval };
  });
  return { connection: after.connection, entries, approved };
}

/** What a settlement and an accrual have in common. */
const OfEntries = z.object({
  connection: z.string(),
  entries: z.array(EntryItem),
  approvals: z.array(ApprovalView.extend({ postingKey: z.string() })),
});

/** What an approval came to: sent by the next sync, or who is missing. */
export function sayApproved(terminal: Terminal, after: readonly ApprovedItem[]): void {
  for (const { postingKey, state, approval } of after) {
    if (state === 'approved' || !approval) terminal.say(`${postingKey} is ${state}.`);
    else
      terminal.say(
        `${postingKey}: your approval is recorded. It waits for ${sayMissing(approval)}: ${approval.because}`,
      );
  }
}
