import { type Clock, type Log, Problem, type Randomness } from '../core/index.ts';
import { abortable } from './abortable.ts';
import { type Backoff, jitteredDelayMs } from './backoff.ts';
import type { OnExchange, OnWait } from './exchange.ts';
import type { HttpAnswer, HttpClient, HttpLimits } from './http.ts';
import { readJson } from './read-json.ts';
import { redact, requestIdOf } from './redact.ts';
import type { AmazonSecrets, AmazonSettings } from './settings.ts';
import type { Token, TokenCache, TokenEntry, TokenFetch } from './token-cache.ts';
import { tokenAnswerSchema, tokenErrorSchema } from './wire.ts';

const renewEarlyMsMax = 120_000;
const renewEarlyShare = 0.2;
const tokenAnswerBytesMax = 64 * 1024;
const LWA_RETRY: Backoff = { attemptsMax: 4, baseMs: 1_000, capMs: 30_000 };

/** What a token is issued for. Amazon takes a refresh token or a scope, never both. */
export type LwaGrant =
  | { readonly type: 'refresh' }
  | { readonly type: 'client-credentials'; readonly scope: typeof ROTATION_SCOPE };

/** Of a token that needs no seller. It only shows whether client id and secret are right; nothing is rotated with it. */
export const ROTATION_SCOPE = 'sellingpartnerapi::client_credential:rotation';

export interface LwaTokensOptions {
  readonly settings: Pick<AmazonSettings, 'lwaUrl' | 'clientId'>;
  readonly secrets: AmazonSecrets;
  readonly grant: LwaGrant;
  readonly cache: TokenCache;
  readonly sellerAccount: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly onExchange: OnExchange;
  readonly onWait: OnWait;
  /** Ends requests and waits between tries. */
  readonly signal: AbortSignal;
  /** Default 4. */
  readonly attemptsMax?: number;
}

/**
 * The access token of one client and one refresh token, or of one scope. Fetched once however many ask for it at the same
 * time, in whatever connection that shares the cache, and kept until shortly before it expires: 120 s or a fifth of its
 * life, whichever is less. Asking again costs nothing at Amazon, because the refresh token does not change with use; that
 * is why a lost answer is simply asked for again.
 */
export class LwaTokens {
  readonly #options: LwaTokensOptions;
  readonly #entry: TokenEntry;

  constructor(options: LwaTokensOptions) {
    this.#options = options;
    const { settings, secrets, grant, cache } = options;
    this.#entry = cache.entryOf({ ...settings, grant: grant.type === 'refresh' ? secrets.refreshToken : grant.scope });
  }

  /**
   * A token to send now. Raises `AMAZON_LOGIN_REVOKED`, `AMAZON_CLIENT_REFUSED`, `AMAZON_LOGIN_REFUSED` (rejected: a
   * person has to act), `AMAZON_LOGIN_UNAVAILABLE` or `AMAZON_ANSWER_UNREADABLE` (unavailable).
   */
  async get(signal?: AbortSignal): Promise<string> {
    const { clock, signal: ownSignal } = this.#options;
    const entry = this.#entry;
    // Each further round is one more connection that was closed while it fetched.
    for (;;) {
      signal?.throwIfAborted();
      ownSignal.throwIfAborted();
      if (entry.token && clock.nowMs() < entry.token.renewAtMs) return entry.token.text;
      const fetching = entry.underWay ?? this.#startFetching();
      try {
        return (await abortable(fetching.promise, signal ?? ownSignal)).text;
      } catch (thrown) {
        const isOfOther = fetching.signal !== ownSignal && fetching.signal.aborted && !signal?.aborted;
        if (!isOfOther) throw thrown;
      }
    }
  }

