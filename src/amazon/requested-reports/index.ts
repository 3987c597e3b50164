import type { ReportReaders, RequestedReports } from '../../app/index.ts';
import { assert, type Clock, type Log, type Randomness } from '../../core/index.ts';
import type { OnWait } from '../exchange.ts';
import type { ReportDownloader } from '../report-download.ts';
import type { AmazonProbe, SpApi } from '../sp-api.ts';

export function createRequestedReports(_options: {
  readonly api: SpApi;
  readonly downloader: ReportDownloader;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly onWait: OnWait;
  readonly signal: AbortSignal;
}): RequestedReports {
  const notBuilt = () => assert(false, 'not built yet') as never;
  return { create: notBuilt, find: notBuilt, state: notBuilt, wait: notBuilt, download: notBuilt };
}

const notBuilt = () => assert(false, 'not built yet') as never;
export const reportReaders: ReportReaders = { orders: notBuilt, reimbursements: notBuilt, vatLines: notBuilt };

export function reportProbes(_options: { readonly api: SpApi; readonly clock: Clock }): readonly AmazonProbe[] {
  return [];
}
