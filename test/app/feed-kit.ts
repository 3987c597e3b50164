/** Books in memory and an Amazon by script, for the use cases of reports on request. */
import {
  FEED_BATCH_MAX,
  type FeedContext,
  type FeedCursor,
  type FeedRunOptions,
  type ReportOrder,
  type ReportRequest,
  type ReportState,
  type RequestedReports,
  type SellerMarketplace,
} from '../../src/app/index.ts';
import { Problem, type ProblemFacts, sha256Of } from '../../src/core/index.ts';
import { TestClock } from '../simulation/test-clock.ts';

export const NOW = '2026-11-23T12:00:00.000Z';

export const order = (from: string, until: string, kind: ReportOrder['kind'] = 'fba-reimbursements'): ReportOrder => ({
  kind,
  marketplaceIds: ['A1PA6795UKMFR9'],
  window: { from: `${from}T00:00:00.000Z`, until: `${until}T00:00:00.000Z` },
});

export const problem = (code: string, kind: ProblemFacts['kind']) =>
  new Problem({ code, kind, says: `it is ${code}`, next: 'Nothing.' });

/** What Amazon does with each report it is asked for, in turn; the last one again and again. */
export interface Script {
  readonly create?: (order: ReportOrder, ordinal: number) => string | Problem;
  /** `true`: the answer to that request is lost, and Amazon makes the report nevertheless. */
  readonly losesAnswer?: (ordinal: number) => boolean;
  readonly state?: (order: ReportOrder, ordinal: number) => Exclude<ReportState, { state: 'waiting' }> | Problem;
  readonly bytes?: (order: ReportOrder) => string | Problem;
}

export class FakeAmazon {
  readonly asked: string[] = [];
  readonly #made = new Map<string, { order: ReportOrder; ordinal: number; createdAtMs: number }>();
  readonly #clock: TestClock;
  readonly #script: Script;
  #ordinal = 0;

  constructor(clock: TestClock, script: Script) {
    this.#clock = clock;
    this.#script = script;
  }

