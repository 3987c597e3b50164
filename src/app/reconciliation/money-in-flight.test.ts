import { describe, expect, it } from 'vitest';
import { money, parseCurrencyCode } from '../../core/index.ts';
import { moneyInFlight } from './money-in-flight.ts';

type Found = Parameters<typeof moneyInFlight>[0][number];

const EUR = parseCurrencyCode('EUR');
const payout = (state: string, totalMinor: bigint, isOverdue = false) =>
  ({ state, isOverdue, settlement: { currency: EUR, totalMinor } }) as unknown as Found['payouts'][number];
const ledger = (name: string, minor: bigint) =>
  ({ name, currency: EUR, closing: money(EUR, minor) }) as unknown as Found['ledgers'][number];

describe('the money in flight', () => {
  it('is what is closed and not in the bank, with reserves and without debts, to the cent', () => {
    const [sum, ...others] = moneyInFlight([
      { payouts: [payout('on-its-way', 10_000n), payout('late', 501n, true)], ledgers: [ledger('reserve', 2_000n)] },
      { payouts: [payout('expected', 99n)], ledgers: [ledger('debt', -700n)] },
    ]);
    expect(others).toEqual([]);
    expect(sum).toMatchObject({ settlements: 3, onItsWay: { minor: 10_600n }, late: { minor: 501n } });
    expect(sum).toMatchObject({ reserve: { minor: 2_000n }, debt: { minor: -700n }, owed: { minor: 11_900n } });
  });

  it('that is due and of which nothing is known is told apart from what is late, and is no zero', () => {
    const [sum] = moneyInFlight([{ payouts: [payout('untold', 700n), payout('late', 501n, true)], ledgers: [] }]);
    expect(sum).toMatchObject({ onItsWay: { minor: 1_201n }, late: { minor: 501n }, notChecked: { minor: 700n } });
  });

  it('control: what arrived, what was paid and what is owed to Amazon is not on its way', () => {
    const of = (state: string, minor = 1_000n) => moneyInFlight([{ payouts: [payout(state, minor)], ledgers: [] }]);
    for (const state of ['arrived', 'paid', 'zero', 'restored']) expect(of(state)).toEqual([]);
    expect(of('debt-open', -1_000n)).toEqual([]);
  });
});
