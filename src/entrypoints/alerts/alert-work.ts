import { randomUUID } from 'node:crypto';
import {
  type AlertChannel,
  type AlertFacts,
  type AlertMessage,
  type AlertRule,
  type BookedAlertFacts,
  type Connection,
  FEED_NAMES,
  type FeedName,
  type FoundAlert,
  findAlerts,
  planMessages,
  QUICK_RULES,
  SYSTEM,
  type TellingReport,
  tellAlerts,
} from '../../app/index.ts';
import { toProblem, type Uuid } from '../../core/index.ts';
import { createAlertStore } from '../../store/index.ts';
import { newestBackupIn } from '../backup/backup-settings.ts';
import type { Workspace } from '../composition.ts';
import { readableSettingsOf } from '../connection-file.ts';
import { installationSection, readableSection } from '../installation-file.ts';
import { ALERT_SECRETS, type AlertSettings, alertLimitsOf, alertsSchema, tellingRulesOf } from './alert-settings.ts';
import { approvalsOverdue, looserRulesOf } from './approval-facts.ts';
import { lookAtDisks } from './disk-facts.ts';
import { findThoroughly } from './thorough-look.ts';

/** Longer than a look and its messages take; a process that dies is followed by the next look at the latest then. */
const LEASE_MS = 5 * 60_000;

/** Looks at the books and sends what has to be told. One process at a time; another one has nothing to do meanwhile. */
export async function lookAndTell(workspace: Workspace, signal: AbortSignal): Promise<void> {
  await aloneWith(workspace, 'alerts', async (renew) => {
    await lookForAlerts(workspace, { isThorough: false });
    // Another process is telling already.
    if (!(await renew())) return;
    await tellWhatIsNew(workspace, signal);
  });
}

/**
 * Looks at what takes long to find. Has nothing to wait for in the look of the minute, which sends what is found here. Only another
 * thorough look keeps it from looking.
 */
export async function lookThoroughly(workspace: Workspace): Promise<void> {
  await aloneWith(workspace, 'alerts-thorough', () => recordThoroughly(workspace));
}

