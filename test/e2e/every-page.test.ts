/** Every page there is in a real browser: in light English, and in dark German; also with its dialogs open and its filters refused. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsOf, ROLES } from '../../src/app/index.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { addressOf, DIALOGS, VIEWS, type View } from '../../tools/every-page.mjs';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';
import { faultsOfDialog } from './dialogs.ts';
import { filterFaults } from './filters.ts';
import { type FullShop, openFullShop } from './full-shop.ts';
import { textsOf, type Untranslated, untranslatedTexts } from './page-texts.ts';

const WIDTHS = [1920, 390, 1280];
/** All of them are drawn by the same components. */
const REPORT = 'reconciliation-payouts';
/** Pages that stand for no address of the table: of nothing, of a record that is not there, and of one that is not allowed. */
const OTHERS = [
  { name: 'not-found', path: '*', address: '/no-such-page' },
  { name: 'record-unknown', path: '/settlements/1', address: '/settlements/1' },
  { name: 'may-not', path: 'no', address: '/users', may: permissionsOf(['viewer']) },
];
/** A busy machine takes several times as long. */
const WALK_MS_MAX = 600_000;

let may: ReturnType<typeof permissionsOf> = permissionsOf(ROLES);
const identify: Identify = async () => ({
  userId: '6b0a4c1e-0000-4000-8000-000000000001',
  name: 'mia',
  displayName: 'Mia',
  roles: ROLES,
  permissions: may,
  via: 'token',
  credentialId: 'mia',
});

/** What stands out at the right. */
const TOO_WIDE = `[...document.querySelectorAll('main *')]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.tagName + ' ' + each.className)
  .slice(0, 5).join(', ')`;
/** Pages that are a list; the window of a usual laptop, in which they are to be read without moving them. */
const LISTS = ['settlements', 'entries', 'orders', 'customers', 'audit', 'connections', 'jobs', 'users'];
/** Headings that have no room, or that begin or end beside their table; and posting keys that do: half a key finds nothing. */
const CUT = `[...document.querySelectorAll('[role=columnheader], [role=gridcell]')].flatMap((cell) => {
  const isHeading = cell.getAttribute('role') === 'columnheader';
  if (!isHeading && !/AMZ[A-Z0-9]{13}/.test(cell.textContent)) return [];
  const beside = cell.getBoundingClientRect().right - cell.closest('[role=grid], [role=table], table').getBoundingClientRect().right > 1;
  const hasNoRoom = [cell, ...cell.querySelectorAll('*')].some((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1);
  return beside || hasNoRoom ? [cell.textContent] : [];
})`;
const IS_DARK = `(() => {
  const light = (of) => Math.max(...getComputedStyle(of).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number));
  return light(document.body) < 80;
})()`;

