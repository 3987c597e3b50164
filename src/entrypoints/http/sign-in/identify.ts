import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { hashOfSecret, permissionsOf, permissionsOfToken, TOKEN_PREFIX, type UserRecord } from '../../../app/index.ts';
import { Problem } from '../../../core/index.ts';
import type { Workspace } from '../../composition.ts';
import { sessionLimitsOf } from '../../sign-in-settings.ts';
import type { Identify } from '../register-routes.ts';
import type { SignedIn } from '../route.ts';
import { readCookie } from './cookies.ts';
import type { ReadSignInSettings } from './read-settings.ts';
import { assertOwnOrigin, type Site } from './site.ts';

const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const BEARER = /^Bearer +(\S+)$/i;

/**
 * Whoever a request comes from, by its token or by its session. What writes and has no token has to come from a page of this site,
 * and what writes in a session has to show that it is the page of that session. Raises `TOKEN_REFUSED`, `ORIGIN_REFUSED`,
 * `CSRF_REFUSED` (all invalid).
 */
export function identifyBySignIn(
  { access }: Pick<Workspace, 'access'>,
  site: Site,
  readSettings: ReadSignInSettings,
): Identify {
  return async (request, { isUse: isAsked } = { isUse: true }) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return byToken(access, authorization);
    const isWrite = !READS.includes(request.method);
    if (isWrite) assertOwnOrigin(site, request);
    const secret = readCookie(site, request, 'session');
    if (!secret) return undefined;
    // A page that nobody looks at asks on; that keeps no session alive.
    const isUse = isAsked && request.headers['x-idle'] === undefined;
    const found = await access.findSession(hashOfSecret(secret), sessionLimitsOf(await readSettings()), isUse);
    if (!found) return undefined;
    const csrfToken = csrfTokenOf(secret);
    if (isWrite && isOfSession(request)) assertCsrfToken(request, csrfToken);
    return signedIn(found.user, found.session.id, csrfToken);
  };
}

/** Signing in needs no session and ends the one there is, so it does not have to know that one. */
function isOfSession(request: FastifyRequest): boolean {
  return !['/api/v1/sign-in', '/api/v1/sign-in/sso'].includes(request.routeOptions.url ?? '');
}

async function byToken(access: Workspace['access'], authorization: string): Promise<SignedIn> {
  const secret = BEARER.exec(authorization)?.[1] ?? '';
  const found = secret.startsWith(TOKEN_PREFIX) ? await access.findToken(hashOfSecret(secret)) : undefined;
  if (!found) throw tokenRefused();
  const { user, token } = found;
  return {
    ...partsOf(user),
    permissions: permissionsOfToken(token, user),
    via: 'token',
    credentialId: token.id,
  };
}

/** Whoever a session belongs to. */
export function signedIn(user: UserRecord, sessionId: string, csrfToken: string): SignedIn {
  const { mustChangePassword } = user;
  return {
    ...partsOf(user),
    permissions: mustChangePassword ? new Set() : permissionsOf(user.roles),
    via: 'session',
    credentialId: sessionId,
    csrfToken,
    mustChangePassword,
  };
}

function partsOf({ id, name, displayName, roles }: UserRecord) {
  return { userId: id, name, displayName, roles };
}

/** Made from what only the cookie holds, so it belongs to this session and is stored nowhere. */
export function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('seller-ledger csrf').digest('base64url');
}

function assertCsrfToken({ headers }: FastifyRequest, expected: string): void {
  const given = headers['x-csrf-token'];
  const [a, b] = [Buffer.from(typeof given === 'string' ? given : ''), Buffer.from(expected)];
  if (a.length === b.length && timingSafeEqual(a, b)) return;
  throw new Problem({
    code: 'CSRF_REFUSED',
    kind: 'invalid',
    says: 'The request does not show that it comes from the page of this session.',
    next: 'Load the page again. Programs send a token instead of a session: Authorization: Bearer TOKEN.',
  });
}

function tokenRefused(): Problem {
  return new Problem({
    code: 'TOKEN_REFUSED',
    kind: 'invalid',
    says: 'The token is wrong, revoked or past its time, or its owner is disabled.',
    next: 'Make a new one on the page, at /account, and send it: Authorization: Bearer slt_…',
  });
}
