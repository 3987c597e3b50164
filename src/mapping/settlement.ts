import type { CurrencyCode, EpochSeconds, Money } from '../core/index.ts';

declare const settlementIdBrand: unique symbol;
/** Amazon's number of one settlement. Unique only together with the seller account. */
export type SettlementId = string & { readonly [settlementIdBrand]: true };

/** The summary row: what Amazon says about the whole payout period. */
export interface SettlementHeader {
  readonly settlementId: SettlementId;
  readonly startAt: EpochSeconds;
  readonly endAt: EpochSeconds;
  /** Planned, not confirmed, arrival of the payout. */
  readonly depositAt: EpochSeconds;
  readonly currency: CurrencyCode;
  /** Amazon's sign: positive is paid to the seller, negative is owed to Amazon. */
  readonly total: Money;
  /** Physical row of the summary in the file; the column header is row 1. */
  readonly row: number;
}

/** The three columns that say what a row is, as written in the file, spaces at the ends removed. */
export interface LineTriple {
  readonly transactionType: string;
  readonly amountType: string;
  readonly amountDescription: string;
}

/**
 * One detail row while a file is being read. The same object is reused for every row: copy what must last.
 * `triple`, `marketplace` and `channel` are indexes into the reader's `SettlementTables`, so that a million rows of a
 * hundred kinds cost a hundred classifications.
 */
export interface SettlementLine {
  /** Physical row in the file; the column header is row 1. */
  readonly row: number;
  readonly triple: number;
  readonly marketplace: number;
  readonly channel: number;
  /** Minor units of the settlement's currency in Amazon's sign: positive is credit to the seller. */
  readonly amountMinor: bigint;
  readonly postedAt: EpochSeconds;
  /** Decoded on demand; empty when the column is empty. May be a shipment or removal id, or nothing. */
  orderId(): string;
  sku(): string;
}

/** Distinct values met so far, in order of first appearance. They grow while the file is read. */
export interface SettlementTables {
  readonly triples: readonly LineTriple[];
  /** `marketplace-name` values as written, spaces trimmed; the empty name is one of them when rows have none. */
  readonly marketplaces: readonly string[];
  /** `fulfillment-id` values: `AFN`, `MFN` or empty. */
  readonly channels: readonly string[];
}

/** How the file writes itself: found once per file, before the first row is handed out. */
export interface SettlementFileFormat {
  readonly charset: 'utf-8' | 'windows-1252' | 'shift_jis';
  /** `declared` by the download's Content-Type, or `detected` from the bytes of a file that came without one. */
  readonly charsetFrom: 'declared' | 'detected';
  readonly decimalMark: '.' | ',' | 'none';
  readonly datePattern: 'yyyy-MM-dd' | 'dd.MM.yyyy' | 'yyyy/MM/dd' | 'MM/dd/yyyy' | 'dd/MM/yyyy';
  readonly compression: 'gzip' | 'none';
  readonly columnCount: number;
}

/** Receives a settlement row by row. The header comes before the first row. Throwing stops the reading. */
export interface SettlementVisitor {
  header(header: SettlementHeader, tables: SettlementTables, format: SettlementFileFormat): void;
  line(line: SettlementLine): void;
}

/** Bytes that can be read again from the start: a file on disk, or evidence in the store. */
export interface SettlementSource {
  open(): AsyncIterable<Uint8Array>;
  /** Content-Type of the download, which names the charset; absent for a file that a person saved. */
  readonly contentType?: string | undefined;
  /** Shown in problems. */
  readonly name: string;
}

/** What the whole file came to, after its last row. */
export interface SettlementReading {
  readonly header: SettlementHeader;
  readonly format: SettlementFileFormat;
  readonly tables: SettlementTables;
  /** Detail rows, without the column header, the summary and empty rows. */
  readonly lineCount: number;
  /** Highest physical row number of the file. */
  readonly lastRow: number;
}
