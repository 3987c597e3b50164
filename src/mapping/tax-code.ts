/** Which tax codes of its marketplace a kind of line takes by `default`. */
import type { BalancePurpose } from './account-table.ts';
import { isLineKind, type LineKind, lineKindFacts } from './line-kind.ts';

/** How an account table writes that a row takes the tax code of its marketplace. */
export const DEFAULT_TAX_CODE = 'default';

export const OWN_TAX_COLUMNS = { output: 'outputTaxCode', input: 'inputTaxCode' } as const;

/**
 * Sales and what reduces them, compensations and proceeds carry output tax, Amazon's fees carry input tax. Tax rows and
 * movements of the balance have none by default: they are tax already, or outside its scope.
 */
export function taxDirectionOfKind(target: LineKind | BalancePurpose): 'output' | 'input' | undefined {
  if (!isLineKind(target)) return undefined;
  switch (lineKindFacts(target).nature) {
    case 'revenue':
    case 'contra-revenue':
    case 'other-income':
      return 'output';
    case 'expense':
      return 'input';
    case 'tax':
    case 'balance-sheet':
      return undefined;
  }
}

/** The marketplace's own tax code for a kind of line; `null` where it has none. */
export function ownTaxCodeOf(
  target: LineKind | BalancePurpose,
  own: { readonly outputTaxCode: string | null; readonly inputTaxCode: string | null },
): string | null {
  const direction = taxDirectionOfKind(target);
  return direction === undefined ? null : own[OWN_TAX_COLUMNS[direction]];
}
