import { describe, expect, it } from 'vitest';
import { money } from '../../core/index.ts';
import { pairDebts, pairOffsets } from './pair-movements.ts';
import {
  findReturns,
  type MatchedDeposit,
  type PayoutStatesInput,
  payoutStates,
  type SettlementPayment,
} from './payout-states.ts';
import { day, deposit, EUR, keyOf, payment, payoutOf, row, USD } from './reconciliation.fixture.ts';

function states(settlements: readonly SettlementPayment[], input: Partial<PayoutStatesInput> = {}) {
  const payouts = input.payouts ?? [];
  return payoutStates({
    settlements,
    depositsOf: new Map(),
    ambiguous: [],
    returns: findReturns(settlements, payouts).restoredIn,
    bankDays: new Map(),
    today: day('2026-10-20'),
    lateDays: 5,
    ...input,
    payouts,
  });
}

const one = (settlement: SettlementPayment, input: Partial<PayoutStatesInput> = {}) => states([settlement], input)[0];
const matched = (...deposits: MatchedDeposit['deposit'][]) =>
  new Map([[keyOf('s'), deposits.map((each): MatchedDeposit => ({ deposit: each, rule: 'amount' }))]]);

describe('a payout', () => {
  const S = payment('s', '2026-10-13', 10_000n);

  it('is expected until Amazon begins, on its way until Amazon says paid, and then paid', () => {
    expect(one(S, { today: day('2026-10-14') })?.state).toBe('expected');
    expect(one(S, { today: day('2026-10-14'), payouts: [payoutOf('s', 'in-transit', '2026-10-14')] })?.state).toBe(
      'on-its-way',
    );
    expect(one(S, { payouts: [payoutOf('s', 'paid', '2026-10-15')] })).toMatchObject({
      state: 'paid',
      isOverdue: false,
    });
  });

  it('has arrived when the bank shows it, with a difference where the amount is another', () => {
    expect(one(S, { depositsOf: matched(deposit('d', '2026-10-15', 10_000n)) })).toMatchObject({
      state: 'arrived',
      arrivedMinor: 10_000n,
      isOverdue: false,
    });
    expect(one(S, { depositsOf: matched(deposit('d', '2026-10-15', 9_990n)) })).toMatchObject({
      state: 'arrived',
      isOverdue: true,
      says: 'Arrived on 2026-10-15 with a difference of -0.10.',
    });
    const dollars = deposit('d', '2026-10-15', 11_000n, { amount: money(USD, 11_000n) });
    expect(one(S, { depositsOf: matched(dollars) })).toMatchObject({
      state: 'arrived',
      arrivedMinor: null,
      isOverdue: false,
    });
  });

  it('is late when Amazon tells payouts and not this one, or when the bank statements of that time do not show it', () => {
    const told = { payouts: [payoutOf('earlier', 'paid', '2026-10-01')] };
    expect(one(S, { ...told, today: day('2026-10-20') })?.state).toBe('expected');
    expect(one(S, { ...told, today: day('2026-10-21') })).toMatchObject({ state: 'late', isOverdue: true });
    const payouts = [payoutOf('s', 'paid', '2026-10-15')];
    const covering = (from: string, until: string) => new Map([[EUR, { from: day(from), until: day(until) }]]);
    expect(one(S, { payouts, bankDays: covering('2026-10-01', '2026-10-20') })).toMatchObject({
      state: 'late',
      isOverdue: true,
    });
    expect(one(S, { payouts, bankDays: covering('2026-10-01', '2026-10-19') })?.state).toBe('paid');
    expect(one(S, { payouts, bankDays: covering('2026-10-16', '2026-11-30') })?.state).toBe('paid');
  });

  it('control: of a time of which neither payouts nor statements are known nothing is late', () => {
    expect(one(S, { today: day('2027-10-21') })).toMatchObject({ state: 'untold', isOverdue: false });
  });

  it('of nothing is zero', () => {
    expect(one(payment('s', '2026-10-13', 0n))?.state).toBe('zero');
  });

  it('that failed is restored by the settlement that shows it again, and needs somebody where the next one does not', () => {
    const payouts = [payoutOf('s', 'failed', '2026-10-16')];
    expect(one(S, { payouts })).toMatchObject({ state: 'failed', isOverdue: false });
    const next = payment('t', '2026-10-27', 12_000n, { returned: [row(10_000n)] });
    const settlements = [{ ...S, next: keyOf('t') }, next];
    expect(states(settlements, { payouts })[0]).toMatchObject({ state: 'restored', settledIn: 't', isOverdue: false });
    expect(
      states(
        [
          { ...S, next: keyOf('t') },
          { ...next, returned: [] },
        ],
        { payouts },
      )[0],
    ).toMatchObject({
      state: 'failed',
      isOverdue: true,
    });
  });

  it('that Amazon cancelled and rolled over is restored likewise; one payout comes back once', () => {
    const twin = payment('r', '2026-09-29', 10_000n, { next: keyOf('s') });
    const shows = payment('t', '2026-10-27', 12_000n, { returned: [row(10_000n)] });
    const payouts = [payoutOf('r', 'cancelled', '2026-10-01'), payoutOf('s', 'paid', '2026-10-15')];
    const { restoredIn, returned } = findReturns([twin, { ...S, next: keyOf('t') }, shows], payouts);
    expect([...restoredIn.keys()]).toEqual([keyOf('r')]);
    expect(returned.get(keyOf('t'))).toEqual([{ of: keyOf('r'), minor: 10_000n }]);
    const without = findReturns([twin, { ...S, next: keyOf('t') }, shows], []);
    expect([...without.restoredIn.keys()]).toEqual([keyOf('s')]);
  });

  it('the payout that was tried again says what became of it', () => {
    const payouts = [
      payoutOf('s', 'paid', '2026-10-18', { payoutId: 'second' }),
      payoutOf('s', 'failed', '2026-10-16'),
    ];
    expect(one(S, { payouts })?.state).toBe('paid');
  });
});

