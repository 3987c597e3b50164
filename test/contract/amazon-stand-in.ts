/** What the tests of the Amazon transport share: a virtual clock, a scripted server, and a whole Amazon wired to it. */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { type Amazon, type AmazonOptions, createAmazon } from '../../src/amazon/create-amazon.ts';
import type { AmazonExchange, AmazonWait, ExchangeFacts } from '../../src/amazon/exchange.ts';
import { HttpClient } from '../../src/amazon/http.ts';
import { LwaTokens, ROTATION_SCOPE } from '../../src/amazon/lwa-tokens.ts';
import { createMemoryQuotas } from '../../src/amazon/memory-quotas.ts';
import { createRateLimiter } from '../../src/amazon/rate-limiter.ts';
import { type AmazonSettings, amazonSettingsSchema } from '../../src/amazon/settings.ts';
import { SpApiClient } from '../../src/amazon/sp-api-client.ts';
import { createTokenCache } from '../../src/amazon/token-cache.ts';
import type { QuotaStore } from '../../src/app/index.ts';
import { type Clock, isProblem, type Log, type Problem, type Randomness } from '../../src/core/index.ts';

export const START_MS = Date.parse('2026-11-23T00:00:00Z');

/** Time passes only by sleeping: when everything waits, the clock goes to the end of the shortest wait. */
export class VirtualClock implements Clock {
  #nowMs = START_MS;
  #isTicking = false;
  readonly #sleepers: { wakeMs: number; wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { wakeMs: this.#nowMs + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort);
      this.#tick();
    });
  }

  #tick(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    setImmediate(() => {
      this.#isTicking = false;
      this.#sleepers.sort((a, b) => a.wakeMs - b.wakeMs);
      const next = this.#sleepers.shift();
      if (!next) return;
      this.#nowMs = Math.max(this.#nowMs, next.wakeMs);
      next.wake();
      this.#tick();
    });
  }
}

/** Always in the middle, so that a wait is neither its shortest nor its longest. */
export const evenChance: Randomness = { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 };

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | object;
}

export type Responder = (request: Received, response: ServerResponse) => Reply | 'handled' | Promise<Reply | 'handled'>;

