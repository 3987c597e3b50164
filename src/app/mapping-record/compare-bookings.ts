import { type CurrencyCode, type LocalDate, type Money, money } from '../../core/index.ts';
import type { CompanyCode, CustomerNumber, GlAccount, JournalEntry, JournalLine } from '../../ledger/index.ts';
import { NO_BUCKET } from '../../mapping/index.ts';

/** Where an amount stands in the books. */
export interface BookingPlace {
  readonly companyCode: CompanyCode;
  /** Given where the change moves the amount to another day. */
  readonly postingDate: LocalDate | null;
  readonly glAccount: GlAccount;
  readonly customer: CustomerNumber | null;
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
  readonly taxCode: string | null;
}

/** What goes from one place to another. Debits and credits are summed apart, so that nothing cancels out unseen. */
export interface BookingMove {
  /** `null`: a balancing line that there was not. */
  readonly from: BookingPlace | null;
  /** `null`: a balancing line that there is no more. */
  readonly to: BookingPlace | null;
  /** Kinds of line that move, in the order of the alphabet. */
  readonly kinds: readonly string[];
  /** Amazon's rows that move; 0 for balancing lines. */
  readonly rowCount: number;
  /** Both without sign: what is debited, and what is credited, on the other place. */
  readonly debit: Money;
  readonly credit: Money;
}

/** One settlement as one account table books it. */
export interface Booking {
  readonly entries: readonly JournalEntry[];
  readonly bucketOfRow: Uint32Array;
}

export interface PlacedLine {
  readonly place: BookingPlace;
  readonly line: JournalLine;
}

/**
 * Everything that two bookings of one settlement put in different places, row by row. `amounts` has each row's amount in
 * Amazon's sign by its row number. Rows that stay where they are, and texts, are no move.
 */
export function compareBookings(
  before: Booking,
  after: Booking,
  rows: { readonly currency: CurrencyCode; readonly amounts: readonly bigint[] },
): BookingMove[] {
  const moves = new MoveList(rows.currency);
  const [old, now] = [linesByBucket(before.entries), linesByBucket(after.entries)];
  for (const pair of pairBuckets(before.bucketOfRow, after.bucketOfRow, rows.amounts)) {
    const from = old.get(pair.before);
    const to = now.get(pair.after);
    if (!from || !to || isSamePlace(from.place, to.place)) continue;
    moves.add({ from: from.place, to: to.place, kind: to.line.kind, ...pair });
  }
  compareBalances(before.entries, after.entries, moves);
  return moves.all();
}

/** Rows that share a bucket in both bookings. */
export interface BucketPair {
  readonly before: number;
  readonly after: number;
  rowCount: number;
  debit: bigint;
  credit: bigint;
}

/** Rows by their buckets in both bookings: two tables may cut the same rows into other buckets. */
export function pairBuckets(before: Uint32Array, after: Uint32Array, amounts: readonly bigint[]): BucketPair[] {
  const pairs = new Map<number, Map<number, BucketPair>>();
  for (let row = 0; row < before.length; row++) {
    const [old = NO_BUCKET, now = NO_BUCKET, amount = 0n] = [before[row], after[row], amounts[row]];
    if (old === NO_BUCKET || now === NO_BUCKET) continue;
    const ofOld = pairs.get(old) ?? new Map<number, BucketPair>();
    const pair = ofOld.get(now) ?? { before: old, after: now, rowCount: 0, debit: 0n, credit: 0n };
    pair.rowCount += 1;
    // A negative amount of Amazon's is a debit in the ledger.
    if (amount < 0n) pair.debit -= amount;
    else pair.credit += amount;
    if (pair.rowCount === 1) pairs.set(old, ofOld.set(now, pair));
  }
  return [...pairs.values()].flatMap((ofOld) => [...ofOld.values()]);
}

/** The line, and its place, that books a bucket. */
export function linesByBucket(entries: readonly JournalEntry[]): ReadonlyMap<number, PlacedLine> {
  const lines = new Map<number, PlacedLine>();
  for (const placed of linesOf(entries)) for (const bucket of placed.line.buckets) lines.set(bucket, placed);
  return lines;
}

function linesOf(entries: readonly JournalEntry[]): PlacedLine[] {
  return entries.flatMap((entry) => entry.lines.map((line) => ({ line, place: placeOf(entry, line) })));
}

function placeOf({ companyCode, postingDate }: JournalEntry, line: JournalLine): BookingPlace {
  const { glAccount, customer = null, costCenter, profitCenter, taxCode } = line;
  return { companyCode, postingDate, glAccount, customer, costCenter, profitCenter, taxCode };
}

