import { type CurrencyCode, epochSecondsOfUtcMidnight, type LocalDate, type Log, utcDayOf } from '../../core/index.ts';
import { type LineKind, type LineMeanings, OWN_MEANINGS } from '../../mapping/index.ts';
import type { Payout } from '../amazon-feeds.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import type { FeedBooks } from '../feed-stores.ts';
import { readableTableOfVersion } from '../mapping-record/mapping-in-use.ts';
import type { Actor, Books, Connection, SettlementKey, SettlementRecord } from '../ports.ts';
import { linkPeriods, neighboursOf, type PeriodChain, type PeriodFacts } from './continuity.ts';
import { type BankDays, PAYOUT_LATE_DAYS, type SettlementPayment } from './payout-states.ts';
import type { DepositMatch, DepositRecord, ReconciliationStore } from './reconciliation-store.ts';
import { mainMarketplaceOf, obtainSums, rowsOfKinds, type SettlementFileSums, sumOfKinds } from './settlement-sums.ts';

/** The most payouts that one look at the store gives. */
const PAYOUTS_PER_PAGE = 1_000;
const RETURNED: readonly LineKind[] = ['payout-returned'];
const CARD: readonly LineKind[] = ['card-charge', 'card-charge-failed'];
const OFFSET: readonly LineKind[] = ['cross-marketplace-debt'];

/** What every look of the reconciliation needs. Nothing of it asks Amazon or SAP. */
export interface ReconciliationContext {
  readonly books: Books;
  readonly feedBooks: FeedBooks;
  readonly reconciliation: ReconciliationStore;
  readonly readSettlement: SettlementReader;
  readonly today: LocalDate;
  readonly log: Log;
  readonly actor: Actor;
}

/** A connection whose settlements are looked at, with what its settings say about them. */
export interface ReconciledConnection {
  readonly connection: Connection;
  /** Settlements that ended before are not booked by this program, so nothing of theirs is missed. */
  readonly bookFrom: LocalDate | null;
}

/** A settlement and what its own file says of it. */
export interface KnownSettlement {
  readonly record: SettlementRecord;
  readonly sums: SettlementFileSums;
  readonly period: PeriodFacts;
}

/** Everything known of the money of one connection. */
export interface ConnectionFacts {
  readonly connection: Connection;
  readonly bookFrom: LocalDate | null;
  readonly settlements: readonly KnownSettlement[];
  readonly chains: readonly PeriodChain[];
  readonly payments: readonly SettlementPayment[];
  /** What rows mean by the account table in use. */
  readonly meanings: LineMeanings;
  readonly payouts: readonly Payout[];
}

/** Deposits of all bank accounts and how they are matched. */
export interface BankFacts {
  readonly deposits: readonly DepositRecord[];
  readonly matches: readonly DepositMatch[];
  /** From the first to the newest movement by currency: of these days statements are taken to be imported. */
  readonly days: ReadonlyMap<CurrencyCode, BankDays>;
}

/** The settlements of a connection with their own sums, in chains. Each file is read once in its life. */
export async function gatherConnection(
  context: ReconciliationContext,
  { connection, bookFrom }: ReconciledConnection,
): Promise<ConnectionFacts> {
  const settlements: { record: SettlementRecord; sums: SettlementFileSums }[] = [];
  for (const record of await context.books.listSettlements({ connectionId: connection.id })) {
    settlements.push({ record, sums: await obtainSums(context, record) });
  }
  const payouts = await allPayouts(context, connection);
  return connectionFacts({
    connection,
    bookFrom,
    settlements,
    payouts,
    meanings: await meaningsOf(context, connection),
  });
}

/**
 * By the table in use; a connection whose table was never recorded has taught nothing. Neither has one that this program does not
 * take, such as one of an older program: it hides no money, and is told by all that books with it.
 */
async function meaningsOf(
  { books }: Pick<ReconciliationContext, 'books'>,
  connection: Connection,
): Promise<LineMeanings> {
  const inUse = await books.findMappingInUse(connection.id);
  return (inUse && readableTableOfVersion(connection, inUse)) ?? OWN_MEANINGS;
}

