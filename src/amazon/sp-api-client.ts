import { type Clock, type Log, type Randomness, traced } from '../core/index.ts';
import { jitteredDelayMs, RETRY } from './backoff.ts';
import type { OnExchange, OnWait, SpApiOperation, SpApiPost } from './exchange.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import type { LwaTokens } from './lwa-tokens.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { isJson, type JsonReading } from './read-json.ts';
import { requestIdOf } from './redact.ts';
import type { SpApi, SpApiAnswer, SpApiPostRequest, SpApiRequest } from './sp-api.ts';
import {
  classifyRefusal,
  readErrors,
  refusalProblem,
  requestLostProblem,
  throttledProblem,
  unavailableProblem,
  unreadableProblem,
} from './sp-api-problems.ts';

/** The only two addresses of Amazon's interface to which this program sends anything but a GET. */
const POST_PATHS: Readonly<Record<SpApiPost, string>> = {
  createReport: '/reports/2021-06-30/reports',
  createRestrictedDataToken: '/tokens/2021-03-01/restrictedDataToken',
};

const answerBytesMaxDefault = 8 * 1024 * 1024;
/** 100 orders with their items, or 500 events with their breakdowns, can be larger. */
const ANSWER_BYTES_MAX: Readonly<Partial<Record<SpApiOperation, number>>> = {
  searchOrders: 32 * 1024 * 1024,
  listTransactions: 32 * 1024 * 1024,
};
/** How often an answer that is not JSON, from a gateway or a cut connection, is asked for in all. */
const noJsonMax = 3;

export interface SpApiClientOptions {
  readonly endpoint: string;
  readonly sellerAccount: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly http: HttpClient;
  readonly tokens: LwaTokens;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly onExchange: OnExchange;
  readonly onWait: OnWait;
  readonly signal: AbortSignal;
}

type Answered = HttpAnswer & { readonly outcome: 'answered' };

/** A request, without what it takes to send it. */
interface Call<T> {
  readonly operation: SpApiOperation;
  readonly attemptsMax: number;
  readonly marketplaceIds: readonly string[];
  readonly restrictedToken: string | undefined;
  /** It makes something at Amazon: without a readable answer nobody knows whether it did. */
  readonly isWrite: boolean;
  readonly successStatus: number;
  readonly read: (body: Uint8Array) => JsonReading<T>;
  readonly send: (headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>;
}

type Missing = { readonly missing: Answered };

/**
 * Speaks to the Selling Partner API. Keeps the usage plan; repeats reads after 429, 5xx, lost answers and answers that
 * are not JSON; repeats `createReport` only after 429, when it is certainly not done; renews an expired token once;
 * repeats nothing else.
 */
export class SpApiClient implements SpApi {
  readonly #options: SpApiClientOptions;
  #clockSkewMs: number | undefined;

  constructor(options: SpApiClientOptions) {
    this.#options = options;
  }

  /** How far this machine's clock is ahead of Amazon's, by the last answer that had a time. */
  get clockSkewMs(): number | undefined {
    return this.#clockSkewMs;
  }

  /**
   * Raises `AMAZON_ACCESS_DENIED`, `AMAZON_CLIENT_SECRET_EXPIRED`, `AMAZON_TOKEN_REFUSED`, `AMAZON_REQUEST_REFUSED`
   * (rejected), `AMAZON_THROTTLED`, `AMAZON_UNAVAILABLE`, `AMAZON_ANSWER_UNREADABLE` (unavailable), and what
   * `LwaTokens.get` raises.
   */
  async get<T>(request: SpApiRequest<T>): Promise<SpApiAnswer<T>> {
    const call = this.#toGet(request);
    const outcome = await this.#perform(call);
    if ('missing' in outcome) throw this.#refusalOf(call, outcome.missing);
    return outcome;
  }

