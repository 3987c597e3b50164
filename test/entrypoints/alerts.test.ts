/** Alerts from the books to the people: found, listed, sent, acknowledged, muted and over. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUIET } from '../../src/app/alerts/alert.fixture.ts';
import { QUICK_RULES, SYSTEM } from '../../src/app/index.ts';
import { quickFindings, tellWhatIsNew } from '../../src/entrypoints/alerts/alert-work.ts';
import { approvalsOverdue } from '../../src/entrypoints/alerts/approval-facts.ts';
import { backupStatus } from '../../src/entrypoints/backup/backup-status.ts';
import { openWorkspace, type Workspace } from '../../src/entrypoints/composition.ts';
import { signInSettingsReader } from '../../src/entrypoints/http/sign-in/read-settings.ts';
import { installationSection, readInstallationFile } from '../../src/entrypoints/installation-file.ts';
import { retentionRulesIn } from '../../src/entrypoints/retention.ts';
import { SIGN_IN_DEFAULTS } from '../../src/entrypoints/sign-in-settings.ts';
import { createAlertStore, sql } from '../../src/store/index.ts';
import { type SmtpStandIn, startSmtp } from '../contract/smtp-stand-in.ts';
import { urlOf } from '../store/database.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';
import { DIALECTS, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

const PASSWORD = 'canary-password-4711';
const NEVER = new AbortController().signal;

let line: CommandLine;
let mail: SmtpStandIn;
let workspace: Workspace;
let key: string;
beforeAll(async () => {
  line = await openCommandLine();
  mail = await startSmtp({ password: PASSWORD });
  const options = { environment: { SELLER_LEDGER_LOG: 'silent' }, home: line.folder };
  workspace = await openWorkspace({ ...options, databaseUrl: urlOf(line.database) });
  expect(await line.importFile(settlementWithUnknownFee(DIALECTS.US))).toMatchObject({ exitCode: 3 });
});
afterAll(async () => {
  await workspace.close();
  await mail.close();
  await line.close();
});

function settingsFile(email: object, more: object = {}): string {
  const path = join(line.folder, 'settings.yaml');
  const usual = { host: '127.0.0.1', port: mail.port, security: 'none', user: 'ledger', password: PASSWORD };
  const sender = { from: 'ledger@company.example', to: ['books@company.example'] };
  writeFileSync(
    path,
    JSON.stringify({ alerts: { installation: 'test', email: { ...usual, ...sender, ...email }, ...more } }),
  );
  return path;
}

/** As if it had happened so much earlier; only the record of who was told and when things ended is moved. */
async function age(minutes: number): Promise<void> {
  const by = sql`${minutes} * interval '1 minute'`;
  await line.database.query(sql`update alert set resolved_at = resolved_at - ${by}`);
  await line.database.query(
    sql`update alert_channel set last_sent_at = last_sent_at - ${by}, next_try_at = next_try_at - ${by}`,
  );
  await line.database.query(sql`update alert_told set told_at = told_at - ${by}`);
}

const tell = () => tellWhatIsNew(workspace, NEVER);

