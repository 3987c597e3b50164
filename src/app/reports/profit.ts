import {
  type CurrencyCode,
  formatInstant,
  formatMoney,
  type LocalDate,
  type Money,
  money,
  type YearMonth,
  yearMonthOf,
} from '../../core/index.ts';
import { type LineKind, type LineNature, lineKindFacts, lineKinds } from '../../mapping/index.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import type { Books, EntryRecord, SettlementRecord } from '../ports.ts';
import { kindOf, NATURE_TITLES, standingEntries, titleOfKind } from './line-totals.ts';
import type { Report, ReportRow, ReportSection } from './report.ts';

/** Which side of the profit a report is about. */
export type ProfitView = 'fees' | 'sales' | 'profit';

const VIEWS: Readonly<Record<ProfitView, { readonly title: string; readonly natures: readonly LineNature[] }>> = {
  fees: { title: 'Fees by kind', natures: ['expense'] },
  sales: { title: 'Sales by kind', natures: ['revenue', 'contra-revenue'] },
  profit: { title: 'Result with Amazon by kind', natures: ['revenue', 'contra-revenue', 'expense', 'other-income'] },
};

const SALES: readonly LineNature[] = ['revenue', 'contra-revenue'];

/** Rows of one kind that were booked in one month for one marketplace, added up; Amazon's sign. */
export interface BookedTotal {
  readonly month: YearMonth;
  readonly kind: LineKind;
  readonly marketplace: string;
  readonly currency: CurrencyCode;
  readonly count: number;
  readonly minor: bigint;
}

type Stores = Pick<Books, 'listEntries' | 'listSettlements' | 'describeEvidence' | 'openEvidence' | 'readBucketOfRow'>;

/**
 * What is booked in these days by month, kind and marketplace: each row of Amazon's file under the month and the kind of
 * the journal line that it is in. The links of the rows are those that were recorded, so nothing is classified again. Reads
 * one settlement at a time; memory is four bytes a row of the largest and the totals.
 */
export async function bookedTotals(
  books: Stores,
  readSettlement: SettlementReader,
  scope: { readonly connectionId: SettlementRecord['connectionId']; readonly from: LocalDate; readonly to: LocalDate },
): Promise<{
  readonly totals: readonly BookedTotal[];
  readonly settlements: readonly SettlementRecord[];
  /** Entries of orders that were accrued: they have no rows of a settlement, so the totals are without them. */
  readonly orderEntryCount: number;
}> {
  const { connectionId, from, to } = scope;
  const entries = standingEntries(await books.listEntries({ connectionId, postingDates: { from, to } }));
  const bySettlement = new Map<string, EntryRecord[]>();
  for (const each of entries) {
    if (each.origin.kind !== 'settlement' || each.state === 'reversed') continue;
    const known = bySettlement.get(each.origin.key);
    if (known) known.push(each);
    else bySettlement.set(each.origin.key, [each]);
  }
  const all = await books.listSettlements({ connectionId });
  const settlements = all.filter(({ key }) => bySettlement.has(key));
  const totals = new Map<string, BookedTotal>();
  for (const record of settlements) {
    await addSettlement(books, readSettlement, { record, entries: bySettlement.get(record.key) ?? [], totals });
  }
  const orderEntryCount = entries.filter(
    ({ origin, state }) => origin.kind === 'accrual' && origin.accrualKind === 'orders' && state !== 'reversed',
  ).length;
  return { totals: [...totals.values()].sort(byMonthKindMarketplace), settlements, orderEntryCount };
}

