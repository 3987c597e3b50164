import {
  type EpochSeconds,
  firstDayOf,
  formatInstant,
  formatMoney,
  lastDayOf,
  nextYearMonth,
  Problem,
  type ProblemFacts,
  startOfLocalDate,
  type YearMonth,
} from '../../core/index.ts';
import { type AccrualDraft, type AccrualEvent, accrueMonth } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { CursorStore, FinanceStore } from '../feed-stores.ts';
import { assertNothingUnderWay } from '../periods/close-period.ts';
import type { AccrualRecord, SettlementRecord } from '../ports.ts';
import { keepSyncLease, underSyncLease } from '../sync-lease.ts';
import { accrualEventOf, writeSources } from './accrual-sources.ts';
import { markBookedOrders } from './booked-by-orders.ts';
import { settledBy, unsettledEvents } from './settled-by.ts';

/** Where events are read from, and how far their feed has come. */
export type AccrualFeeds = Pick<FinanceStore, 'unsettledEvents' | 'settlementsOfEvents'> &
  Pick<CursorStore, 'listFeedRuns'>;

export interface AccrueWish {
  readonly month: YearMonth;
  /** `opening`: the month was accrued before this program took over; only the release is booked. */
  readonly sides: 'both' | 'opening';
  /** For the audit log; `null` where nothing is out of the ordinary. */
  readonly why: string | null;
  /** Show what it comes to, and record and close nothing. */
  readonly isDryRun: boolean;
  /** Amounts that nobody knows are left out; needs a reason. */
  readonly leaveOutUnknown: boolean;
  /** Although the feed has not come to the end of the month; needs a reason. */
  readonly mayBeIncomplete: boolean;
}

export interface MonthEndAccrual {
  /** `null` in a dry run. */
  readonly record: AccrualRecord | null;
  readonly draft: AccrualDraft;
  readonly revision: number;
  readonly asOf: string;
  /** Until when Amazon's events have been read; `null` before they ever were. */
  readonly completeUntil: string | null;
  /** Settlements of the month that wait in quarantine: what they contain is accrued. */
  readonly waiting: readonly SettlementRecord[];
  /** Settlements that events name and whose files have not come. */
  readonly missing: readonly string[];
  readonly unclear: number;
  readonly eventCount: number;
}

/**
 * Accrues what Amazon has not settled at the end of a month, and closes the month, so that what is settled later is dated
 * after it. The entries live as any others: checked, approved and sent by the next sync. The events it was computed from
 * are kept as evidence.
 *
 * Raises `MONTH_NOT_OVER` and `ACCRUAL_REASON_MISSING` (invalid), `FINANCES_NOT_COMPLETE` (unavailable), `ACCRUAL_STOPPED`
 * (unmapped), and `PERIOD_HAS_OPEN_ENTRIES`, `PERIOD_NOT_NEXT`, `ACCRUAL_TOO_LATE`, `ACCRUAL_EXISTS` and `SYNC_RUNNING` (conflict).
 */
export async function accrueMonthEnd(
  ungated: ConnectionContext,
  feeds: AccrualFeeds,
  wish: AccrueWish,
): Promise<MonthEndAccrual> {
  if ((wish.leaveOutUnknown || wish.mayBeIncomplete) && wish.why === null) throw reasonMissing();
  return underSyncLease(ungated, async (lease, context) => {
    const keepAlive = () => keepSyncLease(context, lease);
    const found = await gather(context, feeds, { wish, keepAlive });
    const { events, ...facts } = found;
    if (wish.isDryRun) return { ...facts, record: null };
    const { draft } = facts;
    if (draft.obstacles.length > 0 && !wish.leaveOutUnknown) throw stopped(wish.month, draft);
    if (draft.entries.length === 0 && draft.obstacles.some(({ code }) => code === 'ACCOUNT_MISSING')) {
      throw stopped(wish.month, draft);
    }
    await keepAlive();
    return { ...facts, record: await keep(context, { wish, found, events }) };
  });
}

interface Gathered extends Omit<MonthEndAccrual, 'record'> {
  readonly events: readonly AccrualEvent[];
}

async function gather(
  context: ConnectionContext,
  feeds: AccrualFeeds,
  { wish, keepAlive }: { readonly wish: AccrueWish; readonly keepAlive: () => Promise<void> },
): Promise<Gathered> {
  const { books, connection, table } = context;
  const { month } = wish;
  const asOfMs = await books.sharedNowMs();
  const endAt = endOfMonth(context, month);
  if (asOfMs / 1000 < endAt) throw notOver(month, endAt);
  const runs = await feeds.listFeedRuns(connection.id);
  const completeUntil = runs.find(({ feed }) => feed === 'finances')?.completeUntil ?? null;
  const isComplete = completeUntil !== null && Date.parse(completeUntil) / 1000 >= endAt;
  if (!isComplete && !wish.mayBeIncomplete) throw notComplete(connection.name, { month, endAt, completeUntil });
  const revision = await nextRevision(context, month);
  await assertMonthIsNext(context, month);
  const companyCodes = table.companyCodes().map((rule) => rule.companyCode);
  const states = ['proposed', 'approved', 'sending', 'unknown', 'rejected'] as const;
  await assertNothingUnderWay(context, { companyCodes, month, states });
  const { recorded, booked, waiting } = await settledBy(context, month);
  const postedBefore = new Date(endAt * 1000).toISOString();
  const unsettled = await unsettledEvents(context, feeds, { postedBefore, recorded, booked, keepAlive });
  const events = await markBookedOrders(context, unsettled.events.map(accrualEventOf));
  const draft = accrueMonth({
    month,
    events,
    table,
    sellerAccount: connection.sellerAccount,
    revision,
    sides: wish.sides,
    leaveOutUnknown: wish.leaveOutUnknown,
  });
  return {
    events,
    draft,
    revision,
    asOf: new Date(asOfMs).toISOString(),
    completeUntil,
    waiting,
    missing: unsettled.missing,
    unclear: unsettled.unclear,
    eventCount: events.length,
  };
}