describe('alerts', () => {
  it('ALERT_CHANNEL_MISSING: without a channel in the settings there is nothing to test', async () => {
    expect(await line.json('alerts', 'test')).toMatchObject({ problem: { code: 'ALERT_CHANNEL_MISSING' } });
  });

  it('are found in the state of the books, with exit code 3, also with no service and no channel', async () => {
    const { exitCode, out } = await line.run('alerts', 'check', '--thorough', '--json');
    const found: { rule: string }[] = JSON.parse(out);
    expect(exitCode).toBe(3);
    // The newest settlement of a test ended long ago.
    expect(found.map(({ rule }) => rule).sort()).toEqual(['settlement-overdue', 'settlement-quarantined']);
    const alert = JSON.parse(out).find(({ rule }: { rule: string }) => rule === 'settlement-quarantined');
    expect(alert).toMatchObject({
      rule: 'settlement-quarantined',
      connection: 'acme',
      severity: 'warning',
      episode: 1,
    });
    expect(alert.next).toBe('seller-ledger settlements show 70000000902');
    key = alert.key;
    expect((await line.run('alerts', 'list')).out).toContain('  next: seller-ledger settlements show 70000000902\n');
  });

  it('the settings keep a password that a file leaves out, for the same server and user only', async () => {
    const update = (path: string) => line.json('settings', 'update', '--file', path, '--why', 'a test');
    expect(await update(settingsFile({}))).toMatchObject({ secretNames: ['alerts.email.password'] });
    expect(await update(settingsFile({ password: undefined }))).toMatchObject({
      secretNames: ['alerts.email.password'],
    });
    for (const other of [{ host: 'elsewhere.example' }, { user: 'other' }, { port: 25 }, { security: 'tls' }]) {
      const { problem } = await update(settingsFile({ password: undefined, ...other }));
      expect(problem).toMatchObject({
        code: 'SETTINGS_INVALID',
        data: expect.stringContaining('alerts.email.password'),
      });
    }
    const { out } = await line.run('settings', 'show', '--json');
    expect(out).not.toContain(PASSWORD);
    expect(JSON.parse(out).secretNames).toEqual(['alerts.email.password']);
  });

  it('a test message reaches the mailbox', async () => {
    expect(await line.json('alerts', 'test')).toEqual([{ channel: 'email', ok: true, problem: null }]);
    expect(mail.mails.at(-1)?.text).toContain('This is a test');
  });

  it('are sent once, together, and not again by the next look', async () => {
    const before = mail.mails.length;
    expect(await tell()).toEqual({ sent: 1, failed: 0 });
    await line.run('alerts', 'check');
    expect(await tell()).toEqual({ sent: 0, failed: 0 });
    expect(mail.mails).toHaveLength(before + 1);
    expect(mail.mails.at(-1)?.text).toContain('Settlement 70000000902 of acme is quarantined');
  });

  it('that stay open are told again, until somebody acknowledges them', async () => {
    await age(24 * 60);
    expect(await tell()).toMatchObject({ sent: 1 });
    expect(mail.mails.at(-1)?.text).toContain('WARNING, still: Settlement');
    await line.json('alerts', 'acknowledge', key, '--why', 'asking the seller');
    await line.json('alerts', 'mute', 'settlement-overdue', '--connection', 'acme', '--why', 'no sales in autumn');
    await age(24 * 60);
    expect(await tell()).toMatchObject({ sent: 0 });
    expect((await line.run('alerts', 'list')).out).toContain('acknowledged by anna: asking the seller');
    expect((await line.run('alerts', 'check')).exitCode).toBe(0);
  });

  it('ALERT_UNKNOWN, ALERT_RULE_UNKNOWN, ALERT_TIME_INVALID, ALERT_MUTE_UNKNOWN: what is not there is said', async () => {
    const codeOf = async (...args: string[]) => (await line.json('alerts', ...args, '--why', 'x')).problem.code;
    expect(await codeOf('acknowledge', 'nothing')).toBe('ALERT_UNKNOWN');
    expect(await codeOf('mute', 'nothing')).toBe('ALERT_RULE_UNKNOWN');
    expect(await codeOf('mute', 'sap-paused', '--until', 'tomorrow')).toBe('ALERT_TIME_INVALID');
    expect(await codeOf('mute', 'sap-paused', '--until', '2020-12-01')).toBe('ALERT_TIME_INVALID');
    expect(await codeOf('unmute', '4711')).toBe('ALERT_MUTE_UNKNOWN');
    const [mute] = await line.json('alerts', 'mutes');
    expect(mute).toMatchObject({ what: 'settlement-overdue', connection: 'acme', by: 'anna', until: null });
    expect(await line.json('alerts', 'unmute', String(mute.id), '--why', 'sales again')).toEqual({ id: mute.id });
  });

  it('that are over are told so once, and what swings back at once is the same alert', async () => {
    const store = createAlertStore(line.database);
    const open = await store.listAlerts();
    await store.recordAlerts([], QUICK_RULES);
    await store.recordAlerts(open, QUICK_RULES);
    expect((await store.listAlerts()).map(({ episode }) => episode)).toEqual([1, 1]);
    await store.recordAlerts([], QUICK_RULES);
    expect(await tell()).toMatchObject({ sent: 0 });
    await age(6);
    expect(await tell()).toMatchObject({ sent: 1 });
    expect(mail.mails.at(-1)?.text).toContain('RESOLVED: Settlement 70000000902');
    expect(await tell()).toMatchObject({ sent: 0 });
    await store.recordAlerts(open, QUICK_RULES);
    expect(await store.listAlerts()).toMatchObject([
      { episode: 2, acknowledged: null },
      { episode: 2, acknowledged: null },
    ]);
  });

  it('wait while the mail server is away, longer each time, and lose nothing', async () => {
    await mail.close();
    await age(10);
    expect(await tell()).toEqual({ sent: 0, failed: 1 });
    expect(await tell()).toEqual({ sent: 0, failed: 0 });
    const away = await channelState();
    expect(away).toMatchObject({ failures: 1, problem: { code: 'ALERT_NOT_DELIVERED' } });
    await age(2);
    expect(await tell()).toEqual({ sent: 0, failed: 1 });
    expect((await line.run('alerts', 'test')).exitCode).toBe(5);
    mail = await startSmtp({ password: PASSWORD });
    await line.json('settings', 'update', '--file', settingsFile({}), '--why', 'a new server');
    await age(5);
    expect(await tell()).toEqual({ sent: 1, failed: 0 });
    expect(mail.mails.at(-1)?.text).toContain('2 warning');
    expect(await channelState()).toMatchObject({ failures: 0, problem: null });
  });

  it('leave no secret in the audit log, which names who acknowledged and muted', async () => {
    const events = await workspace.books.listEvents();
    expect(JSON.stringify(events)).not.toContain(PASSWORD);
    const actions = events.filter(({ subject }) => subject === 'installation/alerts').map(({ action }) => action);
    expect(actions).toEqual(['alert.acknowledge', 'alert.mute', 'alert.unmute']);
    expect((await workspace.books.verify()).ok).toBe(true);
  });

  const channelState = async () =>
    (await createAlertStore(line.database).readAlertNews({ channels: ['email'], minimum: 'warning', remindMs: 1 }))
      .channels[0];
});

