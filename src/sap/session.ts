import type { ExchangeRecord } from '../app/index.ts';
import { type Clock, isProblem, type Log } from '../core/index.ts';
import { htmlProblem, isHtml, networkProblem, readProblem } from './answer-problem.ts';
import type { Credential, LogOn } from './credential.ts';
import type { HttpAnswer, HttpLost, HttpRequest, HttpResult, SapHttp } from './http.ts';
import type { Redactor } from './redact.ts';
import { logRemarks } from './sap-message.ts';
import { SapProblem } from './sap-problem.ts';
import type { SapSecrets, SapSettings } from './settings.ts';
import { ITEM_CUBE_SERVICE, serviceRoot } from './wire.ts';

/** SAP ends an idle security session after about 30 minutes; a token is renewed well before. */
const TOKEN_AGE_MS_MAX = 20 * 60_000;
const COOKIES_MAX = 50;
/** To these a GET gets the same answer as a HEAD; asking again would only add load. */
const NOT_ASKED_AGAIN = new Set([401, 429, 503]);

/** The write got no further than its preparation, or SAP refused its session token: certainly nothing was booked. */
export interface NotWritten {
  readonly kind: 'not-written';
  readonly problem: SapProblem;
  /** Of the refused write; `null` when none was sent. */
  readonly record: ExchangeRecord | null;
}

export interface Written {
  readonly kind: 'written';
  readonly answer: HttpAnswer | HttpLost;
  /** With status 401: the access token had worked before, so a new one may help. */
  readonly mayRenew: boolean;
}

/**
 * The one way to SAP. Holds, for this connection, SAP's cookies and the token (CSRF) that SAP wants with every write.
 */
export interface SapSession {
  /** One GET, not repeated. The answer has status 2xx and is not a web page; everything else is raised as a problem. */
  read(request: { url: string }): Promise<HttpAnswer>;
  /** Sends once; a second time only when SAP refused the session token, which changes nothing. */
  write(request: {
    /** Default `POST`. */
    method?: 'POST' | 'PATCH' | undefined;
    url: string;
    headers: Readonly<Record<string, string>>;
    body: string;
    signal?: AbortSignal | undefined;
    /** The write does not leave after this moment: then it is `not-written`. */
    leaveByMs?: number | undefined;
  }): Promise<NotWritten | Written>;
  /** Makes sure that there is a session token, for a connection test. Says whether SAP asks for one. */
  prepare(): Promise<{ readonly hasToken: boolean }>;
}

interface State {
  readonly cookies: Map<string, string>;
  /** Resolves to the token; `null` where SAP gives none because it has no such protection. Absent: not fetched. */
  token: Promise<string | null> | null;
  fetchedAtMs: number;
}

interface SessionInput {
  readonly settings: SapSettings;
  readonly secrets: SapSecrets;
  readonly http: SapHttp;
  readonly credential: Credential;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
}

type WriteRequest = Parameters<SapSession['write']>[0];
type Sent = { readonly result: HttpResult; readonly mayRenew: boolean };

export function createSapSession(input: SessionInput): SapSession {
  return new Session(input);
}

class Session implements SapSession {
  readonly #input: SessionInput;
  readonly #homeOrigin: string;
  #state: State = newState();

  constructor(input: SessionInput) {
    this.#input = input;
    this.#homeOrigin = new URL(input.settings.baseUrl).origin;
  }

