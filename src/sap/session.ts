import type { ExchangeRecord } from '../app/index.ts';
import { type Clock, isProblem, type Log } from '../core/index.ts';
import { htmlProblem, isHtml, networkProblem, readProblem } from './answer-problem.ts';
import type { Credential, LogOn } from './credential.ts';
import type { HttpAnswer, HttpLost, HttpRequest, HttpResult, SapHttp } from './http.ts';
import type { Redactor } from './redact.ts';
import { SapProblem } from './sap-problem.ts';
import type { SapSecrets, SapSettings } from './settings.ts';
import { ITEM_CUBE_SERVICE, serviceRoot } from './wire.ts';

/** SAP ends an idle security session after about 30 minutes; a token is renewed well before. */
const TOKEN_AGE_MS_MAX = 20 * 60_000;
const COOKIES_MAX = 50;

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
  read(request: { url: string; headers?: Readonly<Record<string, string>> }): Promise<HttpAnswer>;
  /** Sends once; a second time only when SAP refused the session token, which books nothing. */
  write(request: {
    url: string;
    headers: Readonly<Record<string, string>>;
    body: string;
    signal?: AbortSignal | undefined;
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

export function createSapSession(input: {
  settings: SapSettings;
  secrets: SapSecrets;
  http: SapHttp;
  credential: Credential;
  clock: Clock;
  log: Log;
  redactor: Redactor;
}): SapSession {
  const { settings, http, credential, clock } = input;
  const homeOrigin = new URL(settings.baseUrl).origin;
  let state = newState();

  function newState(): State {
    return { cookies: new Map(), token: null, fetchedAtMs: 0 };
  }

  /** Only the state that was refused is dropped: of many parallel writes the first drops it, the others find a new one. */
  function drop(refused: State): void {
    if (state === refused) state = newState();
  }

  function currentState(): State {
    if (state.token !== null && clock.nowMs() - state.fetchedAtMs >= TOKEN_AGE_MS_MAX) drop(state);
    return state;
  }

  function headersFor(used: State, logOn: LogOn, isHome: boolean): Record<string, string> {
    const cookies = isHome ? [...used.cookies].map(([name, value]) => `${name}=${value}`).join('; ') : '';
    return {
      ...settings.extraHeaders,
      ...input.secrets.headers,
      'accept-language': settings.language.toLowerCase(),
      'sap-language': settings.language,
      ...(settings.client !== undefined && { 'sap-client': settings.client }),
      ...(logOn.authorization !== null && { authorization: logOn.authorization }),
      ...(cookies !== '' && { cookie: cookies }),
    };
  }

  /** Sends with log-on and cookies, and keeps what the answer says about both. */
  async function send(used: State, request: HttpRequest): Promise<{ result: HttpResult; mayRenew: boolean }> {
    const logOn = await credential.logOn();
    // A cookie or session token goes back only to the host that gave it.
    const isHome = new URL(request.url).origin === homeOrigin;
    const headers = { ...headersFor(used, logOn, isHome), ...request.headers };
    const result = await http.send({ ...request, headers });
    if (result.kind !== 'answered') return { result, mayRenew: false };
    if (isHome) keepCookies(used.cookies, result.setCookies, input.redactor);
    if (result.status !== 401) {
      logOn.accepted();
      return { result, mayRenew: false };
    }
    drop(used);
    return { result, mayRenew: logOn.refused() };
  }

  /** HEAD first because it is cheap; GET where HEAD is refused or gives no token. */
  async function fetchToken(used: State): Promise<string | null> {
    const request = {
      purpose: 'csrf',
      url: serviceRoot(settings.baseUrl, ITEM_CUBE_SERVICE),
      headers: { 'x-csrf-token': 'Fetch', accept: 'application/json' },
      timeoutMs: settings.readTimeoutMs,
    } as const;
    let last: { result: HttpResult; mayRenew: boolean } | null = null;
    for (const method of ['HEAD', 'GET'] as const) {
      last = await send(used, { ...request, method });
      if (last.result.kind !== 'answered') throw networkProblem(last.result);
      const token = tokenOf(last.result);
      if (token !== null) {
        input.redactor.learn(token);
        return token;
      }
      // These answers mean the same to a GET; asking again would only add load.
      if ([401, 429, 503].includes(last.result.status)) break;
    }
    const answer = last?.result;
    if (answer?.kind !== 'answered') throw new Error('the token fetch sends at least one request');
    if (answer.status < 200 || answer.status > 299) {
      throw readProblem(answer, { mayRenew: last?.mayRenew ?? false, nowMs: clock.nowMs() });
    }
    if (isHtml(answer)) throw htmlProblem(answer, clock.nowMs());
    input.log.write('info', 'sap.no-csrf-protection');
    return null;
  }

  /** However many writes wait, one fetch is in flight. A failed one is forgotten, so that the next write tries again. */
  function sharedToken(used: State): Promise<string | null> {
    if (used.token === null) {
      used.fetchedAtMs = clock.nowMs();
      used.token = fetchToken(used).catch((error: unknown) => {
        used.token = null;
        throw error;
      });
    }
    return used.token;
  }

  async function writeOnce(
    request: { url: string; headers: Readonly<Record<string, string>>; body: string; signal?: AbortSignal | undefined },
    used: State,
  ): Promise<{ result: HttpResult; mayRenew: boolean }> {
    const isHome = new URL(request.url).origin === homeOrigin;
    const token = isHome ? await sharedToken(used) : null;
    return send(used, {
      ...request,
      purpose: 'post',
      method: 'POST',
      headers: { ...request.headers, ...(token !== null && { 'x-csrf-token': token }) },
      timeoutMs: settings.requestTimeoutMs,
    });
  }

  return {
    async read(request) {
      const { result, mayRenew } = await send(currentState(), {
        purpose: 'read',
        method: 'GET',
        url: request.url,
        headers: { accept: 'application/json', ...request.headers },
        timeoutMs: settings.readTimeoutMs,
      });
      if (result.kind !== 'answered') throw networkProblem(result);
      if (result.status < 200 || result.status > 299) throw readProblem(result, { mayRenew, nowMs: clock.nowMs() });
      if (isHtml(result)) throw htmlProblem(result, clock.nowMs());
      logSapMessage(input.log, result);
      return result;
    },

    async write(request) {
      let refused: HttpAnswer | null = null;
      // Twice at most: a write whose session token SAP refuses was not looked at, so repeating it cannot book twice.
      for (let round = 0; round < 2; round += 1) {
        const used = currentState();
        let sent: { result: HttpResult; mayRenew: boolean };
        try {
          sent = await writeOnce(request, used);
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
        drop(used);
        refused = result;
      }
      return { kind: 'not-written', problem: tokenRefusedTwice(), record: refused?.record ?? null };
    },

    async prepare() {
      return { hasToken: (await sharedToken(currentState())) !== null };
    },
  };
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

/** SAP may send warnings, even errors, beside a 2xx. The log gets code and severity, never the text. */
function logSapMessage(log: Log, answer: HttpAnswer): void {
  const header = answer.headers['sap-message'];
  if (header === undefined) return;
  let code = 'unreadable';
  let severity = 'unreadable';
  try {
    const message: unknown = JSON.parse(header);
    if (typeof message === 'object' && message !== null) {
      if ('code' in message) code = String(message.code);
      if ('severity' in message) severity = String(message.severity);
    }
  } catch {
    // SAP also writes this header as XML; that it came is worth a line, its form is not worth a parser.
  }
  log.write('warn', 'sap.message', { code, severity });
}
