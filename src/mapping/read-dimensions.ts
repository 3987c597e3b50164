/** Reads what an account table decides by channel and SKU, and refuses rows of which nobody could say which one holds. */

import type { CompanyCode } from '../ledger/index.ts';
import {
  type DimensionKey,
  type DimensionRule,
  FULFILMENT_CHANNELS,
  type FulfilmentChannel,
} from './account-table-dimensions.ts';
import { type CostObject, readFields } from './account-table-fields.ts';
import type { AssignmentRow } from './account-table-lookup.ts';
import type { Row, TableFile } from './account-table-rows.ts';
import { ANY_MARKETPLACE, foldName } from './marketplace.ts';
import { cellOr, checkCompanyCode, onlyOnce, readMarketplaceName } from './read-table-cells.ts';
import {
  compareSpecificity,
  foldSku,
  isSkuWildcard,
  overlaps,
  SKU_LENGTH_MAX,
  SKU_PATTERNS_MAX,
  SKU_WILDCARDS_MAX,
} from './sku-pattern.ts';

/** A row with its place in the file, for what can only be said once all rows are read. */
export type Placed<Value> = Value & { readonly row: Row };

/** Channel and SKU pattern of a row, where it has them. */
export function readRowDimensions(
  row: Row,
  source: TableFile,
): { readonly channel: FulfilmentChannel | null; readonly sku: string | null } {
  const fields = readFields(row, source.issues);
  const channel = fields.oneOf('channel', FULFILMENT_CHANNELS) ?? null;
  const cell = row.cells.get('sku');
  if (cell === undefined) return { channel, sku: null };
  if (cell.text.length > SKU_LENGTH_MAX) {
    source.issues.add(cell, `sku ${cell.text} has ${cell.text.length} characters; at most ${SKU_LENGTH_MAX} fit`);
  }
  return { channel, sku: foldSku(cell.text) };
}

/** The rules of the section `dimensions`. */
export function readDimensions(
  source: TableFile,
  rows: readonly Row[],
  known: { readonly marketplaceNames: ReadonlySet<string>; readonly knownCompanies: ReadonlySet<string> },
): Placed<DimensionRule>[] {
  const once = onlyOnce(source);
  return rows.flatMap((row) => {
    const fields = readFields(row, source.issues);
    const marketplace =
      fields.text('marketplace') === ANY_MARKETPLACE
        ? ANY_MARKETPLACE
        : readMarketplaceName(row, fields, source, known.marketplaceNames);
    const companyCode = fields.companyCode('companyCode');
    checkCompanyCode(row, companyCode, source, known.knownCompanies);
    const rule = {
      row,
      ...readRowDimensions(row, source),
      validFrom: fields.date('validFrom') ?? null,
      companyCode: companyCode ?? null,
      costCenter: ownObject(row, 'costCenter', fields.costObject('costCenter'), source),
      profitCenter: ownObject(row, 'profitCenter', fields.costObject('profitCenter'), source),
    };
    checkRule(rule, source);
    if (marketplace === undefined) return [];
    once(row, `the rule for ${sayKey({ ...rule, marketplace })}`);
    return { ...rule, marketplace };
  });
}

function checkRule(rule: Placed<Omit<DimensionRule, 'marketplace'>>, { issues }: TableFile): void {
  const { row, companyCode, channel, sku } = rule;
  if (!['companyCode', 'costCenter', 'profitCenter'].some((column) => row.columns.has(column))) {
    issues.add(row, 'the rule says nothing: give it a companyCode, a costCenter or a profitCenter');
  }
  // A whole marketplace is moved where it is described: its payout would stay behind otherwise.
  if (companyCode !== null && channel === null && sku === null) {
    issues.add(row, 'a rule with a companyCode names a channel or a sku; a whole marketplace is moved in marketplaces');
  }
}

/** What rows mean by `default` cannot be `default` itself. */
function ownObject(row: Row, column: string, value: CostObject, { issues }: TableFile): string | null {
  if (value !== 'default' && row.cells.get(column)?.text !== 'none') return value;
  issues.add(cellOr(row, column), `${column} of a rule is a name; a rule without it leaves the marketplace’s own`);
  return null;
}

