import type { SellerMarketplace, SellerMarketplaces } from '../app/index.ts';
import { type CurrencyCode, isCurrencyCode } from '../core/index.ts';
import { findMarketplaceById } from '../mapping/index.ts';
import { readJson } from './read-json.ts';
import type { SpApi, SpApiRequest } from './sp-api.ts';
import { refusalProblem } from './sp-api-problems.ts';
import { marketplaceParticipationsAnswerSchema, type WireParticipation } from './wire.ts';

const REQUEST = {
  operation: 'getMarketplaceParticipations',
  path: '/sellers/v1/marketplaceParticipations',
  read: (body: Uint8Array) => readJson(body, marketplaceParticipationsAnswerSchema),
} as const satisfies SpApiRequest<unknown>;

/**
 * The marketplaces of the seller in the connection's region, multi-channel ones included: those are kept, but no request
 * may name them (`isMultiChannelMarketplaceId`), and neither one in which the seller does not take part.
 */
export function createSellerMarketplaces({ api }: { readonly api: SpApi }): SellerMarketplaces {
  return {
    async list() {
      const { payload, errors } = (await api.get(REQUEST)).value;
      const { operation } = REQUEST;
      if (errors && errors.length > 0)
        throw refusalProblem({ operation, status: 200, errors, amazonRequestId: null, secrets: [] });
      return (payload ?? []).map(toSellerMarketplace);
    },
  };
}

function toSellerMarketplace({ marketplace, participation }: WireParticipation): SellerMarketplace {
  const known = findMarketplaceById(marketplace.id);
  return {
    marketplaceId: marketplace.id,
    name: marketplace.name,
    country: marketplace.countryCode,
    currency: currencyOf(marketplace.defaultCurrencyCode ?? known?.currency),
    timeZone: known?.timeZone ?? null,
    isParticipating: participation.isParticipating,
    hasSuspendedListings: participation.hasSuspendedListings ?? false,
  };
}

function currencyOf(text: string | undefined): CurrencyCode | null {
  return text !== undefined && isCurrencyCode(text) ? text : null;
}
