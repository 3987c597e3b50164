import {
  type CurrencyCode,
  DAY_S,
  type EpochSeconds,
  epochSecondsOfUtcMidnight,
  type LocalDate,
  utcDayOf,
} from '../../core/index.ts';
import type { SettlementId } from '../../mapping/index.ts';
import type { SettlementKey } from '../ports.ts';

/** Amazon deletes a report this long after it made it. */
export const REPORT_LIFE_DAYS = 90;
/** Days before that at which a missing settlement is told again. */
export const GAP_THRESHOLDS = [30, 14, 7] as const;
/** The end of a period and the start of the next are the same second; a clock's rounding is not a missing settlement. */
const SAME_MOMENT_S = 1;

/** What continuity needs of one settlement. Amounts are minor units in Amazon's sign. */
export interface PeriodFacts {
  readonly key: SettlementKey;
  readonly settlementId: SettlementId;
  readonly currency: CurrencyCode;
  /** The store most of its rows name; `null` when none names one. */
  readonly marketplace: string | null;
  readonly startAt: EpochSeconds;
  readonly endAt: EpochSeconds;
  readonly totalMinor: bigint;
  /** What Amazon kept back at the end: zero or negative. */
  readonly reserveHeldMinor: bigint;
  /** What it gave back at the start: zero or positive. */
  readonly reserveReleasedMinor: bigint;
  /** Debt of the settlement before, carried in: zero or negative. */
  readonly openingDebtMinor: bigint;
}

/** Two settlements that follow each other, and what has to be the same on both sides. */
export interface PeriodLink {
  readonly from: PeriodFacts;
  readonly to: PeriodFacts;
  readonly kind: 'continuous' | 'gap' | 'overlap';
  /** `null` where something between them is missing, because then nothing has to agree. */
  readonly reserve: Agreement | null;
  readonly debt: Agreement | null;
}

/** Both numbers of a law, in Amazon's sign. */
export interface Agreement {
  readonly expectedMinor: bigint;
  readonly actualMinor: bigint;
  readonly ok: boolean;
}

/** Settlements of one balance that Amazon keeps: one currency and, as a rule, one store. */
export interface PeriodChain {
  readonly currency: CurrencyCode;
  readonly marketplace: string | null;
  readonly periods: readonly PeriodFacts[];
  readonly links: readonly PeriodLink[];
}

interface GrowingChain {
  readonly currency: CurrencyCode;
  marketplace: string | null;
  readonly periods: PeriodFacts[];
}

/**
 * Puts the settlements of one seller account in the order in which their balances follow each other. Several stores, and
 * several balances of one store, run side by side: a settlement follows the one that ends where it starts. A settlement
 * that starts together with another one of the same store opens a balance of its own; a file that names no store goes where
 * it fits. The order of the input is irrelevant.
 */
export function linkPeriods(settlements: readonly PeriodFacts[]): readonly PeriodChain[] {
  const ordered = [...settlements].sort(
    (a, b) => a.startAt - b.startAt || a.endAt - b.endAt || (a.settlementId < b.settlementId ? -1 : 1),
  );
  const named = ordered.filter(({ marketplace }) => marketplace !== null);
  const chains: GrowingChain[] = [];
  for (const period of named) append(chains, period);
  for (const period of ordered.filter(({ marketplace }) => marketplace === null)) insert(chains, period);
  return chains
    .map(({ currency, marketplace, periods }) => ({ currency, marketplace, periods, links: linksOf(periods) }))
    .sort((a, b) => compareText(a.currency, b.currency) || compareText(a.marketplace ?? '', b.marketplace ?? ''));
}

function append(chains: GrowingChain[], period: PeriodFacts): void {
  const own = chains.filter(
    ({ currency, marketplace }) => currency === period.currency && marketplace === period.marketplace,
  );
  const touching = own.filter(({ periods }) => isSameMoment(lastOf(periods).endAt, period.startAt));
  // Of two balances that end together the one whose reserve and debt this settlement takes up.
  const next =
    touching.find(({ periods }) => agrees(lastOf(periods), period)) ??
    touching[0] ??
    own.filter(({ periods }) => lastOf(periods).startAt < period.startAt && !isParallel(own, period)).at(-1);
  if (next) next.periods.push(period);
  else chains.push({ currency: period.currency, marketplace: period.marketplace, periods: [period] });
}

/** Another settlement of the store covers the same time, so this one is of another balance. */
function isParallel(own: readonly GrowingChain[], period: PeriodFacts): boolean {
  return own.some(({ periods }) =>
    periods.some((other) => isSameMoment(other.startAt, period.startAt) && isSameMoment(other.endAt, period.endAt)),
  );
}

