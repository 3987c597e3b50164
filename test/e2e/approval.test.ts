/** What people decide together and mend, in real browsers with sessions of their own: four eyes, refusals of SAP, lost answers. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryState, SettlementRecord } from '../../src/app/index.ts';
import {
  DIALECTS,
  type SettlementFacts,
  settlementBytes,
  settlementOfTwoMonths,
  settlementWithUnknownFee,
  smallSettlement,
} from '../entrypoints/settlement-files.ts';
import { openShop, type Shop } from '../entrypoints/shop.ts';
import { OWN_PASSWORD, startWithSignIn, type Visitor, visitorWith } from '../entrypoints/sign-in-kit.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

const FEE = { transactionType: 'Order', amountType: 'ItemFees', amountDescription: 'FeeOfTomorrow' };
/** Nothing of these settlements goes by itself, and all of it takes two. */
const posting = { approval: 'automatic', automaticUpTo: { USD: '1.00' }, fourEyesAbove: { USD: '10.00' } };
const QUIET_PERIOD_MS = 300_000;
/** Several people sign in, on a busy machine. */
const DECIDED_MS_MAX = 180_000;
/** What SAP has to answer first. */
const DONE = { timeout: 60_000 };
const CLOSED = 'F5 201 Posting period 010 2026 is not open';
const ROLES = {
  anna: ['accountant'],
  ben: ['approver'],
  bea: ['approver'],
  mia: ['mapping-editor', 'approver'],
  // In a small company one person approves and sends.
  dora: ['accountant', 'approver'],
} as const;

