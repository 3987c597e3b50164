import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Site } from './site.ts';

/** Of cookies that come back with requests of this site only, and that no script reads. */
type Name = 'session' | 'sso';

/** Browsers share the cookies of one host among its ports, so that on this machine each service has names of its own. */
function nameOf(site: Site, request: FastifyRequest, name: Name): string {
  if (site.isHttps) return `__Host-seller-ledger-${name}`;
  return `seller-ledger-${name}-${request.headers.host?.split(':')[1] ?? '80'}`;
}

/** The answer of an identity provider comes by a link from there, which brings no `strict` cookie along. */
function optionsOf(site: Site, name: Name): CookieSerializeOptions {
  return { path: '/', httpOnly: true, secure: site.isHttps, sameSite: name === 'session' ? 'strict' : 'lax' };
}

export function readCookie(site: Site, request: FastifyRequest, name: Name): string | undefined {
  return request.cookies[nameOf(site, request, name)];
}

/** Kept until the browser ends; how long it is good is decided here, not there. */
export function setCookie(site: Site, request: FastifyRequest, reply: FastifyReply, name: Name, value: string): void {
  reply.setCookie(nameOf(site, request, name), value, optionsOf(site, name));
}

export function clearCookie(site: Site, request: FastifyRequest, reply: FastifyReply, name: Name): void {
  reply.clearCookie(nameOf(site, request, name), optionsOf(site, name));
}
