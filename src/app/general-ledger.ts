import type { CurrencyCode, LocalDate, Money, ProblemFacts, Sha256, Uuid } from '../core/index.ts';
import type { CompanyCode, JournalEntry, PostingKey } from '../ledger/index.ts';
import type { SapAway } from './sap-stores.ts';

/** An entry and the ids under which it travels. The same entry always travels under the same ids. */
export interface EntryMessage {
  readonly entry: JournalEntry;
  readonly messageId: string;
  readonly messageUuid: Uuid;
  readonly entryMessageUuid: Uuid;
  /** ISO 8601 UTC; fixed when the intent was recorded, so that a repeated message is the same to the byte. */
  readonly createdAt: string;
}

export interface SapDocumentKey {
  readonly companyCode: CompanyCode;
  readonly fiscalYear: string;
  readonly sapDocumentNumber: string;
}

/** One message of SAP in SAP's own words. */
export interface SapMessage {
  /** `507(F5)`: number and message class. */
  readonly typeId: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
}

/** Evidence of one exchange: digests, not bodies with secrets. `null` where the exchange did not get that far. */
export interface ExchangeRecord {
  readonly requestSha256: Sha256;
  readonly httpStatus: number | null;
  readonly responseSha256: Sha256 | null;
  readonly durationMs: number;
}

/** What is certain after a write was attempted. */
export type PostOutcome =
  | {
      readonly outcome: 'posted';
      readonly document: SapDocumentKey;
      readonly messages: readonly SapMessage[];
      readonly exchange: ExchangeRecord;
    }
  | {
      readonly outcome: 'rejected';
      readonly messages: readonly SapMessage[];
      readonly problem: ProblemFacts;
      readonly exchange: ExchangeRecord;
    }
  | {
      readonly outcome: 'unavailable';
      /** `entry`: only this one has to wait, for example for a locked record. `system`: no entry can be posted now. */
      readonly scope: 'entry' | 'system';
      /** Of kind `unavailable`: it may go by itself. Of kind `rejected`: a person has to correct the log-on or the address. */
      readonly problem: ProblemFacts;
      readonly retryAfterMs: number | null;
      readonly away?: SapAway | null | undefined;
      readonly exchange: ExchangeRecord;
    }
  | {
      readonly outcome: 'unknown';
      readonly problem: ProblemFacts;
      /** The answer speaks of SAP as a whole: it may be in maintenance. */
      readonly away?: SapAway | null | undefined;
      readonly exchange: ExchangeRecord;
    };

/** A document found in SAP by its reference, summed over its items. */
export interface LedgerDocument {
  readonly document: SapDocumentKey;
  readonly postingDate: LocalDate;
  readonly currency: CurrencyCode;
  /** Sum of the debit items in transaction currency. */
  readonly debitTotal: Money;
  readonly lineCount: number;
  /** The document's reference: the posting key, for documents of ours. */
  readonly reference: string;
  /** Reference 1 of the header: the settlement id, for documents of ours. May be blank. */
  readonly headerReference: string;
  /** It is itself a reversal, or has been reversed: not "already booked". */
  readonly isReversal: boolean;
  readonly isReversed: boolean;
  /** The document that reversed it, or the one it reverses; `null` when SAP names none. */
  readonly reverseDocument: { readonly fiscalYear: string; readonly sapDocumentNumber: string } | null;
}

export interface GeneralLedger {
  /**
   * Sends once and never repeats by itself (except after a refusal of its session token, which books nothing). Not one
   * byte of the entry leaves after `leaveByMs` (by `elapsedMs` of the clock), however long log-on and connection took: then it is `unavailable`.
   */
  post(
    message: EntryMessage,
    options?: { readonly leaveByMs?: number | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<PostOutcome>;
  /** Documents in SAP under this key. Raises `unavailable` or `rejected` problems when SAP cannot be asked. */
  findByPostingKey(query: {
    postingKey: PostingKey;
    companyCode: CompanyCode;
    postingDate: LocalDate;
  }): Promise<readonly LedgerDocument[]>;
  /** The same for many keys in few requests, with posting dates from `from` to `to`, both included. Raises as above. */
  findByPostingKeys(query: {
    postingKeys: readonly PostingKey[];
    companyCode: CompanyCode;
    from: LocalDate;
    to: LocalDate;
  }): Promise<readonly LedgerDocument[]>;
  /** One document by its number, summed like the others; `undefined` when SAP shows none. Raises as above. */
  findDocument(document: SapDocumentKey): Promise<LedgerDocument | undefined>;
  /**
   * All documents whose reference begins like a posting key, with posting dates from `from` to `to`, both included, in
   * the order of their posting dates. `companyCode` `null`: of every company code that SAP shows to us, which costs SAP
   * more. Raises as above.
   */
  listDocuments(query: {
    companyCode: CompanyCode | null;
    from: LocalDate;
    to: LocalDate;
  }): AsyncIterable<LedgerDocument>;
}