/** Lines that no row carries are the same when they have the same purpose and amount, nearest place first. */
function compareBalances(before: readonly JournalEntry[], after: readonly JournalEntry[], moves: MoveList): void {
  const isBalance = ({ line }: PlacedLine) => line.buckets.length === 0 && line.amount.minor !== 0n;
  let olds = linesOf(before).filter(isBalance);
  let nows = linesOf(after).filter(isBalance);
  for (const matches of BALANCE_MATCHES) {
    for (const old of olds) {
      const now = nows.find((candidate) => candidate.line.kind === old.line.kind && matches(old, candidate));
      if (!now) continue;
      olds = olds.filter((each) => each !== old);
      nows = nows.filter((each) => each !== now);
      if (!isSamePlace(old.place, now.place)) moves.addLine(old.place, now.place, now.line);
    }
  }
  for (const { place, line } of olds) moves.addLine(place, null, line);
  for (const { place, line } of nows) moves.addLine(null, place, line);
}

const isSameAmount = (a: PlacedLine, b: PlacedLine) => a.line.amount.minor === b.line.amount.minor;
const BALANCE_MATCHES: readonly ((a: PlacedLine, b: PlacedLine) => boolean)[] = [
  (a, b) => isSameAmount(a, b) && isSamePlace(a.place, b.place),
  (a, b) =>
    isSameAmount(a, b) && a.place.companyCode === b.place.companyCode && a.place.postingDate === b.place.postingDate,
  isSameAmount,
];

function isSamePlace(a: BookingPlace, b: BookingPlace): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(place: BookingPlace | null): string {
  return place === null ? '' : JSON.stringify(Object.values(place));
}

interface GrowingMove {
  readonly from: BookingPlace | null;
  readonly to: BookingPlace | null;
  readonly kinds: Set<string>;
  rowCount: number;
  debit: bigint;
  credit: bigint;
}

/** Moves by their two places; days are named where they differ only. */
class MoveList {
  readonly #currency: CurrencyCode;
  readonly #moves = new Map<string, GrowingMove>();

  constructor(currency: CurrencyCode) {
    this.#currency = currency;
  }

  add(moved: {
    readonly from: BookingPlace | null;
    readonly to: BookingPlace | null;
    readonly kind: string;
    readonly rowCount: number;
    readonly debit: bigint;
    readonly credit: bigint;
  }): void {
    const staysOnDay = moved.from !== null && moved.to !== null && moved.from.postingDate === moved.to.postingDate;
    const from = staysOnDay && moved.from ? { ...moved.from, postingDate: null } : moved.from;
    const to = staysOnDay && moved.to ? { ...moved.to, postingDate: null } : moved.to;
    // By account first, because that is how a person looks for it.
    const key = [from?.glAccount ?? '', to?.glAccount ?? '', keyOf(from), keyOf(to)].join('\n');
    const move = this.#moves.get(key) ?? { from, to, kinds: new Set(), rowCount: 0, debit: 0n, credit: 0n };
    move.kinds.add(moved.kind);
    move.rowCount += moved.rowCount;
    move.debit += moved.debit;
    move.credit += moved.credit;
    this.#moves.set(key, move);
  }

  addLine(from: BookingPlace | null, to: BookingPlace | null, { kind, amount: { minor } }: JournalLine): void {
    const [debit, credit] = minor > 0n ? [minor, 0n] : [0n, -minor];
    this.add({ from, to, kind, rowCount: 0, debit, credit });
  }

  all(): BookingMove[] {
    return [...this.#moves.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { kinds, debit, credit, ...move }]) => ({
        ...move,
        kinds: [...kinds].sort(),
        debit: money(this.#currency, debit),
        credit: money(this.#currency, credit),
      }));
  }
}

/** Moves of several settlements together: those of the same places and currency become one. */
export function addUpMoves(moves: Iterable<BookingMove>): BookingMove[] {
  const lists = new Map<CurrencyCode, MoveList>();
  for (const { from, to, kinds, rowCount, debit, credit } of moves) {
    const list = lists.get(debit.currency) ?? new MoveList(debit.currency);
    lists.set(debit.currency, list);
    for (const [index, kind] of kinds.entries()) {
      const own = index === 0 ? { rowCount, debit: debit.minor, credit: credit.minor } : NOTHING;
      list.add({ from, to, kind, ...own });
    }
  }
  return [...lists.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, list]) => list.all());
}

const NOTHING = { rowCount: 0, debit: 0n, credit: 0n };
