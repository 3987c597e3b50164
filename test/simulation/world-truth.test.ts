/**
 * An auditor who shares no code with the mapping: he knows what the pretend seller's business really came to, says by
 * hand on which account each class of it belongs, and compares with what the program would post.
 */
import { describe, expect, it } from 'vitest';
import {
  createSellerWorld,
  type EventKind,
  LEG_KINDS,
  type MarketplaceCountry,
  printSettlement,
  type TruthClass,
  type WorldSettlement,
} from '../../sim/world/index.ts';
import { readSettlementFile } from '../../src/amazon/index.ts';
import { evaluateSettlement } from '../../src/app/index.ts';
import { localDateAt, parseLocalDate, parseTimeZone, yearMonthOf } from '../../src/core/index.ts';
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

const PAYOUT = '12509400';
const DEBT = '21009200';
const CARRY_FORWARD = '12509800';

// biome-ignore format: a table is read by its rows.
const ACCOUNT_OF: Readonly<Record<Exclude<TruthClass, 'fee of an unknown kind'>, string>> = {
  'product sale': '41000000', 'shipping charged to buyer': '41001100', 'gift wrap charged to buyer': '41001200',
  'promotion on product': '41001300', 'promotion on shipping': '41001300', 'points granted to buyer': '41001300',
  'product sale refunded': '41002000', 'shipping refunded': '41002100', 'gift wrap refunded': '41002100',
  'promotion on product taken back': '41002200', 'promotion on shipping taken back': '41002200',
  'points taken back from buyer': '41002200',
  'chargeback paid': '41002300', 'A-to-z claim paid': '41002400',
  'sales tax collected': '22008000', 'sales tax withheld by Amazon': '22008000',
  'sales tax spared by a promotion': '22008000', 'sales tax refunded': '22008000',
  'withheld sales tax given back': '22008000', 'sales tax spared by a promotion, taken back': '22008000',
  'sales tax charged afterwards': '22008000', 'sales tax charged afterwards, withheld': '22008000',
  'referral fee': '65003000', 'referral fee given back': '65003000', 'refund administration fee': '65003100',
  'shipping kept by Amazon': '65003200', 'gift wrap kept by Amazon': '65003200',
  'shipping kept by Amazon, given back': '65003200', 'gift wrap kept by Amazon, given back': '65003200',
  'digital services fee': '65003300', 'digital services fee given back': '65003300', 'subscription fee': '65003400',
  'FBA fulfilment fee': '65004000', 'FBA storage fee': '65004100', 'FBA aged inventory fee': '65004200',
  'inbound freight': '65004300', 'inbound freight discount': '65004300', 'removal fee': '65004400',
  'disposal fee': '65004400', 'product sent for another channel': '12504600',
  'fulfilment fee for another channel': '65004600', 'transport fee for another channel': '65004600',
  'advertising': '65005000', 'coupon fee': '65005100', 'deal fee': '65005100',
  'inventory reimbursement': '70007000', 'inventory reimbursement taken back': '70007100',
  'liquidation proceeds': '70007300', 'liquidation brokerage fee': '65007400', 'tax on Amazon fees': '12608900',
  'reserve held back': '12509100', 'reserve released': '12509100', 'debt carried in': DEBT,
  'debt charged to card': '12509300', 'debt covered by a sister account': '12509410',
  'loan of Amazon': '23009000', 'debt of a sister account covered': '12509410', 'failed payout returned': PAYOUT,
};

/** Whatever a claim or a chargeback takes back of the sale stands on an account of its own; taxes and fees do not. */
function accountOf(event: EventKind, truthClass: TruthClass): string {
  const isDelivery = truthClass === 'shipping refunded' || truthClass === 'gift wrap refunded';
  if (event === 'A-to-z claim' && isDelivery) return ACCOUNT_OF['A-to-z claim paid'];
  if (event === 'chargeback' && isDelivery) return ACCOUNT_OF['chargeback paid'];
  return ACCOUNT_OF[truthClass as keyof typeof ACCOUNT_OF];
}

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
