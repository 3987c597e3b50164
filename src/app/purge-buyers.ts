import { assert, type Clock } from '../core/index.ts';
import type { BuyerStore } from './feed-stores.ts';
import type { Actor } from './ports.ts';

export async function purgeBuyers(_context: {
  readonly books: BuyerStore;
  readonly clock: Clock;
  readonly actor: Actor;
}): Promise<number> {
  return assert(false, 'not built yet') as never;
}
