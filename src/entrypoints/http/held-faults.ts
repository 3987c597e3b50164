import type { Books, ConnectionId, OriginKey } from '../../app/index.ts';
import { heldFaults } from './views.ts';

const MAY_BE_HELD = ['proposed', 'approved'] as const;

/** How many faults hold each of the settlements or accruals of a list; entries are read only where some may be held. */
export async function heldFaultsIn(
  books: Pick<Books, 'listEntries'>,
  counts: Awaited<ReturnType<Books['countEntries']>>,
  connectionId: ConnectionId | undefined,
): Promise<ReadonlyMap<OriginKey, number>> {
  const isHeldMaybe = [...counts.values()].some(({ proposed = 0, approved = 0 }) => proposed + approved > 0);
  if (!isHeldMaybe) return new Map();
  return heldFaults(await books.listEntries({ ...(connectionId && { connectionId }), states: MAY_BE_HELD }));
}
