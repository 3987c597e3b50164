import { describe, expect, it } from 'vitest';
import { type ExpectedPayment, matchDeposits } from './match-deposits.ts';
import { day, EUR, keyOf, USD } from './reconciliation.fixture.ts';
import type { DepositId } from './reconciliation-store.ts';

const expected = (id: string, minor: bigint, facts: Partial<ExpectedPayment> = {}): ExpectedPayment => ({
  settlementKey: keyOf(id),
  currency: EUR,
  minor,
  from: day('2026-10-10'),
  until: day('2026-10-29'),
  references: [`1100200030${id}`, `TRACE-${id}-77`],
  ...facts,
});
const seen = (id: string, minor: bigint, text = '', facts: object = {}) => ({
  id: id as DepositId,
  bookedOn: day('2026-10-15'),
  currency: EUR,
  minor,
  text,
  ...facts,
});
const match = (input: Partial<Parameters<typeof matchDeposits>[0]>) =>
  matchDeposits({ payments: [], deposits: [], taken: [], refused: [], ...input });

describe('a deposit is a payout', () => {
  it('when the bank repeats its trace id or settlement id, however it cuts and spaces it', () => {
    const { matches } = match({
      payments: [expected('1', 500n), expected('2', 500n)],
      deposits: [seen('x', 500n, 'AMZN trace 2 77'), seen('y', 500n, 'sett 11002 00030 1')],
    });
    expect(matches).toEqual([
      { depositId: 'y', settlementKey: keyOf('1'), rule: 'reference' },
      { depositId: 'x', settlementKey: keyOf('2'), rule: 'reference' },
    ]);
  });

  it('also in another currency, when it repeats the reference', () => {
    const deposits = [seen('x', 611n, 'TRACE-1-77', { currency: USD })];
    expect(match({ payments: [expected('1', 500n)], deposits }).matches).toHaveLength(1);
  });

  it('when it is the only one of its amount in these days', () => {
    const deposits = [seen('x', 500n), seen('old', 500n, '', { bookedOn: day('2026-10-09') })];
    expect(match({ payments: [expected('1', 500n)], deposits }).matches).toEqual([
      { depositId: 'x', settlementKey: keyOf('1'), rule: 'amount' },
    ]);
  });
});

describe('a person decides', () => {
  it('between two deposits of one amount, and between two payouts', () => {
    const two = match({ payments: [expected('1', 500n)], deposits: [seen('x', 500n), seen('y', 500n)] });
    expect(two).toEqual({
      matches: [],
      ambiguous: [{ settlementKey: keyOf('1'), depositIds: ['x', 'y'], why: 'several' }],
    });
    const payouts = match({ payments: [expected('1', 500n), expected('2', 500n)], deposits: [seen('x', 500n)] });
    expect([payouts.matches, payouts.ambiguous.length]).toEqual([[], 2]);
  });

  it('where the reference is right and the amount is not', () => {
    const found = match({ payments: [expected('1', 500n)], deposits: [seen('x', 499n, 'TRACE-1-77')] });
    expect(found).toEqual({
      matches: [],
      ambiguous: [{ settlementKey: keyOf('1'), depositIds: ['x'], why: 'amount-differs' }],
    });
  });

  it('and the program does not do again what a person took apart', () => {
    const pair = { depositId: 'x' as DepositId, settlementKey: keyOf('1') };
    const input = { payments: [expected('1', 500n)], deposits: [seen('x', 500n, 'TRACE-1-77')] };
    expect(match({ ...input, refused: [pair] }).matches).toEqual([]);
    expect(match({ ...input, taken: [pair] }).matches).toEqual([]);
    expect(match(input).matches).toHaveLength(1);
  });

  it('control: a deposit that a stronger sign has taken leaves the other payout certain', () => {
    const { matches, ambiguous } = match({
      payments: [expected('1', 500n), expected('2', 500n)],
      deposits: [seen('x', 500n, 'TRACE-1-77'), seen('y', 500n)],
    });
    expect([matches.length, ambiguous]).toEqual([2, []]);
  });
});
