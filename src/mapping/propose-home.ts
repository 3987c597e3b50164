import type { CurrencyCode } from '../core/index.ts';
import type { AccountTable, MarketplaceRule } from './account-table.ts';
import type { SettlementSums } from './buckets.ts';
import { findMarketplace, foldName, isMultiChannelMarketplace } from './marketplace.ts';
import type { SettlementTables } from './settlement.ts';

/** Finds the marketplace in whose books each row of one settlement belongs. */
export interface MarketplaceFinder {
  /** The settlement's own marketplace: most rows name it. `undefined` when nothing says where the settlement belongs. */
  readonly home: MarketplaceRule | undefined;
  /**
   * By the index of a name in the settlement's tables. `undefined` for a name that the account table does not know, and
   * for every row when there is no home: nobody could say which company code is paid out.
   */
  find(marketplace: number): MarketplaceRule | undefined;
}

/**
 * A row that names a store belongs to that store. A row without a name, and a row of an order from another sales
 * channel, belongs to the store that most rows of the file name (ties: the name first in the alphabet), because one
 * file is one seller account in one store; when no row names a store, the currency decides.
 */
export function marketplaceFinder(input: {
  readonly tables: SettlementTables;
  readonly sums: SettlementSums;
  readonly table: AccountTable;
  readonly currency: CurrencyCode;
}): MarketplaceFinder {
  const { tables, table } = input;
  const named = tables.marketplaces.map((name) => (namesStore(name) ? table.marketplace(name) : undefined));
  const dominant = mostFrequent(
    input.sums.buckets().flatMap((bucket) => {
      const rule = named[bucket.marketplace];
      return rule ? [{ rule, count: bucket.count }] : [];
    }),
  );
  const home = dominant ?? table.marketplaceOfCurrency(input.currency);
  return {
    home,
    find: (marketplace) => {
      const name = tables.marketplaces[marketplace] ?? '';
      if (namesStore(name)) return named[marketplace];
      if (!home) return undefined;
      return dominant ?? (name === '' ? undefined : table.marketplace(name)) ?? home;
    },
  };
}

/** The rule with the most rows; with as many rows, the name that comes first. */
export function mostFrequent(
  counted: Iterable<{ readonly rule: MarketplaceRule; readonly count: number }>,
): MarketplaceRule | undefined {
  const rules = new Map<string, { rule: MarketplaceRule; count: number }>();
  for (const { rule, count } of counted) {
    const known = rules.get(rule.name);
    if (known) known.count += count;
    else rules.set(rule.name, { rule, count });
  }
  const [first] = [...rules.values()].sort((a, b) => b.count - a.count || (a.rule.name < b.rule.name ? -1 : 1));
  return first?.rule;
}

/** `Amazon.de` does; nothing, `Non-Amazon DE` and `SI UK Prod Marketplace` do not. */
export function namesStore(name: string): boolean {
  if (name === '' || isMultiChannelMarketplace(name)) return false;
  const store = findMarketplace(name);
  return store === undefined || foldName(store.name) === foldName(name);
}
