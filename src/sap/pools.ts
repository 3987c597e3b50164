/** The ways to SAP and to the token server: connections kept open, by where they lead and how. */
import type { SecureContextOptions } from 'node:tls';
import { Pool } from 'undici';
import { createConnector, type HttpProxy } from './connect.ts';
import type { Destination, DestinationSource } from './destination.ts';
import { DESTINATION_BASE_URL } from './destination-place.ts';
import type { HttpRequest } from './http.ts';
import { basicCredentials } from './redact.ts';
import type { SapSecrets, SapSettings } from './settings.ts';
import { tlsOptions } from './tls.ts';

/** A connection that does not come about within this time is given up. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** Where one request goes, and by which way. */
export interface Line {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: SecureContextOptions;
  readonly proxy: HttpProxy | null;
  /** Lines of another key share no connections. */
  readonly key: string;
  /** A proxy reads the request and sends it on, instead of opening a tunnel. */
  readonly isForwarded: boolean;
  readonly realBaseUrl?: string;
}

export class Pools {
  readonly #settings: SapSettings;
  readonly #destination: DestinationSource | null;
  readonly #tls: ReturnType<typeof tlsOptions>;
  readonly #proxy: HttpProxy | null;
  readonly #connectFailures = new WeakSet<object>();
  readonly #pools = new Map<string, Pool>();

  constructor(input: {
    readonly settings: SapSettings;
    readonly secrets: SapSecrets;
    readonly destination: DestinationSource | null;
  }) {
    this.#settings = input.settings;
    this.#destination = input.destination;
    this.#tls = tlsOptions(input.settings, input.secrets);
    this.#proxy = proxyOf(input.settings, input.secrets);
  }

  lineFor({ purpose, url }: Pick<HttpRequest, 'purpose' | 'url'>): Line {
    const destination = this.#destination;
    if (destination !== null && url.startsWith(`${DESTINATION_BASE_URL}/`)) {
      return destinationLine(destination.known(), url);
    }
    const { origin, pathname, search } = new URL(url);
    const isToken = purpose === 'token';
    const tls = isToken ? this.#tls.tokenServer : this.#tls.sap;
    const way = { tls, proxy: this.#proxy, key: isToken ? 'token' : 'sap' };
    return { ...way, origin, path: pathname + search, headers: {}, isForwarded: false };
  }

  // Not undici's Agent: it closes a pool as soon as one of its connections ends, as after every HEAD, and from then on opens
  // a new connection for every request.
  poolOf(line: Line): Pool {
    const key = `${line.key} ${line.origin}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const pool = new Pool(line.origin, {
      connections: this.#settings.parallelRequestsMax,
      connect: createConnector(line.tls, line.proxy, CONNECT_TIMEOUT_MS),
    });
    pool.on('connectionError', (_origin, _targets, error) => this.#connectFailures.add(error));
    this.#pools.set(key, pool);
    return pool;
  }

  /**
   * Whether a request failed because no connection came about. undici reports a failed connection with the very error object
   * that it then gives to the waiting requests. That is the one structured proof that a request never left: error codes alone
   * (ECONNRESET) cannot tell.
   */
  isConnectFailure(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#connectFailures.has(error);
  }

  /** Waits for requests in flight. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }
}

/** The Cloud Connector's proxy opens no tunnels: it wants the whole address in the request line, and its log-on beside ours. */
function destinationLine(destination: Destination, url: string): Line {
  const realBaseUrl = destination.url;
  const real = new URL(`${realBaseUrl}${url.slice(DESTINATION_BASE_URL.length)}`);
  const shared = { tls: destination.tls, proxy: null, key: `destination ${destination.tlsKey}`, realBaseUrl };
  const { onPremiseProxy } = destination;
  if (onPremiseProxy === null) {
    return { ...shared, origin: real.origin, path: real.pathname + real.search, headers: {}, isForwarded: false };
  }
  const headers = { ...onPremiseProxy.headers, host: real.host };
  return { ...shared, origin: onPremiseProxy.url, path: real.href, headers, isForwarded: true };
}

function proxyOf({ proxyUrl, proxyUser }: SapSettings, secrets: SapSecrets): HttpProxy | null {
  if (proxyUrl === undefined) return null;
  const basic = proxyUser === undefined ? null : `Basic ${basicCredentials(proxyUser, secrets.proxyPassword ?? '')}`;
  return { url: proxyUrl, authorization: secrets.proxyAuthorization ?? basic };
}
