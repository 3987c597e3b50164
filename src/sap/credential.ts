import { assertNever, type Clock } from '../core/index.ts';
import { networkProblem } from './answer-problem.ts';
import type { DestinationSource } from './destination.ts';
import type { HttpAnswer, SapHttp } from './http.ts';
import { basicCredentials, type Redactor } from './redact.ts';
import { retryAfterMsOf, SapProblem, shorten } from './sap-problem.ts';
import type { SapSecrets, SapSettings } from './settings.ts';

/** What one request shows to log on. */
export interface LogOn {
  /** `null` where the client certificate of the connection says who we are. */
  readonly authorization: string | null;
  /** What a destination of SAP BTP wants sent besides; settings of the connection come before it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An access token, which not every service of SAP takes. */
  readonly isToken: boolean;
  /** Services that took this very log-on: their later 401 means that it expired or was revoked, not that it was wrong from the start. */
  readonly takers: ReadonlySet<string>;
  /** This service takes it. */
  accepted(service: string): void;
  /** SAP takes it no longer: the next `logOn` fetches a new token. */
  drop(): void;
}

export interface Credential {
  /** Raises `SAP_TOKEN_REFUSED` (rejected), `SAP_TOKEN_UNAVAILABLE` (unavailable) or one of `SAP_DESTINATION_…`. */
  logOn(): Promise<LogOn>;
}

export function createCredential(input: {
  settings: SapSettings;
  secrets: SapSecrets;
  http: SapHttp;
  clock: Clock;
  redactor: Redactor;
  /** Where the log-on is a destination. */
  destination: DestinationSource | null;
}): Credential {
  const { authentication } = input.settings;
  if (input.destination !== null) return createDestinationCredential(input.destination);
  switch (authentication.type) {
    case 'basic':
      return constant(`Basic ${basicCredentials(authentication.user, input.secrets.password ?? '')}`);
    case 'certificate':
    case 'destination':
      return constant(null);
    case 'oauth2':
      return createTokenCredential(input, authentication);
    default:
      return assertNever(authentication, 'authentication');
  }
}

/** A log-on that the destination gives. What it gave is trusted by a service once that service has taken it. */
function createDestinationCredential(source: DestinationSource): Credential {
  const takersOf = new WeakMap<object, Set<string>>();
  return {
    async logOn() {
      const destination = await source.current();
      const { authorization, headers } = destination;
      const takers = takersOf.get(destination) ?? new Set<string>();
      takersOf.set(destination, takers);
      return {
        authorization,
        headers,
        isToken: /^bearer /i.test(authorization ?? ''),
        takers,
        accepted: (service) => void takers.add(service),
        drop: () => source.drop(destination),
      };
    },
  };
}

/** It cannot be renewed, so it does not matter who took it. */
function constant(authorization: string | null): Credential {
  const logOn = { authorization, isToken: false, takers: new Set<string>(), accepted: () => {}, drop: () => {} };
  return { logOn: async () => logOn };
}

type OauthSettings = Extract<SapSettings['authentication'], { type: 'oauth2' }>;

interface Token {
  readonly value: string;
  readonly renewAtMs: number;
  readonly takers: Set<string>;
}

/** A token is renewed this long before it expires, or after 80 % of a short life. */
const RENEW_BEFORE_MS_MAX = 120_000;
const RENEW_BEFORE_SHARE = 0.2;
/** Assumed when the server does not say; RFC 6749 only recommends that it does. */
const LIFETIME_MS_DEFAULT = 600_000;

