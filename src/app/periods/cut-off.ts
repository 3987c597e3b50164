import {
  DAY_S,
  firstDayOf,
  localDateAt,
  type Money,
  money,
  nextYearMonth,
  startOfLocalDate,
  type TimeZone,
  type YearMonth,
  yearMonthOf,
} from '../../core/index.ts';
import { isLineKind, lineKindFacts } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import { evidenceSource } from '../evidence-source.ts';
import type { EntryRecord, SettlementRecord } from '../ports.ts';
import { currentEntries } from '../propose-settlement.ts';
import type { Report, ReportRow } from '../reports/index.ts';

/** Why rows are booked in another month than their own. */
export type CutOffReason = 'month closed' | 'before the settlement' | 'after the settlement';

/** Rows of one settlement and kind that are booked in another month than their own, added up. */
export interface CutOffRow {
  readonly settlementId: string;
  readonly companyCode: string;
  readonly ownMonth: YearMonth;
  readonly bookedMonth: YearMonth;
  readonly kind: string;
  readonly group: number;
  readonly glAccount: string;
  readonly postingKey: string;
  readonly reason: CutOffReason;
  /** The own month was accrued, so profit and loss has it there all the same. */
  readonly isAccrued: boolean;
  readonly count: number;
  /** Debit positive, as booked. */
  readonly amount: Money;
}

/** Released deferred orders come this much later than their own month at the most, as a rule. */
const LATE_DAYS = 70;

/**
 * Rows that belong to the month and are booked in another one, and rows of other months that are booked in it, read from the stored
 * files. A settlement counts when its period touches the month, or when it is booked within ten weeks after it.
 */
export async function listCutOff(context: ConnectionContext, month: YearMonth): Promise<CutOffRow[]> {
  const { books, connection } = context;
  const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end', isStanding: true });
  const accrued = new Set(accruals.map(({ name }) => name));
  const from = startOfLocalDate(firstDayOf(month), 'UTC' as TimeZone) - DAY_S;
  const until = startOfLocalDate(firstDayOf(nextYearMonth(month)), 'UTC' as TimeZone) + LATE_DAYS * DAY_S;
  const found: CutOffRow[] = [];
  for (const record of await books.listSettlements({ connectionId: connection.id, state: 'proposed' })) {
    const entries = await currentEntries(context, record);
    const isNear = record.header.endAt >= from && record.header.startAt < until;
    if (!isNear && !entries.some(({ entry }) => yearMonthOf(entry.postingDate) === month)) continue;
    const rows = await rowsElsewhere(context, record, entries);
    found.push(
      ...rows
        .filter(({ ownMonth, bookedMonth }) => ownMonth === month || bookedMonth === month)
        .map((row) => ({ ...row, isAccrued: accrued.has(row.ownMonth) })),
    );
  }
  return found;
}

interface Line {
  readonly entry: EntryRecord['entry'];
  readonly kind: string;
  readonly glAccount: string;
  readonly timeZone: TimeZone;
}

interface GrowingRow extends CutOffRow {
  count: number;
  amount: Money;
}

