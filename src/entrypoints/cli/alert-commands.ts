import type { Command } from 'commander';
import { ALERT_RULES, type AlertMute, type AlertRecord, isAtLeast } from '../../app/index.ts';
import { formatMinute, Problem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { withBooks } from './lazy.ts';
import { limitOption } from './list-part.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { abortWhen, whileStoppable } from './stop.ts';
import { sayTable } from './table.ts';
import { userActor } from './user.ts';

/** As of the other looks: something needs a person. */
const EXIT_OPEN = 3;
const EXIT_NOT_DELIVERED = 5;
const ALERTS_SHOWN = 100;

export function addAlertCommands(program: Command, run: RunCommand): void {
  const alerts = program.command('alerts').description('what needs a person, and who is told of it');
  addLooks(alerts, run);
  addWords(alerts, run);
}

function addLooks(alerts: Command, run: RunCommand): void {
  alerts
    .command('list')
    .description('the open alerts, the most severe first')
    .option('--all', 'also those that were resolved')
    .addOption(limitOption(ALERTS_SHOWN))
    .addOption(jsonOption())
    .action(run((context, options: { all?: boolean; limit: number }) => list(context, options)));
  alerts
    .command('check')
    .description('look now, without sending anything; ends with exit code 3 when a warning or worse is open')
    .option('--thorough', 'also read files and the whole audit log, as the service does once a day')
    .addOption(jsonOption())
    .action(run((context, options: { thorough?: boolean }) => check(context, options.thorough ?? false)));
  alerts
    .command('test')
    .description('send a test message to every channel of the settings')
    .addOption(jsonOption())
    .action(run((context) => whileStoppable((stopped) => test(context, stopped))));
}

function addWords(alerts: Command, run: RunCommand): void {
  alerts
    .command('acknowledge')
    .description('somebody is at it: nobody is reminded of this alert any more')
    .argument('<key>', 'as the list shows it')
    .requiredOption('--why <text>', 'who does what, for the audit log')
    .addOption(jsonOption())
    .action(run((context, key: string, options: { why: string }) => acknowledge(context, key, options.why)));
  alerts
    .command('mute')
    .description('send nothing of a rule, or of one alert; the list goes on showing it')
    .argument('<what>', `the key of an alert, or a rule: ${ALERT_RULES.join(', ')}`)
    .option('--connection <name>', 'only of this connection')
    .option(
      '--until <time>',
      'until then, for example 2026-12-01 or 2026-12-01T08:00:00Z; without it until unmuted',
      parseTime,
    )
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run(mute));
  alerts
    .command('unmute')
    .description('send again')
    .argument('<number>', 'as seller-ledger alerts mutes shows it', Number)
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, id: number, options: { why: string }) => unmute(context, id, options.why)));
  alerts.command('mutes').description('what is muted').addOption(jsonOption()).action(run(mutes));
}

async function storeOf({ database }: Workspace) {
  const { createAlertStore } = await import('../../store/index.ts');
  return createAlertStore(database);
}

function list(context: CommandContext, options: { all?: boolean; limit: number }): Promise<number> {
  return withBooks(context, async (workspace) => {
    const found = await (await storeOf(workspace)).listAlerts(options);
    sayAlerts(context, found);
    return 0;
  });
}

function check(context: CommandContext, isThorough: boolean): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { lookForAlerts } = await import('../alerts/alert-work.ts');
    await lookForAlerts(workspace, { isThorough });
    const open = await (await storeOf(workspace)).listAlerts();
    sayAlerts(context, open);
    const isPressing = ({ severity, isMuted, acknowledged }: AlertRecord) =>
      isAtLeast(severity, 'warning') && !isMuted && !acknowledged;
    return open.some(isPressing) ? EXIT_OPEN : 0;
  });
}

function sayAlerts({ terminal }: CommandContext, alerts: readonly AlertRecord[]): void {
  terminal.json(alerts);
  if (alerts.length === 0) terminal.say('No alert.');
  for (const alert of alerts) {
    const { severity, says, next, key, firstSeen, resolvedAt, acknowledged, isMuted } = alert;
    const marks = [
      resolvedAt && `resolved ${formatMinute(resolvedAt)}`,
      acknowledged && `acknowledged by ${acknowledged.by}: ${acknowledged.why}`,
      isMuted && 'muted',
    ].filter(Boolean);
    terminal.say(`${terminal.paint(severity === 'critical' ? 'red' : 'yellow', severity)}  ${says}`);
    terminal.say(`  since ${formatMinute(firstSeen)}${marks.length > 0 ? ` (${marks.join('; ')})` : ''}`);
    if (!resolvedAt) terminal.say(`  next: ${next}`);
    terminal.say(`  key:  ${key}`);
  }
}

