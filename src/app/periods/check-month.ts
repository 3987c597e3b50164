import {
  firstDayOf,
  type LocalDate,
  lastDayOf,
  type Money,
  money,
  previousYearMonth,
  type YearMonth,
} from '../../core/index.ts';
import type { JournalEntry } from '../../ledger/index.ts';
import { isLineKind, LINE_GROUPS, type LineNature, lineKindFacts } from '../../mapping/index.ts';
import type { AccrualRecord, AccrualStore, Connection, EntryRecord, EntryStore, PeriodStore } from '../ports.ts';
import type { Report } from '../reports/index.ts';

/** What one group of profit and loss comes to in one month, company code and currency. Debit positive. */
export interface MonthCheckRow {
  readonly companyCode: string;
  readonly currency: string;
  readonly group: number;
  /** What entries of settlements, and their reversals, are dated in the month. */
  readonly settled: Money;
  /** What the accrual of the month comes to. */
  readonly accrued: Money;
  /** What the accrual of the month before came to, which this month takes back. */
  readonly accruedBefore: Money;
  /** `settled + accrued − accruedBefore`. */
  readonly expected: Money;
  /** What SAP has of all entries dated in the month, as far as this database knows. */
  readonly booked: Money;
}

export interface MonthCheck {
  readonly connection: string;
  readonly month: YearMonth;
  /** The identity holds in every row. */
  readonly holds: boolean;
  readonly rows: readonly MonthCheckRow[];
  /** All company codes that have entries in the month are closed through it; without entries, all that were ever closed. */
  readonly isClosed: boolean;
  readonly accrual: AccrualRecord | null;
  readonly accrualBefore: AccrualRecord | null;
  /** Entries dated in the month that are not in SAP. */
  readonly unbooked: readonly EntryRecord[];
}

const PROFIT_AND_LOSS: ReadonlySet<LineNature> = new Set(['revenue', 'contra-revenue', 'expense', 'other-income']);
const IN_SAP: readonly EntryRecord['state'][] = ['posted', 'reversed'];

type CheckBooks = Pick<EntryStore, 'listEntries'> &
  Pick<AccrualStore, 'listAccruals'> &
  Pick<PeriodStore, 'closedMonths'>;

/**
 * Whether profit and loss of a month is what was settled in it, with the accrual of the month and without that of the month
 * before, for each company code, currency and group. The left side is what SAP booked, the right side what was recorded, so
 * that an entry that is missing in SAP, a release that was forgotten and a document that a person reversed all show.
 */
export async function checkMonth(
  books: CheckBooks,
  connection: Pick<Connection, 'id' | 'name'>,
  month: YearMonth,
): Promise<MonthCheck> {
  const accruals = await books.listAccruals({ connectionId: connection.id, kind: 'month-end', isStanding: true });
  const accrualOf = (name: string) => accruals.find((record) => record.name === name) ?? null;
  const accrual = accrualOf(month);
  const accrualBefore = accrualOf(previousYearMonth(month));
  const entriesOf = async (record: AccrualRecord | null) =>
    record === null ? [] : books.listEntries({ connectionId: connection.id, originKey: record.key });
  const dated = await books.listEntries({ connectionId: connection.id, postingDates: daysOf(month) });
  const entries = dated.filter(({ state }) => state !== 'withdrawn');
  const rows = compareMonth({
    month,
    dated: entries,
    accrual: await entriesOf(accrual),
    accrualBefore: await entriesOf(accrualBefore),
  });
  const closed = await books.closedMonths(connection.id);
  const companyCodes = entries.length > 0 ? entries.map(({ entry }) => entry.companyCode) : Object.keys(closed);
  return {
    connection: connection.name,
    month,
    holds: rows.every(({ expected, booked }) => expected.minor === booked.minor),
    rows,
    isClosed: companyCodes.length > 0 && companyCodes.every((companyCode) => (closed[companyCode] ?? '') >= month),
    accrual,
    accrualBefore,
    unbooked: entries.filter(({ state }) => !IN_SAP.includes(state)),
  };
}

/** The rows of `checkMonth` from what was recorded: entries dated in the month, and those of both accruals, in any month. */
export function compareMonth(input: {
  readonly month: YearMonth;
  readonly dated: readonly EntryRecord[];
  readonly accrual: readonly EntryRecord[];
  readonly accrualBefore: readonly EntryRecord[];
}): MonthCheckRow[] {
  const sums = new Sums();
  const before = previousYearMonth(input.month);
  for (const { entry, origin, state } of input.dated) {
    if (origin.kind === 'settlement' || origin.accrualKind === 'orders') sums.add('settled', entry);
    if (IN_SAP.includes(state)) sums.add('booked', entry);
  }
  for (const entry of accruedIn(input.month, input.accrual)) sums.add('accrued', entry);
  for (const entry of accruedIn(before, input.accrualBefore)) sums.add('accruedBefore', entry);
  return sums.rows();
}

