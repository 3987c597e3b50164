import type { ExchangeRecord } from '../app/index.ts';
import { type Clock, isProblem, type Log } from '../core/index.ts';
import { htmlProblem, isHtml, type LogOnRefusal, networkProblem, readProblem } from './answer-problem.ts';
import { type CarriedCookies, CookieJar } from './cookie-jar.ts';
import type { Credential, LogOn } from './credential.ts';
import type { HttpAnswer, HttpLost, HttpRequest, HttpResult, SapHttp } from './http.ts';
import type { Redactor } from './redact.ts';
import { logRemarks } from './sap-message.ts';
import { SapProblem } from './sap-problem.ts';
import type { SapSecrets, SapSettings } from './settings.ts';
import { ITEM_CUBE_SERVICE, serviceOf, serviceRoot } from './wire.ts';

/** SAP ends an idle security session after about 30 minutes; a token is renewed well before. */
const TOKEN_AGE_MS_MAX = 20 * 60_000;
/** To these a GET gets the same answer as a HEAD, and another address too; asking again would only add load. */
const NOT_ASKED_AGAIN = new Set([401, 429, 503]);
/** These may come from whoever stands before SAP, so they do not show that SAP took the log-on. */
const BEFORE_LOG_ON = new Set([401, 404, 407, 408, 413, 429, 431, 502, 503, 504]);

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
  /** With status 401: what about the log-on was refused. */
  readonly refusal: LogOnRefusal;
}

/**
 * The one way to SAP. Holds, for this connection and each host, SAP's cookies and the token (CSRF) that SAP wants with a
 * write; one token serves every service of a host.
 */
export interface SapSession {
  /** One GET, not repeated. The answer has status 2xx and is not a web page; everything else is raised as a problem. */
  read(request: { url: string }): Promise<HttpAnswer>;
  /** Sends once; a second time only when SAP refused the session token, which changes nothing. */
  write(request: {
    /** Default `POST`. */
    method?: 'POST' | 'PATCH' | undefined;
    url: string;
    /**
     * Root of the OData service written to: such a service always wants a session token, which is fetched here unless one
     * is held. Without it (SOAP) one is fetched only from a host that has asked for one before.
     */
    tokenUrl?: string | undefined;
    headers: Readonly<Record<string, string>>;
    body: string;
    signal?: AbortSignal | undefined;
    /** The write does not leave after this moment: then it is `not-written`. */
    leaveByMs?: number | undefined;
  }): Promise<NotWritten | Written>;
  /** One GET, whatever SAP answers to it, for a connection test. Only an answer that did not come is raised. */
  probe(request: { url: string }): Promise<{ readonly answer: HttpAnswer; readonly refusal: LogOnRefusal }>;
  /**
   * Makes sure that this user may read the item cube, in which postings are found again. Asks once in each session, with
   * the question that also fetches the session token; says whether SAP gave one. Raises problems as `read` does.
   */
  prepare(): Promise<{ readonly hasToken: boolean }>;
}

/** What is known of one host. */
interface State {
  readonly origin: string;
  readonly jar: CookieJar;
  /** `null` where SAP gives none because it has no such protection. `undefined`: not fetched. */
  token: string | null | undefined;
  fetchedAtMs: number;
  /** Fetches that are under way or wait for one, by where they ask. */
  readonly fetches: Map<string, Promise<string | null>>;
  /** Ends when the last of them does. One at a time, because a token is good only with the cookies that came with it. */
  lastFetch: Promise<unknown>;
  isItemCubeReadable: boolean;
}

/** Where a session token may be fetched. */
interface TokenPlace {
  readonly url: string;
  /** A SOAP service takes no question; whatever it answers, a token may come along. */
  readonly isSoap: boolean;
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
type Sent = { readonly result: HttpResult; readonly refusal: LogOnRefusal };

export function createSapSession(input: SessionInput): SapSession {
  return new Session(input);
}

class Session implements SapSession {
  readonly #input: SessionInput;
  readonly #itemCube: string;
  readonly #states = new Map<string, State>();
  /** Hosts that refused a write for want of a token; from then on it is fetched before. */
  readonly #wanting = new Set<string>();