async function aloneWith(
  { books }: Workspace,
  name: string,
  work: (renew: () => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const lease = await books.acquire(name, LEASE_MS);
  if ('heldBy' in lease) return;
  try {
    await work(() => lease.renew());
  } finally {
    await lease.release();
  }
}

/** Finds what needs a person now and takes it over into the list of alerts. */
export async function lookForAlerts(
  workspace: Workspace,
  { isThorough }: { readonly isThorough: boolean },
): Promise<void> {
  const store = createAlertStore(workspace.database);
  const { found, rules } = await quickFindings(workspace);
  await store.recordAlerts(found, rules);
  if (isThorough) await recordThoroughly(workspace);
}

async function recordThoroughly(workspace: Workspace): Promise<void> {
  const { found, rules } = await findThoroughly(workspace);
  await createAlertStore(workspace.database).recordAlerts(found, rules);
}

/** What the quick rules find now, and which of them could be looked at. Changes nothing. */
export async function quickFindings(
  workspace: Workspace,
): Promise<{ readonly found: readonly FoundAlert[]; readonly rules: readonly AlertRule[] }> {
  const settings = await workspace.books.installationSettings();
  // Settings that an older program wrote and this one does not take hide no alert: the usual limits hold then.
  const alerts = readableSection(settings, 'alerts') ?? alertsSchema.parse({});
  const limits = alertLimitsOf(alerts);
  const { undecided, changedRules, databaseFolder, backups, backupWantedSince, ...facts } = await createAlertStore(
    workspace.database,
  ).readAlertFacts(limits);
  const wanted = await wantedFeeds(workspace);
  const feeds = facts.feeds.filter(({ connectionId, feed }) => wanted.get(connectionId)?.has(feed) ?? false);
  const channels = facts.channels.filter(({ name }) => channelNames(alerts).includes(name));
  const folder = readableSection(settings, 'backup')?.folder ?? null;
  const backup = folder === null ? null : dailyBackup(folder, { backups, wantedSince: backupWantedSince });
  const approvals = await approvalsOverdue(workspace, { undecided, nowMs: facts.nowMs }, limits.approvalMs);
  const looserRules = await looserRulesOf(workspace, { changedRules });
  const { disks, isWhole } = await lookAtDisks({ database: databaseFolder, backups: folder });
  return {
    found: findAlerts({ ...facts, feeds, channels, backup, limits, approvals, looserRules, disks }),
    // What another machine sees and this one does not is not over here.
    rules: QUICK_RULES.filter((rule) => isWhole || rule !== 'disk-low'),
  };
}

/** Only what lies where the daily ones lie: one that somebody took along says nothing of them. */
function dailyBackup(
  folder: string,
  { backups, wantedSince }: Pick<BookedAlertFacts, 'backups'> & { readonly wantedSince: string | null },
): AlertFacts['backup'] {
  if (wantedSince === null) return null;
  return { lastAt: newestBackupIn(folder, backups)?.at ?? null, wantedSince };
}

/** Sends to every channel what it has to be told now. Secrets are opened only when there is something to send. */
export async function tellWhatIsNew(workspace: Workspace, signal: AbortSignal): Promise<TellingReport> {
  const settings = await alertSettings(workspace);
  const names = channelNames(settings);
  const store = createAlertStore(workspace.database);
  const rules = tellingRulesOf(settings);
  const news = await store.readAlertNews({ ...rules, channels: names });
  if (names.every((name) => planMessages(news, name, rules).length === 0)) return { sent: 0, failed: 0 };
  const channels = await openChannels(workspace, settings, 'to send alerts');
  const { randomness, log } = workspace;
  return tellAlerts({ store, channels, rules, randomness, log }, signal);
}

/** Sends a message that says it is a test to every channel, and says what came of it. */
export async function tryChannels(
  workspace: Workspace,
  signal: AbortSignal,
): Promise<readonly { readonly channel: string; readonly problem: ReturnType<typeof toProblem> | null }[]> {
  const channels = await openChannels(workspace, await alertSettings(workspace), 'to try the channels of alerts');
  const message = testMessage(new Date(await workspace.books.sharedNowMs()).toISOString());
  return Promise.all(
    channels.map(async (channel) => {
      try {
        const { problem } = await channel.send(message, signal);
        await createAlertStore(workspace.database).recordChannelTried(channel.name, problem?.toJSON() ?? null);
        return { channel: channel.name, problem };
      } catch (thrown) {
        return { channel: channel.name, problem: toProblem(thrown) };
      }
    }),
  );
}

async function alertSettings({ books }: Pick<Workspace, 'books'>): Promise<AlertSettings> {
  return installationSection(await books.installationSettings(), 'alerts') ?? alertsSchema.parse({});
}

function channelNames({ email, webhook }: AlertSettings): readonly string[] {
  return [...(email ? ['email'] : []), ...(webhook ? ['webhook'] : [])];
}

/** The libraries of a channel are loaded when there is something to send by it. */
async function openChannels(
  { books, clock }: Workspace,
  { email, webhook, installation }: AlertSettings,
  why: string,
): Promise<readonly AlertChannel[]> {
  if (!email && !webhook) return [];
  const secrets = await books.openInstallationSecrets(SYSTEM, why);
  const channels: AlertChannel[] = [];
  if (email) {
    const { createEmailChannel } = await import('./email-channel.ts');
    channels.push(createEmailChannel({ settings: email, password: secrets[ALERT_SECRETS.password], installation }));
  }
  const url = secrets[ALERT_SECRETS.url];
  if (webhook && url !== undefined) {
    const { createWebhookChannel } = await import('./webhook-channel.ts');
    const signingSecret = secrets[ALERT_SECRETS.signing];
    channels.push(createWebhookChannel({ url, signingSecret, installation, text: webhook.text, nowMs: clock.nowMs }));
  }
  return channels;
}

/** Settings that an older program wrote and this one does not take hide no alert of the others: all feeds are looked at then. */
function enabledFeeds(connection: Connection): readonly FeedName[] {
  const feeds = readableSettingsOf(connection)?.feeds;
  return feeds ? FEED_NAMES.filter((feed) => feeds[feed].enabled) : FEED_NAMES;
}

async function wantedFeeds({ books }: Workspace): Promise<ReadonlyMap<string, ReadonlySet<FeedName>>> {
  const connections = await books.listConnections();
  return new Map(
    connections.map((connection) => {
      return [connection.id, new Set(enabledFeeds(connection))];
    }),
  );
}

function testMessage(at: string): AlertMessage {
  return {
    id: randomUUID() as Uuid,
    alerts: [
      {
        kind: 'raised',
        times: 0,
        alert: {
          key: 'test',
          rule: 'test',
          connectionId: null,
          connection: null,
          severity: 'notice',
          says: 'This is a test: alerts of seller-ledger arrive here.',
          next: 'Nothing to do.',
          episode: 1,
          firstSeen: at,
          lastSeen: at,
          resolvedAt: null,
          acknowledged: null,
          isMuted: false,
        },
      },
    ],
  };
}
