import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestRow } from '../../test/property/build-settlement.ts';
import { testTable } from '../../test/property/test-table.ts';
import { formatMoney } from '../core/index.ts';
import { proposeEntries } from './propose.ts';
import { OrderRows } from './settled-orders.ts';

const WHEN = at('2026-10-12T10:00:00Z');
const row = (words: string, amount: bigint, orderId: string, own: Partial<TestRow> = {}): TestRow => ({
  words,
  amount,
  postedAt: WHEN,
  marketplace: 'Amazon.com',
  orderId,
  ...own,
});
const ROWS = [
  row('Order|ItemPrice|Principal', 10_000n, 'A-1'),
  row('Order|ItemPrice|Tax', 800n, 'A-1'),
  row('Order|Promotion|Principal', -500n, 'A-1'),
  row('Order|ItemWithheldTax|MarketplaceFacilitatorTax-Principal', -800n, 'A-1'),
  row('Order|ItemFees|Commission', -1_500n, 'A-1'),
  row('Order|ItemPrice|Principal', 2_000n, 'B-2'),
  row('Refund|ItemPrice|Principal', -10_000n, 'A-1'),
];

function propose(rows: readonly TestRow[], accrued: readonly string[] | undefined, table = testTable()) {
  const orders = accrued && new OrderRows((orderId) => accrued.includes(orderId));
  const built = buildSettlement(
    { startAt: at('2026-10-01T00:00:00Z'), endAt: at('2026-10-15T00:00:00Z'), rows },
    table,
    orders ? { orders } : {},
  );
  return proposeEntries({ ...built, table, sellerAccount: 'SELLER' });
}

const linesOf = (proposal: ReturnType<typeof propose>) =>
  proposal.entries.flatMap(({ lines }) => lines.map(({ kind, amount }) => `${kind} ${formatMoney(amount)}`));

describe('a settlement in the orders model', () => {
  it('clears what was accrued and books everything else as ever: revenue of other orders, fees, withheld tax, refunds', () => {
    expect(linesOf(propose(ROWS, ['A-1']))).toEqual(
      [
        'product-sale -20.00',
        'product-refund 100.00',
        'referral-fee 15.00',
        'facilitator-tax-withheld 8.00',
        'order-receivable -103.00',
        'payout 0.00',
      ].filter((line) => line !== 'payout 0.00'),
    );
  });

  it('says order by order what is paid, and proves that the receivable lines are exactly that', () => {
    const { orders, proofs } = propose(ROWS, ['A-1']);
    expect(
      orders?.map((order) => [order.orderId, order.marketplace, formatMoney(order.amount), order.isCleared]),
    ).toEqual([
      ['A-1', 'Amazon.com', '103.00', true],
      ['B-2', 'Amazon.com', '20.00', false],
    ]);
    expect(proofs.at(-1)).toMatchObject({ name: 'orders-cleared', ok: true, expected: '103.00', actual: '103.00' });
  });

  it('without an accrued order has the digest of the settlement model, and control: with one it has another', () => {
    const asEver = propose(ROWS, undefined);
    expect(propose(ROWS, []).digest).toBe(asEver.digest);
    expect(propose(ROWS, ['A-1']).digest).not.toBe(asEver.digest);
    expect(asEver.orders).toBeUndefined();
    expect(asEver.proofs.map(({ name }) => name)).not.toContain('orders-cleared');
  });

  it('gives the same entries whatever the order of the rows', () => {
    expect(propose([...ROWS].reverse(), ['A-1']).digest).toBe(propose(ROWS, ['A-1']).digest);
  });

  it('never takes an order of another sales channel for one that was accrued', () => {
    const rows = [row('Order|ItemPrice|Principal', 700n, 'A-1', { marketplace: 'Non-Amazon' }), ROWS[5]!];
    const { orders } = propose(rows, ['A-1']);
    expect(orders?.map(({ orderId }) => orderId)).toEqual(['B-2']);
  });

  it('is quarantined where the account table has no receivable, and only there', () => {
    const table = testTable({ assignments: { 'order-receivable': null } });
    expect(propose(ROWS, ['A-1'], table).quarantine).toMatchObject([
      { code: 'ACCOUNT_MISSING', says: expect.stringContaining('order-receivable') },
      { code: 'ACCOUNT_MISSING' },
      { code: 'ACCOUNT_MISSING' },
    ]);
    expect(propose(ROWS, [], table).quarantine).toEqual([]);
  });
});
