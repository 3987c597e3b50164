import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../core/index.ts';
import { buildLedgers, type LedgerInput, type LedgerLine } from './ledgers.ts';
import { day, EUR, keyOf } from './reconciliation.fixture.ts';

const NO_PAIRS = { before: new Map(), returned: new Map(), offsets: new Map() };

function line(kind: string, minor: bigint, facts: Partial<LedgerLine> = {}): LedgerLine {
  return {
    postingKey: `AMZ-${kind}`,
    companyCode: '1710',
    currency: EUR,
    postingDate: day('2026-10-15'),
    originKey: keyOf('s'),
    originName: 's',
    kind,
    minor,
    isBooked: true,
    ...facts,
  };
}

const build = (lines: readonly LedgerLine[], input: Partial<LedgerInput> = {}) =>
  buildLedgers({ lines, bank: [], pairs: NO_PAIRS, from: day('2026-10-01'), until: day('2026-10-31'), ...input });
const open = (lines: readonly LedgerLine[], input: Partial<LedgerInput> = {}) =>
  build(lines, input).flatMap(({ name, openItems }) =>
    openItems.map(({ originName, amount }) => [name, originName, amount.minor]),
  );
const paidIn = (minor: bigint, on: LocalDate = day('2026-10-17')) => ({
  settlementKey: keyOf('s'),
  settlementId: 's',
  reference: 'bank 1',
  on,
  currency: EUR,
  minor,
});

describe('a ledger', () => {
  it('opens, moves and closes, and is the sum of its open items', () => {
    const before = line('payout', 700n, { postingDate: day('2026-09-15'), originKey: keyOf('r'), originName: 'r' });
    const [ledger] = build([before, line('payout', 1_000n)], { bank: [paidIn(1_000n)] });
    expect(ledger).toMatchObject({
      name: 'clearing',
      opening: { minor: 700n },
      debits: { minor: 1_000n },
      credits: { minor: -1_000n },
      closing: { minor: 700n },
      ties: true,
      openItems: [{ originName: 'r', ageDays: 46, amount: { minor: 700n } }],
    });
  });

  it('a deposit after the end of the period clears nothing in it', () => {
    const lines = [line('payout', 1_000n)];
    expect(open(lines, { bank: [paidIn(1_000n, day('2026-11-02'))] })).toEqual([['clearing', 's', 1_000n]]);
    expect(open(lines, { bank: [paidIn(990n)] })).toEqual([['clearing', 's', 10n]]);
  });

  it('a payout that came back clears its own payout, also when one row shows two of them', () => {
    const other = { originKey: keyOf('t'), originName: 't' };
    const lines = [
      line('payout', 1_000n),
      line('payout', 400n, { ...other, originKey: keyOf('u'), originName: 'u' }),
      line('payout-returned', -1_400n, other),
    ];
    const rows = [
      { of: keyOf('s'), minor: 1_000n },
      { of: keyOf('u'), minor: 400n },
    ];
    expect(open(lines, { pairs: { ...NO_PAIRS, returned: new Map([[keyOf('t'), rows]]) } })).toEqual([]);
    expect(open(lines)).toHaveLength(3);
  });

  it('reserve and debt are cleared by the settlement that follows, and by no other', () => {
    const next = { originKey: keyOf('t'), originName: 't' };
    const lines = [
      line('reserve-held', 50n),
      line('reserve-released', -50n, next),
      line('closing-debt', -9n),
      line('opening-debt', 9n, next),
    ];
    const pairs = { ...NO_PAIRS, before: new Map([[keyOf('t'), { key: keyOf('s'), settlementId: 's' }]]) };
    expect(open(lines, { pairs })).toEqual([]);
    expect(open(lines)).toHaveLength(4);
  });

  it('what was reversed is gone with its reversal, and both are movements', () => {
    const reversed = [line('payout', 1_000n), line('payout', -1_000n, { postingKey: 'REV' })];
    const [ledger] = build(reversed);
    expect([ledger?.openItems, ledger?.movements.length, ledger?.closing.minor]).toEqual([[], 2, 0n]);
  });

  it('what one company code owes another is cleared over both', () => {
    const [ledger, ...rest] = build([line('cross-company', 5n), line('cross-company', -5n, { companyCode: '1720' })]);
    expect([ledger?.companyCode, ledger?.openItems, rest]).toEqual([null, [], []]);
  });

  it('what orders owe is one balance over accruals and settlements, as old as the oldest that is not cleared', () => {
    const accrued = (on: string, name: string) => ({ postingDate: day(on), originKey: name, originName: name });
    const lines = [
      line('order-receivable', 100n, accrued('2026-10-03', 'orders 2026-10-03')),
      line('order-receivable', 70n, accrued('2026-10-05', 'orders 2026-10-05')),
      line('order-receivable', 30n, accrued('2026-10-09', 'orders 2026-10-09')),
      line('order-receivable', -120n),
    ];
    const [ledger] = build(lines);
    expect(ledger).toMatchObject({ closing: { minor: 80n }, ties: true });
    expect(ledger?.openItems).toMatchObject([{ since: '2026-10-05', originName: 'orders 2026-10-05' }]);
    expect(open([...lines, line('order-receivable', -80n)])).toEqual([]);
  });

  it('what was accrued at a month end is open on its last day and gone on the next', () => {
    const month = { originKey: 'm', originName: '2026-09' };
    const lines = [
      line('unsettled', 15n, { ...month, postingDate: day('2026-09-30') }),
      line('unsettled', -15n, { ...month, postingDate: day('2026-10-01') }),
    ];
    expect(open(lines, { from: day('2026-09-01'), until: day('2026-09-30') })).toEqual([['unsettled', '2026-09', 15n]]);
    expect(open(lines)).toEqual([]);
    const september = { from: day('2026-09-01'), until: day('2026-09-30') };
    const clearedOn = (of: readonly LedgerLine[]) => build(of, september)[0]?.openItems[0]?.clearedOn;
    expect(clearedOn(lines)).toBe('2026-10-01');
    expect(clearedOn(lines.slice(0, 1))).toBeNull();
    expect(clearedOn([...lines, line('unsettled', 1n, { ...month, postingDate: day('2026-10-02') })])).toBeNull();
  });

  it('company codes and currencies are apart, and lines of other kinds are on none', () => {
    const lines = [line('payout', 1n), line('payout', 1n, { companyCode: '1720' }), line('product-sale', -2n)];
    expect(build(lines).map(({ companyCode }) => companyCode)).toEqual(['1710', '1720']);
  });

  it('a card charge is cleared by the bank movement that went out', () => {
    expect(open([line('card-charge', -300n)], { bank: [paidIn(-300n)] })).toEqual([]);
    expect(open([line('card-charge', -300n)])).toEqual([['card', 's', -300n]]);
  });
});
