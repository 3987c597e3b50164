/** The pages of control in a real browser: reconciliation, month close, audit. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { openShop, type Shop } from '../entrypoints/shop.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

describe.skipIf(!CHROMIUM)(`the pages of control (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let shop: Shop;
  let browser: Browser;
  let window: Window;

  beforeAll(async () => {
    shop = await openShop('control');
    await shop.receive(settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US));
    browser = await launchBrowser();
    window = await openWindow(browser, shop.page);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  it('close a month with a reason, which the audit log then shows', async () => {
    await window.open('/month-close?month=2026-09');
    const { page } = window;
    await page.getByRole('button', { name: 'Close without accrual…' }).click();
    const dialog = page.locator('ui5-dialog');
    await dialog.getByRole('button', { name: 'Close the month' }).click();
    // Control: without a reason nothing is closed.
    await expect.poll(() => dialog.isVisible()).toBe(true);
    await dialog.getByRole('textbox').fill('all settled, agreed with the controller');
    await dialog.getByRole('button', { name: 'Close the month' }).click();
    await page
      .getByText(/is closed through September 2026/)
      .first()
      .waitFor();
    await window.open('/audit?text=agreed+with+the+controller');
    // What it is about has its name, its time has seconds, and the filters of the service are here.
    const row = page.getByRole('row').filter({ hasText: 'Month closed' });
    await row.getByText('Connection shop').first().waitFor();
    await row
      .getByText(/\d:\d\d:\d\d/)
      .first()
      .waitFor();
    await window.open('/audit?action=period.close&connection=shop&from=2000-01-01&actor=nobody');
    await page.getByText('No such event.').waitFor();
    await page.locator('[data-field="actor"] input').fill('');
    await row.first().waitFor();
  });

  it('show of an accrual that is only tried the account and the cost object of each line', async () => {
    const { page } = window;
    const line = { glAccount: '65003000', costCenter: 'CCUS', profitCenter: null, taxCode: null };
    const lines = [
      { ...line, amount: '15.00', text: 'Referral fees' },
      { ...line, glAccount: '41000000', costCenter: null, profitCenter: 'PCUS', amount: '-15.00', text: 'Sales' },
    ];
    const entry = {
      headerText: 'Accrual 2026-10',
      companyCode: '1710',
      postingDate: '2026-10-31',
      currency: 'USD',
      lines,
    };
    const made = { accrual: null, asOf: '2026-10-31T23:59:59Z', completeUntil: null, eventCount: 2, unclear: 0 };
    // What an accrual comes to is for other tests: here it is only shown.
    await page.route('**/api/v1/accruals', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ json: { ...made, quarantined: [], missing: [], obstacles: [], entries: [entry] } })
        : route.fallback(),
    );
    await window.open('/month-close?month=2026-10');
    await page.getByRole('button', { name: 'Show what is not settled' }).click();
    const draft = page.getByRole('grid', { name: /Accrual 2026-10/ });
    const rowOf = (account: string) => draft.getByRole('row').filter({ hasText: account });
    await rowOf('41000000').getByText('PCUS').waitFor();
    await rowOf('65003000').getByText('CCUS').waitFor();
    // Control: each has the one that is its own.
    expect(await draft.getByText('PCUS').count()).toBe(1);
    await page.unroute('**/api/v1/accruals');
  });

  it('prove the log, and lead from a posting key to its entry', async () => {
    const { page } = window;
    await window.open('/audit');
    await page.getByRole('button', { name: 'Verify the log' }).click();
    await page.getByText(/events, each as it was written/).waitFor();
    await page.getByRole('button', { name: 'Signing keys' }).click();
    const dialog = page.locator('ui5-dialog[open]');
    await dialog.getByText('in use', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Replace the key' }).click();
    await dialog.getByRole('textbox').fill('its time is over');
    await dialog.getByRole('button', { name: 'Replace the key' }).click();
    await dialog.getByText('handed over').waitFor();
    expect(await shop.test.books.listAuditKeys()).toHaveLength(2);
    const [entry] = await shop.test.books.listEntries({ limit: 1 });
    await window.open(`/audit?text=${entry!.entry.postingKey}`);
    await page.getByText('Where this number leads').waitFor();
    await page.getByText(entry!.entry.postingKey).first().click();
    await expect.poll(() => page.url()).toContain(`/entries/${entry!.id}`);
  });

  it('say in German what a number leads to, with the amount as it is written there', async () => {
    const german = await openWindow(browser, { ...shop.page, language: 'de-DE' });
    const [settlement] = await shop.test.books.listSettlements({ limit: 1 });
    await german.open(`/audit?text=${settlement!.settlementId}`);
    const found = german.page.locator('ui5-li[data-href]');
    await found
      .getByText(/^shop, [\d.]+,\d\d USD, \d von \d gebucht$/)
      .first()
      .waitFor();
    expect(await found.getByText(/posted|proposed|reversed/).count()).toBe(0);
    await german.close();
  });
});
