import { localDateAt, type TimeZone, type YearMonth, yearMonthOf } from '../../core/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { FinanceEventRecord, FinanceStore } from '../feed-stores.ts';
import { FEED_BATCH_MAX } from '../feed-stores.ts';
import type { EntryRecord, SettlementRecord } from '../ports.ts';
import { isBeforeStart } from '../propose-settlement.ts';

/** What is recorded of a connection, seen from the end of a month. */
export interface SettledState {
  readonly recorded: readonly SettlementRecord[];
  readonly booked: readonly SettlementRecord[];
  /** Cannot be booked yet, although it lies in the month: what it contains is accrued. */
  readonly waiting: readonly SettlementRecord[];
}

/**
 * Which settlements are in the books by the end of a month: those of which an entry dated in it, or before, stands there, and those
 * that were booked by hand before this program took over. A row never goes to a month before that of its settlement's first
 * entry, so a settlement whose entries begin later has booked nothing by then, however old its rows are.
 */
export async function settledBy(context: ConnectionContext, month: YearMonth): Promise<SettledState> {
  const { books, connection } = context;
  const booked: SettlementRecord[] = [];
  const waiting: SettlementRecord[] = [];
  const recorded = await books.listSettlements({ connectionId: connection.id });
  for (const record of recorded) {
    const months = firstMonthOf(context, record);
    const entries = await books.listEntries({ originKey: record.key });
    if (isBooked(context, record, { month, entries })) booked.push(record);
    else if (record.state !== 'proposed' && months <= month) waiting.push(record);
  }
  return { recorded, booked, waiting };
}

function isBooked(
  context: ConnectionContext,
  record: SettlementRecord,
  { month, entries }: { readonly month: YearMonth; readonly entries: readonly EntryRecord[] },
): boolean {
  const standing = entries.filter((entry) => standsAtEndOf(month, entry, entries));
  if (standing.length > 0) return true;
  if (record.state === 'proven') return isBeforeStart(context, record);
  // Nothing of it had an amount: it is booked by having been proposed.
  return record.state === 'proposed' && entries.length === 0 && firstMonthOf(context, record) <= month;
}

/** Dated in the month or before, and not taken back by then. */
function standsAtEndOf(month: YearMonth, record: EntryRecord, siblings: readonly EntryRecord[]): boolean {
  const { entry, state, reversalKey } = record;
  if (entry.reversal || state === 'withdrawn' || yearMonthOf(entry.postingDate) > month) return false;
  if (state !== 'reversed') return true;
  const reversal = siblings.find(({ entry: other }) => other.postingKey === reversalKey);
  // A person's reversal in SAP names no date here; as a rule it is that of the document.
  return reversal !== undefined && yearMonthOf(reversal.entry.postingDate) > month;
}

/** By the earliest midnight of the company codes. */
function firstMonthOf({ table }: ConnectionContext, { header }: SettlementRecord): YearMonth {
  const zones: readonly TimeZone[] = table.companyCodes().map(({ timeZone }) => timeZone);
  const [first] = zones.map((zone) => yearMonthOf(localDateAt(header.startAt, zone))).sort();
  return first ?? yearMonthOf(localDateAt(header.startAt, 'UTC' as TimeZone));
}

/** Events of which no booked settlement contains anything, and how many of them only a guess by period could place. */
export interface UnsettledEvents {
  readonly events: readonly FinanceEventRecord[];
  /** Released, of no order, and without a settlement although one of their currency was open at their time: accrued. */
  readonly unclear: number;
  /** Settlements that events name and that are not recorded here: Amazon closed them, and their files have not come. */
  readonly missing: readonly string[];
}

/**
 * The events up to a moment that no booked settlement contains. What Amazon says decides: the settlement that the event names, or
 * that others of its period name. Where it says nothing, an order that a booked settlement of a later end lists is settled
 * by it, and an event of no order by the only booked settlement of its currency in whose period it was posted. An event that
 * names another one by its key tells of the same money once more and is left out, and so is what was released before the first
 * settlement of its currency that is recorded here: it was settled before this program's time.
 */
