import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalDate } from '../../core/index.ts';
import { gapsOf, linkPeriods, type PeriodFacts } from './continuity.ts';
import { day, period, USD } from './reconciliation.fixture.ts';

const ids = (chain: { readonly periods: readonly PeriodFacts[] } | undefined) =>
  chain?.periods.map((each) => each.settlementId);
const kinds = (settlements: readonly PeriodFacts[]) =>
  linkPeriods(settlements).map(({ links }) => links.map(({ kind }) => kind));
const gaps = (settlements: readonly PeriodFacts[], today: string, bookFrom: LocalDate | null = null) =>
  gapsOf(linkPeriods(settlements), { today: day(today), bookFrom });

const A = period('a', '2026-09-01', '2026-09-15');
const B = period('b', '2026-09-15', '2026-09-29');
const C = period('c', '2026-09-29', '2026-10-13');

describe('settlements follow each other', () => {
  it('where one starts as the other ends; whatever order they come in', () => {
    expect(linkPeriods([C, A, B]).map(ids)).toEqual([['a', 'b', 'c']]);
    expect(kinds([B, C, A])).toEqual([['continuous', 'continuous']]);
  });

  it('also several within one cycle, when a payout was asked for early', () => {
    const early = period('early', '2026-09-15', '2026-09-18');
    const rest = period('rest', '2026-09-18', '2026-09-29');
    expect(linkPeriods([rest, C, A, early]).map(ids)).toEqual([['a', 'early', 'rest', 'c']]);
    expect(kinds([A, early, rest, C])).toEqual([['continuous', 'continuous', 'continuous']]);
  });

  it('by store and by currency apart', () => {
    const french = period('f', '2026-09-15', '2026-09-29', { marketplace: 'Amazon.fr' });
    const dollars = period('u', '2026-09-15', '2026-09-29', { currency: USD, marketplace: 'Amazon.com' });
    expect(linkPeriods([A, B, french, dollars]).map(ids)).toEqual([['a', 'b'], ['f'], ['u']]);
  });

  it('in balances of their own where two of one store cover the same time, told apart by what they carry over', () => {
    const invoiced1 = period('i1', '2026-09-01', '2026-09-15', { reserveHeldMinor: -500n });
    const invoiced2 = period('i2', '2026-09-15', '2026-09-29', { reserveReleasedMinor: 500n });
    const chains = linkPeriods([invoiced2, A, invoiced1, B]).map(ids);
    expect(chains.sort()).toEqual([
      ['a', 'b'],
      ['i1', 'i2'],
    ]);
  });

  it('a file that names no store fills the place that fits it', () => {
    const nameless = { ...B, marketplace: null };
    const french = period('f', '2026-09-01', '2026-09-14', { marketplace: 'Amazon.fr' });
    expect(linkPeriods([A, nameless, C, french]).map(ids)).toEqual([['a', 'b', 'c'], ['f']]);
    expect(kinds([A, nameless, C])).toEqual([['continuous', 'continuous']]);
  });

  it('one that begins before the other ends is told as an overlap', () => {
    expect(kinds([A, period('o', '2026-09-10', '2026-09-24')])).toEqual([['overlap']]);
  });

  it('the order in which they are given changes nothing', () => {
    const all = [
      A,
      B,
      C,
      period('x', '2026-10-20', '2026-11-01'),
      { ...period('n', '2026-10-13', '2026-10-20'), marketplace: null },
    ];
    const expected = JSON.stringify(linkPeriods(all).map(ids));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(JSON.stringify(linkPeriods(shuffled).map(ids))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('reserve and debt carry over', () => {
  const [chain] = linkPeriods([
    { ...A, reserveHeldMinor: -700n, totalMinor: -300n },
    { ...B, reserveReleasedMinor: 700n, openingDebtMinor: -300n, reserveHeldMinor: -50n },
    { ...C, reserveReleasedMinor: 40n, openingDebtMinor: -1n },
  ]);

  it('to the cent', () => {
    expect(chain?.links[0]).toMatchObject({ reserve: { ok: true }, debt: { ok: true } });
  });

  it('and a difference is told with both numbers', () => {
    expect(chain?.links[1]).toMatchObject({
      reserve: { ok: false, expectedMinor: 50n, actualMinor: 40n },
      debt: { ok: false, expectedMinor: 0n, actualMinor: -1n },
    });
  });

  it('across a gap nothing has to agree, because what lies between is missing', () => {
    const [broken] = linkPeriods([{ ...A, reserveHeldMinor: -700n }, C]);
    expect(broken?.links).toMatchObject([{ kind: 'gap', reserve: null, debt: null }]);
  });
});

describe('a missing settlement', () => {
  it('is told with its days, the day Amazon deletes it and the days left', () => {
    expect(gaps([A, C], '2026-10-20')).toMatchObject([
      { days: 14, deletedOn: '2026-12-28', daysLeft: 69, threshold: null, marketplace: 'Amazon.de' },
    ]);
  });

  it.each([
    ['2026-11-27', 31, null],
    ['2026-11-28', 30, 30],
    ['2026-12-14', 14, 14],
    ['2026-12-21', 7, 7],
    ['2026-12-28', 0, 7],
    ['2026-12-29', -1, 0],
  ] as const)('on %s has %i days left, which is alarm %s', (today, daysLeft, threshold) => {
    expect(gaps([A, C], today)).toMatchObject([{ daysLeft, threshold }]);
  });

  it('before the program took over is none: it was booked by hand', () => {
    expect(gaps([A, C], '2026-10-20', day('2026-10-01'))).toEqual([]);
    expect(gaps([A, C], '2026-10-20', day('2026-09-20'))).toHaveLength(1);
  });

  it('control: without one there is nothing to tell, and what lies before the first known one is not missed', () => {
    expect(gaps([A, B, C], '2026-10-20')).toEqual([]);
    expect(gaps([C], '2026-10-20')).toEqual([]);
  });
});
