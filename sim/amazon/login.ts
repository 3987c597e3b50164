import { DAY_MS, sha256Of } from '../../src/core/index.ts';
import type { SimRequest } from '../http-shell.ts';
import { type Answer, loginError } from './answers.ts';

export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
  /** When the secret was made or rotated. It lives 180 days; without this it does not age. */
  readonly secretIssuedAtMs?: number;
}

/** What an access token stands for. A grantless one belongs to no seller. */
export interface AccessGrant {
  readonly clientId: string;
  readonly sellerId: string | undefined;
  readonly expiresAtMs: number;
}

export interface Authorisation {
  readonly clientId: string;
  readonly sellerId: string;
  readonly refreshToken: string;
  /** When the seller authorised the application. It holds 365 days; without this it does not age. */
  readonly authorisedAtMs?: number;
}

export const accessTokenSeconds = 3600;
const secretDays = 180;
const authorisationDays = 365;

const GRANTLESS_SCOPES = ['sellingpartnerapi::notifications', 'sellingpartnerapi::client_credential:rotation'];
const REVOKED =
  "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.";

/** Login with Amazon: exchanges refresh tokens and client credentials for access tokens that live one hour. */
export class Login {
  readonly #seed: string;
  readonly #applications: readonly Application[];
  readonly #authorisations: readonly Authorisation[];
  readonly #grants = new Map<string, AccessGrant>();
  readonly #revokedSellers = new Set<string>();
  readonly #expiredSecrets = new Set<string>();
  #issued = 0;

  constructor(seed: string, applications: readonly Application[], authorisations: readonly Authorisation[]) {
    this.#seed = seed;
    this.#applications = applications;
    this.#authorisations = authorisations;
  }

  /** The seller withdraws the authorisation: refresh tokens and access tokens stop working. */
  revoke(sellerId: string): void {
    this.#revokedSellers.add(sellerId);
  }

  restore(sellerId: string): void {
    this.#revokedSellers.delete(sellerId);
  }

  /** Nobody rotated the application's secret in time. */
  expireSecret(clientId: string): void {
    this.#expiredSecrets.add(clientId);
  }

  isSecretExpired(clientId: string, nowMs: number): boolean {
    if (this.#expiredSecrets.has(clientId)) return true;
    const issuedAtMs = this.#applications.find((known) => known.clientId === clientId)?.secretIssuedAtMs;
    return issuedAtMs !== undefined && nowMs >= issuedAtMs + secretDays * DAY_MS;
  }

  /** Whom the token speaks for; `expired` when its hour is over or `invalid` when it never was or was withdrawn. */
  grantOf(accessToken: string, nowMs: number): AccessGrant | 'expired' | 'invalid' {
    const grant = this.#grants.get(accessToken);
    if (!grant || (grant.sellerId !== undefined && this.#revokedSellers.has(grant.sellerId))) return 'invalid';
    return nowMs >= grant.expiresAtMs ? 'expired' : grant;
  }

  /** Ends a token before its hour is over. */
  expire(accessToken: string): void {
    const grant = this.#grants.get(accessToken);
    if (grant) this.#grants.set(accessToken, { ...grant, expiresAtMs: 0 });
  }

  answer(request: SimRequest): Answer {
    const form = readForm(request);
    if (!form) return loginError(400, 'invalid_request', 'The request body is not a form and not JSON');
    const grantType = form.get('grant_type');
    if (!grantType) return missing('grant_type');
    if (grantType !== 'refresh_token' && grantType !== 'client_credentials') {
      const says = 'The authorization grant type is not supported by the authorization server';
      return loginError(400, 'unsupported_grant_type', says);
    }
    const clientId = form.get('client_id');
    if (!clientId) return missing('client_id');
    const application = this.#applications.find((known) => known.clientId === clientId);
    const isGood = application && form.get('client_secret') === application.clientSecret;
    if (!isGood || this.isSecretExpired(clientId, request.nowMs)) {
      return loginError(401, 'invalid_client', 'Client authentication failed');
    }
    if (form.has('refresh_token') && form.has('scope')) {
      return loginError(400, 'invalid_request', 'The request includes both refresh_token and scope');
    }
    return grantType === 'refresh_token'
      ? this.#refresh(application, form.get('refresh_token'), request.nowMs)
      : this.#grantless(application, form.get('scope'), request.nowMs);
  }

  #refresh(application: Application, refreshToken: string | null, nowMs: number): Answer {
    if (!refreshToken) return missing('refresh_token');
    const authorisation = this.#authorisations.find(
      (known) => known.refreshToken === refreshToken && known.clientId === application.clientId,
    );
    const { authorisedAtMs = nowMs } = authorisation ?? {};
    const isOld = nowMs >= authorisedAtMs + authorisationDays * DAY_MS;
    if (!authorisation || isOld || this.#revokedSellers.has(authorisation.sellerId)) {
      return loginError(400, 'invalid_grant', REVOKED);
    }
    const token = this.#issue(application.clientId, authorisation.sellerId, nowMs);
    return tokenAnswer({ access_token: token, refresh_token: refreshToken });
  }

  #grantless(application: Application, scope: string | null, nowMs: number): Answer {
    if (!scope || !GRANTLESS_SCOPES.includes(scope)) {
      return loginError(400, 'invalid_scope', 'The requested scope is invalid, unknown, or malformed');
    }
    return tokenAnswer({ access_token: this.#issue(application.clientId, undefined, nowMs) });
  }

  #issue(clientId: string, sellerId: string | undefined, nowMs: number): string {
    this.#issued += 1;
    const token = `Atza|${Buffer.from(sha256Of(`${this.#seed}/access/${this.#issued}`)).toString('base64url')}`;
    this.#grants.set(token, { clientId, sellerId, expiresAtMs: nowMs + accessTokenSeconds * 1000 });
    return token;
  }
}

function tokenAnswer(body: { readonly access_token: string; readonly refresh_token?: string }): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store', pragma: 'no-cache' },
    body: JSON.stringify({ ...body, token_type: 'bearer', expires_in: accessTokenSeconds }),
  };
}

function missing(parameter: string): Answer {
  return loginError(400, 'invalid_request', `The request is missing a required parameter : ${parameter}`);
}

/** A form body; JSON is accepted in practice as well. */
function readForm(request: SimRequest): URLSearchParams | undefined {
  const text = Buffer.from(request.body).toString('utf8');
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams(text);
  if (!type.startsWith('application/json')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    return new URLSearchParams(Object.entries(parsed).map(([name, value]): [string, string] => [name, String(value)]));
  } catch {
    return undefined;
  }
}
