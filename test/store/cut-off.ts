import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Database } from '../../src/store/index.ts';

/** A way to the test server that can be cut, as when the server is down: connections break, and new ones are refused. */
export interface CutOff {
  /** The address of the database over this way. */
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function cutOff({ pool }: Database): Promise<CutOff> {
  const { host = '', port: serverPort, user = '', password, database: name = '' } = pool.options;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = host.startsWith('/')
      ? connect(join(host, `.s.PGSQL.${serverPort}`))
      : connect({ host, port: Number(serverPort) });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  const listen = (port: number) =>
    new Promise<number>((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
  const port = await listen(0);
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(String(password))}`;
  return {
    url: `postgres://${login}@127.0.0.1:${port}/${name}`,
    cut: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await closed;
    },
    mend: async () => {
      await listen(port);
    },
  };
}
