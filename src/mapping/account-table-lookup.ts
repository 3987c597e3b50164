import type { CurrencyCode, Sha256 } from '../core/index.ts';
import type { CompanyCode, CustomerNumber, GlAccount } from '../ledger/index.ts';
import type {
  AccountAssignment,
  AccountTable,
  BalancePurpose,
  CompanyCodeRule,
  MarketplaceRule,
  TaxCodeRule,
} from './account-table.ts';
import {
  DimensionIndex,
  type DimensionKey,
  type DimensionRule,
  NO_DIMENSIONS,
  type RowPlace,
  skuMatcherOf,
} from './account-table-dimensions.ts';
import type { CostObject, CustomerChoice } from './account-table-fields.ts';
import type { TaughtVocabulary } from './account-table-vocabulary.ts';
import { foldedTriple } from './fold-words.ts';
import type { LineKind } from './line-kind.ts';
import { meaningsWith } from './line-meanings.ts';
import { findMarketplace, foldName, isMultiChannelMarketplace } from './marketplace.ts';
import { ownTaxCodeOf } from './tax-code.ts';

/** The name under which a table lists orders from other channels whose marketplace names no country. */
const MULTI_CHANNEL_ROW = 'non-amazon';

/** A marketplace of the table with its own cost objects and customer, which rows mean by `default`. */
export interface MarketplaceRow extends MarketplaceRule {
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
  readonly customer: CustomerNumber | null;
  /** `null` is none, said on purpose or not at all. */
  readonly outputTaxCode: string | null;
  readonly inputTaxCode: string | null;
}

export interface AssignmentRow extends DimensionKey {
  readonly for: LineKind | BalancePurpose;
  /** `null` says on purpose that there is no account: what would go here is not booked and stops its settlement. */
  readonly account: {
    readonly glAccount: GlAccount;
    readonly costCenter: CostObject;
    readonly profitCenter: CostObject;
    readonly customer: CustomerChoice;
    /** `default` takes the marketplace's own for what the line is. */
    readonly taxCode: string | null;
    readonly text: string;
  } | null;
}

/** A table without contradictions, as `readAccountTable` has checked it. */
export interface CheckedTable {
  readonly companyCodes: readonly CompanyCodeRule[];
  readonly marketplaces: readonly MarketplaceRow[];
  readonly currencies: ReadonlyMap<CurrencyCode, string>;
  readonly taxCodes: readonly TaxCodeRule[];
  readonly assignments: readonly AssignmentRow[];
  readonly dimensions: readonly DimensionRule[];
  readonly vocabulary: TaughtVocabulary;
}

export function buildAccountTable(
  file: { readonly name: string; readonly text: string; readonly sha256: Sha256 },
  table: CheckedTable,
): AccountTable {
  const marketplaceRows = new Map(table.marketplaces.map((row) => [foldName(row.name), row]));
  const companyCodes = new Map<CompanyCode, CompanyCodeRule>(table.companyCodes.map((row) => [row.companyCode, row]));
  const directions = new Map(table.taxCodes.map(({ taxCode, direction }) => [taxCode, direction]));
  const latestRates = table.taxCodes.toSorted((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? 1 : -1));
  const skus = skuMatcherOf(table.assignments, table.dimensions);
  const rows = new DimensionIndex(table.assignments, skus, (row) => row.for);
  const rules = new DimensionIndex(table.dimensions, skus, () => '');
  const marketplace = (name: string): MarketplaceRow | undefined => {
    const store = findMarketplace(name);
    return (
      marketplaceRows.get(foldName(name)) ??
      (store && marketplaceRows.get(foldName(store.name))) ??
      (isMultiChannelMarketplace(name) ? marketplaceRows.get(MULTI_CHANNEL_ROW) : undefined)
    );
  };
  return {
    ...file,
    assign: (kind, name, on, row = NO_DIMENSIONS) => {
      const own = marketplace(name);
      if (own === undefined) return undefined;
      const found = rows.find(kind, own.name, on, row);
      return found && resolve(found, own, row.place ?? own);
    },
    placeOf: (name, on, row) => {
      const own = marketplace(name);
      return own && placeBy(rules.find('', own.name, on, row), own);
    },
    hasSkuPatterns: skus.hasPatterns,
    matchSku: (sku) => skus.match(sku),
    marketplace,
    marketplaceOfCurrency: (currency) => {
      const name = table.currencies.get(currency);
      return name === undefined ? undefined : marketplace(name);
    },
    companyCode: (code) => companyCodes.get(code),
    companyCodes: () => table.companyCodes,
    taxCode: (code, on) =>
      latestRates.find(({ taxCode, validFrom }) => taxCode === code && (validFrom === null || validFrom <= on)),
    taxDirection: (code) => directions.get(code),
    ...meaningsWith((triple) => table.vocabulary.get(foldedTriple(triple))),
  };
}

/** Cost objects belong to a company code, so a rule that names another one brings its own. */
function placeBy(rule: DimensionRule | undefined, own: MarketplaceRow): RowPlace {
  const companyCode = rule?.companyCode ?? own.companyCode;
  const inherited = companyCode === own.companyCode ? own : undefined;
  return {
    companyCode,
    costCenter: rule?.costCenter ?? inherited?.costCenter ?? null,
    profitCenter: rule?.profitCenter ?? inherited?.profitCenter ?? null,
  };
}

function resolve(
  row: AssignmentRow,
  own: MarketplaceRow,
  place: Omit<RowPlace, 'companyCode'>,
): AccountAssignment | undefined {
  const { account } = row;
  if (account === null) return undefined;
  const customer = account.customer === 'default' ? own.customer : account.customer;
  return {
    glAccount: account.glAccount,
    ...(customer !== null && { customer }),
    costCenter: account.costCenter === 'default' ? place.costCenter : account.costCenter,
    profitCenter: account.profitCenter === 'default' ? place.profitCenter : account.profitCenter,
    taxCode: account.taxCode === 'default' ? ownTaxCodeOf(row.for, own) : account.taxCode,
    text: account.text,
  };
}