describe.skipIf(!CHROMIUM)(`every page (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let shop: FullShop;
  let browser: Browser;
  let addresses: readonly (View & { readonly address: string; readonly may?: typeof may })[];

  beforeAll(async () => {
    shop = await openFullShop('every-page', identify);
    const views = VIEWS.filter(({ name }) => !name.startsWith('reconciliation-') || name === REPORT);
    const found = await Promise.all(views.map(async (view) => ({ ...view, address: await addressOf(view, shop.get) })));
    addresses = [...found, ...OTHERS];
    browser = await launchBrowser();
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  /** As a reader does: without loading everything anew. The page that comes gives the window its title. */
  async function go({ page, open, settled }: Window, address: string): Promise<void> {
    if (page.url() === 'about:blank') return open(address);
    await page.evaluate(`document.title = ''; history.pushState({}, '', ${JSON.stringify(address)})`);
    await page.evaluate(`dispatchEvent(new PopStateEvent('popstate', { state: {} }))`);
    await expect.poll(() => page.title(), { timeout: 30_000 }).not.toBe('');
    await settled();
  }

  /** Opens every page and gathers what is wrong with each. */
  async function walk(window: Window, faultsOf: (name: string) => Promise<readonly string[]>): Promise<string[]> {
    const faults: string[] = [];
    let before = '';
    for (const { name, path, address, may: only } of addresses) {
      may = only ?? permissionsOf(ROLES);
      // Who may do what is asked when everything is loaded.
      await (path === before || only ? window.open(address) : go(window, address));
      before = path;
      const found = [...(await faultsOf(name)), ...window.complaints.filter((says) => !isAnswer(name, says))];
      faults.push(...found.map((each) => `${name}: ${each}`));
      window.complaints.length = 0;
    }
    may = permissionsOf(ROLES);
    const elsewhere = window.requests.filter((address) => !address.startsWith(`${shop.page.url}/`));
    return [...faults, ...elsewhere.map((address) => `asks ${address}`)];
  }

  it(
    'has no serious barrier in light English, complains of nothing, asks no other host, and fits every width',
    async () => {
      const window = await openWindow(browser, shop.page);
      const { page } = window;
      const opened: string[] = [];
      const faults = await walk(window, async (name) => {
        const found = [...(await window.barriers())];
        for (const width of WIDTHS) {
          await window.resize(width);
          const px = await window.sidewaysPx();
          if (px > 0) found.push(`is ${px} pixels too wide at ${width}: ${await page.evaluate(TOO_WIDE)}`);
        }
        found.push(...(await filterFaults(window, name)));
        for (const dialog of DIALOGS.filter(({ on }) => on === name)) {
          found.push(...(await faultsOfDialog(window, dialog)));
          opened.push(dialog.name);
        }
        // What a filter or a dialog was refused for the test, the browser tells, too.
        window.complaints.splice(0, window.complaints.length, ...window.complaints.filter(isNotRefusal));
        return found;
      });
      expect(faults).toEqual([]);
      expect(opened.toSorted()).toEqual(DIALOGS.map(({ name }) => name).toSorted());

      // Control: what is wrong with a page is found.
      await page.evaluate(`(() => {
        const content = document.querySelector('.page-content');
        content.insertAdjacentHTML('afterbegin', '<button></button><p>wide</p>');
        // In this way, because the page lets no style stand in its text.
        content.querySelector('p').style.width = '3000px';
      })()`);
      expect(await window.barriers()).toEqual([expect.stringContaining('button-name')]);
      expect(await window.sidewaysPx()).toBeGreaterThan(0);
      expect(await page.evaluate(IS_DARK)).toBe(false);
      await window.close();
    },
    WALK_MS_MAX,
  );

  it(
    'can be read in dark German, and has no English words of its own',
    async () => {
      const words: Untranslated = await untranslatedTexts();
      expect(words.size).toBeGreaterThan(500);
      const window = await openWindow(browser, { ...shop.page, language: 'de-DE', colorScheme: 'dark' });
      const { page } = window;
      const faults = await walk(window, async () => {
        const english = words.among(await textsOf(page)).map((text) => `is not translated: ${text}`);
        const isDark = await page.evaluate(IS_DARK);
        return [...(await window.barriers('html', 'colours')), ...english, ...(isDark ? [] : ['is not dark'])];
      });
      expect(faults).toEqual([]);
      expect(await page.evaluate('document.documentElement.lang')).toBe('de');

      // Control: an English word among them is found.
      await page.evaluate(`document.querySelector('main').append('Settlements')`);
      expect(words.among(await textsOf(page))).toEqual(['Settlements']);
      await window.close();
    },
    WALK_MS_MAX,
  );

  it.each(['de-DE', 'en-US'])('shows every heading of a list, and every posting key whole, in %s', async (language) => {
    const window = await openWindow(browser, { ...shop.page, language });
    const { page } = window;
    const cutOn = async (address: string) => {
      await window.open(address);
      await page.locator('[role=grid] [role=gridcell]').first().waitFor();
      // Columns have their width once the table knows its own.
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      return ((await page.evaluate(CUT)) as string[]).map((text) => `${address}: ${text}`);
    };
    const lists = addresses.filter(({ name }) => LISTS.includes(name)).map(({ address }) => address);
    expect(lists).toHaveLength(LISTS.length);
    const faults = [];
    for (const address of [...lists, '/audit?action=entry.posted']) faults.push(...(await cutOn(address)));
    expect(faults).toEqual([]);
    expect(
      await page
        .locator('[role=gridcell]')
        .getByText(/AMZ[A-Z0-9]{13}/)
        .count(),
    ).toBeGreaterThan(0);

    // Control: in a smaller window the last ones have no room.
    await window.resize(1000);
    expect((await cutOn('/entries')).length).toBeGreaterThan(0);
    await window.close();
  });
});

/** A refusal that a page is made for is told by the browser itself. */
function isAnswer(name: string, complaint: string): boolean {
  return name === 'record-unknown' && complaint.startsWith('Failed to load resource');
}

function isNotRefusal(complaint: string): boolean {
  return !/status of 40[04]/.test(complaint);
}