  /** Forgets the token Amazon refused, unless it has been replaced since. Without an argument: whatever is kept. */
  discard(refused?: string): void {
    if (refused === undefined || this.#entry.token?.text === refused) this.#entry.token = undefined;
  }

  /** For keeping secrets out of what Amazon says. */
  secretTexts(): string[] {
    const { clientSecret, refreshToken } = this.#options.secrets;
    const { token } = this.#entry;
    return [clientSecret, refreshToken, ...(token ? [token.text] : [])];
  }

  #startFetching(): TokenFetch {
    const entry = this.#entry;
    const promise = this.#obtain().finally(() => {
      entry.underWay = undefined;
    });
    entry.underWay = { promise, signal: this.#options.signal };
    return entry.underWay;
  }

  async #obtain(): Promise<Token> {
    const { clock, log, onWait, randomness, signal, attemptsMax = LWA_RETRY.attemptsMax } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const sentMs = clock.nowMs();
      const answer = await this.#send(attempt);
      const reading = this.#read(answer, sentMs);
      if ('token' in reading) {
        this.#entry.token = reading.token;
        log.write('debug', 'amazon.token.issued', { sellerAccount: this.#options.sellerAccount });
        return reading.token;
      }
      if (attempt >= attemptsMax) {
        throw unavailable(reading.retryBecause, attempt, this.#options.settings.lwaUrl);
      }
      const delayMs = jitteredDelayMs(LWA_RETRY, attempt, randomness);
      const says = `Login with Amazon: ${reading.retryBecause}; asking again`;
      log.write('warn', 'amazon.token.retry', { attempt, delayMs });
      onWait({ operation: 'lwaToken', reason: 'retry', untilMs: clock.nowMs() + delayMs, says });
      await clock.sleep(delayMs, signal);
    }
  }

  async #send(attempt: number): Promise<HttpAnswer> {
    const { settings, secrets, grant, http, clock, userAgent, timeoutMs, sellerAccount, onExchange } = this.#options;
    const form = new URLSearchParams({
      ...(grant.type === 'refresh'
        ? { grant_type: 'refresh_token', refresh_token: secrets.refreshToken }
        : { grant_type: 'client_credentials', scope: grant.scope }),
      client_id: settings.clientId,
      client_secret: secrets.clientSecret,
    });
    const limits: HttpLimits = { timeoutMs, answerMsMax: 2 * timeoutMs, bytesMax: tokenAnswerBytesMax };
    const sentMs = clock.nowMs();
    const answer = await http.postForm(
      new URL(settings.lwaUrl),
      form,
      { accept: 'application/json', 'user-agent': userAgent },
      limits,
    );
    const head = answer.outcome === 'answered' ? answer : undefined;
    await onExchange({
      operation: 'lwaToken',
      sellerAccount,
      status: head?.status ?? null,
      amazonRequestId: head ? requestIdOf(head.headers) : null,
      durationMs: clock.nowMs() - sentMs,
      attempt,
    });
    return answer;
  }

  #read(answer: HttpAnswer, sentMs: number): { readonly token: Token } | { readonly retryBecause: string } {
    if (answer.outcome === 'lost') return { retryBecause: answer.reason };
    const { status, body } = answer;
    if (status >= 500 || status === 429) return { retryBecause: `it answered ${status}` };
    if (status === 200) {
      const reading = readJson(body, tokenAnswerSchema);
      if (!reading.ok) throw unreadable(status, reading.fault);
      const lifeMs = reading.value.expires_in * 1_000;
      const renewAtMs = sentMs + lifeMs - Math.min(renewEarlyMsMax, lifeMs * renewEarlyShare);
      return { token: { text: reading.value.access_token, renewAtMs } };
    }
    const reading = readJson(body, tokenErrorSchema);
    if (!reading.ok) throw unreadable(status, reading.fault);
    const { error, error_description } = reading.value;
    if (error === 'server_error' || error === 'temporarily_unavailable')
      return { retryBecause: `it answered ${error}` };
    const clean = (text: string) => redact(text, this.secretTexts());
    throw refused({ status, error: clean(error), description: clean(error_description ?? '') });
  }
}

/** Source of the codes: LWAExceptionErrorCode in Amazon's own client; only the two above may be asked again. */
function refused(answer: { status: number; error: string; description: string }): Problem {
  const error = answer.error.slice(0, 60);
  const facts = { kind: 'rejected', data: `${answer.status} ${error}: ${answer.description}` } as const;
  if (error === 'invalid_grant')
    return new Problem({
      ...facts,
      code: 'AMAZON_LOGIN_REVOKED',
      says: `Amazon no longer accepts the refresh token (${answer.status} invalid_grant): the authorisation was revoked or has expired, or the token belongs to another application.`,
      next: 'In Seller Central, as the primary user, authorise the application again (Apps and Services, Develop Apps) and store the new refresh token in the connection.',
    });
  if (error === 'invalid_client')
    return new Problem({
      ...facts,
      code: 'AMAZON_CLIENT_REFUSED',
      says: `Amazon does not accept the client id and client secret (${answer.status} invalid_client): the secret is wrong, or it was rotated or missed its rotation after 180 days.`,
      next: 'In Seller Central, Develop Apps, open the LWA credentials of the application, rotate the secret if it has expired, and store the current one in the connection. The refresh token stays valid.',
    });
  return new Problem({
    ...facts,
    code: 'AMAZON_LOGIN_REFUSED',
    says: `Login with Amazon refused to issue a token: ${answer.status} ${error}.`,
    next: 'Compare client id, client secret and refresh token of the connection with the application in Seller Central, Develop Apps.',
  });
}

function unavailable(reason: string, attempts: number, lwaUrl: string): Problem {
  const address = new URL(lwaUrl).origin;
  return new Problem({
    code: 'AMAZON_LOGIN_UNAVAILABLE',
    kind: 'unavailable',
    says: `Login with Amazon gave no token in ${attempts} tries; the last time ${reason}.`,
    next: `Sync again later. If it stays so, check that this machine reaches ${address}.`,
  });
}

function unreadable(status: number, fault: string): Problem {
  return new Problem({
    code: 'AMAZON_ANSWER_UNREADABLE',
    kind: 'unavailable',
    says: `Login with Amazon answered ${status} with a body that cannot be read: ${fault}.`,
    next: 'Check that lwaUrl is right and that no proxy answers in its place, then sync again.',
  });
}
