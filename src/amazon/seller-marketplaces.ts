import type { SellerMarketplaces } from '../app/index.ts';
import { assert } from '../core/index.ts';
import type { SpApi } from './sp-api.ts';

export function createSellerMarketplaces(_options: { readonly api: SpApi }): SellerMarketplaces {
  return { list: () => assert(false, 'not built yet') as never };
}
