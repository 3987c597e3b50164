/** One request and its answer over the wire, and what is certain when either fails. */
import { DecoratorHandler, type Dispatcher, type Pool } from 'undici';
import { type Clock, elapsedMs } from '../core/index.ts';
import { PROXY_REASON } from './connect.ts';
import type { DestinationSource } from './destination.ts';
import type { HttpAnswer, HttpLost, HttpNotSent, HttpRequest } from './http.ts';
import { CONNECT_TIMEOUT_MS, type Line, type Pools } from './pools.ts';
import type { SapSettings } from './settings.ts';
import { errorCodeOf, isCertificateCode } from './tls.ts';

export interface Exchanged {
  readonly result: Omit<HttpAnswer, 'record'> | Omit<HttpNotSent, 'record'> | Omit<HttpLost, 'record'>;
  /** Known as soon as an answer began, also when its rest was lost. */
  readonly status: number | null;
  readonly response: Uint8Array | null;
}

interface ExchangeInput {
  readonly settings: SapSettings;
  readonly clock: Clock;
  readonly destination: DestinationSource | null;
}

/** Sends once. Never throws for what the network or SAP does. */
export async function exchange(
  { settings, clock, destination }: ExchangeInput,
  pools: Pools,
  sent: HttpRequest,
): Promise<Exchanged> {
  let status: number | null = null;
  try {
    if (sent.signal?.aborted) return neverLeft('ABORTED');
    const startedMs = elapsedMs(clock);
    const line = pools.lineFor(sent);
    const response = await request(pools.poolOf(line), line, { sent, clock });
    status = response.statusCode;
    const bytes = await readBody(response.body, {
      bytesMax: settings.responseBytesMax,
      isOverdue: () => elapsedMs(clock) - startedMs > sent.timeoutMs,
    });
    // A proxy that forwards asks for its log-on before it looks at the request, which therefore did not reach SAP.
    if (line.isForwarded && status === 407) {
      if (destination !== null) destination.drop(destination.known());
      return neverLeft(`${PROXY_REASON}TOKEN`);
    }
    return { result: answerOf(sent, line, response, bytes), status, response: bytes };
  } catch (error) {
    const reason = errorCodeOf(error);
    if (error instanceof TooLate || pools.isConnectFailure(error)) return neverLeft(reason);
    return { result: { kind: 'lost', reason }, status, response: null };
  }
}

/** Certainly not one byte left, or whoever received it does not pass it on. */
export function neverLeft(reason: string): Exchanged {
  return {
    result: { kind: 'not-sent', reason, isCertificate: isCertificateCode(reason) },
    status: null,
    response: null,
  };
}

function request(
  pool: Pool,
  line: Line,
  { sent, clock }: { sent: HttpRequest; clock: Clock },
): Promise<Dispatcher.ResponseData> {
  const { leaveByMs } = sent;
  const dispatcher = leaveByMs === undefined ? pool : fenced(pool, () => elapsedMs(clock) > leaveByMs);
  return dispatcher.request({
    origin: line.origin,
    path: line.path,
    method: sent.method,
    headers: { ...sent.headers, ...line.headers },
    headersTimeout: sent.timeoutMs,
    bodyTimeout: sent.timeoutMs,
    ...(sent.body !== undefined && { body: sent.body }),
    signal: withinMs(longestRequestMs(sent.timeoutMs), sent.signal),
  });
}

function answerOf(
  { url }: HttpRequest,
  { realBaseUrl }: Line,
  { statusCode: status, headers: raw }: Dispatcher.ResponseData,
  bytes: Uint8Array,
): Omit<HttpAnswer, 'record'> {
  const text = new TextDecoder('utf-8').decode(bytes);
  const answer = { kind: 'answered', path: new URL(url).pathname, status, ...readHeaders(raw), text } as const;
  return realBaseUrl === undefined ? answer : { ...answer, realBaseUrl };
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
