import {
  createPretendAmazon,
  type FaultPlan,
  type PretendAmazon,
  SETTLEMENT_REPORT_TYPE,
} from '../../sim/amazon/index.ts';
import type { SimResponse } from '../../sim/http-shell.ts';
import { createSellerWorld, type MarketplaceCountry, type SellerWorld } from '../../sim/world/index.ts';
import { parseLocalDate } from '../../src/core/index.ts';

export const APPLICATION = { clientId: 'amzn1.application-oa2-client.1', clientSecret: 'amzn1.oa2-cs.v1.one' };
export const REFRESH_TOKEN = 'Atzr|seller-one';
export const OTHER_REFRESH_TOKEN = 'Atzr|seller-two';
export const REPORTS = '/reports/2021-06-30/reports';
export const DOCUMENTS = '/reports/2021-06-30/documents';
export const ORDERS = '/orders/2026-01-01/orders';
export const EVENTS = '/finances/2024-06-19/transactions';
export const SUMMARY = '/finances/2024-06-19/summary';
export const BALANCES = '/finances/2024-06-19/balances';
export const PAYOUTS = '/finances/transfers/2024-06-01/payouts';
export const RESTRICTED_TOKEN = '/tokens/2021-03-01/restrictedDataToken';
export const SETTLEMENTS = `reportTypes=${SETTLEMENT_REPORT_TYPE}`;
export const STORE_URL = 'http://store.example';
/** After the last settlement of the kit's worlds and less than 90 days after the first. */
export const NOW_MS = Date.parse('2026-10-01T12:00:00Z');

export function kitWorld(sellerId: string, marketplaces: readonly MarketplaceCountry[], seed = 'kit'): SellerWorld {
  return createSellerWorld({
    seed,
    sellerId,
    accounts: marketplaces.map((marketplace) => ({ marketplace })),
    from: parseLocalDate('2026-07-20'),
    to: parseLocalDate('2026-10-01'),
    ordersPerDay: 2,
  });
}

/** A pretend Amazon without sockets, its clock in the test's hand. */
export interface Kit {
  readonly amazon: PretendAmazon;
  nowMs: number;
  /** Login and API. */
  send(method: string, url: string, options?: SendOptions): Reply;
  /** A GET with a good token and a user agent. */
  get(url: string, headers?: Readonly<Record<string, string>>): Reply;
  /** A POST of JSON with a good token and a user agent. */
  post(url: string, body: unknown): Reply;
  /** From the document store, by the whole address. */
  download(address: string, headers?: Readonly<Record<string, string>>): Reply;
  /** A new access token. */
  token(refreshToken?: string): string;
  order(order: unknown): Reply;
  /** The address of a document, described anew. */
  addressOf(reportDocumentId: string): string;
  firstReport(): ReportBody;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly delivery: string;
  /** The parsed body; fails the test when it is not JSON. */
  json<Body>(): Body;
}

export interface ReportBody {
  readonly reportId: string;
  readonly reportDocumentId: string;
  readonly createdTime: string;
  readonly dataStartTime: string;
  readonly marketplaceIds: readonly string[];
}

export interface ReportsBody {
  readonly reports: readonly ReportBody[];
  readonly nextToken?: string;
}

export interface ErrorBody {
  readonly errors: readonly { readonly code: string; readonly message: string; readonly details?: string }[];
}

export function createKit(
  options: {
    worlds?: readonly SellerWorld[];
    faultPlan?: FaultPlan;
    sandboxCases?: unknown;
    reportSeconds?: number;
  } = {},
): Kit {
  const worlds = options.worlds ?? [kitWorld('A1ONE', ['US', 'DE', 'JP']), kitWorld('A2TWO', ['CA'])];
  const tokens = [REFRESH_TOKEN, OTHER_REFRESH_TOKEN];
  const amazon = createPretendAmazon({
    sellers: worlds.map((world, index) => ({ world, ...APPLICATION, refreshToken: tokens[index]! })),
    storeUrl: STORE_URL,
    ...(options.faultPlan && { faultPlan: options.faultPlan }),
    ...(options.sandboxCases !== undefined && { sandboxCases: options.sandboxCases }),
    ...(options.reportSeconds !== undefined && { reportSeconds: options.reportSeconds }),
  });
  const kit: Kit = {
    amazon,
    nowMs: NOW_MS,
    send: (method, url, { headers = {}, body = '' } = {}) =>
      replyOf(amazon.handle({ method, url, headers, body: Buffer.from(body), nowMs: kit.nowMs })),
    get: (url, headers = {}) =>
      kit.send('GET', url, { headers: { 'user-agent': 'kit/1', 'x-amz-access-token': kit.token(), ...headers } }),
    post: (url, body) =>
      kit.send('POST', url, {
        headers: { 'user-agent': 'kit/1', 'x-amz-access-token': kit.token(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    download: (address, headers = {}) => {
      const url = address.slice(STORE_URL.length);
      return replyOf(amazon.handleDownload({ method: 'GET', url, headers, body: Buffer.of(), nowMs: kit.nowMs }));
    },
    token: (refreshToken = REFRESH_TOKEN) => {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
      return login(kit, form).json<{ access_token: string }>().access_token;
    },
    order: (order) => kit.send('POST', '/_sim/faults', { body: JSON.stringify(order) }),
    addressOf: (id) => kit.get(`${DOCUMENTS}/${id}`).json<{ url: string }>().url,
    firstReport: () => kit.get(`${REPORTS}?${SETTLEMENTS}`).json<ReportsBody>().reports[0]!,
  };
  return kit;
}

/** Asks for a token with the kit's application, unless the form says otherwise. */
export function login(kit: Kit, form: Readonly<Record<string, string>>): Reply {
  const credentials = { client_id: APPLICATION.clientId, client_secret: APPLICATION.clientSecret };
  return kit.send('POST', '/auth/o2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    body: new URLSearchParams({ ...credentials, ...form }).toString(),
  });
}

function replyOf(response: SimResponse): Reply {
  const bytes = typeof response.body === 'string' ? Buffer.from(response.body) : response.body;
  const text = Buffer.from(bytes).toString('utf8');
  return {
    status: response.status,
    headers: response.headers as Readonly<Record<string, string>>,
    bytes,
    text,
    delivery: response.delivery?.kind ?? 'reply',
    json: <Body>() => JSON.parse(text) as Body,
  };
}

/** Follows the pages of a list to its end, some minutes apart so that no quota is short, and returns every page. */
export function pagesOf<Body>(
  kit: Kit,
  url: string,
  tokenName: string,
  nextOf: (body: Body) => string | undefined,
  waitMs: number,
): Body[] {
  const pages: Body[] = [];
  let token: string | undefined;
  for (let page = 0; page < 500; page += 1) {
    const reply = kit.get(token === undefined ? url : `${url}&${tokenName}=${encodeURIComponent(token)}`);
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
    pages.push(reply.json<Body>());
    token = nextOf(pages.at(-1)!);
    if (token === undefined) return pages;
    kit.nowMs += waitMs;
  }
  throw new Error('the list does not end');
}
