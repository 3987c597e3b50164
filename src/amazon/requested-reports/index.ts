import type { ReportReaders, RequestedReports } from '../../app/index.ts';
import type { Clock, Log, Randomness } from '../../core/index.ts';
import type { OnWait } from '../exchange.ts';
import type { ReportDownloader } from '../report-download.ts';
import type { SpApi } from '../sp-api.ts';
import { readOrdersReport } from './orders-report.ts';
import { readReimbursementsReport } from './reimbursements-report.ts';
import { createReport, downloadReport, findReports, pollReport, stateOf } from './request.ts';
import { readVatReport } from './vat-report.ts';
import { waitForReport } from './wait.ts';

export { reportProbes } from './probes.ts';

/** Reports that Amazon makes when it is asked. `create` is the one thing this program causes at Amazon. */
export function createRequestedReports(options: {
  readonly api: SpApi;
  readonly downloader: ReportDownloader;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly onWait: OnWait;
  readonly signal: AbortSignal;
}): RequestedReports {
  return {
    create: (order) => createReport(options, order),
    find: (order, createdSince) => findReports(options, order, createdSince),
    state: async (reportId) => {
      const polled = await pollReport(options, reportId);
      return polled === 'waiting' ? { state: 'waiting' } : stateOf(options, polled);
    },
    wait: (reportId, requestedAtMs, waiting) => waitForReport(options, reportId, requestedAtMs, waiting),
    download: (kind, reportDocumentId) => downloadReport(options, kind, reportDocumentId),
  };
}

/** Reads what `RequestedReports.download` gave, from any store. */
export const reportReaders: ReportReaders = {
  orders: readOrdersReport,
  reimbursements: readReimbursementsReport,
  vatLines: readVatReport,
};
