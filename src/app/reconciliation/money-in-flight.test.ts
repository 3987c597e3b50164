import { describe, expect, it } from 'vitest';
import { money, parseCurrencyCode } from '../../core/index.ts';
import { linkPeriods, type PeriodFacts } from './continuity.ts';
import { moneyInFlight } from './money-in-flight.ts';
import { period } from './reconciliation.fixture.ts';

type Found = Parameters<typeof moneyInFlight>[0][number];

const EUR = parseCurrencyCode('EUR');
const payout = (state: string, totalMinor: bigint, isOverdue = false) =>
  ({ state, isOverdue, settlement: { currency: EUR, totalMinor } }) as unknown as Found['payouts'][number];
const ledger = (name: string, minor: bigint) =>
  ({ name, currency: EUR, closing: money(EUR, minor) }) as unknown as Found['ledgers'][number];
const found = (parts: Partial<Found>, ...periods: readonly PeriodFacts[]): Found => ({
  payouts: [],
  ledgers: [],
  facts: { chains: linkPeriods(periods) },
  ...parts,
});
const october = (facts: Partial<PeriodFacts>) => period('1', '2026-10-01', '2026-10-15', facts);
const november = (facts: Partial<PeriodFacts>) => period('2', '2026-10-15', '2026-10-29', facts);

describe('the money in flight', () => {
  it('is what is closed and not in the bank, with reserves and without debts, to the cent', () => {
    const [sum, ...others] = moneyInFlight([
      found(
        { payouts: [payout('on-its-way', 10_000n), payout('late', 501n, true)], ledgers: [ledger('unsettled', 40n)] },
        october({ reserveHeldMinor: -2_000n }),
      ),
      found({ payouts: [payout('expected', 99n)] }, october({ totalMinor: -700n })),
    ]);
    expect(others).toEqual([]);
    expect(sum).toMatchObject({ settlements: 3, onItsWay: { minor: 10_600n }, late: { minor: 501n } });
    expect(sum).toMatchObject({ reserve: { minor: 2_000n }, debt: { minor: -700n } });
    expect(sum).toMatchObject({ unsettled: { minor: 40n }, owed: { minor: 11_940n } });
  });

  it('has the reserve of the newest settlement, booked or not, and not what an earlier one gave back', () => {
    // The second is in quarantine: the ledger still holds the reserve of the first, which the total of the second pays out.
    const [held] = moneyInFlight([
      found(
        { payouts: [payout('expected', 9_000n)], ledgers: [ledger('reserve', 3_650n)] },
        october({ reserveHeldMinor: -3_650n }),
        november({ reserveReleasedMinor: 3_650n, reserveHeldMinor: -3_998n }),
      ),
    ]);
    expect(held).toMatchObject({ reserve: { minor: 3_998n }, owed: { minor: 12_998n } });
    // The first of these books gives back what was held before them: no debt of Amazon's is left of that, and none of ours.
    const [opened] = moneyInFlight([
      found({ ledgers: [ledger('reserve', -500n), ledger('debt', 70n)] }, october({ reserveReleasedMinor: 500n })),
    ]);
    expect(opened).toMatchObject({ reserve: { minor: 0n }, debt: { minor: 0n }, owed: { minor: 0n } });
  });

  it('control: a debt that the next settlement has carried in is owed no more', () => {
    const [sum] = moneyInFlight([found({}, october({ totalMinor: -700n }), november({ openingDebtMinor: -700n }))]);
    expect(sum).toMatchObject({ debt: { minor: 0n }, owed: { minor: 0n } });
  });

  it('that is due and of which nothing is known is told apart from what is late, and is no zero', () => {
    const [sum] = moneyInFlight([found({ payouts: [payout('untold', 700n), payout('late', 501n, true)] })]);
    expect(sum).toMatchObject({ onItsWay: { minor: 1_201n }, late: { minor: 501n }, notChecked: { minor: 700n } });
  });

  it('control: what arrived, what was paid and what is owed to Amazon is not on its way', () => {
    const of = (state: string, minor = 1_000n) => moneyInFlight([found({ payouts: [payout(state, minor)] })]);
    for (const state of ['arrived', 'paid', 'zero', 'restored']) expect(of(state)).toEqual([]);
    expect(of('debt-open', -1_000n)).toEqual([]);
  });
});
