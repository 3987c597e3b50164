import { createHash } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import { type Clock, isProblem } from '../core/index.ts';
import { destinationFailure, destinationUnknown } from './destination-problem.ts';
import {
  type DestinationRequest,
  type FindDestination,
  type FoundDestination,
  readDestination,
} from './read-destination.ts';
import type { Redactor } from './redact.ts';

/** What a destination of SAP BTP comes to: where requests go, by which way, and how they log on. */
export interface Destination {
  /** The address that takes the place of `DESTINATION_BASE_URL` (destination-place.ts), without a slash at its end. */
  readonly url: string;
  /** `null` where the connection's client certificate, or nothing, is the log-on. */
  readonly authorization: string | null;
  /** With every request: client, location of the Cloud Connector, headers kept in the destination. */
  readonly headers: Readonly<Record<string, string>>;
  /** The connectivity proxy that leads through the Cloud Connector; `null` for a system on the internet. */
  readonly onPremiseProxy: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
  readonly tls: SecureContextOptions;
  /** Changes when `tls` does. */
  readonly tlsKey: string;
  readonly renewAtMs: number;
}

/** One destination, looked up when it is needed and kept while its tokens live. */
export interface DestinationSource {
  /** Raises `SAP_DESTINATION_…` problems: `invalid`, `rejected`, `unavailable`. */
  current(): Promise<Destination>;
  /** The one looked up last; a log-on always comes before a request. */
  known(): Destination;
  /** SAP, or the proxy before it, refused what this destination gave: the next one is looked up anew. */
  drop(destination: Destination): void;
}

export function createDestinationSource(input: {
  request: DestinationRequest;
  find: FindDestination;
  clock: Clock;
  redactor: Redactor;
}): DestinationSource {
  const { clock, find, redactor, request } = input;
  let current: Destination | null = null;
  let last: Destination | null = null;
  let pending: Promise<Destination> | null = null;

  async function lookUp(): Promise<Destination> {
    const nowMs = clock.nowMs();
    let found: FoundDestination | null;
    try {
      found = await find(request);
    } catch (error) {
      throw redactor.problem(isProblem(error) ? error : destinationFailure(request.name, error));
    }
    if (found === null) throw destinationUnknown(request.name);
    for (const secret of secretsOf(found)) redactor.learn(secret, 'log-on');
    const read = readDestination(request.name, found, nowMs);
    const tlsKey = createHash('sha256')
      .update(JSON.stringify(found.certificates ?? []))
      .digest('hex');
    return { ...read, tlsKey };
  }

  /** However many callers wait, one look-up is under way. */
  function shared(): Promise<Destination> {
    pending ??= lookUp()
      .then((destination) => {
        current = destination;
        last = destination;
        return destination;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  return {
    current: async () => (current && clock.nowMs() < current.renewAtMs ? current : shared()),
    known() {
      if (last === null) throw new Error('a log-on comes before every request');
      return last;
    },
    drop(destination) {
      if (current === destination) current = null;
    },
  };
}

function secretsOf(found: FoundDestination): string[] {
  const tokens = (found.authTokens ?? []).flatMap((token) => [token.value, token.http_header?.value]);
  const headers = Object.values(found.proxyConfiguration?.headers ?? {});
  return [found.password, found.keyStorePassword, ...tokens, ...headers].filter(
    (secret): secret is string => typeof secret === 'string',
  );
}