  async read(request: Parameters<SapSession['read']>[0]): Promise<HttpAnswer> {
    const { clock, log, settings } = this.#input;
    const { result, mayRenew } = await this.#send(this.#currentState(), {
      purpose: 'read',
      method: 'GET',
      url: request.url,
      headers: { accept: 'application/json' },
      timeoutMs: settings.readTimeoutMs,
    });
    if (result.kind !== 'answered') throw networkProblem(result);
    if (result.status < 200 || result.status > 299) throw readProblem(result, { mayRenew, nowMs: clock.nowMs() });
    if (isHtml(result)) throw htmlProblem(result, clock.nowMs());
    logRemarks(log, result);
    return result;
  }

  async write(request: WriteRequest): Promise<NotWritten | Written> {
    let refused: HttpAnswer | null = null;
    // Twice at most: a write whose session token SAP refuses was not looked at, so repeating it cannot book twice.
    for (let round = 0; round < 2; round += 1) {
      const used = this.#currentState();
      let sent: Sent;
      try {
        sent = await this.#writeOnce(request, used);
      } catch (error) {
        // What throws here is the log-on or the token fetch, before the write itself was sent.
        if (!isProblem(error)) throw error;
        const problem = error instanceof SapProblem ? error : new SapProblem(error.toJSON());
        return { kind: 'not-written', problem, record: refused?.record ?? null };
      }
      const { result, mayRenew } = sent;
      if (result.kind === 'not-sent') {
        return { kind: 'not-written', problem: networkProblem(result), record: result.record };
      }
      if (result.kind === 'lost' || !isTokenRefusal(result)) return { kind: 'written', answer: result, mayRenew };
      this.#drop(used);
      refused = result;
    }
    return { kind: 'not-written', problem: tokenRefusedTwice(), record: refused?.record ?? null };
  }

  async prepare(): Promise<{ readonly hasToken: boolean }> {
    return { hasToken: (await this.#sharedToken(this.#currentState())) !== null };
  }

  /** Only the state that was refused is dropped: of many parallel writes the first drops it, the others find a new one. */
  #drop(refused: State): void {
    if (this.#state === refused) this.#state = newState();
  }

  #currentState(): State {
    const { token, fetchedAtMs } = this.#state;
    if (token !== null && this.#input.clock.nowMs() - fetchedAtMs >= TOKEN_AGE_MS_MAX) this.#drop(this.#state);
    return this.#state;
  }

  async #writeOnce(request: WriteRequest, used: State): Promise<Sent> {
    // A session token is only good for the host that gave it; the journal entry service may live on another one.
    const token = this.#isHome(request.url) ? await this.#sharedToken(used) : null;
    return this.#send(used, {
      ...request,
      purpose: 'post',
      method: request.method ?? 'POST',
      headers: { ...request.headers, ...(token !== null && { 'x-csrf-token': token }) },
      timeoutMs: this.#input.settings.requestTimeoutMs,
    });
  }

  /** However many writes wait, one fetch is in flight. A failed one is forgotten, so that the next write tries again. */
  #sharedToken(used: State): Promise<string | null> {
    if (used.token === null) {
      used.fetchedAtMs = this.#input.clock.nowMs();
      used.token = this.#fetchToken(used).catch((error: unknown) => {
        used.token = null;
        throw error;
      });
    }
    return used.token;
  }

  /** HEAD first because it is cheap; GET where HEAD is refused or gives no token. */
  async #fetchToken(used: State): Promise<string | null> {
    const { clock, log, redactor, settings } = this.#input;
    const fetchBy = (method: 'HEAD' | 'GET') =>
      this.#send(used, {
        purpose: 'csrf',
        method,
        url: serviceRoot(settings.baseUrl, ITEM_CUBE_SERVICE),
        headers: { 'x-csrf-token': 'Fetch', accept: 'application/json' },
        timeoutMs: settings.readTimeoutMs,
      });
    let { result, mayRenew } = await fetchBy('HEAD');
    if (result.kind === 'answered' && tokenOf(result) === null && !NOT_ASKED_AGAIN.has(result.status)) {
      ({ result, mayRenew } = await fetchBy('GET'));
    }
    if (result.kind !== 'answered') throw networkProblem(result);
    const token = tokenOf(result);
    if (token !== null) {
      redactor.learn(token);
      return token;
    }
    if (result.status < 200 || result.status > 299) throw readProblem(result, { mayRenew, nowMs: clock.nowMs() });
    if (isHtml(result)) throw htmlProblem(result, clock.nowMs());
    log.write('info', 'sap.no-csrf-protection');
    return null;
  }

  /** Sends with log-on and cookies, and keeps what the answer says about both. */
  async #send(used: State, request: HttpRequest): Promise<Sent> {
    const { credential, http, redactor } = this.#input;
    const logOn = await credential.logOn();
    const isHome = this.#isHome(request.url);
    const headers = { ...this.#headersFor(isHome ? used.cookies : new Map(), logOn), ...request.headers };
    const result = await http.send({ ...request, headers });
    if (result.kind !== 'answered') return { result, mayRenew: false };
    if (isHome) keepCookies(used.cookies, result.setCookies, redactor);
    if (result.status !== 401) {
      logOn.accepted();
      return { result, mayRenew: false };
    }
    this.#drop(used);
    return { result, mayRenew: logOn.refused() };
  }

  /** Cookies go back only to the host that set them. */
  #isHome(url: string): boolean {
    return new URL(url).origin === this.#homeOrigin;
  }

  #headersFor(cookies: ReadonlyMap<string, string>, logOn: LogOn): Record<string, string> {
    const { secrets, settings } = this.#input;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return {
      ...logOn.headers,
      ...settings.extraHeaders,
      ...secrets.headers,
      'accept-language': settings.language.toLowerCase(),
      'sap-language': settings.language,
      ...(settings.client !== undefined && { 'sap-client': settings.client }),
      ...(logOn.authorization !== null && { authorization: logOn.authorization }),
      ...(cookie !== '' && { cookie }),
    };
  }
}

function newState(): State {
  return { cookies: new Map(), token: null, fetchedAtMs: 0 };
}

function tokenOf(answer: HttpAnswer): string | null {
  const token = answer.headers['x-csrf-token']?.trim();
  if (answer.status < 200 || answer.status > 299 || !token) return null;
  return /^(required|fetch)$/i.test(token) ? null : token;
}

/** Only this header tells a stale session token from a missing authorisation; both are status 403. */
function isTokenRefusal(answer: HttpAnswer): boolean {
  return answer.status === 403 && answer.headers['x-csrf-token']?.trim().toLowerCase() === 'required';
}

function tokenRefusedTwice(): SapProblem {
  return new SapProblem({
    code: 'SAP_SESSION_REFUSED',
    kind: 'unavailable',
    says: 'SAP refused its own session token twice in a row (HTTP 403, x-csrf-token: Required); nothing was booked.',
    next: 'It is tried again. If it lasts, check that no proxy before SAP drops cookies or spreads one session over several hosts.',
    data: 'HTTP 403',
  });
}

/** Every cookie is kept and returned whatever its name: the names differ between SAP systems. */
function keepCookies(cookies: Map<string, string>, setCookies: readonly string[], redactor: Redactor): void {
  for (const line of setCookies) {
    const [pair = '', ...attributes] = line.split(';');
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    if (equals < 1 || name === '') continue;
    if (attributes.some((attribute) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(attribute))) {
      cookies.delete(name);
      continue;
    }
    if (!cookies.has(name) && cookies.size >= COOKIES_MAX) continue;
    cookies.set(name, value);
    redactor.learn(value);
  }
}
