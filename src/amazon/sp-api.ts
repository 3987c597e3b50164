import type { SpApiPost, SpApiRead } from './exchange.ts';
import type { JsonReading } from './read-json.ts';

export interface SpApiRequest<T> {
  readonly operation: SpApiRead;
  /** Below the endpoint, already encoded. */
  readonly path: string;
  /** Lists are joined by commas. */
  readonly query?: Readonly<Record<string, string>>;
  readonly read: (body: Uint8Array) => JsonReading<T>;
  /** Default 6. */
  readonly attemptsMax?: number;
  /** Sent instead of the access token: a restricted data token. Never renewed. */
  readonly restrictedToken?: string;
  /** Default 8 MiB; 32 MiB for `searchOrders` and `listTransactions`. */
  readonly answerBytesMax?: number;
}

export interface SpApiPostRequest<T> {
  readonly operation: SpApiPost;
  readonly body: unknown;
  readonly read: (body: Uint8Array) => JsonReading<T>;
  /** Default 6. Only what is certainly not done is sent again. */
  readonly attemptsMax?: number;
}

export interface SpApiAnswer<T> {
  readonly value: T;
  /** Amazon's `Date` header, for comparing clocks. */
  readonly date: string | undefined;
}

/** What the feeds need of the transport. `SpApiClient` is it; a test may hand in its own. */
export interface SpApi {
  get<T>(request: SpApiRequest<T>): Promise<SpApiAnswer<T>>;
  /** `undefined` for 404; otherwise like `get`. */
  find<T>(request: SpApiRequest<T>): Promise<SpApiAnswer<T> | undefined>;
  /** The path follows from the operation. A lost answer or 5xx to `createReport` raises `AMAZON_REQUEST_LOST` (unknown). */
  post<T>(request: SpApiPostRequest<T>): Promise<SpApiAnswer<T>>;
}

/** Nothing was asked of Amazon, so that it tells nothing about what works. */
export interface Untried {
  readonly says: string;
  readonly isTried: false;
}

/** One thing the doctor tries: one request of one operation. */
export interface AmazonProbe {
  readonly name: string;
  /** Says what works, or that there was nothing to try it with. Raises the problem otherwise. */
  readonly run: () => Promise<string | Untried>;
  /** The role that lets an application do this, as Seller Central names it. */
  readonly role: string;
}
