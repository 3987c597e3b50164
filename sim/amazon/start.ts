import { type HttpShell, startHttpShell } from '../http-shell.ts';
import { createPretendAmazon, type PretendAmazon, type PretendAmazonOptions } from './pretend-amazon.ts';

export interface StartPretendAmazonOptions extends Omit<PretendAmazonOptions, 'storeUrl'> {
  /** The world's clock in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Of login and API. 0 or absent: a free port. The document store always takes a free one. */
  readonly port?: number;
}

export interface RunningPretendAmazon {
  /** Login, API and controls: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The document store, on a port of its own. */
  readonly storeUrl: string;
  readonly world: PretendAmazon;
  close(): Promise<void>;
}

/** Serves a pretend Amazon on the loopback interface. */
export async function startPretendAmazon(options: StartPretendAmazonOptions): Promise<RunningPretendAmazon> {
  const { nowMs, port, ...rest } = options;
  let amazon: PretendAmazon | undefined;
  const store: HttpShell = await startHttpShell({
    nowMs,
    handler: (request) => {
      if (!amazon) throw new Error('the pretend Amazon has not started yet');
      return amazon.handleDownload(request);
    },
  });
  const world = createPretendAmazon({ ...rest, storeUrl: store.url });
  amazon = world;
  const api = await startHttpShell({
    nowMs,
    handler: (request) => world.handle(request),
    ...(port !== undefined && { port }),
  });
  return {
    url: api.url,
    storeUrl: store.url,
    world,
    close: async () => {
      await Promise.all([api.close(), store.close()]);
    },
  };
}
