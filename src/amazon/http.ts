/**
 * The one place of this module that opens connections. It follows no redirect, undoes no compression, keeps no cookie
 * and retries nothing. There is no way to send anything but a GET, the form by which Login with Amazon issues tokens, and
 * one JSON body, for which `SpApiClient` knows two addresses: that is how this module can change nothing at Amazon but
 * make a report.
 */
import { Agent } from 'undici';
import type { Clock } from '../core/index.ts';

export interface HttpLimits {
  /** For the connection, for the answer's head, and between two pieces of its body. */
  readonly timeoutMs: number;
  /** For the whole of one answer, its body included. */
  readonly answerMsMax: number;
  readonly bytesMax: number;
}

export interface HttpHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** No whole answer arrived. `reason` holds no address beyond the host. */
export interface HttpLoss {
  readonly outcome: 'lost';
  readonly reason: string;
  /** It would be as large again; this is the status of the answer. */
  readonly tooLargeStatus?: number;
}

export type HttpAnswer = (HttpHead & { readonly outcome: 'answered'; readonly body: Uint8Array }) | HttpLoss;
export type HttpOpening =
  | (HttpHead & { readonly outcome: 'opened'; readonly bytes: AsyncIterable<Uint8Array> })
  | HttpLoss;

/** Thrown by a body that ended before its time; `reason` as in `HttpLoss`. */
export class BodyLoss extends Error {
  override readonly name = 'BodyLoss';
}

/** Thrown by a body larger than its limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class HttpClient {
  readonly #agent: Agent;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  /** `signal` ends every request, also those whose body is being read. */
  constructor(options: { clock: Clock; signal: AbortSignal; connectTimeoutMs: number }) {
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#agent = new Agent({ connect: { timeout: options.connectTimeoutMs }, pipelining: 1 });
  }

  /** Reads a whole answer. Raises only the signal's reason. */
  get(url: URL, headers: Readonly<Record<string, string>>, limits: HttpLimits): Promise<HttpAnswer> {
    return this.#exchange({ method: 'GET', url, headers }, limits);
  }

  /** Sends a form to Login with Amazon and reads the whole answer. Raises only the signal's reason. */
  postForm(url: URL, form: URLSearchParams, headers: Readonly<Record<string, string>>, limits: HttpLimits) {
    const formHeaders = { ...headers, 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
    return this.#exchange({ method: 'POST', url, headers: formHeaders, body: form.toString() }, limits);
  }

  /** Sends JSON and reads the whole answer. Raises only the signal's reason. */
  postJson(url: URL, body: unknown, headers: Readonly<Record<string, string>>, limits: HttpLimits) {
    const jsonHeaders = { ...headers, 'content-type': 'application/json' };
    return this.#exchange({ method: 'POST', url, headers: jsonHeaders, body: JSON.stringify(body) }, limits);
  }

  /** Opens an answer whose body is read piece by piece; the body raises `BodyLoss` or `BodyTooLarge`. */
  open(url: URL, limits: HttpLimits): Promise<HttpOpening> {
    return this.#open({ method: 'GET', url, headers: {} }, limits);
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
    const opening = await this.#open(request, limits);
    if (opening.outcome === 'lost') return opening;
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of opening.bytes) pieces.push(piece);
    } catch (thrown) {
      if (thrown instanceof BodyTooLarge)
        return { outcome: 'lost', reason: thrown.message, tooLargeStatus: opening.status };
      if (thrown instanceof BodyLoss) return { outcome: 'lost', reason: thrown.message };
      throw thrown;
    }
    return { outcome: 'answered', status: opening.status, headers: opening.headers, body: Buffer.concat(pieces) };
  }

  async #open(request: HttpRequest, limits: HttpLimits): Promise<HttpOpening> {
    this.#signal.throwIfAborted();
    const startedMs = this.#clock.nowMs();
    try {
      const answer = await this.#agent.request({
        origin: request.url.origin,
        path: `${request.url.pathname}${request.url.search}`,
        method: request.method,
        headers: { ...request.headers },
        body: request.body ?? null,
        signal: this.#signal,
        headersTimeout: limits.timeoutMs,
        bodyTimeout: limits.timeoutMs,
      });
      const headers = flatten(answer.headers);
      const bytes = this.#readBody(answer.body, { headers, startedMs, limits });
      return { outcome: 'opened', status: answer.statusCode, headers, bytes };
    } catch (thrown) {
      this.#signal.throwIfAborted();
      return { outcome: 'lost', reason: lossReason(thrown, request.url, limits) };
    }
  }

  async *#readBody(
    body: AsyncIterable<Uint8Array>,
    facts: { headers: Readonly<Record<string, string>>; startedMs: number; limits: HttpLimits },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { limits } = facts;
    const promised = facts.headers['content-length'];
    let count = 0;
    try {
      for await (const piece of body) {
        count += piece.byteLength;
        if (count > limits.bytesMax) throw new BodyTooLarge(`the answer is larger than ${limits.bytesMax} bytes`);
        if (this.#clock.nowMs() - facts.startedMs > limits.answerMsMax)
          throw new BodyLoss(`the answer took longer than ${limits.answerMsMax} ms; ${count} bytes had arrived`);
        yield piece;
      }
    } catch (thrown) {
      this.#signal.throwIfAborted();
      if (thrown instanceof BodyLoss || thrown instanceof BodyTooLarge) throw thrown;
      throw new BodyLoss(`the connection broke after ${count} of ${promised ?? 'an unknown number of'} bytes`);
    }
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** From the error's code only: its text and its cause may quote what was sent. */
function lossReason(thrown: unknown, url: URL, limits: HttpLimits): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'no code';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return `${url.host} did not answer within ${limits.timeoutMs} ms`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `${url.host} did not take the connection in time`;
  return `no answer from ${url.host} (${code})`;
}
