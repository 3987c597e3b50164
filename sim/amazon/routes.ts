import type { ApiOperation } from './quotas.ts';

export interface ApiRoute {
  readonly operation: ApiOperation;
  /** The last part of the path, where it is an id. */
  readonly id: string;
}

const ROUTES: readonly (readonly [method: string, path: RegExp, operation: ApiOperation])[] = [
  ['GET', /^\/reports\/2021-06-30\/reports$/, 'getReports'],
  ['POST', /^\/reports\/2021-06-30\/reports$/, 'createReport'],
  ['GET', /^\/reports\/2021-06-30\/reports\/([^/]+)$/, 'getReport'],
  ['GET', /^\/reports\/2021-06-30\/documents\/([^/]+)$/, 'getReportDocument'],
  ['GET', /^\/sellers\/v1\/marketplaceParticipations$/, 'getMarketplaceParticipations'],
  ['GET', /^\/orders\/2026-01-01\/orders$/, 'searchOrders'],
  ['GET', /^\/orders\/2026-01-01\/orders\/([^/]+)$/, 'getOrder'],
  ['GET', /^\/finances\/2024-06-19\/transactions$/, 'listTransactions'],
  ['GET', /^\/finances\/2024-06-19\/summary$/, 'listSummary'],
  ['GET', /^\/finances\/2024-06-19\/balances$/, 'listBalances'],
  ['GET', /^\/finances\/transfers\/2024-06-01\/payouts$/, 'listPayouts'],
  ['POST', /^\/tokens\/2021-03-01\/restrictedDataToken$/, 'createRestrictedDataToken'],
];

/** Undefined for a path that the pretend Amazon does not have, such as every operation that moves money. */
export function routeOf(method: string, path: string): ApiRoute | undefined {
  for (const [itsMethod, pattern, operation] of ROUTES) {
    const found = itsMethod === method ? pattern.exec(path) : null;
    if (found) return { operation, id: found[1] ?? '' };
  }
  return undefined;
}
