import type { FastifyRequest } from 'fastify';
import { Problem } from '../../../core/index.ts';

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
export const LOOPBACK = '127.0.0.1';

/** Under which addresses the page is reached, and by which its own requests are told from those of other sites. */
export interface Site {
  /** Of the address that people open; `undefined`: this machine only. */
  readonly publicUrl: URL | undefined;
  readonly isHttps: boolean;
}

export function siteOf(publicUrl: URL | undefined): Site {
  return { publicUrl, isHttps: publicUrl?.protocol === 'https:' };
}

/** `--public-url`: an origin, by https unless it is this machine. Raises `PUBLIC_URL_INVALID` (invalid). */
export function readPublicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK_HOST.test(url.host));
  if (url && isPlain && isSafe) return url;
  throw new Problem({
    code: 'PUBLIC_URL_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is no address under which people could sign in safely.`,
    next: 'Give https:// and a host name without a path, for example https://ledger.company.example; a proxy in front ends TLS.',
    data: text,
  });
}

/** Raises `PUBLIC_URL_NEEDED` (invalid) where others than this machine are to reach the page and its address is not known. */
export function assertReachable(host: string, publicUrl: URL | undefined): void {
  if (publicUrl || host === LOOPBACK || host === 'localhost' || host === '::1') return;
  throw new Problem({
    code: 'PUBLIC_URL_NEEDED',
    kind: 'invalid',
    says: `The page is to listen on ${host}, and the address that people open is not known.`,
    next: 'Say it: seller-ledger start --host 0.0.0.0 --public-url https://ledger.company.example',
    data: host,
  });
}

/** A page of another site must not reach this server through a host name of its own that points here. Raises `HOST_REFUSED` (invalid). */
export function assertOwnHost({ publicUrl }: Site, request: FastifyRequest): void {
  const host = request.headers.host ?? '';
  if (LOOPBACK_HOST.test(host) || (publicUrl && host.toLowerCase() === publicUrl.host)) return;
  throw new Problem({
    code: 'HOST_REFUSED',
    kind: 'invalid',
    says: publicUrl ? `This server answers to ${publicUrl.host} only.` : 'This server answers to localhost only.',
    next: publicUrl ? `Open ${publicUrl.origin}` : 'Open http://localhost with the same port.',
  });
}

/**
 * A browser says from which page a request comes. Another site's is refused before anybody looks at its cookie. Raises
 * `ORIGIN_REFUSED` (invalid).
 */
export function assertOwnOrigin({ publicUrl }: Site, { headers }: FastifyRequest): void {
  const { origin, host = '' } = headers;
  const from = headers['sec-fetch-site'];
  const isOwnOrigin =
    origin === undefined || origin === publicUrl?.origin || (LOOPBACK_HOST.test(host) && origin === `http://${host}`);
  if (isOwnOrigin && (from === undefined || from === 'same-origin' || from === 'none')) return;
  throw new Problem({
    code: 'ORIGIN_REFUSED',
    kind: 'invalid',
    says: 'The request comes from a page of another site.',
    next: 'Open the page of this program itself; programs send a token: Authorization: Bearer TOKEN.',
  });
}