  /** `undefined` for 404 in Amazon's own words; a page that something else answers in its place is a refusal. */
  async find<T>(request: SpApiRequest<T>): Promise<SpApiAnswer<T> | undefined> {
    const call = this.#toGet(request);
    const outcome = await this.#perform(call);
    if (!('missing' in outcome)) return outcome;
    const { body } = outcome.missing;
    if (body.byteLength > 0 && !isJson(body)) throw this.#refusalOf(call, outcome.missing);
    return undefined;
  }

  async post<T>(request: SpApiPostRequest<T>): Promise<SpApiAnswer<T>> {
    const { operation, body, read, attemptsMax = RETRY.attemptsMax } = request;
    const { endpoint, http } = this.#options;
    const isWrite = operation === 'createReport';
    const call: Call<T> = {
      operation,
      attemptsMax,
      marketplaceIds: marketplaceIdsIn(body),
      restrictedToken: undefined,
      isWrite,
      successStatus: isWrite ? 202 : 200,
      read,
      send: (headers) =>
        http.postJson(new URL(`${endpoint}${POST_PATHS[operation]}`), body, headers, this.#limitsOf(operation)),
    };
    const outcome = await this.#perform(call);
    if ('missing' in outcome) throw this.#refusalOf(call, outcome.missing);
    return outcome;
  }

  #toGet<T>(request: SpApiRequest<T>): Call<T> {
    const { operation, path, query = {}, read, attemptsMax = RETRY.attemptsMax, restrictedToken } = request;
    const text = Object.entries(query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    const url = new URL(`${this.#options.endpoint}${path}${text === '' ? '' : `?${text}`}`);
    const limits = this.#limitsOf(operation, request.answerBytesMax);
    return {
      operation,
      attemptsMax,
      marketplaceIds: (query.marketplaceIds ?? query.marketplaceId ?? '').split(',').filter((id) => id !== ''),
      restrictedToken,
      isWrite: false,
      successStatus: 200,
      read,
      send: (headers) => this.#options.http.get(url, headers, limits),
    };
  }

  #limitsOf(operation: SpApiOperation, bytesMax?: number) {
    const { timeoutMs } = this.#options;
    const bytesMaxOfIt = bytesMax ?? ANSWER_BYTES_MAX[operation] ?? answerBytesMaxDefault;
    return { timeoutMs, answerMsMax: 2 * timeoutMs, bytesMax: bytesMaxOfIt };
  }