export async function unsettledEvents(
  context: ConnectionContext,
  finances: Pick<FinanceStore, 'unsettledEvents' | 'settlementsOfEvents'>,
  query: {
    readonly postedBefore: string;
    readonly booked: readonly SettlementRecord[];
    readonly recorded: readonly SettlementRecord[];
    keepAlive(): Promise<void>;
  },
): Promise<UnsettledEvents> {
  const { connection } = context;
  const settlementIds = query.booked.map(({ settlementId }) => settlementId);
  const settled = new Set<string>(settlementIds);
  const events: FinanceEventRecord[] = [];
  const missing = new Set<string>();
  const known = knownSince(query.recorded);
  let unclear = 0;
  for (let after: string | null = null; ; ) {
    await query.keepAlive();
    const page = await finances.unsettledEvents(connection.id, {
      postedBefore: query.postedBefore,
      settlementIds,
      after,
      limit: FEED_BATCH_MAX,
    });
    const named = await finances.settlementsOfEvents(connection.id, relatedKeysOf(page.events));
    for (const record of page.events) {
      if (isToldTwice(record, named, settled) || isBeforeOurTime(record, known)) continue;
      const place = await placeOf(context, record, query.booked);
      if (place === 'settled') continue;
      if (place === 'unclear') unclear += 1;
      events.push(record);
      const { settlementId } = record.event;
      if (settlementId !== null && !known.ids.has(settlementId)) missing.add(settlementId);
    }
    if (page.next === null) return { events, unclear, missing: [...missing].sort() };
    after = page.next;
  }
}

function relatedKeysOf(records: readonly FinanceEventRecord[]): string[] {
  return records.flatMap(({ event }) =>
    event.relatedIds.map(({ value }) => value).filter((value) => value !== event.eventKey),
  );
}

/**
 * Amazon tells the release of a deferred event as an event of its own, which names it. The one that was first is kept, because its
 * day is that of the sale; it is settled with the other one.
 */
function isToldTwice(
  { event }: FinanceEventRecord,
  named: ReadonlyMap<string, string | null>,
  settled: ReadonlySet<string>,
): boolean {
  const others = event.relatedIds.filter(({ value }) => value !== event.eventKey && named.has(value));
  if (others.length === 0) return false;
  if (event.status === 'released') return true;
  return others.some(({ value }) => settled.has(named.get(value) ?? ''));
}

interface Known {
  readonly ids: ReadonlySet<string>;
  /** By currency, when the first recorded settlement began. */
  readonly since: ReadonlyMap<string, number>;
}

function knownSince(recorded: readonly SettlementRecord[]): Known {
  const since = new Map<string, number>();
  for (const { header } of recorded) {
    since.set(header.currency, Math.min(header.startAt, since.get(header.currency) ?? header.startAt));
  }
  return { ids: new Set(recorded.map(({ settlementId }) => settlementId)), since };
}

function isBeforeOurTime(record: FinanceEventRecord, known: Known): boolean {
  const { event } = record;
  if (event.status === 'deferred' || (event.settlementId !== null && known.ids.has(event.settlementId))) return false;
  const since = known.since.get(currencyOf(record) ?? '');
  return since !== undefined && releasedAt(record) < since;
}

function currencyOf({ event }: FinanceEventRecord): string | undefined {
  return event.total?.currency ?? event.amounts[0]?.amount.currency;
}

/** When it entered the balance. */
function releasedAt({ event, firstSeenAt }: FinanceEventRecord): number {
  const at = event.status === 'deferred-released' ? (event.maturesAt ?? event.postedAt) : event.postedAt;
  return Date.parse(at ?? firstSeenAt) / 1000;
}

async function placeOf(
  { books }: ConnectionContext,
  record: FinanceEventRecord,
  booked: readonly SettlementRecord[],
): Promise<'settled' | 'open' | 'unclear'> {
  const { event } = record;
  if (event.settlementId !== null || event.status === 'deferred') return 'open';
  const at = releasedAt(record);
  const currency = currencyOf(record);
  const later = booked.filter(({ header }) => header.currency === currency && header.endAt > at);
  if (event.orderId !== null) {
    for (const { key } of later) if ((await books.runsOfOrder(key, event.orderId)).length > 0) return 'settled';
    return 'open';
  }
  const around = later.filter(({ header }) => header.startAt <= at);
  if (around.length === 1) return 'settled';
  return around.length > 1 ? 'unclear' : 'open';
}
