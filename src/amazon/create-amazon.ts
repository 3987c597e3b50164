import { setMaxListeners } from 'node:events';
import type { AmazonFeeds, QuotaStore, SettlementReports } from '../app/index.ts';
import { type Clock, type Log, Problem, type Randomness, recordSpan } from '../core/index.ts';
import { type DoctorRequest, examineAmazon } from './doctor.ts';
import type { AmazonExchange, OnExchange, OnWait } from './exchange.ts';
import { createFinancesFeed, createPayoutsFeed, financeProbes } from './finances/index.ts';
import { HttpClient } from './http.ts';
import { LwaTokens, ROTATION_SCOPE } from './lwa-tokens.ts';
import { createMemoryQuotas } from './memory-quotas.ts';
import { createOrdersFeed, orderProbes } from './orders/index.ts';
import { type AmazonCheck, findAmazon, pingAmazon } from './ping.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { ReportDownloader } from './report-download.ts';
import { createRequestedReports, reportProbes, reportReaders } from './requested-reports/index.ts';
import { createSellerMarketplaces } from './seller-marketplaces.ts';
import type { AmazonSecrets, AmazonSettings } from './settings.ts';
import { createSettlementReports } from './settlement-reports.ts';
import { SpApiClient } from './sp-api-client.ts';
import { createTokenCache, type TokenCache } from './token-cache.ts';

const timeoutMsDefault = 30_000;

export interface AmazonOptions {
  readonly settings: AmazonSettings;
  readonly secrets: AmazonSecrets;
  readonly sellerAccount: string;
  /** From `formatUserAgent`. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  /** Awaited before anything else happens, so that a request that cannot be recorded is not followed by another. */
  readonly onExchange: (exchange: AmazonExchange) => void | Promise<void>;
  readonly onWait: OnWait;
  /** Where allowances are counted. Default: in this process, full at its start. */
  readonly quotas?: QuotaStore;
  /** Where access tokens are kept. One for all connections of a process; default: one for this connection. */
  readonly tokenCache?: TokenCache;
  /** Ends every request and every wait with the signal's reason. */
  readonly signal?: AbortSignal;
  /** For a connection, for an answer to begin, and between two pieces of it. Default 30 s. */
  readonly timeoutMs?: number;
  /** Default 2 GiB, as delivered (compressed). */
  readonly reportBytesMax?: number;
}

export interface Amazon {
  readonly reports: SettlementReports;
  readonly feeds: AmazonFeeds;
  /** What a sync needs, each tried once. */
  ping(): Promise<readonly AmazonCheck[]>;
  /** The same for settings that are new: no try is repeated, and what is wrong is told as a problem. */
  tryOut(): Promise<readonly { readonly name: string; readonly problem: Problem | null }[]>;
  /**
   * Everything the connector can do, each operation tried once, and what is missing with its fix. Makes a small report at
   * Amazon unless it is told to read only.
   */
  doctor(request?: DoctorRequest): Promise<readonly AmazonCheck[]>;
  /** Ends what is under way with `AMAZON_CLOSED` (unavailable) and cuts the connections. */
  close(): Promise<void>;
}

/** One seller account at Amazon. It changes nothing there but for the reports it asks for. Opens no connection before it is first asked for something. */
export function createAmazon(options: AmazonOptions): Amazon {
  const closing = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
  // Every request and every wait listens to this one signal; Node would take more than ten for a leak.
  setMaxListeners(0, signal);
  const { settings, clock, randomness } = options;
  const timeoutMs = options.timeoutMs ?? timeoutMsDefault;
  const http = new HttpClient({ clock, signal, connectTimeoutMs: timeoutMs });
  const onExchange: OnExchange = (facts) => {
    const { operation, status, attempt, durationMs } = facts;
    recordSpan('amazon.request', { operation, status: status ?? undefined, attempt }, durationMs);
    return options.onExchange({ marketplaceIds: [], ...facts, region: settings.region });
  };
  const common = { ...options, onExchange, http, signal, timeoutMs };
  const cache = options.tokenCache ?? createTokenCache();
  const tokens = new LwaTokens({ ...common, cache, grant: { type: 'refresh' } });
  const tokensOnce = new LwaTokens({ ...common, cache, grant: { type: 'refresh' }, attemptsMax: 1 });
  const limiter = createRateLimiter({
    application: settings.clientId,
    region: settings.region,
    sellerAccount: options.sellerAccount,
    quotas: options.quotas ?? createMemoryQuotas(clock),
    clock,
    randomness,
    onWait: options.onWait,
  });
  const client = new SpApiClient({ ...common, endpoint: settings.endpoint, tokens, limiter });
  const downloader = new ReportDownloader({ ...common, client });
  const forFeeds = { ...common, api: client, downloader };
  return {
    reports: createSettlementReports({ client, downloader, clock, log: options.log }),
    feeds: {
      marketplaces: createSellerMarketplaces(forFeeds),
      orders: createOrdersFeed(forFeeds),
      finances: createFinancesFeed(forFeeds),
      payouts: createPayoutsFeed(forFeeds),
      requested: createRequestedReports(forFeeds),
      readers: reportReaders,
    },
    ping: () => pingAmazon({ tokens, client, clock }),
    tryOut: async () => {
      const findings = await findAmazon({ tokens: tokensOnce, client, clock });
      return findings.map(({ check, problem }) => ({ name: check.name, problem }));
    },
    doctor: (request) =>
      examineAmazon(
        {
          settings,
          tokens: tokensOnce,
          clientTokens: new LwaTokens({
            ...common,
            cache,
            grant: { type: 'client-credentials', scope: ROTATION_SCOPE },
            attemptsMax: 1,
          }),
          client,
          probesOf: (api) => [
            ...reportProbes({ api, clock }),
            ...orderProbes({ api, clock }),
            ...financeProbes({ api, clock }),
          ],
          clock,
        },
        request,
      ),
    close: async () => {
      closing.abort(closed());
      await http.close();
    },
  };
}

function closed(): Problem {
  return new Problem({
    code: 'AMAZON_CLOSED',
    kind: 'unavailable',
    says: 'The connection to Amazon was closed while it was in use.',
    next: 'Sync again.',
  });
}