/** What an accrual comes to: its entries in its month, or, where others booked those, the opposite of its release. */
function accruedIn(month: YearMonth, records: readonly EntryRecord[]): JournalEntry[] {
  const own = records.filter(({ entry, state, isCurrent }) => isCurrent && state !== 'withdrawn' && !entry.reversal);
  const accrued = own.filter(({ entry }) => entry.postingDate === lastDayOf(month)).map(({ entry }) => entry);
  if (accrued.length > 0) return accrued;
  return own.map(({ entry }) => ({
    ...entry,
    lines: entry.lines.map((line) => ({ ...line, amount: money(line.amount.currency, -line.amount.minor), tax: null })),
  }));
}

type Column = 'settled' | 'accrued' | 'accruedBefore' | 'booked';

interface Sum extends Record<Column, bigint> {
  readonly companyCode: string;
  readonly currency: JournalEntry['currency'];
  readonly group: number;
}

class Sums {
  readonly #sums = new Map<string, Sum>();

  add(column: Column, { companyCode, currency, lines }: JournalEntry): void {
    for (const { kind, amount, tax } of lines) {
      if (!isLineKind(kind)) continue;
      const { nature, group } = lineKindFacts(kind);
      if (!PROFIT_AND_LOSS.has(nature)) continue;
      const key = `${companyCode} ${currency} ${group}`;
      const none = { settled: 0n, accrued: 0n, accruedBefore: 0n, booked: 0n };
      const sum: Sum = this.#sums.get(key) ?? { companyCode, currency, group, ...none };
      sum[column] += tax?.base.minor ?? amount.minor;
      this.#sums.set(key, sum);
    }
  }

  rows(): MonthCheckRow[] {
    return [...this.#sums.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { companyCode, currency, group, settled, accrued, accruedBefore, booked }]) => ({
        companyCode,
        currency,
        group,
        settled: money(currency, settled),
        accrued: money(currency, accrued),
        accruedBefore: money(currency, accruedBefore),
        expected: money(currency, settled + accrued - accruedBefore),
        booked: money(currency, booked),
      }));
  }
}

/** The check as a report: what an accountant signs at the month end. */
export function monthCheckReport(check: MonthCheck): Report {
  return {
    name: 'month-check',
    title: `Profit and loss of ${check.month}: settled, accrued and released`,
    facts: [
      { title: 'Connection', value: check.connection },
      { title: 'Month', value: check.month },
      { title: 'Closed', value: check.isClosed },
      { title: 'Accrued', value: check.accrual === null ? 'no' : `yes, as of ${check.accrual.asOf}` },
      { title: 'Month before accrued', value: check.accrualBefore === null ? 'no' : 'yes' },
      { title: 'Entries not in SAP', value: check.unbooked.length },
      { title: 'Identity holds', value: check.holds },
    ],
    sections: [
      {
        key: 'groups',
        title: 'By company code, currency and group',
        columns: [
          { key: 'companyCode', title: 'company code', kind: 'text' },
          { key: 'group', title: 'group', kind: 'count' },
          { key: 'groupName', title: 'name', kind: 'text' },
          { key: 'settled', title: 'settled', kind: 'money' },
          { key: 'accrued', title: 'accrued', kind: 'money' },
          { key: 'accruedBefore', title: 'accrued before', kind: 'money' },
          { key: 'expected', title: 'expected', kind: 'money' },
          { key: 'booked', title: 'booked', kind: 'money' },
          { key: 'difference', title: 'difference', kind: 'money' },
        ],
        rows: check.rows.map(({ companyCode, group, settled, accrued, accruedBefore, expected, booked }) => ({
          companyCode,
          group,
          groupName: LINE_GROUPS[group as keyof typeof LINE_GROUPS].name,
          settled,
          accrued,
          accruedBefore,
          expected,
          booked,
          difference: money(expected.currency, booked.minor - expected.minor),
        })),
        notes: ['Debits are positive. Expected is settled plus accrued less what the month before had accrued.'],
      },
    ],
    notes: [
      'Booked is what SAP has of the entries that this program recorded; documents that were booked by hand are not in it.',
    ],
  };
}

function daysOf(month: YearMonth): { from: LocalDate; to: LocalDate } {
  return { from: firstDayOf(month), to: lastDayOf(month) };
}
