import { isIP } from 'node:net';
import { Problem } from '../../core/index.ts';
import type { Environment } from '../environment.ts';
import { readGiven } from '../given-file.ts';

/** A running service, and what lets one in. */
export interface ServiceAddress {
  /** Origin alone: `https://ledger.company.example`. */
  readonly origin: string;
  readonly token: string;
}

/** What a command line says about it. */
export interface ServiceWish {
  readonly service: string;
  readonly tokenFile: string | undefined;
  /** Whether a token may go to another machine in the clear. */
  readonly mayBePlain: boolean;
}

const TOKEN_BYTES_MAX = 8_192;
const VISIBLE = /^[\x21-\x7e]+$/;

/**
 * Where the service is, and the token for it: from the file that is named, otherwise from `SELLER_LEDGER_TOKEN`, never from the command
 * line, which every user of the machine sees. Raises `SERVICE_URL_INVALID`, `SERVICE_NOT_TLS`, `SERVICE_TOKEN_MISSING`,
 * `SERVICE_TOKEN_UNREADABLE` (all invalid).
 */
export function serviceAddressOf(wish: ServiceWish, environment: Environment): ServiceAddress {
  return { origin: originOf(wish), token: tokenOf(wish.tokenFile, environment) };
}

function originOf({ service, mayBePlain }: ServiceWish): string {
  const url = URL.canParse(service) ? new URL(service) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isPlain = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username + url.password === '';
  if (!url || !isWeb || !isPlain) {
    throw new Problem({
      code: 'SERVICE_URL_INVALID',
      kind: 'invalid',
      // Not quoted: somebody may have written a token or a password into it.
      says: 'The address of the service is not https:// and a host name, without a path and without a name or a password.',
      next: 'Give the address that people open the page by, for example --service https://ledger.company.example',
    });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !mayBePlain) {
    throw new Problem({
      code: 'SERVICE_NOT_TLS',
      kind: 'invalid',
      says: `${url.origin} is not this machine and not https: the token and the books would cross the network readable by everybody on it.`,
      next: 'Give the https:// address of the service. On a network that is safe by itself: --service-without-tls',
      data: url.origin,
    });
  }
  return url.origin;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}

function tokenOf(path: string | undefined, environment: Environment): string {
  const token =
    path === undefined
      ? (environment.SELLER_LEDGER_TOKEN ?? '').trim()
      : readGiven(path, (why) => unreadable(path, why)).trim();
  if (token === '' && path === undefined) {
    throw new Problem({
      code: 'SERVICE_TOKEN_MISSING',
      kind: 'invalid',
      says: 'A service is named, and no token for it.',
      next: 'Make one on its page, at /account, and give it in SELLER_LEDGER_TOKEN, or its file with --token-file FILE.',
    });
  }
  if (VISIBLE.test(token) && token.length <= TOKEN_BYTES_MAX) return token;
  throw unreadable(path ?? 'SELLER_LEDGER_TOKEN', 'it is not one word of visible characters');
}

function unreadable(path: string, why: string): Problem {
  return new Problem({
    code: 'SERVICE_TOKEN_UNREADABLE',
    kind: 'invalid',
    says: `${path} holds no token: ${why}.`,
    next: 'Put the token there as the page showed it, slt_…, and nothing else.',
    data: path,
  });
}
