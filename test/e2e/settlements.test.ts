/** Settlements in a real browser: from quarantine to SAP, from a SAP number down to the rows, and a file that is tried. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DIALECTS,
  settlementBytes,
  settlementWithUnknownFee,
  smallSettlement,
} from '../entrypoints/settlement-files.ts';
import { openShop, type Shop } from '../entrypoints/shop.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

const SMALL = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
const UNKNOWN = settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US);
const WORDS = { transactionType: 'Order', amountType: 'ItemFees', amountDescription: 'FeeOfTomorrow' };
const PART = 20_000;
/** In the page, in place of the service: every part of the list, made of one entry. Nothing of it goes over the wire. */
const answerWithRows = `(part, template) => {
  const ask = window.fetch;
  window.listAsked = 0;
  window.listSlowMs = 0;
  window.listLog = [];
  const note = (what) => window.listLog.push(Math.round(performance.now()) + ' ' + what);
  for (const kind of ['online', 'offline', 'blur', 'focus']) addEventListener(kind, () => note(kind));
  addEventListener('scroll', ({ target }) => note('scrolled to ' + target.scrollTop + ' of ' + target.scrollHeight), true);
  window.fetch = async (address, init) => {
    if (!String(address).startsWith('/api/v1/entries?')) return ask(address, init);
    const from = Number(new URL(address, location.href).searchParams.get('cursor') ?? 0);
    note('asked from ' + from);
    init.signal.addEventListener('abort', () => note('not wanted any more from ' + from));
    window.listAsked += 1;
    if (window.listSlowMs > 0) await new Promise((passed) => setTimeout(passed, window.listSlowMs));
    const items = Array.from({ length: part }, (_, index) => {
      return { ...template, id: 'id' + (from + index), postingKey: 'ROW' + (from + index) };
    });
    const nextCursor = from + part < 100_000 ? String(from + part) : null;
    return new Response(JSON.stringify({ items, nextCursor, total: 100_000 }), {
      headers: { 'content-type': 'application/json' },
    });
  };
}`;
/** Until so many rows are there; else says what the page did instead. */
async function rowsLoaded(page: Page, count: number): Promise<void> {
  await page
    .getByText(`${count.toLocaleString('en-US')} of 100,000`)
    .waitFor()
    .catch(async ({ message }: Error) => {
      throw new Error(`${message}\n${await page.evaluate("window.listLog.slice(-40).join('\\n')")}`);
    });
}
/** What a cell has no room for. */
const CUT = `[...document.querySelectorAll('[role=gridcell] *')].filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)`;
/** Until the page asks for its list anew, of which each part takes a while then. `everyMs`: the service goes on to tell. */
async function toldOfChange(page: Page, { slowMs, everyMs = 0 }: { slowMs: number; everyMs?: number }): Promise<void> {
  await page.evaluate(`(() => {
    window.listAsked = 0;
    window.listSlowMs = ${slowMs};
    const service = new BroadcastChannel('seller-ledger-events');
    service.postMessage('settlement');
    if (${everyMs} > 0) window.telling = setInterval(() => service.postMessage('settlement'), ${everyMs});
  })()`);
  await expect.poll(() => page.evaluate('window.listAsked > 0')).toBe(true);
}
const TABLE = `[...document.querySelectorAll('[data-component-name="AnalyticalTableBodyScrollableContainer"], [role=grid] *')].find((each) => each.scrollHeight > 100_000 && getComputedStyle(each).overflowY !== 'visible')`;
const SCROLL_TO_END = `(() => { const table = ${TABLE}; table.scrollTop = table.scrollHeight; })()`;
/** Of a list that is longer than its table. */
const SCROLL_LIST_TO_END = `(() => {
  const table = [...document.querySelectorAll('[data-component-name="AnalyticalTableBody"], [role=grid] *')].find((each) => each.scrollHeight > each.clientHeight + 100 && getComputedStyle(each).overflowY !== 'visible');
  table.scrollTop = table.scrollHeight;
})()`;
/** What fails is tried again by itself before it is told. */
const AFTER_RETRIES = { timeout: 30_000 };
/** Twelve jumps through the whole table, each until it is drawn. */
const SCROLL_THROUGH = `(async () => {
  const table = ${TABLE};
  const took = [];
  for (let step = 0; step < 12; step += 1) {
    const before = performance.now();
    table.scrollTop = (table.scrollHeight / 12) * step;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    took.push(performance.now() - before);
  }
  return { rows: document.querySelectorAll('[role=grid] [role=row]').length, usualMs: took.sort((a, b) => a - b)[6] };
})()`;

