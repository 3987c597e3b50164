/**
 * An auditor who shares no code with the mapping: he knows what the pretend seller's business really came to, says by
 * hand on which account each class of it belongs, and compares with what the program would post.
 */
import { describe, expect, it } from 'vitest';
import {
  createSellerWorld,
  LEG_KINDS,
  type MarketplaceCountry,
  printSettlement,
  type WorldSettlement,
} from '../../sim/world/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import { evaluateSettlement } from '../../src/app/index.ts';
import { localDateAt, parseLocalDate, parseTimeZone, yearMonthOf } from '../../src/core/index.ts';
import { accountOf, DEBT, PAYOUT } from './truth-accounts.ts';
import { accountTable, SELLER } from './vendors.ts';

const SEEDS = (process.env.TRUTH_SEEDS ?? 'truth 1,truth 2').split(',');
/** The company's time zone for each marketplace, as the template has it. */
const MARKETPLACES: readonly (readonly [MarketplaceCountry, string])[] = [
  ['US', 'America/New_York'],
  ['CA', 'America/Toronto'],
  ['UK', 'Europe/London'],
  ['DE', 'Europe/Berlin'],
  ['FR', 'Europe/Berlin'],
  ['JP', 'Asia/Tokyo'],
  ['AU', 'Australia/Sydney'],
];

const CARRY_FORWARD = '12509800';

/** `account month` → minor units, debit positive, without the lines that only balance. */
type Books = Map<string, bigint>;

function add(books: Books, key: string, minor: bigint): void {
  books.set(key, (books.get(key) ?? 0n) + minor);
}

const withoutZeros = (books: Books) => [...books].filter(([, minor]) => minor !== 0n).sort();

function truthBooks(settlement: WorldSettlement, zone: string): Books {
  const timeZone = parseTimeZone(zone);
  const firstMonth = yearMonthOf(localDateAt(settlement.startAt, timeZone));
  const books: Books = new Map();
  for (const event of settlement.events) {
    const month = yearMonthOf(localDateAt(event.postedAt, timeZone));
    // A deferred sale is booked when it is released, so in the first month of its settlement.
    const bookedIn = [month, firstMonth].sort().at(-1);
    for (const leg of event.legs)
      add(books, `${accountOf(event.kind, LEG_KINDS[leg.kind].truth)} ${bookedIn}`, -leg.minor);
  }
  const lastMonth = yearMonthOf(localDateAt(settlement.endAt, timeZone));
  add(books, `${settlement.totalMinor < 0n ? DEBT : PAYOUT} ${lastMonth}`, settlement.totalMinor);
  return books;
}

async function postedBooks(settlement: WorldSettlement): Promise<{ books: Books; carried: bigint }> {
  const printed = printSettlement(settlement);
  const { proposal } = await evaluateSettlement({
    source: {
      name: settlement.settlementId,
      contentType: printed.contentType,
      open: async function* () {
        yield printed.bytes;
      },
    },
    readSettlement: readSettlementFile,
    table: accountTable,
    sellerAccount: SELLER,
    withOrderRuns: false,
  });
  expect(proposal.quarantine).toEqual([]);
  expect(proposal.proofs.every((proof) => proof.ok)).toBe(true);
  const books: Books = new Map();
  let carried = 0n;
  for (const entry of proposal.entries) {
    for (const line of entry.lines) {
      if (line.glAccount === CARRY_FORWARD) carried += line.amount.minor;
      else add(books, `${line.glAccount} ${yearMonthOf(entry.postingDate)}`, line.amount.minor);
    }
  }
  return { books, carried };
}

describe('the books of a pretend seller’s year', () => {
  const cases = SEEDS.flatMap((seed) => MARKETPLACES.map(([country, zone]) => ({ seed, country, zone })));

  it.each(cases)(
    'equal what really happened, per account and month: $country, seed $seed',
    async ({ seed, country, zone }) => {
      const world = createSellerWorld({
        seed,
        sellerId: SELLER,
        accounts: [{ marketplace: country }],
        from: parseLocalDate('2025-11-01'),
        to: parseLocalDate('2026-11-15'),
        ordersPerDay: 4,
      });
      expect(world.settlements.length).toBeGreaterThan(20);
      let debts = 0n;
      for (const settlement of world.settlements) {
        const { books, carried } = await postedBooks(settlement);
        expect(withoutZeros(books), settlement.settlementId).toEqual(withoutZeros(truthBooks(settlement, zone)));
        expect(carried, 'carry-forward returns to zero').toBe(0n);
        for (const [key, minor] of books) if (key.startsWith(DEBT)) debts += minor;
      }
      const last = world.settlements.at(-1);
      expect(debts, 'a debt is carried into the next settlement').toBe(
        last && last.totalMinor < 0n ? last.totalMinor : 0n,
      );
    },
  );

  it('control: one row on another account is noticed', () => {
    const world = createSellerWorld({
      seed: 'control',
      sellerId: SELLER,
      accounts: [{ marketplace: 'US' }],
      from: parseLocalDate('2026-10-01'),
      to: parseLocalDate('2026-10-20'),
      ordersPerDay: 2,
    });
    const books = truthBooks(world.settlements[0]!, 'America/New_York');
    const moved = new Map(books);
    const [key] = books.keys();
    add(moved, key!, 1n);
    expect(withoutZeros(moved)).not.toEqual(withoutZeros(books));
  });
});