describe.skipIf(!CHROMIUM)(`what people decide in a browser (${SKIPPED_WITHOUT_BROWSER})`, () => {
  let shop: Shop;
  let service: Awaited<ReturnType<typeof startWithSignIn>>;
  let browser: Browser;
  const visitors = new Map<string, Visitor>();
  const windows = new Map<string, Window>();

  beforeAll(async () => {
    shop = await openShop('approval', { posting });
    service = await startWithSignIn(shop.test);
    for (const [name, roles] of Object.entries(ROLES)) {
      visitors.set(name, await visitorWith(service, name, ...roles));
    }
    browser = await launchBrowser();
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await shop?.close();
  });

  /** The window of somebody who has signed in there, as people do, on the way to a page. */
  async function windowOf(name: keyof typeof ROLES, path: string): Promise<Window> {
    const known = windows.get(name);
    if (known) {
      await known.open(path);
      return known;
    }
    const window = await openWindow(browser, service);
    windows.set(name, window);
    await window.open(path);
    const field = (id: string) => window.page.locator(`input[name="${id}"]`);
    await field('name').fill(name);
    await field('password').fill(OWN_PASSWORD);
    await field('password').press('Enter');
    await field('password').waitFor({ state: 'detached' });
    await window.settled();
    return window;
  }

  const button = ({ page }: Window, name: string | RegExp): Locator =>
    page.getByRole('button', { name, exact: true }).first();
  const dialogOf = ({ page }: Window): Locator => page.locator('ui5-dialog[open]');

  /** Asks for something and confirms it with a reason. */
  async function ask(window: Window, asked: Locator, why: string, isLookedAt = false): Promise<void> {
    await asked.click();
    const dialog = dialogOf(window);
    await dialog.getByRole('textbox', { name: 'Reason' }).fill(why);
    if (isLookedAt) await hasNoBarriers(window);
    await dialog.locator('ui5-bar ui5-button').first().click();
  }

  /** The library's own words come a moment after the page. */
  async function hasNoBarriers(window: Window): Promise<void> {
    await expect.poll(() => window.barriers(), { timeout: 15_000 }).toEqual([]);
  }

  async function refusedWith(window: Window, code: string): Promise<void> {
    await dialogOf(window).getByText(code).waitFor();
    await hasNoBarriers(window);
    await dialogOf(window).getByRole('button', { name: 'Cancel' }).click();
    await dialogOf(window).waitFor({ state: 'detached' });
  }

  const entryOf = async ({ key }: SettlementRecord) => (await shop.test.books.listEntries({ originKey: key }))[0]!;
  const stateOf = async (id: string): Promise<EntryState> => (await shop.test.books.getEntry(id)).state;
  const timesInSap = (key: string) =>
    shop.vendors.ledger().filter(({ documentReferenceId }) => documentReferenceId === key).length;

  /** The entry of a settlement that both approvers have approved, and that the accountant has sent. */
  async function sent(change: Partial<SettlementFacts>) {
    const bytes = settlementBytes(smallSettlement(DIALECTS.US, change), DIALECTS.US);
    const { id, entry } = await entryOf(await shop.receive(bytes));
    for (const name of ['ben', 'bea']) await visitors.get(name)!.post(`/entries/${id}/approve`, { why: 'agreed' });
    const answer = await visitors.get('anna')!.post(`/entries/${id}/post`, { why: 'all agreed' });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return { id, key: entry.postingKey as string, state: answer.body.state as EntryState };
  }

  it(
    'sends a large entry once a second person approves it: not the first again, nor who made the account table',
    async () => {
      await shop.teach({ ...FEE, kind: 'referral-fee' }, { kind: 'user', name: 'mia' });
      const bytes = settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US);
      const { id, entry } = await entryOf(await shop.receive(bytes));
      const path = `/entries/${entry.postingKey}`;

      const ben = await windowOf('ben', '/');
      await ben.page.getByRole('heading', { name: 'What needs you (1)' }).waitFor();
      await ben.page.getByRole('link', { name: 'Entries and reversals to approve: 1' }).waitFor();
      await ben.page.getByRole('link', { name: 'Entries and reversals to approve', exact: true }).click();
      await ben.page.getByRole('link', { name: entry.postingKey }).click();
      await ben.page.getByText('2 more people have to approve it').first().waitFor();
      await ben.page.getByText(/USD is above the limit for two people \(10\.00\)/).waitFor();
      await hasNoBarriers(ben);
      await ask(ben, button(ben, 'Approve'), 'checked with the bank');
      await ben.page.getByText('Approved by ben').waitFor();
      await ben.page.getByText('1 more person has to approve it').first().waitFor();
      await ben.page
        .getByText(/not possible now/)
        .first()
        .click();
      await ben.page.getByText('You have approved it; the next approval is another person’s.').waitFor();
      await ben.open('/');
      await ben.page.getByRole('heading', { name: 'What needs you (0)' }).waitFor();
      await ben.page.getByText('Nothing waits for you.').waitFor();
      const waiting = ben.page.getByRole('table', { name: 'Waiting for people' });
      await waiting.getByText('another approver').waitFor();
      const again = await visitors.get('ben')!.post(`/entries/${id}/approve`, { why: 'once more' });
      expect(again.body.code, JSON.stringify(again.body)).toBe('APPROVAL_TWICE');

      const mia = await windowOf('mia', path);
      await mia.page.getByText(/^mia may not: author of version \d+ of the account table$/).waitFor();
      await ask(mia, button(mia, 'Approve'), 'the table is right');
      await refusedWith(mia, 'APPROVAL_OWN_MAPPING');
      expect(await stateOf(id)).toBe('proposed');

      const bea = await windowOf('bea', path);
      await ask(bea, button(bea, 'Approve'), 'checked against the statement');
      await bea.page.getByText('Approved by bea').waitFor();
      expect(await stateOf(id)).toBe('approved');

      const anna = await windowOf('anna', path);
      await ask(anna, button(anna, 'Post to SAP'), 'both have looked');
      const { page } = anna;
      await page.getByRole('link', { name: /^\d+\/\w{4}\/2026$/ }).waitFor(DONE);
      expect([await stateOf(id), timesInSap(entry.postingKey)]).toEqual(['posted', 1]);
      const history = page.getByRole('table', { name: 'History' });
      for (const [name, why] of [
        ['ben', 'checked with the bank'],
        ['bea', 'checked against the statement'],
      ] as const) {
        const row = history.getByRole('row').filter({ hasText: why }).filter({ hasText: name });
        await row.filter({ hasText: 'Entry approved by one person' }).waitFor();
      }
      await hasNoBarriers(anna);
    },
    DECIDED_MS_MAX,
  );

  it(
    'offers to post an entry once the others of its settlement are approved, and says until then which of them hold it back',
    async () => {
      const bytes = settlementBytes(settlementOfTwoMonths(DIALECTS.US, '71000000010'), DIALECTS.US);
      const { key } = await shop.receive(bytes);
      const [first, second] = await shop.test.books.listEntries({ originKey: key });
      const approve = async (id: string) => {
        for (const name of ['ben', 'bea']) await visitors.get(name)!.post(`/entries/${id}/approve`, { why: 'agreed' });
      };
      await approve(first!.id);
      const anna = await windowOf('anna', `/entries/${first!.id}`);
      const { page } = anna;
      await page
        .getByText(/not possible now/)
        .first()
        .click();
      await page.getByText(`${second!.entry.postingKey} waits for approval.`).waitFor();
      expect(await button(anna, 'Post to SAP').isDisabled()).toBe(true);
      await hasNoBarriers(anna);
      // Control: with the whole of it approved it is offered, and goes.
      await approve(second!.id);
      await expect.poll(() => button(anna, 'Post to SAP').isDisabled(), DONE).toBe(false);
      await ask(anna, button(anna, 'Post to SAP'), 'all of it is approved');
      await page.getByRole('link', { name: /^\d+\/\w{4}\/2026$/ }).waitFor(DONE);
    },
    DECIDED_MS_MAX,
  );

  it(
    'does again what SAP refused, one and then the others, once its cause is mended there, and books each once',
    async () => {
      const period = (open: boolean) =>
        fetch(`${shop.vendors.sap.url}/_sim/periods`, {
          method: 'POST',
          body: JSON.stringify({ companyCode: '1710', fiscalYear: '2026', period: '010', open }),
        });
      expect((await period(false)).status).toBe(200);
      const refused = [];
      for (const settlementId of ['71000000001', '71000000002', '71000000003', '71000000004']) {
        refused.push(await sent({ settlementId }));
      }
      expect(refused.map(({ state }) => state)).toEqual(refused.map(() => 'rejected'));
      const [first, second, ...others] = refused;

      const dora = await windowOf('dora', '/exceptions');
      const { page } = dora;
      const group = page.getByRole('region', { name: CLOSED });
      await group.getByText('4 records').waitFor();
      await group.getByText(/Open the posting period in SAP/).waitFor();
      await hasNoBarriers(dora);

      // Control: while nothing is mended, SAP says the same again, and nobody is told that it went through.
      await ask(dora, button(dora, `Approve again and send ${first!.key}`), 'perhaps it is open by now', true);
      const result = page.locator('output');
      await result.getByText('0 of 1 went through').waitFor(DONE);
      await result.getByText(/SAP_ENTRY_REJECTED: .*Posting period 010 2026 is not open/).waitFor();
      expect(await stateOf(first!.id)).toBe('rejected');

      await period(true);
      await ask(dora, button(dora, `Approve again and send ${first!.key}`), 'October is open again');
      await result.getByText('1 of 1 went through').waitFor(DONE);
      await result.getByRole('link', { name: first!.key }).waitFor();
      await hasNoBarriers(dora);

      // Who approves and does not send leaves it approved; it fails no more, and an accountant or the next sync sends it.
      const ben = await windowOf('ben', `/entries/${second!.key}`);
      // Whoever approved it may approve it again: nobody else is missing.
      await button(ben, 'Approve').waitFor();
      await ben.open('/exceptions');
      await ask(ben, button(ben, `Approve again ${second!.key}`), 'the controller opened October');
      await ben.page.locator('output').getByText('1 of 1 went through').waitFor(DONE);
      expect(await stateOf(second!.id)).toBe('approved');
      await ben.page.getByRole('region', { name: CLOSED }).getByText('2 records').waitFor();

      await ask(dora, button(dora, 'Approve again and send: all 2'), 'October is open again');
      await result.getByText('2 of 2 went through').waitFor(DONE);
      await page.getByText('Nothing has failed.').waitFor();
      expect(await Promise.all([first!, ...others].map(({ id }) => stateOf(id)))).toEqual([
        'posted',
        'posted',
        'posted',
      ]);
      expect(refused.map(({ key }) => timesInSap(key))).toEqual([1, 0, 1, 1]);
    },
    DECIDED_MS_MAX,
  );

  it(
    'looks up in SAP what nobody knows of: what is there is adopted, and what is not there waits for the quiet period',
    async () => {
      const order = (kind: string) =>
        fetch(`${shop.vendors.sap.url}/_sim/faults`, { method: 'POST', body: JSON.stringify({ faults: [{ kind }] }) });
      await order('dropReply');
      const booked = await sent({ settlementId: '71000000005' });
      await order('dropRequest');
      const lost = await sent({ settlementId: '71000000006' });
      expect([booked, lost].map(({ state }) => state)).toEqual(['unknown', 'unknown']);

      const anna = await windowOf('anna', '/exceptions');
      const { page } = anna;
      const result = page.locator('output');
      await page.getByText('Outcome unknown').first().waitFor();
      await hasNoBarriers(anna);
      await ask(anna, button(anna, 'Look up in SAP: all 2'), 'nobody has looked yet');
      await result.getByText('1 of 2 went through').waitFor(DONE);
      expect([await stateOf(booked.id), await stateOf(lost.id)]).toEqual(['posted', 'unknown']);

      await shop.vendors.clock.sleep(QUIET_PERIOD_MS);
      await ask(anna, button(anna, 'Look up in SAP'), 'the quiet period is over');
      await result.getByText('1 of 1 went through').waitFor(DONE);
      expect([await stateOf(lost.id), timesInSap(booked.key), timesInSap(lost.key)]).toEqual(['approved', 1, 0]);
      await page.getByText('Nothing has failed.').waitFor();
    },
    DECIDED_MS_MAX,
  );

  it(
    'lets looser approval rules hold once another person accepts them: not who loosened them, nor who approves nothing',
    async () => {
      const { books } = shop.test;
      const [connection] = await books.listConnections();
      const { id, settings } = connection!;
      const looser = { ...settings, posting: { approval: 'automatic', automaticUpTo: { USD: '1.00' } } };
      await books.updateConnection(
        id,
        { settings: looser, secrets: {} },
        { kind: 'user', name: 'mia' },
        'one is enough',
      );
      const accept = '/approvals/shop/accept-rules';
      const refusals = await Promise.all(
        (['mia', 'anna'] as const).map((name) => visitors.get(name)!.post(accept, { why: 'fine' })),
      );
      expect(refusals.map(({ body }) => body.code)).toEqual(['APPROVAL_RULES_OWN', 'PERMISSION_MISSING']);

      const mia = await windowOf('mia', '/approvals');
      await mia.page
        .getByText(/not possible now/)
        .first()
        .click();
      await mia.page.getByText('You loosened these rules yourself; another person accepts them.').waitFor();
      expect(await books.listRuleChanges(id)).toHaveLength(1);

      const bea = await windowOf('bea', '/approvals');
      await ask(bea, button(bea, 'Accept the rules of shop…'), 'the limit of the new year', true);
      await button(bea, 'Accept the rules of shop…').waitFor({ state: 'detached' });
      expect(await books.listRuleChanges(id)).toEqual([]);
      const [event] = (await books.listEvents({ subject: `connection/${id}` })).slice(-1);
      expect(event).toMatchObject({ action: 'connection.rules-accepted', actor: { name: 'bea' } });
    },
    DECIDED_MS_MAX,
  );

  it('complains of nothing but the refusals that were asked for, and asks no other host', () => {
    // A refusal is an answer like any other, though browsers call it an error.
    const complaints = [...windows.values()].flatMap((window) => window.complaints);
    expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
    const requests = [...windows.values()].flatMap((window) => window.requests);
    expect(requests.filter((address) => !address.startsWith(`${service.url}/`))).toEqual([]);
  });
});
