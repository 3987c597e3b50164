import type { SecureContextOptions } from 'node:tls';
import { DecoratorHandler, type Dispatcher, Pool } from 'undici';
import type { ExchangeRecord } from '../app/index.ts';
import { type Clock, type Log, sha256Of } from '../core/index.ts';
import { createConnector, type HttpProxy, PROXY_REASON } from './connect.ts';
import type { Destination, DestinationSource } from './destination.ts';
import { DESTINATION_BASE_URL } from './destination-place.ts';
import type { Gate } from './gate.ts';
import { basicCredentials } from './redact.ts';
import type { SapSecrets, SapSettings } from './settings.ts';
import { errorCodeOf, isCertificateCode, tlsOptions } from './tls.ts';

/** What a request is for. `read` and `csrf` change nothing in SAP, `post` does. */
type ExchangePurpose = 'token' | 'csrf' | 'read' | 'post';

export interface HttpRequest {
  readonly purpose: ExchangePurpose;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Not one byte of the request leaves after this moment; later the result is `not-sent` with reason `TOO_LATE`. */
  readonly leaveByMs?: number | undefined;
}

export interface HttpAnswer {
  readonly kind: 'answered';
  readonly status: number;
  /** Names in lower case; the first value of a repeated header. */
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
  readonly text: string;
  /** Where it was really sent, when a destination said so; SAP writes addresses of this host. */
  readonly realBaseUrl?: string;
  readonly record: ExchangeRecord;
}

/** No connection came about, so not one byte of the request left: certainly nothing happened. */
export interface HttpNotSent {
  readonly kind: 'not-sent';
  /** The system's error code, for example `ECONNREFUSED`. */
  readonly reason: string;
  /** The other side's certificate or ours was refused: a person has to act. */
  readonly isCertificate: boolean;
  readonly record: ExchangeRecord;
}

/** The request may have arrived, but its answer did not (whole): nobody knows what happened. */
export interface HttpLost {
  readonly kind: 'lost';
  readonly reason: string;
  readonly record: ExchangeRecord;
}

export type HttpResult = HttpAnswer | HttpNotSent | HttpLost;

export interface SapHttp {
  /** Sends once. Follows no redirect, repeats nothing, never throws for what the network or SAP does. */
  send(request: HttpRequest): Promise<HttpResult>;
  close(): Promise<void>;
}

/** A connection that does not come about within this time is given up. */
const CONNECT_TIMEOUT_MS = 10_000;

