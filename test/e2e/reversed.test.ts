import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EntryRecord, reverseEntry, reverseSettlement } from '../../src/app/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { openReversalWorld, type ReversalWorld, WISH } from '../simulation/reversal-kit.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

type Shown = Readonly<Record<string, string>>;

describe.skipIf(!CHROMIUM)(`what was taken back, in a browser (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let world: ReversalWorld;
  let page: Awaited<ReturnType<typeof startHttp>>;
  let browser: Browser;
  let window: Window;
  let entry: EntryRecord;
  let reversal: EntryRecord;

  beforeAll(async () => {
    world = await openReversalWorld();
    entry = (await world.posted())[0]!;
    reversal = (await reverseEntry(world.context, entry, WISH)).reversal!;
    page = await startHttp({ books: world.test.books, port: 0, about: () => ({ line: 'a test' }), log: silentLog });
    browser = await launchBrowser();
    window = await openWindow(browser, page);
  });

  afterAll(async () => {
    await browser?.close();
    await page?.close();
    await world?.close();
  });

  it('an entry names its reversal and the document that did it, and leads there and back', async () => {
    const numberOf = ({ document }: EntryRecord) => `SAP document ${document!.sapDocumentNumber}`;
    await window.open(`#entry/${entry.entry.postingKey}`);
    const facts = await window.ask<Shown>('facts');
    expect(facts).toMatchObject({ State: 'reversed', 'Reversed by': expect.stringContaining(numberOf(reversal)) });
    await window.page.click(`text="${reversal.entry.postingKey}"`);
    await window.page.waitForSelector(`h1:has-text("${reversal.entry.postingKey}")`);
    const back = await window.ask<Shown>('facts');
    expect(back).toMatchObject({ State: 'posted', Reverses: expect.stringContaining(numberOf(entry)) });
    expect(back.Reverses).toContain('reason 01');
    await window.page.click(`text="${entry.entry.postingKey}"`);
    await window.page.waitForSelector(`h1:has-text("${entry.entry.postingKey}")`);
  });

  it('a settlement that was taken back says so, and tells its reversals from its entries', async () => {
    await window.open(`#settlement/${entry.origin.name}`);
    expect(await window.ask<Shown>('facts')).toMatchObject({ State: 'reversed' });
    const states = (await window.ask<Shown[]>('rows', 'Entries')).map((row) => row.State);
    expect(states).toEqual(['reversed', 'reversal, posted']);
  });

  it('the overview counts entries and reversals apart', async () => {
    await window.open();
    expect(await window.ask<Shown>('tiles')).toMatchObject({ 'entries posted': '0', 'reversals posted': '1' });
  });

  it('a window of 1280 shows the SAP document of each entry whole, beside the longest state', async () => {
    const own = await openWindow(browser, { url: page.url, width: 1280 });
    await own.open();
    // SAP writes no longer document, and no state is longer.
    const hiddenPx = await own.page.locator('[aria-label="Entries"]').evaluate((region) => {
      for (const row of region.querySelectorAll('tbody tr')) {
        row.children[5]!.firstElementChild!.textContent = 'reversal, withdrawn';
        row.children[6]!.textContent = '0100000010 / 1710 / 2026';
      }
      return region.scrollWidth - region.clientWidth;
    });
    expect(hiddenPx).toBe(0);
    await own.close();
  });

  it('one that somebody reversed in SAP says that it was not us', async () => {
    const [other] = await world.posted();
    const number = world.reverseInSap(other!);
    await reverseEntry(world.context, other!, WISH);
    await window.open(`#entry/${other!.entry.postingKey}`);
    const { 'Reversed by': by } = await window.ask<Shown>('facts');
    expect(by).toContain(`SAP document ${number}`);
    expect(by).toContain('by somebody else');
  });

  it('once the settlement is proposed anew the old entry leads to the new ones and never asks for rows', async () => {
    const settlement = await world.test.books.getSettlement(entry.origin.key);
    await reverseSettlement(world.context, settlement, { ...WISH, proposeAgain: true });
    for (const address of [`#entry/${entry.entry.postingKey}/1`, `#entry/${reversal.entry.postingKey}/1`]) {
      await window.open(address);
      expect((await window.ask<Shown[]>('rows', 'Lines')).every((row) => row['Amazon’s rows'] === '')).toBe(true);
    }
    await window.open(`#entry/${entry.entry.postingKey}`);
    expect(await window.page.locator('main').textContent()).toContain('This entry was taken back. A new proposal');
    expect(window.requests.filter((url) => url.includes('/rows'))).toEqual([]);
    expect(window.complaints).toEqual([]);
  });

  it('a narrow window does not scroll sideways, and every text can be read', async () => {
    const own = await openWindow(browser, { url: page.url, width: 400 });
    for (const address of [`#entry/${entry.entry.postingKey}`, `#entry/${reversal.entry.postingKey}`]) {
      await own.open(address);
      expect(await own.ask('sidewaysPx'), address).toBe(0);
      expect(await own.ask('paleTexts'), address).toEqual([]);
    }
    await own.close();
  });
});
