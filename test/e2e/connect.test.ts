/** From nothing to the first settlement, by the page alone: what whoever installs the program does, with whatever one types wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLocalDate } from '../../src/core/index.ts';
import { type PretendVendors, startPretendVendors } from '../../src/entrypoints/demo/pretend-vendors.ts';
import { loadAccountTable, templateText } from '../../src/entrypoints/files.ts';
import { systemClock } from '../../src/entrypoints/system.ts';
import type { Database } from '../../src/store/index.ts';
import { OWN_PASSWORD } from '../entrypoints/sign-in-kit.ts';
import { runCli } from '../kill/cli.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';
import { type RunningProgram, startProgram } from './demo.ts';

const DAY_MS = 86_400_000;
/** One period of 14 days has closed within them, and its report has appeared. */
const TRADING_DAYS = 20;
/** The service looks every 15 seconds what is due. */
const FIRST_SYNC_MS = 45_000;

interface Settings {
  readonly sellerAccount: string;
  readonly amazon: Readonly<Record<'endpoint' | 'lwaUrl' | 'clientId' | 'clientSecret' | 'refreshToken', string>>;
  readonly sap: Readonly<Record<'baseUrl' | 'journalEntryUrl', string>> & {
    readonly authentication: Readonly<Record<'tokenUrl' | 'clientId' | 'clientSecret', string>>;
  };
}