  constructor(input: SessionInput) {
    this.#input = input;
    this.#itemCube = serviceRoot(input.settings.baseUrl, ITEM_CUBE_SERVICE);
  }

  async read(request: Parameters<SapSession['read']>[0]): Promise<HttpAnswer> {
    const { clock, log } = this.#input;
    const { answer: result, refusal } = await this.probe(request);
    if (result.status < 200 || result.status > 299) throw readProblem(result, { refusal, nowMs: clock.nowMs() });
    if (isHtml(result)) throw htmlProblem(result, clock.nowMs());
    logRemarks(log, result);
    return result;
  }

  async probe(request: { url: string }): Promise<{ answer: HttpAnswer; refusal: LogOnRefusal }> {
    const { result, refusal } = await this.#send(this.#stateOf(request.url), {
      purpose: 'read',
      method: 'GET',
      url: request.url,
      headers: { accept: 'application/json' },
      timeoutMs: this.#input.settings.readTimeoutMs,
    });
    if (result.kind !== 'answered') throw networkProblem(result);
    return { answer: result, refusal };
  }

  async write(request: WriteRequest): Promise<NotWritten | Written> {
    let refused: HttpAnswer | null = null;
    // Twice at most: a write whose session token SAP refuses was not looked at, so repeating it cannot book twice.
    for (let round = 0; round < 2; round += 1) {
      const used = this.#stateOf(request.url);
      let sent: Sent;
      try {
        sent = await this.#writeOnce(request, used);
      } catch (error) {
        // What throws here is the log-on or the token fetch, before the write itself was sent.
        if (!isProblem(error)) throw error;
        const problem = error instanceof SapProblem ? error : new SapProblem(error.toJSON());
        return { kind: 'not-written', problem, record: refused?.record ?? null };
      }
      const { result, refusal } = sent;
      if (result.kind === 'not-sent') {
        return { kind: 'not-written', problem: networkProblem(result), record: result.record };
      }
      if (result.kind === 'lost' || !isTokenRefusal(result)) return { kind: 'written', answer: result, refusal };
      this.#wanting.add(used.origin);
      // That the item cube can be read has nothing to do with the token.
      this.#drop(used, { isItemCubeReadable: used.isItemCubeReadable });
      refused = result;
    }
    return { kind: 'not-written', problem: tokenRefusedTwice(), record: refused?.record ?? null };
  }

  async prepare(): Promise<{ readonly hasToken: boolean }> {
    const used = this.#stateOf(this.#itemCube);
    if (!used.isItemCubeReadable) await this.#readItemCube(used);
    return { hasToken: typeof used.token === 'string' };
  }

  /** Only the state that was refused is dropped: of many parallel writes the first drops it, the others find a new one. */
  #drop(refused: State, kept: Partial<State> = {}): void {
    if (this.#states.get(refused.origin) !== refused) return;
    this.#states.set(refused.origin, { ...this.#newState(refused.origin), ...kept });
  }

  #newState(origin: string): State {
    return {
      origin,
      jar: new CookieJar(this.#input.redactor),
      token: undefined,
      fetchedAtMs: 0,
      fetches: new Map(),
      lastFetch: Promise.resolve(),
      isItemCubeReadable: false,
    };
  }

  /** Cookies and tokens go back only to the host that gave them. */
  #stateOf(url: string): State {
    const { origin } = new URL(url);
    const known = this.#states.get(origin);
    if (known?.token !== undefined && this.#input.clock.nowMs() - known.fetchedAtMs >= TOKEN_AGE_MS_MAX) {
      this.#drop(known);
    }
    const state = this.#states.get(origin) ?? this.#newState(origin);
    this.#states.set(origin, state);
    return state;
  }

  async #writeOnce({ tokenUrl, ...request }: WriteRequest, used: State): Promise<Sent> {
    const isWanted = tokenUrl !== undefined || this.#wanting.has(used.origin);
    const token = used.token ?? (isWanted ? await this.#tokenFrom(used, this.#placesFor(request.url, tokenUrl)) : null);
    return this.#send(used, {
      ...request,
      purpose: 'post',
      method: request.method ?? 'POST',
      headers: { ...request.headers, ...(token !== null && { 'x-csrf-token': token }) },
      timeoutMs: this.#input.settings.requestTimeoutMs,
    });
  }

  /** The service written to itself: the user may be allowed to use no other. */
  #placesFor(url: string, tokenUrl: string | undefined): readonly TokenPlace[] {
    if (tokenUrl !== undefined) return [{ url: tokenUrl, isSoap: false }];
    const isHome = new URL(url).origin === new URL(this.#itemCube).origin;
    return [{ url, isSoap: true }, ...(isHome ? [{ url: this.#itemCube, isSoap: false }] : [])];
  }

  /** However many writes to a service wait, one fetch is in flight. A failed one is forgotten: the next write tries again. */
  async #tokenFrom(used: State, places: readonly TokenPlace[]): Promise<string | null> {
    if (used.token !== undefined) return used.token;
    return this.#inTurn(used, places[0]?.url ?? '', async () => {
      // Whoever was before us may have fetched it; what they were refused says nothing about our service.
      if (used.token !== undefined) return used.token;
      return this.#fetchToken(used, places);
    });
  }

  async #readItemCube(used: State): Promise<void> {
    await this.#inTurn(used, 'item cube', async () => {
      const token = await this.#fetchToken(used, [{ url: this.#itemCube, isSoap: false }]);
      used.isItemCubeReadable = true;
      return token;
    });
  }

  #inTurn(used: State, name: string, fetchIt: () => Promise<string | null>): Promise<string | null> {
    const underWay = used.fetches.get(name);
    if (underWay) return underWay;
    const fetched = used.lastFetch.then(fetchIt).finally(() => used.fetches.delete(name));
    used.fetches.set(name, fetched);
    used.lastFetch = fetched.catch(() => {});
    return fetched;
  }

  /** From the first place that gives one. */
  async #fetchToken(used: State, places: readonly TokenPlace[]): Promise<string | null> {
    const { clock, log, redactor } = this.#input;
    const startedMs = clock.nowMs();
    const keep = (token: string | null) => {
      // A service that gives none does not void the one that another service of this host gave.
      if (token === null && typeof used.token === 'string') return used.token;
      if (token === null) log.write('info', 'sap.no-csrf-protection');
      else redactor.learn(token, 'session');
      used.token = token;
      used.fetchedAtMs = startedMs;
      return token;
    };
    for (const place of places) {
      const { answer, refusal } = await this.#askForToken(used, place);
      const token = tokenOf(answer, place);
      if (token !== null) return keep(token);
      const nowMs = clock.nowMs();
      if (NOT_ASKED_AGAIN.has(answer.status)) throw readProblem(answer, { refusal, nowMs });
      if (place.isSoap) continue;
      if (answer.status < 200 || answer.status > 299) throw readProblem(answer, { refusal, nowMs });
      if (isHtml(answer)) throw htmlProblem(answer, nowMs);
      return keep(null);
    }
    throw tokenNotGiven();
  }

  /** HEAD first because it is cheap; GET where HEAD is refused or gives no token. */
  async #askForToken(used: State, place: TokenPlace): Promise<{ answer: HttpAnswer; refusal: LogOnRefusal }> {
    const fetchBy = (method: 'HEAD' | 'GET') =>
      this.#send(used, {
        purpose: 'csrf',
        method,
        url: place.url,
        headers: { 'x-csrf-token': 'Fetch', accept: 'application/json' },
        timeoutMs: this.#input.settings.readTimeoutMs,
      });
    let { result, refusal } = await fetchBy('HEAD');
    const isWithout = result.kind === 'answered' && tokenOf(result, place) === null;
    if (isWithout && result.kind === 'answered' && !NOT_ASKED_AGAIN.has(result.status)) {
      ({ result, refusal } = await fetchBy('GET'));
    }
    if (result.kind !== 'answered') throw networkProblem(result);
    return { answer: result, refusal };
  }

  /** Sends with log-on and cookies, and keeps what the answer says about both. */
  async #send(used: State, request: HttpRequest): Promise<Sent> {
    const logOn = await this.#input.credential.logOn();
    const result = await this.#sendAs(logOn, used, request);
    if (result.kind !== 'answered' || result.status !== 401) return { result, refusal: 'refused' };
    return { result, refusal: await this.#judgeRefusal(logOn, used, request.url) };
  }

  async #sendAs(logOn: LogOn, used: State, request: HttpRequest): Promise<HttpResult> {
    const carried = used.jar.carry();
    const headers = { ...this.#headersFor(carried, logOn), ...request.headers };
    const result = await this.#input.http.send({ ...request, headers });
    if (result.kind !== 'answered') return result;
    used.jar.keep(result.setCookies, carried, request.purpose === 'csrf');
    if (isPastLogOn(result)) logOn.accepted(serviceOf(request.url));
    return result;
  }

  /**
   * Why a service answered 401. A token that it never took may have run out, or the service takes no token at all, which the
   * journal entry service is free to do; the item cube, asked with the same token, tells one from the other.
   */
  async #judgeRefusal(logOn: LogOn, used: State, url: string): Promise<LogOnRefusal> {
    const service = serviceOf(url);
    const isDoubtful = logOn.isToken && !logOn.takers.has(service) && service !== serviceOf(this.#itemCube);
    if (isDoubtful && (await this.#isTaken(logOn))) return 'not-by-token';
    const hadWorked = logOn.takers.size > 0;
    logOn.drop();
    this.#drop(used);
    return hadWorked ? 'expired' : 'refused';
  }

  async #isTaken(logOn: LogOn): Promise<boolean> {
    // Asked without cookies: those of a session would stand for a token that ran out.
    const result = await this.#sendAs(logOn, this.#newState(new URL(this.#itemCube).origin), {
      purpose: 'read',
      method: 'HEAD',
      url: this.#itemCube,
      headers: { accept: 'application/json' },
      timeoutMs: this.#input.settings.readTimeoutMs,
    });
    return result.kind === 'answered' && isPastLogOn(result);
  }

  #headersFor({ cookies }: CarriedCookies, logOn: LogOn): Record<string, string> {
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

/** SAP itself looked at the request, so it took the log-on. */
function isPastLogOn({ status }: HttpAnswer): boolean {
  return !(status >= 300 && status < 400) && !BEFORE_LOG_ON.has(status);
}

function tokenOf(answer: HttpAnswer, { isSoap }: TokenPlace): string | null {
  const token = answer.headers['x-csrf-token']?.trim();
  const isDone = answer.status >= 200 && answer.status < 300;
  if (!token || NOT_ASKED_AGAIN.has(answer.status) || !(isDone || isSoap)) return null;
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

function tokenNotGiven(): SapProblem {
  return new SapProblem({
    code: 'SAP_SESSION_REFUSED',
    kind: 'unavailable',
    says: 'SAP wants a session token for its journal entry service (HTTP 403, x-csrf-token: Required), but gives none at that address; nothing was booked.',
    next: 'It is tried again. If it lasts, check that journalEntryUrl is on the same host as baseUrl, and that no gateway before SAP drops the header x-csrf-token.',
    data: 'HTTP 403',
  });
}
