import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestRow } from '../../test/property/build-settlement.ts';
import { testTable } from '../../test/property/test-table.ts';
import { formatMoney } from '../core/index.ts';
import { assertBalanced } from '../ledger/index.ts';
import { type AccountTable, type Proposal, proposeEntries } from './index.ts';

const TAX = 'Order|ItemPrice|Tax';
const WITHHELD = 'Order|ItemWithheldTax|MarketplaceFacilitatorTax-Principal';
const REFUNDED_TAX = 'Refund|ItemPrice|Tax';
const REFUNDED_WITHHELD = 'Refund|ItemWithheldTax|MarketplaceFacilitatorTax-Principal';
const TAX_ACCOUNT = { assignments: { 'facilitator-tax-withheld': { glAccount: 'GL-sales-tax-collected' as never } } };
const WITHOUT_ROW = testTable({ ...TAX_ACCOUNT, assignments: { ...TAX_ACCOUNT.assignments, 'tax-residual': null } });
const WITH_ROW = testTable(TAX_ACCOUNT);

const row = (words: string, amount: bigint, orderId: string, more: Partial<TestRow> = {}): TestRow => ({
  words,
  amount,
  orderId,
  postedAt: at('2026-10-30T12:00:00Z'),
  marketplace: 'Amazon.com',
  ...more,
});

function propose(rows: readonly TestRow[], table: AccountTable): Proposal {
  const period = { startAt: at('2026-10-25T00:00:00Z'), endAt: at('2026-11-08T00:00:00Z') };
  return proposeEntries({ ...buildSettlement({ ...period, rows }, table), table, sellerAccount: 'A1SELLER' });
}

const proofOf = ({ proofs }: Proposal) => proofs.find((proof) => proof.name === 'facilitator-tax-residual');
const residualsOf = ({ entries }: Proposal) =>
  entries.flatMap(({ lines, postingDate }) =>
    lines
      .filter((line) => line.kind.startsWith('tax-residual'))
      .map((line) => `${postingDate} ${line.glAccount} ${formatMoney(line.amount)} ${line.text}`),
  );