/** Closes first: a settlement that came between the two would be dated into the month that was just accrued. */
async function keep(
  context: ConnectionContext,
  {
    wish,
    found,
    events,
  }: { readonly wish: AccrueWish; readonly found: Omit<Gathered, 'events'>; readonly events: readonly AccrualEvent[] },
): Promise<AccrualRecord> {
  const { books, connection, table, actor } = context;
  const { month } = wish;
  const { draft, revision, asOf } = found;
  const why = wish.why ?? `what Amazon had not settled at the end of ${month}`;
  const { sha256 } = await books.putEvidence(chunksOf(events), {
    origin: `accrual:month-end:${month}`,
    contentType: 'application/x-ndjson',
    headers: {},
  });
  await books.closeMonth({ connectionId: connection.id, companyCodes: draft.companyCodes, month, actor, why });
  return books.recordAccrual({
    connectionId: connection.id,
    kind: 'month-end',
    name: month,
    revision,
    period: { from: firstDayOf(month), to: lastDayOf(month) },
    asOf,
    sourcesSha256: sha256,
    sourceCount: events.length,
    proposal: {
      digest: draft.digest,
      mappingSha256: table.sha256,
      mappingText: table.text,
      programVersion: context.programVersion,
      entries: draft.entries,
    },
    actor,
    why,
  });
}

async function* chunksOf(events: readonly AccrualEvent[]): AsyncGenerator<Uint8Array> {
  yield* writeSources(events);
}

/** The latest of the midnights at which the month ends for the company codes. */
export function endOfMonth({ table }: Pick<ConnectionContext, 'table'>, month: YearMonth): EpochSeconds {
  const next = firstDayOf(nextYearMonth(month));
  return Math.max(...table.companyCodes().map(({ timeZone }) => startOfLocalDate(next, timeZone)));
}

/** Raises `ACCRUAL_EXISTS` (conflict) while one stands. */
async function nextRevision({ books, connection }: ConnectionContext, month: YearMonth): Promise<number> {
  const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end' });
  const before = accruals.filter(({ name }) => name === month);
  const standing = before.find(({ withdrawnAt }) => withdrawnAt === null);
  if (standing) {
    throw new Problem({
      code: 'ACCRUAL_EXISTS',
      kind: 'conflict',
      says: `${month} is accrued already, as revision ${standing.revision}, as of ${standing.asOf}.`,
      next: `Take it back before it is made anew: seller-ledger accruals withdraw ${month} --why TEXT (accruals reverse, once it is in SAP)`,
      data: month,
    });
  }
  return Math.max(-1, ...before.map(({ revision }) => revision)) + 1;
}

/** Raises `ACCRUAL_TOO_LATE` (conflict) when a later month is closed already. */
async function assertMonthIsNext({ books, connection }: ConnectionContext, month: YearMonth): Promise<void> {
  const closed = await books.closedMonths(connection.id);
  const [later] = Object.entries(closed).filter(([, through]) => through > month);
  if (!later) return;
  throw new Problem({
    code: 'ACCRUAL_TOO_LATE',
    kind: 'conflict',
    says: `Company code ${later[0]} is closed through ${later[1]}, so ${month} cannot be accrued any more.`,
    next: `Accrue the last closed month, or open the later ones again: seller-ledger periods list ${connection.name}`,
    data: month,
  });
}

function reasonMissing(): Problem {
  return new Problem({
    code: 'ACCRUAL_REASON_MISSING',
    kind: 'invalid',
    says: 'An accrual that leaves something out needs a reason.',
    next: 'Say why, for the audit log: --why TEXT',
  });
}

function notOver(month: YearMonth, endAt: EpochSeconds): Problem {
  return new Problem({
    code: 'MONTH_NOT_OVER',
    kind: 'invalid',
    says: `${month} ends ${formatInstant(endAt)} in the last of the company codes, so it cannot be accrued yet.`,
    next: 'Accrue it after that, better two days later, when Amazon has told of everything.',
    data: month,
  });
}

function notComplete(
  name: string,
  { month, endAt, completeUntil }: { month: YearMonth; endAt: EpochSeconds; completeUntil: string | null },
): Problem {
  const come = completeUntil === null ? 'never been read' : `been read until ${completeUntil}`;
  return new Problem({
    code: 'FINANCES_NOT_COMPLETE',
    kind: 'unavailable',
    says: `${month} ends ${formatInstant(endAt)}, and Amazon’s financial events have ${come}.`,
    next: `Fetch them first: seller-ledger feeds sync ${name} --feed finances. Or accrue what is known, by the option --may-be-incomplete of the command, with --why TEXT`,
    data: month,
  });
}

function stopped(month: YearMonth, { obstacles }: AccrualDraft): Problem {
  const [first] = obstacles as [AccrualDraft['obstacles'][number]];
  const reasons = obstacles.length === 1 ? '1 reason' : `${obstacles.length} reasons`;
  const facts: ProblemFacts = {
    code: 'ACCRUAL_STOPPED',
    kind: 'unmapped',
    says: `${month} is not accrued, for ${reasons}; the first: ${first.says}`,
    next: first.next,
    data: obstacles
      .map(
        ({ code, eventType, path, count, amount }) =>
          `${code} ${eventType} ${path}: ${count} × together ${formatMoney(amount)} ${amount.currency}`,
      )
      .join('\n'),
  };
  return new Problem(facts);
}
