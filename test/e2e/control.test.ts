/** The pages of control in a real browser: reconciliation, month close, audit. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { openShop, type Shop } from '../entrypoints/shop.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

const WIDTHS = [1280, 1920, 390];
const PAGES = ['/reconciliation', '/month-close', '/audit'];
/** Everything that is measured of every page, on a busy machine. */
const LOOK_MS_MAX = 90_000;

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

  it(
    'have no serious barrier, complain of nothing, ask no other host, and fit the window at every width',
    async () => {
      for (const path of PAGES) {
        await window.resize(1280);
        await window.open(path);
        expect(await window.barriers(), path).toEqual([]);
        for (const width of WIDTHS) {
          await window.resize(width);
          expect(await window.sidewaysPx(), `${path} at ${width}`).toBeLessThanOrEqual(0);
        }
      }
      expect(window.complaints).toEqual([]);
      expect(window.requests.filter((address) => !address.startsWith(`${shop.page.url}/`))).toEqual([]);
    },
    LOOK_MS_MAX,
  );

  it('close a month with a reason, which the audit log then shows', async () => {
    await window.resize(1280);
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
      .getByText(/is closed through 2026-09/)
      .first()
      .waitFor();
    await window.open('/audit?text=agreed+with+the+controller');
    await page.getByText('period.close').first().waitFor();
  });

  it('prove the log, and lead from a posting key to its entry', async () => {
    const { page } = window;
    await window.open('/audit');
    await page.getByRole('button', { name: 'Verify the log' }).click();
    await page.getByText(/events, each as it was written/).waitFor();
    const [entry] = await shop.test.books.listEntries({ limit: 1 });
    await window.open(`/audit?text=${entry!.entry.postingKey}`);
    await page.getByText('Where this number leads').waitFor();
    await page.getByText(entry!.entry.postingKey).first().click();
    await expect.poll(() => page.url()).toContain(`/entries/${entry!.id}`);
  });

  it('speak German, with the words of the trade', async () => {
    const german = await openWindow(browser, { url: shop.page.url, language: 'de-DE', colorScheme: 'dark' });
    await german.open('/month-close');
    await german.page.getByText('Geschlossene Monate').first().waitFor();
    expect(await german.page.evaluate('document.documentElement.lang')).toBe('de');
    expect(await german.barriers()).toEqual([]);
    await german.close();
  });
});
