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
import { damageAnswer } from './damage.ts';
import type { DocumentStore } from './documents.ts';
import type { StruckFault } from './faults.ts';
import { FinancesApi } from './finances-api.ts';
import type { SellerReports } from './listings.ts';
import type { AccessGrant, Login } from './login.ts';
import { asksForTax, type ListFaults, OrdersApi } from './orders-api.ts';
import type { Quotas } from './quotas.ts';
import { createReport, getReport, getReports } from './reports-api.ts';
import type { ReportTrouble } from './requested-reports.ts';
import { RestrictedTokens } from './restricted-tokens.ts';
import type { Roles } from './roles.ts';
import type { ApiRoute } from './routes.ts';
import type { Sandbox } from './sandbox.ts';
import type { SellerContext } from './seller-context.ts';
import { listPayouts } from './transfers-api.ts';

const userAgentLengthMax = 500;

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

export interface ApiParts {
  readonly seed: string;
  readonly sellers: readonly SellerReports[];
  readonly login: Login;
  readonly roles: Roles;
  readonly quotas: Quotas;
  readonly store: DocumentStore;
  readonly storeUrl: string;
  /** Answers instead of the world when there is one. */
  readonly sandbox: Sandbox | undefined;
}

/** The Selling Partner API: first the caller, then the quota, then the role, then the operation. */
export class Api {
  readonly #parts: ApiParts;
  readonly #restricted: RestrictedTokens;
  readonly #orders = new OrdersApi();
  readonly #finances = new FinancesApi();

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#restricted = new RestrictedTokens(parts.seed);
  }

  answer(call: ApiCall): ApiOutcome {
    const { request, route, fault } = call;
    const refused = (answer: Answer): ApiOutcome => ({ answer, sellerId: undefined });
    const userAgent = request.headers['user-agent'] ?? '';
    if (userAgent === '' || userAgent.length > userAgentLengthMax) {
      return refused(invalidInput(`The user-agent header must have 1 to ${userAgentLengthMax} characters.`));
    }
    const { login, quotas, sellers, seed } = this.#parts;
    const token = request.headers['x-amz-access-token'] ?? '';
    if (fault?.kind === 'expired-token') login.expire(token);
    if (fault?.kind === 'expired-secret') return refused(unauthorized(CLIENT_SECRET_EXPIRED));
    const grant = this.#grantOf(token, request, route);
    if (grant === 'expired') return refused(unauthorized(ACCESS_TOKEN_EXPIRED));
    if (grant === 'invalid' || grant.sellerId === undefined) return refused(unauthorized(''));
    const { sellerId, clientId } = grant;
    if (login.isSecretExpired(clientId, request.nowMs)) return refused(unauthorized(CLIENT_SECRET_EXPIRED));
    const arrivesAtMs = request.nowMs + (fault?.kind === 'latency-jitter' ? fault.delayMs : 0);
    const isGranted = quotas.spend(route.operation, sellerId, clientId, arrivesAtMs);
    if (fault?.kind === 'throttle' || !isGranted) return { answer: quotaExceeded(), sellerId };
    if (!this.#mayDo(call)) return { answer: unauthorized(''), sellerId };
    const reports = sellers.find((seller) => seller.world.sellerId === sellerId);
    assert(reports !== undefined, `seller ${sellerId} has a token but no world`);
    const context: SellerContext = { reports, secret: `${seed}/pages`, nowMs: request.nowMs };
    const answer = this.#parts.sandbox?.answer(request) ?? this.#answerOperation(context, grant, call);
    return { answer: damageAnswer(answer, fault?.kind), sellerId };
  }

  /** A restricted token opens the paths it was made for and nothing else. */
  #grantOf(token: string, request: SimRequest, route: ApiRoute): AccessGrant | 'expired' | 'invalid' {
    if (!RestrictedTokens.isOne(token)) return this.#parts.login.grantOf(token, request.nowMs);
    const grant = this.#restricted.grantOf(token, request.nowMs);
    if (typeof grant === 'string') return grant;
    const path = new URL(request.url, 'http://amazon').pathname;
    return route.operation === 'getReportDocument' && grant.paths.has(`GET ${path}`) ? grant : 'invalid';
  }

  #mayDo({ route, query }: ApiCall): boolean {
    const { roles } = this.#parts;
    if (!roles.has(route.operation)) return false;
    const isOrders = route.operation === 'searchOrders' || route.operation === 'getOrder';
    return !isOrders || roles.has('TAX') || !asksForTax(query);
  }

  #answerOperation(context: SellerContext, grant: AccessGrant, call: ApiCall): Answer {
    const { request, query, route, fault } = call;
    const { store, storeUrl, roles } = this.#parts;
    const listFaults: ListFaults = {
      emptyPage: fault?.kind === 'empty-page',
      expiredPageToken: fault?.kind === 'expired-page-token',
    };
    const contentType = request.headers['content-type'] ?? '';
    switch (route.operation) {
      case 'getReports':
        return getReports(context, query, listFaults.emptyPage);
      case 'getReport':
        return getReport(context, route.id, query);
      case 'createReport':
        return createReport(context, request.body, contentType, troubleOf(fault));
      case 'getReportDocument':
        return store.describe(context, route.id, query, storeUrl, {
          alreadyExpired: fault?.kind === 'expired-url',
          isRestrictedToken: RestrictedTokens.isOne(request.headers['x-amz-access-token'] ?? ''),
        });
      case 'getMarketplaceParticipations':
        return participations(context.reports.world);
      case 'searchOrders':
        return this.#orders.search(context, query, roles.has('BUYER'), listFaults);
      case 'getOrder':
        return this.#orders.get(context, decodeURIComponent(route.id), query, roles.has('BUYER'));
      case 'listTransactions':
        return this.#finances.events(context, query, listFaults);
      case 'listSummary':
        return this.#finances.summaries(context, query);
      case 'listBalances':
        return this.#finances.balances(context, query);
      case 'listPayouts':
        return listPayouts(context, query, listFaults);
      case 'createRestrictedDataToken':
        return this.#restricted.create(grant, request.body, contentType, request.nowMs);
    }
  }
}

function troubleOf(fault: StruckFault | undefined): ReportTrouble {
  if (fault?.kind === 'fatal-report') return 'fatal';
  return fault?.kind === 'slow-report' ? 'slow' : undefined;
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