function test(context: CommandContext, stopped: Promise<void>): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const { tryChannels } = await import('../alerts/alert-work.ts');
    const results = await tryChannels(workspace, abortWhen(stopped));
    if (results.length === 0) throw channelMissing();
    terminal.json(
      results.map(({ channel, problem }) => ({ channel, ok: problem === null, problem: problem?.toJSON() ?? null })),
    );
    for (const { channel, problem } of results) {
      terminal.say(
        problem
          ? `${terminal.paint('red', '✗')} ${channel}: ${problem.says}`
          : `${terminal.paint('green', '✓')} ${channel}: sent`,
      );
    }
    return results.some(({ problem }) => problem !== null) ? EXIT_NOT_DELIVERED : 0;
  });
}

function acknowledge(context: CommandContext, key: string, why: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    await (await storeOf(workspace)).acknowledgeAlert(key, userActor(context.environment), why);
    context.terminal.json({ key });
    context.terminal.say('Acknowledged. It is told again when it comes back after it was resolved.');
    return 0;
  });
}

function mute(
  context: CommandContext,
  what: string,
  options: { connection?: string; until?: string; why: string },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const store = await storeOf(workspace);
    const isRule = (ALERT_RULES as readonly string[]).includes(what);
    if (!isRule && !(await store.listAlerts({ all: true })).some(({ key }) => key === what)) throw nothingToMute(what);
    const connectionId =
      options.connection === undefined ? null : (await workspace.books.getConnection(options.connection)).id;
    const { until = null } = options;
    if (until !== null && Date.parse(until) <= (await workspace.books.sharedNowMs())) throw timeOver(until);
    const wish = { what, connectionId, until };
    const id = await store.muteAlerts(wish, userActor(context.environment), options.why);
    context.terminal.json({ id });
    context.terminal.say(`Muted. To hear of it again: seller-ledger alerts unmute ${id} --why TEXT`);
    return 0;
  });
}

function unmute(context: CommandContext, id: number, why: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const number = Number.isSafeInteger(id) && id > 0 && id < 2 ** 31 ? id : 0;
    await (await storeOf(workspace)).unmuteAlerts(number, userActor(context.environment), why);
    context.terminal.json({ id: number });
    context.terminal.say('Not muted any more.');
    return 0;
  });
}

function mutes(context: CommandContext): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal } = context;
    const found = await (await storeOf(workspace)).listAlertMutes();
    terminal.json(found);
    if (found.length === 0) terminal.say('Nothing is muted.');
    sayTable<AlertMute>(terminal, found, [
      { title: 'number', value: ({ id }) => String(id), align: 'right' },
      { title: 'what', value: ({ what }) => what },
      { title: 'connection', value: ({ connection }) => connection ?? 'all' },
      { title: 'until', value: ({ until }) => (until ? formatMinute(until) : 'unmuted') },
      { title: 'by', value: ({ by }) => by },
      { title: 'why', value: ({ why }) => why, yields: 2 },
    ]);
    return 0;
  });
}

function parseTime(text: string): string {
  const ms = Date.parse(text);
  if (/^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(ms)) return new Date(ms).toISOString();
  throw new Problem({
    code: 'ALERT_TIME_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a day or a time with its zone.`,
    next: 'Write 2026-12-01, or 2026-12-01T08:00:00Z.',
    data: text,
  });
}

function timeOver(until: string): Problem {
  return new Problem({
    code: 'ALERT_TIME_INVALID',
    kind: 'invalid',
    says: `${until} is over already, so nothing would be muted.`,
    next: 'Give a time to come with --until; without it, it stays muted until somebody ends that.',
  });
}

function nothingToMute(what: string): Problem {
  return new Problem({
    code: 'ALERT_RULE_UNKNOWN',
    kind: 'invalid',
    says: `${JSON.stringify(what)} is neither a rule nor the key of an alert.`,
    next: `Name one of ${ALERT_RULES.join(', ')}, or a key: seller-ledger alerts list`,
    data: what,
  });
}

function channelMissing(): Problem {
  return new Problem({
    code: 'ALERT_CHANNEL_MISSING',
    kind: 'invalid',
    says: 'The settings name no channel for alerts, neither email nor webhook.',
    next: 'Name one in a file (docs/operations.md shows how), then: seller-ledger settings update --file FILE --why TEXT',
  });
}
