/** Where a line may go to a customer's account in SAP instead of a G/L account. */
import type { BalancePurpose } from './account-table.ts';
import { isLineKind, type LineKind, lineKindFacts } from './line-kind.ts';

/** Between company codes of one seller there is no customer. */
const PURPOSES: ReadonlySet<string> = new Set<BalancePurpose>([
  'payout',
  'closing-debt',
  'carry-forward',
  'unsettled',
  'order-receivable',
]);

/**
 * What buyers pay and get back, and the tax on it. Where the orders were billed in SAP already, these rows clear the
 * receivable of the bill and are no revenue; Amazon's fees and compensations are never part of a bill to a buyer.
 */
const BILLED_GROUPS: ReadonlySet<number> = new Set([10, 11, 12, 13, 20, 21, 22, 80, 81]);

/** Whether lines for this may be a customer's open items. */
export function mayBeCustomerLine(target: LineKind | BalancePurpose): boolean {
  if (!isLineKind(target)) return PURPOSES.has(target);
  const { group, nature } = lineKindFacts(target);
  return nature === 'balance-sheet' || BILLED_GROUPS.has(group);
}
