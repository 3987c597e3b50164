import { assert, type Clock, type Log, type Randomness } from '../core/index.ts';
import { jitteredDelayMs, RETRY } from './backoff.ts';
import type { OnExchange, OnWait, SpApiOperation } from './exchange.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import type { LwaTokens } from './lwa-tokens.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { SpApi, SpApiAnswer, SpApiPostRequest, SpApiRequest } from './sp-api.ts';
import {
  classifyRefusal,
  readErrors,
  refusalProblem,
  throttledProblem,
  unavailableProblem,
  unreadableProblem,
} from './sp-api-problems.ts';

/** Amazon's largest answers here, 100 reports, have some 60 kB. */
const answerBytesMax = 8 * 1024 * 1024;

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

/**
 * Reads from the Selling Partner API. Keeps the usage plan; repeats after 429, 5xx and lost answers, because a read
 * may be repeated; renews an expired token once; repeats nothing else.
 */
export class SpApiClient implements SpApi {
  readonly #options: SpApiClientOptions;

  constructor(options: SpApiClientOptions) {
    this.#options = options;
  }

  /**
   * Raises `AMAZON_ACCESS_DENIED`, `AMAZON_CLIENT_SECRET_EXPIRED`, `AMAZON_TOKEN_REFUSED`, `AMAZON_REQUEST_REFUSED`
   * (rejected), `AMAZON_THROTTLED`, `AMAZON_UNAVAILABLE`, `AMAZON_ANSWER_UNREADABLE` (unavailable), and what
   * `LwaTokens.get` raises.
   */
  async get<T>(request: SpApiRequest<T>): Promise<SpApiAnswer<T>> {
    const { operation, attemptsMax = RETRY.attemptsMax } = request;
    const { limiter, tokens, signal } = this.#options;
    let failures = 0;
    let hasRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      await limiter.acquire(operation, signal);
      const token = await tokens.get(signal);
      const answer = await this.#send(request, token, attempt);
      if (answer.outcome === 'lost' || answer.status >= 500) {
        failures += 1;
        const reason = answer.outcome === 'lost' ? answer.reason : `status ${answer.status}`;
        await this.#backOff({ operation, failures, attemptsMax, reason });
        continue;
      }
      await limiter.learnRate(operation, answer.headers['x-amzn-ratelimit-limit']);
      if (answer.status === 429) {
        failures += 1;
        await limiter.punish(operation, failures);
        if (failures >= attemptsMax) throw throttledProblem(operation, failures);
        continue;
      }
      const isExpired = answer.status === 403 && classifyRefusal(readErrors(answer.body)) === 'token-expired';
      if (!isExpired || hasRenewed) return this.#read(request, answer, token);
      hasRenewed = true;
      tokens.discard(token);
    }
  }

  find<T>(_request: SpApiRequest<T>): Promise<SpApiAnswer<T> | undefined> {
    return assert(false, 'not built yet') as never;
  }

  post<T>(_request: SpApiPostRequest<T>): Promise<SpApiAnswer<T>> {
    return assert(false, 'not built yet') as never;
  }

  async #send<T>(request: SpApiRequest<T>, token: string, attempt: number): Promise<HttpAnswer> {
    const { endpoint, sellerAccount, userAgent, timeoutMs, http, clock, onExchange } = this.#options;
    const query = Object.entries(request.query ?? {})
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    const url = new URL(`${endpoint}${request.path}${query === '' ? '' : `?${query}`}`);
    const sentMs = clock.nowMs();
    const answer = await http.get(
      url,
      {
        accept: 'application/json',
        'user-agent': userAgent,
        'x-amz-access-token': token,
        'x-amz-date': formatAmzDate(sentMs),
      },
      { timeoutMs, answerMsMax: 2 * timeoutMs, bytesMax: answerBytesMax },
    );
    const head = answer.outcome === 'answered' ? answer : undefined;
    await onExchange({
      operation: request.operation,
      sellerAccount,
      status: head?.status ?? null,
      amazonRequestId: head?.headers['x-amzn-requestid'] ?? null,
      durationMs: clock.nowMs() - sentMs,
      attempt,
    });
    return answer;
  }

  async #backOff(failure: {
    operation: SpApiOperation;
    failures: number;
    attemptsMax: number;
    reason: string;
  }): Promise<void> {
    const { operation, failures, attemptsMax, reason } = failure;
    const { clock, randomness, log, onWait, signal } = this.#options;
    if (failures >= attemptsMax) throw unavailableProblem(operation, failures, reason);
    const delayMs = jitteredDelayMs(RETRY, failures, randomness);
    log.write('warn', 'amazon.retry', { operation, failures, reason, delayMs });
    onWait({
      operation,
      reason: 'retry',
      untilMs: clock.nowMs() + delayMs,
      says: `Amazon did not answer ${operation} (${reason}); asking again`,
    });
    await clock.sleep(delayMs, signal);
  }

  #read<T>(request: SpApiRequest<T>, answer: HttpAnswer & { outcome: 'answered' }, token: string): SpApiAnswer<T> {
    const { operation } = request;
    const { status, headers, body } = answer;
    if (status >= 400) {
      const amazonRequestId = headers['x-amzn-requestid'] ?? null;
      const secrets = [...this.#options.tokens.secretTexts(), token];
      throw refusalProblem({ operation, status, errors: readErrors(body), amazonRequestId, secrets });
    }
    if (status !== 200)
      throw unreadableProblem(operation, status, 'only 200 is documented, redirects are not followed');
    const reading = request.read(body);
    if (!reading.ok) throw unreadableProblem(operation, status, reading.fault);
    return { value: reading.value, date: headers.date };
  }
}

/** `20261123T231300Z`. */
function formatAmzDate(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
}
