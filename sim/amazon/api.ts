import { assert } from '../../src/core/index.ts';
import type { SimRequest } from '../http-shell.ts';
import type { SellerWorld } from '../world/index.ts';
import {
  ACCESS_TOKEN_EXPIRED,
  type Answer,
  CLIENT_SECRET_EXPIRED,
  invalidInput,
  jsonAnswer,
  quotaExceeded,
  unauthorized,
} from './answers.ts';
import type { DocumentStore } from './documents.ts';
import type { StruckFault } from './faults.ts';
import type { SellerReports } from './listings.ts';
import type { Login } from './login.ts';
import { type ApiOperation, Quotas } from './quotas.ts';
import { createReport, getReport, getReports, type ReportsContext } from './reports-api.ts';

const userAgentLengthMax = 500;

export interface ApiRoute {
  readonly operation: ApiOperation;
  /** The last part of the path. */
  readonly id: string;
}

export interface ApiCall {
  readonly request: SimRequest;
  readonly query: URLSearchParams;
  readonly route: ApiRoute;
  readonly fault: StruckFault | undefined;
}

export interface ApiOutcome {
  readonly answer: Answer;
  /** Undefined when the caller was refused before it was known. */
  readonly sellerId: string | undefined;
}

interface ApiParts {
  readonly seed: string;
  readonly sellers: readonly SellerReports[];
  readonly login: Login;
  readonly store: DocumentStore;
  readonly storeUrl: string;
}

/** The Selling Partner API: first the caller, then the quota, then the operation. */
export function createApi(parts: ApiParts): (call: ApiCall) => ApiOutcome {
  const quotas = new Quotas();
  return (call) => {
    const { request, route, fault } = call;
    const refused = (answer: Answer): ApiOutcome => ({ answer, sellerId: undefined });
    const userAgent = request.headers['user-agent'] ?? '';
    if (userAgent === '' || userAgent.length > userAgentLengthMax) {
      return refused(invalidInput(`The user-agent header must have 1 to ${userAgentLengthMax} characters.`));
    }
    const accessToken = request.headers['x-amz-access-token'] ?? '';
    if (fault?.kind === 'expired-token') parts.login.expire(accessToken);
    if (fault?.kind === 'expired-secret') return refused(unauthorized(CLIENT_SECRET_EXPIRED));
    const grant = parts.login.grantOf(accessToken, request.nowMs);
    if (grant === 'expired') return refused(unauthorized(ACCESS_TOKEN_EXPIRED));
    if (grant === 'invalid' || grant.sellerId === undefined) return refused(unauthorized(''));
    const { sellerId, clientId } = grant;
    const isGranted = quotas.spend(route.operation, sellerId, clientId, request.nowMs);
    if (fault?.kind === 'throttle' || !isGranted) return { answer: quotaExceeded(), sellerId };
    const reports = parts.sellers.find((seller) => seller.world.sellerId === sellerId);
    assert(reports !== undefined, `seller ${sellerId} has a token but no world`);
    const context: ReportsContext = { reports, secret: `${parts.seed}/pages`, nowMs: request.nowMs };
    return { answer: answerOperation(parts, context, call), sellerId };
  };
}

function answerOperation(parts: ApiParts, context: ReportsContext, call: ApiCall): Answer {
  const { request, query, route, fault } = call;
  switch (route.operation) {
    case 'getReports':
      return getReports(context, query, fault?.kind === 'empty-page');
    case 'getReport':
      return getReport(context, route.id, query);
    case 'createReport':
      return createReport(request.body, request.headers['content-type'] ?? '');
    case 'getReportDocument':
      return parts.store.describe(context, route.id, query, parts.storeUrl, fault?.kind === 'expired-url');
    case 'getMarketplaceParticipations':
      return participations(context.reports.world);
  }
}

function participations(world: SellerWorld): Answer {
  return jsonAnswer(200, {
    payload: world.marketplaces.map((marketplace) => ({
      marketplace: {
        id: marketplace.marketplaceId,
        name: marketplace.name,
        // The country code of the United Kingdom is GB.
        countryCode: marketplace.country === 'UK' ? 'GB' : marketplace.country,
        defaultCurrencyCode: marketplace.currency,
        defaultLanguageCode: marketplace.language,
        domainName: marketplace.domain,
      },
      storeName: `Store ${world.sellerId}`,
      participation: { isParticipating: true, hasSuspendedListings: false },
    })),
  });
}
