import type { ReportDownload } from '../app/index.ts';
import { type Clock, type Log, Problem, type Randomness } from '../core/index.ts';
import { type Backoff, jitteredDelayMs } from './backoff.ts';
import type { OnExchange, OnWait } from './exchange.ts';
import { BodyLoss, BodyTooLarge, type HttpClient, type HttpOpening } from './http.ts';
import { readJson } from './read-json.ts';
import { isSafeAddress } from './settings.ts';
import type { SpApi } from './sp-api.ts';
import { unreadableProblem } from './sp-api-problems.ts';
import { getReportDocumentAnswerSchema, REPORTS_PATH } from './wire.ts';

/** Amazon signs the address for five minutes; one minute is left for the request to arrive. */
const addressLifeMs = 4 * 60_000;
/** A refused address costs a request of the smallest allowance there is (one per minute) for another. */
const addressesMax = 3;
const reportBytesMaxDefault = 2 * 1024 ** 3;
const downloadMsMax = 60 * 60_000;
const DOWNLOAD_RETRY: Backoff = { attemptsMax: 5, baseMs: 1_000, capMs: 30_000 };

/** Evidence, and nothing that opens the document again. */
const KEPT_HEADERS = ['etag', 'last-modified', 'content-length', 'content-type', 'x-amz-request-id'] as const;

export interface ReportDownloaderOptions {
  readonly client: Pick<SpApi, 'get'>;
  readonly http: HttpClient;
  readonly sellerAccount: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly onExchange: OnExchange;
  readonly onWait: OnWait;
  readonly signal: AbortSignal;
  /** Default 2 GiB, as delivered (compressed). */
  readonly reportBytesMax?: number;
}

interface Address {
  readonly url: URL;
  readonly compressionAlgorithm: string | null;
  readonly issuedMs: number;
}

export class ReportDownloader {
  readonly #options: ReportDownloaderOptions;

  constructor(options: ReportDownloaderOptions) {
    this.#options = options;
  }

  /**
   * Opens a document's bytes exactly as delivered; gzip is not undone. They can be read once. Reading them raises
   * `REPORT_DOWNLOAD_INCOMPLETE` (unavailable) when fewer arrive than promised, and `REPORT_TOO_LARGE` (rejected).
   * Opening raises `REPORT_DOWNLOAD_REFUSED` (rejected), `AMAZON_UNAVAILABLE`, and what `SpApiClient.get` raises.
   * `restrictedToken` is asked for a token each time an address is requested; a document with buyer data needs one.
   */
  async download(reportDocumentId: string, restrictedToken?: () => Promise<string>): Promise<ReportDownload> {
    const { clock } = this.#options;
    let address: Address | undefined;
    let addresses = 0;
    let failures = 0;
    for (let attempt = 1; ; attempt += 1) {
      if (!address || clock.nowMs() - address.issuedMs >= addressLifeMs) {
        address = await this.#requestAddress(reportDocumentId, restrictedToken);
        addresses += 1;
      }
      const opening = await this.#open(address, attempt);
      if (opening.outcome === 'opened' && opening.status === 200)
        return this.#toDownload(reportDocumentId, opening, address.compressionAlgorithm);
      if (opening.outcome === 'opened') await discard(opening.bytes);
      if (opening.outcome === 'lost' || opening.status >= 500 || opening.status === 429) {
        failures += 1;
        await this.#backOff(failures, opening.outcome === 'lost' ? opening.reason : `status ${opening.status}`);
      } else if ([400, 401, 403].includes(opening.status) && addresses < addressesMax) {
        // The address has expired, or its signature is not accepted: only a fresh one can help.
        address = undefined;
      } else {
        throw refused(reportDocumentId, opening.status, addresses);
      }
    }
  }

