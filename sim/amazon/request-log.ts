import type { SimRequest } from '../http-shell.ts';
import type { FaultKind } from './faults.ts';
import type { Operation } from './quotas.ts';

const requestsLoggedMax = 20_000;

/** What a test may know about a request afterwards. Never a token, a secret or a signature. */
export interface LoggedRequest {
  /** Counts from 1 and never starts again. */
  readonly sequence: number;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** Without signatures and page tokens. */
  readonly query: Readonly<Record<string, string>>;
  /** Undefined for a path that Amazon does not have. */
  readonly operation: Operation | undefined;
  readonly sellerId: string | undefined;
  readonly status: number;
  readonly fault: FaultKind | undefined;
  readonly userAgent: string;
}

type Outcome = Pick<LoggedRequest, 'operation' | 'sellerId' | 'status' | 'fault'>;

/** The latest 20,000 requests, oldest first. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = [];
  #count = 0;

  /** Returns the request's number. */
  add(request: SimRequest, outcome: Outcome): number {
    this.#count += 1;
    const address = new URL(request.url, 'http://log');
    const query = Object.fromEntries(
      [...address.searchParams].map(([name, value]) => [name, /token|signature/i.test(name) ? '…' : value]),
    );
    this.#requests.push({
      sequence: this.#count,
      atMs: request.nowMs,
      method: request.method,
      path: address.pathname,
      query,
      userAgent: request.headers['user-agent'] ?? '',
      ...outcome,
    });
    if (this.#requests.length > requestsLoggedMax) this.#requests.shift();
    return this.#count;
  }

  all(): readonly LoggedRequest[] {
    return this.#requests;
  }

  of(operation: Operation): readonly LoggedRequest[] {
    return this.#requests.filter((request) => request.operation === operation);
  }
}
