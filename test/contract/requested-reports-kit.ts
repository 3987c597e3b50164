/** What the tests of reports on request share: a scripted Amazon behind the port of the transport, and the whole client on it. */

import type { AmazonWait, SpApiOperation } from '../../src/amazon/exchange.ts';
import { HttpClient } from '../../src/amazon/http.ts';
import { readJson } from '../../src/amazon/read-json.ts';
import { ReportDownloader } from '../../src/amazon/report-download.ts';
import { createRequestedReports } from '../../src/amazon/requested-reports/index.ts';
import type { SpApi, SpApiAnswer } from '../../src/amazon/sp-api.ts';
import { refusalProblem } from '../../src/amazon/sp-api-problems.ts';
import { errorListSchema } from '../../src/amazon/wire.ts';
import type { ReportOrder } from '../../src/app/index.ts';
import { evenChance, SELLER, VirtualClock } from './amazon-stand-in.ts';

export interface Asked {
  readonly operation: SpApiOperation;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly restrictedToken: string | null;
}

export interface Scripted {
  readonly status?: number;
  readonly body?: unknown;
}

/** Answers by script what the transport would ask. */
export function scriptedApi(answer: (asked: Asked) => Scripted): { readonly api: SpApi; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const ask = <T>(request: Asked, read: (body: Uint8Array) => ReturnType<typeof readJson<T>>): SpApiAnswer<T> => {
    asked.push(request);
    const { status = 200, body = {} } = answer(request);
    const bytes = Buffer.from(JSON.stringify(body));
    if (status >= 400) {
      const errors = readJson(bytes, errorListSchema);
      const facts = { amazonRequestId: 'REQ-1', secrets: [] };
      throw refusalProblem({
        ...facts,
        operation: request.operation,
        status,
        errors: errors.ok ? errors.value.errors : [],
      });
    }
    const reading = read(bytes);
    if (!reading.ok) throw new Error(`unreadable: ${reading.fault}`);
    return { value: reading.value, date: undefined };
  };
  const api: SpApi = {
    get: async (request) =>
      ask(
        {
          operation: request.operation,
          path: request.path,
          query: request.query ?? {},
          body: null,
          restrictedToken: request.restrictedToken ?? null,
        },
        request.read,
      ),
    find: async (request) => {
      try {
        return await api.get(request);
      } catch (thrown) {
        if (String(thrown).includes('(404')) return undefined;
        throw thrown;
      }
    },
    post: async (request) =>
      ask(
        { operation: request.operation, path: '', query: {}, body: request.body, restrictedToken: null },
        request.read,
      ),
  };
  return { api, asked };
}

/** The whole of reports on request, on a virtual clock. Close it after the test. */
export function requestedReports(answer: (asked: Asked) => Scripted) {
  const { api, asked } = scriptedApi(answer);
  const clock = new VirtualClock();
  const closing = new AbortController();
  const waits: AmazonWait[] = [];
  const logged: unknown[] = [];
  const http = new HttpClient({ clock, signal: closing.signal, connectTimeoutMs: 5_000 });
  const common = {
    clock,
    randomness: evenChance,
    log: { write: (...entry: unknown[]) => void logged.push(entry) },
    onWait: (wait: AmazonWait) => void waits.push(wait),
    signal: closing.signal,
  };
  const downloader = new ReportDownloader({
    ...common,
    client: api,
    http,
    sellerAccount: SELLER,
    timeoutMs: 5_000,
    onExchange: (exchange) => void logged.push(exchange),
  });
  const reports = createRequestedReports({ ...common, api, downloader });
  return { reports, asked, clock, waits, logged, close: () => http.close() };
}

export const WINDOW = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-08T00:00:00.000Z' };

export const ORDERED: ReportOrder = {
  kind: 'orders-by-last-update',
  marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
  window: WINDOW,
};

/** A report as Amazon tells of it. */
export function told(more: Readonly<Record<string, unknown>> = {}) {
  return {
    reportId: 'R1',
    reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
    createdTime: '2026-11-22T00:00:00+00:00',
    processingStatus: 'IN_PROGRESS',
    dataStartTime: '2026-11-01T00:00:00+00:00',
    dataEndTime: '2026-11-08T00:00:00+00:00',
    marketplaceIds: ['A13V1IB3VIYZZH', 'A1PA6795UKMFR9'],
    ...more,
  };
}
