/** Small settlement files for tests, written field by field. All values are invented. */
import type {
  LineTriple,
  SettlementHeader,
  SettlementReading,
  SettlementSource,
  SettlementTables,
  SettlementVisitor,
} from '../../mapping/index.ts';
import { readSettlementFile, type SettlementFileLimits } from './index.ts';

export const COLUMNS = [
  'settlement-id',
  'settlement-start-date',
  'settlement-end-date',
  'deposit-date',
  'total-amount',
  'currency',
  'transaction-type',
  'order-id',
  'merchant-order-id',
  'adjustment-id',
  'shipment-id',
  'marketplace-name',
  'amount-type',
  'amount-description',
  'amount',
  'fulfillment-id',
  'posted-date',
  'posted-date-time',
  'order-item-code',
  'merchant-order-item-id',
  'merchant-adjustment-item-id',
  'sku',
  'quantity-purchased',
  'promotion-id',
] as const;

export type Fields = Readonly<Record<string, string>>;

export const SUMMARY: Fields = {
  'settlement-id': '70000000001',
  'settlement-start-date': '2026-10-01 22:07:18 UTC',
  'settlement-end-date': '2026-10-15 22:07:18 UTC',
  'deposit-date': '2026-10-17 22:07:18 UTC',
  'total-amount': '17.25',
  currency: 'USD',
};

export const DETAIL: Fields = {
  'settlement-id': '70000000001',
  'transaction-type': 'Order',
  'order-id': '111-7654321-1234567',
  'marketplace-name': 'Amazon.com',
  'amount-type': 'ItemPrice',
  'amount-description': 'Principal',
  amount: '20.25',
  'fulfillment-id': 'AFN',
  'posted-date': '2026-10-03',
  'posted-date-time': '2026-10-03 08:14:22 UTC',
  'order-item-code': '10000000000001',
  sku: 'TEA-250',
  'quantity-purchased': '1',
};

export const FEE: Fields = {
  ...DETAIL,
  'amount-type': 'ItemFees',
  'amount-description': 'Commission',
  amount: '-3.00',
};

export function rowText(fields: Fields, columns: readonly string[] = COLUMNS): string {
  return columns.map((column) => fields[column] ?? '').join('\t');
}

export interface TextOptions {
  readonly columns?: readonly string[];
  readonly lineEnd?: string;
  readonly lastLineEnd?: string;
}

/** A whole file: header, then the rows; a string stands for a row that is written as it is. */
export function fileText(rows: readonly (Fields | string)[], options: TextOptions = {}): string {
  const { columns = COLUMNS, lineEnd = '\n', lastLineEnd = lineEnd } = options;
  const lines = rows.map((row) => (typeof row === 'string' ? row : rowText(row, columns)));
  return [columns.join('\t'), ...lines].join(lineEnd) + lastLineEnd;
}

export interface SourceOptions {
  readonly name?: string;
  readonly contentType?: string;
  /** Lengths of the chunks, repeated; one chunk when absent. */
  readonly chunkLengths?: readonly number[];
}

export function sourceOf(content: string | Uint8Array, options: SourceOptions = {}): SettlementSource {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { name = 'settlement.txt', contentType, chunkLengths = [Math.max(bytes.length, 1)] } = options;
  async function* open(): AsyncGenerator<Uint8Array> {
    let from = 0;
    for (let i = 0; from < bytes.length; i++) {
      const length = chunkLengths[i % chunkLengths.length] ?? 1;
      // A copy, as a source may use its buffer again for the next chunk.
      yield Uint8Array.from(bytes.subarray(from, from + length));
      from += length;
    }
  }
  return { name, open, ...(contentType !== undefined && { contentType }) };
}

export interface ReadLine extends LineTriple {
  readonly row: number;
  readonly marketplace: string;
  readonly channel: string;
  readonly amountMinor: bigint;
  readonly postedAt: string;
  readonly orderId: string;
  readonly sku: string;
}

export interface ReadFile {
  readonly header: SettlementHeader;
  readonly reading: SettlementReading;
  readonly lines: readonly ReadLine[];
}

/** Reads the whole file with everything a visitor can ask for. */
export async function readAll(source: SettlementSource, limits?: Partial<SettlementFileLimits>): Promise<ReadFile> {
  const lines: ReadLine[] = [];
  const headers: SettlementHeader[] = [];
  let tables: SettlementTables = { triples: [], marketplaces: [], channels: [] };
  const visitor: SettlementVisitor = {
    header(header, visitorTables) {
      headers.push(header);
      tables = visitorTables;
    },
    line(line) {
      lines.push({
        row: line.row,
        ...at(tables.triples, line.triple),
        marketplace: at(tables.marketplaces, line.marketplace),
        channel: at(tables.channels, line.channel),
        amountMinor: line.amountMinor,
        postedAt: new Date(line.postedAt * 1000).toISOString(),
        orderId: line.orderId(),
        sku: line.sku(),
      });
    },
  };
  const reading = await readSettlementFile(source, visitor, limits);
  if (headers.length !== 1) throw new Error(`the header was shown ${headers.length} times`);
  return { header: at(headers, 0), reading, lines };
}

function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Error(`there is no value number ${index}`);
  return value;
}

export function sumOf(lines: readonly ReadLine[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0n);
}
