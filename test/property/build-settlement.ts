import { type CurrencyCode, type EpochSeconds, money, parseCurrencyCode } from '../../src/core/index.ts';
import {
  type AccountTable,
  type LineTriple,
  type OrderRows,
  type OrderRunSink,
  SettlementBuckets,
  type SettlementHeader,
  type SettlementId,
  type SettlementTables,
} from '../../src/mapping/index.ts';

/** A row as a test writes it: Amazon's sign, minor units. */
export interface TestRow {
  /** `Order|ItemPrice|Principal`. */
  readonly words: string;
  readonly amount: bigint;
  readonly postedAt: EpochSeconds;
  readonly marketplace?: string;
  readonly channel?: string;
  readonly orderId?: string;
  readonly sku?: string;
  /** Physical row; by default the one after the row before. */
  readonly row?: number;
}

export interface TestSettlement {
  readonly settlementId?: string;
  readonly startAt: EpochSeconds;
  readonly endAt: EpochSeconds;
  readonly currency?: string;
  /** By default what the rows come to. */
  readonly total?: bigint;
  readonly rows: readonly TestRow[];
}

export interface BuiltSettlement {
  readonly header: SettlementHeader;
  readonly tables: SettlementTables;
  readonly buckets: SettlementBuckets;
}

/** `2026-10-31T23:30:00Z` in seconds. */
export function at(text: string): EpochSeconds {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`not a moment: ${text}`);
  return ms / 1000;
}

/** Hands the rows to a `SettlementBuckets` the way a reader does: tables that grow, one object for all rows. */
export function buildSettlement(
  settlement: TestSettlement,
  table: AccountTable,
  options: { onRun?: OrderRunSink; file?: string; orders?: OrderRows } = {},
): BuiltSettlement {
  const currency: CurrencyCode = parseCurrencyCode(settlement.currency ?? 'USD');
  const sum = settlement.rows.reduce((total, row) => total + row.amount, 0n);
  const header: SettlementHeader = {
    settlementId: (settlement.settlementId ?? '26000000001') as SettlementId,
    startAt: settlement.startAt,
    endAt: settlement.endAt,
    depositAt: settlement.endAt + 172_800,
    currency,
    total: money(currency, settlement.total ?? sum),
    row: 2,
  };
  const tables = { triples: [] as LineTriple[], marketplaces: [] as string[], channels: [] as string[] };
  const words: string[] = [];
  const buckets = new SettlementBuckets(table, options);
  buckets.header(header, tables);
  const line = {
    row: 2,
    triple: 0,
    marketplace: 0,
    channel: 0,
    amountMinor: 0n,
    postedAt: 0,
    current: settlement.rows[0],
    orderId: () => line.current?.orderId ?? '',
    sku: () => line.current?.sku ?? '',
  };
  for (const row of settlement.rows) {
    const [transactionType = '', amountType = '', amountDescription = ''] = row.words.split('|');
    line.row = row.row ?? line.row + 1;
    line.triple = intern(words, row.words, () =>
      tables.triples.push({ transactionType, amountType, amountDescription }),
    );
    line.marketplace = intern(tables.marketplaces, row.marketplace ?? '');
    line.channel = intern(tables.channels, row.channel ?? '');
    line.amountMinor = row.amount;
    line.postedAt = row.postedAt;
    line.current = row;
    buckets.line(line);
  }
  return { header, tables, buckets };
}

function intern(list: string[], value: string, onNew: () => void = () => {}): number {
  const known = list.indexOf(value);
  if (known >= 0) return known;
  onNew();
  return list.push(value) - 1;
}
