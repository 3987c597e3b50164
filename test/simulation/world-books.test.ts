/**
 * The bar of the books: whatever the model, with accruals and without, a pretend seller's entries come to what really
 * happened, per company code, currency, account and month, and what only waits returns to zero. LOAD=full takes whole years,
 * SEEDS says which.
 */
import { describe, expect, it } from 'vitest';
import {
  createSellerWorld,
  type MarketplaceCountry,
  printSettlement,
  type SellerWorld,
} from '../../sim/world/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import { checkMonth, evaluateSettlement, readSources } from '../../src/app/index.ts';
import { parseLocalDate, parseYearMonth, sha256Of, type YearMonth, yearMonthOf } from '../../src/core/index.ts';
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
  : { from: parseLocalDate('2026-09-05'), to: parseLocalDate('2026-11-10'), ordersPerDay: 1 };
const timeoutMs = isFull ? 1_800_000 : 60_000;
const ONLY_BALANCING = new Set([CARRY_FORWARD, CROSS_COMPANY, UNSETTLED]);

const WORLDS: readonly (readonly MarketplaceCountry[])[] = [
  ['US', 'JP'],
  ['DE', 'FR', 'UK'],
  ...(isFull ? [['CA', 'AU'] as const] : []),
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
    for (const { glAccount, amount } of lines)
      add(sums, `${companyCode} ${currency} ${glAccount} ${month}`, amount.minor);
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
  for (const account of [CARRY_FORWARD, CROSS_COMPANY, UNSETTLED]) expect(balances(sums, account)).toEqual({});
  expect(balances(sums, LOAN)).toEqual(nonZero(left.loan));
  if (isFull && world !== smallWorld) expect(nonZero(left.loan)).toEqual({});
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

/** Two months of one American account, lived through once for all that follows. */
const small = { from: parseLocalDate('2026-09-10'), to: parseLocalDate('2026-11-08'), ordersPerDay: 1 };
const smallWorld = worldOf('small', ['US'], small);
const smallPlan = (how: Pick<BooksPlan, 'model' | 'accrues'>, table = accountTable): BooksPlan => {
  return { ...planOf(how, table), from: small.from, to: small.to };
};
const [plain, accrued, orders, both] = await Promise.all(PLANS.map((how) => liveThrough(smallWorld, smallPlan(how))));
const digestsOf = ({ memory }: LivedBooks) => [
  ...[...memory.settlements.values()].map(({ settlementId, digest }) => `${settlementId} ${digest}`),
  ...memory.accruals.map(({ name, digest, sourcesSha256 }) => `${name} ${digest} ${sourcesSha256}`),
];

describe('control: the truth of a pretend seller', () => {
  const plan = smallPlan({ model: 'settlement', accrues: true });

  it('is missed by one cent on another account', () => {
    const { booked } = truthOfBooks(smallWorld, smallPlan({ model: 'settlement', accrues: false }), plain!);
    const moved = new Map(booked);
    add(moved, [...booked.keys()][0]!, 1n);
    expect(shown(sumLines(entriesOf(plain!)))).toEqual(shown(booked));
    expect(shown(sumLines(entriesOf(plain!)))).not.toEqual(shown(moved));
  });

  it('is missed month by month without accruals', () => {
    const { happened } = truthOfBooks(smallWorld, plan, accrued!);
    for (const { month } of accrued!.closings) {
      const inMonth = (key: string) => monthOf(key) === month && /^[467]/.test(accountIn(key));
      expect(shown(sumLines(entriesOf(accrued!)), inMonth)).toEqual(shown(happened, inMonth));
      expect(shown(sumLines(entriesOf(plain!)), inMonth)).not.toEqual(shown(happened, inMonth));
    }
  });

  it('is missed by the settlement model where orders are booked when they are shipped', () => {
    const { booked } = truthOfBooks(smallWorld, smallPlan({ model: 'orders', accrues: false }), orders!);
    expect(shown(sumLines(entriesOf(orders!)))).toEqual(shown(booked));
    expect(shown(sumLines(entriesOf(plain!)))).not.toEqual(shown(booked));
  });

  it('leaves orders open on the receivable, and nothing of those that are settled', () => {
    const open = balances(sumLines(entriesOf(orders!)), RECEIVABLE);
    expect(Object.keys(open)).toEqual(['1710 USD']);
    const settled = new Set(smallWorld.settlements.flatMap(({ events }) => events.map(({ orderId }) => orderId)));
    const waiting = smallWorld.openPeriods.flatMap(({ events }) => events).filter(({ kind }) => kind === 'order');
    expect(waiting.some(({ orderId }) => settled.has(orderId))).toBe(false);
  });

  it('fails the check of a month whose release is missing', async () => {
    const { memory, context } = both!;
    const books: typeof memory.books = {
      ...memory.books,
      listEntries: async (filter) =>
        (await memory.books.listEntries(filter)).filter(
          ({ entry }) => !(entry.headerText.startsWith('AMZ release') && filter?.postingDates),
        ),
    };
    const month = parseYearMonth('2026-10');
    expect(await checkMonth(memory.books, context.connection, month)).toMatchObject({ holds: true });
    expect(await checkMonth(books, context.connection, month)).toMatchObject({ holds: false });
  });
});

describe('a month that is closed before its last orders and settlements are read', () => {
  it.each(['settlement', 'orders'] as const)('is what happened in it all the same: %s model', async (model) => {
    const plan = { ...smallPlan({ model, accrues: true }), syncEveryDays: 10, closesFirst: true };
    const lived = await liveThrough(smallWorld, plan);
    expectTruth(smallWorld, plan, lived);
    expectCleared(smallWorld, lived);
    await expectMonthsHold(lived);
    const late = lived.memory.entries.filter(({ entry }) => entry.documentDate < entry.postingDate);
    expect(late.some(({ entry }) => entry.headerText.includes('orders'))).toBe(model === 'orders');
  });
});

describe('the same inputs', () => {
  it('come to the same digests and sources, of settlements and of accruals', async () => {
    const again = await liveThrough(smallWorld, smallPlan({ model: 'orders', accrues: true }));
    expect(digestsOf(again)).toEqual(digestsOf(both!));
    expect(both!.memory.accruals.map(({ kind }) => kind)).toContain('month-end');
  });

  it('control: another seller account comes to other ones', () => {
    const digests = new Set(digestsOf(both!));
    expect(digestsOf(plain!).some((digest) => digests.has(digest))).toBe(false);
  });

  it('come to the same accrual when it is computed from its sources, although orders were accrued', async () => {
    const { memory, context } = both!;
    for (const { name, kind, sourcesSha256, digest, revision } of memory.accruals) {
      if (kind !== 'month-end') continue;
      const events = await readSources(memory.books, sourcesSha256);
      const { sellerAccount } = context.connection;
      const facts = {
        month: parseYearMonth(name),
        table: accountTable,
        sellerAccount,
        revision,
        sides: 'both',
      } as const;
      expect(accrueMonth({ ...facts, events }).digest).toBe(digest);
      // control: what the orders model had booked is part of the sources.
      const unmarked = events.map((event) => ({ ...event, isBookedByOrders: false }));
      expect(accrueMonth({ ...facts, events: unmarked }).digest).not.toBe(digest);
    }
  });
});

describe('the order of rows', () => {
  const evaluate = async (bytes: Buffer, contentType: string) => {
    const source = {
      name: 'shuffled',
      contentType,
      open: async function* () {
        yield bytes;
      },
    };
    const facts = { readSettlement: readSettlementFile, table: accountTable, sellerAccount: 'A2BOOKS' };
    return (await evaluateSettlement({ source, ...facts, withOrderRuns: false })).proposal;
  };

  it('is irrelevant: shuffled rows come to the same entries', async () => {
    for (const settlement of smallWorld.settlements) {
      const { bytes, contentType } = printSettlement(settlement);
      const text = Buffer.from(bytes).toString('latin1');
      const [titles = '', summary = '', ...rows] = text.split('\n').filter((line) => line.trim() !== '');
      const print = (body: readonly string[]) => Buffer.from([titles, summary, ...body, ''].join('\n'), 'latin1');
      const shuffled = rows.toSorted((a, b) => (sha256Of(a) < sha256Of(b) ? -1 : 1));
      expect(shuffled).not.toEqual(rows);
      const { digest } = await evaluate(print(rows), contentType);
      expect(digest).not.toBeNull();
      expect((await evaluate(print(shuffled), contentType)).digest).toBe(digest);
      // control: a file that lacks a row is no other order of it.
      expect((await evaluate(print(shuffled.slice(1)), contentType)).digest).not.toBe(digest);
    }
  });
});

describe('a reversal', () => {
  it('annihilates every entry of the books, in every account, cost object and tax', () => {
    const cells = (entries: readonly JournalEntry[]) => {
      const sums: Sums = new Map();
      for (const { companyCode, lines } of entries) {
        for (const { glAccount, costCenter, profitCenter, customer, taxCode, amount, tax } of lines) {
          const key = [companyCode, glAccount, costCenter, profitCenter, customer, taxCode, amount.currency].join();
          add(sums, key, amount.minor);
          add(sums, `${key} base`, tax?.base.minor ?? 0n);
        }
      }
      return nonZero(sums);
    };
    const entries = entriesOf(both!);
    expect(entries.length).toBeGreaterThan(40);
    for (const entry of entries) {
      const reversal = mirrorEntry(entry, {
        postingKey: `R${entry.postingKey}` as PostingKey,
        postingDate: entry.postingDate,
      });
      expect(cells([entry, reversal])).toEqual({});
      expect(cells([entry])).not.toEqual({});
    }
  });
});

describe('rules by channel', () => {
  /** What the seller ships himself belongs to another company code, and orders of other channels to a cost centre. */
  const rules = `
dimensions:
  - { marketplace: Amazon.com, channel: MFN, companyCode: 1720, costCenter: OWNSHIP, profitCenter: OWNSHIP }
  - { marketplace: Amazon.com, channel: MCF, costCenter: OTHER }
`;
  const table = readAccountTable({ name: 'rules', text: `${templateText()}${rules}` });
  const isOwn: CompanyRule = ({ event }) => (event.channel === 'MFN' ? '1720' : undefined);

  it.each(PLANS)('place an accrual where its settlement will be: $model model, accruals $accrues', async (how) => {
    const plan = smallPlan(how, table);
    const lived = await liveThrough(smallWorld, plan);
    expectTruth(smallWorld, plan, lived, isOwn);
    const sums = sumLines(entriesOf(lived));
    for (const account of [CROSS_COMPANY, UNSETTLED, CARRY_FORWARD]) {
      expect(Object.values(balances(sums, account)).reduce((sum, minor) => sum + minor, 0n)).toBe(0n);
    }
    expect(Object.keys(balances(sums, CROSS_COMPANY))).toEqual(['1710 USD', '1720 USD']);
    expect(balances(sums, UNSETTLED)).toEqual({});
    await expectMonthsHold(lived);
    const own = entriesOf(lived).flatMap(({ lines }) => lines);
    expect(own.some(({ kind, costCenter }) => kind === 'mcf-fulfilment-fee' && costCenter === 'OTHER')).toBe(true);
    expect(own.some(({ profitCenter }) => profitCenter === 'OWNSHIP')).toBe(true);
  });
});
