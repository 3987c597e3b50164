import {
  type LocalDate,
  lastDayOf,
  type Money,
  Problem,
  parseYearMonth,
  previousYearMonth,
  type YearMonth,
  yearMonthOf,
} from '../../core/index.ts';
import { entriesDigest, type JournalEntry } from '../../ledger/index.ts';
import {
  type AccountTable,
  type AccrualLineSources,
  type AccruedPart,
  accrueMonth,
  accrueOrders,
  placeAccrued,
} from '../../mapping/index.ts';
import type { AccrualKind, AccrualRecord } from '../accrual-store.ts';
import { eventOf, readSourceLines } from './accrual-sources.ts';
import { readOrderSource } from './order-sources.ts';

/** What an accrual is worked out anew from, beside its sources. */
export interface RecomputeInput {
  readonly accrual: Pick<AccrualRecord, 'kind' | 'name' | 'revision' | 'sellerAccount'> & {
    readonly period: { readonly from: LocalDate };
  };
  /** The one it was made with. */
  readonly table: AccountTable;
  readonly sources: AsyncIterable<Uint8Array>;
  /** As recorded, without reversals: which sides were booked, into which open month, and whether order by order. */
  readonly recorded: readonly Pick<JournalEntry, 'companyCode' | 'postingDate' | 'headerReference'>[];
}

/** One amount that an accrual was computed from. */
export interface AccrualAmountSource {
  readonly eventKey: string;
  readonly orderId: string | null;
  readonly sku: string | null;
  readonly kind: string;
  /** Amazon's sign. */
  readonly amount: Money;
}

export interface RecomputedAccrual {
  readonly entries: readonly JournalEntry[];
  readonly digest: ReturnType<typeof entriesDigest>;
  readonly sourceCount: number;
  readonly lineSources: readonly AccrualLineSources[];
  /** By the number that `lineSources` names. */
  readonly amounts: ReadonlyMap<number, readonly AccrualAmountSource[]>;
}

/**
 * Works an accrual out anew from what it kept of its sources and from its account table, as it was worked out then. Raises
 * `ACCRUAL_SOURCES_UNREADABLE` (defect) when they are not what it was computed from.
 */
export async function recomputeAccrual(input: RecomputeInput): Promise<RecomputedAccrual> {
  const ways: Readonly<Record<AccrualKind, typeof recomputeMonth>> = {
    'month-end': recomputeMonth,
    orders: recomputeOrders,
  };
  return ways[input.accrual.kind](input);
}

async function recomputeMonth({ accrual, table, sources, recorded }: RecomputeInput): Promise<RecomputedAccrual> {
  const month = parseYearMonth(accrual.name);
  const events = await readSourceLines(sources, accrual.name, eventOf);
  const amounts = new Map<number, AccrualAmountSource[]>();
  const on = lastDayOf(month);
  const draft = accrueMonth({
    month,
    events,
    table,
    sellerAccount: accrual.sellerAccount,
    revision: accrual.revision,
    sides: recorded.length > 0 && recorded.every(({ postingDate }) => postingDate !== on) ? 'opening' : 'both',
    // Something that stopped it would have stopped it then, unless a person left it out.
    leaveOutUnknown: true,
    onAmount: (number, { key: eventKey, orderId }, { sku, amount }, kind) =>
      addTo(amounts, number, { eventKey, orderId, sku, kind, amount }),
  });
  const { entries, digest, lineSources } = draft;
  return { entries, digest, lineSources, amounts, sourceCount: events.length };
}

async function recomputeOrders({ accrual, table, sources, recorded }: RecomputeInput): Promise<RecomputedAccrual> {
  const parts = await readSourceLines(sources, accrual.name, readOrderSource);
  const { from: day } = accrual.period;
  const openMonths = new Map(recorded.map(({ companyCode, postingDate }) => [companyCode, yearMonthOf(postingDate)]));
  const shipments = placeAccrued(parts, {
    day,
    table,
    closedThrough: (companyCode) => monthBefore(openMonths.get(companyCode), day),
  });
  if ('reason' in shipments) throw otherTable(accrual.name, shipments.says);
  const {
    entries,
    lineSources,
    sources: numbered,
  } = accrueOrders({
    shipments,
    day,
    batch: Number(/\/(\d+)$/.exec(accrual.name)?.[1] ?? '1'),
    summarise: recorded.some(({ headerReference }) => !headerReference.startsWith('orders ')) ? 'order' : 'day',
    table,
    sellerAccount: accrual.sellerAccount,
    revision: accrual.revision,
  });
  const amounts = new Map<number, AccrualAmountSource[]>();
  for (const [number, part] of numbered.entries()) addTo(amounts, number, amountOf(part));
  return { entries, digest: entriesDigest(entries), lineSources, amounts, sourceCount: parts.length };
}

/** The last closed month, of what was dated into a later month than its own. */
function monthBefore(open: YearMonth | undefined, day: LocalDate): YearMonth | null {
  return open !== undefined && open > yearMonthOf(day) ? previousYearMonth(open) : null;
}

function amountOf({ eventKey, orderId, sku, kind, amount }: AccruedPart): AccrualAmountSource {
  return { eventKey, orderId, sku, kind, amount };
}

function addTo(amounts: Map<number, AccrualAmountSource[]>, number: number, source: AccrualAmountSource): void {
  const known = amounts.get(number);
  if (known) known.push(source);
  else amounts.set(number, [source]);
}

function otherTable(name: string, says: string): Problem {
  return new Problem({
    code: 'ACCRUAL_SOURCES_UNREADABLE',
    kind: 'defect',
    says: `Accrual ${name} does not come out with its account table: ${says}`,
    next: 'Report it with the output of: seller-ledger accruals list',
    data: name,
  });
}
