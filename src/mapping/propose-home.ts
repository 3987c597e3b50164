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
   * Marketplaces of several company codes that as many rows name, when nothing says which of them is paid out. `home` is
   * then one of them, so that other reasons to stop are found as well, and nothing may be booked. Empty when it is clear.
   */
  readonly undecided: readonly MarketplaceRule[];
  /**
   * By the index of a name in the settlement's tables. `undefined` for a name that the account table does not know, and
   * for every row when there is no home: nobody could say which company code is paid out.
   */
  find(marketplace: number): MarketplaceRule | undefined;
}

/**
 * A row that names a store belongs to that store. A row without a name, and a row of an order from another sales
 * channel, belongs to the store that most rows of the file name, because one file is one seller account in one store.
 * When as many rows name another, the store that the account table has for the currency decides, then its company code;
 * a tie that is left within one company code goes by the alphabet, and one between company codes is not decided here.
 * When no row names a store, the currency decides.
 */
export function marketplaceFinder(input: {
  readonly tables: SettlementTables;
  readonly sums: SettlementSums;
  readonly table: AccountTable;
  readonly currency: CurrencyCode;
}): MarketplaceFinder {
  const { tables, table } = input;
  const named = tables.marketplaces.map((name) => (namesStore(name) ? table.marketplace(name) : undefined));
  const leaders = mostFrequent(
    input.sums.buckets().flatMap((bucket) => {
      const rule = named[bucket.marketplace];
      return rule ? [{ rule, count: bucket.count }] : [];
    }),
  );
  const ofCurrency = table.marketplaceOfCurrency(input.currency);
  const chosen = chooseLeader(leaders, ofCurrency);
  const dominant = chosen ?? leaders[0];
  const home = dominant ?? ofCurrency;
  return {
    home,
    undecided: chosen ? [] : leaders,
    find: (marketplace) => {
      const name = tables.marketplaces[marketplace] ?? '';
      if (namesStore(name)) return named[marketplace];
      if (!home) return undefined;
      return dominant ?? (name === '' ? undefined : table.marketplace(name)) ?? home;
    },
  };
}

/** `undefined` when there is none, or when the leaders belong to several company codes and the currency names neither. */
function chooseLeader(
  leaders: readonly MarketplaceRule[],
  ofCurrency: MarketplaceRule | undefined,
): MarketplaceRule | undefined {
  const [first, ...others] = leaders;
  const isOneCompany = others.every((rule) => rule.companyCode === first?.companyCode);
  return (
    leaders.find((rule) => rule.name === ofCurrency?.name) ??
    leaders.find((rule) => rule.companyCode === ofCurrency?.companyCode) ??
    (isOneCompany ? first : undefined)
  );
}

/** The rule with the most rows, and others with as many, by name. */
export function mostFrequent(
  counted: Iterable<{ readonly rule: MarketplaceRule; readonly count: number }>,
): MarketplaceRule[] {
  const rules = new Map<string, { rule: MarketplaceRule; count: number }>();
  for (const { rule, count } of counted) {
    const known = rules.get(rule.name);
    if (known) known.count += count;
    else rules.set(rule.name, { rule, count });
  }
  const most = Math.max(...[...rules.values()].map(({ count }) => count));
  const leaders = [...rules.values()].filter(({ count }) => count === most).map(({ rule }) => rule);
  return leaders.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `Amazon.de` does; nothing, `Non-Amazon DE` and `SI UK Prod Marketplace` do not. */
export function namesStore(name: string): boolean {
  if (name === '' || isMultiChannelMarketplace(name)) return false;
  const store = findMarketplace(name);
  return store === undefined || foldName(store.name) === foldName(name);
}