  get created(): readonly ReportOrder[] {
    return [...this.#made.values()].map(({ order: made }) => made);
  }

  readonly requested: RequestedReports = {
    create: async (wanted) => {
      this.#ordinal += 1;
      const ordinal = this.#ordinal;
      this.asked.push(`create ${wanted.window.from.slice(0, 10)}`);
      const id = this.#script.create?.(wanted, ordinal) ?? `R${ordinal}`;
      if (id instanceof Problem) throw id;
      this.#made.set(id, { order: wanted, ordinal, createdAtMs: this.#clock.nowMs() });
      if (this.#script.losesAnswer?.(ordinal)) throw problem('AMAZON_REQUEST_LOST', 'unknown');
      return id;
    },
    find: async (wanted, since) => {
      this.asked.push('find');
      return [...this.#made]
        .filter(
          ([, made]) => JSON.stringify(made.order) === JSON.stringify(wanted) && made.createdAtMs >= Date.parse(since),
        )
        .map(([id]) => id)
        .reverse();
    },
    state: async () => ({ state: 'waiting' }),
    wait: async (reportId, _requestedAtMs, waiting) => {
      this.asked.push(`wait ${reportId}`);
      await this.#clock.sleep(10_000);
      await waiting?.onPoll?.();
      const made = this.#made.get(reportId);
      if (!made) throw new Error(`${reportId} was never made`);
      const state = this.#script.state?.(made.order, made.ordinal) ?? {
        state: 'ready',
        reportDocumentId: `D-${reportId}`,
      };
      if (state instanceof Problem) throw state;
      return state;
    },
    download: async (_kind, reportDocumentId) => {
      this.asked.push(`download ${reportDocumentId}`);
      const made = this.#made.get(reportDocumentId.slice(2));
      const text = (made && this.#script.bytes?.(made.order)) ?? `bytes of ${reportDocumentId}`;
      if (text instanceof Problem) throw text;
      return {
        contentType: 'text/plain',
        headers: {},
        bytes: (async function* () {
          yield Buffer.from(text);
        })(),
      };
    },
  };
}

export interface FakeBooks {
  readonly requests: ReportRequest[];
  readonly cursors: Map<string, FeedCursor>;
  readonly stored: { readonly sha256: string; readonly rows: readonly unknown[] }[];
  readonly unreadable: unknown[];
}

export interface FeedWorld {
  readonly context: FeedContext;
  readonly amazon: FakeAmazon;
  readonly clock: TestClock;
  readonly books: FakeBooks;
  readonly options: FeedRunOptions;
  readonly kept: { count: number };
}

const store = (marketplaceId: string, isParticipating = true) =>
  ({ marketplaceId, isParticipating }) as unknown as SellerMarketplace;

export function feedWorld(
  script: Script = {},
  more: {
    region?: 'NA' | 'EU' | 'FE';
    since?: string;
    marketplaces?: readonly SellerMarketplace[];
    readers?: object;
    /** How far the clock of the books is ahead of the one that Amazon and this program share. */
    databaseAheadMs?: number;
  } = {},
): FeedWorld {
  const clock = new TestClock(Date.parse(NOW));
  const amazon = new FakeAmazon(clock, script);
  const books: FakeBooks = { requests: [], cursors: new Map(), stored: [], unreadable: [] };
  const evidence = new Map<string, Buffer>();
  const kept = { count: 0 };
  const sharedNowMs = () => clock.nowMs() + (more.databaseAheadMs ?? 0);
  const now = () => new Date(sharedNowMs()).toISOString();
  const putRows = async (_: unknown, sha256: string, rows: readonly unknown[]) => {
    if (rows.length > FEED_BATCH_MAX) throw new Error('too many rows at once');
    books.stored.push({ sha256, rows });
    return { inserted: rows.length, changed: 0, unchanged: 0, unreadable: 0 };
  };
  const port = {
    listReportRequests: async () => [...books.requests],
    reportRequestsOf: async (_: unknown, wanted: ReportOrder) =>
      books.requests.filter((request) => JSON.stringify(request.order) === JSON.stringify(wanted)),
    intendReport: async (_: unknown, wanted: ReportOrder) => {
      const request: ReportRequest = {
        ...{ id: `request ${books.requests.length + 1}`, connectionId: 'c' as never, order: wanted, state: 'intended' },
        ...{ intendedAt: now(), reportId: null, reportDocumentId: null, sha256: null, finishedAt: null, problem: null },
        attempt: 0,
      };
      books.requests.push(request);
      return request;
    },
    moveReportRequest: async (id: string, from: string, { to, ...change }: { to: ReportRequest['state'] }) => {
      const at = books.requests.findIndex((request) => request.id === id);
      const known = books.requests[at];
      if (known?.state !== from) throw problem('STATE_MOVED', 'conflict');
      const isFinal = ['stored', 'no-data', 'failed'].includes(to);
      const moved = { ...known, ...change, state: to, finishedAt: isFinal ? now() : null };
      books.requests[at] = moved;
      return moved;
    },
    putEvidence: async (bytes: AsyncIterable<Uint8Array>) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      const sha256 = sha256Of(Buffer.concat(pieces));
      evidence.set(sha256, Buffer.concat(pieces));
      return { sha256, byteCount: 0, isKnown: false };
    },
    openEvidence: async function* (sha256: string) {
      yield evidence.get(sha256) ?? Buffer.alloc(0);
    },
    describeEvidence: async () => ({
      contentType: 'text/plain',
      headers: {},
      origin: 'x',
      byteCount: 1,
      storedAt: NOW,
    }),
    readCursor: async (_: unknown, strand: string) => books.cursors.get(strand),
    writeCursor: async (_: unknown, strand: string, cursor: FeedCursor) => void books.cursors.set(strand, cursor),
    keepUnreadable: async (_: unknown, __: unknown, records: readonly unknown[]) => books.unreadable.push(...records),
    putReimbursements: putRows,
    putVatLines: putRows,
    sharedNowMs: async () => sharedNowMs(),
    listMarketplaces: async () => undefined,
    putMarketplaces: async () => {},
  };
  const context = {
    connection: { id: 'c', name: 'shop' },
    books: port,
    amazon: {
      requested: amazon.requested,
      marketplaces: { list: async () => more.marketplaces ?? [store('A1PA6795UKMFR9'), store('A1F83G8C2ARO7P')] },
      readers: more.readers,
    },
    rules: { since: more.since ?? '2026-11-20', marketplaceIds: null },
    region: more.region ?? 'EU',
    clock,
    log: { write: () => {} },
    actor: { kind: 'system', name: 'test' },
    onProgress: () => {},
  } as unknown as FeedContext;
  const keepAlive = async () => {
    kept.count += 1;
  };
  return { context, amazon, clock, books, options: { runMsMax: null, keepAlive }, kept };
}

export { store as marketplace };
