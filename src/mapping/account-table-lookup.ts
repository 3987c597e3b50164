import type { CurrencyCode, LocalDate, Sha256 } from '../core/index.ts';
import type { CompanyCode, CustomerNumber, GlAccount } from '../ledger/index.ts';
import type {
  AccountAssignment,
  AccountTable,
  BalancePurpose,
  CompanyCodeRule,
  MarketplaceRule,
  TaxCodeRule,
} from './account-table.ts';
import type { CostObject, CustomerChoice } from './account-table-fields.ts';
import type { TaughtVocabulary } from './account-table-vocabulary.ts';
import { foldedTriple } from './fold-words.ts';
import type { LineKind } from './line-kind.ts';
import { findMarketplace, foldName, isMultiChannelMarketplace } from './marketplace.ts';

export const ANY_MARKETPLACE = 'any';
/** The name under which a table lists orders from other channels whose marketplace names no country. */
const MULTI_CHANNEL_ROW = 'non-amazon';

/** A marketplace of the table with its own cost objects and customer, which rows mean by `default`. */
export interface MarketplaceRow extends MarketplaceRule {
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
  readonly customer: CustomerNumber | null;
}

export interface AssignmentRow {
  readonly for: LineKind | BalancePurpose;
  /** Folded name, or `any`. */
  readonly marketplace: string;
  /** `null` applies from always. */
  readonly validFrom: LocalDate | null;
  /** `null` says on purpose that there is no account: what would go here is not booked and stops its settlement. */
  readonly account: {
    readonly glAccount: GlAccount;
    readonly costCenter: CostObject;
    readonly profitCenter: CostObject;
    readonly customer: CustomerChoice;
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
  readonly vocabulary: TaughtVocabulary;
}

export function buildAccountTable(
  file: { readonly name: string; readonly text: string; readonly sha256: Sha256 },
  table: CheckedTable,
): AccountTable {
  const marketplaceRows = new Map(table.marketplaces.map((row) => [foldName(row.name), row]));
  const companyCodes = new Map<CompanyCode, CompanyCodeRule>(table.companyCodes.map((row) => [row.companyCode, row]));
  const taxCodes = new Map<string, TaxCodeRule>(table.taxCodes.map((row) => [row.taxCode, row]));
  const rows = groupRows(table.assignments);

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
    assign: (kind, name, on) => {
      const place = marketplace(name);
      if (place === undefined) return undefined;
      const row =
        rowOn(rows.get(rowKey(kind, foldName(place.name))), on) ?? rowOn(rows.get(rowKey(kind, ANY_MARKETPLACE)), on);
      return row && resolve(row, place);
    },
    marketplace,
    marketplaceOfCurrency: (currency) => {
      const name = table.currencies.get(currency);
      return name === undefined ? undefined : marketplace(name);
    },
    companyCode: (code) => companyCodes.get(code),
    companyCodes: () => table.companyCodes,
    taxCode: (code) => taxCodes.get(code),
    kindOf: (triple) => table.vocabulary.get(foldedTriple(triple)),
  };
}

/** Rows that compete for the same lines, the latest date first. */
function groupRows(assignments: readonly AssignmentRow[]): ReadonlyMap<string, readonly AssignmentRow[]> {
  const groups = new Map<string, AssignmentRow[]>();
  for (const row of assignments) {
    const key = rowKey(row.for, row.marketplace);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? 1 : -1));
  }
  return groups;
}

function rowKey(kind: string, marketplace: string): string {
  return `${kind}\n${marketplace}`;
}

function rowOn(latestFirst: readonly AssignmentRow[] | undefined, on: LocalDate): AssignmentRow | undefined {
  return latestFirst?.find((row) => row.validFrom === null || row.validFrom <= on);
}

function resolve({ account }: AssignmentRow, place: MarketplaceRow): AccountAssignment | undefined {
  if (account === null) return undefined;
  const customer = account.customer === 'default' ? place.customer : account.customer;
  return {
    glAccount: account.glAccount,
    ...(customer !== null && { customer }),
    costCenter: account.costCenter === 'default' ? place.costCenter : account.costCenter,
    profitCenter: account.profitCenter === 'default' ? place.profitCenter : account.profitCenter,
    taxCode: account.taxCode,
    text: account.text,
  };
}
