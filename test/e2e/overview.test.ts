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
      .locator('.sl-fault')
      .getByText(/^must be 1 to 40 small letters/)
      .waitFor();
    await fill('Name', 'amazon-us');
    await page.getByRole('button', { name: 'Store the connection' }).click();
    await expect.poll(() => page.url()).toContain('/connections/amazon-us');
    await page.getByRole('button', { name: 'Try the log-ons' }).click();
    await page.getByText('Something that is needed does not work.').waitFor();
  });

  it('lead from the overview to what failed, and do it again with a reason and an answer', async () => {
    const { page } = window;
    await window.open('/');
    await page.getByRole('link', { name: 'Settlements in quarantine' }).waitFor();
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
});
