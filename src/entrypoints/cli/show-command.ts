import type { Command } from 'commander';
import { formatMinute } from '../../core/index.ts';
import type { Api } from '../api-client/api.ts';
import { ApprovalsWaiting } from '../http/contract/approvals.ts';
import { ConnectionDetail } from '../http/contract/connections.ts';
import { sayRuleChanges } from './approval-words.ts';
import { counted } from './format-entry.ts';
import { onApi } from './on-api.ts';
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
    .action(run(onApi(show)));
}

async function show({ terminal }: CommandContext, api: Api, name: string): Promise<number> {
  const {
    region: _,
    approvalsWaiting,
    ...facts
  } = await api.ask({
    path: '/connections/:name',
    params: { name },
    answer: ConnectionDetail,
  });
  const isWaited = approvalsWaiting > 0;
  const waiting =
    isWaited && (await api.ask({ path: '/approvals', query: { connection: name }, answer: ApprovalsWaiting }));
  terminal.json({ ...facts, approvals: waiting ? waiting.items : [] });
  sayFacts(terminal, facts, approvalsWaiting);
  return 0;
}

type Facts = Omit<ConnectionDetail, 'region' | 'approvalsWaiting'>;

function sayFacts(terminal: Terminal, facts: Facts, waiting: number): void {
  const { name, feeds, schedule, loosenedRules, problem } = facts;
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
  else sayViews(terminal, schedule);
  sayPart(terminal, 'Waits for people');
  if (problem) terminal.say(`${problem.code}: ${problem.says}`);
  const count = counted(waiting, 'entry or reversal', 'entries or reversals');
  terminal.say(waiting === 0 ? 'Nothing.' : `${count}: seller-ledger approvals list ${name}`);
  for (const line of sayRuleChanges(name, loosenedRules)) terminal.say(line);
  sayPart(terminal, 'Settings, without secrets');
  for (const line of settingLines(facts.settings)) terminal.say(line);
}

function sayHead(terminal: Terminal, facts: Facts): void {
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
function settingLines(settings: Readonly<Record<string, unknown>>, path = ''): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isGroup ? settingLines(value as Record<string, unknown>, at) : [`${at}: ${JSON.stringify(value)}`];
  });
}