describe('a debt', () => {
  const debt = payment('d', '2026-10-13', -230_812n, { next: keyOf('n') });
  const next = (facts: Partial<SettlementPayment>) =>
    payment('n', '2026-10-27', 5_000n, { openingDebtMinor: -230_812n, ...facts });

  it('is open until the next settlement', () => {
    expect(one({ ...debt, next: null })?.state).toBe('debt-open');
  });

  it('charged to a card by two charges is paid, and both legs are found', () => {
    const charges = [row(115_406n, '2026-10-14', 5), row(115_406n, '2026-10-15', 6)];
    const settlements = [debt, next({ cardCharges: charges })];
    expect(states(settlements)[0]).toMatchObject({
      state: 'debt-charged',
      settledIn: 'n',
      says: expect.stringContaining('2 charges'),
    });
    expect(pairDebts(settlements)).toMatchObject([{ kind: 'debt', ok: true, sumMinor: 0n, legs: { length: 4 } }]);
  });

  it('that a charge failed to pay is taken from the proceeds', () => {
    const charges = [row(230_812n, '2026-10-14', 5), row(-230_812n, '2026-10-16', 6)];
    expect(states([debt, next({ cardCharges: charges })])[0]).toMatchObject({ state: 'debt-carried' });
  });

  it('paid by another store is an offset', () => {
    expect(states([debt, next({ offsets: [row(230_812n)] })])[0]?.state).toBe('debt-offset');
  });

  it('that the next settlement does not carry in is broken, and its pair is not proven', () => {
    const settlements = [debt, next({ openingDebtMinor: -230_000n })];
    expect(states(settlements)[0]).toMatchObject({ state: 'debt-broken', isOverdue: true });
    expect(pairDebts(settlements)).toMatchObject([{ ok: false, sumMinor: 812n }]);
  });
});

describe('a set-off between stores', () => {
  const de = payment('de', '2026-10-13', 100n, { offsets: [row(4_000n, '2026-10-01')] });
  const fr = payment('fr', '2026-10-14', 100n, { offsets: [row(-4_000n, '2026-10-02')] });

  it('is proven when both legs are found and sum to nothing', () => {
    expect(pairOffsets([de, fr])).toMatchObject([{ ok: true, sumMinor: 0n, legs: { length: 2 } }]);
  });

  it('the same amount twice makes two pairs, the nearest in time', () => {
    const later = payment('de2', '2026-10-27', 100n, { offsets: [row(4_000n, '2026-10-20')] });
    const later2 = payment('fr2', '2026-10-28', 100n, { offsets: [row(-4_000n, '2026-10-21')] });
    const pairs = pairOffsets([later2, de, later, fr]);
    expect(pairs.map(({ ok }) => ok)).toEqual([true, true]);
    expect(pairs.map(({ legs }) => legs.map(({ settlement }) => settlement.settlementId))).toEqual([
      ['de', 'fr'],
      ['de2', 'fr2'],
    ]);
  });

  it('without the other leg, or with it in another currency, is not proven', () => {
    expect(pairOffsets([de])).toMatchObject([{ ok: false, sumMinor: 4_000n }]);
    expect(pairOffsets([de, { ...fr, currency: USD }]).every(({ ok }) => !ok)).toBe(true);
  });
});