export function createSapHttp(input: {
  settings: SapSettings;
  secrets: SapSecrets;
  clock: Clock;
  log: Log;
  /** Of the SAP system; requests to the token server pass beside it. */
  gate: Gate;
  /** Says where requests to `DESTINATION_BASE_URL` really go. */
  destination: DestinationSource | null;
}): SapHttp {
  const { clock, destination, gate, secrets, settings } = input;
  const tls = tlsOptions(settings, secrets);
  const proxy = proxyOf(settings, secrets);
  // undici reports a failed connection with the very error object that it then gives to the waiting requests. That is
  // the one structured proof that a request never left: error codes alone (ECONNRESET) cannot tell.
  const connectFailures = new WeakSet<object>();
  const pools = new Map<string, Pool>();
  // Not undici's Agent: it closes a pool as soon as one of its connections ends, as after every HEAD, and from then on opens
  // a new connection for every request.
  function poolOf(line: Line): Pool {
    const key = `${line.key} ${line.origin}`;
    const known = pools.get(key);
    if (known) return known;
    const pool = new Pool(line.origin, {
      connections: settings.parallelRequestsMax,
      connect: createConnector(line.tls, line.proxy, CONNECT_TIMEOUT_MS),
    });
    pool.on('connectionError', (_origin, _targets, error) => connectFailures.add(error));
    pools.set(key, pool);
    return pool;
  }

  function lineFor({ purpose, url }: HttpRequest): Line {
    if (destination !== null && url.startsWith(`${DESTINATION_BASE_URL}/`))
      return destinationLine(destination.known(), url);
    const { origin, pathname, search } = new URL(url);
    const isToken = purpose === 'token';
    const way = { tls: isToken ? tls.tokenServer : tls.sap, proxy, key: isToken ? 'token' : 'sap' };
    return { ...way, origin, path: pathname + search, headers: {}, isForwarded: false };
  }

  async function exchange(
    sent: HttpRequest,
  ): Promise<{ result: Outcome; status: number | null; response: Uint8Array | null }> {
    let status: number | null = null;
    try {
      if (sent.signal?.aborted) return { result: notSent('ABORTED', false), status, response: null };
      const startedMs = clock.nowMs();
      const line = lineFor(sent);
      const pool = poolOf(line);
      const dispatcher =
        sent.leaveByMs === undefined ? pool : fenced(pool, () => clock.nowMs() > (sent.leaveByMs ?? 0));
      const response = await dispatcher.request({
        origin: line.origin,
        path: line.path,
        method: sent.method,
        headers: { ...sent.headers, ...line.headers },
        headersTimeout: sent.timeoutMs,
        bodyTimeout: sent.timeoutMs,
        ...(sent.body !== undefined && { body: sent.body }),
        signal: withinMs(longestRequestMs(sent.timeoutMs), sent.signal),
      });
      status = response.statusCode;
      const bytes = await readBody(response.body, {
        bytesMax: settings.responseBytesMax,
        isOverdue: () => clock.nowMs() - startedMs > sent.timeoutMs,
      });
      // A proxy that forwards asks for its log-on before it looks at the request, which therefore did not reach SAP.
      if (line.isForwarded && status === 407) {
        if (destination !== null) destination.drop(destination.known());
        return { result: notSent(`${PROXY_REASON}TOKEN`, false), status: null, response: null };
      }
      const { headers, setCookies } = readHeaders(response.headers);
      const text = new TextDecoder('utf-8').decode(bytes);
      const answer = { kind: 'answered', status, headers, setCookies, text } as const;
      const { realBaseUrl } = line;
      return { result: realBaseUrl === undefined ? answer : { ...answer, realBaseUrl }, status, response: bytes };
    } catch (error) {
      const reason = errorCodeOf(error);
      const neverLeft =
        error instanceof TooLate || (typeof error === 'object' && error !== null && connectFailures.has(error));
      const result: Outcome = neverLeft ? notSent(reason, isCertificateCode(reason)) : { kind: 'lost', reason };
      return { result, status, response: null };
    }
  }

  return {
    async send(sent) {
      // Who waits for a place has not begun: neither the time-out nor the duration counts that time.
      const leave = sent.purpose === 'token' ? () => {} : await gate.enter(sent.signal);
      const startedMs = clock.nowMs();
      const { result, status, response } =
        leave === null
          ? { result: notSent('ABORTED', false), status: null, response: null }
          : await exchange(sent).finally(leave);
      const record: ExchangeRecord = {
        requestSha256: sha256Of(sent.body ?? ''),
        httpStatus: status,
        responseSha256: response === null ? null : sha256Of(response),
        durationMs: Math.max(0, clock.nowMs() - startedMs),
      };
      report(input.log, sent, record, result);
      return { ...result, record };
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** Where one request goes, and by which way. */
interface Line {
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

/**
 * The longest that one request takes, from the moment it may leave to the end of its answer, whatever the other side
 * does: to connect, until the answer begins, and to read it.
 */
export function longestRequestMs(timeoutMs: number): number {
  return CONNECT_TIMEOUT_MS + timeoutMs;
}

function withinMs(limitMs: number, signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(limitMs);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

class TooLate extends Error {
  readonly code = 'TOO_LATE';
}

/**
 * Asks once more in the very moment before the first byte is written, after a connection was waited for: a process that
 * was paused meanwhile must not send what another one has taken over.
 */
function fenced(pool: Pool, isTooLate: () => boolean): Dispatcher {
  return pool.compose((dispatch) => (options, handler) => dispatch(options, new Fence(handler, isTooLate)));
}

class Fence extends DecoratorHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #isTooLate: () => boolean;

  constructor(handler: Dispatcher.DispatchHandler, isTooLate: () => boolean) {
    super(handler);
    this.#handler = handler;
    this.#isTooLate = isTooLate;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    if (this.#isTooLate()) throw new TooLate();
    this.#handler.onRequestStart?.(controller, context);
  }
}

type Outcome = Omit<HttpAnswer, 'record'> | Omit<HttpNotSent, 'record'> | Omit<HttpLost, 'record'>;

function notSent(reason: string, isCertificate: boolean): Outcome {
  return { kind: 'not-sent', reason, isCertificate };
}

/** For whoever looks for a fault: no query, because it may name a person; no header, no body, no secret. */
function report(log: Log, sent: HttpRequest, record: ExchangeRecord, result: Outcome): void {
  log.write(result.kind === 'answered' ? 'debug' : 'warn', 'sap.request', {
    purpose: sent.purpose,
    method: sent.method,
    path: new URL(sent.url).pathname,
    status: record.httpStatus ?? undefined,
    durationMs: record.durationMs,
    failure: result.kind === 'answered' ? undefined : result.reason,
  });
}

/** Reads the whole body; fails (and cuts the connection) when it grows too large or trickles past the time-out. */
async function readBody(
  body: AsyncIterable<Uint8Array>,
  limits: { bytesMax: number; isOverdue: () => boolean },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > limits.bytesMax) throw Object.assign(new Error(), { code: 'RESPONSE_TOO_LARGE' });
    if (limits.isOverdue()) throw Object.assign(new Error(), { code: 'RESPONSE_TOO_SLOW' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readHeaders(raw: Readonly<Record<string, string | string[] | undefined>>): {
  headers: Record<string, string>;
  setCookies: readonly string[];
} {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) headers[name.toLowerCase()] = first;
  }
  const cookies = raw['set-cookie'];
  return { headers, setCookies: cookies === undefined ? [] : Array.isArray(cookies) ? cookies : [cookies] };
}
