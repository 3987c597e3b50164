import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiveEvidence, syncConnection } from '../../src/app/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { DIALECTS, minorOf, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

type Shown = Readonly<Record<string, string>>;

const SCRIPT = '<script>globalThis.isRun = true</script>';
const IMAGE = '<img src=x onerror=globalThis.isRun=true>';
const SKU = `GRÖSSE-ß-${IMAGE}`;
const FEE = `Gebühr für Übergröße ${IMAGE} ${'sehr'.repeat(20)}`;
/** More rows behind one line than the page shows at once. */
const ORDERS = 260;

const sold = { type: 'Order', amountType: 'ItemPrice', sku: SKU, day: '2026-10-03' };
const BOOKED = smallSettlement(DIALECTS.DE, {
  settlementId: '70000000911',
  total: '273.00',
  rows: Array.from({ length: ORDERS }, () => ({ ...sold, description: 'Principal', order: SCRIPT, amount: '1.05' })),
});
const QUARANTINED = smallSettlement(DIALECTS.DE, {
  settlementId: '70000000912',
  total: '-1.05',
  rows: [{ ...sold, description: FEE, order: SCRIPT, amount: '-1.05' }],
});

describe.skipIf(!CHROMIUM)(`texts of others in a browser (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let vendors: Vendors;
  let test: TestBooks;
  let page: Awaited<ReturnType<typeof startHttp>>;
  let browser: Browser;
  let window: Window;
  let addresses: Readonly<Record<'booked' | 'quarantined' | 'entry' | 'rows', string>>;

  beforeAll(async () => {
    vendors = await startVendors({ seed: 'texts' });
    test = await openTestBooks({ clock: vendors.clock });
    const context = await vendors.context(test);
    for (const facts of [BOOKED, QUARANTINED]) {
      const chunks = (async function* () {
        yield settlementBytes(facts, DIALECTS.DE);
      })();
      const contentType = 'text/plain; charset=windows-1252';
      const { sha256 } = await test.books.putEvidence(chunks, { origin: 'test', contentType, headers: {} });
      await receiveEvidence(context, sha256, 'test');
    }
    await syncConnection(context, { waitForUnknown: true });
    page = await startHttp({ books: test.books, port: 0, about: () => ({ line: 'a test' }), log: silentLog });
    browser = await launchBrowser();
    window = await openWindow(browser, page);
    const { entry } = (await test.books.listEntries()).find((one) => one.origin.name === BOOKED.settlementId)!;
    const sales = entry.lines.findIndex(({ kind }) => kind === 'product-sale') + 1;
    addresses = {
      booked: `#settlement/${BOOKED.settlementId}`,
      quarantined: `#settlement/${QUARANTINED.settlementId}`,
      entry: `#entry/${entry.postingKey}`,
      rows: `#entry/${entry.postingKey}/${sales}`,
    };
  });

  afterAll(async () => {
    await browser?.close();
    await page?.close();
    await test?.close();
    await vendors?.close();
  });

  /** Elements that only markup in a text could have made, and what the browser refused because of it. */
  async function expectNoMarkup(own: Window): Promise<void> {
    expect(await own.page.locator('main script, main img').count()).toBe(0);
    expect(await own.ask('violations')).toEqual([]);
    expect(await own.page.evaluate('globalThis.isRun')).toBeUndefined();
  }

  it('markup in an order id, and letters of the file’s own encoding, are shown as they stand there', async () => {
    await window.open(addresses.rows);
    const [first] = await window.ask<Shown[]>('rows', `Amazon’s rows behind line ${addresses.rows.split('/')[2]}`);
    expect(first).toMatchObject({ 'order-id': SCRIPT, sku: SKU, amount: '1,05' });
    await expectNoMarkup(window);
  });

  it('a fee with markup and umlauts in its name is named so where it is quarantined', async () => {
    await window.open(addresses.quarantined);
    expect(await window.ask('rows', 'Cannot be booked')).toMatchObject([{ 'Amount description': FEE }]);
    expect(await window.page.locator('.problem').textContent()).toContain('Gebühr für Übergröße');
    await expectNoMarkup(window);
  });

  it('rows that are too many for one view come in parts, each row once, and sum to the line', async () => {
    await window.open(addresses.rows);
    const name = `Amazon’s rows behind line ${addresses.rows.split('/')[2]}`;
    const first = await window.ask<Shown[]>('rows', name);
    expect(await window.page.locator('.parts span').textContent()).toBe('Rows 1 to 200 of 260');
    await window.page.click('text="next rows"');
    await window.page.waitForSelector('.parts span:text-is("Rows 201 to 260 of 260")');
    const rows = [...first, ...(await window.ask<Shown[]>('rows', name))];
    expect(new Set(rows.map((row) => row.Row)).size).toBe(ORDERS);
    expect(rows.reduce((sum, row) => sum + minorOf(row.amount!, 2), 0n)).toBe(27_300n);
    expect(await window.page.locator('.rows').textContent()).toContain('The line is a credit of 273.00 EUR.');
    await window.page.click('text="from the first row"');
    await window.page.waitForSelector('.parts span:text-is("Rows 1 to 200 of 260")');
  });

  it('no text of any answer becomes markup, on no page, and none widens a narrow window', async () => {
    const own = await openWindow(browser, { url: page.url, width: 400 });
    await own.page.route('**/api/**', async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      const json: unknown = JSON.parse(text, (_, value) =>
        typeof value === 'string' ? `${value}${SCRIPT}${IMAGE}${'ä'.repeat(80)}` : value,
      );
      await route.fulfill({ response: answer, json });
    });
    for (const address of ['', ...Object.values(addresses)]) {
      await own.open(address);
      expect((await own.page.locator('main').textContent())!.split(SCRIPT).length, address).toBeGreaterThan(10);
      await expectNoMarkup(own);
      expect(await own.ask('sidewaysPx'), address).toBe(0);
    }
    expect(own.complaints).toEqual([]);
    await own.close();
  });

  it('control: a text that is set as markup is found, and its script does not run all the same', async () => {
    await window.open();
    await window.ask('plant', SCRIPT + IMAGE);
    expect(await window.page.locator('main script, main img').count()).toBe(2);
    await expect.poll(() => window.ask('violations'), { timeout: 8_000 }).toContain('script-src-attr');
    expect(await window.page.evaluate('globalThis.isRun')).toBeUndefined();
  });
});
