import type { FinanceAmount } from '../../app/index.ts';
import type { Money } from '../../core/index.ts';
import { RecordFault, readAmount } from './read-members.ts';
import type { WireBreakdown } from './wire.ts';

/** Amazon's trees are some four deep. */
export const BREAKDOWN_DEPTH_MAX = 12;
/** Of one record; a shipment of a hundred items has some thousand. */
export const BREAKDOWN_LEAVES_MAX = 5_000;

/**
 * The amounts at the leaves of a tree of breakdowns, in its order. A node above a leaf already contains it, so its own
 * amount is not one of them. Raises a `RecordFault` beyond the limits.
 */
export function readLeaves(tree: readonly WireBreakdown[] | null | undefined, item: number | null): FinanceAmount[] {
  const leaves: FinanceAmount[] = [];
  const walk = (nodes: readonly WireBreakdown[], above: readonly string[]) => {
    if (nodes.length > 0 && above.length >= BREAKDOWN_DEPTH_MAX)
      throw new RecordFault(`member breakdowns is nested more than ${BREAKDOWN_DEPTH_MAX} deep`);
    for (const node of nodes) {
      const path = [...above, node.breakdownType ?? ''];
      if (node.breakdowns && node.breakdowns.length > 0) {
        walk(node.breakdowns, path);
        continue;
      }
      const amount = readAmount(node.breakdownAmount, `breakdowns[${path.join(' / ')}].breakdownAmount`);
      if (amount) leaves.push({ item, path, amount });
      assertCount(leaves.length);
    }
  };
  walk(tree ?? [], []);
  return leaves;
}

/** Raises a `RecordFault` for more leaves than one record may have. */
export function assertCount(leaves: number): void {
  if (leaves > BREAKDOWN_LEAVES_MAX)
    throw new RecordFault(`member breakdowns has more than ${BREAKDOWN_LEAVES_MAX} leaves`);
}

/** Whether the amounts sum to the total; `null` when there is no total, or nothing to compare with it. */
export function sumsTo(total: Money | null, amounts: readonly FinanceAmount[]): boolean | null {
  if (total === null || amounts.length === 0) return null;
  if (amounts.some(({ amount }) => amount.currency !== total.currency)) return false;
  return amounts.reduce((sum, { amount }) => sum + amount.minor, 0n) === total.minor;
}

/** Whether both come to the same amount at every leaf, whatever they are split by. */
export function isSameByPath(some: readonly FinanceAmount[], others: readonly FinanceAmount[]): boolean {
  const open = new Map<string, bigint>();
  const add = ({ path, amount }: FinanceAmount, sign: bigint) => {
    const key = JSON.stringify([path, amount.currency]);
    open.set(key, (open.get(key) ?? 0n) + sign * amount.minor);
  };
  for (const each of some) add(each, 1n);
  for (const each of others) add(each, -1n);
  return [...open.values()].every((minor) => minor === 0n);
}
