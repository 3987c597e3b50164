/**
 * The bar of the books: whatever the model, with accruals and without, a pretend seller's entries come to what really
 * happened, per company code, currency, account and month, and what only waits returns to zero. LOAD=full takes whole years,
 * SEEDS says which.
 */
import { describe, expect, it } from 'vitest';
import { createSellerWorld, type MarketplaceCountry, printSettlement, type SellerWorld } from '../../sim/world/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import { checkMonth, evaluateSettlement, readSources } from '../../src/app/index.ts';
import { type LocalDate, parseLocalDate, parseYearMonth, type YearMonth, yearMonthOf } from '../../src/core/index.ts';
import { templateText } from '../../src/entrypoints/files.ts';
import { type JournalEntry, mirrorEntry, type PostingKey } from '../../src/ledger/index.ts';
import { type AccountTable, accrueMonth, readAccountTable } from '../../src/mapping/index.ts';
import { DEBT, PAYOUT } from './truth-accounts.ts';
import { accountTable } from './vendors.ts';
import { type BooksPlan, type LivedBooks, liveThrough } from './world-books-kit.ts';
import {
  add,
  CARRY_FORWARD,
  type CompanyRule,
  CROSS_COMPANY,
  depositsOf,
  LOAN,
  leftOpen,
  RECEIVABLE,
  RESERVE,
  type Sums,
  truthOfBooks,
  UNSETTLED,
} from './world-books-truth.ts';

const isFull = process.env.LOAD === 'full';
const SEEDS = (process.env.SEEDS ?? (isFull ? 'year 1,year 2' : 'months')).split(',');
const PERIOD = isFull
  ? { from: parseLocalDate('2025-11-20'), to: parseLocalDate('2026-12-10'), ordersPerDay: 2 }
  : { from: parseLocalDate('2026-08-20'), to: parseLocalDate('2026-11-10'), ordersPerDay: 1 };
const timeoutMs = isFull ? 1_800_000 : 60_000;
const ONLY_BALANCING = new Set([CARRY_FORWARD, CROSS_COMPANY, UNSETTLED]);

const WORLDS: readonly (readonly MarketplaceCountry[])[] = [
  ['US', 'CA'],
  ['DE', 'FR', 'UK'],
  ['JP', 'AU'],
];
const PLANS = (['settlement', 'orders'] as const).flatMap((model) =>
  [false, true].map((accrues) => ({ model, accrues })),
);

function worldOf(seed: string, countries: readonly MarketplaceCountry[], period = PERIOD): SellerWorld {
  return createSellerWorld({
    seed,
    sellerId: 'A2BOOKS',
    accounts: countries.map((marketplace) => ({ marketplace, hasSpecialMovements: true })),
    ...period,
  });
}

/** The pretend seller's accounts are in the table; every other company code would only close months in which nothing is. */
function planOf(how: Pick<BooksPlan, 'model' | 'accrues'>, table: AccountTable = accountTable): BooksPlan {
  return { ...how, table, from: PERIOD.from, to: PERIOD.to };
}

function sumLines(entries: readonly JournalEntry[]): Sums {
  const sums: Sums = new Map();
  for (const { companyCode, currency, postingDate, lines } of entries) {
    const month = yearMonthOf(postingDate);
    for (const { glAccount, amount } of lines) add(sums, `${companyCode} ${currency} ${glAccount} ${month}`, amount.minor);
  }
  return sums;
}

const entriesOf = ({ memory }: LivedBooks) => memory.entries.map(({ entry }) => entry);
const isMonthEnd = ({ entry }: { entry: JournalEntry }) => /^AMZ (accrual|release)/.test(entry.headerText);
const monthOf = (key: string) => key.split(' ').at(-1) ?? '';
const accountIn = (key: string) => key.split(' ')[2] ?? '';

/** What is not zero and not only balancing, in order. */
function shown(sums: Sums, isShown: (key: string) => boolean = () => true): Record<string, bigint> {
  const kept = [...sums].filter(([key, minor]) => minor !== 0n && !ONLY_BALANCING.has(accountIn(key)) && isShown(key));
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By company code and currency over all months. */
function balances(sums: Sums, account: string): Record<string, bigint> {
  const found: Sums = new Map();
  for (const [key, minor] of sums) {
    const [company = '', currency = ''] = key.split(' ');
    if (accountIn(key) === account) add(found, `${company} ${currency}`, minor);
  }
  return nonZero(found);
}

function nonZero(sums: Sums): Record<string, bigint> {
  return Object.fromEntries([...sums].filter(([, minor]) => minor !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The books against the truth, account by account; the accounts of what happened by its month where months are accrued. */
function expectTruth(world: SellerWorld, plan: BooksPlan, lived: LivedBooks, rule?: CompanyRule): void {
  const truth = truthOfBooks(world, plan, lived, rule);
  const booked = lived.memory.entries.filter((record) => !isMonthEnd(record)).map(({ entry }) => entry);
  expect(shown(sumLines(booked))).toEqual(shown(truth.booked));
  const accrued = new Set<string>(lived.closings.map(({ month }) => month));
  if (accrued.size === 0) return;
  const accounts = new Set([...truth.happened.keys()].map(accountIn));
  const isAccrued = (key: string) => accrued.has(monthOf(key)) && accounts.has(accountIn(key));
  expect(shown(sumLines(entriesOf(lived)), isAccrued)).toEqual(shown(truth.happened, isAccrued));
}

function expectCleared(world: SellerWorld, lived: LivedBooks): void {
  const sums = sumLines(entriesOf(lived));
  const left = leftOpen(world);
  for (const account of [CARRY_FORWARD, CROSS_COMPANY, UNSETTLED, LOAN]) expect(balances(sums, account)).toEqual({});
  expect(balances(sums, RESERVE)).toEqual(nonZero(left.reserve));
  expect(balances(sums, DEBT)).toEqual(nonZero(left.debt));
  const clearing: Sums = new Map(Object.entries(balances(sums, PAYOUT)));
  for (const [key, minor] of depositsOf(world)) add(clearing, key, -minor);
  expect(nonZero(clearing)).toEqual(nonZero(left.payout));
}

async function expectMonthsHold({ memory, context, closings }: LivedBooks): Promise<void> {
  const months = new Set<YearMonth>(memory.entries.map(({ entry }) => yearMonthOf(entry.postingDate)));
  for (const month of months) {
    const check = await checkMonth(memory.books, context.connection, month);
    expect(check.holds, month).toBe(true);
    expect(check.accrual !== null, month).toBe(closings.some((closing) => closing.month === month));
  }
}

describe.each(SEEDS)('the books of a pretend seller, seed %s', (seed) => {
  const worlds = WORLDS.map((countries) => ({ countries: countries.join(' '), world: worldOf(seed, countries) }));
  const cases = worlds.flatMap((one) => PLANS.map((plan) => ({ ...one, ...plan, plan })));

  it.each(cases)(
    'equal what happened, and what waits returns to zero: $countries, $model model, accruals $accrues',
    async ({ world, plan: how }) => {
      const plan = planOf(how);
      const lived = await liveThrough(world, plan);
      expectTruth(world, plan, lived);
      expectCleared(world, lived);
      await expectMonthsHold(lived);
    },
    timeoutMs,
  );
});
