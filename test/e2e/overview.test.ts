/** The pages of whoever operates it, in a real browser: overview, connections, exceptions, jobs. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiveEvidence, syncConnection } from '../../src/app/index.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee } from '../entrypoints/settlement-files.ts';
import { startTestPage, type TestPage } from '../entrypoints/test-page.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

describe.skipIf(!CHROMIUM)(`the pages of operating (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let vendors: Vendors;
  let test: TestBooks;
  let service: TestPage;
  let browser: Browser;
  let window: Window;

  beforeAll(async () => {
    vendors = await startVendors({ seed: 'operating pages' });
    test = await openTestBooks({ clock: vendors.clock });
    const context = await vendors.context(test);
    await syncConnection(context, { waitForUnknown: true });
    const bytes = settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US);
    const chunks = (async function* () {
      yield bytes;
    })();
    const { sha256 } = await test.books.putEvidence(chunks, { origin: 'test', contentType: null, headers: {} });
    await receiveEvidence(context, sha256, 'test');
    service = await startTestPage(test);
    browser = await launchBrowser();
    window = await openWindow(browser, service);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await test?.close();
    await vendors?.close();
  });

  it('close the navigation when the window is narrowed, and open it over the page until one has chosen', async () => {
    const { page } = window;
    await window.resize(1280);
    await window.open('/');
    const navigation = page.locator('ui5-side-navigation');
    const isOpen = () => navigation.evaluate((each) => !each.hasAttribute('collapsed'));
    expect(await isOpen()).toBe(true);
    await window.resize(390);
    await expect.poll(isOpen).toBe(false);
    const menu = page.getByRole('button', { name: 'Navigation' });
    for (const chosen of ['Overview', 'Jobs']) {
      await menu.click();
      await expect.poll(isOpen).toBe(true);
      await page.locator(`ui5-side-navigation-item[text="${chosen}"]`).click();
      await expect.poll(isOpen).toBe(false);
    }
    await window.resize(1280);
    await expect.poll(isOpen).toBe(true);
  });

  it('show all columns of their tables at 1280', async () => {
    await window.resize(1280);
    await window.open('/');
    await window.page.getByRole('table', { name: 'Money in flight' }).waitFor();
    const hidden = () =>
      window.page.$$eval('.sl-scroll', (tables) => tables.map((each) => each.scrollWidth - each.clientWidth));
    expect(Math.max(...(await hidden()))).toBeLessThanOrEqual(0);
    // control: what has no room is seen.
    await window.page.evaluate(`document.querySelector('.sl-scroll').firstElementChild.style.minWidth = '3000px'`);
    expect(Math.max(...(await hidden()))).toBeGreaterThan(0);
  });

  it('come anew when their parts are gone, as after the program was replaced', async () => {
    const { page, complaints } = window;
    await window.open('/');
    const isOfJobs = /\/assets\/jobs-[^/]+\.js$/;
    let refused = 0;
    await page.route(isOfJobs, (route) => {
      refused += 1;
      return refused === 1 ? route.fulfill({ status: 404, body: '' }) : route.continue();
    });
    await page.locator('ui5-side-navigation-item[text="Jobs"]').click();
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    expect(refused).toBe(2);
    await page.unroute(isOfJobs);
    complaints.length = 0;
  });

  it('say that a part cannot be loaded where loading the page anew did not help, and go on once it is there', async () => {
    const { page, complaints } = window;
    await window.open('/');
    // As if it had been loaded anew for this a moment ago.
    await page.evaluate(`sessionStorage.setItem('seller-ledger.reloaded', String(Date.now() + 60_000))`);
    const isOfAudit = /\/assets\/audit-[^/]+\.js$/;
    await page.route(isOfAudit, (route) => route.fulfill({ status: 404, body: '' }));
    await page.locator('ui5-side-navigation-item[text="Audit"]').click();
    await page.getByRole('heading', { name: 'A part of this page cannot be loaded' }).waitFor();
    await page.unroute(isOfAudit);
    await page.getByRole('button', { name: 'Load the page anew' }).click();
    await page.getByRole('heading', { name: 'Audit', exact: true }).waitFor();
    await page.evaluate(`sessionStorage.clear()`);
    complaints.length = 0;
  });

  it('say what to do and what to tell where drawing one fails, with nothing of the records, and leave the others', async () => {
    const { page, complaints } = window;
    const isOfWorkers = /\/api\/v1\/workers$/;
    await window.open('/');
    await page.route(isOfWorkers, (route) => route.fulfill({ json: { secret: 'of nobody', items: 'of nobody' } }));
    await page.locator('ui5-side-navigation-item[text="Jobs"]').click();
    await page.getByRole('heading', { name: 'This page cannot be shown' }).waitFor();
    const report = await page.locator('.page-boundary pre').textContent();
    expect(report).toMatch(/^TypeError: [\w$.]+ is not a function\n +at /);
    expect(report).not.toContain('nobody');
    await expect.poll(() => window.barriers()).toEqual([]);
    // What is around the page stays, and leads on.
    await page.locator('ui5-side-navigation-item[text="Overview"]').click();
    await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor();
    // control: the same page is drawn once nothing is wrong with what it reads.
    await page.unroute(isOfWorkers);
    await page.locator('ui5-side-navigation-item[text="Jobs"]').click();
    await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor();
    expect(complaints.some((text) => text.includes('is not a function'))).toBe(true);
    complaints.length = 0;
  });

  it('add a connection once nothing is wrong with it, and say of each check what to do', async () => {
    const { page } = window;
    await window.open('/add-connection');
    const fill = (label: string, text: string) => page.getByRole('textbox', { name: label, exact: true }).fill(text);
    await fill('Name', 'Amazon US');
    await fill('Merchant id', 'A2EXAMPLE1234');
    await fill('Client id of the application', 'client');
    await fill('Client secret', 'secret');
    await fill('Refresh token', 'token');
    await fill('Address of the interface', 'http://127.0.0.1:9');
    await fill('Address of the log-on', 'http://127.0.0.1:9');
    await fill('Address of the system', 'http://127.0.0.1:9');
    await fill('Address of the journal entry service', '/sap/bc/srt/service');
    await fill('User shown in the document', 'AMZ_POST');
    await fill('User', 'AMZ_POST');
    await fill('Password', 'password');
    await page.getByRole('button', { name: 'Store the connection' }).click();
    await page
      .locator('.form-field-problem')
      .getByText(/must be 1 to 40 small letters/)
      .waitFor();
    await fill('Name', 'amazon-us');
    await page.getByRole('button', { name: 'Store the connection' }).click();
    // Nothing answers there; whoever knows why stores it all the same.
    await page
      .locator('.form-field-problem')
      .getByText(/SAP_UNREACHABLE/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Store it all the same' }).click();
    await expect.poll(() => page.url()).toContain('/connections/amazon-us');
    await page.getByRole('button', { name: 'Try the log-ons' }).click();
    await page.getByText('Something that is needed does not work.').waitFor();
  });

  it('say beside the field what cannot be an end of a pause, a setting of booking, or a secret', async () => {
    const { page } = window;
    await window.open('/connections/amazon-us');
    const dialog = page.locator('ui5-dialog[open]');
    const fault = dialog.locator('.form-field-problem, .sl-fault');
    const confirm = (name: string) => dialog.getByRole('button', { name, exact: true }).click();
    const why = () => dialog.getByRole('textbox', { name: /^Reason/ });
    await page.getByRole('button', { name: 'Pause settlements' }).click();
    await why().fill('a test');
    await dialog.getByRole('textbox', { name: /^Until/ }).fill('yesterday');
    await confirm('Pause');
    await fault.getByText(/is not a time to come/).waitFor();
    expect(await dialog.locator('ui5-message-strip').count()).toBe(0);
    await confirm('Cancel');
    await page
      .getByRole('button', { name: /^Replace/ })
      .first()
      .click();
    await why().fill('a test');
    await confirm('Save');
    await fault.getByText(/empty/).waitFor();
    expect(await dialog.locator('ui5-message-strip').count()).toBe(0);
    await confirm('Cancel');
  });

  it('say beside what was asked for that no process takes it', async () => {
    const { page } = window;
    await window.open('/connections/amazon-us');
    const dialog = page.locator('ui5-dialog[open]');
    await page.getByRole('button', { name: 'Run now payouts' }).click();
    await dialog.getByText(/^No process takes jobs/).waitFor();
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('a test');
    await dialog.getByRole('button', { name: 'Run now', exact: true }).click();
    const row = page.getByRole('row').filter({ hasText: 'Asked for' });
    await row.getByText(/^No process takes jobs/).waitFor();
  });

  it('lead from the overview to what failed, and do it again with a reason and an answer', async () => {
    const { page } = window;
    await window.open('/');
    await page.getByRole('link', { name: 'Settlements in quarantine', exact: true }).waitFor();
    // What an alert is about leads to its page.
    await page.getByRole('link', { name: 'Settlement in quarantine' }).click();
    await expect.poll(() => page.url()).toContain('/settlements/');
    await window.open('/exceptions?kind=rejected');
    await page.getByText('Nothing of this kind has failed.').waitFor();
    await window.open('/exceptions');
    await page.getByRole('button', { name: 'Work out anew' }).first().click();
    const dialog = page.locator('ui5-dialog');
    await dialog.getByRole('textbox').fill('the table was taught');
    await dialog.getByRole('button', { name: 'Work out anew' }).click();
    await page
      .getByText(/^Result: /)
      .first()
      .waitFor();
  });

  it('say in German what failed and what to do, and only then fetch the German words', async () => {
    const isGerman = (url: string) => url.includes('/german-words-');
    expect(window.requests.filter(isGerman)).toEqual([]);
    const german = await openWindow(browser, { url: service.url, language: 'de-DE' });
    const { page } = german;
    await german.open('/exceptions');
    await page.getByText(/bringen Sie es bei: auf der Seite Kontenfindung/).waitFor();
    await page.getByText(/Was diese drei Wörter bedeuten, ist nicht bekannt/).waitFor();
    expect(await page.getByText(/teach it: seller-ledger/).count()).toBe(0);
    expect(german.requests.filter(isGerman)).toHaveLength(1);
    await german.open('/');
    await page.getByText(/ist in Quarantäne \(LINE_KIND_UNKNOWN\); nichts davon ist gebucht/).waitFor();
    await expect.poll(() => german.barriers()).toEqual([]);
    expect(german.complaints).toEqual([]);
    await german.close();
  }, 60_000);
});
