/** The account table, customers and orders in a real browser: what is not known is taught on the page, and approved by another person. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsOf, ROLES } from '../../src/app/index.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { DIALECTS, settlementBytes, settlementWithUnknownFee } from '../entrypoints/settlement-files.ts';
import { openShop, type Shop } from '../entrypoints/shop.ts';
import { order } from '../store/feed-samples.ts';
import { CHROMIUM, launchBrowser, openWindow, SKIPPED_WITHOUT_BROWSER, type Window } from './browser.ts';

const ORDER = '302-0000001-0000001';
const SETTINGS = {
  // The stores are named, so that nobody has to ask Amazon for them.
  amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token', marketplaces: ['US'] },
  posting: { approval: 'review', approverNot: 'nobody', mappingApproval: 'other' },
  customers: {
    per: 'marketplace',
    grouping: 'BP02',
    companyCodes: [{ companyCode: '1710', reconciliationAccount: '12509500' }],
    marketplaces: { 'Amazon.com': { name: 'Amazon.com Services LLC', city: 'Seattle', country: 'US' } },
  },
};

/** Who looks at the page now. */
let person = 'mia';
const identify: Identify = async () => ({
  userId: person,
  name: person,
  displayName: person,
  roles: ROLES,
  permissions: permissionsOf(ROLES),
  via: 'token',
  credentialId: person,
});

