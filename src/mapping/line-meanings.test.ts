/** Words that a table teaches mean the same wherever rows are looked at, or a proof would miss what an entry books. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestRow } from '../../test/property/build-settlement.ts';
import { testTable } from '../../test/property/test-table.ts';
import { formatMoney } from '../core/index.ts';
import type { AccountTable } from './account-table.ts';
import type { LineKind } from './line-kind.ts';
import { meaningsWith, OWN_MEANINGS } from './line-meanings.ts';
import { proposeEntries } from './propose.ts';
import { OrderRows } from './settled-orders.ts';

const NEW_TAX = 'Order|ItemWithheldTax|FacilitatorTaxOfTomorrow';
const NEW_PRICE = 'Order|ItemPrice|PriceOfTomorrow';

const teaching = (kinds: Readonly<Record<string, LineKind>>): AccountTable => ({
  ...testTable({ assignments: { 'tax-residual': null } }),
  ...meaningsWith((triple) => kinds[Object.values(triple).join('|')]),
});
const row = (words: string, amount: bigint): TestRow => ({
  words,
  amount,
  postedAt: at('2026-10-12T10:00:00Z'),
  marketplace: 'Amazon.com',
  orderId: '111-1',
});

function propose(rows: readonly TestRow[], table: AccountTable, orders?: OrderRows) {
  const period = { startAt: at('2026-10-01T00:00:00Z'), endAt: at('2026-10-15T00:00:00Z') };
  const built = buildSettlement({ ...period, rows }, table, orders ? { orders } : {});
  return proposeEntries({ ...built, table, sellerAccount: 'SELLER' });
}

describe('words that a table teaches', () => {
  it('count in the proof of withheld tax', () => {
    const rows = [row('Order|ItemPrice|Tax', 240n), row(NEW_TAX, -230n)];
    const withheld = propose(rows, teaching({ [NEW_TAX]: 'facilitator-tax-withheld' }));
    expect(withheld.quarantine).toMatchObject([{ code: 'TAX_RESIDUAL', amount: { minor: 10n } }]);
    // control: taught as something else, the same row is no withheld tax.
    expect(propose(rows, teaching({ [NEW_TAX]: 'referral-fee' })).quarantine).toEqual([]);
  });

  it('clear the receivable of an accrued order, as its other rows do', () => {
    const rows = [row('Order|ItemPrice|Principal', 1_000n), row(NEW_PRICE, 50n)];
    const table = teaching({ [NEW_PRICE]: 'shipping-income' });
    const { entries } = propose(rows, table, new OrderRows(() => true));
    const lines = entries.flatMap((entry) => entry.lines.map(({ kind, amount }) => `${kind} ${formatMoney(amount)}`));
    expect(lines).toEqual(['order-receivable -10.50', 'payout 10.50']);
  });

  it('are asked for wherever a row is looked at: nobody outside this folder asks the program alone, but who teaches', () => {
    const asking = (name: string) =>
      readdirSync(new URL('../', import.meta.url), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('mapping/'))
        .filter((file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').includes(name));
    expect(asking('recogniseLineKind')).toEqual([]);
    expect(asking('OWN_MEANINGS').sort()).toEqual(['app/reconciliation/gather.ts', 'entrypoints/mapping-changes.ts']);
    // control: tables are asked in several places.
    expect(asking('.kindOf(').length).toBeGreaterThan(2);
  });

  it('control: the program alone does not know them', () => {
    const triple = { transactionType: 'Order', amountType: 'ItemPrice', amountDescription: 'PriceOfTomorrow' };
    expect(OWN_MEANINGS.kindOf(triple, { isMultiChannel: false })).toBeUndefined();
  });
});
