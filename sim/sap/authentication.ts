/** Who is calling: Basic with a communication user, or a bearer token from the token endpoint. */
import type { SimRequest, SimResponse } from '../http-shell.ts';
import type { OAuthClient, PretendSapWorld } from './world.ts';

export const tokenPath = '/sap/bc/sec/oauth2/token';

/** The user, or undefined when the credentials are missing, wrong or expired, or the user is locked. */
export function authenticate(request: SimRequest, world: PretendSapWorld): string | undefined {
  const [scheme, credentials] = splitAuthorization(request);
  if (scheme === 'basic') {
    const [name, password] = decodeBasic(credentials);
    const user = world.users.get(name.toUpperCase());
    return user !== undefined && user.password === password && !user.isLocked ? user.user : undefined;
  }
  if (scheme === 'bearer') {
    const token = world.tokens.get(credentials);
    const isLocked = token !== undefined && world.users.get(token.user)?.isLocked;
    return token && request.nowMs < token.expiresAtMs && !isLocked ? token.user : undefined;
  }
  return undefined;
}

export function unauthorized(request: SimRequest): SimResponse {
  const bearer = splitAuthorization(request)[0] === 'bearer';
  return {
    status: 401,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'www-authenticate': bearer
        ? 'Bearer error="invalid_token"'
        : 'Basic realm="SAP NetWeaver Application Server [PSP/100]"',
    },
    body: '<html><head><title>Logon Error Message</title></head><body><h1>Anmeldung fehlgeschlagen</h1></body></html>',
  };
}

/** OAuth 2.0 client credentials (RFC 6749, 4.4); the client may identify itself in the header or in the body. */
export function answerToken(request: SimRequest, world: PretendSapWorld): SimResponse {
  if (request.method !== 'POST') return tokenError(405, 'invalid_request', 'Only POST is allowed');
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/x-www-form-urlencoded') {
    return tokenError(400, 'invalid_request', 'Content-Type must be application/x-www-form-urlencoded');
  }
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  const client = findClient(request, form, world);
  if (!client) return tokenError(401, 'invalid_client', 'Client authentication failed');
  const grantType = form.get('grant_type');
  if (grantType === null) return tokenError(400, 'invalid_request', 'Parameter grant_type is missing');
  if (grantType !== 'client_credentials') {
    return tokenError(400, 'unsupported_grant_type', `Grant type ${grantType} is not supported`);
  }
  for (const [token, { expiresAtMs }] of world.tokens) {
    if (expiresAtMs <= request.nowMs) world.tokens.delete(token);
  }
  const token = Buffer.from(world.nextName('token')).toString('base64url');
  const { tokenLifetimeMs } = world.behaviour;
  world.tokens.set(token, { user: client.user, expiresAtMs: request.nowMs + tokenLifetimeMs });
  return tokenReply(200, {
    access_token: token,
    token_type: 'bearer',
    expires_in: Math.floor(tokenLifetimeMs / 1000),
    scope: form.get('scope') ?? '',
  });
}

function findClient(request: SimRequest, form: URLSearchParams, world: PretendSapWorld): OAuthClient | undefined {
  const [scheme, credentials] = splitAuthorization(request);
  const [id, secret] =
    scheme === 'basic' ? decodeBasic(credentials) : [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const client = world.oauthClients.get(id);
  return client?.clientSecret === secret ? client : undefined;
}

function tokenError(status: number, error: string, description: string): SimResponse {
  return tokenReply(status, { error, error_description: description });
}

function tokenReply(status: number, body: Readonly<Record<string, string | number>>): SimResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Basic realm="SAP OAuth2"' } : {}),
    },
    body: JSON.stringify(body),
  };
}

function splitAuthorization(request: SimRequest): [scheme: string, credentials: string] {
  const header = request.headers.authorization ?? '';
  const space = header.indexOf(' ');
  return space < 0 ? ['', ''] : [header.slice(0, space).toLowerCase(), header.slice(space + 1).trim()];
}

function decodeBasic(credentials: string): [name: string, password: string] {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