describe.skipIf(!CHROMIUM)(
  `the account table, customers and orders (${SKIPPED_WITHOUT_BROWSER})`,
  { timeout: 60_000 },
  () => {
    let shop: Shop;
    let browser: Browser;
    let window: Window;

    beforeAll(async () => {
      shop = await openShop('mapping-page', SETTINGS, identify);
      await shop.receive(settlementBytes(settlementWithUnknownFee(DIALECTS.US), DIALECTS.US));
      const [connection] = await shop.test.books.listConnections();
      await shop.workspace.feedBooks.putOrders(connection!.id, [order({ orderId: ORDER })], { reportSha256: null });
      browser = await launchBrowser();
      window = await openWindow(browser, shop.page);
    }, 90_000);

    afterAll(async () => {
      await browser?.close();
      await shop?.close();
    });

    it('teach an unknown value with an account of SAP, and show first that its settlement leaves quarantine', async () => {
      const { page } = window;
      await window.open('/mapping');
      await page.getByRole('button', { name: 'Teach…' }).click();
      const dialog = page.locator('ui5-dialog[open]');
      const fill = async (label: string, text: string) => {
        const field = dialog.getByRole('combobox', { name: label });
        await field.fill(text);
        await field.press('Tab');
      };
      // Beside the field, where it is seen without its focus, too.
      const says = (text: string) => dialog.locator('.form-field-below').filter({ hasText: text }).first().waitFor();
      const kind = dialog.getByRole('combobox', { name: 'Kind of line' });
      const account = dialog.getByRole('combobox', { name: 'G/L account' });
      const booked = dialog.getByRole('table', { name: 'What would be booked' });
      // Nothing is certain, so that nothing is filled in, and nothing would be booked yet.
      await kind.waitFor();
      expect([await kind.inputValue(), await account.inputValue(), await booked.count()]).toEqual(['', '', 0]);
      await fill('Kind of line', 'no-such-kind');
      await says('no-such-kind is not a line kind');
      await fill('Kind of line', 'referral-fee');
      await fill('G/L account', '99999999');
      await says('SAP has none under this number.');
      await fill('G/L account', '65003100');
      await says('In SAP: 65003100 Account 65003100');
      await dialog.getByText('70000000902 leaves quarantine').waitFor();
      await booked.getByText('65003100 Account 65003100').waitFor();
      // By the service: count of settlements, of rows, and the amount, in the company code of the marketplace.
      const cells = await booked.getByRole('row').last().locator('th, td').allInnerTexts();
      expect([cells[0], ...cells.slice(-3)]).toEqual(['1710', '1', '2', '−1.11 USD']);
      // Control: without a reason nothing is recorded.
      await dialog.getByRole('button', { name: 'Record as new version' }).click({ timeout: 40_000 });
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('a fee of tomorrow is a fee for the sale');
      await dialog.getByRole('button', { name: 'Record as new version' }).click();
      await page.getByText('It is version 2 and waits for somebody else’s approval.').waitFor();
      expect((await shop.test.books.getSettlement('70000000902')).state).toBe('quarantined');
    });

    it('refuse the approval of whoever taught it, and let the settlement go on when another person approves', async () => {
      const { page } = window;
      const approve = async () => {
        await page.getByRole('button', { name: 'Approve…' }).click();
        const dialog = page.locator('ui5-dialog[open]');
        await dialog.getByRole('textbox', { name: 'Reason' }).fill('seen');
        await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
        return dialog;
      };
      const dialog = await approve();
      await dialog.getByText('MAPPING_APPROVAL_OWN').waitFor();
      person = 'otto';
      await window.open('/mapping');
      await approve();
      await page.getByText('Settlement 70000000902: Proposed').waitFor();
      await page.getByText(/Nothing holds a settlement up/).waitFor();
      expect((await shop.test.books.getSettlement('70000000902')).state).toBe('proposed');
      person = 'mia';
    });

    it('edit a cell, show its fault next to it, and what would move before it is saved', async () => {
      const { page } = window;
      await window.open('/mapping');
      await page.getByRole('textbox', { name: 'Filter' }).fill('referral-fee');
      const editRow = async (role: 'textbox' | 'combobox', label: string, text: string) => {
        await page.getByText('Amazon referral fees', { exact: true }).first().click();
        const field = page.locator('ui5-dialog[open]').getByRole(role, { name: label });
        await field.fill(text);
        await field.press('Tab');
        await page.getByRole('button', { name: 'Take over' }).click();
      };
      await editRow('textbox', 'First day', 'tomorrow');
      await page.getByText(/1 cells have to be put right first/).waitFor();
      await editRow('textbox', 'First day', '');
      await editRow('combobox', 'G/L account', '65003200');
      await page.getByText(/1 rows are not as in the version in use/).waitFor();
      await page.getByRole('button', { name: 'Check and save…' }).click();
      const dialog = page.locator('ui5-dialog[open]');
      await dialog.getByText('What would move').first().waitFor();
      await dialog.getByText('65003200').first().waitFor();
      expect(await window.barriers()).toEqual([]);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Discard changes' }).click();
    });

    it('show what a sync of the customers would do before it does it', async () => {
      const { page } = window;
      await window.open('/customers');
      await page.getByRole('button', { name: 'Sync now…' }).click();
      const dialog = page.locator('ui5-dialog[open]');
      await dialog.getByText('Would be created').waitFor();
      await dialog.getByRole('button', { name: 'Sync the customers' }).click();
      await page.getByText(/1 created/).waitFor();
      await page.getByRole('link', { name: 'Amazon.com' }).click();
      await page.getByText('SAP created business partner').first().waitFor();
    });

    it('show an order without its buyer, and ask for a reason before a buyer is told', async () => {
      const { page } = window;
      await window.open('/orders');
      await page.getByText(ORDER).first().waitFor();
      await window.open(`/orders/${ORDER}`);
      await page.getByRole('button', { name: 'Show the buyer…' }).click();
      const dialog = page.locator('ui5-dialog[open]');
      await dialog.getByRole('button', { name: 'Show the buyer' }).click();
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('a complaint');
      await dialog.getByRole('button', { name: 'Show the buyer' }).click();
      await dialog.getByText('BUYER_GONE').waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      // The refusals above are told by the browser itself.
      expect(window.complaints.filter((says) => !says.startsWith('Failed to load resource'))).toEqual([]);
    });
  },
);