/** A file without a store: where it closes a gap, where it follows, otherwise in time; alone only when it is the only one. */
function insert(chains: GrowingChain[], period: PeriodFacts): void {
  const own = chains.filter(({ currency }) => currency === period.currency);
  const places = own.flatMap((chain) => {
    const index = chain.periods.findIndex(({ startAt }) => startAt > period.startAt);
    const at = index === -1 ? chain.periods.length : index;
    const before = chain.periods[at - 1];
    const after = chain.periods[at];
    const follows = before !== undefined && isSameMoment(before.endAt, period.startAt);
    const leads = after !== undefined && isSameMoment(period.endAt, after.startAt);
    const isFree =
      (before?.endAt ?? 0) <= period.startAt + SAME_MOMENT_S && (after?.startAt ?? Infinity) >= period.endAt;
    const score = !isFree
      ? -1
      : (follows ? 4 : 0) + (leads ? 2 : 0) + (follows && before && agrees(before, period) ? 1 : 0);
    return [{ chain, at, score }];
  });
  const best = places.filter(({ score }) => score >= 0).sort((a, b) => b.score - a.score)[0];
  if (best) best.chain.periods.splice(best.at, 0, period);
  else chains.push({ currency: period.currency, marketplace: null, periods: [period] });
}

function linksOf(periods: readonly PeriodFacts[]): PeriodLink[] {
  return periods.slice(1).map((to, index) => {
    const from = periods[index] as PeriodFacts;
    const seconds = to.startAt - from.endAt;
    const kind = Math.abs(seconds) <= SAME_MOMENT_S ? 'continuous' : seconds > 0 ? 'gap' : 'overlap';
    if (kind === 'gap') return { from, to, kind, reserve: null, debt: null };
    return {
      from,
      to,
      kind,
      reserve: agreement(-from.reserveHeldMinor, to.reserveReleasedMinor),
      debt: agreement(from.totalMinor < 0n ? from.totalMinor : 0n, to.openingDebtMinor),
    };
  });
}

function agrees(from: PeriodFacts, to: PeriodFacts): boolean {
  const debt = from.totalMinor < 0n ? from.totalMinor : 0n;
  return to.reserveReleasedMinor === -from.reserveHeldMinor && to.openingDebtMinor === debt;
}

function agreement(expectedMinor: bigint, actualMinor: bigint): Agreement {
  return { expectedMinor, actualMinor, ok: expectedMinor === actualMinor };
}

/** For each settlement the one before and the one after it, where nothing is missing between them. */
export function neighboursOf(chains: readonly PeriodChain[]): {
  readonly before: ReadonlyMap<SettlementKey, PeriodFacts>;
  readonly after: ReadonlyMap<SettlementKey, PeriodFacts>;
} {
  const before = new Map<SettlementKey, PeriodFacts>();
  const after = new Map<SettlementKey, PeriodFacts>();
  for (const { from, to, kind } of chains.flatMap(({ links }) => links)) {
    if (kind === 'gap') continue;
    before.set(to.key, from);
    after.set(from.key, to);
  }
  return { before, after };
}

/** Time of which no settlement is known, between two that are. */
export interface PeriodGap {
  readonly currency: CurrencyCode;
  readonly marketplace: string | null;
  readonly after: PeriodFacts;
  readonly before: PeriodFacts;
  readonly days: number;
  /** When Amazon deletes the report of the missing time at the latest, if it was made at its end. */
  readonly deletedOn: LocalDate;
  /** Negative when it is over. */
  readonly daysLeft: number;
  /** The narrowest of 30, 14 and 7 days that has been reached; `null` when there is more time, 0 when it is over. */
  readonly threshold: 30 | 14 | 7 | 0 | null;
}

/** Every gap with the days that are left to fetch it. One wholly before `bookFrom` is not one: it was booked by hand. */
export function gapsOf(
  chains: readonly PeriodChain[],
  when: { readonly today: LocalDate; readonly bookFrom: LocalDate | null },
): readonly PeriodGap[] {
  const today = epochSecondsOfUtcMidnight(when.today);
  return chains.flatMap(({ currency, marketplace, links }) =>
    links.flatMap(({ from, to, kind }): PeriodGap[] => {
      if (kind !== 'gap') return [];
      if (when.bookFrom !== null && to.startAt < epochSecondsOfUtcMidnight(when.bookFrom)) return [];
      const deletedOn = utcDayOf(to.startAt + REPORT_LIFE_DAYS * DAY_S);
      const daysLeft = Math.floor((epochSecondsOfUtcMidnight(deletedOn) - today) / DAY_S);
      const days = Math.max(1, Math.round((to.startAt - from.endAt) / DAY_S));
      return [
        { currency, marketplace, after: from, before: to, days, deletedOn, daysLeft, threshold: thresholdOf(daysLeft) },
      ];
    }),
  );
}

function thresholdOf(daysLeft: number): PeriodGap['threshold'] {
  if (daysLeft < 0) return 0;
  return GAP_THRESHOLDS.filter((each) => daysLeft <= each).at(-1) ?? null;
}

function isSameMoment(one: EpochSeconds, other: EpochSeconds): boolean {
  return Math.abs(one - other) <= SAME_MOMENT_S;
}

function lastOf(periods: readonly PeriodFacts[]): PeriodFacts {
  return periods.at(-1) as PeriodFacts;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** When Amazon deletes a settlement report whose period ended then: it is made at the end at the earliest. */
export function reportForgottenOn(endAt: EpochSeconds): LocalDate {
  return utcDayOf(endAt + REPORT_LIFE_DAYS * DAY_S);
}

/** Whole days until then; negative when it is over. */
export function daysUntil(day: LocalDate, nowMs: number): number {
  const today = utcDayOf(Math.floor(nowMs / 1000));
  return (epochSecondsOfUtcMidnight(day) - epochSecondsOfUtcMidnight(today)) / DAY_S;
}
