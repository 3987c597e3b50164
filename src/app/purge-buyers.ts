import type { BuyerStore } from './feed-stores.ts';
import type { Actor } from './ports.ts';

/** Deletes the buyers whose time is over, of all connections, and says how many. Run it at least once a day. */
export async function purgeBuyers(context: {
  readonly books: Pick<BuyerStore, 'purgeBuyers'>;
  readonly actor: Actor;
}): Promise<number> {
  return context.books.purgeBuyers(context.actor);
}