describe.skipIf(!CHROMIUM)(`a seller and a SAP system (${SKIPPED_WITHOUT_BROWSER})`, () => {
  const home = mkdtempSync('/var/tmp/seller-ledger-connect-');
  let vendors: PretendVendors;
  let database: Database;
  let program: RunningProgram;
  let browser: Browser;
  let window: Window;
  let page: Page;
  let right: Settings;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const day = (ago: number) =>
      parseLocalDate(new Date(systemClock.nowMs() - ago * DAY_MS).toISOString().slice(0, 10));
    vendors = await startPretendVendors({
      table: loadAccountTable(),
      seed: 'connect',
      from: day(TRADING_DAYS),
      to: day(0),
      folder: home,
      accounts: [{ marketplace: 'US' }],
      nowMs: systemClock.nowMs,
      ordersPerDay: 2,
    });
    right = vendors.connectionFile('acme-us') as unknown as Settings;
    database = await openTestDatabase();
    // Whoever names a server means it: without one, an empty home is shown the demo.
    environment = { SELLER_LEDGER_HOME: home, DATABASE_URL: urlOf(database) };
    [program, browser] = await Promise.all([startProgram(['start', '--port', '0'], environment), launchBrowser()]);
    window = await openWindow(browser, program);
    page = window.page;
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await database?.close();
    await vendors?.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** The field, whatever kind of field it is. */
  const field = (label: string): Locator =>
    page.locator('.sl-form > div').filter({ has: page.locator(`[accessible-name="${label}"]`) });
  const fill = (label: string, text: string) => field(label).locator('input, textarea').fill(text);
  /** What stands beside each field, by its label. */
  const faults = () =>
    page.$$eval('.sl-form > div', (fields) =>
      Object.fromEntries(
        fields.map((each) => [
          each.querySelector('[accessible-name]:not(ui5-file-uploader)')?.getAttribute('accessible-name') ??
            'Account table',
          (each.querySelector('.form-field-problem, .sl-fault')?.textContent ?? '').replace('⚠ ', ''),
        ]),
      ),
    );
  const choose = async (label: string, option: string) => {
    await field(label).locator('ui5-select').click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  const store = () => page.getByRole('button', { name: 'Store the connection' }).click();
  const accountTable = (text: string) =>
    page.locator('.sl-form input[type=file]').setInputFiles({
      name: 'accounts.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from(text),
    });
  const problemsBeside = (expected: Readonly<Record<string, RegExp>>) =>
    expect
      .poll(faults, { timeout: 15_000 })
      .toMatchObject(
        Object.fromEntries(Object.entries(expected).map(([label, says]) => [label, expect.stringMatching(says)])),
      );

  it('are let in by a password that holds once', async () => {
    const why = ['--why', 'first sign-in'];
    // In a company of one, who installs it also keeps the books.
    await runCli(['users', 'roles', 'admin', 'administrator', 'accountant', ...why], environment);
    const reset = await runCli(['users', 'reset-password', 'admin', ...why, '--json'], environment);
    const { password } = JSON.parse(reset.out) as { password: string };
    await page.goto(program.url);
    const input = (name: string) => page.locator(`input[name="${name}"]`);
    await input('name').fill('admin');
    await input('password').fill(password);
    await input('password').press('Enter');
    await input('newPassword').fill(OWN_PASSWORD);
    await input('again').fill(OWN_PASSWORD);
    await input('password').fill(password);
    await input('again').press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.locator('a[href="/add-connection"]').click();
    await page.getByRole('button', { name: 'Store the connection' }).waitFor();
  }, 120_000);

  it('are not joined while a setting is missing or cannot be one: each has its problem beside it', async () => {
    await store();
    await problemsBeside({ Name: /missing/, 'Client secret': /missing/, 'User shown in the document': /missing/ });
    await choose('Region', 'North America');
    await choose('How to log on', 'OAuth 2.0');
    await fill('Name', 'Acme US');
    await fill('Merchant id', 'acme');
    await fill('Marketplaces', 'US, DE');
    await fill('Client id of the application', 'x'.repeat(201));
    await fill('Client secret', 'with a space');
    await fill('Refresh token', 'Atzr|ümlaut');
    await fill('Address of the interface', 'http://elsewhere.example');
    await fill('Address of the log-on', 'not an address');
    await fill('Address of the system', 'ftp://sap.example');
    await fill('Address of the journal entry service', 'http://sap.example/post');
    await fill('User shown in the document', 'THIRTEEN_CHAR');
    await fill('Client (on-premise)', '1a0');
    await fill('Address of the token server', 'http://sap.example/token');
    await fill('Client id', 'x');
    await fill('Client secret of SAP', 'x');
    await fill('Language of messages', 'English');
    await fill('Address of a proxy', 'socks://proxy.example');
    await fill('Requests at a time', '99');
    await fill('Automatic up to', 'much EUR');
    await fill('Two people above', '10 XXXX');
    await fill('Book settlements that end from', 'tomorrow');
    await store();
    await problemsBeside({
      Name: /small letters/,
      'Merchant id': /merchant id/,
      Marketplaces: /"DE" is not a marketplace of region NA/,
      'Client id of the application': /at most 200/,
      'Client secret': /without spaces/,
      'Refresh token': /visible ASCII/,
      'Address of the interface': /must be an https address/,
      'Address of the log-on': /must be an https address/,
      'Address of the system': /must be an absolute http/,
      'Address of the journal entry service': /must be https/,
      'User shown in the document': /at most 12/,
      'Client (on-premise)': /three digits/,
      'Address of the token server': /must be https/,
      'Language of messages': /two capital letters/,
      'Address of a proxy': /http\(s\):\/\/host:port/,
      'Requests at a time': /at most 32/,
      'Automatic up to': /must be an amount/,
      'Two people above': /ISO 4217/,
      'Book settlements that end from': /calendar day/,
    });
  }, 90_000);

  it('are not joined while Amazon or SAP do not let in: the problem stands beside what is wrong', async () => {
    const { amazon, sap } = right;
    await fill('Name', 'acme-us');
    await fill('Merchant id', right.sellerAccount);
    await fill('Marketplaces', 'US');
    await fill('Client id of the application', 'amzn1.application-oa2-client.mistyped');
    await fill('Client secret', amazon.clientSecret);
    await fill('Refresh token', amazon.refreshToken);
    await fill('Address of the interface', amazon.endpoint);
    await fill('Address of the log-on', amazon.lwaUrl);
    await fill('Address of the system', sap.baseUrl);
    await fill('Address of the journal entry service', sap.journalEntryUrl);
    await fill('User shown in the document', 'PRETEND');
    await fill('Client (on-premise)', '');
    await fill('Address of the token server', sap.authentication.tokenUrl);
    await fill('Client id', sap.authentication.clientId);
    await fill('Client secret of SAP', 'mistyped');
    for (const label of ['Language of messages', 'Address of a proxy', 'Requests at a time']) await fill(label, '');
    for (const label of ['Automatic up to', 'Two people above', 'Book settlements that end from'])
      await fill(label, '');
    await store();
    await problemsBeside({
      'Client id of the application': /^AMAZON_CLIENT_REFUSED: /,
      'Client secret': /^AMAZON_CLIENT_REFUSED: /,
      'Client secret of SAP': /^SAP_TOKEN_REFUSED: /,
    });
    await fill('Client id of the application', amazon.clientId);
    await fill('Refresh token', 'Atzr|mistyped');
    await fill('Client secret of SAP', sap.authentication.clientSecret);
    await fill('Address of the journal entry service', '/sap/bc/srt/mistyped');
    await accountTable(templateText().replaceAll('1710', '1799'));
    await store();
    await problemsBeside({
      'Refresh token': /^AMAZON_LOGIN_REVOKED: /,
      'Address of the journal entry service': /^SAP_SERVICE_NOT_FOUND: /,
      'Account table': /^SAP_COMPANY_CODE_UNKNOWN: .*1799/,
    });
    await accountTable(templateText().replace('companyCode: 1710', 'companyCode: 17100'));
    await store();
    await problemsBeside({ 'Account table': /^The account table accounts.yaml has .*\n\d+:\d+ companyCodes/ });
  }, 90_000);

  it('work together once all of it is right, and the first settlement waits for approval', async () => {
    const { amazon, sap } = right;
    await fill('Refresh token', amazon.refreshToken);
    await fill('Address of the journal entry service', sap.journalEntryUrl);
    await accountTable(templateText());
    await store();
    await expect.poll(() => page.url(), { timeout: 15_000 }).toContain('/connections/acme-us');
    await page.getByRole('button', { name: 'Check everything' }).click();
    await page.getByText('Everything that is needed works.').waitFor();
    await page.getByRole('button', { name: 'Run now settlements' }).click();
    const dialog = page.locator('ui5-dialog[open]');
    await dialog.getByRole('button', { name: 'Run now' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('textbox').fill('the first one');
    await dialog.getByRole('button', { name: 'Run now' }).click();
    await dialog.waitFor({ state: 'detached' });
    await window.open('/');
    await page
      .getByRole('link', { name: 'Entries and reversals to approve', exact: true })
      .waitFor({ timeout: FIRST_SYNC_MS });
    const [entry] = await settlementsThatWait();
    expect(entry).toMatchObject({ state: 'proposed' });
    expect(window.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  }, 90_000);

  it('are reached in another way once that was tried and its difference seen; who was slower is told and loses nothing', async () => {
    await window.open('/connections/acme-us/settings');
    await fill('User shown in the document', 'MINE');
    await fill('Client secret made on', 'Nov 1, 2026');
    await fill('Language of messages', 'DE');
    await fill('Time for a read (ms)', '20000');
    await fill('Headers for a gateway', 'X-Way: mine');
    await fill('Client secret', 'mistyped');
    const go = () => page.getByRole('button', { name: 'Show what changes' }).click();
    await go();
    await problemsBeside({ 'Client secret': /^AMAZON_CLIENT_REFUSED: / });
    await fill('Client secret', right.amazon.clientSecret);
    const { sap } = vendors.connectionFile('acme-us') as unknown as Settings;
    const theirs = { ...vendors.connectionFile('acme-us'), sap: { ...sap, createdByUser: 'THEIRS' } };
    const file = join(home, 'theirs.json');
    writeFileSync(file, JSON.stringify(theirs));
    await runCli(['connections', 'update', 'acme-us', '--file', file, '--reason', 'another user'], environment);
    await go();
    const others = page.getByRole('table', { name: 'What others changed' });
    await others.getByText('THEIRS').waitFor();
    await page.getByRole('button', { name: 'Go on from what they are now' }).click();
    await others.waitFor({ state: 'detached' });
    await go();
    const dialog = page.locator('ui5-dialog[open]');
    const changes = dialog.getByRole('table', { name: 'What changes' });
    await changes
      .getByRole('row')
      .filter({ hasText: 'User shown in the document' })
      .getByText('MINE')
      .waitFor({ timeout: 45_000 });
    expect(await changes.textContent()).toMatch(/THEIRS[\s\S]*MINE[\s\S]*Client secret/);
    await dialog.getByRole('textbox').fill('a user of its own');
    await dialog.getByRole('button', { name: 'Change the settings' }).click();
    await expect.poll(() => page.url(), { timeout: 15_000 }).toMatch(/\/connections\/acme-us$/);
    const { out } = await runCli(['connections', 'show', 'acme-us', '--json'], environment);
    expect(JSON.parse(out)).toMatchObject({
      settings: {
        amazon: { secretIssuedOn: '2026-11-01' },
        sap: { createdByUser: 'MINE', language: 'DE', readTimeoutMs: 20_000, extraHeaders: { 'X-Way': 'mine' } },
      },
    });
  }, 90_000);

  async function settlementsThatWait(): Promise<readonly { readonly state: string }[]> {
    const { out } = await runCli(['settlements', 'list', '--json'], environment);
    const list = JSON.parse(out) as { items?: readonly { state: string }[] } | readonly { state: string }[];
    return Array.isArray(list) ? list : ((list as { items: readonly { state: string }[] }).items ?? []);
  }
});
