/** Lists that are longer than one page, and an entry that others took the place of, in a browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/index.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { entryDigest } from '../../src/ledger/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import {
  addConnection,
  entry,
  line,
  postingKey,
  proposalOf,
  propose,
  receive,
  SYSTEM_ACTOR,
} from '../store/samples.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

type Shown = Readonly<Record<string, string>>;

/** More than one page holds. All end on the same day, so that the highest ids are listed last. */
const SETTLEMENTS = 203;
const PART = 200;
const LAST = String(1_000 + SETTLEMENTS);
const WITHDRAWN = postingKey(1);
const lines = [line(100n, { buckets: [0] }), line(-100n)];

describe.skipIf(!CHROMIUM)(`long lists in a browser (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let test: TestBooks;
  let page: Awaited<ReturnType<typeof startHttp>>;
  let browser: Browser;
  let window: Window;

  beforeAll(async () => {
    test = await openTestBooks();
    const connection = await addConnection(test.books);
    for (let number = 1; number <= SETTLEMENTS; number += 1) {
      const settlement = await receive(test.books, connection, String(1_000 + number), 'one file');
      if (number === SETTLEMENTS) await quarantine(settlement.key);
      else await propose(test.books, settlement, proposalOf([entry(postingKey(number), lines)]));
      if (number === 1) await replaceEntry(settlement.key);
    }
    page = await startHttp({ books: test.books, port: 0, about: () => ({ line: 'a test' }), log: silentLog });
    browser = await launchBrowser();
    window = await openWindow(browser, page);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await page?.close();
    await test?.close();
  });

  type Key = Parameters<TestBooks['books']['moveSettlement']>[0]['key'];

  async function quarantine(key: Key): Promise<void> {
    const problem = { code: 'PROOF_FAILED', kind: 'unproven', says: 'It does not tie.', next: 'Compare.' } as const;
    const why = 'it does not tie';
    await test.books.moveSettlement({ key, from: 'received', to: 'quarantined', actor: SYSTEM_ACTOR, why, problem });
  }

  async function replaceEntry(settlementKey: Key): Promise<void> {
    const { books } = test;
    const [old] = await books.listEntries({ originKey: settlementKey });
    const move = { actor: SYSTEM_ACTOR, why: 'test' };
    const approvedDigest = entryDigest(old!.entry);
    await books.moveEntry({ ...move, id: old!.id, from: 'proposed', to: 'approved', approvedDigest });
    await books.moveSettlement({
      ...move,
      key: settlementKey,
      from: 'proposed',
      to: 'received',
      withdraws: 'unbooked',
    });
    const proposal = proposalOf([entry(postingKey(SETTLEMENTS + 1), lines)], { revision: 1 });
    await propose(books, await books.getSettlement(settlementKey), proposal);
  }

  const ids = async () => (await window.ask<Shown[]>('rows', 'Settlements')).map((row) => row.Settlement);
  const partSaid = (text: string) => window.page.waitForSelector(`.parts span:text-is("${text}, the newest first")`);

  it('the overview shows the newest and counts all of them', async () => {
    await window.open();
    expect(await window.ask('tiles')).toEqual({
      settlements: String(SETTLEMENTS),
      'in quarantine': '1',
      'entries posted': '0',
      'waiting to be posted': String(SETTLEMENTS - 1),
      'outcome unknown': '0',
      'rejected by SAP': '0',
    });
    expect(await ids()).toHaveLength(PART);
    expect(await window.ask('rows', 'Entries')).toHaveLength(PART);
  });

  it('what needs attention is said there although it is old', async () => {
    await window.open();
    expect(await ids()).not.toContain(LAST);
    expect(await window.page.locator('.problem').allTextContents()).toEqual([
      expect.stringContaining(`Settlement ${LAST} · PROOF_FAILED`),
    ]);
  });

  it('one gets to the older ones and back, each of them once', async () => {
    await window.open();
    const seen = await ids();
    await window.page.click('text="older settlements"');
    await partSaid('201 to 203 of 203');
    seen.push(...(await ids()));
    expect(new Set(seen).size).toBe(SETTLEMENTS);
    expect(seen).toHaveLength(SETTLEMENTS);
    expect(await window.page.locator('text="older settlements"').count()).toBe(0);
    await window.page.click('text="newer settlements"');
    await partSaid('1 to 200 of 203');
    expect(await ids()).toEqual(seen.slice(0, PART));
    expect(await window.page.locator('text="newer settlements"').count()).toBe(0);
  });

  it('from the middle it leads both ways', async () => {
    await window.open('#settlements/1');
    await partSaid('2 to 201 of 203');
    await window.page.click('text="older settlements"');
    await partSaid('202 to 203 of 203');
    await window.page.goBack();
    await partSaid('2 to 201 of 203');
    await window.page.click('text="newer settlements"');
    await partSaid('1 to 200 of 203');
  });

  it.each([
    ['#entries/200', 'Entries', '201 to 203 of 203, the newest first'],
    ['#settlements', 'Settlements', '1 to 200 of 203, the newest first'],
    ['#settlements/999', 'Settlements', 'None from here on, of 203'],
  ])('%s is a page of its own', async (address, title, part) => {
    await window.open(address);
    expect(await window.page.locator('h1').textContent()).toBe(title);
    expect(await window.page.locator('.parts span').textContent()).toBe(part);
  });

  it('an address with a part that is no number says so', async () => {
    await window.open('#settlements/last');
    expect(await window.page.locator('.problem').textContent()).toContain('ROWS_SKIP_INVALID');
  });

  it('a withdrawn entry says what became of it, and never asks for rows, whatever the address says', async () => {
    for (const address of [`#entry/${WITHDRAWN}`, `#entry/${WITHDRAWN}/1`]) {
      await window.open(address);
      expect(await window.ask<Shown>('facts')).toMatchObject({ State: 'withdrawn' });
      expect(await window.page.locator('main').textContent()).toContain('A new proposal took its place');
      expect((await window.ask<Shown[]>('rows', 'Lines')).map((row) => row['Amazon’s rows'])).toEqual(['', '']);
    }
    expect(window.requests.filter((url) => url.includes(WITHDRAWN) && url.includes('/rows'))).toEqual([]);
    // control: the entry in its place offers its rows, and is the one its settlement counts.
    await window.open('#settlement/1001');
    expect(await window.ask<Shown>('facts')).toMatchObject({ State: '0 of 1 posted' });
    await window.open(`#entry/${postingKey(SETTLEMENTS + 1)}`);
    expect((await window.ask<Shown[]>('rows', 'Lines')).map((row) => row['Amazon’s rows'])).toEqual(['show', '']);
  });

  it('nothing complains, and a narrow window does not scroll sideways', async () => {
    const own = await openWindow(browser, { url: page.url, width: 400 });
    for (const address of ['', '#settlements/200', `#entry/${WITHDRAWN}`]) {
      await own.open(address);
      expect(await own.ask('sidewaysPx'), address).toBe(0);
      expect(await own.ask('paleTexts'), address).toEqual([]);
    }
    expect(own.complaints).toEqual([]);
    await own.close();
  });
});