describe('tax that Amazon withholds', () => {
  it('is proven zero with the tax collected on the same orders, and then nothing more is booked', () => {
    const rows = [row(TAX, 240n, '1'), row(WITHHELD, -240n, '1'), row(TAX, 60n, '2'), row(WITHHELD, -60n, '2')];
    const proposal = propose(rows, WITHOUT_ROW);
    expect(proofOf(proposal)).toMatchObject({ ok: true, expected: '0.00', actual: '0.00' });
    expect(proofOf(proposal)?.says).toMatch(/on 2 orders, 3\.00, and withheld by Amazon, -3\.00/);
    expect(proposal.digest).not.toBeNull();
    expect(residualsOf(proposal)).toEqual([]);
  });

  it('is no matter of an order on which Amazon withheld nothing: that tax is the seller’s own', () => {
    const rows = [row(TAX, 240n, '1'), row(WITHHELD, -240n, '1'), row(TAX, 77n, '2')];
    expect(proofOf(propose(rows, WITHOUT_ROW))).toMatchObject({ ok: true, actual: '0.00' });
    // control: the same cents on an order with withheld tax do not tie.
    const mixed = [...rows.slice(0, 2), row(TAX, 77n, '1')];
    expect(propose(mixed, WITHOUT_ROW).quarantine).toMatchObject([{ code: 'TAX_RESIDUAL' }]);
  });

  it('is not asked for where there is none', () => {
    expect(proofOf(propose([row(TAX, 240n, '1')], WITHOUT_ROW))).toBeUndefined();
  });

  it('counts the tax share of discounts, and looks at orders, refunds and retrocharges apart', () => {
    const rows = [
      row(TAX, 240n, '1'),
      row('Order|Promotion|TaxDiscount', -40n, '1'),
      row(WITHHELD, -200n, '1'),
      row(REFUNDED_TAX, -240n, '1'),
      row(REFUNDED_WITHHELD, 240n, '1'),
      row('Order_Retrocharge|ItemPrice|BaseTax', 12n, '1'),
      row('Order_Retrocharge|ItemWithheldTax|MarketplaceFacilitatorTax-Principal', -12n, '1'),
    ];
    expect(proofOf(propose(rows, WITHOUT_ROW))).toMatchObject({ ok: true });
    // control: an order and its refund do not hide each other.
    const hidden = [
      row(TAX, 240n, '1'),
      row(WITHHELD, -239n, '1'),
      row(REFUNDED_TAX, -240n, '1'),
      row(REFUNDED_WITHHELD, 239n, '1'),
    ];
    expect(propose(hidden, WITHOUT_ROW).quarantine).toMatchObject([{ amount: { minor: 0n } }]);
  });

  it('stops the settlement where something is left and the table has no account for it, with orders and amounts', () => {
    const orders = Array.from({ length: 7 }, (_, n) => [row(TAX, 100n, `o${n}`), row(WITHHELD, -90n, `o${n}`)]).flat();
    const proposal = propose(orders, WITHOUT_ROW);
    expect(proposal).toMatchObject({ entries: [], digest: null });
    expect(proofOf(proposal)).toMatchObject({ ok: false, expected: '0.00', actual: '0.70' });
    const [item] = proposal.quarantine;
    expect(item).toMatchObject({ code: 'TAX_RESIDUAL', amount: { minor: 70n }, firstRow: 2 });
    expect(item?.says).toMatch(
      /on 7 of 7 orders: o0 \(order\) collected 1\.00 USD, withheld -0\.90 USD, left 0\.10 USD; .*; and 2 more\.$/,
    );
    expect(item?.next).toMatch(/mapping assign NAME --purpose tax-residual/);
  });

  it('is moved, with what is left of it, from the tax account to the residual account where the table has one', () => {
    const proposal = propose([row(TAX, 250n, '1'), row(WITHHELD, -240n, '1'), row(TAX, 5n, '2')], WITH_ROW);
    expect(residualsOf(proposal)).toEqual([
      '2026-10-31 GL-sales-tax-collected 0.10 Amazon facilitator-tax-withheld 26000000001',
      '2026-10-31 GL-tax-residual -0.10 Amazon tax-residual 26000000001',
    ]);
    expect(proofOf(proposal)).toMatchObject({ ok: true, expected: '0.10', actual: '0.10' });
    expect(proofOf(proposal)?.says).toMatch(/left on 1 of them, against what is booked as tax residual/);
    for (const entry of proposal.entries) expect(() => assertBalanced(entry)).not.toThrow();
  });

  it('is booked in the month and company code of its latest withheld row, whatever the order of the rows', () => {
    const rows = [
      row(TAX, 250n, '1'),
      row(WITHHELD, -100n, '1'),
      row(WITHHELD, -140n, '1', { postedAt: at('2026-11-02T12:00:00Z') }),
      row(TAX, 30n, '2', { marketplace: 'Amazon.de' }),
      row(WITHHELD, -31n, '2', { marketplace: 'Amazon.de' }),
    ];
    const expected = [
      '2026-10-31 GL-sales-tax-collected -0.01 Amazon facilitator-tax-withheld 26000000001',
      '2026-10-31 GL-tax-residual 0.01 Amazon tax-residual 26000000001',
      '2026-11-07 GL-sales-tax-collected 0.10 Amazon facilitator-tax-withheld 26000000001',
      '2026-11-07 GL-tax-residual -0.10 Amazon tax-residual 26000000001',
    ];
    const [one, other] = [propose(rows, WITH_ROW), propose([...rows].reverse(), WITH_ROW)];
    expect(residualsOf(one)).toEqual(expected);
    expect(other.digest).toBe(one.digest);
    expect(proofOf(one)).toMatchObject({ ok: true, expected: '0.09', actual: '0.09' });
  });
});
