/** What else of a row than its kind and marketplace may decide where it goes: its channel and its SKU. */
import type { LocalDate } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { ANY_MARKETPLACE, foldName, isMultiChannelMarketplace } from './marketplace.ts';
import { foldSku, NO_SKU_MATCH, type SkuMatch, SkuMatcher } from './sku-pattern.ts';

/** Who ships: Amazon (AFN), the seller (MFN), or Amazon for an order from another sales channel (MCF). */
export const FULFILMENT_CHANNELS = ['AFN', 'MFN', 'MCF'] as const;
export type FulfilmentChannel = (typeof FULFILMENT_CHANNELS)[number];

export interface RowDimensions {
  /** `null` for a row that names none, as fees of the account do. */
  readonly channel: FulfilmentChannel | null;
  /** As `AccountTable.matchSku` gives it. */
  readonly skuPatterns: SkuMatch;
}

export const NO_DIMENSIONS: RowDimensions = { channel: null, skuPatterns: NO_SKU_MATCH };

/** In whose books a row belongs, and the cost objects that rows of the account table mean by `default`. */
export interface RowPlace {
  readonly companyCode: CompanyCode;
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
}

/** Says for rows that match it what they would otherwise take from their marketplace. `null`: as the marketplace has it. */
export interface DimensionRule {
  /** Folded name, or `any`. */
  readonly marketplace: string;
  readonly channel: FulfilmentChannel | null;
  /** Folded pattern; `null` for any row. */
  readonly sku: string | null;
  /** `null` applies from always. */
  readonly validFrom: LocalDate | null;
  readonly companyCode: CompanyCode | null;
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
}

/** What the table's rows compete by, beside what they are for. */
export interface DimensionKey {
  readonly marketplace: string;
  readonly channel: FulfilmentChannel | null;
  readonly sku: string | null;
  readonly validFrom: LocalDate | null;
}

/** The channel of a row by its marketplace and the file's word for it. */
export function channelOf(marketplaceName: string, fulfilment: string): FulfilmentChannel | null {
  if (isMultiChannelMarketplace(marketplaceName)) return 'MCF';
  const word = fulfilment.trim().toUpperCase();
  return word === 'AFN' || word === 'MFN' ? word : null;
}

/**
 * Finds the row of the table that holds for a row of a settlement. The SKU decides before the channel, the channel
 * before the marketplace; of rows that agree in all three the latest that has begun holds, and where none has begun the
 * next less specific ones are asked.
 */
export class DimensionIndex<Row extends DimensionKey> {
  readonly #groups = new Map<string, Row[]>();
  readonly #matcher: SkuMatcher;
  readonly #nameOf: (row: Row) => string;

  constructor(rows: Iterable<Row>, matcher: SkuMatcher, nameOf: (row: Row) => string) {
    this.#matcher = matcher;
    this.#nameOf = nameOf;
    for (const row of rows) this.#add(row);
    for (const group of this.#groups.values()) {
      group.sort((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? 1 : -1));
    }
  }

  find(name: string, marketplace: string, on: LocalDate, { channel, skuPatterns }: RowDimensions): Row | undefined {
    const channels = channel === null ? [''] : [channel, ''];
    const patterns: readonly (number | '')[] = [...skuPatterns, ''];
    for (const sku of patterns) {
      for (const word of channels) {
        for (const place of [foldName(marketplace), ANY_MARKETPLACE]) {
          const group = this.#groups.get(groupKey(name, place, word, sku));
          const row = group?.find(({ validFrom }) => validFrom === null || validFrom <= on);
          if (row) return row;
        }
      }
    }
    return undefined;
  }

  #add(row: Row): void {
    const sku = row.sku === null ? '' : this.#matcher.numberOf(row.sku);
    const key = groupKey(this.#nameOf(row), row.marketplace, row.channel ?? '', sku);
    const group = this.#groups.get(key);
    if (group) group.push(row);
    else this.#groups.set(key, [row]);
  }
}

/** All SKU patterns of a table in one matcher. */
export function skuMatcherOf(...lists: readonly (readonly DimensionKey[])[]): SkuMatcher {
  return new SkuMatcher(lists.flat().flatMap(({ sku }) => (sku === null ? [] : [foldSku(sku)])));
}

function groupKey(name: string, marketplace: string, channel: string, sku: number | '' | undefined): string {
  return [name, marketplace, channel, sku].join('\n');
}
