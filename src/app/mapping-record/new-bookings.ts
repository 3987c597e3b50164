import { type CurrencyCode, type Money, money } from '../../core/index.ts';
import { hasAmount } from '../../ledger/index.ts';
import {
  type AccountTable,
  isMultiChannelMarketplace,
  type LineKind,
  type LineTriple,
  type PlacedBucket,
  type Proposal,
  type SettlementBucket,
  type SettlementId,
  type SettlementTables,
} from '../../mapping/index.ts';
import { type BookingPlace, type BucketPair, linesByBucket, pairBuckets } from './compare-bookings.ts';

/** Rows that had no place in the books, and the one that they get. */
export interface NewBooking {
  /** Without a day. */
  readonly place: BookingPlace;
  /** In the order of the alphabet. */
  readonly kinds: readonly string[];
  readonly rowCount: number;
  readonly settlements: readonly SettlementId[];
  /** Amazon’s sign. */
  readonly amount: Money;
  /** Something else stops their settlements, too: they are booked so once that is known. */
  readonly isWaiting: boolean;
}

/** What a row is, for whoever asks only about some of them. */
export interface AskedRow {
  readonly words: LineTriple;
  readonly marketplace: string;
  /** As the new table has it. */
  readonly kind: LineKind | undefined;
}

/** One settlement worked out with one account table. */
export interface WorkedOut {
  readonly proposal: Pick<Proposal, 'entries' | 'placed' | 'digest'>;
  readonly buckets: readonly SettlementBucket[];
  readonly bucketOfRow: Uint32Array;
}

export interface NewBookingsAsked {
  readonly settlementId: SettlementId;
  readonly currency: CurrencyCode;
  /** Each row’s amount in Amazon’s sign by its row number. */
  readonly amounts: readonly bigint[];
  readonly tables: SettlementTables;
  /** The new table. */
  readonly table: Pick<AccountTable, 'kindOf'>;
  /** All rows where nobody says otherwise. */
  readonly isAsked?: ((row: AskedRow) => boolean) | undefined;
}

export interface NewBookings {
  readonly bookings: readonly NewBooking[];
  /** Whether the settlement has rows without a place that were asked about, whatever becomes of them. */
  readonly isConcerned: boolean;
}

/**
 * Where the rows of a settlement go that one account table has no place for and another one has, row by row: where its
 * entries have them, or would have them once nothing else stops it.
 */
export function findNewBookings(before: WorkedOut, after: WorkedOut, asked: NewBookingsAsked): NewBookings {
  const had = new Set(before.proposal.placed.map(({ number }) => number));
  const placeOf = placeFinder(after);
  const isAskedBucket = askedBuckets(after, asked);
  const list = new BookingList();
  let isConcerned = false;
  for (const pair of pairBuckets(before.bucketOfRow, after.bucketOfRow, asked.amounts)) {
    if (had.has(pair.before) || !isAskedBucket(pair.after)) continue;
    isConcerned = true;
    const found = placeOf(pair.after);
    if (found) list.add(toBooking(found, pair, { ...asked, isWaiting: after.proposal.digest === null }));
  }
  return { bookings: list.all(), isConcerned };
}

interface Placed {
  readonly place: BookingPlace;
  readonly kind: string;
}

/** From the entries, where there are some: those without any amount are not recorded. */
function placeFinder({ proposal }: WorkedOut): (bucket: number) => Placed | undefined {
  if (proposal.digest !== null) {
    const lines = linesByBucket(proposal.entries.filter(hasAmount));
    return (bucket) => {
      const found = lines.get(bucket);
      return found && { place: { ...found.place, postingDate: null }, kind: found.line.kind };
    };
  }
  const placed = new Map(proposal.placed.map((bucket) => [bucket.number, bucket]));
  return (bucket) => {
    const found = placed.get(bucket);
    return found && { place: placeOfBucket(found), kind: found.kind };
  };
}

function placeOfBucket({ company, assignment }: PlacedBucket): BookingPlace {
  const { glAccount, customer = null, costCenter, profitCenter, taxCode } = assignment;
  const { companyCode } = company;
  return { companyCode, postingDate: null, glAccount, customer, costCenter, profitCenter, taxCode };
}

function askedBuckets({ buckets }: WorkedOut, { tables, table, isAsked }: NewBookingsAsked) {
  return (number: number): boolean => {
    const bucket = buckets[number];
    const words = bucket && tables.triples[bucket.triple];
    if (!isAsked || !words) return true;
    const marketplace = tables.marketplaces[bucket.marketplace] ?? '';
    const kind = table.kindOf(words, { isMultiChannel: isMultiChannelMarketplace(marketplace) });
    return isAsked({ words, marketplace, kind });
  };
}

function toBooking(
  { place, kind }: Placed,
  { rowCount, debit, credit }: BucketPair,
  { currency, settlementId, isWaiting }: Pick<NewBookingsAsked, 'currency' | 'settlementId'> & { isWaiting: boolean },
): NewBooking {
  const amount = money(currency, credit - debit);
  return { place, kinds: [kind], rowCount, settlements: [settlementId], amount, isWaiting };
}

interface GrowingBooking extends Pick<NewBooking, 'place' | 'isWaiting'> {
  readonly kinds: Set<string>;
  readonly settlements: Set<SettlementId>;
  rowCount: number;
  amount: Money;
}

/** Bookings by place, currency and whether they wait. */
class BookingList {
  readonly #bookings = new Map<string, GrowingBooking>();

  add({ place, kinds, rowCount, settlements, amount, isWaiting }: NewBooking): void {
    const { companyCode, glAccount } = place;
    const key = JSON.stringify([isWaiting, companyCode, glAccount, ...Object.values(place), amount.currency]);
    const known = this.#bookings.get(key) ?? {
      place,
      isWaiting,
      kinds: new Set(),
      settlements: new Set(),
      rowCount: 0,
      amount: money(amount.currency, 0n),
    };
    for (const kind of kinds) known.kinds.add(kind);
    for (const settlement of settlements) known.settlements.add(settlement);
    known.rowCount += rowCount;
    known.amount = money(amount.currency, known.amount.minor + amount.minor);
    this.#bookings.set(key, known);
  }

  /** What is booked before what waits, then by company code and account. */
  all(): NewBooking[] {
    return [...this.#bookings.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { kinds, settlements, ...booking }]) => ({
        ...booking,
        kinds: [...kinds].sort(),
        settlements: [...settlements],
      }));
  }
}

/** New bookings of several settlements together: those of the same place and currency become one. */
export function addUpBookings(bookings: Iterable<NewBooking>): NewBooking[] {
  const list = new BookingList();
  for (const booking of bookings) list.add(booking);
  return list.all();
}
