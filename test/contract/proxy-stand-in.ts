/** An HTTP proxy on a real socket, which tunnels (CONNECT) or forwards (whole address in the request line). */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ProxyRules {
  /** The status a CONNECT gets instead of a tunnel. */
  readonly refuseWith?: number;
  /** What `Proxy-Authorization` has to be; 407 otherwise. */
  readonly authorization?: string;
  /** Takes the connection and never answers. */
  readonly isSilent?: boolean;
  /** Where hosts that only the proxy knows really are. */
  readonly hosts?: Readonly<Record<string, string>>;
}

export interface ProxyStandIn {
  readonly url: string;
  /** `host:port` of each CONNECT, or the whole address of each forwarded request. */
  readonly asked: string[];
  readonly headers: IncomingMessage['headers'][];
  /** Everything that passed through the tunnels towards SAP. */
  readonly passed: Buffer[];
  /** Cuts every tunnel. */
  cut(): void;
  /** No connection comes about any more. */
  stop(): Promise<void>;
}

export async function startProxy(rules: ProxyRules = {}): Promise<ProxyStandIn> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const passed: Buffer[] = [];
  const server: Server = createServer((incoming, response) => forward(incoming, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });

  function refusalOf(incoming: IncomingMessage): number | undefined {
    asked.push(incoming.url ?? '');
    headers.push(incoming.headers);
    const isAllowed =
      rules.authorization === undefined || incoming.headers['proxy-authorization'] === rules.authorization;
    return isAllowed ? rules.refuseWith : 407;
  }

  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    const refusal = refusalOf(incoming);
    if (rules.isSilent) return;
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${rules.hosts?.[incoming.url ?? ''] ?? incoming.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket);
      socket.on('data', (bytes: Buffer) => passed.push(bytes));
      socket.pipe(onward);
    });
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });

  function forward(incoming: IncomingMessage, response: ServerResponse): void {
    const refusal = refusalOf(incoming);
    if (refusal !== undefined) {
      response.writeHead(refusal).end();
      return;
    }
    const target = new URL(incoming.url ?? '');
    const real = new URL(`http://${rules.hosts?.[target.host] ?? target.host}`);
    const onward = request(
      {
        host: real.hostname,
        port: real.port,
        method: incoming.method,
        path: target.pathname + target.search,
        headers: incoming.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async () => {
    cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, headers, passed, cut, stop };
}