async function addSettlement(
  books: Stores,
  readSettlement: SettlementReader,
  task: { record: SettlementRecord; entries: readonly EntryRecord[]; totals: Map<string, BookedTotal> },
): Promise<void> {
  const { record, entries, totals } = task;
  const booked = new Map<number, { readonly month: YearMonth; readonly kind: LineKind }>();
  for (const { entry } of entries) {
    for (const line of entry.lines) {
      const kind = kindOf(line);
      if (kind === undefined) continue;
      for (const bucket of line.buckets) booked.set(bucket, { month: yearMonthOf(entry.postingDate), kind });
    }
  }
  const bucketOfRow = await books.readBucketOfRow(record.key);
  const facts = await books.describeEvidence(record.sha256);
  let marketplaces: readonly string[] = [];
  await readSettlement(
    {
      name: `settlement ${record.settlementId}`,
      contentType: facts.contentType ?? undefined,
      open: () => books.openEvidence(record.sha256),
    },
    {
      header: (_header, tables) => {
        marketplaces = tables.marketplaces;
      },
      line: (line) => {
        const place = booked.get(bucketOfRow[line.row] ?? -1);
        if (!place) return;
        const marketplace = marketplaces[line.marketplace] ?? '';
        const { currency } = record.header;
        const key = `${place.month}\n${place.kind}\n${marketplace}\n${currency}`;
        const before = totals.get(key);
        const minor = (before?.minor ?? 0n) + line.amountMinor;
        totals.set(key, { ...place, marketplace, currency, count: (before?.count ?? 0) + 1, minor });
      },
    },
  );
}

const KIND_ORDER: ReadonlyMap<string, number> = new Map(lineKinds().map((kind, index) => [kind, index]));