interface RuledPlace {
  readonly name: string;
  readonly companyCode: CompanyCode | undefined;
}

/** Cost objects belong to a company code: a rule that moves rows to another one has to bring those that rows take. */
export function checkRuleDefaults(
  source: TableFile,
  input: {
    readonly places: readonly RuledPlace[];
    readonly rules: readonly Placed<DimensionRule>[];
    readonly assignments: readonly AssignmentRow[];
  },
): void {
  for (const rule of input.rules) {
    const moved = input.places.filter(
      (place) =>
        [ANY_MARKETPLACE, foldName(place.name)].includes(rule.marketplace) &&
        rule.companyCode !== null &&
        place.companyCode !== rule.companyCode,
    );
    if (moved.length === 0) continue;
    for (const column of ['costCenter', 'profitCenter'] as const) {
      const takers = input.assignments.filter((row) => row.account?.[column] === 'default').length;
      if (rule[column] !== null || takers === 0) continue;
      const says = `the rule moves rows to company code ${rule.companyCode} and has no ${column}, which ${takers} row(s) take by default`;
      source.issues.add(rule.row, says);
    }
  }
}

/** Two patterns that are as specific as each other and have a SKU in common would leave it to chance which row holds. */
export function checkContradictions(
  source: TableFile,
  assignments: readonly Placed<AssignmentRow>[],
  rules: readonly Placed<DimensionRule>[],
): void {
  const patterns = new Set([...assignments, ...rules].flatMap(({ sku }) => (sku === null ? [] : [sku])));
  const wildcards = [...patterns].filter(isSkuWildcard);
  const [counted, max, what] =
    wildcards.length > SKU_WILDCARDS_MAX
      ? [wildcards.length, SKU_WILDCARDS_MAX, 'SKU patterns with * or ?']
      : [patterns.size, SKU_PATTERNS_MAX, 'SKUs'];
  if (counted > max) {
    source.issues.add({ at: 0, path: 'sku' }, `the table has ${counted} ${what}; at most ${max} are read`);
    return;
  }
  const tied = tiedPatterns(wildcards);
  if (tied.size === 0) return;
  const groups = new Map<string, Placed<DimensionKey>[]>();
  for (const row of assignments) groups.set(row.for, [...(groups.get(row.for) ?? []), row]);
  for (const group of [...groups.values(), rules]) reportTies(source, group, tied);
}

function tiedPatterns(wildcards: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const tied = new Map<string, string[]>();
  for (const [index, one] of wildcards.entries()) {
    for (const other of wildcards.slice(index + 1)) {
      if (compareSpecificity(one, other) !== 0 || !overlaps(one, other)) continue;
      tied.set(one, [...(tied.get(one) ?? []), other]);
      tied.set(other, [...(tied.get(other) ?? []), one]);
    }
  }
  return tied;
}

function reportTies(
  source: TableFile,
  rows: readonly Placed<DimensionKey>[],
  tied: ReadonlyMap<string, readonly string[]>,
): void {
  const earlier: Placed<DimensionKey>[] = [];
  for (const row of rows) {
    if (row.sku === null || !tied.has(row.sku)) continue;
    const others = tied.get(row.sku) ?? [];
    const rival = earlier.find((each) => others.includes(each.sku ?? '') && mayMeet(each, row));
    earlier.push(row);
    if (!rival) continue;
    const says = `sku ${row.sku} and ${rival.sku} in line ${source.lineOf(rival.row)} match the same SKUs and neither is more specific; write one of them longer`;
    source.issues.add(cellOr(row.row, 'sku'), says);
  }
}

function mayMeet(one: DimensionKey, other: DimensionKey): boolean {
  const channels = one.channel === null || other.channel === null || one.channel === other.channel;
  const any = one.marketplace === ANY_MARKETPLACE || other.marketplace === ANY_MARKETPLACE;
  return channels && (any || one.marketplace === other.marketplace);
}

function sayKey({ marketplace, channel, sku, validFrom }: DimensionKey): string {
  const only = [channel, sku].filter((each) => each !== null).map((each) => ` ${each}`);
  return `${marketplace}${only.join('')}${validFrom === null ? '' : ` from ${validFrom}`}`;
}
