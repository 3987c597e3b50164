import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minorOf } from '../entrypoints/settlement-files.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';
import { type RunningDemo, startDemo } from './demo.ts';

type Shown = Readonly<Record<string, string>>;

const NARROW_PX = 400;
const TABS_MAX = 120;
/** Rows that the page shows at once. */
const PART = 200;
/** The database, both vendors, the posting, the browser and a look at every page, on a busy machine. */
const START_MS_MAX = 120_000;
/** More than one refresh of the page. */
const WAIT = { timeout: 8_000 };
const STATES = ['proposed', 'approved', 'sending', 'unknown', 'rejected', 'posted', 'reversed', 'withdrawn'];

/** What one page looked like, measured. */
interface Visit {
  readonly hash: string;
  readonly violations: readonly string[];
  readonly textCount: number;
  /** Of the page, and its texts that are hard to read, by scheme of colours. */
  readonly ground: Readonly<Record<Scheme, number>>;
  readonly pale: Readonly<Record<Scheme, readonly string[]>>;
  readonly sidewaysPx: number;
}
type Scheme = 'light' | 'dark';

/** A shown amount in cents; the two currencies of the demo have two decimals. */
const cents = (text: string) => minorOf(text.replaceAll(',', ''), 2);

describe.skipIf(!CHROMIUM)(`the demo in a browser (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let demo: RunningDemo;
  let browser: Browser;
  let window: Window;
  let settlements: Shown[];
  let entries: Shown[];
  /** One address of each kind of page, and of an entry with Amazon's rows. */
  let pages: Readonly<Record<string, string>>;
  let tour: { readonly visits: readonly Visit[]; readonly window: Window };

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launchBrowser()]);
    window = await openWindow(browser, demo);
    await window.open();
    settlements = await window.ask<Shown[]>('rows', 'Settlements');
    entries = await window.ask<Shown[]>('rows', 'Entries');
    const addresses = await window.ask<string[]>('addresses');
    const entry = addresses.find((address) => address.startsWith('#entry/'))!;
    pages = {
      overview: '',
      // The one that needs attention is named first.
      quarantine: addresses.find((address) => address.startsWith('#settlement/'))!,
      settlement: addresses.filter((address) => address.startsWith('#settlement/'))[1]!,
      entry,
      rows: `${entry}/3`,
    };
    tour = await visitAll(await openWindow(browser, demo));
  }, START_MS_MAX);

  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  async function withWindow<Result>(use: (window: Window) => Promise<Result>): Promise<Result> {
    const opened = await openWindow(browser, demo);
    try {
      return await use(opened);
    } finally {
      await opened.close();
    }
  }

  /** Each kind of page once, with entries in every state, in both schemes and in a narrow window. */
  async function visitAll(own: Window): Promise<{ visits: readonly Visit[]; window: Window }> {
    await changeEntries(own, ([first]) => STATES.map((state) => ({ ...first, state })));
    const visits: Visit[] = [];
    for (const hash of Object.values(pages)) {
      await own.open(hash);
      const inScheme = async <Answer>(colorScheme: Scheme, name: string) => {
        await own.page.emulateMedia({ colorScheme });
        return own.ask<Answer>(name);
      };
      visits.push({
        hash,
        violations: await own.ask('violations'),
        textCount: await own.ask('textCount'),
        ground: { light: await inScheme('light', 'groundLuminance'), dark: await inScheme('dark', 'groundLuminance') },
        pale: { dark: await inScheme('dark', 'paleTexts'), light: await inScheme('light', 'paleTexts') },
        sidewaysPx: await narrow(own, () => own.ask('sidewaysPx')),
      });
    }
    return { visits, window: own };
  }

  async function narrow<Answer>({ page }: Window, measure: () => Promise<Answer>): Promise<Answer> {
    const before = page.viewportSize()!;
    await page.setViewportSize({ width: NARROW_PX, height: before.height });
    const answer = await measure();
    await page.setViewportSize(before);
    return answer;
  }

  /** The demo ends well, so that some states are not to be seen in it. */
  async function changeEntries(own: Window, change: (entries: readonly object[]) => readonly object[]): Promise<void> {
    await own.page.route('**/api/v1/overview', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { entries: object[] };
      await route.fulfill({ response: answer, json: { ...body, entries: change(body.entries) } });
    });
  }

  describe('the overview', () => {
    it('shows every settlement with its total and whether its proofs hold', () => {
      expect(settlements).toHaveLength(4);
      for (const row of settlements) {
        expect(row.Settlement).toMatch(/^\d{11}$/);
        expect(row.Period).toMatch(/^\d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d$/);
        expect(row.Total).toMatch(/^\d{1,3}(,\d{3})*\.\d\d$/);
        expect(row.Proofs).toBe('✓ hold');
      }
      const states = settlements.map((row) => row.State!);
      expect(states.filter((state) => state === 'quarantined')).toHaveLength(1);
      const posted = states.map((state) => /^([1-9]) of ([1-9]) posted$/.exec(state)).filter((match) => match !== null);
      expect(posted).toHaveLength(3);
      for (const [, done, all] of posted) expect(done).toBe(all);
      expect(posted.reduce((sum, [, all]) => sum + Number(all), 0)).toBe(entries.length);
    });

    it('counts them in its tiles', async () => {
      await window.open();
      expect(await window.ask('tiles')).toEqual({
        settlements: '4',
        'in quarantine': '1',
        'entries posted': String(entries.length),
        'waiting to be posted': '0',
        'outcome unknown': '0',
        'rejected by SAP': '0',
      });
    });

    it('says of the quarantined settlement why, and what to do next', async () => {
      await window.open();
      const { Settlement: id } = settlements.find((row) => row.State === 'quarantined')!;
      const text = await window.page.locator('.problem').allTextContents();
      expect(text).toHaveLength(1);
      expect(text[0]).toContain(`Settlement ${id}`);
      expect(text[0]).toContain('LINE_KIND_UNKNOWN');
      expect(text[0]).toContain('Warehouse Weather Surcharge');
      expect(text[0]).toContain('Next: ');
    });

    it('shows for each entry the document that SAP has', async () => {
      const answer = await fetch(`${demo.pretendSap}/_sim/ledger`);
      const { documents } = (await answer.json()) as { documents: Shown[] };
      const inSap = documents.map((one) => [
        one.documentReferenceId,
        `${one.accountingDocument}/${one.companyCode}/${one.fiscalYear}`,
      ]);
      expect(inSap.length).toBeGreaterThan(3);
      expect(entries.map((row) => [row['Posting key'], row['SAP document']]).sort()).toEqual(inSap.sort());
    });
  });

  describe('an entry', () => {
    it('opens each line to Amazon’s rows, which sum to it to the cent', async () => {
      await window.open(pages.entry);
      const lines = await window.ask<Shown[]>('rows', 'Lines');
      const withRows = lines.filter((line) => line['Amazon’s rows'] === 'show');
      expect(withRows.length).toBeGreaterThan(15);
      let longest = 0;
      for (const line of withRows) {
        await window.page.getByLabel(`show Amazon’s rows behind line ${line['#']}`, { exact: true }).click();
        const amounts = (await allRowsShown(line['#']!)).map((row) => cents(row.amount!));
        const sum = amounts.reduce((total, amount) => total + amount, 0n);
        const column = (side: string) => Object.entries(line).find(([title]) => title.startsWith(side))![1] || '0.00';
        const expected = cents(column('Credit')) - cents(column('Debit'));
        expect(sum, line.Text).toBe(expected);
        // control: without one of the rows it is another sum.
        for (const amount of amounts) if (amount !== 0n) expect(sum - amount).not.toBe(expected);
        const said = /Its (one|[\d,]+) rows? comes? to (\S+) in the file: ✓ it ties\./.exec(await rowsSection());
        expect(said?.slice(1), line.Text).toEqual([countInWords(amounts.length), expect.any(String)]);
        expect(cents(said![2]!), line.Text).toBe(sum);
        longest = Math.max(longest, amounts.length);
      }
      expect(longest).toBeGreaterThan(PART);
    });

    const countInWords = (count: number) => (count === 1 ? 'one' : count.toLocaleString('en-US'));
    const rowsSection = async () => (await window.page.locator('.rows').textContent())!;

    /** Follows the parts of a long list to its end. */
    async function allRowsShown(line: string): Promise<Shown[]> {
      const rows: Shown[] = [];
      await window.page.waitForSelector(`#rows:text("behind line ${line}:")`);
      for (;;) {
        rows.push(...(await window.ask<Shown[]>('rows', `Amazon’s rows behind line ${line}`)));
        const next = window.page.locator('.parts >> text="next rows"');
        if ((await next.count()) === 0) return rows;
        await next.click();
        await window.page.waitForSelector(`.parts span:text("Rows ${(rows.length + 1).toLocaleString('en-US')} to ")`);
      }
    }

    it('shows the states it went through, also the lost answer and how it was found again', async () => {
      await window.open();
      const addresses = (await window.ask<string[]>('addresses')).filter((address) => address.startsWith('#entry/'));
      const histories: string[] = [];
      for (const address of addresses) {
        await window.open(address);
        const history = await window.ask<Shown[]>('rows', 'History');
        const facts = await window.ask<Shown>('facts');
        histories.push(history.map((row) => row.What!.replace('entry.', '')).join(' '));
        expect(facts.State).toBe('posted');
        expect(history.at(-1)!.Why).toContain(facts['SAP document']!.split('/')[0]);
        for (const { When } of history) expect(When).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
      }
      expect([...new Set(histories)].sort()).toEqual(['approved sending posted', 'approved sending unknown posted']);
      expect(histories.filter((history) => history.includes('unknown'))).toHaveLength(1);
    });
  });

  describe('on every page', () => {
    it('no request goes to another host, and nothing complains', () => {
      const origins = tour.window.requests.filter((url) => url !== 'about:blank').map((url) => new URL(url).origin);
      expect(origins.length).toBeGreaterThan(20);
      expect([...new Set(origins)]).toEqual([demo.url]);
      expect(tour.window.complaints).toEqual([]);
    });

    it('the content security policy is in force, and nothing of ours offends it', async () => {
      const { headers } = await fetch(demo.url);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      for (const { hash, violations } of tour.visits) expect(violations, hash).toEqual([]);
    });

    it('control: a request to another host is seen and refused, and so are inline code and inline style', async () => {
      await withWindow(async (own) => {
        await own.open();
        await own.ask('plant', '<img src="http://elsewhere.invalid/x.png"><b style="color: red" onclick="x()">b</b>');
        await own.ask('plantScript', 'globalThis.isPlantedRun = true');
        await expect.poll(() => own.ask<string[]>('violations'), WAIT).toHaveLength(4);
        expect([...(await own.ask<string[]>('violations'))].sort()).toEqual([
          'img-src',
          'script-src-attr',
          'script-src-elem',
          'style-src-attr',
        ]);
        expect(await own.page.evaluate('globalThis.isPlantedRun')).toBeUndefined();
        expect(own.requests).toContain('http://elsewhere.invalid/x.png');
        expect(own.complaints.length).toBeGreaterThan(2);
      });
    });

    it('control: an error that no code catches is seen', async () => {
      await withWindow(async (own) => {
        await own.open();
        await own.page.evaluate("setTimeout(() => { throw new Error('planted'); })");
        await expect.poll(() => own.complaints, WAIT).toEqual(['planted']);
      });
    });

    it.each(['light', 'dark'] as const)('every text can be read in %s, in every state', (scheme) => {
      for (const visit of tour.visits) {
        expect(visit.textCount).toBeGreaterThan(10);
        expect(visit.pale[scheme], visit.hash).toEqual([]);
        if (scheme === 'dark') expect(visit.ground.dark).toBeLessThan(0.1);
        else expect(visit.ground.light).toBeGreaterThan(0.8);
      }
    });

    it('control: every state was among them', async () => {
      await tour.window.open();
      const shown = await tour.window.ask<Shown[]>('rows', 'Entries');
      expect(shown.map((row) => row.State)).toEqual(STATES);
    });

    it('control: a pale text is found', async () => {
      await window.open();
      await window.page.evaluate("document.querySelector('h1').style.color = '#999'");
      expect(await window.ask('paleTexts')).toEqual([expect.stringMatching(/^Overview: 2\./)]);
    });

    it(`a window of ${NARROW_PX} px does not scroll sideways`, () => {
      for (const { hash, sidewaysPx } of tour.visits) expect(sidewaysPx, hash).toBe(0);
    });

    it('not even for a word of 500 letters; control: for something that is too wide it does', async () => {
      await window.open();
      await window.ask('plant', `<p>${'W'.repeat(500)}</p>`);
      expect(await narrow(window, () => window.ask('sidewaysPx'))).toBe(0);
      await window.ask('plant', '<svg width="500" height="1"></svg>');
      expect(await narrow(window, () => window.ask('sidewaysPx'))).toBeGreaterThan(90);
    });
  });

  describe('with the keyboard alone', () => {
    /** Presses Tab until that is in front of the keyboard. */
    async function tabTo(own: Window, words: string | RegExp): Promise<void> {
      for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
        await own.page.keyboard.press('Tab');
        const focused = await own.ask<{ words: string; isMarked: boolean }>('focused');
        if (typeof words === 'string' ? focused.words !== words : !words.test(focused.words)) continue;
        expect(focused.isMarked, `${focused.words} shows that it has the focus`).toBe(true);
        return;
      }
      throw new Error(`Tab does not lead to ${words}`);
    }

    it('one gets from the overview to Amazon’s rows and back', async () => {
      await withWindow(async (own) => {
        await own.open();
        await tabTo(own, settlements[0]!.Settlement!);
        await own.page.keyboard.press('Enter');
        await own.page.waitForSelector(`h1:text("Settlement ${settlements[0]!.Settlement}")`);
        await tabTo(own, /^AMZ/);
        await own.page.keyboard.press('Enter');
        await own.page.waitForSelector('h1:text("Entry AMZ")');
        await tabTo(own, /behind line 3$/);
        await own.page.keyboard.press('Enter');
        await own.page.waitForSelector('#rows');
        // The keyboard is where the rows begin: the next stop is their table.
        expect(await own.ask('focused')).toMatchObject({ tag: 'H2', words: expect.stringContaining('behind line 3:') });
        await own.page.keyboard.press('Tab');
        expect(await own.ask('focused')).toMatchObject({ words: 'Amazon’s rows behind line 3', isMarked: true });
        await tabTo(own, 'close');
        await own.page.keyboard.press('Enter');
        await own.page.waitForSelector('#rows', { state: 'detached' });
        await own.page.goBack();
        await own.page.waitForSelector('#rows');
      });
    });

    it('every link and table is reached, in the order of the page', async () => {
      await withWindow(async (own) => {
        await own.open(pages.entry);
        const clickables = await own.ask<string[]>('clickables');
        const reached: string[] = [];
        for (let tabs = 0; tabs < TABS_MAX && reached.at(-1) !== 'History'; tabs += 1) {
          await own.page.keyboard.press('Tab');
          reached.push((await own.ask<{ words: string }>('focused')).words);
        }
        // SAP may have had something to say.
        const tables = await own.ask<string[]>('tables');
        expect(tables).toEqual(expect.arrayContaining(['Lines', 'History']));
        expect(clickables.length).toBeGreaterThan(20);
        expect(reached.filter((words) => !tables.includes(words))).toEqual(clickables);
        expect(reached.filter((words) => tables.includes(words))).toEqual(tables);
      });
    });

    it('a refresh that changes the page leaves the keyboard where it was', async () => {
      await withWindow(async (own) => {
        await own.open();
        const { Settlement: second } = settlements[1]!;
        await tabTo(own, second!);
        await changeEntries(own, (all) => all.map((entry) => ({ ...entry, state: 'rejected' })));
        await own.page.waitForSelector('.state:text-is("rejected")');
        expect(await own.ask('focused')).toMatchObject({ tag: 'A', words: second, isMarked: true });
      });
    });
  });

  describe('what cannot be shown', () => {
    it.each([
      ['#entry/nothing-of-that-name', 'ENTRY_UNKNOWN'],
      ['#settlement/0', 'SETTLEMENT_UNKNOWN'],
      ['#constructor/x', 'There is no page at this address.'],
      ['#entry/%zz', 'There is no page at this address.'],
    ])('%s says %s instead of another page', async (hash, words) => {
      await window.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await window.page.waitForSelector(`.problem :text-is("${words}")`);
      expect(await window.page.locator('h1').textContent()).toBe('Cannot be shown');
      expect(await window.page.locator('table').count()).toBe(0);
      await window.page.click('text="Overview"');
      await window.page.waitForSelector('h1:text-is("Overview")');
    });

    it('old figures are called old when the service does not answer, and it goes on by itself', async () => {
      await withWindow(async (own) => {
        await own.open();
        await own.page.route('**/api/**', (route) => route.abort());
        const status = own.page.locator('[role=status]');
        await expect.poll(() => status.textContent(), WAIT).toMatch(/does not answer; trying again\. Figures of /);
        expect(await own.ask('rows', 'Settlements')).toHaveLength(settlements.length);
        await own.page.unroute('**/api/**');
        await expect.poll(() => status.textContent(), WAIT).toBe('');
      });
    });
  });
});
