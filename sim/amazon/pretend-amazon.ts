import { assert, uuidFromName } from '../../src/core/index.ts';
import type { SimRequest, SimResponse } from '../http-shell.ts';
import type { SellerWorld } from '../world/index.ts';
import { type Answer, loginError, serverFailure, storeError, unauthorized } from './answers.ts';
import { Api } from './api.ts';
import { answerControl } from './control.ts';
import { type DocumentDamage, DocumentStore } from './documents.ts';
import { type FaultPlan, Faults, type StruckFault } from './faults.ts';
import { SellerReports } from './listings.ts';
import { Login } from './login.ts';
import { type Operation, Quotas, SANDBOX_PLAN, USAGE_PLANS } from './quotas.ts';
import { RequestLog } from './request-log.ts';
import { Roles } from './roles.ts';
import { routeOf } from './routes.ts';
import { Sandbox } from './sandbox.ts';

/** One seller who has authorised one application. */
export interface PretendSeller {
  readonly world: SellerWorld;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** The secret expires 180 days later; default: never. */
  readonly secretIssuedAtMs?: number;
  /** The authorisation ends 365 days later; default: never. */
  readonly authorisedAtMs?: number;
}

export interface PretendAmazonOptions {
  /** Names tokens, request ids and signatures. Default: the first seller's world seed. */
  readonly seed?: string;
  /** At least one. Sellers of one application share its id and secret. */
  readonly sellers: readonly PretendSeller[];
  /** Where documents are downloaded from: an address of its own, as with the real one. */
  readonly storeUrl: string;
  readonly faultPlan?: FaultPlan;
  /** How long a report on request takes; default: drawn, half a minute to a quarter of an hour. */
  readonly reportSeconds?: number;
  /** How much faster its clock runs than its callers': the rates it announces are per second of theirs. Default 1. */
  readonly clockSpeed?: number;
  /**
   * The published pairs of Amazon's static sandbox, by interface, operation and status. With them the API answers as the
   * sandbox does and knows no seller's world.
   */
  readonly sandboxCases?: unknown;
}

/** Login, Selling Partner API, document store and controls as one plain function of requests and the world's clock. */
export interface PretendAmazon {
  /** Login and API; below `/_sim/` the controls. */
  handle(request: SimRequest): SimResponse;
  /** The document store. */
  handleDownload(request: SimRequest): SimResponse;
  readonly faults: Faults;
  readonly login: Login;
  readonly roles: Roles;
  readonly quotas: Quotas;
  readonly log: RequestLog;
  readonly sellers: readonly SellerReports[];
}

