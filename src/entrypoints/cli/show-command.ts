import type { Command } from 'commander';
import type {
  AuditEvent,
  Connection,
  JsonObject,
  SettlementRecord,
  WaitingApproval,
  WaitingRuleChange,
} from '../../app/index.ts';
import { formatMinute, isProblem, type ProblemFacts } from '../../core/index.ts';
import { waitingView } from '../approvals.ts';
import type { Workspace } from '../composition.ts';
import { sapPauseView, settlementDetail } from '../http/views.ts';
import { sayRuleChanges } from './approval-words.ts';
import { counted } from './format-entry.ts';
import { openApprovals, waitingChangesOf, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { plan, sayViews } from './schedule-commands.ts';
import { type ScheduleView, viewOf } from './schedule-view.ts';
import { sayTable } from './table.ts';
import { type Terminal } from './terminal.ts';

/** Among so many events of a connection the last request to either side is looked for. */
const EVENTS_MAX = 1_000;

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
    const connection = await workspace.books.getConnection(name);
    const facts = await factsOf(workspace, connection);
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

async function factsOf(workspace: Workspace, connection: Connection) {
  const { books, feedBooks, secrets } = workspace;
  const { id, name, sellerAccount, createdAt } = connection;
  const { credentialAgesOf, dayOf } = await import('../credential-facts.ts');
  await plan(workspace);
  const now = await books.sharedNowMs();
  const today = dayOf(now);
  const events = await books.listEvents({ subject: `connection/${id}`, limit: EVENTS_MAX });
  const versions = await books.listMappings(id);
  const [settlement] = await books.listSettlements({ connectionId: id, limit: 1 });
  return {
    name,
    sellerAccount,
    createdAt,
    erasedAt: connection.erasedAt ?? null,
    settings: shownSettings(connection.settings),
    secrets: (await secrets.listSecrets(id)).map(({ name: secret, storedAt }) => ({ name: secret, storedAt })),
    credentials: await credentialAgesOf(connection, { books: feedBooks, today }),
    accountTable: {
      inUse: versions.findLast(({ approval }) => approval !== null)?.number ?? null,
      waiting: versions.filter(({ approval }) => approval === null).map(({ number }) => number),
    },
    model: await books.listModelPeriods(id),
    stoppedBy: (await feedBooks.stoppedBy(id)) ?? null,
    sapPause: sapPauseView(await books.sapPauseOf(id)),
    lastAsked: { amazon: lastOf(events, 'amazon.'), sap: lastOf(events, 'sap.') },
    newestSettlement: settlement ? await newestView(workspace, settlement) : null,
    feeds: await feedBooks.listFeedRuns(id),
    schedule: (await books.listSchedules(id)).map((record) => viewOf(record, { connection: name, now })),
    ...(await waitingOf(workspace, connection)),
  };
}

/** A settlement stays `proposed` while its entries go to SAP; how far they came is what people want to know. */
async function newestView({ books }: Workspace, settlement: SettlementRecord) {
  const { settlementId, state, key } = settlement;
  const { progress } = settlementDetail(settlement, await books.listEntries({ originKey: key }));
  return { settlementId, state, progress };
}

/** Settings that an older program wrote are shown all the same; `problem` says what is wrong with them. */
async function waitingOf(
  workspace: Workspace,
  connection: Connection,
): Promise<{
  readonly approvals: readonly WaitingApproval[];
  readonly changes: readonly WaitingRuleChange[];
  readonly problem: ProblemFacts | null;
}> {
  const { waitingApprovals } = await import('../../app/index.ts');
  try {
    const { rules } = await openApprovals(workspace, connection.name);
    const approvals = await waitingApprovals(workspace.books, connection, rules);
    return { approvals, changes: await waitingChangesOf(workspace, connection), problem: null };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { approvals: [], changes: [], problem: thrown.toJSON() };
  }
}

/** The account table of the first day has hundreds of lines and a command of its own (`mapping export`). */
function shownSettings({ mapping: _, ...settings }: JsonObject): JsonObject {
  return settings;
}

function lastOf(events: readonly AuditEvent[], side: string): string | null {
  return events.findLast(({ action }) => action.startsWith(side))?.at ?? null;
}

type Facts = Awaited<ReturnType<typeof factsOf>>;

function sayFacts(terminal: Terminal, facts: Facts): void {
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
function settingLines(settings: JsonObject, path = ''): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isGroup ? settingLines(value as JsonObject, at) : [`${at}: ${JSON.stringify(value)}`];
  });
}