function createTokenCredential(
  input: { settings: SapSettings; secrets: SapSecrets; http: SapHttp; clock: Clock; redactor: Redactor },
  oauth: OauthSettings,
): Credential {
  let current: Token | null = null;
  let pending: Promise<Token> | null = null;

  async function fetchToken(): Promise<Token> {
    const startedMs = input.clock.nowMs();
    const result = await input.http.send(tokenRequest(oauth, input.secrets, input.settings.tokenTimeoutMs));
    // A token request books nothing, so even a lost answer is safe to try again.
    if (result.kind !== 'answered') throw networkProblem(result, 'the token server');
    const { value, lifetimeMs } = readToken(result, oauth, startedMs);
    input.redactor.learn(value, 'log-on');
    const renewBeforeMs = Math.min(RENEW_BEFORE_MS_MAX, lifetimeMs * RENEW_BEFORE_SHARE);
    return { value, renewAtMs: startedMs + lifetimeMs - renewBeforeMs, takers: new Set() };
  }

  /** However many callers wait, one request is in flight. */
  function sharedToken(): Promise<Token> {
    pending ??= fetchToken()
      .then((token) => {
        current = token;
        return token;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  return {
    async logOn() {
      const token = current && input.clock.nowMs() < current.renewAtMs ? current : await sharedToken();
      return {
        authorization: `Bearer ${token.value}`,
        isToken: true,
        takers: token.takers,
        accepted: (service) => void token.takers.add(service),
        drop: () => {
          if (current === token) current = null;
        },
      };
    },
  };
}

function tokenRequest(oauth: OauthSettings, secrets: SapSecrets, timeoutMs: number) {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (oauth.scope) form.set('scope', oauth.scope);
  const secret = secrets.clientSecret ?? '';
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (oauth.sendCredentials === 'certificate') {
    form.set('client_id', oauth.clientId);
  } else if (oauth.sendCredentials === 'body') {
    form.set('client_id', oauth.clientId);
    form.set('client_secret', secret);
  } else {
    // As SAP shows it: id and secret as they are. RFC 6749 would form-encode both first, and it is not known whether
    // SAP decodes that; a server that wants it takes the credentials in the body, where no doubt exists.
    headers.authorization = `Basic ${basicCredentials(oauth.clientId, secret)}`;
  }
  return { purpose: 'token', method: 'POST', url: oauth.tokenUrl, headers, body: form.toString(), timeoutMs } as const;
}

/** Of a token answer, good or bad; RFC 6749 sections 5.1 and 5.2. */
interface TokenBody {
  readonly access_token?: unknown;
  readonly token_type?: unknown;
  readonly expires_in?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
}

function readToken(answer: HttpAnswer, oauth: OauthSettings, nowMs: number): { value: string; lifetimeMs: number } {
  const body = readTokenBody(answer.text);
  if (answer.status !== 200) throw tokenProblem(answer, { body, oauth, nowMs });
  const { access_token: value, token_type: type = 'bearer', expires_in: expiresIn } = body;
  // The token goes into a header, so anything but visible ASCII cannot be one.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value) || !/^bearer$/i.test(String(type))) {
    throw new SapProblem({
      code: 'SAP_TOKEN_UNAVAILABLE',
      kind: 'unavailable',
      says: 'The token server answered 200, but not with a bearer token.',
      next: 'Check authentication.tokenUrl; a log-on page instead of a token often means maintenance.',
      data: answer.headers['content-type'] ?? 'no content type',
    });
  }
  const seconds = Number(expiresIn ?? Number.NaN);
  return { value, lifetimeMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : LIFETIME_MS_DEFAULT };
}

function tokenProblem(
  answer: HttpAnswer,
  { body, oauth, nowMs }: { body: TokenBody; oauth: OauthSettings; nowMs: number },
): SapProblem {
  const { status } = answer;
  const error = typeof body.error === 'string' ? shorten(body.error, 60) : null;
  const description = typeof body.error_description === 'string' ? shorten(body.error_description, 200) : null;
  const words = [error, description].filter((word) => word !== null).join(': ') || `HTTP ${status}`;
  if (status === 408 || status === 429 || status >= 500) {
    return new SapProblem(
      {
        code: 'SAP_TOKEN_UNAVAILABLE',
        kind: 'unavailable',
        says: `The token server cannot give a token now (HTTP ${status}).`,
        next: 'Nothing to do: it is tried again. If it lasts, ask the SAP administrator whether the system is in maintenance.',
        data: words,
      },
      retryAfterMsOf(answer.headers['retry-after'], nowMs),
      status === 503,
    );
  }
  return new SapProblem({
    code: 'SAP_TOKEN_REFUSED',
    kind: 'rejected',
    says: `The token server refused the client credentials (HTTP ${status}): ${words}.`,
    next: nextForTokenError(error, status, oauth),
    data: words,
  });
}

function nextForTokenError(error: string | null, status: number, { sendCredentials }: OauthSettings): string {
  if (error === 'invalid_scope') return 'Correct or remove authentication.scope.';
  if (error === 'unsupported_grant_type' || error === 'unauthorized_client') {
    return 'Allow the grant type "client credentials" for this client in SAP, or log on by user and password (authentication type basic).';
  }
  if (error === 'invalid_client' || error === 'unauthorized' || status === 401) {
    if (sendCredentials === 'certificate') {
      return 'Check authentication.clientId and that the token server knows this certificate (with SAP BTP: the address with .authentication.cert. in it).';
    }
    return 'Check authentication.clientId and the stored secret clientSecret; if both are right, try sendCredentials: body.';
  }
  return 'Check authentication.tokenUrl: copy it from "OAuth 2.0 details" of the communication arrangement.';
}

function readTokenBody(text: string): TokenBody {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