function byMonthKindMarketplace(a: BookedTotal, b: BookedTotal): number {
  const keyOf = ({ month, kind, marketplace, currency }: BookedTotal) =>
    [month, currency, marketplace, String(KIND_ORDER.get(kind)).padStart(4, '0')].join('\n');
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/** Fees, sales or both as a report, with each kind's share of the net sales of its month and marketplace. */
export function profitReport(
  view: ProfitView,
  input: {
    readonly connectionName: string;
    readonly from: LocalDate;
    readonly to: LocalDate;
    readonly totals: readonly BookedTotal[];
    readonly settlements: readonly SettlementRecord[];
    readonly orderEntryCount: number;
  },
): Report {
  const { title, natures } = VIEWS[view];
  const wanted = input.totals.filter(({ kind }) => natures.includes(lineKindFacts(kind).nature));
  const newest = input.settlements.reduce((latest, { header }) => Math.max(latest, header.endAt), 0);
  return {
    name: view,
    title,
    facts: [
      { title: 'connection', value: input.connectionName },
      { title: 'posting dates from', value: input.from },
      { title: 'to', value: input.to },
      { title: 'settlements', value: input.settlements.length },
      { title: 'settled until', value: newest === 0 ? null : formatInstant(newest) },
    ],
    sections: [
      kindSection({
        key: 'kinds',
        title: `${title}, all months`,
        totals: wanted,
        sales: input.totals,
        cutsOf: overall,
      }),
      kindSection({
        key: 'marketplaces',
        title: 'By marketplace',
        totals: wanted,
        sales: input.totals,
        cutsOf: byMarketplace,
      }),
      kindSection({
        key: 'months',
        title: 'By month and marketplace',
        totals: wanted,
        sales: input.totals,
        cutsOf: byMonth,
      }),
    ],
    notes: [
      'Rows of settlements that are proposed or booked, under the month in which they are booked; reversed entries are not in it.',
      'Amounts as in Amazon’s file: positive is for the seller, with the tax that a price includes. Per cent of net sales: revenue less refunds and promotions of the same rows of this table.',
      'Rows that name no marketplace, such as storage, stand under an empty name.',
      ...(input.orderEntryCount === 0
        ? []
        : [
            `Not in it: what ${input.orderEntryCount === 1 ? '1 entry of these days books' : `${input.orderEntryCount} entries of these days book`} of orders when they are shipped (orders model). The sales and per cent above are without it; every line: seller-ledger reports journal ${input.connectionName}`,
          ]),
    ],
  };
}

type Cut = Readonly<Record<string, string>>;

const overall = ({ currency }: BookedTotal): Cut => ({ currency });
const byMarketplace = ({ currency, marketplace }: BookedTotal): Cut => ({ marketplace, currency });
const byMonth = ({ currency, marketplace, month }: BookedTotal): Cut => ({ month, marketplace, currency });

interface KindSectionInput {
  readonly key: string;
  readonly title: string;
  readonly totals: readonly BookedTotal[];
  readonly sales: readonly BookedTotal[];
  readonly cutsOf: (total: BookedTotal) => Cut;
}

function kindSection({ key, title, totals, sales, cutsOf }: KindSectionInput): ReportSection {
  const netSales = new Map<string, bigint>();
  for (const total of sales) {
    if (!SALES.includes(lineKindFacts(total.kind).nature)) continue;
    const cut = JSON.stringify(cutsOf(total));
    netSales.set(cut, (netSales.get(cut) ?? 0n) + total.minor);
  }
  const grouped = new Map<string, { cut: Cut; kind: LineKind; currency: CurrencyCode; count: number; minor: bigint }>();
  for (const total of totals) {
    const cut = cutsOf(total);
    const id = JSON.stringify([cut, total.kind]);
    const before = grouped.get(id) ?? { cut, kind: total.kind, currency: total.currency, count: 0, minor: 0n };
    grouped.set(id, { ...before, count: before.count + total.count, minor: before.minor + total.minor });
  }
  const sorted = [...grouped.entries()].sort(([a, one], [b, two]) => {
    const [first, second] = [JSON.stringify(one.cut), JSON.stringify(two.cut)];
    if (first !== second) return first < second ? -1 : 1;
    return (KIND_ORDER.get(one.kind) ?? 0) - (KIND_ORDER.get(two.kind) ?? 0) || (a < b ? -1 : 1);
  });
  const rows = sorted.map(([, { cut, kind, currency, count, minor }]): ReportRow => {
    const share = shareOf(minor, netSales.get(JSON.stringify(cut)) ?? 0n);
    const nature = NATURE_TITLES[lineKindFacts(kind).nature];
    return { ...cut, nature, kind: titleOfKind(kind), count, amount: money(currency, minor), share };
  });
  const cutKeys = Object.keys(cutsOf(EMPTY_TOTAL));
  return {
    key,
    title,
    columns: [
      ...cutKeys.map((cutKey) => ({ key: cutKey, title: cutKey, kind: 'text' as const })),
      { key: 'nature', title: 'nature', kind: 'text' },
      { key: 'kind', title: 'group and kind', kind: 'text' },
      { key: 'count', title: 'rows', kind: 'count' },
      { key: 'amount', title: 'amount', kind: 'money' },
      { key: 'share', title: '% of net sales', kind: 'percent' },
    ],
    rows,
    ...sumOf(rows),
  };
}

const EMPTY_TOTAL: BookedTotal = {
  month: '' as YearMonth,
  kind: 'product-sale',
  marketplace: '',
  currency: '' as CurrencyCode,
  count: 0,
  minor: 0n,
};

/** The sum where there is one currency; of several, one note each, because their amounts are never added. */
function sumOf(rows: readonly ReportRow[]): Pick<ReportSection, 'total' | 'notes'> {
  const sums = new Map<CurrencyCode, bigint>();
  for (const { amount } of rows as readonly { readonly amount: Money }[]) {
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor);
  }
  const [first, second] = sums;
  if (first && !second) {
    const count = rows.reduce((sum, row) => sum + Number(row.count), 0);
    return { total: { kind: 'Sum', currency: first[0], count, amount: money(first[0], first[1]) } };
  }
  return { notes: [...sums].map(([currency, minor]) => `Sum ${formatMoney(money(currency, minor))} ${currency}`) };
}

/** In hundredths of a per cent, rounded half away from zero; `null` where there are no sales to compare with. */
function shareOf(minor: bigint, sales: bigint): number | null {
  if (sales === 0n) return null;
  const scaled = minor * 20_000n;
  const twice = scaled / sales;
  return Number((twice + (twice < 0n ? -1n : 1n)) / 2n);
}

/** What is booked of a connection in a period, as one of the views. Raises `CONNECTION_UNKNOWN` (invalid). */
export async function profitOf(
  books: Stores & Pick<Books, 'getConnection'>,
  readSettlement: SettlementReader,
  wanted: {
    readonly view: ProfitView;
    readonly connection: string;
    readonly from: LocalDate;
    readonly to: LocalDate;
  },
): Promise<Report> {
  const { view, connection, from, to } = wanted;
  const { id, name } = await books.getConnection(connection);
  const found = await bookedTotals(books, readSettlement, { connectionId: id, from, to });
  return profitReport(view, { connectionName: name, from, to, ...found });
}