describe('an entry that people have to approve', () => {
  it('is told when it waits too long, and no longer once it is approved', async () => {
    const settlement = smallSettlement(DIALECTS.US);
    await line.importFile(settlement);
    const facts = await createAlertStore(line.database).readAlertFacts(QUIET.limits);
    expect(facts.databaseFolder).toMatch(/^\//);
    const HOUR_MS = 3_600_000;
    const overdueAfter = async (hours: number) => {
      const { undecided } = await createAlertStore(line.database).readAlertFacts(QUIET.limits);
      return approvalsOverdue(workspace, { undecided, nowMs: facts.nowMs + hours * HOUR_MS }, 24 * HOUR_MS);
    };
    expect(await overdueAfter(23)).toEqual([]);
    expect(await overdueAfter(25)).toMatchObject([{ connection: 'acme', count: 1 }]);
    const [waiting] = await line.json('approvals', 'list', 'acme');
    await line.run('entries', 'approve', waiting.postingKey, '--why', 'as checked');
    expect(await overdueAfter(25)).toEqual([]);
  });
});

describe('the section `alerts` of the settings', () => {
  const read = (alerts: object) => {
    const path = join(line.folder, 'read.yaml');
    writeFileSync(path, JSON.stringify({ alerts }));
    return readInstallationFile(path, () => undefined);
  };

  it('takes the address of a webhook for a secret', () => {
    const file = read({ webhook: { url: 'https://hooks.example/T000/canary', secret: 'a-long-signing-secret' } });
    expect(JSON.stringify(file.settings)).not.toContain('canary');
    expect(Object.keys(file.secrets)).toEqual(['alerts.webhook.url', 'alerts.webhook.secret']);
    expect(installationSection(file.settings, 'alerts')).toMatchObject({ messages: 'together', webhook: {} });
  });

  it.each([
    ['a webhook without an address', { webhook: {} }, 'alerts.webhook.url: is missing'],
    ['a webhook that is not encrypted', { webhook: { url: 'http://hooks.example/x' } }, 'must begin with https://'],
    ['a signing secret that can be guessed', { webhook: { url: 'https://h.example', secret: 'short' } }, 'at least 16'],
    ['a placeholder that is not known', { webhook: { url: 'https://h.example', text: '{password}' } }, '{password}'],
    ['a name with a line break', { installation: 'a\nb' }, 'alerts.installation'],
    ['a recipient that is no address', { email: { host: 'h', from: 'a@b.c', to: ['nobody'] } }, 'alerts.email.to.0'],
    ['a severity that is not known', { minimum: 'loud' }, 'notice, warning or critical'],
  ])('SETTINGS_INVALID: %s', (_what, alerts, says) => {
    expect(() => read(alerts)).toThrow(expect.objectContaining({ data: expect.stringContaining(says) }));
  });

  it('that an older program wrote and this one does not take hides no alert, and keeps nobody from anything else', async () => {
    const found = async () => (await quickFindings(workspace)).found.map(({ key }) => key);
    const before = await found();
    expect(before).toContain(`settlement-overdue:${(await workspace.books.getConnection('acme')).id}`);
    const store = (settings: object) =>
      workspace.books.changeInstallation(
        { settings: { ...settings }, secrets: {}, keptSecretNames: [] },
        SYSTEM,
        'test',
      );
    await store({ alerts: { of: 'an older program' }, retention: { ordersMonths: 30 } });

    expect(await found()).toEqual(before);
    await expect(tell()).rejects.toMatchObject({ code: 'SETTINGS_INVALID', data: expect.stringContaining('alerts: ') });
    expect(await retentionRulesIn(workspace.books)).toMatchObject({ ordersMonths: 30 });
    expect(await signInSettingsReader(workspace)()).toEqual(SIGN_IN_DEFAULTS);
    expect((await backupStatus(workspace)).settings).toBeNull();

    // control: whoever needs a section that is not taken is told.
    await store({ retention: { of: 'an older program' }, signIn: { of: 'an older program' } });
    await expect(retentionRulesIn(workspace.books)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await expect(signInSettingsReader(workspace)()).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(await found()).toEqual(before);
  });
});
