import type { CurrencyCode, LocalDate, Money } from '../core/index.ts';
import type { Order, TimeWindow, UnreadableRecord, UtcInstant } from './amazon-feeds.ts';
import type { ReportDownload } from './ports.ts';

/** The reports the connector may ask Amazon to make. Nothing else is ever created. */
export type RequestedReportKind =
  | 'orders-by-last-update'
  | 'fba-reimbursements'
  | 'vat-calculation'
  | 'vat-transactions';

export interface ReportOrder {
  readonly kind: RequestedReportKind;
  /** 1 to 25. In the EU the all-orders report ignores them (docs#1404). */
  readonly marketplaceIds: readonly string[];
  readonly window: TimeWindow;
}

/** `no-data` is Amazon's CANCELLED; `failed` its FATAL, with what its document explains. */
export type ReportState =
  | { readonly state: 'waiting' }
  | { readonly state: 'ready'; readonly reportDocumentId: string }
  | { readonly state: 'no-data' }
  | { readonly state: 'failed'; readonly reportDocumentId: string | null; readonly explanation: string | null };

/** How long to wait for a report, and what to do meanwhile. */
export interface ReportWaiting {
  /** Raises `REPORT_NOT_READY` from then on; default: two hours after it was asked for. */
  readonly untilMs?: number | null;
  /** Called before each look, for saying that one is alive; what it raises ends the wait. */
  readonly onPoll?: () => Promise<void>;
}

export interface RequestedReports {
  /**
   * Sends one request to make a report; returns Amazon's report id. Raises `AMAZON_REQUEST_LOST` (unknown) when the answer
   * got lost: look with `find` before creating again.
   */
  create(order: ReportOrder): Promise<string>;
  /** Reports of that kind and exactly that window created since then, newest first. */
  find(order: ReportOrder, createdSince: UtcInstant): Promise<readonly string[]>;
  state(reportId: string): Promise<ReportState>;
  /** Polls with a growing interval until it is no longer `waiting`; raises `REPORT_NOT_READY` (unavailable) after 2 hours. */
  wait(
    reportId: string,
    requestedAtMs: number,
    waiting?: ReportWaiting,
  ): Promise<Exclude<ReportState, { state: 'waiting' }>>;
  /**
   * A restricted kind is fetched with a restricted data token. Personal columns are blank in the bytes returned; then
   * `headers.originalSha256` is the digest of the bytes as delivered, from the end of the bytes on.
   */
  download(kind: RequestedReportKind, reportDocumentId: string): Promise<ReportDownload>;
}

export interface Reimbursement {
  readonly row: number;
  readonly reimbursementId: string;
  readonly approvedAt: UtcInstant | null;
  readonly caseId: string | null;
  readonly orderId: string | null;
  readonly reason: string;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly condition: string | null;
  readonly amountPerUnit: Money | null;
  readonly amountTotal: Money;
  readonly quantityCash: number;
  readonly quantityInventory: number;
  readonly originalReimbursementId: string | null;
}

/** One line of a VAT report without anything about the buyer as a person. Amounts are those of that line, signed as Amazon does. */
export interface VatLine {
  readonly row: number;
  readonly kind: 'vat-calculation' | 'vat-transactions';
  /** `SALE`, `REFUND`, `FC_TRANSFER`, … in Amazon's words. */
  readonly lineType: string;
  readonly orderId: string | null;
  readonly shipmentId: string | null;
  readonly sku: string | null;
  readonly quantity: number | null;
  readonly taxDay: LocalDate | null;
  readonly currency: CurrencyCode | null;
  readonly netTotal: Money | null;
  readonly vatTotal: Money | null;
  readonly grossTotal: Money | null;
  /** Percent or fraction as printed. */
  readonly vatRateText: string | null;
  readonly departCountry: string | null;
  readonly arriveCountry: string | null;
  readonly taxJurisdiction: string | null;
  readonly sellerVatNumber: string | null;
  readonly invoiceNumber: string | null;
  readonly reportingScheme: string | null;
  readonly isTaxCollectedByAmazon: boolean | null;
  readonly marketplaceName: string | null;
}

/** A report read piece by piece; memory does not grow with it. */
export interface ReportReaders {
  orders(source: ReportBytes): AsyncIterable<ReadRow<Order>>;
  reimbursements(source: ReportBytes): AsyncIterable<ReadRow<Reimbursement>>;
  vatLines(kind: VatLine['kind'], source: ReportBytes): AsyncIterable<ReadRow<VatLine>>;
}

export interface ReportBytes {
  readonly name: string;
  readonly contentType: string | null;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export type ReadRow<Item> = { readonly item: Item } | { readonly unreadable: UnreadableRecord };