export interface Server {
  readonly url: string;
  /** Everything it was asked, in order. */
  readonly received: Received[];
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server on a free port of this machine, stopped after the test. */
export async function serve(respond: Responder): Promise<Server> {
  const received: Received[] = [];
  const server = createServer(async (message, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece);
    const url = new URL(message.url ?? '/', 'http://stand-in');
    const request: Received = {
      method: message.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: message.headers,
      body: Buffer.concat(pieces).toString('utf8'),
    };
    received.push(request);
    const reply = await respond(request, response);
    if (reply === 'handled') return;
    const body = toBytes(reply.body ?? '');
    response.writeHead(reply.status ?? 200, { 'content-length': body.byteLength, ...reply.headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function toBytes(body: string | Uint8Array | object): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

export const SECRETS = {
  clientSecret: 'amzn1.oa2-cs.v1.canary-client-secret',
  refreshToken: 'Atzr|canary-refresh-token',
};
export const SELLER = 'A2EXAMPLE1234';
export const LWA_PATH = '/auth/o2/token';

export function settingsFor(url: string): AmazonSettings {
  return amazonSettingsSchema.parse({
    region: 'EU',
    endpoint: url,
    lwaUrl: `${url}${LWA_PATH}`,
    clientId: 'amzn1.application-oa2-client.example',
  });
}

/** A token that names its turn, so that a test can tell the first from the second. */
export function tokenReply(ordinal: number, expiresIn = 3600): Reply {
  return { body: { access_token: `Atza|canary-access-${ordinal}`, token_type: 'bearer', expires_in: expiresIn } };
}

export interface World {
  readonly amazon: Amazon;
  readonly server: Server;
  readonly clock: VirtualClock;
  readonly exchanges: AmazonExchange[];
  readonly waits: AmazonWait[];
  readonly logged: unknown[];
  /** Requests other than those for a token. */
  asked(path?: string): Received[];
  tokenRequests(): Received[];
}

/** A whole Amazon whose login always works and whose other answers come from `respond`. */
export async function createWorld(respond: Responder, overrides: Partial<AmazonOptions> = {}): Promise<World> {
  let tokens = 0;
  const server = await serve((request, response) => {
    if (request.path !== LWA_PATH) return respond(request, response);
    tokens += 1;
    return tokenReply(tokens);
  });
  return connect(server, overrides);
}

/** An Amazon for a server that answers everything itself, login included. */
export function connect(server: Server, overrides: Partial<AmazonOptions> = {}): World {
  const clock = new VirtualClock();
  const exchanges: AmazonExchange[] = [];
  const waits: AmazonWait[] = [];
  const logged: unknown[] = [];
  const log: Log = { write: (...entry) => logged.push(entry) };
  const amazon = createAmazon({
    settings: settingsFor(server.url),
    secrets: SECRETS,
    sellerAccount: SELLER,
    userAgent: 'seller-ledger/0.0.0 (Language=TypeScript/7; Platform=test)',
    clock,
    randomness: evenChance,
    log,
    onExchange: (exchange) => {
      exchanges.push(exchange);
    },
    onWait: (wait) => {
      waits.push(wait);
    },
    ...overrides,
  });
  closers.push(() => amazon.close());
  const isToken = (request: Received) => request.path === LWA_PATH;
  return {
    amazon,
    server,
    clock,
    exchanges,
    waits,
    logged,
    asked: (path) => server.received.filter((request) => !isToken(request) && (!path || request.path.startsWith(path))),
    tokenRequests: () => server.received.filter(isToken),
  };
}

export interface ClientWorld {
  readonly settings: AmazonSettings;
  readonly tokens: LwaTokens;
  /** Of the application alone. */
  readonly clientTokens: LwaTokens;
  readonly api: SpApiClient;
  readonly clock: VirtualClock;
  readonly facts: ExchangeFacts[];
  readonly waits: AmazonWait[];
  readonly logged: unknown[];
  asked(): Received[];
  tokenRequests(): Received[];
}

export interface ClientOptions {
  readonly quotas?: QuotaStore;
  readonly tokenSeconds?: number;
  /** Default: a token, whatever is asked. */
  readonly login?: (form: URLSearchParams) => Reply;
  readonly settings?: Partial<AmazonSettings>;
}

/** The transport alone, for what no feed asks it to do. */
export async function createClient(respond: Responder, options: ClientOptions = {}): Promise<ClientWorld> {
  let issued = 0;
  const server = await serve((request, response) => {
    if (request.path !== LWA_PATH) return respond(request, response);
    if (options.login) return options.login(new URLSearchParams(request.body));
    issued += 1;
    return tokenReply(issued, options.tokenSeconds);
  });
  const clock = new VirtualClock();
  const facts: ExchangeFacts[] = [];
  const waits: AmazonWait[] = [];
  const logged: unknown[] = [];
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const settings = { ...settingsFor(server.url), ...options.settings };
  const http = new HttpClient({ clock, signal, connectTimeoutMs: 5_000 });
  closers.push(() => http.close());
  const common = {
    settings,
    secrets: SECRETS,
    sellerAccount: SELLER,
    userAgent: 'seller-ledger/0.0.0 (Language=TypeScript/7; Platform=test)',
    timeoutMs: 5_000,
    http,
    clock,
    randomness: evenChance,
    log: { write: (...entry: unknown[]) => void logged.push(entry) },
    onExchange: (exchange: ExchangeFacts) => void facts.push(exchange),
    onWait: (wait: AmazonWait) => void waits.push(wait),
    signal,
  };
  const cache = createTokenCache();
  const tokens = new LwaTokens({ ...common, cache, grant: { type: 'refresh' } });
  const ofClient = { type: 'client-credentials', scope: ROTATION_SCOPE } as const;
  const limiter = createRateLimiter({
    ...common,
    application: settings.clientId,
    region: settings.region,
    quotas: options.quotas ?? createMemoryQuotas(clock),
  });
  const isToken = (request: Received) => request.path === LWA_PATH;
  return {
    settings,
    tokens,
    clientTokens: new LwaTokens({ ...common, cache, grant: ofClient }),
    api: new SpApiClient({ ...common, endpoint: settings.endpoint, tokens, limiter }),
    clock,
    facts,
    waits,
    logged,
    asked: () => server.received.filter((request) => !isToken(request)),
    tokenRequests: () => server.received.filter(isToken),
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The problem the promise ends with; anything else fails the test. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const thrown = await promise.then(
    () => new Error('nothing was raised'),
    (error: unknown) => error,
  );
  if (isProblem(thrown)) return thrown;
  throw thrown;
}

export const REPORT_TYPE = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';
export const REPORTS = '/reports/2021-06-30/reports';
export const DOCUMENTS = '/reports/2021-06-30/documents/';

export function report(id: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    reportId: `R${id}`,
    reportType: REPORT_TYPE,
    createdTime: '2026-11-20T04:00:00+00:00',
    processingStatus: 'DONE',
    reportDocumentId: `amzn1.spdoc.${id}`,
    dataStartTime: '2026-11-05T00:00:00+00:00',
    dataEndTime: '2026-11-19T00:00:00+00:00',
    marketplaceIds: ['A1PA6795UKMFR9'],
    ...more,
  };
}

export const TOKEN_EXPIRED = {
  errors: [
    {
      code: 'Unauthorized',
      message: 'Access to requested resource is denied.',
      details: 'The access token you provided has expired.',
    },
  ],
};
export const THROTTLED = { errors: [{ code: 'QuotaExceeded', message: 'You exceeded your quota.', details: '' }] };