  async #requestAddress(
    reportDocumentId: string,
    restrictedToken: (() => Promise<string>) | undefined,
  ): Promise<Address> {
    const { client, clock } = this.#options;
    const token = await restrictedToken?.();
    const { value } = await client.get({
      ...(token !== undefined && { restrictedToken: token }),
      operation: 'getReportDocument',
      path: `${REPORTS_PATH}/documents/${encodeURIComponent(reportDocumentId)}`,
      read: (body) => readJson(body, getReportDocumentAnswerSchema),
    });
    const url = new URL(value.url);
    if (!isSafeAddress(url)) throw unreadableProblem('getReportDocument', 200, 'its download address is not https');
    return { url, compressionAlgorithm: value.compressionAlgorithm ?? null, issuedMs: clock.nowMs() };
  }

  async #open(address: Address, attempt: number): Promise<HttpOpening> {
    const { http, clock, sellerAccount, timeoutMs, onExchange } = this.#options;
    const bytesMax = this.#options.reportBytesMax ?? reportBytesMaxDefault;
    const sentMs = clock.nowMs();
    // The signature in the address is all the authority needed: no token of ours goes to the storage host.
    const opening = await http.open(address.url, { timeoutMs, answerMsMax: downloadMsMax, bytesMax });
    const head = opening.outcome === 'opened' ? opening : undefined;
    await onExchange({
      operation: 'downloadReportDocument',
      sellerAccount,
      status: head?.status ?? null,
      amazonRequestId: head?.headers['x-amz-request-id'] ?? null,
      durationMs: clock.nowMs() - sentMs,
      attempt,
    });
    return opening;
  }

  async #backOff(failures: number, reason: string): Promise<void> {
    const { clock, randomness, log, onWait, signal } = this.#options;
    if (failures >= DOWNLOAD_RETRY.attemptsMax)
      throw new Problem({
        code: 'AMAZON_UNAVAILABLE',
        kind: 'unavailable',
        says: `Amazon did not deliver the report in ${failures} tries; the last time: ${reason}.`,
        next: 'Sync again later.',
      });
    const delayMs = jitteredDelayMs(DOWNLOAD_RETRY, failures, randomness);
    log.write('warn', 'amazon.retry', { operation: 'downloadReportDocument', failures, reason, delayMs });
    onWait({
      operation: 'downloadReportDocument',
      reason: 'retry',
      untilMs: clock.nowMs() + delayMs,
      says: `The report did not arrive (${reason}); asking again`,
    });
    await clock.sleep(delayMs, signal);
  }

  #toDownload(
    reportDocumentId: string,
    opening: HttpOpening & { outcome: 'opened' },
    compressionAlgorithm: string | null,
  ): ReportDownload {
    const headers: Record<string, string> = {};
    for (const name of KEPT_HEADERS) {
      const value = opening.headers[name];
      if (value !== undefined) headers[name] = value;
    }
    if (compressionAlgorithm !== null) headers.compressionAlgorithm = compressionAlgorithm;
    return {
      bytes: withProblems(opening.bytes, reportDocumentId),
      contentType: opening.headers['content-type'] ?? null,
      headers,
    };
  }
}

async function* withProblems(
  bytes: AsyncIterable<Uint8Array>,
  reportDocumentId: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bytes;
  } catch (thrown) {
    if (thrown instanceof BodyLoss)
      throw new Problem({
        code: 'REPORT_DOWNLOAD_INCOMPLETE',
        kind: 'unavailable',
        says: `Report document ${reportDocumentId} did not arrive whole: ${thrown.message}.`,
        next: 'Sync again: it is downloaded anew, and nothing of it has been read.',
      });
    if (thrown instanceof BodyTooLarge)
      throw new Problem({
        code: 'REPORT_TOO_LARGE',
        kind: 'rejected',
        says: `Report document ${reportDocumentId} was not taken: ${thrown.message}.`,
        next: 'Report this with the id of the document; every known report is far smaller.',
      });
    throw thrown;
  }
}

/** Frees the connection of an answer whose body says nothing we need. */
async function discard(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const piecesMax = 16;
  let pieces = 0;
  try {
    for await (const _ of bytes) {
      pieces += 1;
      if (pieces >= piecesMax) return;
    }
  } catch (thrown) {
    if (!(thrown instanceof BodyLoss || thrown instanceof BodyTooLarge)) throw thrown;
  }
}

function refused(reportDocumentId: string, status: number, addresses: number): Problem {
  return new Problem({
    code: 'REPORT_DOWNLOAD_REFUSED',
    kind: 'rejected',
    says: `Amazon's storage answered ${status} for report document ${reportDocumentId}, with ${addresses} ${addresses === 1 ? 'address' : 'addresses'} issued for it.`,
    next: 'Sync again. If it stays so, check the clock of this machine, and that no proxy changes addresses.',
  });
}
