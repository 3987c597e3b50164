import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { Problem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { createHealth, type Health } from './health.ts';
import { type Metrics, startMetrics } from './metrics.ts';

export const LOOPBACK = '127.0.0.1';
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
const REQUEST_MS_MAX = 10_000;

export interface TelemetryOptions {
  readonly workspace: Pick<Workspace, 'database' | 'clock' | 'programVersion'>;
  /** Any free one when it is 0. */
  readonly port: number;
  /** An address of this machine: of the loopback interface, unless whoever collects is on another machine. */
  readonly listen: string;
  /** Whether the engine that runs the jobs is at work. */
  readonly isRunning: () => boolean;
}

export interface Telemetry {
  readonly url: string;
  readonly health: Health;
  close(): Promise<void>;
}

/**
 * Serves `/metrics`, `/health/live` and `/health/ready`; it has no sign-in, and shows counts and names of connections, no
 * figure of the books. Raises `PORT_IN_USE` (conflict) and `LISTEN_ADDRESS_INVALID` (invalid).
 */
export async function serveTelemetry({ workspace, port, listen, isRunning }: TelemetryOptions): Promise<Telemetry> {
  if (isIP(listen) === 0) throw listenInvalid(listen);
  const health = createHealth(workspace.database, isRunning);
  const metrics = startMetrics(workspace);
  const isLocal = listen === LOOPBACK || listen === '::1';
  const server = createServer((request, response) => {
    void answer({ request, response, health, metrics, isLocal }).catch(() => response.destroy());
  });
  server.requestTimeout = REQUEST_MS_MAX;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, listen, resolve);
    });
  } catch (error) {
    metrics.close();
    throw listenProblem(error, port, listen);
  }
  const { port: bound, address } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${bound}`,
    health,
    async close() {
      metrics.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Question {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly isLocal: boolean;
}

async function answer({ request, response, health, metrics, isLocal }: Question): Promise<void> {
  const say = (status: number, type: string, text: string) => {
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  const sayJson = (status: number, value: object) => say(status, 'application/json', `${JSON.stringify(value)}\n`);
  // A page of another site must not reach this through a host name of its own that points to loopback.
  if (isLocal && !OWN_HOST.test(request.headers.host ?? '')) return sayJson(421, { ok: false });
  if (request.method !== 'GET' && request.method !== 'HEAD') return sayJson(405, { ok: false });
  switch (request.url?.split('?')[0]) {
    case '/metrics':
      return say(200, metrics.contentType, await metrics.render());
    case '/health/live':
      return sayJson(200, { ok: true });
    case '/health/ready': {
      const readiness = await health.ready();
      return sayJson(readiness.ok ? 200 : 503, readiness);
    }
    default:
      return sayJson(404, { ok: false });
  }
}

function listenInvalid(listen: string): Problem {
  return new Problem({
    code: 'LISTEN_ADDRESS_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(listen)} is not an address of this machine.`,
    next: 'Give an address in numbers: --listen 127.0.0.1, or --listen 0.0.0.0 for every network of this machine.',
    data: listen,
  });
}

function listenProblem(error: unknown, port: number, listen: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRNOTAVAIL') return listenInvalid(listen);
  if (code !== 'EADDRINUSE') return error;
  return new Problem(
    {
      code: 'PORT_IN_USE',
      kind: 'conflict',
      says: `Port ${port} for metrics is taken by another program.`,
      next: 'Choose another: seller-ledger start --metrics-port 9465',
    },
    { cause: error },
  );
}