describe.skipIf(!CHROMIUM)(`the pages of settlements (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let shop: Shop;
  let browser: Browser;
  let window: Window;
  let files: string;
  const posted = { id: '', entry: '', document: '' };

  beforeAll(async () => {
    shop = await openShop('e2e');
    await shop.receive(SMALL);
    await shop.receive(UNKNOWN);
    files = mkdtempSync(join(tmpdir(), 'seller-ledger-e2e-files-'));
    writeFileSync(join(files, 'unknown.txt'), UNKNOWN);
    writeFileSync(join(files, 'broken.txt'), SMALL.toString('utf8').replace('90.05', 'ninety'));
    browser = await launchBrowser();
    window = await openWindow(browser, shop.page);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    if (files) rmSync(files, { recursive: true, force: true });
  });

  /** Confirms the open dialog with a reason. */
  async function confirm(button: RegExp): Promise<void> {
    const dialog = window.page.locator('ui5-dialog[open]');
    await dialog.getByRole('textbox', { name: 'Reason', exact: true }).fill('checked against the statement');
    await dialog.getByRole('button', { name: button }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  const button = (name: string): Locator => window.page.getByRole('button', { name, exact: true }).first();

  it('take one from quarantine to SAP, after its value is taught', async () => {
    const { page } = window;
    await window.open('/settlements');
    await page.getByRole('gridcell').getByText('In quarantine').first().waitFor();
    await page.getByRole('link', { name: '70000000902' }).click();
    await page.getByText('Order | ItemFees | FeeOfTomorrow').first().waitFor();
    await page.getByText('−1.11').first().waitFor();
    const teach = page.getByRole('link', { name: 'Teach this value' });
    expect(await teach.getAttribute('href')).toContain('amountDescription=FeeOfTomorrow');
    // What cannot be done now says why.
    await page.getByText(/actions are not possible now/).click();
    await page.getByText('No entry waits for approval.').waitFor();
    await shop.teach({ ...WORDS, kind: 'referral-fee' });
    await button('Propose again').click();
    await confirm(/Propose again/);
    await button('Approve').click();
    // Control: without a reason nothing is approved.
    const dialog = page.locator('ui5-dialog[open]');
    await dialog.getByRole('button', { name: 'Approve 1 entry' }).click();
    await page.getByText('Say why.').first().waitFor();
    await confirm(/Approve 1 entry/);
    await button('Post to SAP').click();
    await confirm(/Post 1 entry/);
    await page.getByText('1 of 1 posted').first().waitFor();
    const record = await shop.test.books.getSettlement('70000000902');
    const [entry] = await shop.test.books.listEntries({ originKey: record.key, states: ['posted'] });
    const { sapDocumentNumber, companyCode, fiscalYear } = entry!.document!;
    Object.assign(posted, {
      id: record.key,
      entry: entry!.id,
      document: `${sapDocumentNumber}/${companyCode}/${fiscalYear}`,
    });
  });

  it('lead from the number in SAP down to the rows of the file', async () => {
    const { page } = window;
    await window.open('/trace');
    await page.getByRole('textbox', { name: /SAP document number/ }).fill(posted.document);
    await button('Trace').click();
    await page.getByRole('link', { name: /^AMZ/ }).first().click();
    await expect.poll(() => page.url()).toContain('/entries/AMZ');
    await page.getByRole('button', { name: 'Show the rows behind line 1', exact: true }).click();
    await page.getByText('That is the amount of the line.').waitFor();
    await page.getByText('302-0000001-0000001').first().waitFor();
    await page.locator('ui5-dialog[open]').getByRole('button', { name: 'Close' }).click();
  });

  it('show what a dropped file comes to, and where one cannot be read', async () => {
    const { page } = window;
    await window.open('/preview');
    const chooser = page.locator('.sl-drop input[type=file]');
    await chooser.setInputFiles(join(files, 'broken.txt'));
    await page.getByText(/row 2, column total-amount/i).waitFor();
    // Dropped, as with the mouse.
    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(UNKNOWN.toString('utf8'))}], 'unknown.txt'));
      return data;
    })()`);
    await page.dispatchEvent('.sl-drop', 'drop', { dataTransfer: dropped });
    await page.getByText(/It would not post/).waitFor();
    await page.getByText('Order | ItemFees | FeeOfTomorrow').first().waitFor();
    await page.getByText('88.94').first().waitFor();
    await page.getByRole('alert').getByText('LINE_KIND_UNKNOWN').waitFor();
    await page
      .getByRole('alert')
      .getByText(/What to do: Find out what they mean, and teach it/)
      .waitFor();
    // One entry of two comes to nothing, and is no document.
    await chooser.setInputFiles(
      fileURLToPath(new URL('../golden/cases/us-month-cancels/settlement.tsv', import.meta.url)),
    );
    await page.getByText('It would post 1 document').first().waitFor();
    await expect.poll(() => page.getByRole('grid').count()).toBe(2);
    expect(await page.getByText('LINE_KIND_UNKNOWN').count()).toBe(0);
    expect(await shop.test.books.listSettlements()).toHaveLength(2);
  });

  it('speak German, in the dark, and show the waterfall as a table too', async () => {
    const german = await openWindow(browser, { ...shop.page, language: 'de-DE', colorScheme: 'dark' });
    await german.open(`/settlements/${posted.id}`);
    await german.page.locator('svg text').filter({ hasText: 'Bruttoumsatz' }).waitFor();
    await german.page.getByText('Tabelle', { exact: true }).click();
    const table = german.page.getByRole('table', { name: /Auszahlung wird/ });
    await table.getByText('88,94').first().waitFor();
    expect(await german.page.evaluate('document.documentElement.lang')).toBe('de');
    // A number that is cut is no number.
    await german.open('/entries');
    await german.page.getByText('Abrechnung 70000000902').first().waitFor();
    expect(await german.page.evaluate(CUT)).toEqual([]);
    await german.close();
  });

  it('take a posted settlement back, and call the reversal one', async () => {
    const { page } = window;
    await window.open(`/settlements/${posted.id}`);
    await button('Reverse').click();
    await confirm(/Reverse 1/);
    await page.getByText('Reversed', { exact: true }).first().waitFor();
    const earlier = page.getByRole('table', { name: /earlier/i });
    await earlier.getByText('Reversal: Posted').waitFor();
    await window.open('/entries');
    await page.getByRole('gridcell').getByText('Reversal: Posted').waitFor();
  });

  it('stay smooth with 100,000 rows: only what is on the screen is in the document', async () => {
    const answer = await fetch(`${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/entries?limit=1`);
    const [template] = ((await answer.json()) as { items: object[] }).items;
    const large = await openWindow(browser, shop.page);
    const { page } = large;
    await page.addInitScript(`(${answerWithRows})(${PART}, ${JSON.stringify(template)})`);
    await large.open('/entries?text=ROW');
    for (let loaded = PART; loaded <= 100_000; loaded += PART) {
      await rowsLoaded(page, loaded);
      // The end is reached while the service has told of a change, and the list is asked for anew: once, and then while it changes more
      // often than the list can be asked for.
      if (loaded === 2 * PART) await toldOfChange(page, { slowMs: 300 });
      if (loaded === 3 * PART) await toldOfChange(page, { slowMs: 800, everyMs: 300 });
      if (loaded === 4 * PART) await page.evaluate('clearInterval(window.telling), (window.listSlowMs = 0)');
      await page.evaluate(SCROLL_TO_END);
    }
    await page.getByText('ROW99999', { exact: true }).waitFor();
    const { rows, usualMs } = (await page.evaluate(SCROLL_THROUGH)) as { rows: number; usualMs: number };
    expect(rows).toBeLessThan(60);
    // A whole jump to other rows, on a machine that runs other tests beside it.
    expect(usualMs).toBeLessThan(1_000);
    await large.close();
  }, 90_000);

  it('keep the rows of a list that cannot be read on, say why, and read on when asked to try again', async () => {
    const answer = await fetch(`${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/entries?limit=1`);
    const [template] = ((await answer.json()) as { items: object[] }).items;
    const own = await openWindow(browser, shop.page);
    const { page } = own;
    let isDown = true;
    const away = {
      code: 'DATABASE_UNREACHABLE',
      kind: 'unavailable',
      says: 'The database does not answer.',
      next: 'Try again.',
    };
    await page.route('**/api/v1/entries?*', (route) => {
      const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
      if (from > 0 && isDown) return route.fulfill({ status: 503, json: away });
      const items = Array.from({ length: 60 }, (_, at) => ({
        ...template,
        id: `id${from + at}`,
        postingKey: `ROW${from + at}`,
      }));
      return route.fulfill({ json: { items, nextCursor: from === 0 ? '60' : null, total: 120 } });
    });
    await own.open('/entries?text=ROW');
    await page.getByText('60 of 120').waitFor();
    await page.evaluate(SCROLL_LIST_TO_END);
    await page.getByText(away.code).waitFor(AFTER_RETRIES);
    await expect.poll(() => own.barriers()).toEqual([]);
    const again = page.getByRole('button', { name: 'Try again', exact: true });
    await again.click();
    // Control: while the service is away nothing is lost and nothing is made up.
    await page.getByText('60 of 120').waitFor();
    await page.getByText(away.code).waitFor(AFTER_RETRIES);
    isDown = false;
    await again.click();
    await page.getByText('120 of 120').waitFor(AFTER_RETRIES);
    await again.waitFor({ state: 'detached' });
    expect(await page.getByText(away.code).count()).toBe(0);
    await own.close();
  });

  it('go on where the browser says that it is offline: the service need not be on the internet', async () => {
    const { page } = window;
    const facts = smallSettlement(DIALECTS.US, { settlementId: '70000000904' });
    await shop.receive(settlementBytes(facts, DIALECTS.US));
    await window.open('/settlements');
    await page.evaluate(`dispatchEvent(new Event('offline'))`);
    // What is asked for, and what is written.
    await page.getByRole('link', { name: '70000000904' }).click();
    await button('Approve').click();
    await confirm(/Approve 1 entry/);
    await button('Post to SAP').waitFor();
    await page.evaluate(`dispatchEvent(new Event('online'))`);
  });

  it('propose one anew of which every document was reversed, without its reversal having asked for that', async () => {
    const { page } = window;
    const facts = smallSettlement(DIALECTS.US, { settlementId: '70000000905' });
    const { key } = await shop.receive(settlementBytes(facts, DIALECTS.US));
    const entries = () => shop.test.books.listEntries({ originKey: key });
    const [entry] = await entries();
    await window.open(`/settlements/${key}`);
    await button('Approve').click();
    await confirm(/Approve 1 entry/);
    await button('Post to SAP').click();
    await confirm(/Post 1 entry/);
    await page.getByText('1 of 1 posted').first().waitFor();
    // Control: while it is in SAP, it is not worked out anew.
    expect(await button('Propose again').count()).toBe(0);
    await window.open(`/entries/${entry!.entry.postingKey}`);
    await button('Reverse').click();
    await confirm(/^Reverse$/);
    await expect.poll(async () => (await entries()).map(({ state }) => state).sort()).toEqual(['posted', 'reversed']);

    await window.open(`/settlements/${key}`);
    await button('Propose again').click();
    await page.getByText('What was reversed stays reversed.').waitFor();
    await confirm(/Propose again/);
    await button('Approve').waitFor();
    const proposed = (await entries()).filter(({ state }) => state === 'proposed');
    expect(proposed).toHaveLength(1);
    expect(proposed[0]!.entry.postingKey).not.toBe(entry!.entry.postingKey);
  });
});