async function rowsElsewhere(
  context: ConnectionContext,
  record: SettlementRecord,
  entries: readonly EntryRecord[],
): Promise<CutOffRow[]> {
  const lines = linesOf(context, entries);
  const lineOfRow = await linkRows(context, record, lines);
  const found = new Map<string, GrowingRow>();
  const months = monthFinder();
  const { currency, startAt } = record.header;
  const source = await evidenceSource(context, record.sha256, `settlement ${record.settlementId}`);
  await context.readSettlement(source, {
    header: () => {},
    line: ({ row, postedAt, amountMinor }) => {
      const number = lineOfRow.get(row);
      const line = number === undefined ? undefined : lines[number];
      if (line === undefined) return;
      const { entry, kind, glAccount, timeZone } = line;
      const ownMonth = months(postedAt, timeZone);
      const bookedMonth = yearMonthOf(entry.postingDate);
      if (ownMonth === bookedMonth) return;
      const key = `${number} ${ownMonth}`;
      const known = found.get(key);
      if (known) {
        known.count += 1;
        known.amount = money(currency, known.amount.minor - amountMinor);
        return;
      }
      const startsIn = months(startAt, timeZone);
      found.set(key, {
        settlementId: record.settlementId,
        companyCode: entry.companyCode,
        ownMonth,
        bookedMonth,
        kind,
        group: isLineKind(kind) ? lineKindFacts(kind).group : 0,
        glAccount,
        postingKey: entry.postingKey,
        reason: reasonOf({ ownMonth, bookedMonth, startsIn }),
        isAccrued: false,
        count: 1,
        amount: money(currency, -amountMinor),
      });
    },
  });
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function linesOf({ table }: ConnectionContext, entries: readonly EntryRecord[]) {
  return entries.flatMap(({ entry }) => {
    const timeZone = table.companyCode(entry.companyCode)?.timeZone;
    // A company code that the table no longer has: its own midnight is not known any more.
    return entry.lines
      .filter(({ buckets }) => buckets.length > 0)
      .map(({ kind, glAccount, buckets }) => ({
        entry,
        kind,
        glAccount,
        buckets,
        timeZone: timeZone ?? ('UTC' as TimeZone),
      }));
  });
}

async function linkRows(
  { books }: ConnectionContext,
  { key }: SettlementRecord,
  lines: readonly (Line & { readonly buckets: readonly number[] })[],
): Promise<ReadonlyMap<number, number>> {
  const lineOfRow = new Map<number, number>();
  for (const [number, { buckets }] of lines.entries()) {
    for (const row of await books.rowsOfBuckets(key, buckets)) lineOfRow.set(row, number);
  }
  return lineOfRow;
}

function reasonOf(months: { ownMonth: YearMonth; bookedMonth: YearMonth; startsIn: YearMonth }): CutOffReason {
  const { ownMonth, bookedMonth, startsIn } = months;
  if (ownMonth > bookedMonth) return 'after the settlement';
  return ownMonth < startsIn && bookedMonth === startsIn ? 'before the settlement' : 'month closed';
}

/** Asking the calendar is slow, and no zone changes its month inside a quarter of an hour. */
function monthFinder(): (at: number, timeZone: TimeZone) => YearMonth {
  const known = new Map<string, YearMonth>();
  return (at, timeZone) => {
    const key = `${timeZone} ${Math.floor(at / 900)}`;
    const month = known.get(key) ?? yearMonthOf(localDateAt(at, timeZone));
    known.set(key, month);
    return month;
  };
}

/** The cut-off list of a month as a report, with the sums of each month and group below it. */
export function cutOffReport(connection: string, month: YearMonth, rows: readonly CutOffRow[]): Report {
  return {
    name: 'cut-off',
    title: `Cut-off of ${month}: rows booked in another month than their own`,
    facts: [
      { title: 'Connection', value: connection },
      { title: 'Month', value: month },
      { title: 'Rows', value: rows.reduce((sum, { count }) => sum + count, 0) },
    ],
    sections: [
      {
        key: 'rows',
        title: 'By settlement, month and kind',
        columns: [
          { key: 'settlementId', title: 'settlement', kind: 'text' },
          { key: 'companyCode', title: 'company code', kind: 'text' },
          { key: 'ownMonth', title: 'own month', kind: 'text' },
          { key: 'bookedMonth', title: 'booked in', kind: 'text' },
          { key: 'reason', title: 'because', kind: 'text' },
          { key: 'kind', title: 'kind', kind: 'text' },
          { key: 'glAccount', title: 'account', kind: 'text' },
          { key: 'postingKey', title: 'entry', kind: 'text' },
          { key: 'isAccrued', title: 'own month accrued', kind: 'flag' },
          { key: 'count', title: 'rows', kind: 'count' },
          { key: 'amount', title: 'amount', kind: 'money' },
        ],
        rows: rows.map((row) => ({ ...row })),
      },
      {
        key: 'groups',
        title: 'By month and group',
        columns: [
          { key: 'companyCode', title: 'company code', kind: 'text' },
          { key: 'ownMonth', title: 'own month', kind: 'text' },
          { key: 'bookedMonth', title: 'booked in', kind: 'text' },
          { key: 'group', title: 'group', kind: 'count' },
          { key: 'count', title: 'rows', kind: 'count' },
          { key: 'amount', title: 'amount', kind: 'money' },
        ],
        rows: sumByGroup(rows),
      },
    ],
    notes: [
      'Debits are positive. A row that Amazon released later keeps its old date and belongs to the first month of its settlement; a row of a closed month goes to the next open one.',
      'Where the own month was accrued, profit and loss has there what Amazon had told of by then, and the release takes that out of the month in which the row is booked.',
    ],
  };
}

function sumByGroup(rows: readonly CutOffRow[]): ReportRow[] {
  const sums = new Map<string, CutOffRow & { count: number; amount: Money }>();
  for (const row of rows) {
    const { companyCode, ownMonth, bookedMonth, group, amount } = row;
    const key = [companyCode, amount.currency, ownMonth, bookedMonth, String(group).padStart(3, '0')].join(' ');
    const known = sums.get(key);
    const sum = {
      ...row,
      count: (known?.count ?? 0) + row.count,
      amount: money(amount.currency, (known?.amount.minor ?? 0n) + amount.minor),
    };
    sums.set(key, sum);
  }
  return [...sums.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { companyCode, ownMonth, bookedMonth, group, count, amount }]) => {
      return { companyCode, ownMonth, bookedMonth, group, count, amount };
    });
}