/** Deterministic: the same options and the same requests at the same times give the same answers, byte for byte. */
export function createPretendAmazon(options: PretendAmazonOptions): PretendAmazon {
  const [firstSeller] = options.sellers;
  assert(firstSeller !== undefined, 'the pretend Amazon needs at least one seller');
  const seed = options.seed ?? firstSeller.world.seed;
  const sellers = options.sellers.map((seller) => new SellerReports(seller.world, options.reportSeconds));
  const login = new Login(
    seed,
    options.sellers,
    options.sellers.map((seller) => ({ ...seller, sellerId: seller.world.sellerId })),
  );
  const faults = new Faults(options.faultPlan);
  const store = new DocumentStore(`${seed}/store`);
  const log = new RequestLog();

  const roles = new Roles();
  const sandbox = options.sandboxCases === undefined ? undefined : new Sandbox(options.sandboxCases);
  const quotas = new Quotas(sandbox && (() => SANDBOX_PLAN));
  const api = new Api({ seed, sellers, login, roles, quotas, store, storeUrl: options.storeUrl, sandbox });

  const finish = (request: SimRequest, operation: Operation | undefined, result: Outcome): SimResponse => {
    const { answer, fault, sellerId } = result;
    const sequence = log.add(request, { operation, status: answer.status, fault: fault?.kind, sellerId });
    return deliver(answer, fault, {
      ...(operation !== 'download' && { 'x-amzn-requestid': uuidFromName(`${seed}/request/${sequence}`) }),
      ...(operation === 'download' && { 'x-amz-request-id': uuidFromName(`${seed}/request/${sequence}`).slice(0, 13) }),
      ...rateLimitHeader(operation, answer.status, options.clockSpeed ?? 1),
    });
  };

  const handle = (request: SimRequest): SimResponse => {
    const address = new URL(request.url, 'http://amazon');
    if (address.pathname.startsWith('/_sim/')) {
      return answerControl({ faults, login, roles, quotas, log, sellers }, request, address);
    }
    if (request.method === 'POST' && address.pathname === '/auth/o2/token') {
      const fault = faults.strike('token', request.nowMs);
      const answer = failedLogin(fault) ?? login.answer(request);
      return finish(request, 'token', { answer, fault, sellerId: undefined });
    }
    const route = routeOf(request.method, address.pathname);
    if (!route) {
      return finish(request, undefined, { answer: unauthorized(''), fault: undefined, sellerId: undefined });
    }
    const hasPageToken = address.searchParams.has('paginationToken') || address.searchParams.has('nextToken');
    const fault = faults.strike(route.operation, request.nowMs, hasPageToken);
    const failure = fault?.kind === 'server-error' ? 500 : fault?.kind === 'unavailable' ? 503 : undefined;
    const result = failure
      ? { answer: serverFailure(failure), sellerId: undefined }
      : api.answer({ request, query: address.searchParams, route, fault });
    return finish(request, route.operation, { ...result, fault });
  };

  const handleDownload = (request: SimRequest): SimResponse => {
    const address = new URL(request.url, 'http://store');
    const fault = faults.strike('download', request.nowMs);
    const [, sellerId = '', reportDocumentId = ''] = address.pathname.split('/');
    const report = sellers
      .find((seller) => seller.world.sellerId === sellerId)
      ?.byDocument(reportDocumentId, request.nowMs);
    const answer =
      failedDownload(fault) ??
      store.refuse(request) ??
      (report
        ? store.deliver(report, address.searchParams, damageOf(fault))
        : storeError(404, 'NoSuchKey', 'The specified key does not exist.'));
    return finish(request, 'download', { answer, fault, sellerId });
  };

  return { handle, handleDownload, faults, login, roles, quotas, log, sellers };
}

interface Outcome {
  readonly answer: Answer;
  readonly fault: StruckFault | undefined;
  readonly sellerId: string | undefined;
}

/** Present on 20x, 400 and 404 only, as Amazon documents. */
function rateLimitHeader(
  operation: Operation | undefined,
  status: number,
  clockSpeed: number,
): Readonly<Record<string, string>> {
  if (operation === undefined || operation === 'token' || operation === 'download') return {};
  const isShown = (status >= 200 && status < 210) || status === 400 || status === 404;
  return isShown ? { 'x-amzn-ratelimit-limit': String(USAGE_PLANS[operation].rate * clockSpeed) } : {};
}

function failedLogin(fault: StruckFault | undefined): Answer | undefined {
  if (fault?.kind === 'server-error') return loginError(500, 'server_error', 'The server encountered an error');
  if (fault?.kind === 'unavailable') return loginError(503, 'temporarily_unavailable', 'The server is overloaded');
  return undefined;
}

function failedDownload(fault: StruckFault | undefined): Answer | undefined {
  if (fault?.kind === 'server-error') return storeError(500, 'InternalError', 'We encountered an internal error.');
  if (fault?.kind === 'unavailable') return storeError(503, 'SlowDown', 'Please reduce your request rate.');
  return undefined;
}

function damageOf(fault: StruckFault | undefined): DocumentDamage | undefined {
  const kind = fault?.kind;
  return kind === 'truncated-gzip' || kind === 'cut-rows' || kind === 'wrong-charset' ? kind : undefined;
}

function deliver(
  answer: Answer,
  fault: StruckFault | undefined,
  headers: Readonly<Record<string, string>>,
): SimResponse {
  const response: SimResponse = { ...answer, headers: { ...answer.headers, ...headers } };
  if (fault?.kind === 'drop-reply' || fault?.kind === 'lost-create')
    return { ...response, delivery: { kind: 'destroy' } };
  if (fault?.kind === 'delay') return { ...response, delivery: { kind: 'delay', delayMs: fault.delayMs } };
  if (fault?.kind === 'cut-reply') {
    return { ...response, delivery: { kind: 'truncate', bytes: Math.floor(answer.body.length / 2) } };
  }
  return response;
}
