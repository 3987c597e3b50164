import { request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { buildConnector } from 'undici';
import { errorCodeOf } from './tls.ts';

/** An HTTP proxy between us and SAP. */
export interface HttpProxy {
  readonly url: string;
  /** The whole value of the header `Proxy-Authorization`; `null` where the proxy asks for none. */
  readonly authorization: string | null;
}

/** The reasons of a connection that did not come about because of the proxy begin with this: `PROXY_407`, `PROXY_ECONNREFUSED`. */
export const PROXY_REASON = 'PROXY_';

class ProxyFailure extends Error {
  readonly code: string;

  constructor(what: string) {
    super();
    this.code = `${PROXY_REASON}${what}`;
  }
}

/**
 * Opens connections to SAP, through the proxy where there is one: for every address a tunnel (CONNECT), so that the proxy
 * sees host and port but neither the books nor the log-on. Within `timeoutMs` in all. A connection that does not come about
 * fails before one byte of a request can leave.
 */
export function createConnector(
  tls: SecureContextOptions,
  proxy: HttpProxy | null,
  timeoutMs: number,
): buildConnector.connector {
  if (proxy === null) return buildConnector({ ...tls, timeout: timeoutMs });
  return (target, callback) => {
    const startedMs = performance.now();
    openTunnel(proxy, target, { tls, timeoutMs }).then(
      (socket) => {
        if (target.protocol !== 'https:') {
          callback(null, socket);
          return;
        }
        const leftMs = Math.max(1, Math.ceil(timeoutMs - (performance.now() - startedMs)));
        buildConnector({ ...tls, timeout: leftMs })({ ...target, httpSocket: socket }, callback);
      },
      (error: Error) => callback(error, null),
    );
  };
}

/** A socket that leads to the target. Fails with a `ProxyFailure` only. */
function openTunnel(
  proxy: HttpProxy,
  target: buildConnector.Options,
  { tls, timeoutMs }: { tls: SecureContextOptions; timeoutMs: number },
): Promise<Socket> {
  const { hostname, port, protocol } = new URL(proxy.url);
  const isSecure = protocol === 'https:';
  const authority = `${target.hostname}:${target.port || (target.protocol === 'https:' ? 443 : 80)}`;
  return new Promise((resolve, reject) => {
    const asked = (isSecure ? requestOverHttps : requestOverHttp)({
      // Our client certificate is for SAP, not for the proxy.
      ...(isSecure && { ca: tls.ca, minVersion: tls.minVersion }),
      method: 'CONNECT',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || (isSecure ? 443 : 80),
      path: authority,
      headers: {
        host: authority,
        ...(proxy.authorization !== null && { 'proxy-authorization': proxy.authorization }),
      },
      agent: false,
    });
    // Not the request's own time-out or signal: both would go on to watch the tunnel after it was built.
    const tooSlow = AbortSignal.timeout(timeoutMs);
    const giveUp = () => {
      asked.destroy();
      reject(new ProxyFailure('TIMEOUT'));
    };
    tooSlow.addEventListener('abort', giveUp, { once: true });
    asked.on('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      tooSlow.removeEventListener('abort', giveUp);
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        reject(new ProxyFailure(String(statusCode)));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      socket.setKeepAlive(true, 60_000);
      resolve(socket);
    });
    // Something that is no proxy answers a CONNECT like any other request.
    asked.on('response', ({ statusCode = 0 }) => {
      tooSlow.removeEventListener('abort', giveUp);
      asked.destroy();
      reject(new ProxyFailure(String(statusCode)));
    });
    asked.on('error', (error) => {
      tooSlow.removeEventListener('abort', giveUp);
      reject(new ProxyFailure(errorCodeOf(error)));
    });
    asked.end();
  });
}
