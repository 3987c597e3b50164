import { DAY_MS } from '../core/index.ts';
import { marketplaces as stores } from '../mapping/index.ts';
import type { FeedContext } from './feed-context.ts';

const LIST_AGE_MS_MAX = 7 * DAY_MS;

export interface FeedMarketplace {
  readonly marketplaceId: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
}

/**
 * The stores of the connection's region in which the seller takes part and which its settings want. Ids that Amazon gives to
 * orders from other sales channels are no stores, and are never sent. Asks Amazon when the stored list is a week old, or older
 * than the caller can do with.
 */
export async function feedMarketplaces(
  context: FeedContext,
  ageMsMax = LIST_AGE_MS_MAX,
): Promise<readonly FeedMarketplace[]> {
  const { rules, region } = context;
  const taken = new Set(await marketplacesTakenPartIn(context, ageMsMax));
  return stores()
    .filter((store) => store.region === region && taken.has(store.id))
    .filter((store) => rules.marketplaceIds === null || rules.marketplaceIds.includes(store.id))
    .map((store) => ({ marketplaceId: store.id, country: store.country }));
}

/**
 * Ids of all marketplaces in which the seller takes part, whatever the connection's settings want. Asks Amazon when the stored
 * list is older than that, and keeps the answer.
 */
export async function marketplacesTakenPartIn(
  context: {
    readonly books: Pick<FeedContext['books'], 'listMarketplaces' | 'putMarketplaces'>;
    readonly amazon: Pick<FeedContext['amazon'], 'marketplaces'>;
    readonly connection: Pick<FeedContext['connection'], 'id'>;
    readonly clock: FeedContext['clock'];
  },
  ageMsMax = LIST_AGE_MS_MAX,
): Promise<readonly string[]> {
  const { books, connection, amazon, clock } = context;
  const stored = await books.listMarketplaces(connection.id);
  const isFresh = stored !== undefined && clock.nowMs() - Date.parse(stored.readAt) < ageMsMax;
  const all = isFresh ? stored.marketplaces : await amazon.marketplaces.list();
  if (!isFresh) await books.putMarketplaces(connection.id, all);
  return all.flatMap((each) => (each.isParticipating ? [each.marketplaceId] : []));
}
