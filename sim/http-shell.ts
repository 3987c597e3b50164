/**
 * The thin node:http shell around a pretend vendor. The vendor itself is a plain function
 * `(request) → response`, so a simulation can call it without sockets; this file only carries bytes.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One HTTP request as a pretend vendor sees it. */
export interface SimRequest {
  /** Upper case: `GET`, `POST`, … */
  readonly method: string;
  /** Path and query as sent, without scheme and host: `/sap/opu/odata/…?$top=1`. */
  readonly url: string;
  /** Names in lower case; repeated headers joined as node:http does. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The world's clock when the request arrived, in milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * How a reply travels. `reply` arrives whole; `destroy` closes the socket without a byte (the work may have been done);
 * `truncate` promises the whole length and closes after `bytes`; `delay` arrives whole after `delayMs` of real time.
 */
export type SimDelivery =
  | { readonly kind: 'reply' }
  | { readonly kind: 'destroy' }
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'delay'; readonly delayMs: number };

/** One HTTP reply of a pretend vendor. A missing `delivery` means it arrives whole. */
export interface SimResponse {
  readonly status: number;
  /** A list value sends the header several times (`set-cookie`). */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
  readonly delivery?: SimDelivery;
}

export type SimHandler = (request: SimRequest) => SimResponse | Promise<SimResponse>;

export interface HttpShellOptions {
  readonly handler: SimHandler;
  /** The world's clock in milliseconds; a test passes its own. */
  readonly nowMs: () => number;
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Larger request bodies are answered 413. Default 64 MiB. */
  readonly bodyBytesMax?: number;
}

export interface HttpShell {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and cuts every open connection, also those with a delayed reply. */
  close(): Promise<void>;
}

const bodyBytesMaxDefault = 64 * 1024 * 1024;

/** Serves a pretend vendor on the loopback interface. A handler that throws is answered 500 with its message. */
export async function startHttpShell(options: HttpShellOptions): Promise<HttpShell> {
  const timers = new Set<NodeJS.Timeout>();
  const bodyBytesMax = options.bodyBytesMax ?? bodyBytesMaxDefault;
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, options, bodyBytesMax, timers).catch((cause: unknown) => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`simulator defect: ${cause}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise<void>((resolve, reject) => {
        for (const timer of timers) clearTimeout(timer);
        timers.clear();
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: HttpShellOptions,
  bodyBytesMax: number,
  timers: Set<NodeJS.Timeout>,
): Promise<void> {
  const body = await readBody(incoming, bodyBytesMax);
  if (body === undefined) {
    outgoing.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const response = await options.handler({
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: flattenHeaders(incoming),
    body,
    nowMs: options.nowMs(),
  });
  deliver(outgoing, response, incoming.method === 'HEAD', timers);
}

/** Returns undefined when the body is larger than allowed. */
async function readBody(incoming: IncomingMessage, bodyBytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function flattenHeaders(incoming: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function deliver(outgoing: ServerResponse, response: SimResponse, head: boolean, timers: Set<NodeJS.Timeout>): void {
  const bytes = typeof response.body === 'string' ? Buffer.from(response.body, 'utf8') : Buffer.from(response.body);
  const delivery = response.delivery ?? { kind: 'reply' };
  const send = (): void => {
    for (const [name, value] of Object.entries(response.headers)) {
      outgoing.setHeader(name, typeof value === 'string' ? value : [...value]);
    }
    const bodyless = response.status === 204 || response.status === 304;
    if (!bodyless) outgoing.setHeader('content-length', bytes.length);
    outgoing.writeHead(response.status);
    if (delivery.kind === 'truncate') {
      outgoing.write(bytes.subarray(0, delivery.bytes), () => outgoing.destroy());
    } else {
      outgoing.end(head || bodyless ? undefined : bytes);
    }
  };
  if (delivery.kind === 'destroy') {
    outgoing.destroy();
  } else if (delivery.kind === 'delay') {
    const timer = setTimeout(() => {
      timers.delete(timer);
      send();
    }, delivery.delayMs);
    timers.add(timer);
  } else {
    send();
  }
}