/** The same from what is at hand. Pure. */
export function connectionFacts(input: {
  readonly connection: Connection;
  readonly bookFrom: LocalDate | null;
  readonly settlements: readonly { readonly record: SettlementRecord; readonly sums: SettlementFileSums }[];
  readonly payouts: readonly Payout[];
  readonly meanings: LineMeanings;
}): ConnectionFacts {
  const settlements = input.settlements.map((each) => ({
    ...each,
    period: periodOf(each.record, each.sums, input.meanings),
  }));
  const chains = linkPeriods(settlements.map(({ period }) => period));
  const { after } = neighboursOf(chains);
  const payments = settlements.map((known) =>
    paymentOf(known, after.get(known.record.key)?.key ?? null, input.meanings),
  );
  return { ...input, settlements, chains, payments };
}

/** Deposits and their matches; pairs that were taken apart are among the matches. */
export async function gatherBank({
  reconciliation,
}: Pick<ReconciliationContext, 'reconciliation'>): Promise<BankFacts> {
  const deposits = await reconciliation.listDeposits();
  const matches = await reconciliation.listDepositMatches();
  return { deposits, matches, days: bankDaysOf(deposits) };
}

/** The days that the movements of each currency span. */
export function bankDaysOf(
  deposits: readonly Pick<DepositRecord, 'amount' | 'bookedOn'>[],
): ReadonlyMap<CurrencyCode, BankDays> {
  const days = new Map<CurrencyCode, BankDays>();
  for (const { amount, bookedOn } of deposits) {
    const known = days.get(amount.currency) ?? { from: bookedOn, until: bookedOn };
    const [from = bookedOn, , until = bookedOn] = [known.from, bookedOn, known.until].sort();
    days.set(amount.currency, { from, until });
  }
  return days;
}

function periodOf(record: SettlementRecord, sums: SettlementFileSums, meanings: LineMeanings): PeriodFacts {
  const { header } = record;
  return {
    key: record.key,
    settlementId: record.settlementId,
    currency: header.currency,
    marketplace: mainMarketplaceOf(sums),
    startAt: header.startAt,
    endAt: header.endAt,
    totalMinor: header.total.minor,
    reserveHeldMinor: sumOfKinds(sums, ['reserve-held'], meanings),
    reserveReleasedMinor: sumOfKinds(sums, ['reserve-released'], meanings),
    openingDebtMinor: sumOfKinds(sums, ['opening-debt'], meanings),
  };
}

function paymentOf(
  { record, sums, period }: KnownSettlement,
  next: SettlementKey | null,
  meanings: LineMeanings,
): SettlementPayment {
  return {
    key: record.key,
    settlementId: record.settlementId,
    currency: period.currency,
    totalMinor: period.totalMinor,
    endOn: utcDayOf(record.header.endAt),
    depositOn: utcDayOf(record.header.depositAt),
    returned: rowsOfKinds(sums, RETURNED, meanings),
    cardCharges: rowsOfKinds(sums, CARD, meanings),
    offsets: rowsOfKinds(sums, OFFSET, meanings),
    openingDebtMinor: period.openingDebtMinor,
    next,
  };
}

async function allPayouts(
  { feedBooks }: Pick<ReconciliationContext, 'feedBooks'>,
  { id }: Connection,
): Promise<readonly Payout[]> {
  const payouts: Payout[] = [];
  let until: string | undefined;
  for (;;) {
    const page = await feedBooks.listPayouts({
      connectionId: id,
      limit: PAYOUTS_PER_PAGE,
      ...(until !== undefined && { until }),
    });
    payouts.push(...page);
    const last = page.at(-1)?.createdAt ?? null;
    if (page.length < PAYOUTS_PER_PAGE || last === null || last === until) return payouts;
    until = last;
  }
}

/** Ended before the program took over, so it was booked by hand. */
export function isBeforeBooks({ endAt }: Pick<PeriodFacts, 'endAt'>, bookFrom: LocalDate | null): boolean {
  return bookFrom !== null && endAt < epochSecondsOfUtcMidnight(bookFrom);
}

/** How many days after the planned one a payout is late. */
export const lateDays = PAYOUT_LATE_DAYS;
