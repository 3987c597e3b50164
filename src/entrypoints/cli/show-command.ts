import type { Command } from 'commander';
import type { JsonObject } from '../../app/index.ts';
import { formatMinute } from '../../core/index.ts';
import { waitingView } from '../approvals.ts';
import type { ConnectionFacts } from '../connection-facts.ts';
import type { ScheduleView } from '../schedule-view.ts';
import { sayRuleChanges } from './approval-words.ts';
import { counted } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayViews } from './schedule-commands.ts';
import { sayTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `connections show`: all that is known of one connection, on one page. */
export function addShowCommand(connections: Command, run: RunCommand): void {
  connections
    .command('show')
    .description('one connection: settings without secrets, what stops it, feeds, schedule, and what waits for people')
    .argument('<name>')
    .addOption(jsonOption())
    .action(run((context, name: string) => show(context, name)));
}

function show(context: CommandContext, name: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { connectionFacts } = await import('../connection-facts.ts');
    const facts = await connectionFacts(workspace, name);
    const { approvals, changes, ...view } = facts;
    context.terminal.json({
      ...view,
      approvals: approvals.map(waitingView),
      loosenedRules: changes.map(({ change: { person, why, at } }) => ({ person, why, at })),
    });
    sayFacts(context.terminal, facts);
    return 0;
  });
}

function sayFacts(terminal: Terminal, facts: ConnectionFacts): void {
  const { name, feeds, schedule, approvals, changes, problem } = facts;
  sayHead(terminal, facts);
  sayPart(terminal, 'Feeds');
  if (feeds.length === 0) terminal.say('None has run yet.');
  else
    sayTable(terminal, feeds, [
      { title: 'feed', value: (row) => row.feed },
      { title: 'last run', value: (row) => formatMinute(row.finishedAt) },
      { title: 'complete until', value: (row) => (row.completeUntil ? formatMinute(row.completeUntil) : '') },
      { title: '', value: (row) => (row.isUpToDate ? 'up to date' : 'more to read') },
      { title: 'problem', value: (row) => row.problems.map(({ code }) => code).join(', ') },
    ]);
  sayPart(terminal, 'Schedule');
  if (schedule.length === 0) terminal.say('Nothing is done by itself.');
  else sayViews(terminal, schedule satisfies readonly ScheduleView[]);
  sayPart(terminal, 'Waits for people');
  if (problem) terminal.say(`${problem.code}: ${problem.says}`);
  const count = counted(approvals.length, 'entry or reversal', 'entries or reversals');
  terminal.say(approvals.length === 0 ? 'Nothing.' : `${count}: seller-ledger approvals list ${name}`);
  for (const line of sayRuleChanges(name, changes)) terminal.say(line);
  sayPart(terminal, 'Settings, without secrets');
  for (const line of settingLines(facts.settings)) terminal.say(line);
}

function sayHead(terminal: Terminal, facts: ConnectionFacts): void {
  const { name, stoppedBy, sapPause, accountTable, lastAsked, newestSettlement: newest } = facts;
  const minute = (at: string | null) => (at === null ? 'not yet' : formatMinute(at));
  const waiting = accountTable.waiting.map((number) => `; version ${number} waits for approval`).join('');
  terminal.say(`${name}, seller account ${facts.sellerAccount}, since ${formatMinute(facts.createdAt)}`);
  if (facts.erasedAt) terminal.say(`erased         ${formatMinute(facts.erasedAt)}`);
  if (stoppedBy) terminal.say(`stopped by     ${stoppedBy.code}: ${stoppedBy.says} Next: ${stoppedBy.next}`);
  if (sapPause) terminal.say(`SAP paused     until ${formatMinute(sapPause.until)}: ${sapPause.code}`);
  terminal.say(`asked last     Amazon ${minute(lastAsked.amazon)}, SAP ${minute(lastAsked.sap)}`);
  terminal.say(
    `newest         ${newest ? `settlement ${newest.settlementId}: ${newest.progress}` : 'no settlement yet'}`,
  );
  terminal.say(`account table  ${accountTable.inUse ? `version ${accountTable.inUse}` : 'none recorded'}${waiting}`);
  for (const { kind, expiresOn, daysLeft } of facts.credentials)
    terminal.say(`${kind.padEnd(14)} until ${expiresOn}, ${counted(daysLeft, 'day', 'days')} left`);
  terminal.say(`secrets        ${facts.secrets.map((each) => each.name).join(', ') || 'none'}`);
}

function sayPart(terminal: Terminal, title: string): void {
  terminal.say();
  terminal.say(title);
}

/** `posting.approval: automatic`, one line for each setting. */
function settingLines(settings: JsonObject, path = ''): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isGroup ? settingLines(value as JsonObject, at) : [`${at}: ${JSON.stringify(value)}`];
  });
}