  /** Until there is an answer that says something, or no more tries. A 404 is left to the caller. */
  async #perform<T>(call: Call<T>): Promise<SpApiAnswer<T> | Missing> {
    const { operation, attemptsMax } = call;
    const { limiter, tokens } = this.#options;
    let failures = 0;
    let noJson = 0;
    let hasRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const token = await this.#admit(call);
      const answer = await this.#send(call, token, attempt);
      if (answer.outcome === 'lost' || answer.status >= 500) {
        failures += 1;
        const reason = reasonOf(answer);
        if (call.isWrite) throw requestLostProblem(operation, reason);
        if (answer.outcome === 'lost' && answer.tooLargeStatus !== undefined)
          throw unreadableProblem(operation, answer.tooLargeStatus, reason);
        if (failures >= attemptsMax) throw unavailableProblem(operation, failures, reason);
        await this.#backOff(operation, failures, reason);
        continue;
      }
      await limiter.learnRate(operation, answer.headers['x-amzn-ratelimit-limit']);
      // It took too long to arrive, which does not say whether it arrived after all.
      if (call.isWrite && answer.status === 408) throw requestLostProblem(operation, reasonOf(answer));
      if (answer.status === 429) {
        failures += 1;
        await limiter.punish(operation, failures);
        if (failures >= attemptsMax) throw throttledProblem(operation, failures, requestIdOf(answer.headers));
        continue;
      }
      if (isExpired(answer) && !hasRenewed && call.restrictedToken === undefined) {
        hasRenewed = true;
        tokens.discard(token);
        continue;
      }
      if (answer.status === 404) return { missing: answer };
      if (answer.status >= 400) throw this.#refusalOf(call, answer, token);
      const reading = readAnswer(call, answer);
      if (reading.ok) return { value: reading.value, date: answer.headers.date };
      if (call.isWrite) throw requestLostProblem(operation, `${reasonOf(answer)}, but ${reading.fault}`);
      noJson += 1;
      const isWorthAsking = answer.status === call.successStatus && !isJson(answer.body);
      if (!isWorthAsking || noJson >= Math.min(noJsonMax, attemptsMax))
        throw unreadableProblem(operation, answer.status, withRequestId(reading.fault, answer));
      await this.#backOff(operation, noJson, reading.fault);
    }
  }

  /** A token to send, once the usage plan allows. The token comes first, so that no login sits between the two. */
  async #admit(call: { operation: SpApiOperation; restrictedToken: string | undefined }): Promise<string> {
    const { limiter, tokens, signal } = this.#options;
    if (call.restrictedToken === undefined) await tokens.get(signal);
    await limiter.acquire(call.operation, signal);
    return call.restrictedToken ?? tokens.get(signal);
  }

  async #send<T>(call: Call<T>, token: string, attempt: number): Promise<HttpAnswer> {
    const { sellerAccount, userAgent, clock, onExchange } = this.#options;
    const sentMs = clock.nowMs();
    const answer = await call.send({
      accept: 'application/json',
      'user-agent': userAgent,
      'x-amz-access-token': token,
      'x-amz-date': formatAmzDate(sentMs),
    });
    const head = answer.outcome === 'answered' ? answer : undefined;
    const amazonMs = Date.parse(head?.headers.date ?? '');
    if (!Number.isNaN(amazonMs)) this.#clockSkewMs = clock.nowMs() - amazonMs;
    await onExchange({
      operation: call.operation,
      sellerAccount,
      ...(call.marketplaceIds.length > 0 && { marketplaceIds: call.marketplaceIds }),
      status: head?.status ?? null,
      amazonRequestId: head ? requestIdOf(head.headers) : null,
      durationMs: clock.nowMs() - sentMs,
      attempt,
    });
    return answer;
  }

  async #backOff(operation: SpApiOperation, failures: number, reason: string): Promise<void> {
    const { clock, randomness, log, onWait, signal } = this.#options;
    const delayMs = jitteredDelayMs(RETRY, failures, randomness);
    log.write('warn', 'amazon.retry', { operation, failures, reason, delayMs });
    if (delayMs === 0) return;
    onWait({
      operation,
      reason: 'retry',
      untilMs: clock.nowMs() + delayMs,
      says: `Amazon did not answer ${operation} (${reason}); asking again`,
    });
    await traced('amazon.wait', { operation, reason: 'retry' }, () => clock.sleep(delayMs, signal));
  }

  #refusalOf<T>(call: Call<T>, answer: Answered, token?: string) {
    const { operation, restrictedToken } = call;
    return refusalProblem({
      operation,
      status: answer.status,
      errors: readErrors(answer.body),
      amazonRequestId: requestIdOf(answer.headers),
      secrets: [...this.#options.tokens.secretTexts(), token ?? '', restrictedToken ?? ''],
      isRestricted: restrictedToken !== undefined,
    });
  }
}

function readAnswer<T>(call: Call<T>, answer: Answered): JsonReading<T> {
  if (answer.status === call.successStatus) return call.read(answer.body);
  return { ok: false, fault: `only ${call.successStatus} is documented, redirects are not followed` };
}

function isExpired(answer: Answered): boolean {
  return answer.status === 403 && classifyRefusal(readErrors(answer.body)) === 'token-expired';
}

function reasonOf(answer: HttpAnswer): string {
  if (answer.outcome === 'lost') return answer.reason;
  return withRequestId(`status ${answer.status}`, answer);
}

function withRequestId(says: string, answer: Answered): string {
  const id = requestIdOf(answer.headers);
  return id === null ? says : `${says}, request ${id}`;
}

/** For the audit log: those a body names, whatever else it is. */
function marketplaceIdsIn(body: unknown): readonly string[] {
  const ids = (body as { marketplaceIds?: unknown } | null)?.marketplaceIds;
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

/** `20261123T231300Z`. */
function formatAmzDate(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
}
